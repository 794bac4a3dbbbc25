"""Rules of the register that no constraint of the database can hold, looked for in all records at once."""

from collections.abc import Iterator

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.db.models.lookups import Exact, GreaterThanOrEqual
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from training.choices import Mark, Modality, Outcome, SessionKind, SessionStatus
from training.models import Attendance, Cell, Participation, RosterTally, Session, SessionDay
from training.models.sessions import DEFAULT_ATTENDANCE_SHARE
from training.statistics.reconciliation import Contradiction, contradictions, make_fingerprint, with_decisions
from training.statistics.tallies import cells_of

OVER = Q(session__status__in=SessionStatus.over())
NO_REGISTER = OVER & Q(kept=False)


def findings(sessions: QuerySet[Session] | None = None, *, outcomes: bool = True) -> list[Contradiction]:
    """Every contradiction and every broken rule, each with the decision about it, if there is one.

    Looking at all `outcomes` takes seconds where there are a hundred thousand participations: too long for a page.
    """
    chosen = Session.objects.all() if sessions is None else sessions
    return [*contradictions(sessions), *broken_rules(chosen, outcomes=outcomes)]


def broken_rules(sessions: QuerySet[Session], *, outcomes: bool = True) -> list[Contradiction]:
    """Parents with a roster, cells about a jurisdiction their session does not have, outcomes that do not follow from
    the marks, tallies that are not what their rosters say. Six queries.
    """
    chosen = sessions.order_by()
    astray = [*_outcomes_astray(chosen), *_tallies_astray(chosen)] if outcomes else ()
    return with_decisions([*_parents_with_roster(chosen), *_foreign_cells(chosen), *astray])


def _parents_with_roster(sessions: QuerySet[Session]) -> Iterator[Contradiction]:
    is_parent = Q(kind=SessionKind.SERIES) | Exists(Session.objects.filter(parent=OuterRef("pk")))
    rows = sessions.filter(is_parent).annotate(people=Count("participations")).filter(people__gt=0)
    for key, title, people in rows.values_list("key", "title", "people"):
        message = ngettext(
            "It restates other sessions, so it can have no roster: %(people)s person is on it.",
            "It restates other sessions, so it can have no roster: %(people)s people are on it.",
            people,
        )
        yield _broken(key, title, "parent with roster", message % {"people": people}, people)


def _foreign_cells(sessions: QuerySet[Session]) -> Iterator[Contradiction]:
    through = Session.jurisdictions.through.objects.filter(session=OuterRef("breakdown__headcount__session"))
    rows = (
        Cell.objects.filter(breakdown__headcount__session__in=sessions.values("pk"), jurisdiction__isnull=False)
        .filter(Exists(through), ~Exists(through.filter(jurisdiction=OuterRef("jurisdiction"))))
        .values_list("breakdown__headcount__session__key", "breakdown__headcount__session__title", "jurisdiction__name")
        .annotate(people=Count("pk"))
        .order_by("breakdown__headcount__session__key", "jurisdiction__name")
    )
    for key, title, name, cells in rows:
        message = _("A headcount gives figures for %(jurisdiction)s, which is not among the session's jurisdictions.")
        yield _broken(key, title, f"foreign cell {name}", message % {"jurisdiction": name}, cells)


def _outcomes_astray(sessions: QuerySet[Session]) -> Iterator[Contradiction]:
    """Participations whose outcome or days are not what services/outcomes.py would have written."""
    there = Attendance.objects.filter(participation=OuterRef("pk"), mark__in=Mark.there()).order_by()
    days = SessionDay.objects.filter(session=OuterRef("session")).order_by()
    rows = (
        Participation.objects.filter(session__in=sessions.values("pk"), withdrawn_at__isnull=True)
        .exclude(session__modality=Modality.SELF_PACED)
        .annotate(
            kept=Exists(Attendance.objects.filter(participation__session=OuterRef("session"))),
            there=_number(there.values("participation")),
            needed=_number(days.values("session"))
            * Coalesce("session__training__attendance_share", Value(DEFAULT_ATTENDANCE_SHARE)),
        )
        .annotate(expected=_expected_outcome(), expected_days=Case(When(NO_REGISTER, then=None), default=F("there")))
        .filter(~Q(outcome=F("expected")) | ~Q(Exact(Coalesce("days_attended", -1), Coalesce("expected_days", -1))))
        .order_by("session__key")
        .values_list("session__key", "session__title")
        .annotate(people=Count("pk"))
    )
    for key, title, people in rows:
        message = ngettext(
            "The outcome of %(people)s participation does not follow from its marks.",
            "The outcomes of %(people)s participations do not follow from their marks.",
            people,
        )
        yield _broken(key, title, "outcomes", message % {"people": people}, people)


def _tallies_astray(sessions: QuerySet[Session]) -> Iterator[Contradiction]:
    """Kept figures that are not those of the records. What changed between looking at one and the other is looked at
    once more.
    """
    suspects = _with_other_cells(RosterTally.objects.filter(session__in=sessions.values("pk")))
    for tally in RosterTally.objects.filter(pk__in=suspects).select_related("session").order_by("session__key"):
        if _with_other_cells(RosterTally.objects.filter(pk=tally.pk)):
            message = _("The kept tally of the roster is not what its records add up to.")
            yield _broken(tally.session.key, tally.session.title, "tally", message, 1)


def _with_other_cells(tallies: QuerySet[RosterTally]) -> list[int]:
    counted = dict(cells_of(Participation.objects.filter(session__in=tallies.values("pk"))))
    kept = tallies.values_list("pk", "cells").iterator()
    return [pk for pk, cells in kept if bytes(cells) != counted.get(pk, b"")]


def _expected_outcome() -> Case:
    least = "session__training__pass_mark"
    passed = Q(**{f"{least}__isnull": True}) | Q(post_score__gte=F(least))
    enough = Q(needed__gt=0) & Q(GreaterThanOrEqual(F("there") * 100, F("needed")))
    return Case(
        When(NO_REGISTER, then=Value(Outcome.ATTENDED)),
        When(enough & passed, then=Value(Outcome.COMPLETED)),
        When(there__gt=0, then=Value(Outcome.ATTENDED)),
        When(OVER, then=Value(Outcome.ABSENT)),
        default=Value(Outcome.REGISTERED),
        output_field=CharField(),
    )


def _number(grouped: QuerySet) -> Coalesce:
    counted = grouped.annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), Value(0))


def _broken(key: str, title: str, rule: str, message: str, found: int) -> Contradiction:
    return Contradiction(
        kind="rule",
        fingerprint=make_fingerprint("rule", key, (rule, found)),
        session_key=key,
        session_title=title,
        message=message,
        stated=0,
        found=found,
    )
