"""A morning at the door: a code on the screen, phones that scan it, and one confirmation for all of them."""

import io
import re

import pytest
import zxingcpp
from django.core.cache import cache
from django.utils import timezone
from PIL import Image

from tests.browser.conftest import DESKTOP, PHONE
from tests.factories import PASSWORD, JurisdictionFactory, ParticipationFactory, PersonFactory, SessionFactory
from training.models import Attendance, CheckIn, CheckInNumber
from training.services import check_in_codes
from training.services.check_in_numbers import give_numbers, number_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def session(trainer):
    cache.clear()
    home = JurisdictionFactory()
    return SessionFactory(
        title="Weapons categorization",
        place="Skopje",
        created_by=trainer,
        start=timezone.localdate(),
        jurisdictions=[home],
    )


@pytest.fixture
def people(session, officer, trainer):
    """An officer with an account, and two without, who have their badges."""
    named = [{"given_name": "Arta", "account": officer}, {"given_name": "Besim"}, {"given_name": "Vesna"}]
    made = [ParticipationFactory(session=session, person=PersonFactory(family_name="Testi", **one)) for one in named]
    give_numbers(session=session, by=trainer)
    return made


@pytest.fixture
def projector(visit, trainer, session):
    visitor = visit(DESKTOP)
    visitor.log_in(trainer)
    visitor.go(session.get_absolute_url())
    visitor.page.get_by_role("link", name="Check-in code").click()
    visitor.page.locator("[data-code]").wait_for()
    visitor.check()
    return visitor


def number(participation):
    return number_of(CheckInNumber.objects.get(participation=participation))


def shown(visitor):
    return visitor.page.locator("[data-code]").inner_text()


def scanned_address(visitor):
    """What a phone's camera reads off the screen."""
    (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(visitor.page.screenshot())))
    return found.text


def test_from_the_screen_to_the_register_with_log_in_and_badge(projector, visit, trainer, officer, session, people):
    arta, besim, vesna = people
    with_account, with_badge = visit(PHONE), visit(PHONE)
    address = scanned_address(projector)
    for visitor in (with_account, with_badge):
        visitor.page.goto(address)
        visitor.page.get_by_label("Your number").wait_for()
        assert visitor.page.url == f"{visitor.server.url}/check-in/", "the code is off the address"
        visitor.check()
    log_in_on_the_way(with_account, officer)
    with_badge.page.get_by_label("Your number").fill(number(besim).lower())
    with_badge.press("Check in")
    with_badge.page.get_by_role("heading", name="You are checked in").wait_for()
    type_the_code(visit(PHONE), projector, vesna)

    register = visit(PHONE)
    register.log_in(trainer)
    register.go(f"/attendance/{session.key}/{session.start}/")
    register.page.get_by_role("heading", name="Checked in by code, to confirm: 3").wait_for()
    assert not Attendance.objects.exists()
    box = register.page.get_by_label(re.compile("Testi, Vesna")).first
    box.uncheck()
    register.press("Confirm those ticked as present")
    register.page.get_by_text("2 people confirmed as present.").wait_for()
    register.page.locator("#progress", has_text="2 of 3").wait_for()
    marks = set(Attendance.objects.values_list("participation", "mark", "way", "by"))
    assert marks == {(one.pk, "present", "code", trainer.pk) for one in (arta, besim)}


def log_in_on_the_way(visitor, officer):
    page = visitor.page
    page.locator("main").get_by_role("link", name="Log in").click()
    page.locator("input[name=login]").fill(officer.email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Log in").click()
    page.get_by_text(f"You are logged in as {officer.email}").wait_for()
    visitor.check()
    visitor.press("Check in")
    page.get_by_role("heading", name="You are checked in").wait_for()


def type_the_code(visitor, projector, participation):
    """Where the camera does not help."""
    visitor.go("/check-in/")
    visitor.page.get_by_label("Code on the screen").fill(shown(projector))
    visitor.press("Go on")
    visitor.page.get_by_label("Your number").fill(number(participation))
    visitor.press("Check in")
    visitor.page.get_by_role("heading", name="You are checked in").wait_for()


def test_who_checks_in_appears_on_a_register_that_is_open_and_what_is_unticked_stays_so(
    projector, visit, trainer, session, people
):
    _arta, besim, vesna = people
    register = visit(PHONE)
    register.log_in(trainer)
    register.go(f"/attendance/{session.key}/{session.start}/")
    assert not register.page.locator("#checked-in").is_visible()
    type_the_code(visit(PHONE), projector, besim)
    box = register.page.locator(f"#checked-in input[value='{besim.pk}']")
    box.uncheck()
    register.check()
    type_the_code(visit(PHONE), projector, vesna)
    register.page.locator(f"#checked-in input[value='{vesna.pk}']:checked").wait_for()
    assert not box.is_checked()
    register.page.locator(f"#p{besim.pk}").get_by_role("button", name="Mark").click()
    box.wait_for(state="detached")
    assert Attendance.objects.get().way == "page"


def test_the_code_changes_by_itself_and_says_so_when_the_network_is_gone(projector, monkeypatch):
    page, first = projector.page, shown(projector)
    monkeypatch.setattr(check_in_codes, "STEP", check_in_codes.STEP / 15)
    page.locator("[data-code]", has_not_text=first).wait_for(timeout=60_000)
    assert shown(projector) != first
    page.context.set_offline(True)
    page.get_by_text("No answer from the server").wait_for()
    assert "old" in page.locator(".screen").get_attribute("class")
    page.context.set_offline(False)
    page.get_by_text("No answer from the server").wait_for(state="hidden")
    assert "old" not in page.locator(".screen").get_attribute("class")
    projector.faults = [fault for fault in projector.faults if "ERR_INTERNET_DISCONNECTED" not in fault]


def test_without_scripts_in_ones_own_language(chromium, live_server, session, people):
    context = chromium.new_context(viewport=PHONE, java_script_enabled=False, locale="mk")
    page = context.new_page()
    page.goto(f"{live_server.url}/check-in/")
    now = timezone.now()
    code = check_in_codes.code_at(session=session.pk, day=session.start, at=now)
    page.locator("#code").fill(code)
    page.get_by_role("button", name="Продолжи").click()
    page.locator("#number").fill(number(people[1]))
    page.get_by_role("button", name="Пријави присуство").click()
    page.get_by_role("heading", name="Пријавени сте").wait_for()
    assert CheckIn.objects.get().participation == people[1]
    context.close()
