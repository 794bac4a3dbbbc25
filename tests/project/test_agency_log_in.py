"""An agency's own identity provider opens accounts that exist, for verified addresses of its domains; no other."""

import json

import pytest
import requests
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.urls import reverse

from project.settings.agencies import provider_apps
from tests.factories import AccountFactory
from tests.project import identity_provider
from training.models import Account, TrailEntry

pytestmark = pytest.mark.django_db
LOGIN = "/account/from/agency/login/"


@pytest.fixture(scope="module")
def agency():
    with identity_provider.running() as provider:
        yield provider


@pytest.fixture
def trusted(agency, settings, monkeypatch):
    monkeypatch.setenv("OIDC_SERVER_URL", agency.address)
    monkeypatch.setenv("OIDC_NAME", "Border Police Test")
    monkeypatch.setenv("OIDC_CLIENT_ID", agency.client)
    monkeypatch.setenv("OIDC_CLIENT_SECRET", agency.secret)
    monkeypatch.setenv("OIDC_DOMAINS", "agency.example, @police.example")
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": provider_apps()}}
    return agency


def invited(email, *, verified=True, **more):
    account = AccountFactory(email=email, roles=["officer"], **more)
    EmailAddress.objects.create(user=account, email=email, primary=True, verified=verified)
    return account


def come_through(agency, client, at=LOGIN, **claims):
    """Log in there and come back: the answer of the last address, ours."""
    agency.claims = {"email_verified": True, **claims}
    there = client.post(at).url
    assert there.startswith(agency.address)
    back = requests.get(there, allow_redirects=False, timeout=10).headers["Location"]
    return client.get(back.replace("http://testserver", ""))


def who(client):
    return client.session.get("_auth_user_id")


def test_without_a_provider_there_is_no_such_log_in(client):
    assert "agency" not in client.get(reverse("account_login")).content.decode()
    assert client.post(LOGIN).status_code == 404


def test_a_verified_address_of_its_domains_opens_the_account_that_is_there(client, trusted):
    account = invited("arta.test@police.example")
    page = client.get(reverse("account_login"))
    assert "Log in through Border Police Test" in page.content.decode()
    assert page.headers["Content-Security-Policy"].endswith(f"form-action 'self' {trusted.address}")
    claims = {"sub": "17", "email": "Arta.Test@police.example", "name": "Arta Test", "birthdate": "1980-01-01"}
    come_through(trusted, client, **claims)
    assert who(client) == str(account.pk)
    assert trusted.challenges, "a proof key goes along"
    assert Account.objects.get(pk=account.pk).has_usable_password()
    assert SocialAccount.objects.get().extra_data == {}, "nothing of what it tells is kept"
    entries = TrailEntry.objects.filter(by=account).values_list("action", flat=True)
    assert {"agency log-in linked", "logged in"} <= set(entries)
    assert "Arta" not in json.dumps(list(TrailEntry.objects.values_list("detail", flat=True)))


def test_the_second_time_it_is_known_by_its_number(client, trusted):
    account = invited("besa.test@agency.example")
    come_through(trusted, client, sub="18", email=account.email)
    again = Client()
    come_through(trusted, again, sub="18", email="somebody.else@agency.example")
    assert who(again) == str(account.pk)
    assert SocialAccount.objects.count() == 1


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "cila.test@police.example", "email_verified": False},
        {"email": "cila.test@elsewhere.example"},
        {"email": "cila.test@police.example.elsewhere.example"},
        {"email": "nobody.test@police.example"},
        {"email": "unverified.test@police.example"},
        {},
    ],
)
def test_anything_else_opens_nothing_and_makes_nothing(client, trusted, claims):
    for domain in ("police.example", "elsewhere.example", "police.example.elsewhere.example"):
        invited(f"cila.test@{domain}")
    invited("unverified.test@police.example", verified=False)
    Account.objects.system()  # what is refused is recorded in its name
    before = Account.objects.count()
    answer = come_through(trusted, client, sub="19", **claims)
    assert "Not known here yet" in answer.content.decode() or answer.url == reverse("socialaccount_signup")
    assert who(client) is None
    assert (Account.objects.count(), SocialAccount.objects.count()) == (before, 0)


def test_an_account_that_was_ended_stays_closed(client, trusted):
    invited("ended.test@police.example", is_active=False)
    come_through(trusted, client, sub="20", email="ended.test@police.example")
    assert who(client) is None


def test_nobody_links_it_to_their_account_by_hand(client_of, trusted):
    own, other = invited("own.test@police.example"), invited("other.test@police.example")
    client = client_of(own)
    come_through(trusted, client, at=f"{LOGIN}?process=connect", sub="21", email=other.email)
    assert not SocialAccount.objects.exists()
    assert who(client) == str(own.pk)


def test_an_answer_nobody_asked_for_is_refused(client, trusted):
    answer = client.get(f"{LOGIN}callback/?code=once&state=made-up")
    assert answer.status_code < 500
    assert who(client) is None


@pytest.mark.parametrize(
    ("address", "domains", "says"),
    [("http://login.example.org", "example.org", "https://"), ("https://login.example.org", "", "OIDC_DOMAINS")],
)
def test_a_provider_that_cannot_be_trusted_stops_the_start(monkeypatch, address, domains, says):
    monkeypatch.setenv("OIDC_SERVER_URL", address)
    monkeypatch.setenv("OIDC_DOMAINS", domains)
    with pytest.raises(ImproperlyConfigured, match=says):
        provider_apps()
