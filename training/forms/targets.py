"""The forms of the targets. They read what was typed; the rules are in services/targets.py."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from training.choices import Measure
from training.forms.sessions import DayInput
from training.models import Project, Target
from training.permissions import keeping_scope

FIELDS = ("measure", "value", "women_share", "start", "end")


class TargetForm(forms.Form):
    """`target` is the one to change, whose project stays; `account` decides which projects a new one may be for."""

    project = forms.ModelChoiceField(Project.objects.none(), label=_("Project"))
    measure = forms.ChoiceField(label=_("Measure"), choices=Measure.choices)
    value = forms.IntegerField(
        label=_("Target"), widget=forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "off", "min": 1})
    )
    women_share = forms.DecimalField(
        label=_("Share of women, %"),
        required=False,
        help_text=_("Of those whose sex is known. Empty: none was promised."),
        widget=forms.NumberInput(attrs={"step": "any", "inputmode": "decimal", "autocomplete": "off"}),
    )
    start = forms.DateField(label=_("From"), widget=DayInput)
    end = forms.DateField(label=_("To"), widget=DayInput)

    def __init__(self, data: Any = None, *, account: Any, target: Target | None = None, project: str = "") -> None:
        super().__init__(data, initial=_of(target) if target else {})
        if target is not None:
            del self.fields["project"]
            return
        projects = Project.objects.filter(keeping_scope(account))
        self.fields["project"].queryset = projects
        self.initial |= _suggested(projects, project)

    def promise(self) -> dict[str, Any]:
        """What was typed, as the services take it."""
        return {name: self.cleaned_data[name] for name in FIELDS}


class TargetFilter(forms.Form):
    project = forms.ModelChoiceField(
        Project.objects.all(), label=_("Project"), required=False, to_field_name="key", empty_label=_("All projects")
    )

    def targets(self) -> Any:
        """The targets asked for; none for a project that does not exist."""
        found = Target.objects.select_related("project")
        if not self.is_valid():
            return found.none()
        project = self.cleaned_data["project"]
        return found.filter(project=project) if project else found


def _of(target: Target) -> dict[str, Any]:
    share = target.women_share
    return {**{name: getattr(target, name) for name in FIELDS}, "women_share": share and share.normalize()}


def _suggested(projects: Any, key: str) -> dict[str, Any]:
    """The project asked for, or the only one there is; its own period, or else this year."""
    project = projects.filter(key=key).first() or (projects.get() if projects.count() == 1 else None)
    if project and project.start and project.end:
        return {"project": project, "start": project.start, "end": project.end}
    year = timezone.localdate().year
    return {"project": project, "start": date(year, 1, 1), "end": date(year, 12, 31)}
