"""Closing an account, opening it again, and the rights of whoever holds one without being on any roster."""

import json

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from auditlog.models import LogEntry
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from tests.factories import PASSWORD, AccountFactory, JurisdictionFactory, PersonFactory, SessionFactory
from tests.together import asked
from training.models import Account, Invitation, TrailEntry
from training.services.account_closing import close_account, open_account
from training.services.erasure import erase_account, erase_person
from training.services.held import held_about

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(coordinator):
    home = JurisdictionFactory(code="MK")
    coordinator.jurisdictions.add(home)
    return home


@pytest.fixture
def mine(home):
    """An officer of the coordinator's own jurisdiction."""
    account = AccountFactory(email="marija.test@example.org", roles=["officer"])
    PersonFactory(jurisdiction=home, account=account)
    return account


def logged_in(account):
    client = Client()
    client.post("/account/login/", {"login": account.email, "password": PASSWORD})
    return client


class TestClosing:
    def test_ends_every_log_in_and_lets_nobody_in(self, mine, coordinator):
        first, second = logged_in(mine), logged_in(mine)
        assert first.get("/account/").status_code == 200
        close_account(account=mine, by=coordinator)
        for client in (first, second, logged_in(mine)):
            assert client.get("/account/").status_code == 302
        assert not UserSession.objects.filter(user=mine).exists()

    def test_keeps_the_record_the_roles_and_the_trail(self, mine, coordinator):
        TrailEntry.objects.create(by=mine, action="something done")
        close_account(account=mine, by=coordinator)
        mine = Account.objects.get(pk=mine.pk)
        assert (mine.person.account_id, mine.groups.get().name) == (mine.pk, "officer")
        assert TrailEntry.objects.filter(by=mine, action="something done").exists()
        entry = TrailEntry.objects.get(action="account closed")
        assert (entry.by, entry.records) == (coordinator, {"account": [mine.pk]})

    def test_twice_is_once(self, mine, coordinator):
        close_account(account=mine, by=coordinator)
        close_account(account=mine, by=coordinator)
        assert TrailEntry.objects.filter(action="account closed").count() == 1

    def test_opened_again_it_is_as_it_was(self, mine, coordinator):
        close_account(account=mine, by=coordinator)
        open_account(account=mine, by=coordinator)
        assert logged_in(mine).get("/account/").status_code == 200
        assert Account.objects.get(pk=mine.pk).role_names == {"officer"}
        assert TrailEntry.objects.filter(action="account opened again").count() == 1

    def test_an_account_of_another_jurisdiction_is_not_theirs(self, coordinator, home):
        other = AccountFactory(roles=["officer"])
        PersonFactory(jurisdiction=JurisdictionFactory(code="RS"), account=other)
        for service in (close_account, open_account):
            with pytest.raises(PermissionDenied):
                service(account=other, by=coordinator)

    def test_a_role_that_is_not_theirs_to_give_is_not_theirs_to_take(self, coordinator, home):
        manager = AccountFactory(roles=["officer", "manager"])
        PersonFactory(jurisdiction=home, account=manager)
        with pytest.raises(ValidationError, match="ask an administrator"):
            close_account(account=manager, by=coordinator)
        Account.objects.filter(pk=manager.pk).update(is_active=False)
        with pytest.raises(ValidationError, match="ask an administrator"):
            open_account(account=manager, by=coordinator)

    @pytest.mark.parametrize("role", ["trainer", "manager", "editor", "auditor", "officer"])
    def test_other_roles_close_only_their_own(self, role, mine):
        account = AccountFactory(roles=[role])
        with pytest.raises(PermissionDenied):
            close_account(account=mine, by=account)
        assert not close_account(account=account, by=account).is_active

    def test_the_last_administrator_stays(self, administrator):
        with pytest.raises(ValidationError, match="last administrator"):
            close_account(account=administrator, by=administrator)
        other = AccountFactory(email="second@example.org", roles=["administrator"])
        assert not close_account(account=administrator, by=other).is_active
        with pytest.raises(ValidationError, match="last administrator"):
            close_account(account=other, by=other)


@pytest.mark.django_db(transaction=True)
def test_two_administrators_cannot_close_each_other_at_the_same_moment(together):
    from training.services.roles import ensure_roles  # the tables are emptied between such tests

    ensure_roles()
    one, two = (AccountFactory(email=f"{word}@example.org", roles=["administrator"]) for word in ("one", "two"))
    together.begin()
    _results, errors = together(lambda: close_account(account=two, by=one), lambda: close_account(account=one, by=two))
    assert len(errors) == 1
    left = Account.objects.of_role("administrator").filter(is_active=True, pk__in=[one.pk, two.pk])
    assert asked(left.count) == 1


class TestPages:
    def test_a_coordinator_finds_closes_and_opens(self, mine, coordinator, client_of):
        client = client_of(coordinator)
        assert mine.email in client.get(reverse("accounts"), {"q": "marija", "state": "open"}).content.decode()
        page = client.get(reverse("account", args=[mine.pk]))
        assert "Close this account" in page.content.decode()
        change = reverse("account_change", args=[mine.pk])
        closed = client.post(change, {"do": "close"}, follow=True).content.decode()
        assert "Open this account again" in closed
        assert mine.email not in client.get(reverse("accounts"), {"state": "open"}).content.decode()
        assert "Close this account" in client.post(change, {"do": "open"}, follow=True).content.decode()

    def test_who_was_listed_and_looked_at_is_in_the_trail_and_what_was_typed_is_not(self, mine, coordinator, client_of):
        client = client_of(coordinator)
        client.get(reverse("accounts"), {"q": "marija"})
        client.get(reverse("account", args=[mine.pk]))
        for action in ("accounts listed", "account viewed"):
            assert TrailEntry.objects.get(action=action).records == {"account": [mine.pk]}
        assert "marija" not in json.dumps(list(TrailEntry.objects.values_list("detail", flat=True)))

    def test_ones_own_is_closed_after_the_password_was_given(self, client_of):
        account = AccountFactory(roles=["trainer"])
        client = logged_in(account)
        assert "Close my account" in client.get(reverse("own_account")).content.decode()
        assert client.post(reverse("close_own_account")).url == reverse("account_login")
        assert not Account.objects.get(pk=account.pk).is_active
        assert (
            client_of(AccountFactory(roles=["trainer"]))
            .post(reverse("close_own_account"))
            .url.startswith(reverse("account_reauthenticate"))
        )

    def test_the_number_of_queries_does_not_grow(self, home, coordinator, client_of, django_assert_max_num_queries):
        client, address = client_of(coordinator), reverse("accounts")
        counts = []
        for number in (1, 3):
            while Account.objects.kept_by(coordinator).count() < number:
                PersonFactory(jurisdiction=home, account=AccountFactory(roles=["officer", "trainer"]))
            with django_assert_max_num_queries(40) as asked_for:
                client.get(address)
            counts.append(len(asked_for))
        assert counts[0] == counts[1]


class TestWithoutARecord:
    @pytest.fixture
    def alone(self):
        account = AccountFactory(email="ime.prezime@mvr.example", name="Ѓорѓи Тестовски", roles=["trainer"])
        EmailAddress.objects.create(user=account, email=account.email, primary=True, verified=True)
        Authenticator.objects.create(user=account, type="totp", data={"secret": "x"})
        return account

    def test_what_is_held_names_the_account_its_second_factor_and_what_was_done_to_it(self, alone, client_of):
        client = logged_in(alone)
        found = json.loads(client_of(alone).get(reverse("own_data_file", args=["json"])).content)
        assert found["account"][0]["name"] == alone.name
        assert len(found["second_factors"]) == 1
        assert client is not None
        assert {row["field"] for row in found["changes"]} >= {"email", "name"}

    def test_an_administrator_hands_the_same_out(self, alone, administrator, client_of):
        client = client_of(administrator)
        page = client.get(reverse("account_data", args=[alone.pk])).content.decode()
        assert alone.name in page
        found = json.loads(client.get(reverse("account_data_file", args=[alone.pk, "json"])).content)
        assert found["account"][0]["email"] == alone.email
        held = TrailEntry.objects.filter(action="data held disclosed")
        assert [entry.records for entry in held] == [{"person": [], "account": [alone.pk]}] * 2

    def test_nobody_else_gets_it(self, alone, coordinator, trainer):
        for account in (coordinator, trainer):
            with pytest.raises(PermissionDenied):
                held_about(by=account, account=alone)

    def test_erasing_takes_name_and_address_out_of_every_table(self, alone, administrator):
        from tests.training.test_erasure import every_word_in_the_database  # and not its fixtures

        session = SessionFactory(created_by=alone)
        session.trainers.add(alone)
        Invitation.objects.create(
            email=alone.email, name=alone.name, role="trainer", token="t", invited_by=administrator, account=alone
        )
        alone.name = "Ѓорѓи Новотестовски"
        alone.save()
        session.trainers.remove(alone)
        LogEntry.objects.filter(object_id=session.pk).update(actor=alone, actor_email=alone.email)
        erase_account(account=alone, by=administrator)
        whole = every_word_in_the_database()
        for word in ("Тестовски", "Новотестовски", "ime.prezime"):
            assert word not in whole
        assert session.created_by_id == alone.pk
        erased = Account.objects.get(pk=alone.pk)
        assert erased.erased_at
        assert not erased.is_active
        assert not Authenticator.objects.filter(user=alone).exists()
        assert TrailEntry.objects.get(action="account erased").records == {"account": [alone.pk]}

    def test_a_persons_account_is_erased_with_the_person(self, mine, administrator):
        with pytest.raises(ValidationError, match="erase that person"):
            erase_account(account=mine, by=administrator)
        erase_person(person=mine.person, by=administrator)
        assert Account.objects.get(pk=mine.pk).erased_at

    def test_an_erased_account_is_not_opened_again(self, alone, administrator):
        erase_account(account=alone, by=administrator)
        with pytest.raises(PermissionDenied):
            open_account(account=alone, by=administrator)

    def test_nobody_erases_their_own_or_the_last_administrators(self, administrator):
        with pytest.raises(ValidationError) as refused:
            erase_account(account=administrator, by=administrator)
        assert len(refused.value.messages) == 2

    def test_the_page_says_what_goes_and_waits_for_a_tick(self, alone, administrator, client_of):
        client, address = client_of(administrator), reverse("account_erase", args=[alone.pk])
        assert "Tick the box" in client.post(address).content.decode()
        assert client.post(address, {"sure": "on"}).url == reverse("accounts")
        assert client.get(address).status_code == 404
