"""What became of each participation: derived from its marks and its session, never set by hand (design §3.1)."""

from collections.abc import Collection
from math import ceil

from django.db import connection
from django.db.models import Case, Value, When
from django.utils import timezone

from training.choices import Mark, Modality, Outcome
from training.models import Attendance, Participation, Session

# Plain SQL, because every tap on a register runs it: Django would put the same text together anew each time.
DAYS_THERE = (
    "(SELECT COUNT(*) FROM training_attendance AS marked"
    " WHERE marked.participation_id = training_participation.id AND marked.mark IN (%s, %s))"
)
FROM_MARKS = (
    f"UPDATE training_participation SET updated_at = %s, days_attended = {DAYS_THERE}, outcome = CASE"  # noqa: S608 no value in it
    f" WHEN withdrawn_at IS NOT NULL THEN %s WHEN {DAYS_THERE} >= %s{{passed}} THEN %s"
    f" WHEN {DAYS_THERE} > 0 THEN %s ELSE %s END WHERE session_id = %s{{only}}"
)


def recompute(session: Session, *, only: Collection[int] | None = None) -> None:
    """Bring days attended and outcome of the session's participations in step with its marks.

    `only` narrows it to these participations where nobody else's outcome can have changed. In a session that is
    over, the first mark and the loss of the last one change everybody's, so there it is ignored. Call it inside the
    transaction that changed something. A self-paced session has no days: its outcomes come from the course.
    One query for the days of the session and one to write, at most two more in a session that is over.
    """
    if session.modality == Modality.SELF_PACED:
        return
    no_register = session.is_over and not Attendance.objects.filter(participation__session=session).exists()
    if only is not None and session.is_over and _others_differ(session, only, no_register):
        only = None
    if no_register:
        found = Participation.objects.filter(session=session)
        found = found if only is None else found.filter(pk__in=only)
        found.update(days_attended=None, outcome=_without_register(), updated_at=timezone.now())
    else:
        _follow_marks(session, only)


def _others_differ(session: Session, only: Collection[int], no_register: bool) -> bool:
    """Whether somebody else's days still say a register was kept where none is any more, or the other way round."""
    others = Participation.objects.filter(session=session, days_attended__isnull=not no_register)
    return others.exclude(pk__in=only).exists()


def days_to_complete(session: Session) -> int | None:
    """How many days present or late complete this session: its share of all its days, rounded up. None without days."""
    days = session.days.count()
    return ceil(days * session.attendance_share / 100) if days else None


def _without_register() -> Case:
    return Case(When(withdrawn_at__isnull=False, then=Value(Outcome.WITHDRAWN)), default=Value(Outcome.ATTENDED))


def _follow_marks(session: Session, only: Collection[int] | None) -> None:
    """One UPDATE, and a query for the days of the session."""
    if only is not None and not only:
        return
    there = Mark.there()
    fields = {field.name: field for field in Participation._meta.concrete_fields}
    pass_mark = session.training.pass_mark if session.training else None
    passed = [] if pass_mark is None else [fields["post_score"].get_db_prep_save(pass_mark, connection)]
    values = [
        fields["updated_at"].get_db_prep_save(timezone.now(), connection),
        *there,
        Outcome.WITHDRAWN.value,
        *there,
        days_to_complete(session) or 1,  # a session without days has no marks either
        *passed,
        Outcome.COMPLETED.value,
        *there,
        Outcome.ATTENDED.value,
        (Outcome.ABSENT if session.is_over else Outcome.REGISTERED).value,
        session.pk,
        *(only or ()),
    ]
    narrowed = "" if only is None else f" AND id IN ({', '.join(['%s'] * len(only))})"
    sql = FROM_MARKS.format(passed=" AND post_score >= %s" if passed else "", only=narrowed)
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
