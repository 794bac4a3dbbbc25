"""The QR code's statement is checked in the browser: no name reaches the server, and no network is needed any more."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from certificates.pdf.document import certificate_pdf
from certificates.services.checking import statement_in
from certificates.services.deciding import revoke, supersede
from certificates.services.issuing import issue_session
from tests.browser.conftest import PHONE
from tests.certificates.papers import content
from tests.factories import AccountFactory, ParticipationFactory, PersonFactory, SessionFactory
from training.choices import SessionStatus
from training.models import Account

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def certificate():
    cache.clear()
    session = SessionFactory(status=SessionStatus.CLOSED)
    person = PersonFactory(given_name="Ђурђица", family_name="Џбунић-Тест")
    ParticipationFactory(session=session, person=person, days_attended=1, outcome="completed")
    return issue_session(session=session, by=Account.objects.system()).made[0]


def pdf_of(certificate):
    with certificate.pdf.open("rb") as file:
        return file.read()


def statement(certificate):
    return statement_in(pdf_of(certificate))


def notice(visitor):
    return visitor.page.locator("#statement [data-state]:visible")


def check_here(visitor, text, state):
    visitor.page.locator("#paste textarea").fill(text)
    visitor.page.get_by_role("button", name="Check here").click()
    visitor.page.locator(f'[data-state="{state}"]').wait_for()
    assert notice(visitor).count() == 1


def kept(visitor):
    """Wait until the worker has kept what the page needs."""
    visitor.page.evaluate("navigator.serviceWorker.ready")
    visitor.page.wait_for_function("async () => (await (await caches.open('verify')).keys()).length >= 5")


def test_a_scanned_code_shows_the_name_that_the_server_never_sees(visit, certificate):
    visitor, asked = visit(PHONE), []
    visitor.page.on("request", lambda request: asked.append(request.url + (request.post_data or "")))
    visitor.go(f"/verify/{certificate.serial}#{statement(certificate)}")
    visitor.page.get_by_text("Ђурђица Џбунић-Тест").wait_for()
    assert notice(visitor).get_attribute("data-state") == "valid"
    visitor.check()
    assert not [url for url in asked if "#" in url.partition(certificate.serial)[2]]
    assert "Џбунић" not in visitor.page.request.get(f"{visitor.server.url}/verify/{certificate.serial}").text()


def test_the_open_page_checks_without_a_network(visit, certificate):
    visitor = visit(PHONE)
    visitor.go("/verify/")
    visitor.page.context.set_offline(True)
    good = statement(certificate)
    for text, state in (
        (f"https://example.org/verify/EV#{good}", "valid"),
        (f"  {good[:40].lower()}\n{good[40:]} ", "valid"),
        (good[:90] + ("A" if good[90] != "A" else "B") + good[91:], "changed"),
        (good[:-1] + ("A" if good[-1] != "A" else "B"), "changed"),
        (statement_in(certificate_pdf(content(expires_on="2020-01-31"))), "expired"),
        ("nothing", "changed"),
    ):
        check_here(visitor, text, state)


def test_a_code_on_another_certificates_page_and_a_revoked_one_are_noticed(visit, certificate):
    visitor = visit()
    other = statement_in(certificate_pdf(content()))
    visitor.go(f"/verify/{certificate.serial}#{other}")
    visitor.page.locator('[data-state="other"]').wait_for()
    revoke(certificate=certificate, by=Account.objects.system(), reason="Wrong person.")
    visitor.go("/verify/")
    check_here(visitor, statement(certificate), "revoked")
    assert re.search(r"since \d+ \w+ \d{4}\.", notice(visitor).inner_text())


def test_the_page_opens_the_next_time_without_a_network_and_says_how_old_its_list_is(visit, certificate, tmp_path):
    """Under the address of a scanned code, of another one, and of nothing; what it kept names nobody."""
    system = Account.objects.system()
    code = statement(certificate)
    visitor = visit(PHONE)
    visitor.log_in(AccountFactory(email="desk@example.org", roles=["officer"]))
    visitor.go("/verify/")
    kept(visitor)
    html = visitor.page.evaluate("caches.match('/verify/offline/').then((answer) => answer.text())")
    assert "desk@example.org" not in html
    assert "Log out" not in html
    supersede(certificate=certificate, by=system, reason="Misspelt.")  # which the list kept here does not know
    visitor.page.context.set_offline(True)
    visitor.go(f"/verify/{certificate.serial}#{code}")
    visitor.page.get_by_text("There is no network.").wait_for()
    visitor.page.get_by_text("Ђурђица Џбунић-Тест").wait_for()
    assert notice(visitor).get_attribute("data-state") == "valid"
    visitor.page.locator("#kept").wait_for()
    assert "By the list of revocations of" in visitor.page.locator("#kept").inner_text()
    assert visitor.page.locator("#kept [data-old]").is_hidden()
    visitor.page.goto(f"{visitor.server.url}/verify/EV-0000-0000-0000-0000#{code}")
    visitor.page.locator('[data-state="other"]').wait_for()
    file = tmp_path / "certificate.pdf"
    for data, state in ((pdf_of(certificate), "valid"), (b"%PDF-1.7 nothing", "empty")):
        file.write_bytes(data)
        visitor.page.locator("#upload input").set_input_files(file)
        visitor.page.get_by_role("button", name="Check what its code says").click()
        visitor.page.locator(f'[data-state="{state}"]').wait_for()
        assert visitor.page.locator("[data-file]").is_visible()
    visitor.page.context.set_offline(False)
    visitor.go("/verify/")
    check_here(visitor, code, "superseded")


def test_a_list_of_last_month_says_so_and_one_that_was_changed_is_not_believed(visit, certificate):
    visitor, code = visit(), statement(certificate)
    visitor.page.clock.install(time=timezone.now() + timedelta(days=30))
    visitor.go("/verify/")
    check_here(visitor, code, "valid")
    told = visitor.page.locator("#statement [data-as-of]")
    assert "30 days ago" in told.inner_text()
    assert "What was revoked since is not known here" in told.inner_text()
    visitor.page.evaluate("proof.revocations.list = proof.revocations.list.replace('as_of', 'As_of')")
    check_here(visitor, code, "valid")
    assert told.is_hidden()
    assert "whether it still stands is not known here" in visitor.page.locator("#statement").inner_text()
