"""What the register says about targets: the counting engine's figures, and what nobody knows."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import ParticipationFactory, PersonFactory, ProjectFactory, SessionFactory, TargetFactory
from tests.training.figures import by_sex, headcount_of, roster_of
from training.choices import Measure, Outcome, SessionStatus
from training.models import Participation, Project, Target
from training.statistics.engine import ask
from training.statistics.question import Question
from training.statistics.standing import Standing
from training.statistics.table import table_of
from training.statistics.targets import progress_of

pytestmark = pytest.mark.django_db
TODAY = date(2026, 7, 2)


@pytest.fixture
def project():
    return ProjectFactory(key="borders", title="Borders")


def held(project, **values):
    return SessionFactory(project=project, status=SessionStatus.DELIVERED, **values)


def progress(*targets):
    found = progress_of(Target.objects.select_related("project"), reader=None, today=TODAY)
    return found[0] if len(found) == 1 else found


def notes(one):
    return " ".join(one.notes)


class TestParticipations:
    def test_count_rosters_and_headcounts_of_the_project_in_the_period_and_no_others(self, project):
        roster_of(held(project), MK_F=3, MK_M=5, MK_U=1)
        headcount_of(held(project), 20, by_sex(F=4, M=10))
        roster_of(held(project, start=date(2025, 12, 31)), MK_F=2)
        roster_of(held(ProjectFactory()), MK_F=2)
        roster_of(SessionFactory(project=project, status=SessionStatus.PLANNED), outcome=Outcome.REGISTERED, MK_F=7)
        TargetFactory(project=project, women_share=40)
        one = progress()
        assert (one.counted.number, one.counted.women, one.counted.men, one.counted.sex_not_known) == (29, 7, 15, 7)
        assert (one.needed, one.percent, one.counted.women_percent) == (71, 29.0, 31.8)
        assert one.women.sentence == "31 of the next 71 places have to go to women."
        assert one.standing == Standing.BEHIND

    def test_of_a_project_without_any_are_a_known_zero(self, project):
        TargetFactory(project=project)
        one = progress()
        assert (one.counted.number, one.needed, one.percent, one.notes) == (0, 100, 0.0, ())

    def test_that_cannot_be_placed_in_the_period_are_said(self, project):
        headcount_of(held(project, start=None), 459)
        TargetFactory(project=project)
        one = progress()
        assert one.counted.number == 0
        assert notes(one) == "1 session without a date could not be placed in the period (headcounts: 459)."

    def test_of_each_project_are_told_apart_where_they_share_a_period(self, project):
        other = ProjectFactory(title="Parcels")
        headcount_of(held(project, start=None), 3)
        for where, women, men in ((project, 2, 3), (other, 4, 1)):
            roster_of(held(where), MK_F=women, MK_M=men)
            TargetFactory(project=where)
        borders, parcels = progress()
        assert (borders.counted.women, borders.counted.men, len(borders.notes)) == (2, 3, 1)
        assert (parcels.counted.women, parcels.counted.men, len(parcels.notes)) == (4, 1, 0)


class TestPeople:
    def test_are_each_counted_once(self, project):
        person = PersonFactory(sex="F")
        for day in (1, 2):
            session = held(project, start=date(2026, 5, day))
            ParticipationFactory(session=session, person=person, outcome=Outcome.ATTENDED)
        TargetFactory(project=project, measure=Measure.PEOPLE, value=2)
        one = progress()
        assert (one.counted.number, one.counted.women, one.needed, one.notes) == (1, 1, 1, ())

    def test_of_headcounts_are_not_known_and_never_zero(self, project):
        headcount_of(held(project), 60, by_sex(F=20, M=40))
        TargetFactory(project=project, measure=Measure.PEOPLE, women_share=30)
        one = progress()
        assert (one.counted.number, one.needed, one.percent) == (None, None, None)
        assert (one.standing, one.women.standing, one.women.sentence) == ("not_known", "not_known", "")
        assert "60 participations have no names behind them" in notes(one)

    def test_beside_headcounts_are_at_least_those_known(self, project):
        session = held(project)
        roster_of(session, MK_F=40, MK_M=20)
        headcount_of(session, 8, scope="unnamed")
        TargetFactory(project=project, measure=Measure.PEOPLE)
        one = progress()
        assert (one.counted.number, one.counted.at_most, one.needed) == (60, 68, 40)
        assert (one.counted.is_whole, one.standing) == (False, Standing.ON_COURSE)


class TestPersonDays:
    def test_are_the_days_people_were_there(self, project):
        roster_of(held(project), MK_F=2, MK_M=1)
        Participation.objects.update(days_attended=3)
        TargetFactory(project=project, measure=Measure.PERSON_DAYS, value=10)
        one = progress()
        assert (one.counted.number, one.counted.women, one.counted.men, one.needed) == (9, 6, 3, 1)

    def test_without_a_register_are_not_known(self, project):
        roster_of(held(project), MK_F=2)
        Participation.objects.update(days_attended=3)
        roster_of(held(project), MK_M=4)
        TargetFactory(project=project, measure=Measure.PERSON_DAYS)
        one = progress()
        assert (one.counted.number, one.counted.at_most, one.standing) == (6, None, Standing.NOT_KNOWN)
        assert "The days of 4 participations are not known" in notes(one)


def test_the_published_facts_are_counted_as_the_statistics_count_them(published):
    for project in Project.objects.all():
        for measure in Measure.values:
            TargetFactory(project=project, measure=measure, start=date(2000, 1, 1), end=date(2100, 1, 1))
    found = progress()
    assert sum(one.counted.number for one in found if one.promise.measure == Measure.PARTICIPATIONS) == 1310
    for one in found:
        filters = {"project": (one.project_key,)}
        answer = ask(Question(by=("sex",), filters=filters, start=date(2000, 1, 1), end=date(2100, 1, 1)))
        assert one.counted.number == answer.total[one.promise.measure], (one.project_key, one.promise.measure)
        if one.promise.measure == Measure.PARTICIPATIONS:
            assert (one.counted.women, one.counted.sex_known) == table_of(answer, title="").women()


def test_whoever_reads_figures_of_some_sessions_only_gets_no_others(project, trainer):
    roster_of(held(project), MK_F=3)
    roster_of(held(project, created_by=trainer), MK_M=2)
    TargetFactory(project=project)
    [one] = progress_of(Target.objects.select_related("project"), reader=trainer, today=TODAY)
    assert one.counted.number == 2


def test_without_targets_nothing_is_asked(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert progress_of([], reader=None) == []


def test_queries_grow_with_the_periods_and_not_with_targets_or_projects(project):
    def make(where):
        session = held(where)
        roster_of(session, MK_F=2)
        headcount_of(session, 5, by_sex(F=2, M=2), scope="unnamed")
        headcount_of(held(where, start=None), 9)
        for measure in Measure.values:
            TargetFactory(project=where, measure=measure)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            progress_of(list(Target.objects.select_related("project")), reader=None)
        return len(captured)

    make(project)
    one = queries()
    make(ProjectFactory())
    make(ProjectFactory())
    assert queries() == one
