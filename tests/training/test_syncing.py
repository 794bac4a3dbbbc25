"""What devices kept comes to the register once, with its own time, and whatever order it comes in."""

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories import ParticipationFactory, SessionFactory
from tests.training.devices import Phone, this_morning
from training.choices import Mark, Outcome, SessionStatus, Way
from training.models import Attendance, AttendanceEvent, Participation, Session, TrailEntry, WalkIn
from training.permissions import Action, require
from training.services import attendance
from training.services.check_list import what_is_missing
from training.services.history import disagreements, kept_of, look_at_disagreements, settled_by_whom
from training.services.registering import withdraw

pytestmark = pytest.mark.django_db
P, L, A = Mark.PRESENT.value, Mark.LATE.value, Mark.ABSENT.value


@pytest.fixture
def session(trainer, other_trainer):
    session = SessionFactory(created_by=trainer, start=timezone.localdate() - timedelta(days=1), length=2)
    session.trainers.add(other_trainer)
    return session


@pytest.fixture
def day(session):
    return session.days.first()


@pytest.fixture
def morning(day):
    return this_morning(day)


@pytest.fixture
def people(session):
    return [ParticipationFactory(session=session) for _ in range(3)]


@pytest.fixture
def phone():
    return Phone()


def register(day):
    """The register of a day: each mark with who gave it and when."""
    return set(Attendance.objects.filter(day=day).values_list("participation", "mark", "by", "at"))


def test_a_mark_keeps_its_own_time_its_device_and_says_that_it_was_offline(trainer, day, people, phone, morning):
    tap = phone.tap(people[0], P, morning)
    taken = phone.send(day, trainer, tap)
    assert (taken.kept, taken.refused, taken.marks) == ([tap.nonce], {}, {people[0].pk: P})
    assert register(day) == {(people[0].pk, P, trainer.pk, morning)}
    event = AttendanceEvent.objects.get()
    assert (event.nonce, event.device, event.at, event.claimed_at) == (tap.nonce, phone.id, morning, None)
    assert (event.way, event.batch, event.by) == (Way.OFFLINE, tap.batch, trainer)
    assert event.received_at - event.at > timedelta(hours=1)
    people[0].refresh_from_db()
    assert (people[0].days_attended, people[0].outcome) == (1, Outcome.ATTENDED)


def test_what_is_sent_at_once_came_by_the_page(trainer, session, people, phone):
    phone.send(session.days.last(), trainer, phone.tap(people[0], P, timezone.now()))
    assert AttendanceEvent.objects.get().way == Attendance.objects.get().way == Way.PAGE


def test_what_is_sent_again_is_known_and_written_once(trainer, day, people, phone, morning):
    taps = [phone.tap(person, P, morning) for person in people]
    phone.send(day, trainer, *taps[:2])
    before = register(day)
    assert phone.send(day, trainer, *taps, taps[0]).kept == [*(tap.nonce for tap in taps), taps[0].nonce]
    assert AttendanceEvent.objects.count() == 3
    assert before < register(day)


def test_a_mark_that_comes_late_does_not_overwrite_a_newer_one(trainer, other_trainer, day, people, phone, morning):
    phone.send(day, trainer, phone.tap(people[0], L, morning + timedelta(minutes=9)))
    older = Phone()
    taken = older.send(day, other_trainer, older.tap(people[0], A, morning))
    assert taken.marks == {people[0].pk: L}
    assert AttendanceEvent.objects.count() == 2
    assert register(day) == {(people[0].pk, L, trainer.pk, morning + timedelta(minutes=9))}


def test_a_mark_taken_away_offline_is_gone_and_the_outcome_follows(trainer, day, people, phone, morning):
    taps = [phone.tap(people[0], P, morning), phone.tap(people[0], "", morning + timedelta(seconds=1), before=P)]
    assert phone.send(day, trainer, *taps).marks == {}
    assert register(day) == set()
    people[0].refresh_from_db()
    assert (people[0].days_attended, people[0].outcome) == (0, Outcome.REGISTERED)


def test_marks_of_the_page_and_of_devices_stand_in_one_order(trainer, other_trainer, day, people, phone, morning):
    attendance.mark(session=day.session, day=day, participation_ids=[people[0].pk], mark=A, by=other_trainer)
    assert phone.send(day, trainer, phone.tap(people[0], P, morning)).marks == {people[0].pk: A}
    attendance.mark(session=day.session, day=day, participation_ids=[people[0].pk], mark=L, by=other_trainer)
    assert {mark for _who, mark, _by, _at in register(day)} == {L}


def test_two_devices_that_disagree_keep_both_events_the_later_counts_until_it_is_looked_at(
    trainer, other_trainer, day, people, morning
):
    mine, yours = Phone(), Phone()
    mine.send(day, trainer, mine.tap(people[0], P, morning))
    taken = yours.send(day, other_trainer, yours.tap(people[0], A, morning + timedelta(minutes=2)))
    assert (taken.marks, taken.disagreements) == ({people[0].pk: A}, 1)
    assert AttendanceEvent.objects.count() == 2
    found = disagreements(settled_by_whom(kept_of(day)))[people[0].pk]
    assert (found.under.after, found.over.after) == (P, A)
    events = [found.over.number]
    assert look_at_disagreements(session=day.session, day=day, events=events, by=trainer) == 1
    assert look_at_disagreements(session=day.session, day=day, events=events, by=trainer) == 0
    assert not disagreements(settled_by_whom(kept_of(day)))
    assert TrailEntry.objects.filter(action="disagreement looked at").count() == 1
    late = yours.tap(people[0], L, morning + timedelta(minutes=1))
    assert yours.send(day, other_trainer, late).disagreements == 1


@pytest.mark.parametrize("hours", [-5, 3])
def test_a_clock_that_is_off_is_put_right_and_noted(trainer, day, people, morning, hours):
    wrong = Phone(off=timedelta(hours=hours))
    tap = wrong.tap(people[0], P, morning)
    wrong.send(day, trainer, tap)
    event = AttendanceEvent.objects.get()
    assert (event.at, event.claimed_at) == (morning, tap.at)


def test_no_mark_is_ahead_of_now_nor_before_its_day(trainer, day, people, phone, morning):
    now = timezone.now()
    ahead, early = (
        phone.tap(people[0], P, now + timedelta(days=9)),
        phone.tap(people[1], P, morning - timedelta(days=9)),
    )
    phone.send(day, trainer, ahead, early, now=now)
    times = dict(AttendanceEvent.objects.values_list("participation", "at"))
    assert times == {people[0].pk: now, people[1].pk: morning - timedelta(hours=8)}
    assert AttendanceEvent.objects.exclude(claimed_at=None).count() == 2


def test_a_clock_that_goes_slow_by_a_slow_network_is_left_alone(trainer, day, people, phone, morning):
    slow = Phone(off=-timedelta(seconds=40))
    slow.send(day, trainer, slow.tap(people[0], P, morning))
    event = AttendanceEvent.objects.get()
    assert (event.at, event.claimed_at) == (morning - timedelta(seconds=40), None)


def test_what_cannot_be_taken_is_refused_by_itself_with_the_reason(trainer, day, people, phone, morning):
    withdraw(participation=people[1], by=trainer)
    strange = ParticipationFactory()
    taps = [phone.tap(whose, P, morning) for whose in (people[0], people[1], strange, 2**70)]
    taps.append(phone.tap(people[2], "here", morning))
    taken = phone.send(day, trainer, *taps)
    assert taken.kept == [taps[0].nonce]
    assert [taken.refused[tap.nonce].split(" ")[0] for tap in taps[1:]] == ["Withdrawn", "Not", "Not", "A"]
    assert {who for who, *_rest in register(day)} == {people[0].pk}


@pytest.mark.parametrize("status", [SessionStatus.CLOSED, SessionStatus.CANCELLED])
def test_a_session_that_takes_no_marks_refuses_all(administrator, session, day, people, phone, morning, status):
    Session.objects.filter(pk=session.pk).update(status=status)
    with pytest.raises(ValidationError):
        phone.send(
            day, administrator, phone.tap(people[0], P, morning), walk_ins=[phone.typed("Arta", "Testi", morning)]
        )
    assert not AttendanceEvent.objects.exists()
    assert not WalkIn.objects.exists()


@pytest.mark.parametrize("who", ["coordinator", "auditor", "officer", "editor", "manager"])
def test_only_who_may_mark_in_this_session_may_send(request, who, day, people, phone, morning):
    with pytest.raises(PermissionDenied):
        phone.send(day, request.getfixturevalue(who), phone.tap(people[0], P, morning))


def test_the_first_mark_of_a_device_opens_a_planned_session(trainer, session, day, people, phone, morning):
    Session.objects.filter(pk=session.pk).update(status=SessionStatus.PLANNED)
    phone.send(day, trainer, phone.tap(people[0], P, morning))
    session.refresh_from_db()
    assert session.status == SessionStatus.OPEN


def test_an_undo_made_offline_is_an_undo_on_the_server_too(trainer, day, people, phone, morning):
    done = phone.tap(people[0], P, morning)
    back = phone.tap(people[0], "", morning + timedelta(minutes=1), before=P, undoes=done.batch)
    phone.send(day, trainer, phone.tap(people[1], L, morning - timedelta(minutes=1)), done, back)
    undone = attendance.undo(session=day.session, day=day, by=trainer)
    assert undone.ids == [people[1].pk]


def test_a_walk_in_is_kept_once_as_it_was_typed_and_counts_nowhere(trainer, day, people, phone, morning):
    walk_in = phone.typed("Arta", "Krasniqi-Testi", morning, institution="Border Police")
    tap = phone.tap(walk_in.nonce, P, morning)
    for _time in range(2):
        taken = phone.send(day, trainer, tap, walk_ins=[walk_in])
    assert (taken.marks, taken.waiting) == ({walk_in.nonce: P}, 1)
    kept = WalkIn.objects.get()
    assert (kept.nonce, str(kept), kept.sex, kept.at) == (walk_in.nonce, "Krasniqi-Testi, Arta", "F", morning)
    assert (AttendanceEvent.objects.get().participation, register(day)) == (None, set())
    assert Participation.objects.count() == 3


@pytest.mark.parametrize(("given_name", "family_name"), [("", "Testi"), ("=1+1", "Testi"), ("A" * 101, "Testi")])
def test_a_walk_in_no_record_could_hold_is_refused(trainer, day, people, phone, morning, given_name, family_name):
    walk_in = phone.typed(given_name, family_name, morning)
    taken = phone.send(day, trainer, phone.tap(walk_in.nonce, P, morning), walk_ins=[walk_in])
    assert set(taken.refused) == {walk_in.nonce, *taken.refused}
    assert len(taken.refused) == 2
    assert not WalkIn.objects.exists()


def test_sixty_are_taken_in_as_many_queries_as_three(trainer, session, day, people, phone, morning):
    require(trainer, Action.MARK_ATTENDANCE, session)  # asked once for an account

    def queries(number):
        taps = [phone.tap(person, P, morning) for person in Participation.objects.order_by("-pk")[:number]]
        with CaptureQueriesContext(connection) as captured:
            phone.send(day, trainer, *taps)
        return len(captured)

    three = queries(3)
    for _more in range(60):
        ParticipationFactory(session=session)
    assert queries(60) == three
    assert Participation.objects.filter(outcome=Outcome.ATTENDED).count() == 63


PHONES = [Phone(), Phone(off=timedelta(minutes=7)), Phone(off=-timedelta(hours=2))]
moves = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.integers(0, 2),
        st.integers(0, 50),
        st.sampled_from(["", P, L, A]),
        st.sampled_from(["", P]),
    ),
    min_size=1,
    max_size=15,
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves, st.randoms(use_true_random=False))
def test_any_sequence_from_three_devices_ends_in_the_register_of_the_ordered_one(trainer, day, people, moves, chance):
    """Repeated, reordered, cut into requests anywhere: the same marks, givers, times and disagreements."""
    morning = this_morning(day)
    sent = [
        (
            PHONES[phone],
            PHONES[phone].tap(
                people[who],
                mark,
                morning + timedelta(minutes=minute),
                before=before,
                nonce=uuid.UUID(int=chance.getrandbits(96) << 32 | number),
            ),
        )
        for number, (phone, who, minute, mark, before) in enumerate(moves)
    ]

    def end(requests):
        with transaction.atomic():
            for phone, taps in requests:
                phone.send(day, trainer, *taps)
            found = settled_by_whom(kept_of(day))
            disagreeing = {(pk, one.under.nonce, one.over.nonce) for pk, one in disagreements(found).items()}
            outcomes = list(Participation.objects.order_by("pk").values_list("outcome", "days_attended"))
            ended = register(day), disagreeing, outcomes, AttendanceEvent.objects.count()
            transaction.set_rollback(True)
        return ended

    ordered = sorted(sent, key=lambda one: (one[1].at - one[0].off, one[1].nonce.hex))
    once = end([(phone, [tap]) for phone, tap in ordered])
    shuffled = [*sent, *chance.choices(sent, k=len(sent))]
    chance.shuffle(shuffled)
    by_phone = [(phone, [tap for own, tap in shuffled if own is phone]) for phone in chance.sample(PHONES, 3)]
    again = [*((phone, [tap]) for phone, tap in shuffled[: len(sent)]), *by_phone]
    assert end(again) == once


def test_the_check_list_names_walk_ins_and_days_on_which_devices_disagree(trainer, other_trainer, day, people, morning):
    mine, yours = Phone(), Phone()
    mine.send(day, trainer, mine.tap(people[0], P, morning))
    yours.send(day, other_trainer, yours.tap(people[0], A, morning), walk_ins=[yours.typed("Besa", "Testi", morning)])
    found = {one.check: (one.number, one.day, one.blocks) for one in what_is_missing(day.session)}
    assert found["walk_ins"] == (1, None, True)
    assert found["disagreements"] == (1, day.date, False)
