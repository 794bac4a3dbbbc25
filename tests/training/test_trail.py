"""The trail: only added to, with where it came from, and open to whoever audits."""

import importlib
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from tests.factories import AccountFactory, ParticipationFactory, SessionFactory
from training.models import TrailEntry
from training.services import trail

pytestmark = pytest.mark.django_db
guard = importlib.import_module("training.migrations.0004_trail")


@pytest.fixture
def entry(trainer):
    return trail.record(by=trainer, action="roster opened", session=SessionFactory(), records={"person": [7, 12, 121]})


class TestOnlyAddedTo:
    def test_a_record_is_neither_changed_nor_deleted(self, entry):
        entry.action = "nothing happened"
        with pytest.raises(PermissionError):
            entry.save()
        with pytest.raises(PermissionError):
            entry.delete()

    def test_nor_are_many(self, entry):
        with pytest.raises(PermissionError):
            TrailEntry.objects.update(action="nothing happened")
        with pytest.raises(PermissionError):
            TrailEntry.objects.filter(pk=entry.pk).delete()

    @pytest.mark.parametrize(
        "statement", ["UPDATE training_trailentry SET action = 'nothing'", "DELETE FROM training_trailentry"]
    )
    def test_the_database_refuses_it_too(self, entry, statement):
        with pytest.raises(DatabaseError, match="only added to"), transaction.atomic():
            connection.cursor().execute(statement)
        assert TrailEntry.objects.get().action == "roster opened"

    def test_what_demo_accounts_did_goes_with_them_and_nothing_else(self, entry):
        demo = AccountFactory(is_demo=True)
        trail.record(by=demo, action="roster opened")
        assert TrailEntry.objects.all().without_demonstration() == 1
        assert list(TrailEntry.objects.all()) == [entry]


class TestWhereItCameFrom:
    def test_a_page_is_recorded_with_the_network_address(self, client_of, trainer):
        session = SessionFactory(created_by=trainer)
        ParticipationFactory(session=session)
        client_of(trainer).get(session.get_absolute_url(), REMOTE_ADDR="192.0.2.7")
        assert TrailEntry.objects.get(action="roster opened").origin == "192.0.2.7"

    def test_a_command_by_its_name(self):
        call_command("statistics", verbosity=0)
        assert TrailEntry.objects.get(action="statistics asked").origin == "command statistics"

    def test_nothing_of_it_lasts_beyond_the_request(self, client_of, trainer):
        client_of(trainer).get(reverse("sessions"))
        assert trail.record(by=trainer, action="later").origin == ""


class TestThePage:
    @pytest.mark.parametrize("role", ["coordinator", "manager", "trainer", "editor", "officer"])
    def test_is_closed_to_everybody_else(self, role, client_of):
        assert client_of(AccountFactory(roles=[role])).get(reverse("trail")).status_code == 403

    def test_lists_what_was_done_and_links_its_session(self, entry, client_of, auditor):
        page = client_of(auditor).get(reverse("trail")).content.decode()
        assert "roster opened" in page
        assert entry.session.get_absolute_url() in page
        assert entry.by.email in page

    @pytest.mark.parametrize(
        ("asked", "found"),
        [
            ({"who": "trainer@"}, 1),
            ({"who": "nobody"}, 0),
            ({"action": "roster opened"}, 1),
            ({"record": "person 12"}, 1),
            ({"record": "person 7"}, 1),
            ({"record": "Person 121"}, 1),
            ({"record": "person 2"}, 0),
            ({"record": "session 12"}, 0),
        ],
    )
    def test_can_be_narrowed(self, asked, found, entry, client_of, auditor):
        assert client_of(auditor).get(reverse("trail"), asked).context["page"].paginator.count == found

    def test_by_period_and_session(self, entry, client_of, auditor):
        def count(**asked):
            return client_of(auditor).get(reverse("trail"), asked).context["page"].paginator.count

        today, tomorrow = timezone.localdate(), timezone.localdate() + timedelta(days=1)
        assert count(session=entry.session.key, start=today, end=today) == 1
        assert count(session="another") == count(session=entry.session.key, start=tomorrow) == 0

    def test_a_wrong_filter_says_what_would_do(self, client_of, auditor):
        response = client_of(auditor).get(reverse("trail"), {"record": "twelve"})
        assert response.status_code == 400
        assert "person 12" in response.content.decode()

    def test_a_search_of_it_is_recorded_without_what_was_typed(self, entry, client_of, auditor):
        client_of(auditor).get(reverse("trail"), {"who": "trainer"})
        searched = TrailEntry.objects.get(action="trail searched")
        assert searched.detail == {"by": ["who"], "found": 1}

    def test_says_so_where_the_session_is_gone(self, entry, client_of, auditor):
        number = entry.session_id
        entry.session.delete()
        assert f"session {number}, gone" in client_of(auditor).get(reverse("trail")).content.decode()

    def test_takes_as_many_queries_for_three_entries_as_for_one(
        self, entry, client_of, auditor, django_assert_num_queries
    ):
        client = client_of(auditor)
        with django_assert_num_queries(6):
            client.get(reverse("trail"))
        for _again in range(2):
            trail.record(by=AccountFactory(), action="roster opened", session=SessionFactory())
        with django_assert_num_queries(6):
            client.get(reverse("trail"))


def test_the_guard_is_there_after_all_migrations():
    """Making a table anew, as SQLite does for some changes, would drop it without a word."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT COUNT(*) FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'trail_never_%'")
            assert cursor.fetchone()[0] == len(guard.SQLITE)
        else:
            cursor.execute("SELECT COUNT(*) FROM pg_trigger WHERE tgname LIKE 'trail_never_%'")
            assert cursor.fetchone()[0] == len(guard.POSTGRESQL) - 1
