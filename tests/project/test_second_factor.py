"""Whoever reaches other people's records enrols a second factor first; log-ins are counted, locked and recorded."""

import base64

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from tests.factories import PASSWORD, AccountFactory
from training.models import TrailEntry

pytestmark = pytest.mark.django_db
LOGIN = reverse("account_login")


@pytest.fixture(autouse=True)
def required(settings):
    settings.SECOND_FACTOR_REQUIRED = True
    cache.clear()
    yield
    cache.clear()


def log_in(client, account, password=PASSWORD):
    return client.post(LOGIN, {"login": account.email, "password": password})


@pytest.mark.parametrize("role", ["administrator", "coordinator", "manager", "editor", "auditor"])
def test_these_roles_reach_nothing_without_one(client_of, role):
    client = client_of(AccountFactory(roles=[role]))
    for path in ("/", "/sessions/", "/statistics/", "/admin/", "/trail/"):
        assert client.get(path).url == reverse("second_factor"), path
    assert client.get(reverse("second_factor")).status_code == 200
    assert client.post(reverse("account_logout")).status_code == 302


@pytest.mark.parametrize("role", ["trainer", "officer"])
def test_these_may_have_one(client_of, role):
    assert client_of(AccountFactory(roles=[role])).get("/sessions/").status_code == 200


def test_enrolling_opens_the_door_and_gives_recovery_codes(client, manager, django_capture_on_commit_callbacks):
    log_in(client, manager)
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    code = totp.format_hotp_value(totp.hotp_value(secret, next(totp.yield_hotp_counters_from_time())))
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("mfa_activate_totp"), {"code": code})
    assert client.get("/statistics/").status_code == 200
    assert len(client.get(reverse("mfa_view_recovery_codes")).context["unused_codes"]) == 10
    assert client.get(reverse("second_factor")).url == "/"
    assert TrailEntry.objects.filter(action="second factor added", by=manager).exists()


def test_some_minutes_after_the_log_in_the_password_is_asked_for_again(client, manager, settings):
    log_in(client, manager)
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 0
    for name in ("mfa_activate_totp", "mfa_add_webauthn"):
        assert client.get(reverse(name)).url.startswith(reverse("account_reauthenticate")), name


def test_from_then_on_a_password_alone_does_not_log_in(client, manager):
    secret = base64.b32encode(b"evidenca-evidenca-ev").decode()
    totp.TOTP.activate(manager, secret)
    assert log_in(client, manager).url == reverse("mfa_authenticate")
    assert client.get("/statistics/").status_code == 302
    wrong = client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert wrong.status_code == 200
    code = totp.format_hotp_value(totp.hotp_value(secret, next(totp.yield_hotp_counters_from_time())))
    client.post(reverse("mfa_authenticate"), {"code": code})
    assert client.get("/statistics/").status_code == 200


def test_ten_wrong_passwords_lock_that_account_and_no_other(client, trainer, other_trainer):
    for _try in range(10):
        log_in(client, trainer, "wrong-password")
    locked = log_in(Client(REMOTE_ADDR="192.0.2.99"), trainer)
    assert locked.status_code == 200
    assert "Too many failed login attempts" in locked.content.decode()
    assert log_in(Client(), other_trainer).status_code == 302
    assert TrailEntry.objects.filter(action="log-in refused", records={"account": [trainer.pk]}).count() == 10
    assert TrailEntry.objects.filter(action="log-in locked").count() == 1


def test_a_log_in_is_listed_and_can_be_ended(client, trainer):
    elsewhere = Client(HTTP_USER_AGENT="Another phone")
    log_in(elsewhere, trainer)
    log_in(client, trainer)
    page = client.get(reverse("own_account"))
    assert "Another phone" in page.content.decode()
    other = next(one for one in page.context["log_ins"] if one.user_agent == "Another phone")
    client.post(reverse("log_in_end", args=[other.pk]))
    assert elsewhere.get("/sessions/").status_code == 302
    assert client.get("/sessions/").status_code == 200


def test_nobody_ends_somebody_elses(client, client_of, trainer, other_trainer):
    log_in(client, trainer)
    own = client.get(reverse("own_account")).context["log_ins"][0]
    assert client_of(other_trainer).post(reverse("log_in_end", args=[own.pk])).status_code == 404


def test_the_demo_site_runs_without_and_says_so(settings, client_of, manager):
    settings.SECOND_FACTOR_REQUIRED = False
    response = client_of(manager).get("/statistics/")
    assert response.status_code == 200
    assert "a second factor is not asked for here" in response.content.decode()


def test_production_always_asks_for_it():
    from project.settings import base

    assert base.SECOND_FACTOR_REQUIRED
    assert not Authenticator.objects.exists()
