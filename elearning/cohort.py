"""Who takes an edition of a course and how far each is, for those who may read its register by name."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, Max, Q

from elearning.languages import own_name
from elearning.models import CourseEdition, Enrolment
from elearning.texts import module_keys
from training.models import Account, Participation


@dataclass(frozen=True)
class Learner:
    participation: Any
    read: int
    attempts: int
    best: Decimal | None
    passed: bool
    last_at: datetime | None
    language: str
    extra_time: int


def learners_of(edition: CourseEdition, account: Account) -> tuple[list[Learner], int]:
    """Everybody in the edition whom the account may see by name, and how many modules there are. Four queries."""
    seen = Participation.objects.of_session(edition.session, account)
    keys = module_keys(edition.course)
    read = Q(modules__read_at__isnull=False, modules__module_key__in=keys)
    enrolments = (
        Enrolment.objects.filter(edition=edition, participation__in=seen)
        .select_related("participation__person", "participation__institution", "participation__jurisdiction")
        .annotate(
            read=Count("modules", filter=read, distinct=True),
            tried=Count("attempts", distinct=True),
            best=Max("attempts__score"),
            has_passed=Max("attempts__pk", filter=Q(attempts__passed=True)),
        )
        .order_by("participation__person__search_key", "pk")
    )
    found = [
        Learner(
            one.participation, one.read, one.tried, one.best, one.has_passed is not None, one.last_at,
            own_name(one.language), one.extra_time_percent,
        )
        for one in enrolments
    ]  # fmt: skip
    return found, len(keys)
