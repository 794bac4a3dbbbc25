"""Forms that take a password, a code or a link: each has an end, and none tells whether an address is known."""

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from tests.factories import PASSWORD, AccountFactory, JurisdictionFactory
from training.models import Account

pytestmark = pytest.mark.django_db
WRONG = "not-my-password"


@pytest.fixture(autouse=True)
def counted_anew():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def account():
    return AccountFactory(email="somebody@example.org", roles=["trainer"])


def logged_in(account):
    client = Client()
    client.post(reverse("account_login"), {"login": account.email, "password": PASSWORD})
    return client


def refused(response):
    return response.status_code == 429 or "Too many" in response.content.decode()


def tries_until_refused(client, address, sent, most):
    """How many times it was taken before it was enough; None if `most` times were not."""
    for number in range(most):
        if refused(client.post(address, sent(number) if callable(sent) else sent)):
            return number
    return None


def test_asking_for_a_new_password_answers_alike_for_known_unknown_and_closed_addresses(account, mailoutbox):
    closed = AccountFactory(email="closed@example.org", roles=["trainer"])
    Account.objects.filter(pk=closed.pk).update(is_active=False)
    answers = []
    for email in (account.email, "unknown@example.org", closed.email):
        answer = Client().post(reverse("account_reset_password"), {"email": email}, follow=True)
        page = answer.content.decode().replace(email, "")
        answers.append((answer.redirect_chain, answer.status_code, page))
    assert answers[0] == answers[1] == answers[2]
    with_link = [letter.to for letter in mailoutbox if "/password/reset/key/" in letter.body]
    assert with_link == [[account.email]]


def test_a_wrong_password_reads_alike_for_known_and_unknown_addresses(account):
    pages = []
    for email in (account.email, "unknown@example.org"):
        answer = Client().post(reverse("account_login"), {"login": email, "password": WRONG})
        pages.append((answer.status_code, answer.context["form"].errors.as_json()))
    assert pages[0] == pages[1]


@pytest.mark.parametrize(
    ("name", "sent", "most"),
    [
        ("account_login", {"login": "somebody@example.org", "password": WRONG}, 12),
        ("account_reset_password", {"email": "somebody@example.org"}, 8),
    ],
)
def test_a_stranger_is_stopped(account, name, sent, most):
    assert tries_until_refused(Client(), reverse(name), sent, most)


def test_a_stranger_who_asks_for_access_is_stopped():
    place = JurisdictionFactory()
    sent = {"name": "Ime Prezime", "jurisdiction": place.pk, "institution": "Police", "reason": "Work"}
    address = reverse("access_ask")
    assert tries_until_refused(Client(), address, lambda number: sent | {"email": f"{number}@example.org"}, 12)


def test_links_of_invitations_and_of_passwords_cannot_be_guessed_for_long():
    assert tries_until_refused(Client(), reverse("invitation", args=["no-such-token"]), {}, 32)
    address = reverse("account_reset_password_from_key", kwargs={"uidb36": "1", "key": "no-such-key"})
    assert tries_until_refused(Client(), address, {"password1": WRONG, "password2": WRONG}, 22)


@pytest.mark.parametrize(
    ("name", "sent", "most"),
    [
        ("account_reauthenticate", {"password": WRONG}, 12),
        ("account_change_password", {"oldpassword": WRONG, "password1": "x", "password2": "x"}, 8),
    ],
)
def test_whoever_finds_an_open_browser_is_stopped(account, name, sent, most):
    assert tries_until_refused(logged_in(account), reverse(name), sent, most)


def test_codes_of_a_second_factor_cannot_be_tried_out(account):
    totp.TOTP.activate(account, totp.generate_totp_secret())
    client = logged_in(account)
    address = reverse("mfa_authenticate")
    assert client.get(address).status_code == 200
    assert tries_until_refused(client, address, {"code": "000000"}, 12)
    assert client.get(reverse("sessions")).status_code == 302
