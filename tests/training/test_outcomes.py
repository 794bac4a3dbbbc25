"""What becomes of a participation follows from its marks, its session and the training's rule (design §3.1)."""

from datetime import date

import pytest

from tests.factories import ParticipationFactory, SessionFactory, TopicFactory
from training.choices import Mark, Modality, Outcome, SessionStatus
from training.models import Attendance, Training
from training.services.outcomes import days_to_complete, recompute

pytestmark = pytest.mark.django_db


def of(length=5, status=SessionStatus.OPEN, **fields):
    return SessionFactory(start=date(2026, 5, 4), length=length, status=status, **fields)


def person_with(session, *marks, **fields):
    """A participation marked on the session's first days, one mark a day; `None` leaves a day unmarked."""
    participation = ParticipationFactory(session=session, **fields)
    for day, mark in zip(session.days.all(), marks, strict=False):
        if mark:
            Attendance.objects.create(participation=participation, day=day, mark=mark)
    return participation


def became(participation):
    participation.refresh_from_db()
    return participation.outcome, participation.days_attended


P, L, E, A = Mark.PRESENT, Mark.LATE, Mark.EXCUSED, Mark.ABSENT


@pytest.mark.parametrize(
    ("marks", "outcome", "days"),
    [
        ([P, P, P, P, A], Outcome.COMPLETED, 4),
        ([P, L, L, P], Outcome.COMPLETED, 4),
        ([P, P, P, E, E], Outcome.ATTENDED, 3),
        ([L], Outcome.ATTENDED, 1),
        ([E, E, E, E, E], Outcome.REGISTERED, 0),
        ([A], Outcome.REGISTERED, 0),
        ([], Outcome.REGISTERED, 0),
    ],
)
def test_four_days_of_five_complete_and_late_counts_while_excused_does_not(marks, outcome, days):
    session = of(length=5)
    participation = person_with(session, *marks)
    recompute(session)
    assert became(participation) == (outcome, days)


@pytest.mark.parametrize(("share", "length", "days"), [(80, 5, 4), (80, 3, 3), (80, 1, 1), (50, 3, 2), (100, 4, 4)])
def test_the_share_of_the_days_is_rounded_up(share, length, days):
    training = Training.objects.create(title=f"T{share}", topic=TopicFactory(), attendance_share=share)
    assert days_to_complete(of(length=length, training=training)) == days


def test_a_session_without_days_completes_nobody():
    session = SessionFactory(start=None, end=None, status=SessionStatus.DELIVERED)
    participation = ParticipationFactory(session=session)
    recompute(session)
    assert days_to_complete(session) is None
    assert became(participation) == (Outcome.ATTENDED, None)


@pytest.mark.parametrize(
    ("score", "outcome"), [(None, Outcome.ATTENDED), (59, Outcome.ATTENDED), (60, Outcome.COMPLETED)]
)
def test_where_the_training_has_a_test_it_has_to_be_passed_too(score, outcome):
    training = Training.objects.create(title="With a test", topic=TopicFactory(), pass_mark=60)
    session = of(length=1, training=training)
    participation = person_with(session, P, post_score=score)
    recompute(session)
    assert became(participation) == (outcome, 1)


def test_a_delivered_session_without_a_single_mark_counts_its_roster_with_days_unknown():
    session = of(status=SessionStatus.DELIVERED)
    participation = ParticipationFactory(session=session)
    recompute(session)
    assert became(participation) == (Outcome.ATTENDED, None)


def test_the_first_mark_in_a_delivered_session_makes_the_others_absent_and_its_loss_brings_them_back():
    session = of(length=1, status=SessionStatus.DELIVERED)
    there, away = ParticipationFactory(session=session), ParticipationFactory(session=session)
    recompute(session)
    mark = Attendance.objects.create(participation=there, day=session.days.get(), mark=P)
    recompute(session, only=[there.pk])
    assert (became(there), became(away)) == ((Outcome.COMPLETED, 1), (Outcome.ABSENT, 0))
    mark.delete()
    recompute(session, only=[there.pk])
    assert (became(there), became(away)) == ((Outcome.ATTENDED, None), (Outcome.ATTENDED, None))


def test_a_later_mark_in_a_delivered_session_touches_only_whom_it_is_about():
    session = of(length=1, status=SessionStatus.DELIVERED)
    first, second = person_with(session, P), ParticipationFactory(session=session)
    recompute(session)
    first.refresh_from_db()
    Attendance.objects.create(participation=second, day=session.days.get(), mark=L)
    recompute(session, only=[second.pk])
    assert became(second) == (Outcome.COMPLETED, 1)
    untouched = first.updated_at
    first.refresh_from_db()
    assert first.updated_at == untouched


def test_a_self_paced_session_is_left_to_its_course():
    session = of(modality=Modality.SELF_PACED)
    participation = ParticipationFactory(session=session, outcome=Outcome.COMPLETED)
    recompute(session)
    assert became(participation) == (Outcome.COMPLETED, None)


@pytest.mark.parametrize("people", [1, 40])
def test_the_number_of_queries_does_not_depend_on_the_people(django_assert_max_num_queries, people):
    session = of()
    for _person in range(people):
        person_with(session, P)
    with django_assert_max_num_queries(4):
        recompute(session)
