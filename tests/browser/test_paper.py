"""The paper of a day on a phone: print the sheet, photograph what came back, count, sign off against the register."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.browser.conftest import DESKTOP, PHONE
from tests.factories import ParticipationFactory, PersonFactory, SessionFactory
from tests.training.papers import picture, scan
from training.models import PaperCount, SignedSheet, SignOff
from training.services.attendance import mark

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def session(trainer):
    session = SessionFactory(created_by=trainer, start=timezone.localdate() - timedelta(days=1))
    session.trainers.add(trainer)
    people = [ParticipationFactory(session=session, person=PersonFactory()).pk for _number in range(3)]
    mark(session=session, day=session.days.get(), participation_ids=people[:2], mark="present", by=trainer)
    mark(session=session, day=session.days.get(), participation_ids=people[2:], mark="absent", by=trainer)
    return session


def test_from_the_sheet_to_the_sign_off(visit, trainer, session):
    visitor = visit(PHONE)
    visitor.log_in(trainer)
    visitor.go(session.get_absolute_url())
    page = visitor.page
    page.get_by_role("link", name="Paper").click()
    page.get_by_role("heading", name="Sheet to sign").wait_for()
    visitor.check()
    pdf = page.request.get(f"{page.url}sheet/?empty_rows=3")
    assert pdf.body().startswith(b"%PDF-")

    camera = page.get_by_label("Take a photograph")
    assert (camera.get_attribute("capture"), camera.get_attribute("accept")) == ("environment", "image/*")
    camera.set_input_files({"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": picture()})
    page.get_by_label("Or choose files").set_input_files(
        [{"name": f"{n}.pdf", "mimeType": "application/pdf", "buffer": scan(pages=n)} for n in (1, 2)]
    )
    visitor.press("Keep")
    assert SignedSheet.objects.count() == 3
    touched = page.locator("main .button:visible, main .tap:visible")
    heights = {one.inner_text(): one.bounding_box()["height"] for one in touched.all()}
    assert [name for name, height in heights.items() if height < 44] == []

    page.get_by_label("Signatures on paper").fill("3")
    visitor.press("Save")
    assert "3 signatures on paper, 2 in the register" in page.locator("main").inner_text()
    visitor.go(f"/sessions/{session.key}/sign-off/")
    assert "in the way" in page.locator(".check-list").inner_text()
    visitor.press("Sign off as it is")
    assert "Put that right, or say in a sentence why it stays so." in page.locator("main").inner_text()
    page.get_by_role("link", name="Look at the paper").click()
    page.get_by_label("Signatures on paper").fill("2")
    visitor.press("Save")
    assert "Paper and register agree." in page.locator("main").inner_text()
    assert PaperCount.objects.get().signatures == 2
    visitor.go(f"/sessions/{session.key}/sign-off/")
    visitor.press("Sign off")
    visitor.go(SignOff.objects.get().get_absolute_url())
    assert SignedSheet.objects.first().sha256 in page.locator("main").inner_text()
    visitor.check_width(DESKTOP)


def test_a_sheet_is_removed_after_asking_and_all_of_it_holds_on_a_desk(visit, trainer, session):
    visitor = visit(DESKTOP)
    visitor.log_in(trainer)
    address = f"/sessions/{session.key}/days/{session.start}/paper/"
    visitor.go(address)
    visitor.page.get_by_label("Or choose files").set_input_files(
        {"name": "list.txt", "mimeType": "text/plain", "buffer": b"no sheet"}
    )
    # What is refused is an answer of its own (400), which a browser notes in its console.
    with visitor.page.expect_response(lambda answer: answer.status == 400):
        visitor.page.get_by_role("button", name="Keep").click()
    assert "neither a picture" in visitor.page.locator("main").inner_text()
    visitor.check()
    visitor.faults = [fault for fault in visitor.faults if "400" not in fault]
    visitor.page.get_by_label("Or choose files").set_input_files(
        {"name": "1.pdf", "mimeType": "application/pdf", "buffer": scan()}
    )
    visitor.press("Keep")
    visitor.follow("Remove")
    visitor.press("Remove")
    assert "None is kept for this day." in visitor.page.locator("main").inner_text()
    assert not SignedSheet.objects.exists()
