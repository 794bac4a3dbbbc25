import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import JurisdictionFactory, SessionFactory
from tests.training.figures import (
    by_jurisdiction,
    by_jurisdiction_and_sex,
    by_kind,
    by_sex,
    headcount_of,
    roster_of,
    source_called,
)
from training.choices import SessionKind, SessionStatus
from training.models import Account, Session
from training.roadmap import load_roadmap
from training.services.headcounts import write_breakdowns
from training.statistics.reconciliation import contradictions
from training.statistics.rules import broken_rules

pytestmark = pytest.mark.django_db


def messages():
    return [one.message for one in contradictions()]


def delivered(**values):
    return SessionFactory(status=SessionStatus.DELIVERED, **values)


def series_of(*totals, **values):
    """A series with a delivered session for each total; None is a session nobody counted."""
    series = delivered(kind=SessionKind.SERIES, **values)
    for total in totals:
        child = delivered(parent=series, project=series.project)
        if total is not None:
            headcount_of(child, total)
    return series


class TestTheFacts:
    def test_hold_exactly_one_contradiction_the_converted_firearms(self):
        load_roadmap(by=Account.objects.system())
        [found] = contradictions()
        assert found.session_key == "cross-border-converted-firearms"
        assert (found.kind, found.stated, found.found) == ("cells", 119, 99)
        assert found.quote.startswith("119 law enforcement officers (75 men and 24 women)")
        assert found.source_key == "undp-projects"
        assert found.message == "By sex the figures add up to 99, the stated total is 119: 20 too few."

    def test_break_no_rule(self):
        load_roadmap(by=Account.objects.system())
        assert broken_rules(Session.objects.all()) == []


class TestCells:
    def test_that_make_the_total_contradict_nothing(self):
        headcount_of(delivered(), 201, by_sex(M=177, F=24))
        assert messages() == []

    def test_that_exceed_the_total_are_named_with_the_surplus(self):
        headcount_of(delivered(), 20, by_sex(M=15, F=7))
        assert messages() == ["By sex the figures add up to 22, the stated total is 20: 2 too many."]

    def test_of_each_breakdown_are_looked_at(self):
        headcount_of(delivered(), 10, by_sex(M=8, F=1), by_kind(customs=4, court=5))
        assert [one.found for one in contradictions()] == [9, 9]

    def test_of_a_cancelled_session_are_not_looked_at(self):
        headcount_of(SessionFactory(status=SessionStatus.CANCELLED), 10, by_sex(M=8, F=1))
        assert messages() == []


class TestTwoBreakdownsOfOneFigure:
    def test_that_both_make_the_total_must_agree_where_they_say_the_same(self):
        joint = by_jurisdiction_and_sex(MK_F=3, MK_M=3, XK_F=2, XK_M=2)
        headcount_of(delivered(), 10, by_sex(F=4, M=6), joint)
        [found] = contradictions()
        assert found.kind == "breakdowns"
        assert found.message == "Women: 4 by sex, but 5 by jurisdiction and sex."

    def test_may_differ_where_one_says_not_recorded(self):
        joint = by_jurisdiction_and_sex(MK_F=3, MK_M=3, XK_F=1, XK_M=2, XK_U=1)
        headcount_of(delivered(), 10, by_sex(F=5, M=5), joint)
        assert messages() == []

    def test_that_share_nothing_cannot_disagree(self):
        headcount_of(delivered(), 10, by_sex(F=5, M=5), by_jurisdiction(MK=9, XK=1))
        assert messages() == []


class TestASeries:
    def test_that_states_the_sum_of_its_sessions_contradicts_nothing(self):
        headcount_of(series_of(420, 400), 820)
        assert messages() == []

    def test_that_states_another_number_is_told_the_sum(self):
        headcount_of(series_of(420, 390), 820)
        assert messages() == ["The sessions of the series add up to 810, the series states 820."]

    def test_is_not_compared_while_a_session_of_it_is_unknown(self):
        headcount_of(series_of(420, None), 820)
        assert messages() == []

    def test_is_exceeded_by_the_known_sessions_even_while_others_are_unknown(self):
        headcount_of(series_of(420, 410, None), 820)
        assert messages() == ["The sessions of the series known so far make 830, the series states only 820."]

    @pytest.mark.parametrize("status", [SessionStatus.PLANNED, SessionStatus.CANCELLED])
    def test_leaves_out_sessions_that_do_not_count(self, status):
        series = series_of(420, 400)
        headcount_of(SessionFactory(parent=series, status=status), 50)
        headcount_of(series, 820)
        assert messages() == []

    def test_is_compared_cell_by_cell_where_all_break_down_the_same_way(self):
        series = delivered(kind=SessionKind.SERIES)
        headcount_of(series, 20, by_sex(F=9, M=11))
        for women in (4, 4):
            headcount_of(delivered(parent=series), 10, by_sex(F=women, M=10 - women))
        assert messages() == [
            "Men: The sessions of the series add up to 12, the series states 11.",
            "Women: The sessions of the series add up to 8, the series states 9.",
        ]

    def test_is_not_compared_by_a_cell_that_one_session_does_not_break_down(self):
        series = delivered(kind=SessionKind.SERIES)
        headcount_of(series, 20, by_sex(F=9, M=11))
        headcount_of(delivered(parent=series), 10, by_sex(F=2, M=8))
        headcount_of(delivered(parent=series), 10)
        assert messages() == []

    def test_takes_the_only_jurisdiction_of_a_session_as_holding_for_all_of_it(self):
        series = delivered(kind=SessionKind.SERIES)
        headcount_of(series, 20, by_jurisdiction(XK=12, MK=8))
        headcount_of(delivered(parent=series, jurisdictions=[JurisdictionFactory(code="XK")]), 10)
        headcount_of(delivered(parent=series, jurisdictions=[JurisdictionFactory(code="MK")]), 10)
        assert messages() == [
            "Kosovo*: The sessions of the series add up to 10, the series states 12.",
            "North Macedonia: The sessions of the series add up to 10, the series states 8.",
        ]

    def test_counts_rosters_of_its_sessions_with_their_unnamed_people(self):
        series = delivered(kind=SessionKind.SERIES)
        child = delivered(parent=series)
        roster_of(child, MK_F=2, MK_M=1)
        headcount_of(child, 4, scope="unnamed")
        headcount_of(series, 8)
        assert [(one.stated, one.found) for one in contradictions()] == [(8, 7)]


class TestAPublishedFigure:
    def test_that_equals_what_we_count_contradicts_nothing(self):
        session = delivered()
        roster_of(session, MK_F=2, MK_M=3)
        headcount_of(session, 5, by_sex(F=2, M=3), scope="published")
        assert messages() == []

    def test_that_differs_from_roster_and_unnamed_people_is_a_contradiction(self):
        session = delivered()
        roster_of(session, MK_F=2, MK_M=1)
        headcount_of(session, 4, scope="unnamed")
        headcount_of(session, 40, scope="published", quote="Forty came", source=source_called("news"))
        [found] = contradictions()
        assert (found.kind, found.message) == ("published", "Published were 40, we count 7.")
        assert (found.quote, found.source_key) == ("Forty came", "news")

    def test_is_compared_by_sex_and_jurisdiction_where_both_are_known(self):
        session = delivered()
        roster_of(session, MK_F=2, XK_M=3)
        headcount_of(session, 5, by_sex(F=3, M=2), by_jurisdiction(MK=2, XK=3), scope="published")
        assert messages() == ["Men: Published were 2, we count 3.", "Women: Published were 3, we count 2."]

    def test_is_not_compared_by_sex_where_sex_was_not_recorded(self):
        session = delivered()
        roster_of(session, MK_F=2, MK_U=3)
        headcount_of(session, 5, by_sex(F=4, M=1), scope="published")
        assert messages() == []

    def test_is_listed_where_nothing_at_all_is_counted_once_the_session_is_over(self):
        headcount_of(delivered(), 40, by_sex(F=10, M=30), scope="published")
        assert messages() == ["Published were 40, we count nobody."]

    def test_is_not_compared_where_nothing_is_counted_while_the_session_runs(self):
        headcount_of(SessionFactory(status=SessionStatus.OPEN), 40, scope="published")
        assert messages() == []

    def test_leaves_absent_trainees_and_trainers_out_of_what_we_count(self):
        session = delivered()
        roster_of(session, MK_F=2)
        roster_of(session, MK_M=1, outcome="absent")
        roster_of(session, MK_U=1)
        session.participations.filter(sex="U").update(role="trainer")
        headcount_of(session, 2, scope="published")
        assert messages() == []


class TestAFingerprint:
    def test_stays_while_the_figures_stay(self):
        headcount_of(delivered(), 10, by_sex(M=8, F=1))
        assert contradictions()[0].fingerprint == contradictions()[0].fingerprint

    def test_is_another_one_when_a_figure_changes_even_if_the_sum_does_not(self):
        headcount = headcount_of(delivered(), 10, by_sex(M=8, F=1))
        before = contradictions()[0].fingerprint
        write_breakdowns(headcount, [by_sex(M=7, F=2)])
        assert contradictions()[0].fingerprint != before

    def test_does_not_depend_on_the_order_of_cells(self):
        headcount = headcount_of(delivered(), 10, by_sex(M=8, F=1))
        before = contradictions()[0].fingerprint
        headcount.breakdowns.all().delete()
        write_breakdowns(headcount, [by_sex(F=1, M=8)])
        assert contradictions()[0].fingerprint == before

    def test_fits_its_column_for_the_longest_key(self):
        headcount_of(delivered(key="k" * 120), 10, by_sex(M=8, F=1))
        assert len(contradictions()[0].fingerprint) <= 160


def test_only_the_sessions_asked_for_are_looked_at():
    one, other = delivered(), delivered()
    headcount_of(one, 10, by_sex(M=8, F=1))
    headcount_of(other, 10, by_sex(M=8, F=1))
    found = contradictions(Session.objects.filter(pk=other.pk))
    assert [contradiction.session_key for contradiction in found] == [other.key]


def test_a_series_is_compared_with_its_sessions_even_when_these_were_not_asked_for():
    series = series_of(420, 390)
    headcount_of(series, 820)
    assert len(contradictions(Session.objects.filter(pk=series.pk))) == 1


def test_the_number_of_queries_does_not_grow_with_the_sessions():
    def make():
        series = delivered(kind=SessionKind.SERIES)
        child = delivered(parent=series, jurisdictions=[JurisdictionFactory(code="XK")])
        roster_of(child, XK_F=2)
        headcount_of(child, 5, by_sex(F=2, M=2), scope="published", source=source_called("s"))
        headcount_of(series, 9, by_jurisdiction_and_sex(XK_F=4, MK_M=3), by_kind(customs=9))

    make()
    with CaptureQueriesContext(connection) as with_one:
        one = contradictions()
    make()
    make()
    with CaptureQueriesContext(connection) as with_three:
        three = contradictions()
    assert len(three) == 3 * len(one) > 0
    assert len(with_three) == len(with_one)
