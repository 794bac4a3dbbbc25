"""Forms about people: choosing another, putting a record right, asking about one's own data, answering. No rules."""

from django import forms
from django.utils.translation import gettext_lazy as _

from training.choices import SEX_OF_A_PERSON, DataRequestKind
from training.models import Institution, Person


class OtherPersonForm(forms.Form):
    """Somebody else of the people the account keeps, by the number of their record."""

    into = forms.ModelChoiceField(label=_("Another person"), queryset=Person.objects.none())

    def __init__(self, *args, person, account, **kwargs):
        super().__init__(*args, **kwargs)
        others = Person.objects.kept_by(account).exclude(pk=person.pk)
        self.fields["into"].queryset = others.select_related("jurisdiction", "institution", "account")


class Refusable:
    def take(self, error):
        """Show what the service refused beside the fields it is about."""
        by_field = error.error_dict if hasattr(error, "error_dict") else {None: error.error_list}
        for name, errors in by_field.items():
            self.add_error(name if name in self.fields else None, errors)


class RecordForm(Refusable, forms.ModelForm):
    """Institutions are those of the person's jurisdiction, and the international ones."""

    class Meta:
        model = Person
        fields = ["given_name", "family_name", "sex", "institution", "position", "email"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["sex"].choices = SEX_OF_A_PERSON.items()
        places = Institution.objects.filter(jurisdiction=self.instance.jurisdiction_id)
        field = self.fields["institution"]
        field.queryset = places | Institution.objects.filter(jurisdiction=None)
        field.empty_label = _("Not stated")


class AskForm(Refusable, forms.Form):
    kind = forms.ChoiceField(label=_("What you ask for"), choices=DataRequestKind.choices)
    text = forms.CharField(
        label=_("What is wrong, and what it should be"), required=False, widget=forms.Textarea(attrs={"rows": 4})
    )


class AnswerForm(Refusable, forms.Form):
    answer = forms.CharField(
        label=_("Your answer"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Whoever asked reads it."),
    )
