"""Marking who came: at once, idempotently, with a history, and taken back as a batch."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.factories import ParticipationFactory, SessionFactory
from training.choices import Mark, Modality, Outcome, SessionKind, SessionStatus, Way
from training.models import Attendance, AttendanceEvent, Participation, Session, TrailEntry
from training.permissions import Action, require
from training.services import attendance
from training.services.registering import withdraw

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(trainer, other_trainer):
    session = SessionFactory(created_by=trainer, start=timezone.localdate() - timedelta(days=2), length=2)
    session.trainers.add(other_trainer)
    return session


@pytest.fixture
def day(session):
    return session.days.first()


@pytest.fixture
def people(session):
    return [ParticipationFactory(session=session) for _ in range(3)]


def marks(day):
    return dict(Attendance.objects.filter(day=day).values_list("participation_id", "mark"))


def give(day, by, mark, *people, **rest):
    ids = [person.pk for person in people]
    return attendance.mark(session=day.session, day=day, participation_ids=ids, mark=mark, by=by, **rest)


def test_a_mark_is_kept_with_who_when_and_which_way_and_the_outcome_follows(trainer, day, people):
    assert give(day, trainer, Mark.LATE, people[0]) == 1
    kept = Attendance.objects.get()
    assert (kept.mark, kept.way, kept.by) == (Mark.LATE, Way.PAGE, trainer)
    event = AttendanceEvent.objects.get()
    assert (event.before, event.after, event.by, event.at) == ("", Mark.LATE, trainer, kept.at)
    people[0].refresh_from_db()
    assert (people[0].days_attended, people[0].outcome) == (1, Outcome.ATTENDED)


def test_marking_what_is_marked_already_writes_nothing(trainer, other_trainer, day, people):
    give(day, trainer, Mark.PRESENT, *people)
    assert give(day, other_trainer, Mark.PRESENT, *people) == 0
    assert AttendanceEvent.objects.count() == 3
    assert set(Attendance.objects.values_list("by", flat=True)) == {trainer.pk}


def test_another_mark_replaces_the_first_and_the_history_has_both(trainer, other_trainer, day, people):
    give(day, trainer, Mark.PRESENT, people[0])
    give(day, other_trainer, Mark.ABSENT, people[0])
    assert marks(day) == {people[0].pk: Mark.ABSENT}
    changes = AttendanceEvent.objects.order_by("pk").values_list("before", "after", "by")
    assert list(changes) == [("", "present", trainer.pk), ("present", "absent", other_trainer.pk)]


def test_an_empty_mark_clears_and_the_day_is_taken_off(trainer, day, people):
    give(day, trainer, Mark.PRESENT, people[0])
    assert give(day, trainer, "", people[0], people[1]) == 1
    assert marks(day) == {}
    people[0].refresh_from_db()
    assert (people[0].days_attended, people[0].outcome) == (0, Outcome.REGISTERED)


def test_a_mark_kept_elsewhere_first_carries_its_own_time_and_way(trainer, day, people):
    seen = timezone.now() - timedelta(hours=5)
    give(day, trainer, Mark.PRESENT, people[0], at=seen, way=Way.PAPER)
    assert Attendance.objects.filter(at=seen, way=Way.PAPER).count() == 1
    assert AttendanceEvent.objects.filter(at=seen, way=Way.PAPER).count() == 1


def test_the_first_mark_opens_a_planned_session(trainer, session, day, people):
    Session.objects.filter(pk=session.pk).update(status=SessionStatus.PLANNED)
    give(day, trainer, Mark.PRESENT, people[0])
    session.refresh_from_db()
    assert session.status == SessionStatus.OPEN
    assert TrailEntry.objects.filter(session=session, action="session opened").count() == 1


def test_all_or_none_where_one_of_them_has_withdrawn(trainer, day, people):
    withdraw(participation=people[2], by=trainer)
    with pytest.raises(ValidationError, match="has withdrawn cannot be marked"):
        give(day, trainer, Mark.PRESENT, *people)
    assert marks(day) == {}


def test_somebody_of_another_session_is_refused(trainer, day, people):
    with pytest.raises(ValidationError, match="not on this session's roster"):
        give(day, trainer, Mark.PRESENT, people[0], ParticipationFactory())
    assert marks(day) == {}


def test_an_unknown_mark_is_refused_with_those_there_are(trainer, day, people):
    with pytest.raises(ValidationError, match="present, late, excused, absent"):
        give(day, trainer, "here", people[0])


def test_a_day_ahead_cannot_be_marked_yet(trainer):
    session = SessionFactory(created_by=trainer, start=timezone.localdate() + timedelta(days=1))
    with pytest.raises(ValidationError, match="still ahead"):
        give(session.days.get(), trainer, Mark.PRESENT, ParticipationFactory(session=session))


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"status": SessionStatus.CLOSED}, "signed off"),
        ({"status": SessionStatus.CANCELLED}, "cancelled"),
        ({"kind": SessionKind.SERIES}, "series"),
        ({"modality": Modality.SELF_PACED}, "self-paced"),
    ],
)
def test_a_session_that_takes_no_marks_says_why(administrator, session, day, people, fields, why):
    Session.objects.filter(pk=session.pk).update(**fields)
    for attempt in (
        lambda: give(day, administrator, Mark.PRESENT, people[0]),
        lambda: attendance.mark_all(session=session, day=day, mark=Mark.PRESENT, by=administrator),
        lambda: attendance.undo(session=session, day=day, by=administrator),
    ):
        with pytest.raises(ValidationError, match=why):
            attempt()


@pytest.mark.parametrize("who", ["coordinator", "auditor", "officer", "editor", "manager"])
def test_only_who_may_mark_in_this_session_does(request, who, session, day, people):
    by = request.getfixturevalue(who)
    with pytest.raises(PermissionDenied):
        give(day, by, Mark.PRESENT, people[0])
    with pytest.raises(PermissionDenied):
        attendance.mark_all(session=session, day=day, mark=Mark.PRESENT, by=by)
    with pytest.raises(PermissionDenied):
        attendance.undo(session=session, day=day, by=by)


def test_marking_all_leaves_marks_that_stand_and_people_who_withdrew(trainer, session, day, people):
    give(day, trainer, Mark.ABSENT, people[0])
    withdraw(participation=people[1], by=trainer)
    changed = attendance.mark_all(session=session, day=day, mark=Mark.PRESENT, by=trainer)
    assert changed == [people[2].pk]
    assert marks(day) == {people[0].pk: Mark.ABSENT, people[2].pk: Mark.PRESENT}


def test_marking_all_over_what_stands_is_possible_when_asked_for(trainer, session, day, people):
    give(day, trainer, Mark.ABSENT, people[0])
    attendance.mark_all(session=session, day=day, mark=Mark.PRESENT, by=trainer, only_unmarked=False)
    assert set(marks(day).values()) == {Mark.PRESENT}


def test_undo_takes_back_the_last_batch_and_then_the_one_before(trainer, session, day, people):
    give(day, trainer, Mark.ABSENT, people[0])
    attendance.mark_all(session=session, day=day, mark=Mark.PRESENT, by=trainer)
    undone = attendance.undo(session=session, day=day, by=trainer)
    assert (sorted(undone.ids), undone.stayed) == ([people[1].pk, people[2].pk], 0)
    assert marks(day) == {people[0].pk: Mark.ABSENT}
    attendance.undo(session=session, day=day, by=trainer)
    assert marks(day) == {}
    assert attendance.undo(session=session, day=day, by=trainer).ids == []


def test_undo_brings_back_the_mark_that_stood_before(trainer, session, day, people):
    give(day, trainer, Mark.LATE, people[0])
    give(day, trainer, Mark.ABSENT, people[0])
    attendance.undo(session=session, day=day, by=trainer)
    assert marks(day) == {people[0].pk: Mark.LATE}
    people[0].refresh_from_db()
    assert people[0].days_attended == 1


def test_undo_leaves_what_somebody_else_changed_since_and_says_how_many(trainer, other_trainer, session, day, people):
    attendance.mark_all(session=session, day=day, mark=Mark.PRESENT, by=trainer)
    give(day, other_trainer, Mark.LATE, people[0])
    undone = attendance.undo(session=session, day=day, by=trainer)
    assert (len(undone.ids), undone.stayed) == (2, 1)
    assert marks(day) == {people[0].pk: Mark.LATE}


def test_undo_passes_over_a_batch_of_which_nothing_is_left(trainer, other_trainer, session, day, people):
    give(day, trainer, Mark.PRESENT, people[0])
    give(day, trainer, Mark.PRESENT, people[1])
    give(day, other_trainer, Mark.LATE, people[1])
    undone = attendance.undo(session=session, day=day, by=trainer)
    assert (undone.ids, undone.stayed) == ([people[0].pk], 1)


def test_undo_touches_neither_other_accounts_nor_other_days_nor_imports(trainer, other_trainer, session, people):
    first, second = session.days.all()
    give(first, other_trainer, Mark.PRESENT, people[0])
    give(second, trainer, Mark.PRESENT, people[0])
    give(first, trainer, Mark.PRESENT, people[1], way=Way.IMPORT)
    assert attendance.undo(session=session, day=first, by=trainer).ids == []
    assert Attendance.objects.count() == 3


def test_the_history_says_which_batch_an_undo_took_back(trainer, session, day, people):
    give(day, trainer, Mark.PRESENT, people[0])
    attendance.undo(session=session, day=day, by=trainer)
    done, undone = AttendanceEvent.objects.order_by("pk")
    assert (undone.before, undone.after, undone.undoes) == ("present", "", done.batch)
    assert undone.batch != done.batch


def test_sixty_are_marked_in_as_many_queries_as_three(trainer, session, day, people, django_assert_num_queries):
    def run():
        return attendance.mark_all(session=session, day=day, mark=Mark.PRESENT, by=trainer)

    require(trainer, Action.MARK_ATTENDANCE, session)  # asked once for an account
    with CaptureQueriesContext(connection) as three:
        assert len(run()) == 3
    for _more in range(60):
        ParticipationFactory(session=session)
    with django_assert_num_queries(len(three)):
        assert len(run()) == 60
    assert Participation.objects.filter(outcome=Outcome.ATTENDED).count() == 63
