"""The form behind the statistics pages. Every field stands in the address, so that a question can be sent on; what the
address means is read by statistics/addresses.py, for this form as for everybody else.
"""

from dataclasses import dataclass
from html import escape
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import flatatt
from django.utils import timezone
from django.utils.html import format_html_join, mark_safe
from django.utils.translation import gettext_lazy as _

from training.choices import Audience, Measure
from training.models import Account
from training.models.reports import DEFAULT_THRESHOLD, LEAST_THRESHOLD, MOST_THRESHOLD
from training.statistics.addresses import Asked, completed, narrowing, period_in_words, read
from training.statistics.dimensions import DIMENSIONS, FILTERS, Lists

SNAPSHOTS = [("training", _("they were at the training")), ("now", _("their records say now"))]
SHARES = [("", _("None")), ("row", _("of each row")), ("column", _("of each column")), ("total", _("of everything"))]
ORDERS = [
    ("", _("As usual")),
    ("largest", _("Largest first")),
    ("smallest", _("Smallest first")),
    ("label", _("By name")),
]


READERS = [("", Audience.INTERNAL.label), (Audience.DONOR.value, Audience.DONOR.label)]

OFTEN = [
    (_("By jurisdiction and year"), [("rows", "jurisdiction"), ("rows2", "year"), ("columns", "sex")]),
    (
        _("First-timers by jurisdiction and year"),
        [("rows", "jurisdiction"), ("rows2", "year"), ("columns", "sex"), ("first_time", "on")],
    ),
    (_("By project"), [("rows", "project"), ("columns", "sex")]),
    (_("By topic and year"), [("rows", "topic"), ("rows2", "year"), ("columns", "sex")]),
    (
        _("Unique people by jurisdiction"),
        [("rows", "jurisdiction"), ("columns", "sex"), ("measure", "people"), ("measure", "person_days")],
    ),
    (_("Trainers by jurisdiction"), [("rows", "jurisdiction"), ("columns", "sex"), ("role", "trainer")]),
    (_("Attended and completed"), [("rows", "outcome"), ("columns", "sex"), ("share", "column")]),
    (_("By KPI"), [("rows", "kpi"), ("columns", "sex")]),
]


class Pick(forms.Select):
    """A select written without templates: the page has fifteen, some with hundreds of options."""

    def render(self, name, value, attrs=None, renderer=None):
        return self.select(name, value or "", {**self.attrs, **(attrs or {})}, self.choices)

    def select(self, name, chosen, attrs, choices):
        options = "".join(
            f'<option value="{escape(code)}"{" selected" if code == chosen else ""}>{escape(str(label))}</option>'
            for code, label in choices
        )
        return mark_safe(f"<select{flatatt({**attrs, 'name': name})}>{options}</select>")  # noqa: S308  all escaped


class PickSome(Pick):
    """One select for each value, and once there is one, another for a further value. `label` is the field's."""

    def __init__(self, label: Any = "") -> None:
        super().__init__()
        self.label = label

    def value_from_datadict(self, data, files, name):
        return [value for value in data.getlist(name) if value]

    def render(self, name, value, attrs=None, renderer=None):
        own = {**self.attrs, **(attrs or {})}
        first, *others = value or [""]
        drawn = [self.select(name, first, own, [("", _("All")), *self.choices])]
        for number, further in enumerate([*others, ""] if first else [], start=2):
            more = {"id": f"{own['id']}_{number}", "aria-label": _("%(label)s, or") % {"label": self.label}}
            drawn.append(self.select(name, further, more, [("", _("or …")), *self.choices]))
        return format_html_join("\n", "{}", ((one,) for one in drawn))


class Tick(forms.CheckboxSelectMultiple):
    """The usual checkboxes; an address may leave all of them out."""

    use_fieldset = True


@dataclass(frozen=True)
class Chip:
    """Something that narrows the question: the parameter (and which of its values) to take away, and how it reads."""

    names: tuple[str, ...]
    value: str
    label: str
    words: str


def _day(label: Any) -> forms.Field:
    return forms.Field(label=label, required=False, widget=forms.DateInput(attrs={"type": "date"}))


def _pick(label: Any, choices: Any = ()) -> forms.Field:
    return forms.Field(label=label, required=False, widget=Pick(choices=choices))


GROUP = forms.NumberInput(attrs={"min": LEAST_THRESHOLD, "max": MOST_THRESHOLD, "placeholder": DEFAULT_THRESHOLD})


class ReadersForm(forms.Form):
    """Who reads the figures: `audience`, and for readers outside `threshold`, the smallest group they are shown."""

    audience = _pick(_("For"), READERS)
    threshold = forms.Field(label=_("Smallest group donors see"), required=False, widget=GROUP)

    def clean_audience(self) -> str:
        audience = self.cleaned_data["audience"] or Audience.INTERNAL.value
        if audience not in Audience.values:
            said = {"given": audience, "known": ", ".join(Audience.values)}
            raise ValidationError(_("Unknown readers: %(given)s. Possible: %(known)s."), params=said)
        return str(audience)

    def clean_threshold(self) -> int:
        threshold = str(self.cleaned_data["threshold"] or DEFAULT_THRESHOLD)
        if not threshold.isdecimal() or not LEAST_THRESHOLD <= int(threshold) <= MOST_THRESHOLD:
            span = {"least": LEAST_THRESHOLD, "most": MOST_THRESHOLD}
            raise ValidationError(_("The smallest group shown is a number from %(least)d to %(most)d."), params=span)
        return int(threshold)

    @property
    def is_for_donors(self) -> bool:
        return bool(self.cleaned_data.get("audience") == Audience.DONOR)


class QuestionForm(ReadersForm):
    """`asked` is what the address asks, once the form is valid; `question` is its question. Who reads the answer is no
    part of the question, and said beside it.
    """

    rows = _pick(_("Rows"))
    rows2 = _pick(_("Rows within each"))
    columns = _pick(_("Columns"))
    measure = forms.Field(label=_("Figures"), required=False, widget=Tick(choices=Measure.choices))
    share = _pick(_("Shares"), SHARES)
    order = _pick(_("Order"), ORDERS)
    start = _day(_("From"))
    end = _day(_("To"))
    snapshot = _pick(_("People as"), SNAPSHOTS)
    first_time = forms.BooleanField(label=_("First-timers only"), required=False)
    parts = forms.BooleanField(label=_("Show what figures rest on"), required=False)
    marked = forms.BooleanField(label=_("Mark what donors would not see"), required=False)

    def __init__(self, data: Any, *, reader: Account) -> None:
        self.reader = reader
        self.lists = Lists()
        super().__init__(completed(data), use_required_attribute=False)
        dimensions = [(name, dimension.label) for name, dimension in DIMENSIONS.items()]
        self.fields["rows"].widget.choices = dimensions
        for name in ("rows2", "columns"):
            self.fields[name].widget.choices = [("", _("None")), *dimensions]
        for name in FILTERS:
            label = DIMENSIONS[name].label
            self.fields[name] = forms.Field(label=label, required=False, widget=PickSome(label))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        try:
            self.asked: Asked = read(self.data, reader=self.reader, lists=self.lists)
            self.question = self.asked.question
        except ValidationError as faults:
            self.add_error(None, faults)
        return cleaned

    def filter_fields(self) -> list[forms.BoundField]:
        """The fields of the filters, each with the codes there are."""
        for name in FILTERS:
            self.fields[name].widget.choices = list(self.lists[name].labels.items())
        return [self[name] for name in FILTERS]

    def in_force(self) -> list[Chip]:
        """What narrows the question, piece by piece: each is a chip that takes it away again."""
        if not hasattr(self, "question"):
            return []
        question = self.question
        chips = [
            Chip((name,), code, str(DIMENSIONS[name].label), self.lists[name].label(code))
            for name, codes in question.filters.items()
            for code in codes
        ]
        if question.start or question.end:
            chips.append(Chip(("start", "end"), "", _("Period"), period_in_words(question.start, question.end)))
        if question.first_time:
            chips.append(Chip(("first_time",), "", _("People"), _("first-timers only")))
        if question.snapshot == "now":
            chips.append(Chip(("snapshot",), "", _("People as"), _("their records say now")))
        if self.is_for_donors:
            chips.append(Chip(("audience", "threshold"), "", _("For"), str(Audience.DONOR.label)))
        return chips

    def periods(self) -> list[tuple[str, str]]:
        """The names of periods people ask for often, and how they read."""
        today = timezone.localdate()
        quarter, year = today.year * 4 + (today.month - 1) // 3, today.year
        quarters = [f"{number // 4}-Q{number % 4 + 1}" for number in (quarter, quarter - 1)]
        return [
            (quarters[0], _("This quarter")),
            (quarters[1], _("Last quarter")),
            (str(year), str(year)),
            (str(year - 1), str(year - 1)),
        ]

    def often_asked(self) -> list[tuple[str, str]]:
        """Tables people ask for often: the label, and the address of that table under what narrows this one."""
        kept = [] if not hasattr(self, "question") else [*narrowing(self.question), *self._readers()]
        return [
            (label, f"?{urlencode([*asked, *(pair for pair in kept if pair not in asked)])}") for label, asked in OFTEN
        ]

    def _readers(self) -> list[tuple[str, str]]:
        """The parameters that say who reads the answer, as far as they are right."""
        given = [name for name in ("audience", "threshold", "marked") if self.data.get(name)]
        return [(name, self.data[name]) for name in given if name in self.cleaned_data]

    def code_label(self, name: str, code: str) -> str:
        """A member of a dimension in words."""
        return self.lists[name].label(code)
