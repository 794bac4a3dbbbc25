"""The forms of a session. They read what was typed; the rules are in services/sessions.py and closing.py."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from training.choices import Modality, SessionKind
from training.forms.people import Refusable
from training.models import Account, Project, Session
from training.permissions import RoleName, planning_scope

GROUPS = [
    (_("What"), ["training", "title", "topic", "kind", "modality"]),
    (_("When and where"), ["start", "end", "place", "language", "capacity", "number_of_sessions"]),
    (_("For whom"), ["project", "parent", "jurisdictions", "audience"]),
    (_("By whom"), ["trainers", "note"]),
]


class DayInput(forms.DateInput):
    """The browser's own date field, which wants ISO dates."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class SessionForm(forms.ModelForm):
    """`account` decides which projects are offered. `version` tells whether somebody else saved in the meantime."""

    version = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Session
        fields = [name for _legend, names in GROUPS for name in names]
        widgets = {
            "start": DayInput,
            "end": DayInput,
            "jurisdictions": forms.CheckboxSelectMultiple,
            "audience": forms.CheckboxSelectMultiple,
            "trainers": forms.CheckboxSelectMultiple,
            "note": forms.Textarea(attrs={"rows": 3}),
        }
        labels = {"training": _("Training (the curriculum)"), "capacity": _("Number of places")}
        help_texts = {
            "title": _("Empty: the training's title."),
            "topic": _("Empty: the training's topic."),
            "end": _("Empty: one day. Weekends are training days."),
            "number_of_sessions": _("How many deliveries this record stands for: 1, unless it sums up several."),
            "parent": _("Only a series of the same project. A series itself is never counted."),
            "project": _("A session that has begun belongs to a project."),
            "note": _("Write no names of trainees here."),
        }

    def __init__(self, *args, account, **kwargs):
        super().__init__(*args, **kwargs)
        self.account = account
        self.fields["title"].required = False
        self.fields["topic"].required = False
        self.fields["project"].queryset = self._projects()
        self.fields["parent"].queryset = self._series()
        self.fields["trainers"].queryset = self._trainers()
        self.fields["modality"].choices = [
            ("", _("Not stated")),
            *[choice for choice in Modality.choices if choice[0] != Modality.SELF_PACED],
        ]
        if self.instance.modality == Modality.SELF_PACED:
            self.fields["modality"].choices += [(Modality.SELF_PACED.value, Modality.SELF_PACED.label)]
        if self.instance.pk and not self.is_bound:
            self.initial["version"] = self.instance.updated_at.isoformat()

    def _projects(self) -> Any:
        own = planning_scope(self.account) | Q(pk=self.instance.project_id or 0)
        return Project.objects.filter(own).order_by("title")

    def _series(self) -> Any:
        return Session.objects.visible_to(self.account).filter(kind=SessionKind.SERIES).exclude(pk=self.instance.pk)

    def _trainers(self) -> Any:
        trainers = Account.objects.filter(is_active=True, groups__name=RoleName.TRAINER)
        if self.instance.pk:
            trainers |= Account.objects.filter(assigned_sessions=self.instance)
        return trainers.order_by("name", "email").distinct()

    def groups(self) -> list[dict[str, Any]]:
        """The fields as the page shows them, group by group."""
        return [{"legend": legend, "fields": [self[name] for name in names]} for legend, names in GROUPS]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        training = data.get("training")
        for name in ("title", "topic"):
            if not data.get(name) and training is not None:
                data[name] = getattr(training, name)
            elif not data.get(name) and name not in self.errors:
                self.add_error(name, _("Fill this in, or choose a training to take it from."))
        if data.get("start") and not data.get("end"):
            data["end"] = data["start"]
        return data

    def details(self) -> dict[str, Any]:
        """What the service takes."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class CopyForm(forms.Form):
    start = forms.DateField(label=_("First day of the copy"), required=False, widget=DayInput)
    start.help_text = _("Empty: without dates for now.")


class OverrideForm(Refusable, forms.Form):
    """For a sign-off although something blocks it; `seen` is the fingerprint of the check-list it was decided on."""

    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Why is it signed off as it is?"), max_length=500, required=False, widget=forms.Textarea
    )
    reason.help_text = _("The reason stays on record with the sign-off. Write no names here.")


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Why does it have to be reopened?"), max_length=500, widget=forms.Textarea)
    reason.help_text = _("The reason is kept in the trail. Write no names here.")
