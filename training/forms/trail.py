"""What the trail can be narrowed by; every choice stands in the address."""

import re
from datetime import datetime, time, timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from training.models import TrailEntry

RECORD = re.compile(r"(?P<model>[a-z_]+)\s+(?P<pk>[0-9]+)")


class TrailForm(forms.Form):
    who = forms.CharField(label=_("Who"), required=False, max_length=150)
    action = forms.ChoiceField(label=_("What"), required=False)
    start = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    end = forms.DateField(label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    session = forms.CharField(label=_("Session"), required=False, max_length=120)
    record = forms.CharField(label=_("Record"), required=False, max_length=60, help_text=_("As “person 12”."))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        actions = TrailEntry.objects.order_by("action").values_list("action", flat=True).distinct()
        self.fields["action"].choices = [("", _("Everything")), *((action, action) for action in actions)]

    def clean_record(self):
        typed = self.cleaned_data["record"].strip().lower()
        if not typed:
            return None
        found = RECORD.fullmatch(typed)
        if not found:
            raise ValidationError(_("Write the kind of record and its number, as “person 12” or “participation 340”."))
        return found["model"], found["pk"]

    def clean(self):
        cleaned = super().clean() or {}
        if cleaned.get("start") and cleaned.get("end") and cleaned["end"] < cleaned["start"]:
            raise ValidationError(_("The period ends before it starts."))
        return cleaned

    @property
    def narrowed(self):
        """The names of the fields that narrow the list."""
        return {name for name, value in getattr(self, "cleaned_data", {}).items() if value}

    @property
    def is_narrowed(self):
        return self.is_valid() and bool(self.narrowed)

    def entries(self):
        """The entries that fit, the newest first."""
        asked, found = self.cleaned_data, TrailEntry.objects.all()
        if asked["who"]:
            found = found.filter(by__email__icontains=asked["who"]) | found.filter(by__name__icontains=asked["who"])
        if asked["action"]:
            found = found.filter(action=asked["action"])
        if asked["start"]:
            found = found.filter(at__gte=_midnight(asked["start"]))
        if asked["end"]:
            found = found.filter(at__lt=_midnight(asked["end"] + timedelta(days=1)))
        if asked["session"]:
            found = found.filter(session__key=asked["session"])
        if asked["record"]:
            model, pk = asked["record"]
            found = found.about(model, int(pk))
        return found


def _midnight(day):
    return timezone.make_aware(datetime.combine(day, time.min))
