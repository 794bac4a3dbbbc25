"""The closed lists of the domain. Each code is what exports, commands and addresses use; labels are for people."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Sex(TextChoices):
    WOMEN = "F", _("Women")
    MEN = "M", _("Men")
    NOT_RECORDED = "U", _("Not recorded")


# What a person's record says; the labels above name groups.
SEX_OF_A_PERSON = {Sex.WOMEN.value: _("Woman"), Sex.MEN.value: _("Man"), Sex.NOT_RECORDED.value: _("Not recorded")}


class SessionStatus(TextChoices):
    PLANNED = "planned", _("Planned")
    OPEN = "open", _("Open")
    DELIVERED = "delivered", _("Delivered")
    CLOSED = "closed", _("Signed off")
    CANCELLED = "cancelled", _("Cancelled")

    @classmethod
    def counted(cls) -> list[str]:
        """The states whose figures count (design §3.1)."""
        return [cls.OPEN.value, cls.DELIVERED.value, cls.CLOSED.value]

    @classmethod
    def over(cls) -> list[str]:
        """The states after the last day."""
        return [cls.DELIVERED.value, cls.CLOSED.value]


class SessionKind(TextChoices):
    TRAINING = "training", _("Training")
    TRAINING_OF_TRAINERS = "training_of_trainers", _("Training of trainers")
    WORKSHOP = "workshop", _("Workshop")
    MEETING = "meeting", _("Meeting")
    SERIES = "series", _("Series")


class Modality(TextChoices):
    IN_PERSON = "in_person", _("In person")
    ONLINE = "online", _("Online")
    HYBRID = "hybrid", _("Hybrid")
    SELF_PACED = "self_paced", _("Self-paced")


class Role(TextChoices):
    """What a person does in a session."""

    TRAINEE = "trainee", _("Trainee")
    TRAINER = "trainer", _("Trainer")
    OBSERVER = "observer", _("Observer")
    ORGANISER = "organiser", _("Organiser")


class Outcome(TextChoices):
    REGISTERED = "registered", _("Registered")
    ATTENDED = "attended", _("Attended")
    COMPLETED = "completed", _("Completed")
    ABSENT = "absent", _("Absent")
    WITHDRAWN = "withdrawn", _("Withdrawn")

    @classmethod
    def counted(cls) -> list[str]:
        """The states that count as a participation (design §3.1)."""
        return [cls.ATTENDED.value, cls.COMPLETED.value]


class Mark(TextChoices):
    PRESENT = "present", _("Present")
    LATE = "late", _("Late")
    EXCUSED = "excused", _("Excused")
    ABSENT = "absent", _("Absent")

    @classmethod
    def there(cls) -> list[str]:
        """The marks that make a person-day."""
        return [cls.PRESENT.value, cls.LATE.value]


class Way(TextChoices):
    """How a mark came in."""

    PAGE = "page", _("Page")
    OFFLINE = "offline", _("Offline")
    CODE = "code", _("Code")
    PAPER = "paper", _("Paper")
    IMPORT = "import", _("Import")


class CheckInWay(TextChoices):
    """By what somebody who checked in was known."""

    LOG_IN = "log_in", _("Log-in")
    NUMBER = "number", _("Number")


class Scope(TextChoices):
    """What a headcount stands for (design §3.4)."""

    WHOLE = "whole", _("The whole session, instead of a roster")
    UNNAMED = "unnamed", _("People beside the roster whose names may not be recorded")
    PUBLISHED = "published", _("Published elsewhere, only compared with what we counted")


class ProjectStatus(TextChoices):
    PLANNED = "planned", _("Planned")
    ONGOING = "ongoing", _("Ongoing")
    COMPLETED = "completed", _("Completed")


class Sector(TextChoices):
    PUBLIC = "public", _("Public")
    PRIVATE = "private", _("Private")


class Measure(TextChoices):
    PARTICIPATIONS = "participations", _("Participations")
    PEOPLE = "people", _("Unique people")
    PERSON_DAYS = "person_days", _("Person-days")


class Audience(TextChoices):
    """Who will read a report: for whoever is outside, small cells are withheld (design §3.10)."""

    INTERNAL = "internal", _("Internal")
    DONOR = "donor", _("Donors and the public")


class RequestState(TextChoices):
    """What became of a request for access."""

    OPEN = "open", _("Waiting")
    APPROVED = "approved", _("Invited")
    REFUSED = "refused", _("Refused")


class DataRequestKind(TextChoices):
    """What a person may ask of whoever keeps their record."""

    CORRECTION = "correction", _("Put something right")
    ERASURE = "erasure", _("Erase what names me")


class AnswerState(TextChoices):
    """What became of such a request."""

    OPEN = "open", _("Waiting")
    DONE = "done", _("Done")
    REFUSED = "refused", _("Refused")


class Language(TextChoices):
    ENGLISH = "en", _("English")
    ALBANIAN = "sq", _("Albanian")
    BOSNIAN = "bs", _("Bosnian")
    CROATIAN = "hr", _("Croatian")
    MACEDONIAN = "mk", _("Macedonian")
    MONTENEGRIN = "cnr", _("Montenegrin")
    SERBIAN = "sr", _("Serbian")


# The dimensions a headcount can be broken down by, in the order in which ties are settled (design §3.5).
BREAKDOWN_DIMENSIONS = ("jurisdiction", "institution_type", "institution", "sex")
