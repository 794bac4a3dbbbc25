"""The forms of getting in. The rules are in services/access.py."""

from django import forms
from django.contrib.auth.password_validation import password_validators_help_text_html
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from training.choices import Sex
from training.forms.roster import SEXES
from training.models import AccessRequest, Jurisdiction, Person, Project
from training.permissions import RoleName, roles_to_give

ROLE_LABELS = {
    RoleName.ADMINISTRATOR: _("Administrator: everything"),
    RoleName.COORDINATOR: _("Coordinator: people and institutions of a jurisdiction"),
    RoleName.MANAGER: _("Manager: figures, and the sessions of their projects"),
    RoleName.TRAINER: _("Trainer: their own sessions"),
    RoleName.EDITOR: _("Editor: reference records and courses"),
    RoleName.AUDITOR: _("Auditor: figures and the trail, changes nothing"),
    RoleName.OFFICER: _("Officer: their own record"),
}


def take(form, error):
    """Show what a service refused beside the fields it is about."""
    by_field = error.error_dict if hasattr(error, "error_dict") else {None: error.error_list}
    for name, errors in by_field.items():
        form.add_error(name if name in form.fields else None, errors)


class InvitationForm(forms.Form):
    """`account` decides which roles, jurisdictions and projects are offered."""

    email = forms.EmailField(label=_("E-mail address"), help_text=_("The one of their work, never a private one."))
    name = forms.CharField(label=_("Name"), required=False, max_length=150)
    role = forms.ChoiceField(label=_("Role"), widget=forms.RadioSelect)
    jurisdictions = forms.ModelMultipleChoiceField(
        label=_("Jurisdictions, for a coordinator"),
        queryset=Jurisdiction.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    projects = forms.ModelMultipleChoiceField(
        label=_("Projects, for a manager"),
        queryset=Project.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args, account, **kwargs):
        super().__init__(*args, **kwargs)
        roles = roles_to_give(account)
        self.fields["role"].choices = [(role.value, ROLE_LABELS[role]) for role in RoleName if role in roles]
        if RoleName.COORDINATOR in roles:
            self.fields["jurisdictions"].queryset = Jurisdiction.objects.all()
        else:
            del self.fields["jurisdictions"]
        if RoleName.MANAGER in roles:
            self.fields["projects"].queryset = Project.objects.all()
        else:
            del self.fields["projects"]

    def clean(self):
        cleaned = super().clean() or {}
        needed = {RoleName.COORDINATOR: "jurisdictions", RoleName.MANAGER: "projects"}
        for role, field in needed.items():
            chosen = cleaned.get("role") == role
            if chosen and not cleaned.get(field):
                self.add_error(field, _("Choose at least one: without it there is nothing they could see."))
            elif not chosen and field in self.fields:
                cleaned[field] = []
        return cleaned


class AcceptForm(forms.Form):
    """A name and a password for the account an invitation makes."""

    name = forms.CharField(label=_("Name"), max_length=150)
    password = forms.CharField(
        label=_("Password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        strip=False,
        help_text=password_validators_help_text_html,
    )
    again = forms.CharField(
        label=_("The same password again"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        strip=False,
    )

    def clean(self):
        cleaned = super().clean() or {}
        if cleaned.get("password") and cleaned.get("again") and cleaned["password"] != cleaned["again"]:
            raise ValidationError({"again": _("The two passwords differ.")})
        return cleaned


class RequestForm(forms.ModelForm):
    class Meta:
        model = AccessRequest
        fields = ["name", "email", "jurisdiction", "institution", "reason"]
        help_texts = {"email": _("The one of your work. The invitation comes to it.")}

    def validate_constraints(self):
        """Whether the address has asked already is not told: the service leaves the second request away."""


class DecisionForm(forms.Form):
    """Whose record it is: one of the likely people, or a new one."""

    person = forms.ChoiceField(label=_("Their record"), widget=forms.RadioSelect)
    given_name = forms.CharField(label=_("First name"), max_length=100, required=False)
    family_name = forms.CharField(label=_("Last name"), max_length=100, required=False)
    sex = forms.ChoiceField(label=_("Sex"), choices=SEXES, initial=Sex.NOT_RECORDED, required=False)

    def __init__(self, *args, likely, request_made, **kwargs):
        given, _space, family = request_made.name.rpartition(" ")
        super().__init__(*args, initial={"given_name": given, "family_name": family}, **kwargs)
        self.likely, self.request_made = {str(person.pk): person for person in likely}, request_made
        known = [
            (pk, f"{person} · {person.institution or '–'} · {person.email or '–'}")
            for pk, person in self.likely.items()
        ]
        self.fields["person"].choices = [*known, ("new", _("A new record, as below"))]
        self.fields["person"].initial = next(iter(self.likely), "new")

    def clean(self):
        cleaned = super().clean() or {}
        if cleaned.get("person") == "new":
            for name in ("given_name", "family_name"):
                if not cleaned.get(name):
                    self.add_error(name, _("A new record needs it."))
        return cleaned

    def chosen(self):
        """What services.access.approve takes: `person` or `new_person`."""
        if self.cleaned_data["person"] != "new":
            return {"person": self.likely[self.cleaned_data["person"]]}
        names = {name: self.cleaned_data[name] for name in ("given_name", "family_name")}
        return {
            "new_person": Person(
                **names, sex=self.cleaned_data["sex"] or Sex.NOT_RECORDED, email=self.request_made.email
            )
        }
