"""What figures and the register of certificates can be narrowed by. Every field stands in the address, which is read by
statistics/asking.py, for this form as for everybody else.
"""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from certificates.statistics.asking import CertificateQuestion, ask_about
from certificates.statistics.counting import years_of_issue
from certificates.statistics.dimensions import BY, FURTHER, NARROWING, PENDING, CertificateLists
from certificates.statistics.listing import Wanted
from training.forms.statistics import Chip, PickSome, QuestionForm
from training.models import Account, Session
from training.permissions import figures_scope

ABOUT_PARTICIPATIONS = ("rows2", "measure", "share", "order", "parts", "marked", "role")
MOST_SESSIONS = 200  # a longer list is none that anybody looks through

OFTEN = [
    (_("By jurisdiction"), [("rows", "jurisdiction"), ("columns", "sex")]),
    (_("By training"), [("rows", "training"), ("columns", "sex")]),
    (_("By kind"), [("rows", "certificate"), ("columns", "sex")]),
    (_("By year of the training"), [("rows", "year"), ("columns", "sex")]),
    (_("By year of issue"), [("rows", "issued"), ("columns", "sex")]),
    (_("By project"), [("rows", "project"), ("columns", "sex")]),
    (_("Issued and pending by training"), [("rows", "training"), ("columns", "state")]),
]


class CertificatesForm(QuestionForm):
    """`asked` is what the address asks, once the form is valid; `question` the part of it about sessions and people."""

    asked: CertificateQuestion

    def __init__(self, data: Any, *, reader: Account) -> None:
        super().__init__(data, reader=reader)
        self.lists = CertificateLists()
        for name in ABOUT_PARTICIPATIONS:
            del self.fields[name]
        dimensions = [(name, dimension.label) for name, dimension in BY.items()]
        self.fields["rows"].widget.choices = dimensions
        self.fields["columns"].widget.choices = [("", _("None")), *dimensions]
        for name in FURTHER:
            label = BY[name].label
            self.fields[name] = forms.Field(label=label, required=False, widget=PickSome(label))

    def clean(self) -> dict[str, Any]:
        cleaned = forms.Form.clean(self) or {}
        try:
            self.asked = ask_about(self.data, reader=self.reader, lists=self.lists)
            self.question = self.asked.question
        except ValidationError as faults:
            for name, errors in faults.error_dict.items():  # a parameter that has no field here is said above the form
                self.add_error(name if name in self.fields else None, errors)
        return cleaned

    def filter_fields(self) -> list[forms.BoundField]:
        """The filters on certificates first, then those on sessions and people, each with the codes there are."""
        names = (*FURTHER, *NARROWING)
        for name in names:
            self.fields[name].widget.choices = self._choices(name)
        return [self[name] for name in names]

    def _choices(self, name: str) -> list[tuple[str, str]]:
        if name == "issued":
            return [(code, code) for code in years_of_issue()]
        found = list(self.lists[name].labels.items())
        if name != "session":
            return found
        chosen = self.data.getlist(name)
        readable = set(Session.objects.filter(figures_scope(self.reader)).values_list("key", flat=True))
        found = [pair for pair in found if pair[0] in readable]
        return [pair for place, pair in enumerate(found) if place < MOST_SESSIONS or pair[0] in chosen]

    def in_force(self) -> list[Chip]:
        chips = super().in_force()
        if not hasattr(self, "asked"):
            return chips
        own = [
            Chip((name,), code, str(BY[name].label), self.lists[name].label(code))
            for name, codes in self.asked.further.items()
            for code in codes
        ]
        return [*own, *chips]

    def often_asked(self) -> list[tuple[str, str]]:
        kept = [*self.asked.narrowing, *self._readers()] if hasattr(self, "asked") else []
        table = reverse("certificate_table")
        return [(label, f"{table}?{urlencode([*pairs, *kept])}") for label, pairs in OFTEN]


class RegisterForm(CertificatesForm):
    """The same filters over single certificates, and what only names and single papers can be looked up by."""

    q = forms.CharField(label=_("Name or serial"), required=False, max_length=150)
    runs_out = forms.BooleanField(label=_("Only those that run out, or have, and are not renewed"), required=False)
    superseded = forms.BooleanField(label=_("With those that another has taken the place of"), required=False)

    def __init__(self, data: Any, *, reader: Account) -> None:
        super().__init__(data, reader=reader)
        for name in ("rows", "columns", "audience", "threshold"):
            del self.fields[name]

    @property
    def wanted(self) -> Wanted:
        """What is looked for. For a valid form."""
        return Wanted(asked=self.asked, **{name: self.cleaned_data[name] for name in ("q", "runs_out", "superseded")})

    @property
    def is_for_donors(self) -> bool:
        return False

    def filter_fields(self) -> list[forms.BoundField]:
        """Pending is no state of a certificate."""
        found = super().filter_fields()
        states = self.fields["state"].widget
        states.choices = [(code, label) for code, label in states.choices if code != PENDING]
        return found

    def in_force(self) -> list[Chip]:
        said = [("q", _("Looked for"), self.data.get("q", "")), ("runs_out", _("Only"), _("those that run out"))]
        said.append(("superseded", _("With"), _("superseded ones")))
        own = [Chip((name,), "", str(label), str(words)) for name, label, words in said if self.data.get(name)]
        return [*own, *super().in_force()]
