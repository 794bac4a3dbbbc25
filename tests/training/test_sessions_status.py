"""The life of a session: planned, open, delivered, signed off, reopened; cancelled and planned again."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from tests.factories import ParticipationFactory, SessionFactory
from training.choices import Mark, Outcome, SessionStatus
from training.models import Session, TrailEntry
from training.services.attendance import mark
from training.services.closing import change_status, reopen, sign_off

pytestmark = pytest.mark.django_db
S = SessionStatus


@pytest.fixture
def session(trainer):
    return SessionFactory(created_by=trainer, start=timezone.localdate(), status=S.PLANNED)


def test_a_session_goes_from_planned_to_signed_off(session, trainer):
    for status in (S.OPEN, S.DELIVERED):
        change_status(session=session, by=trainer, to=status)
        assert Session.objects.get().status == status
    sign_off(session=session, by=trainer)
    session.refresh_from_db()
    assert (session.status, session.closed_by) == (S.CLOSED, trainer)
    assert list(TrailEntry.objects.order_by("pk").values_list("action", flat=True)) == [
        "session open",
        "session delivered",
        "session signed off",
    ]


def test_a_step_that_does_not_exist_is_refused_with_those_that_do(session, trainer):
    with pytest.raises(ValidationError, match="planned can become: open, cancelled"):
        change_status(session=session, by=trainer, to=S.DELIVERED)


def test_a_session_ahead_cannot_be_delivered(session, trainer):
    Session.objects.update(start=timezone.localdate() + timedelta(days=2), end=None, status=S.OPEN)
    with pytest.raises(ValidationError, match="begins on"):
        change_status(session=session, by=trainer, to=S.DELIVERED)


def test_a_session_without_a_project_cannot_be_opened(session, trainer):
    Session.objects.update(project=None)
    with pytest.raises(ValidationError, match="Choose a project first"):
        change_status(session=session, by=trainer, to=S.OPEN)


def test_delivering_without_a_register_counts_everyone_and_going_back_undoes_that(session, trainer):
    participation = ParticipationFactory(session=session)
    change_status(session=session, by=trainer, to=S.OPEN)
    change_status(session=session, by=trainer, to=S.DELIVERED)
    participation.refresh_from_db()
    assert participation.outcome == Outcome.ATTENDED
    change_status(session=session, by=trainer, to=S.OPEN)
    participation.refresh_from_db()
    assert participation.outcome == Outcome.REGISTERED


def test_delivering_turns_whoever_was_not_marked_into_absent(session, trainer):
    there, away = ParticipationFactory(session=session), ParticipationFactory(session=session)
    mark(session=session, day=session.days.get(), participation_ids=[there.pk], mark=Mark.LATE, by=trainer)
    change_status(session=session, by=trainer, to=S.DELIVERED)
    away.refresh_from_db()
    assert away.outcome == Outcome.ABSENT


def test_a_session_with_marks_does_not_go_back_to_planned(session, trainer):
    participation = ParticipationFactory(session=session)
    mark(session=session, day=session.days.get(), participation_ids=[participation.pk], mark=Mark.LATE, by=trainer)
    with pytest.raises(ValidationError, match="Attendance has been marked"):
        change_status(session=session, by=trainer, to=S.PLANNED)


def test_cancelling_keeps_the_record_and_its_roster(session, trainer):
    ParticipationFactory(session=session)
    change_status(session=session, by=trainer, to=S.CANCELLED)
    session.refresh_from_db()
    assert session.status == S.CANCELLED
    assert session.participations.count() == 1
    change_status(session=session, by=trainer, to=S.PLANNED)


def test_a_cancelled_session_with_marks_is_opened_again_with_all_of_them(session, trainer, client_of):
    participation = ParticipationFactory(session=session)
    mark(session=session, day=session.days.get(), participation_ids=[participation.pk], mark=Mark.LATE, by=trainer)
    change_status(session=session, by=trainer, to=S.CANCELLED)
    client = client_of(trainer)
    page = client.get(session.get_absolute_url()).content.decode()
    assert "Open it again" in page
    assert "Plan it again" not in page
    client.post(reverse("session_status", args=[session.key]), {"to": "open"})
    session.refresh_from_db()
    assert session.status == S.OPEN
    assert participation.attendance.get().mark == Mark.LATE


def test_a_cancelled_session_without_marks_is_planned_again_not_opened(session, trainer):
    change_status(session=session, by=trainer, to=S.CANCELLED)
    with pytest.raises(ValidationError, match="plan it again first"):
        change_status(session=session, by=trainer, to=S.OPEN)


def test_only_an_open_or_delivered_session_is_signed_off(session, trainer):
    with pytest.raises(ValidationError, match="open or delivered"):
        sign_off(session=session, by=trainer)


def test_reopening_needs_a_reason_which_the_trail_keeps(session, trainer, manager):
    manager.projects.add(session.project)
    Session.objects.update(status=S.CLOSED, closed_at=timezone.now(), closed_by=trainer)
    with pytest.raises(ValidationError, match="why it has to be reopened"):
        reopen(session=session, by=manager, reason=" ")
    reopen(session=session, by=manager, reason="A list turned up.")
    session.refresh_from_db()
    assert (session.status, session.closed_at, session.closed_by) == (S.DELIVERED, None, None)
    assert TrailEntry.objects.get().detail["reason"] == "A list turned up."


def test_a_signed_off_session_takes_no_other_step(session, administrator):
    Session.objects.update(status=S.CLOSED)
    with pytest.raises(ValidationError):
        change_status(session=session, by=administrator, to=S.OPEN)


@pytest.mark.parametrize("act", [lambda **k: change_status(to=S.OPEN, **k), sign_off])
def test_a_stranger_moves_nothing(session, other_trainer, act):
    with pytest.raises(PermissionDenied):
        act(session=session, by=other_trainer)
