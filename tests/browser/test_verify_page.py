"""The QR code's statement is checked in the browser: no name reaches the server, and no network is needed any more."""

import pytest
from django.core.cache import cache

from certificates.pdf.document import certificate_pdf
from certificates.services.checking import statement_in
from certificates.services.deciding import revoke
from certificates.services.issuing import issue_session
from tests.browser.conftest import PHONE
from tests.certificates.papers import content
from tests.factories import ParticipationFactory, PersonFactory, SessionFactory
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


def statement(certificate):
    with certificate.pdf.open("rb") as file:
        return statement_in(file.read())


def notice(visitor):
    return visitor.page.locator("#statement [data-state]:visible")


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
        (good[:90] + ("A" if good[90] != "A" else "B") + good[91:], "changed"),
        (good[:-1] + ("A" if good[-1] != "A" else "B"), "changed"),
        (statement_in(certificate_pdf(content(expires_on="2020-01-31"))), "expired"),
        ("nothing", "changed"),
    ):
        visitor.page.locator("#held").fill(text)
        visitor.page.get_by_role("button", name="Check here").click()
        visitor.page.locator(f'[data-state="{state}"]').wait_for()
        assert notice(visitor).count() == 1


def test_a_code_on_another_certificates_page_and_a_revoked_one_are_noticed(visit, certificate):
    visitor = visit()
    other = statement_in(certificate_pdf(content()))
    visitor.go(f"/verify/{certificate.serial}#{other}")
    visitor.page.locator('[data-state="other"]').wait_for()
    revoke(certificate=certificate, by=Account.objects.system(), reason="Wrong person.")
    visitor.go("/verify/")
    visitor.page.locator("#held").fill(statement(certificate))
    visitor.page.get_by_role("button", name="Check here").click()
    visitor.page.locator('[data-state="revoked"]').wait_for()
