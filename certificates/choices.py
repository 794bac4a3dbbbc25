"""The closed lists of certificates. Codes stand in what was issued: none is ever given a new meaning."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from training.choices import Language

# What a certificate can be written in: the languages of sessions, and Serbian in its other script.
SERBIAN_IN_LATIN = "sr-Latn"
LANGUAGES = [*Language.choices, (SERBIAN_IN_LATIN, _("Serbian, in Latin letters"))]


class Kind(TextChoices):
    ATTENDANCE = "attendance", _("Attendance")
    COMPLETION = "completion", _("Completion")


class Result(TextChoices):
    """What a certificate of completion rests on."""

    DAYS = "days", _("Days attended")
    DAYS_AND_TEST = "days_and_test", _("Days attended and test passed")
    COURSE = "course", _("Course passed")
    OVERRIDE = "override", _("Decision of the organiser")


class Layout(TextChoices):
    LANDSCAPE = "landscape", _("Landscape")
    PORTRAIT = "portrait", _("Portrait")


class State(TextChoices):
    """What a check of a certificate answers."""

    VALID = "valid", _("Valid")
    SUPERSEDED = "superseded", _("Superseded by another certificate")
    EXPIRED = "expired", _("Expired")
    REVOKED = "revoked", _("Revoked")
    UNKNOWN = "unknown", _("Unknown")
