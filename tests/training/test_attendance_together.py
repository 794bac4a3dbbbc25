"""Two trainers who mark at the same moment lose nothing: real threads, on PostgreSQL and on a SQLite file."""

import pytest
from django.utils import timezone

from tests.factories import AccountFactory, ParticipationFactory, PersonFactory, SessionFactory
from tests.together import asked
from training.choices import Mark, Outcome, SessionStatus
from training.models import Attendance, AttendanceEvent, Participation, Person, Session, TrailEntry
from training.services import attendance
from training.services.registering import Registration, register
from training.services.roles import ensure_roles

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def trainers():
    ensure_roles()
    return [AccountFactory(email=f"trainer{n}@example.org", roles=["trainer"]) for n in range(2)]


@pytest.fixture
def session(trainers):
    session = SessionFactory(created_by=trainers[0], start=timezone.localdate(), length=1, status=SessionStatus.PLANNED)
    session.trainers.add(trainers[1])
    return session


def test_two_who_mark_different_people_in_turn_lose_none(together, trainers, session):
    people = [ParticipationFactory(session=session) for _ in range(20)]
    day = session.days.get()
    together.begin()

    def marks(by, own):
        for person in own:
            attendance.mark(session=session, day=day, participation_ids=[person.pk], mark=Mark.PRESENT, by=by)

    _results, errors = together(lambda: marks(trainers[0], people[::2]), lambda: marks(trainers[1], people[1::2]))
    assert errors == []
    assert asked(Attendance.objects.count) == 20
    assert asked(Participation.objects.filter(outcome=Outcome.COMPLETED, days_attended=1).count) == 20
    assert asked(Session.objects.get).status == SessionStatus.OPEN
    assert asked(TrailEntry.objects.filter(action="session opened").count) == 1


def test_two_who_mark_the_same_people_leave_a_history_without_gaps(together, trainers, session):
    people = [ParticipationFactory(session=session) for _ in range(3)]
    day = session.days.get()
    together.begin()

    def marks(by, mark):
        for person in people:
            attendance.mark(session=session, day=day, participation_ids=[person.pk], mark=mark, by=by)

    _results, errors = together(lambda: marks(trainers[0], Mark.PRESENT), lambda: marks(trainers[1], Mark.ABSENT))
    assert errors == []
    for person in people:
        events = asked(lambda pk=person.pk: list(AttendanceEvent.objects.filter(participation=pk).order_by("pk")))
        assert [event.before for event in events] == ["", events[0].after]
        assert {event.after for event in events} == {Mark.PRESENT, Mark.ABSENT}
        standing = asked(lambda pk=person.pk: Attendance.objects.get(participation=pk))
        assert standing.mark == events[-1].after


def test_all_present_by_two_at_once_marks_everyone_once(together, trainers, session):
    for _person in range(30):
        ParticipationFactory(session=session)
    day = session.days.get()
    together.begin()

    def everyone(by):
        return len(attendance.mark_all(session=session, day=day, mark=Mark.PRESENT, by=by))

    changed, errors = together(lambda: everyone(trainers[0]), lambda: everyone(trainers[1]))
    assert errors == []
    assert sorted(changed) == [0, 30]
    assert asked(AttendanceEvent.objects.count) == 30


def test_two_who_add_the_same_person_get_one_participation_and_one_refusal(together, trainers, session):
    person = Person.objects.get(pk=PersonFactory().pk)
    together.begin()

    def add(by):
        return register(session=session, registration=Registration(person=person), by=by)

    _results, errors = together(lambda: add(trainers[0]), lambda: add(trainers[1]))
    assert [error.messages[0].endswith("is on the roster already.") for error in errors] == [True]
    assert asked(Participation.objects.count) == 1
