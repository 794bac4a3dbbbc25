"""What every page of a course asks first: the course itself, and where its reader is (see training/prepared.py)."""

from collections.abc import Collection
from functools import cache
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from elearning.models import Course, Enrolment, ModuleProgress
from training.models import Account
from training.prepared import Prepared, columns, record

COURSE, ENROLMENT = columns(Course), columns(Enrolment)


def course_at(slug: str, account: Account) -> Course | None:
    """The course at this address, if the account may know of it. One query."""
    rows = _visible_to(account.role_names).rows(slug, account.pk)
    return record(Course, rows[0]) if rows else None


@cache
def _visible_to(roles: frozenset[str]) -> Prepared:
    """The query for accounts in these roles, on which its shape depends; its values are the address and the account."""

    def rows(slug: str, pk: int) -> QuerySet[Any, Any]:
        somebody = Account(pk=pk)
        somebody.role_names = roles
        return Course.objects.visible_to(somebody).filter(slug=slug).values_list(*COURSE)

    return Prepared(rows)


def _enrolments(account: int, course: int) -> QuerySet[Any, Any]:
    own = Enrolment.objects.of_account(Account(pk=account)).in_course(Course(pk=course))
    return own.values_list(*ENROLMENT)[:1]


def _progress(*enrolments: int) -> QuerySet[Any, Any]:
    read = ModuleProgress.objects.filter(enrolment__in=enrolments)
    return read.values_list("enrolment", "module_key", "read_at")


ENROLMENTS, PROGRESS = Prepared(_enrolments), Prepared(_progress)


def enrolment_of(account: Account, course: Course) -> Enrolment | None:
    """The account's own enrolment, in the newest edition they take. One query."""
    rows = ENROLMENTS.rows(account.pk, course.pk)
    return record(Enrolment, rows[0]) if rows else None


def progress_in(enrolments: Collection[Enrolment]) -> dict[tuple[int, UUID], bool]:
    """Each module somebody opened, by the enrolment's id and the module's key: whether it is read. One query."""
    rows = PROGRESS.rows(*[one.pk for one in enrolments]) if enrolments else []
    return {(enrolment, module): read_at is not None for enrolment, module, read_at in rows}
