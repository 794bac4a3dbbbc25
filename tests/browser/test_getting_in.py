"""From an invitation to work, as a person meets it: the letter, the second factor, the lost phone, the locked door."""

import re

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.core import mail
from django.core.cache import cache

from tests.browser.conftest import DESKTOP, PHONE
from tests.factories import PASSWORD, AccountFactory, InstitutionFactory, JurisdictionFactory
from training.models import TrailEntry

OWN_PASSWORD = "karamfil-oblak-47"
INVITED = "koordinator-test@example.org"


@pytest.fixture(autouse=True)
def as_in_production(settings):
    settings.SECOND_FACTOR_REQUIRED = True
    cache.clear()
    yield
    cache.clear()


def code_now(secret):
    return totp.format_hotp_value(totp.hotp_value(secret, next(totp.yield_hotp_counters_from_time())))


def log_in(visitor, email, password):
    visitor.go("/account/login/")
    visitor.page.locator("input[name=login]").fill(email)
    visitor.page.locator("input[name=password]").fill(password)
    visitor.press("Log in")


def confirm(visitor, code):
    visitor.page.locator("input[name=code]").first.fill(code)
    form = visitor.page.locator("main form", has=visitor.page.locator("input[name=code]")).first
    visitor.leave_by(form.locator("button").first)


def test_invited_verified_enrolled_at_work_and_back_in_without_the_phone(visit, administrator):
    place = JurisdictionFactory()
    waiting = InstitutionFactory(jurisdiction=place, confirmed=False)
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(administrator, secret)

    inviting = visit(DESKTOP)
    log_in(inviting, administrator.email, PASSWORD)
    confirm(inviting, code_now(secret))
    inviting.go("/access/invite/")
    inviting.page.get_by_label("E-mail address").fill(INVITED)
    inviting.page.get_by_role("radio", name="Coordinator").check()
    inviting.page.get_by_role("checkbox", name=place.name).check()
    inviting.press("Send the invitation")

    letter = mail.outbox[-1]
    assert letter.to == [INVITED]
    invited = visit(PHONE)
    invited.go(re.search(r"https?://[^/]+(/\S+)", letter.body).group(1))
    invited.page.get_by_label("Name").fill("Koordinator Test")
    for field in invited.page.locator("input[type=password]").all():
        field.fill(OWN_PASSWORD)
    invited.leave_by(invited.page.locator("main form button").first)

    log_in(invited, INVITED, OWN_PASSWORD)
    invited.go("/institutions/")
    assert "/second-factor/" in invited.page.url
    invited.follow("Authenticator app")
    confirm(invited, code_now(invited.page.locator("#authenticator_secret").input_value()))
    codes = invited.page.locator("#recovery_codes").input_value().split()
    assert len(codes) == 10
    invited.go("/institutions/")
    assert waiting.name in invited.page.locator("main").inner_text()

    without_phone = visit(PHONE)
    log_in(without_phone, INVITED, OWN_PASSWORD)
    assert "/2fa/authenticate/" in without_phone.page.url
    confirm(without_phone, codes[0])
    without_phone.go("/institutions/")
    assert waiting.name in without_phone.page.locator("main").inner_text()

    again = visit(PHONE)
    log_in(again, INVITED, OWN_PASSWORD)
    confirm(again, codes[0])
    assert "/2fa/authenticate/" in again.page.url, "a recovery code works once"


def passkey_of(visitor):
    """A device of this visitor that keeps passkeys and says yes whenever it is asked."""
    device = visitor.page.context.new_cdp_session(visitor.page)
    device.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    return device, device.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]


def test_a_passkey_registered_used_and_lost(visit, settings):
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True  # the live server of the tests has no certificate
    auditor = AccountFactory(email="revizor-test@example.org", roles=["auditor"])
    visitor = visit(PHONE)
    device, authenticator = passkey_of(visitor)
    log_in(visitor, auditor.email, PASSWORD)
    visitor.go("/trail/")
    assert "/second-factor/" in visitor.page.url
    visitor.follow("Passkey or security key")
    with visitor.page.expect_navigation(url=re.compile("recovery-codes")):
        visitor.page.locator("#mfa_webauthn_add").click()
    visitor.check()
    [kept] = device.send("WebAuthn.getCredentials", {"authenticatorId": authenticator})["credentials"]
    assert kept["rpId"] == "localhost"
    codes = visitor.page.locator("#recovery_codes").input_value().split()

    with_key = again_without_cookies(visitor)
    log_in(with_key, auditor.email, PASSWORD)
    assert "/2fa/authenticate/" in with_key.page.url
    with with_key.page.expect_navigation(url=lambda url: "/2fa/" not in url):
        with_key.page.get_by_role("button", name="Use a security key").click()
    with_key.go("/trail/")
    assert "logged in" in with_key.page.locator("main").inner_text()

    device.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": authenticator})
    without_key = visit(PHONE)
    log_in(without_key, auditor.email, PASSWORD)
    confirm(without_key, codes[0])
    without_key.go("/trail/")
    assert "second factor added" in without_key.page.locator("main").inner_text()


def again_without_cookies(visitor):
    """The same device, logged in nowhere."""
    visitor.page.context.clear_cookies()
    return visitor


def test_ten_wrong_passwords_lock_one_account_and_leave_another_alone(visit):
    mine, other = AccountFactory(roles=["officer"]), AccountFactory(roles=["officer"])
    visitor = visit(PHONE)
    visitor.go("/account/login/")
    for _try in range(10):
        visitor.page.locator("input[name=login]").fill(mine.email)
        visitor.page.locator("input[name=password]").fill("not-my-password")
        with visitor.page.expect_navigation():
            visitor.page.locator("main").get_by_role("button", name="Log in").click()
    log_in(visitor, mine.email, PASSWORD)
    assert "Too many failed login attempts" in visitor.page.locator("main").inner_text()
    log_in(visitor, other.email, PASSWORD)
    assert "/login/" not in visitor.page.url
    assert TrailEntry.objects.filter(action="log-in refused", records={"account": [mine.pk]}).count() == 10
    assert TrailEntry.objects.filter(action="log-in locked", records={"account": [mine.pk]}).count() == 1
