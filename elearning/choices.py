"""The closed lists of online courses. Each code is what is stored; labels are for people."""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class Callout(TextChoices):
    """What a box that stands out is for."""

    NOTE = "note", _("Note")
    BEFORE = "before", _("Before you begin")
    WARNING = "warning", _("Take care")
    LAW = "law", _("The law")


class MediaKind(TextChoices):
    VIDEO = "video", _("Video")
    AUDIO = "audio", _("Audio")


class QuestionKind(TextChoices):
    SINGLE = "single", _("One answer is right")
    MULTIPLE = "multiple", _("Several answers are right")
    TRUE_FALSE = "true_false", _("True or false")
    NUMERIC = "numeric", _("A number")
    MATCHING = "matching", _("Put pairs together")
    SHORT_TEXT = "short_text", _("A few words")


class Difficulty(IntegerChoices):
    EASY = 1, _("Easy")
    MEDIUM = 2, _("Medium")
    HARD = 3, _("Hard")


class Ending(TextChoices):
    """How an attempt came to its end."""

    HANDED_IN = "handed_in", _("Handed in")
    TIME = "time", _("Time was up")
