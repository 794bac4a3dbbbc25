"""Test scores typed on a phone and by keyboard alone: a column down, a refused cell, a column from a spreadsheet."""

import pytest
from django.utils import timezone

from tests.browser.conftest import DESKTOP, PHONE
from tests.factories import InstitutionFactory, ParticipationFactory, PersonFactory, SessionFactory
from training.services.scores import said

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def session(trainer):
    session = SessionFactory(created_by=trainer, start=timezone.localdate())
    office = InstitutionFactory(name="Directorate for the control of small arms", short_name="DCSA")
    for number in range(4):
        ParticipationFactory(session=session, person=PersonFactory(family_name=f"Testi{number}", institution=office))
    return session


def scores_of(session):
    rows = session.participations.order_by("person__search_key").values_list("pre_score", "post_score")
    return [tuple(map(said, pair)) for pair in rows]


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desk"])
def test_a_column_is_typed_down_by_keyboard_and_a_refused_cell_keeps_all(visit, trainer, session, viewport):
    visitor = visit(viewport)
    visitor.log_in(trainer)
    visitor.go(session.get_absolute_url())
    page = visitor.page
    page.get_by_role("link", name="Test scores").click()
    page.get_by_role("heading", name="Test scores").wait_for()
    visitor.check()
    cells = page.locator("td input")
    assert all(cell.bounding_box()["height"] >= 44 for cell in cells.all())
    cells.first.focus()
    for score in ("40", "50", "60", "70"):
        page.keyboard.type(score)
        page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.textContent") == "Save"
    cells.nth(1).focus()
    page.keyboard.type("400")
    page.keyboard.press("ArrowDown")
    page.keyboard.type("55,5")
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.value") == "400"
    with page.expect_response(lambda answer: answer.status == 422):
        page.get_by_role("button", name="Save").press("Enter")
    page.locator("#refused").wait_for()
    visitor.check()
    visitor.faults = [fault for fault in visitor.faults if "422" not in fault]
    assert page.evaluate("document.activeElement.id") == "refused"
    assert [cell.input_value() for cell in cells.all()] == ["40", "400", "50", "55,5", "60", "", "70", ""]
    wrong = page.locator("[aria-invalid=true]")
    assert page.locator(f"#{wrong.get_attribute('aria-describedby')}").inner_text().startswith("After: Write a number")
    assert scores_of(session) == [("", "")] * 4
    wrong.fill("90")
    visitor.press("Save")
    assert scores_of(session) == [("40", "90"), ("50", "55.5"), ("60", ""), ("70", "")]
    assert "+27.8\ngain of those with both\nn = 2" in page.locator(".tiles").inner_text()


def test_a_column_pasted_from_a_spreadsheet_fills_the_cells_below(visit, trainer, session):
    visitor = visit(DESKTOP)
    visitor.log_in(trainer)
    visitor.go(f"/sessions/{session.key}/scores/")
    page = visitor.page
    page.locator("td input").nth(2).focus()
    page.evaluate(
        """() => {
        const clipboardData = new DataTransfer();
        clipboardData.setData("text", "50\\t60\\r\\n70\\t80\\r\\n");
        const paste = new ClipboardEvent("paste", {clipboardData, bubbles: true, cancelable: true});
        document.activeElement.dispatchEvent(paste);
    }"""
    )
    visitor.press("Save")
    assert scores_of(session) == [("", ""), ("50", "60"), ("70", "80"), ("", "")]
