"""Roster against headcount against published: which sessions are compared, what counts in each, and why."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import ProjectFactory, SessionFactory
from tests.training.figures import by_jurisdiction, by_sex, headcount_of, roster_of, source_called
from training.choices import SessionKind, SessionStatus
from training.models import Session
from training.statistics.compared import compared
from training.statistics.engine import ask
from training.statistics.question import Question

pytestmark = pytest.mark.django_db


def delivered(**values):
    return SessionFactory(status=SessionStatus.DELIVERED, **values)


def all_compared():
    return compared(Session.objects.all())


def only():
    [one] = all_compared()
    return one


def rows(one):
    return [(figure.kind, figure.total, figure.counts, figure.difference) for figure in one.figures]


class TestASessionIsCompared:
    @pytest.mark.parametrize("scope", ["whole", "unnamed", "published"])
    def test_not_with_a_headcount_alone(self, scope):
        headcount_of(delivered(), 10, scope=scope)
        assert all_compared() == []

    def test_not_with_a_roster_alone(self):
        roster_of(delivered(), MK_F=2)
        assert all_compared() == []

    def test_not_with_two_headcounts_of_one_kind(self):
        session = delivered()
        headcount_of(session, 10, scope="published")
        headcount_of(session, 12, scope="published")
        assert all_compared() == []

    def test_only_if_it_was_asked_for(self):
        for session in (delivered(), delivered()):
            headcount_of(session, 10)
            headcount_of(session, 12, scope="published")
        assert len(compared(Session.objects.filter(pk=session.pk))) == 1

    def test_even_where_its_figures_agree(self):
        session = delivered()
        roster_of(session, MK_F=2)
        headcount_of(session, 2, scope="published")
        assert not only().differs


class TestWhatCounts:
    def test_is_the_headcount_of_the_whole_until_the_roster_replaces_it(self):
        session = delivered()
        roster_of(session, MK_F=2, MK_M=1)
        headcount_of(session, 5)
        one = only()
        assert rows(one) == [("roster", 3, False, -2), ("whole", 5, True, None)]
        assert (one.counted, one.waits, one.differs) == (5, True, True)
        assert "until a person confirms that the roster replaces it" in one.why

    def test_is_the_roster_with_the_people_beside_it(self):
        session = delivered()
        roster_of(session, MK_F=2, MK_M=1)
        headcount_of(session, 4, scope="unnamed")
        headcount_of(session, 9, scope="published")
        one = only()
        assert rows(one) == [("roster", 3, True, None), ("unnamed", 4, True, None), ("published", 9, False, 2)]
        assert (one.counted, one.waits, one.counts_several) == (7, False, True)
        assert one.why == (
            "The roster counts, and with it the people whose names may not be recorded."
            " What was published is only compared."
        )

    def test_leaves_headcounts_beside_the_roster_out_while_one_stands_for_the_whole(self):
        session = delivered()
        headcount_of(session, 4, scope="unnamed")
        headcount_of(session, 9)
        headcount_of(session, 8, scope="published")
        assert rows(only()) == [("whole", 9, True, None), ("unnamed", 4, False, -5), ("published", 8, False, -1)]

    @pytest.mark.parametrize("status", [SessionStatus.PLANNED, SessionStatus.CANCELLED])
    def test_is_nothing_in_a_session_that_does_not_count(self, status):
        session = SessionFactory(status=status)
        headcount_of(session, 9)
        headcount_of(session, 8, scope="published")
        one = only()
        assert (one.counted, rows(one)) == (None, [("whole", 9, False, None), ("published", 8, False, None)])
        assert f"the session is {status}" in one.why

    @pytest.mark.parametrize("kind", [SessionKind.SERIES, SessionKind.TRAINING])
    def test_is_nothing_of_a_session_that_restates_others(self, kind):
        parent = delivered(kind=kind)
        SessionFactory(parent=parent, status=SessionStatus.DELIVERED)
        headcount_of(parent, 9)
        headcount_of(parent, 8, scope="published")
        one = only()
        assert one.counted is None
        assert "restates other sessions" in one.why

    def test_is_what_the_engine_counts(self):
        for number, scopes in enumerate((["whole"], ["unnamed"], ["whole", "unnamed"], [])):
            session = delivered()
            roster_of(session, MK_F=2 + number, MK_M=1)
            roster_of(session, outcome="absent", MK_M=1)
            for scope in scopes:
                headcount_of(session, 5 + number, by_sex(F=1, M=2), scope=scope)
            headcount_of(session, 40, scope="published")
        cells = ask(Question(by=("session",))).cells
        counted = dict(zip(cells["session"], cells["participations"], strict=True))
        assert {one.session_key: one.counted for one in all_compared()} == counted
        assert len(counted) == 4


class TestWomenAndMen:
    def test_are_told_as_far_as_each_figure_tells(self):
        session = delivered()
        roster_of(session, MK_F=2, MK_M=1, MK_U=1)
        headcount_of(session, 9, by_sex(F=3, M=4), scope="published", quote="Nine came", source=source_called("news"))
        headcount_of(session, 8, by_jurisdiction(MK=8), scope="published")
        roster, first, second = only().figures
        assert (roster.women, roster.men, roster.not_known) == (2, 1, 1)
        assert (first.women, first.men, first.not_known) == (3, 4, 2)
        assert (first.quote, first.source) == ("Nine came", "SEESAC")
        assert (second.women, second.men, second.not_known) == (None, None, 8)

    def test_are_zero_where_it_is_known_that_none_came(self):
        session = delivered()
        roster_of(session, MK_M=2)
        headcount_of(session, 0, scope="published")
        roster, published = only().figures
        assert (roster.women, roster.men, published.women, published.men) == (0, 2, 0, 0)


def test_they_come_by_project_and_title():
    for project, title in (("b", "Second"), ("a", "Third"), ("a", "First")):
        session = delivered(project=ProjectFactory(title=project), title=title)
        headcount_of(session, 9)
        headcount_of(session, 8, scope="published")
    assert [one.session_title for one in all_compared()] == ["First", "Third", "Second"]


def test_the_number_of_queries_does_not_grow_with_the_sessions():
    def make():
        session = delivered()
        roster_of(session, MK_F=2)
        headcount_of(session, 5, by_sex(F=2, M=2), scope="published", source=source_called("s"))
        headcount_of(session, 3, by_sex(F=1, M=2), scope="unnamed")

    make()
    with CaptureQueriesContext(connection) as with_one:
        all_compared()
    make()
    make()
    with CaptureQueriesContext(connection) as with_three:
        assert len(all_compared()) == 3
    assert len(with_three) == len(with_one)
