"""An editor's way from a manual to the drafts of a course, on a phone and on a desk."""

import os
import re

import pytest

from elearning.models import Course, ModulePage
from tests.browser.conftest import DESKTOP, PHONE
from tests.elearning.manuals import PARAGRAPHS, SAMPLE, styled

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path


def photographed(visitor, name):
    """Screenshots, where somebody wants to look: EVIDENCA_SHOTS names a folder."""
    if folder := os.environ.get("EVIDENCA_SHOTS"):
        visitor.page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def upload(visitor, path):
    visitor.page.locator("input[type=file]").set_input_files(path)
    visitor.page.get_by_role("button", name="Read the manual").click()
    visitor.page.wait_for_url(re.compile(r"/manuals/[\w-]{32}/"))
    visitor.check()


def test_a_manual_becomes_a_course_and_its_next_edition_drafts(visit, editor, tmp_path):
    visitor = visit(PHONE)
    visitor.log_in(editor)
    visitor.go("/courses/manage/manuals/")
    photographed(visitor, "upload-360")
    upload(visitor, SAMPLE)
    photographed(visitor, "review-360")
    page = visitor.page
    page.get_by_label("Title of module 1").fill("Authority")
    page.get_by_role("button", name=re.compile("Begin a module here.*1.2 What is logged")).click()
    page.get_by_label("Title of module 2").wait_for()
    assert page.get_by_label("Title of module 1").input_value() == "Authority"
    assert page.get_by_label("Title of module 2").input_value() == "1.2 What is logged"
    page.get_by_label("Title of module 4").press("Enter")  # makes nothing
    assert not Course.objects.exists()
    page.get_by_role("button", name="Make the course, as drafts").click()
    page.wait_for_url(re.compile(r"/admin/pages/\d+/"))
    assert page.get_by_text("1.2 What is logged").first.is_visible()
    assert ModulePage.objects.count() == 4

    visitor = visit(DESKTOP)
    visitor.log_in(editor)
    page = visitor.page
    first, second = tmp_path / "first.docx", tmp_path / "second.docx"
    first.write_bytes(styled(("One", PARAGRAPHS), ("Two", PARAGRAPHS[:1])))
    second.write_bytes(styled(("One", [PARAGRAPHS[0] + " Always.", *PARAGRAPHS[1:]]), ("Three", ["Quite new to all."])))
    visitor.go("/courses/manage/manuals/")
    upload(visitor, SAMPLE)
    photographed(visitor, "review-1280")
    visitor.press("Set the file aside")
    upload(visitor, first)
    page.get_by_role("button", name="Make the course, as drafts").click()
    page.wait_for_url(re.compile(r"/admin/pages/\d+/"))
    visitor.go("/courses/manage/manuals/")
    upload(visitor, second)
    photographed(visitor, "edition-1280")
    assert page.get_by_role("heading", name="What the new edition changes").is_visible()
    assert page.locator("ins", has_text="Always.").is_visible()
