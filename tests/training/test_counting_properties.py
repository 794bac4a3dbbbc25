"""The counting rules, against a count by hand: whatever is in the register, the engine and the plain loops agree."""

from collections import Counter
from dataclasses import dataclass, field
from itertools import combinations

import pandas as pd
import pytest
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
)
from training.choices import BREAKDOWN_DIMENSIONS, Outcome, Role, SessionKind, SessionStatus
from training.models import Breakdown, Cell, Headcount, Jurisdiction
from training.statistics.engine import ask
from training.statistics.headcounts import Count, Division, cells_of, choose
from training.statistics.question import Question

CODES = {
    "jurisdiction": ["XK", "MK"],
    "institution_type": ["police", "customs"],
    "institution": ["a", "b"],
    "sex": ["F", "M", "U"],
}


# --- one headcount, without a database ------------------------------------------------------------------------------


@st.composite
def divisions(draw):
    names = tuple(
        n for n in BREAKDOWN_DIMENSIONS if n in draw(st.sets(st.sampled_from(BREAKDOWN_DIMENSIONS), min_size=1))
    )
    rows = draw(st.lists(st.tuples(*(st.sampled_from(CODES[name]) for name in names)), unique=True, max_size=4))
    return Division(
        dimensions=names, cells=[(dict(zip(names, row, strict=True)), draw(st.integers(0, 30))) for row in rows]
    )


@st.composite
def counts(draw):
    single = draw(st.sets(st.sampled_from(BREAKDOWN_DIMENSIONS), max_size=2))
    facts = {name: (draw(st.sampled_from(CODES[name])),) for name in single}
    return Count(total=draw(st.integers(0, 60)), facts=facts, divisions=draw(st.lists(divisions(), max_size=4)))


dimensions_asked = st.permutations(BREAKDOWN_DIMENSIONS).flatmap(
    lambda order: st.integers(0, len(order)).map(lambda size: tuple(order[:size]))
)


@given(counts(), dimensions_asked)
def test_the_cells_of_a_headcount_always_sum_to_its_total(count, asked):
    assert sum(number for _codes, number in cells_of(count, asked)) == count.total


@given(counts(), dimensions_asked)
def test_no_breakdown_that_exceeds_the_total_is_used_and_none_that_carries_more_is_passed_over(count, asked):
    wanted = [name for name in BREAKDOWN_DIMENSIONS if name in asked and name not in count.facts]
    chosen = choose(count, wanted)
    usable = [d for d in count.divisions if d.total <= count.total and set(d.dimensions) & set(wanted)]
    assert (chosen is None) == (not usable)
    if chosen:
        assert chosen.total <= count.total
        most = max(len(set(d.dimensions) & set(wanted)) for d in usable)
        assert len(set(chosen.dimensions) & set(wanted)) == most


@given(counts(), dimensions_asked)
def test_the_order_asked_for_changes_no_figure(count, asked):
    def counted(order):
        found = Counter()
        for codes, number in cells_of(count, order):
            found[tuple(codes[name] for name in sorted(order))] += number
        return found

    assert counted(asked) == counted(tuple(reversed(asked)))


def test_where_two_breakdowns_carry_as_much_the_one_that_sums_to_the_total_is_used():
    short = Division(dimensions=("sex",), cells=[({"sex": "M"}, 75), ({"sex": "F"}, 24)])
    whole = Division(dimensions=("jurisdiction", "sex"), cells=[({"jurisdiction": "XK", "sex": "M"}, 119)])
    assert choose(Count(total=119, facts={}, divisions=[short, whole]), ["sex"]) is whole


def test_ties_go_by_jurisdiction_before_sex():
    by_sex = Division(dimensions=("sex",), cells=[({"sex": "M"}, 10)])
    by_place = Division(dimensions=("jurisdiction",), cells=[({"jurisdiction": "XK"}, 9)])
    assert choose(Count(total=10, facts={}, divisions=[by_sex, by_place]), ["sex", "jurisdiction"]) is by_place


# --- a whole register, with a database ------------------------------------------------------------------------------


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
    places=st.lists(st.sampled_from(CODES["jurisdiction"]), unique=True, max_size=2),
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
    session = SessionFactory(
        status=plan.status,
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


def as_answered(frame, by):
    measures = frame[["participations", "people", "person_days"]].astype(object)
    rows = zip(
        frame[list(by)].itertuples(index=False, name=None), measures.itertuples(index=False, name=None), strict=True
    )
    found = {tuple(key): tuple(None if pd.isna(value) else int(value) for value in row) for key, row in rows}
    return {key: row for key, row in found.items() if row[0]}


@pytest.mark.django_db
@settings(
    max_examples=20,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(sessions=st.lists(plans, max_size=5))
def test_the_engine_counts_what_plain_loops_count(sessions):
    with transaction.atomic():
        places = [JurisdictionFactory(code=code) for code in CODES["jurisdiction"]]
        institution = InstitutionFactory(jurisdiction=places[0], type=InstitutionTypeFactory())
        people = [
            PersonFactory(sex="FMUFM"[index], jurisdiction=places[index % 2], institution=institution)
            for index in range(5)
        ]
        project = ProjectFactory()
        for plan in sessions:
            build(plan, people, project)
        rows = list(by_hand(sessions, people))
        by = ("jurisdiction", "sex", "outcome")
        answer = ask(Question(by=by))
        assert as_answered(answer.cells, by) == grouped(rows, by)
        for size in (1, 2):
            for subset in combinations(by, size):
                assert as_answered(answer.margins[subset], subset) == grouped(rows, subset)
        expected = figures(rows) if rows else (0, 0, 0)
        total = answer.total
        assert total["participations"] == expected[0]
        if expected[0]:
            assert (total["people"], total["person_days"]) == expected[1:]
        transaction.set_rollback(True)
