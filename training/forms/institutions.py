"""Confirming an institution, and choosing the one it is merged into. The rules are in the services."""

from django import forms
from django.utils.translation import gettext_lazy as _

from training.choices import Sector
from training.models import Institution, InstitutionType


class ConfirmForm(forms.Form):
    name = forms.CharField(
        label=_("Name"), max_length=200, help_text=_("As it stands in documents. The name it had stays known to lists.")
    )
    short_name = forms.CharField(label=_("Short name"), max_length=40, required=False, help_text=_("Such as MoI."))
    type = forms.ModelChoiceField(
        label=_("Kind"), queryset=InstitutionType.objects.all(), required=False, empty_label=_("Not stated")
    )
    sector = forms.ChoiceField(label=_("Sector"), choices=Sector.choices)

    def __init__(self, *args, institution, **kwargs):
        values = {name: getattr(institution, name) for name in ("name", "short_name", "type", "sector")}
        super().__init__(*args, initial=values, **kwargs)

    def take(self, error):
        """Show what the service refused beside the fields it is about."""
        by_field = error.error_dict if hasattr(error, "error_dict") else {None: error.error_list}
        for name, errors in by_field.items():
            self.add_error(name if name in self.fields else None, errors)


class IntoForm(forms.Form):
    """What the institution is merged into, of those the account keeps."""

    into = forms.ModelChoiceField(label=_("Another institution"), queryset=Institution.objects.none())

    def __init__(self, *args, institution, account, **kwargs):
        super().__init__(*args, **kwargs)
        others = Institution.objects.kept_by(account).that_may_be(institution)
        self.fields["into"].queryset = others.select_related("jurisdiction", "type")
