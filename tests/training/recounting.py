"""Random registers with a database, random questions to them, and plain loops that count what the answer has to be."""

from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.factories import (
    InstitutionFactory,
    InstitutionTypeFactory,
    JurisdictionFactory,
    ParticipationFactory,
    PersonFactory,
    ProjectFactory,
    SessionFactory,
    signed_off,
)
from training.choices import Outcome, Role, SessionKind, SessionStatus
from training.models import Breakdown, Cell, Headcount, Jurisdiction

PLACES = ["XK", "MK"]
BY = ("jurisdiction", "sex", "outcome")
MEASURES = ("participations", "people", "person_days")


@dataclass
class Row:
    """A participation, or one of a headcount's, as the plain loops count it."""

    codes: dict
    person: int | None
    days: int | None
    number: int = 1


@dataclass
class Plan:
    """One session to be: its state, its own roster (person, role, outcome, days) and its headcounts."""

    status: str
    series: bool
    places: list
    roster: list
    whole: int | None
    unnamed: int | None
    by_sex: int = 0
    children: list = field(default_factory=list)


plans = st.builds(
    Plan,
    status=st.sampled_from(SessionStatus.values),
    series=st.booleans().flatmap(lambda first: st.booleans().map(lambda second: first and second)),
    places=st.lists(st.sampled_from(PLACES), unique=True, max_size=2),
    roster=st.lists(
        st.tuples(
            st.integers(0, 4),
            st.sampled_from([Role.TRAINEE, Role.TRAINEE, Role.TRAINER]),
            st.sampled_from([Outcome.REGISTERED, Outcome.ATTENDED, Outcome.COMPLETED, Outcome.ABSENT]),
            st.one_of(st.none(), st.integers(1, 3)),
        ),
        unique_by=lambda row: row[0],
        max_size=4,
    ),
    whole=st.one_of(st.none(), st.none(), st.integers(0, 20)),
    unnamed=st.one_of(st.none(), st.integers(0, 9)),
    by_sex=st.integers(0, 9),
)


def build(plan, people, project):
    closed = plan.status == SessionStatus.CLOSED  # once everything is in it
    session = SessionFactory(
        status=SessionStatus.DELIVERED if closed else plan.status,
        kind=SessionKind.SERIES if plan.series else SessionKind.TRAINING,
        project=project,
        start=None,
        jurisdictions=[Jurisdiction.objects.get(code=code) for code in plan.places],
    )
    for index, role, outcome, days in plan.roster:
        ParticipationFactory(session=session, person=people[index], role=role, outcome=outcome, days_attended=days)
    for scope, total in (("whole", plan.whole), ("unnamed", plan.unnamed)):
        if total is not None:
            headcount = Headcount.objects.create(session=session, scope=scope, total=total, reason="not to be named")
            breakdown = Breakdown.objects.create(headcount=headcount, by_sex=True)
            Cell.objects.create(breakdown=breakdown, sex="F", number=plan.by_sex)
    if closed:
        signed_off(session)


def by_hand(plans, people):
    """Every counted participation and headcount of the plans, one rule after the other."""
    for plan in plans:
        if plan.series or plan.status not in {"open", "delivered", "closed"}:
            continue
        if plan.whole is None:
            for index, role, outcome, days in plan.roster:
                if role == Role.TRAINEE and outcome in {Outcome.ATTENDED, Outcome.COMPLETED}:
                    person = people[index]
                    yield Row(
                        {"jurisdiction": person.jurisdiction.code, "sex": person.sex, "outcome": outcome.value},
                        index,
                        days,
                    )
        total = plan.unnamed if plan.whole is None else plan.whole
        if total is not None:
            place = plan.places[0] if len(plan.places) == 1 else "_X"
            women = plan.by_sex if plan.by_sex <= total else 0
            for sex, number in (("F", women), ("_X", total - women)):
                yield Row({"jurisdiction": place, "sex": sex, "outcome": "_X"}, None, None, number)


def grouped(rows, by):
    found = {}
    for row in rows:
        found.setdefault(tuple(row.codes[name] for name in by), []).append(row)
    return {key: figures(rows) for key, rows in found.items() if sum(row.number for row in rows)}


def figures(rows):
    people = {row.person for row in rows if row.person is not None}
    days = [row.days for row in rows if row.days is not None]
    return sum(row.number for row in rows), len(people) or None, sum(days) if days else None


dimensions = st.permutations(BY).flatmap(lambda order: st.integers(1, 3).map(lambda size: tuple(order[:size])))
measures = st.sets(st.sampled_from(MEASURES), min_size=1).map(lambda chosen: tuple(m for m in MEASURES if m in chosen))
one_measure = st.sampled_from(MEASURES).map(lambda measure: (measure,))


def asking(questions, *, times, registers):
    """Some questions to each of some random registers."""
    several = st.lists(questions, min_size=times, max_size=times)
    slow = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.large_base_example]
    phases = [Phase.explicit, Phase.reuse, Phase.generate]
    described = settings(max_examples=registers, deadline=None, phases=phases, suppress_health_check=slow)
    return lambda test: described(given(sessions=st.lists(plans, min_size=2, max_size=5), questions=several)(test))


@contextmanager
def register_of(sessions):
    """The register that these plans describe; gives its participations as plain loops count them."""
    with transaction.atomic():
        places = [JurisdictionFactory(code=code) for code in PLACES]
        institution = InstitutionFactory(jurisdiction=places[0], type=InstitutionTypeFactory())
        people = [
            PersonFactory(sex="FMUFM"[index], jurisdiction=places[index % 2], institution=institution)
            for index in range(5)
        ]
        project = ProjectFactory()
        for plan in sessions:
            build(plan, people, project)
        yield list(by_hand(sessions, people))
        transaction.set_rollback(True)


def counted(rows, codes, measure):
    """The figure of these codes by hand; None where there is nothing, or nothing that is known."""
    own = [row for row in rows if codes.items() <= row.codes.items()]
    return figures(own)[MEASURES.index(measure)] if sum(row.number for row in own) else None
