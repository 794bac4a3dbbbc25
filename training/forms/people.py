"""Choosing another person. The rules are in the services."""

from django import forms
from django.utils.translation import gettext_lazy as _

from training.models import Person


class OtherPersonForm(forms.Form):
    """Somebody else of the people the account keeps, by the number of their record."""

    into = forms.ModelChoiceField(label=_("Another person"), queryset=Person.objects.none())

    def __init__(self, *args, person, account, **kwargs):
        super().__init__(*args, **kwargs)
        others = Person.objects.kept_by(account).exclude(pk=person.pk)
        self.fields["into"].queryset = others.select_related("jurisdiction", "institution", "account")
