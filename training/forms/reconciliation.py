"""What the page of reconciliation can be narrowed by; it stands in the address, so that it can be sent as a link."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from training.models import Project


class ReconciliationFilter(forms.Form):
    project = forms.ModelChoiceField(
        Project.objects.all(), label=_("Project"), required=False, to_field_name="key", empty_label=_("All projects")
    )
    undecided = forms.BooleanField(label=_("Only what nobody has decided on"), required=False)

    @property
    def is_narrowed(self) -> bool:
        return self.is_valid() and any(self.cleaned_data.values())

    def sessions(self, of: Any) -> Any:
        """Those of the sessions `of` that were asked for; none for a project that does not exist."""
        if not self.is_valid():
            return of.none()
        project = self.cleaned_data["project"]
        return of.filter(project=project) if project else of
