"""The forms of a roster: a person nobody has recorded yet, and what somebody does in this session."""

from django import forms
from django.utils.translation import gettext_lazy as _

from training.choices import Role, Sex
from training.models import Institution, Jurisdiction, Participation

SEXES = [(Sex.WOMEN, _("Woman")), (Sex.MEN, _("Man")), (Sex.NOT_RECORDED, _("Not recorded"))]


class PersonForm(forms.Form):
    """A new person for this session. The rules are in services/people.py."""

    given_name = forms.CharField(label=_("First name"), max_length=100, help_text=_("In the script they write it in."))
    family_name = forms.CharField(label=_("Last name"), max_length=100)
    sex = forms.ChoiceField(
        label=_("Sex"),
        choices=SEXES,
        initial=Sex.NOT_RECORDED,
    )
    jurisdiction = forms.ModelChoiceField(label=_("Jurisdiction"), queryset=Jurisdiction.objects.none())
    institution = forms.CharField(
        label=_("Institution"),
        required=False,
        max_length=200,
        help_text=_("One not known yet is added, to be confirmed."),
        widget=forms.TextInput(attrs={"list": "institutions", "autocomplete": "off"}),
    )
    position = forms.CharField(label=_("Position"), required=False, max_length=150)
    email = forms.EmailField(
        label=_("Service e-mail"), required=False, help_text=_("The one of their work, never a private one.")
    )
    role = forms.ChoiceField(label=_("Role in this session"), choices=Role.choices, initial=Role.TRAINEE)
    anyway = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, session, **kwargs):
        super().__init__(*args, **kwargs)
        own = session.jurisdictions.all()
        offered = own if own else Jurisdiction.objects.all()
        self.fields["jurisdiction"].queryset = offered
        if len(offered) == 1:
            self.fields["jurisdiction"].initial = offered[0]
        self.institutions = Institution.objects.filter(jurisdiction__in=offered).order_by("name")

    def person(self):
        """What services.people.create_person takes, beside session and account."""
        details = {name: self.cleaned_data[name] for name in PERSON if name in self.cleaned_data}
        return {**details, "institution_name": self.cleaned_data["institution"]}

    def take(self, error):
        """Show what the service refused beside the fields it is about."""
        by_field = error.error_dict if hasattr(error, "error_dict") else {None: error.error_list}
        for name, errors in by_field.items():
            self.add_error(name if name in self.fields else None, errors)


PERSON = ("given_name", "family_name", "sex", "jurisdiction", "position", "email", "anyway")


class ParticipationForm(forms.ModelForm):
    """The snapshot of somebody on a roster. The rules are in services/registering.py."""

    sex = forms.ChoiceField(label=_("Sex"), choices=SEXES)
    institution = forms.CharField(
        label=_("Institution"),
        required=False,
        max_length=200,
        help_text=_("One not known yet is added, to be confirmed."),
        widget=forms.TextInput(attrs={"list": "institutions", "autocomplete": "off"}),
    )
    also_person = forms.BooleanField(
        label=_("Also the person's record"),
        required=False,
        help_text=_("What you change here, but for the role, is changed there too. Other sessions keep theirs."),
    )

    class Meta:
        model = Participation
        fields = ["role", "position", "sex", "jurisdiction"]

    field_order = ["role", "sex", "jurisdiction", "institution", "position", "also_person"]

    def __init__(self, *args, instance, **kwargs):
        home = instance.institution
        super().__init__(*args, instance=instance, initial={"institution": home.name if home else ""}, **kwargs)
        self.institutions = Institution.objects.filter(jurisdiction=instance.jurisdiction_id).order_by("name")

    def corrections(self):
        """What services.registering.change takes, of the fields that were changed."""
        changed = {name: self.cleaned_data[name] for name in self.changed_data if name != "also_person"}
        if "institution" in changed:
            changed["institution_name"] = changed.pop("institution")
        return changed
