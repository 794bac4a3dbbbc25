"""The main menu of whoever has most of it: one row at every width, and every entry within reach of the keyboard."""

from types import SimpleNamespace

import pytest

from project.menu import menu_for
from tests.browser.conftest import DESKTOP, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WIDTHS = [PHONE["width"], 768, 800, 900, 1024, 1130, DESKTOP["width"], 1400]


def test_the_menu_is_one_row_and_what_has_no_room_in_it_is_under_more(visit, administrator):
    visitor = visit(PHONE)
    visitor.log_in(administrator)
    menu = visitor.page.get_by_role("navigation", name="Main menu")
    every = [entry.label for entry in menu_for(SimpleNamespace(user=administrator, path="/"))]
    for width in WIDTHS:
        visitor.page.set_viewport_size({"width": width, "height": 700})
        visitor.go("/sessions/")
        assert menu.bounding_box()["height"] < 60
        in_row = menu.get_by_role("link")
        shown = in_row.all_inner_texts()
        assert menu.locator("> ul").evaluate("list => list.scrollWidth - list.clientWidth") == 0, "nothing is cut off"
        menu.locator("summary").focus()
        visitor.page.keyboard.press("Enter")
        visitor.check()
        assert in_row.all_inner_texts() == every
        visitor.page.keyboard.press("Tab")
        assert visitor.page.evaluate("document.activeElement.innerText") == every[len(shown)]
    with visitor.page.expect_navigation():
        visitor.page.keyboard.press("Enter")
    assert menu.locator("summary").evaluate("summary => getComputedStyle(summary).boxShadow") != "none"
