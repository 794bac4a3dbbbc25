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
    visitor.page.locator("main form", has=visitor.page.locator("input[name=code]")).first.locator(
        "button"
    ).first.click()
    visitor.page.wait_for_load_state()
    visitor.check()


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
    invited.page.locator("main form button").first.click()
    invited.page.wait_for_load_state()

    log_in(invited, INVITED, OWN_PASSWORD)
    invited.go("/institutions/")
    assert "/second-factor/" in invited.page.url
    invited.page.get_by_role("link", name="Authenticator app").click()
    invited.check()
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
