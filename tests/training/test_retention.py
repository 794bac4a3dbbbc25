"""Retention periods: what is due is listed, and done when somebody says so; what is not due stays."""

import io
import json
from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from auditlog.models import LogEntry
from django.contrib.sessions.models import Session as LogInSession
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.factories import AccountFactory, JurisdictionFactory, ParticipationFactory, PersonFactory, SessionFactory
from tests.training.devices import Phone
from tests.training.rosters import apply, people
from training.choices import AnswerState, DataRequestKind, RequestState
from training.models import (
    AccessRequest,
    Account,
    DataRequest,
    Invitation,
    Person,
    PersonMerge,
    RosterImport,
    TrailEntry,
    WalkIn,
)
from training.services.person_merging import merge_people, undo_person_merge
from training.services.retention import apply_retention, due_now
from training.services.walk_ins import keep_typed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def periods(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    settings.RETENTION_DAYS = dict.fromkeys(settings.RETENTION_DAYS, 100)


def ago(days):
    return timezone.now() - timedelta(days=days)


def someone(days, *, recorded=101, **more):
    """A person recorded long ago whose last session was that many days ago."""
    person = PersonFactory(**more)
    Person.objects.filter(pk=person.pk).update(created_at=ago(recorded))
    if days is not None:
        ParticipationFactory(person=person, session=SessionFactory(start=ago(days).date()))
    return person


def due():
    return {one.rule.key: set(one.records) for one in due_now() if one.records}


def run(*arguments):
    out = io.StringIO()
    call_command("apply_retention", *arguments, stdout=out)
    return out.getvalue()


class TestPeople:
    def test_are_due_after_their_last_session(self):
        gone, never_seen = someone(101), someone(None)
        someone(99)
        someone(None, recorded=99)
        assert due() == {"people": {gone.pk, never_seen.pk}}

    def test_who_still_log_in_stay(self):
        someone(101, account=AccountFactory(last_login=ago(99)))
        closed = someone(101, account=AccountFactory(last_login=ago(99), is_active=False))
        silent = someone(101, account=AccountFactory(last_login=ago(101)))
        assert due() == {"people": {closed.pk, silent.pk}}

    def test_of_a_session_without_dates_stay(self):
        ParticipationFactory(person=someone(101), session=SessionFactory(start=None))
        assert due() == {}

    def test_are_erased_once_and_stay_in_the_figures(self):
        gone = someone(101, family_name="Brezoska")
        run("--apply")
        gone.refresh_from_db()
        assert gone.family_name == "Erased"
        assert gone.participations.exists()
        assert due() == {}


class TestAccountsOfNobodysRecord:
    def test_are_due_after_their_last_log_in_or_their_making(self):
        silent = AccountFactory(roles=["trainer"], last_login=ago(101))
        never = AccountFactory(roles=["editor"], date_joined=ago(101))
        AccountFactory(roles=["trainer"], last_login=ago(99), date_joined=ago(300))
        AccountFactory(roles=["trainer"])
        someone(99, account=AccountFactory(roles=["trainer"], last_login=ago(101)))
        assert due() == {"accounts": {silent.pk, never.pk}}

    def test_whoever_administers_is_due_once_the_account_is_closed(self):
        Account.objects.filter(pk=Account.objects.system().pk).update(date_joined=ago(999))
        in_charge = AccountFactory(email="in-charge@example.org", roles=["administrator"], last_login=ago(101))
        assert due() == {}
        Account.objects.filter(pk=in_charge.pk).update(is_active=False)
        assert due() == {"accounts": {in_charge.pk}}

    def test_are_erased_once_and_what_they_did_stays(self):
        silent = AccountFactory(email="ana.testova@example.org", roles=["trainer"], last_login=ago(101))
        session = SessionFactory(created_by=silent)
        run("--apply")
        session.refresh_from_db()
        assert session.created_by.email == f"erased-{silent.pk}@evidenca.invalid"
        assert TrailEntry.objects.get(action="account erased").records == {"account": [silent.pk]}
        assert due() == {}


class TestOtherRecords:
    def test_invitations_and_requests_go_when_their_period_is_over(self, trainer):
        for days in (99, 101):
            for state in ("accepted_at", "withdrawn_at", "expires_at"):
                Invitation.objects.create(
                    email=f"{state}{days}@example.org", role="officer", token=f"{state}{days}", invited_by=trainer,
                    **{state: ago(days)},
                )  # fmt: skip
            AccessRequest.objects.create(
                name="Ana", email=f"{days}@example.org", jurisdiction=JurisdictionFactory(), institution="MoI",
                reason="work", state=RequestState.REFUSED, decided_by=trainer, decided_at=ago(days),
            )  # fmt: skip
            DataRequest.objects.create(
                person=PersonFactory(), kind=DataRequestKind.CORRECTION, text="Ana, not Anna", asked_by=trainer,
                state=AnswerState.DONE, answered_by=trainer, answered_at=ago(days),
            )  # fmt: skip
        assert {kind: len(records) for kind, records in due().items()} == {
            "invitations": 3, "access_requests": 1, "data_requests": 1,
        }  # fmt: skip
        run("--apply")
        assert due() == {}
        left = Invitation.objects.count(), AccessRequest.objects.count(), DataRequest.objects.count()
        assert left == (3, 1, 1)

    def test_log_ins_end(self, client_of, officer):
        client = client_of(officer)
        key = client.session.session_key
        UserSession.objects.create(user=officer, ip="192.0.2.1", user_agent="", session_key=key, last_seen_at=ago(101))
        run("--apply")
        assert not UserSession.objects.exists()
        assert not LogInSession.objects.filter(session_key=key).exists()

    def test_walk_ins_nobody_decided_on_lose_their_names(self, trainer):
        session, phone = SessionFactory(created_by=trainer), Phone()
        old, new = phone.typed("Arta", "Testi", ago(101)), phone.typed("Besa", "Testi", ago(99))
        for one in (old, new):
            keep_typed({one: one.at}, session=session, device=phone.id, by=trainer)
        assert due() == {"walk_ins": {WalkIn.objects.get(nonce=old.nonce).pk}}
        run("--apply")
        assert due() == {}
        assert [str(one) for one in WalkIn.objects.order_by("at")] == [", ", "Testi, Besa"]
        assert WalkIn.objects.to_decide().get().nonce == new.nonce

    def test_what_a_merge_changed_is_forgotten_and_then_it_is_final(self, administrator):
        keep, away = PersonFactory(sex="U"), PersonFactory()
        ParticipationFactory(person=away)
        merge = merge_people(keep=keep, away=away, by=administrator)
        PersonMerge.objects.update(at=ago(101))
        assert due() == {"merges": {merge.pk}}
        run("--apply")
        assert due() == {}
        with pytest.raises(ValidationError, match="too long ago"):
            undo_person_merge(merge=merge, by=administrator)

    def test_the_values_of_old_changes_go_and_no_deletion_leaves_new_ones(self, trainer):
        invitation = Invitation.objects.create(
            email="ana@example.org", role="officer", token="t", invited_by=trainer, withdrawn_at=ago(101)
        )
        Account.objects.system()
        LogEntry.objects.update(timestamp=ago(101))
        fresh = PersonFactory()
        run("--apply")
        assert set(LogEntry.objects.values_list("object_repr", flat=True)) == {
            str(fresh), str(fresh.institution), str(fresh.jurisdiction),
        }  # fmt: skip
        assert not Invitation.objects.filter(pk=invitation.pk).exists()

    def test_what_an_import_changed_is_forgotten(self, trainer):
        home = JurisdictionFactory()
        session = SessionFactory(created_by=trainer, jurisdictions=[home])
        PersonFactory(given_name="Ana", family_name="Nova", institution=None, email="ana@mvr.example")
        listed = people(["Ana", "Nova", "F", "MK", "MoI", "Clerk", "ana@mvr.example"])
        record = apply(session, listed, trainer).roster_import
        assert record.filled
        RosterImport.objects.update(at=ago(101))
        assert due() == {"imports": {record.pk}}
        run("--apply")
        assert RosterImport.objects.get().filled == []


class TestTheCommand:
    def test_lists_and_changes_nothing(self):
        gone = someone(101, family_name="Brezoska")
        said = run()
        assert "left as it is" in said
        assert "     1  People, after their last session and log-in: after 100 days erased; figures stay" in said
        assert "Brezoska" not in said
        gone.refresh_from_db()
        assert gone.erased_at is None
        report = json.loads(run("--report", "json"))
        assert report["applied"] is False
        assert {one["kind"]: one["records"] for one in report["kinds"]}["people"] == [gone.pk]

    def test_does_it_when_told_and_says_so_in_the_trail(self):
        someone(101)
        assert "Done:" in run("--apply")
        entry = TrailEntry.objects.get(action="retention period applied")
        assert entry.detail == {"kind": "people", "days": 100, "records": 1}
        assert entry.origin == "command apply_retention"
        run("--apply")
        assert TrailEntry.objects.filter(action="retention period applied").count() == 1

    @pytest.mark.parametrize("role", ["coordinator", "manager", "trainer", "editor", "auditor", "officer"])
    def test_is_for_administrators(self, role, request):
        account = request.getfixturevalue(role)
        someone(101)
        with pytest.raises(CommandError):
            run("--apply", "--as", account.email)
        with pytest.raises(PermissionDenied):
            apply_retention(by=account)
        assert due()

    def test_three_due_are_listed_with_as_many_queries_as_one(self):
        def queries():
            with CaptureQueriesContext(connection) as captured:
                due()
            return len(captured)

        someone(101)
        one = queries()
        someone(101)
        someone(101)
        assert queries() == one
