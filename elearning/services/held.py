"""Courses among what is held about a person (training/services/held.py)."""

from django.db.models import Count, Max
from django.utils.translation import gettext as _

from elearning.languages import own_name
from elearning.models import Enrolment
from training.models import Person
from training.services.held import Section


def courses_held(person: Person) -> list[Section]:
    """Theirs, under whichever of their records they were taken."""
    records = [person, *Person.with_merged.filter(merged_into=person)]
    found = Enrolment.objects.filter(participation__person__in=records).select_related("edition__course")
    labels = {
        "course": _("Course"), "language": _("Language"), "enrolled_at": _("Enrolled"), "started_at": _("Started"),
        "last_at": _("Last read"), "completed_at": _("Completed"), "attempts": _("Attempts"),
        "score": _("Best score, %"),
    }  # fmt: skip
    rows = [
        {
            "course": one.edition.course.title, "language": own_name(one.language), "enrolled_at": one.enrolled_at,
            "started_at": one.started_at, "last_at": one.last_at, "completed_at": one.completed_at,
            "attempts": one.tried, "score": one.best,
        }
        for one in found.annotate(tried=Count("attempts"), best=Max("attempts__score")).order_by("enrolled_at", "pk")
    ]  # fmt: skip
    return [Section("courses", _("Online courses"), labels, rows)]
