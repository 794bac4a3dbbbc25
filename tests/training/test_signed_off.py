"""Once a session is signed off its trainers read it for thirty days, then its figures; its manager can reopen it."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from tests.factories import ParticipationFactory, PersonFactory, SessionFactory, signed_off
from training.models import AttendanceEvent, Participation, Person, Session
from training.permissions import READABLE_FOR
from training.services.attendance import mark_all
from training.services.closing import reopen, sign_off
from training.services.registering import Registration, register

pytestmark = pytest.mark.django_db
NAME = "Radović-Test"


@pytest.fixture
def session(trainer):
    """Signed off by its trainer just now."""
    session = SessionFactory(created_by=trainer, start=timezone.localdate())
    ParticipationFactory(session=session, person=PersonFactory(family_name=NAME))
    mark_all(session=session, day=session.days.get(), mark="present", by=trainer)
    return sign_off(session=session, by=trainer)


@pytest.fixture
def long_ago(session):
    return signed_off(session, at=timezone.now() - READABLE_FOR)


def pages_of(session):
    day = [session.key, session.start]
    return [session.get_absolute_url(), reverse("register", args=day), reverse("register_history", args=day)]


def test_its_trainers_can_still_read_all_of_it(client_of, trainer, session):
    for path in pages_of(session):
        assert NAME in client_of(trainer).get(path).content.decode(), path


def test_its_trainers_change_nothing_and_are_told_who_can(client_of, trainer, session):
    page = client_of(trainer).get(session.get_absolute_url()).content.decode()
    assert "a manager of its project reopens it" in page
    assert "Reopen</a>" not in page
    for rest, sent in {"edit/": {}, "status/": {"to": "reopen", "reason": "A list turned up"}}.items():
        answer = client_of(trainer).post(session.get_absolute_url() + rest, sent)
        assert answer.status_code == 403
        assert "only a manager of its project can reopen it" in answer.content.decode()
    with pytest.raises(PermissionDenied, match="signed off"):
        register(session=session, registration=Registration(person=PersonFactory()), by=trainer)
    assert Session.objects.get().status == "closed"


def test_after_thirty_days_its_trainers_see_its_figures_only(client_of, trainer, long_ago):
    page, *others = [client_of(trainer).get(path) for path in pages_of(long_ago)]
    assert NAME not in page.content.decode()
    assert "1 person is on the roster whose name is not shown to you" in page.content.decode()
    assert all(NAME not in other.content.decode() for other in others)
    for records in (Participation, Person, AttendanceEvent):
        assert not records.objects.visible_to(trainer).exists()


def test_its_figures_are_the_same_for_them_before_and_after(client_of, trainer, session):
    def figures():
        return client_of(trainer).get("/statistics/download/csv/?rows=sex").content.decode()

    before = figures()
    assert "Women" in before
    signed_off(session, at=timezone.now() - timedelta(days=400))
    assert figures() == before


def test_a_manager_of_its_project_reads_it_ever_after_and_reopens_it(client_of, trainer, manager, long_ago):
    manager.projects.add(long_ago.project)
    assert NAME in client_of(manager).get(long_ago.get_absolute_url()).content.decode()
    reopen(session=long_ago, by=manager, reason="A list turned up.")
    assert NAME in client_of(trainer).get(long_ago.get_absolute_url()).content.decode()


def test_a_session_signed_off_at_an_unknown_time_shows_its_trainers_no_names(trainer, session):
    signed_off(session, at=None)
    assert not Participation.objects.visible_to(trainer).exists()


def test_it_stays_among_the_last_ones_on_its_trainers_start_page(client_of, trainer, long_ago):
    Session.objects.update(status="delivered", closed_at=None, closed_by=None)
    Session.objects.update(start=timezone.localdate() - timedelta(days=9), end=timezone.localdate() - timedelta(days=9))
    signed_off(long_ago, at=timezone.now() - READABLE_FOR)
    assert long_ago.title in client_of(trainer).get("/").content.decode()
