"""An editor uploads a manual, looks it over, arranges its modules, and makes drafts of them."""

import json
import os
import re
import time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from elearning.imports.planning import NEW
from elearning.models import Course, ManualEdition, ModulePage
from elearning.views import manuals
from tests.elearning.manuals import PARAGRAPHS, SAMPLE, styled
from training.imports import uploads
from training.imports.refusal import RefusedError
from training.imports.workbook import Upload

UPLOAD = "/courses/manage/manuals/"
CHAPTERS = [("One", [PARAGRAPHS[0], "## Below", PARAGRAPHS[1]]), ("Two", PARAGRAPHS), ("Three", PARAGRAPHS[:1])]


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path


@pytest.fixture
def page(client_of, editor):
    return client_of(editor)


def sent(data, name="manual.docx"):
    return {"file": SimpleUploadedFile(name, data)}


def uploaded(page, data):
    response = page.post(UPLOAD, sent(data))
    assert response.status_code == 302, response.context["form"].errors
    return response.url


def press(page, address, step, **typed):
    """A button of the review, with what its form holds."""
    html = page.get(address).content.decode()
    basis = re.search(r'name="basis" value="(\w+)"', html).group(1)
    return page.post(address, {"basis": basis, "language": "en", "course": "", "step": step, **typed})


def titles(page, address):
    html = page.get(address).content.decode()
    return re.findall(r'name="part_\d+" value="([^"]*)"', html)


def test_a_manual_is_uploaded_looked_over_and_made(page, editor):
    address = uploaded(page, SAMPLE.read_bytes())
    html = page.get(address).content.decode()
    for expected in ("1. Authority and necessity", "Kind of research", "Figure 1.", "1 picture has no words", "4 × 3"):
        assert expected in html
    assert not Course.objects.exists()
    response = press(page, address, "apply")
    course = Course.objects.get()
    assert response.url == reverse("wagtailadmin_explore", args=[course.pages.get().pk])
    assert ModulePage.objects.count() == 3
    assert not ModulePage.objects.filter(live=True).exists()


def test_modules_are_split_joined_renamed_and_left_out_before_anything_is_made(page):
    address = uploaded(page, styled(*CHAPTERS))
    press(page, address, "split:2", part_0="First")
    assert titles(page, address) == ["First", "Below", "Two", "Three"]
    press(page, address, "join:3")
    press(page, address, "drop:1", part_2="Second, and third")
    assert titles(page, address) == ["First", "Below", "Second, and third"]
    press(page, address, "apply", title="A course of our own")
    assert Course.objects.get().title == "A course of our own"
    assert list(ModulePage.objects.order_by("path").values_list("title", flat=True)) == ["First", "Second, and third"]


def test_modules_go_back_to_what_was_suggested_and_a_dropped_one_comes_back(page):
    address = uploaded(page, styled(*CHAPTERS))
    press(page, address, "drop:0")
    press(page, address, "take:0")
    press(page, address, "join:1")
    press(page, address, "reset")
    assert titles(page, address) == ["One", "Two", "Three"]


def test_what_was_typed_is_there_when_one_comes_back(page):
    address = uploaded(page, styled(*CHAPTERS))
    press(page, address, "update", title="Another title", language="sq", part_1="Deux")
    html = page.get(address).content.decode()
    assert 'value="Another title"' in html
    assert '<option value="sq" selected>' in html
    assert titles(page, address) == ["One", "Deux", "Three"]


def test_a_new_edition_shows_what_it_changes_and_makes_drafts_of_it(page):
    press(page, uploaded(page, styled(*CHAPTERS)), "apply")
    edited = [PARAGRAPHS[0].replace("act", "deed"), *PARAGRAPHS[1:]]
    address = uploaded(page, styled(CHAPTERS[0], ("Two", edited), ("Three", ["Something new that stands alone."])))
    html = page.get(address).content.decode()
    assert "1 added, 1 changed, 0 moved, 1 removed, 5 as before." in html
    assert f"<ins>{edited[0]}</ins>" in html
    assert f"<del>{PARAGRAPHS[0]}</del>" in html
    press(page, address, "apply")
    assert ManualEdition.objects.count() == 2
    assert Course.objects.count() == 1
    press(page, uploaded(page, styled(CHAPTERS[0], ("Two", edited))), "update", course=NEW)


def test_choosing_another_course_is_looked_over_before_it_is_made(page):
    press(page, uploaded(page, styled(*CHAPTERS)), "apply")
    address = uploaded(page, styled(*CHAPTERS))
    press(page, address, "apply", course=NEW)
    assert Course.objects.count() == 1
    press(page, address, "apply", course=NEW)
    assert Course.objects.count() == 2


def test_a_file_that_is_no_manual_is_an_error_of_the_form_and_nothing_is_kept(page, tmp_path):
    response = page.post(UPLOAD, sent(b"%PDF-1.7"))
    assert response.status_code == 200
    assert "This is a PDF" in response.content.decode()
    assert list((tmp_path / "uploads").iterdir()) == []


def test_a_page_that_is_out_of_date_makes_nothing_and_loses_nothing(page):
    address = uploaded(page, styled(*CHAPTERS))
    response = page.post(address, {"basis": "old", "language": "en", "step": "apply", "part_0": "Kept"}, follow=True)
    assert "Look over it again" in response.content.decode()
    assert not Course.objects.exists()
    assert titles(page, address) == ["Kept", "Two", "Three"]


def test_a_language_nobody_can_tell_has_to_be_chosen(page):
    address = uploaded(page, styled(("One", ["Few words."]), ("Two", ["And few."]), title=""))
    html = page.get(address).content.decode()
    assert "language of the text cannot be told" in html
    assert "Make the course" not in html
    press(page, address, "update", language="mk")
    assert "Make the course" in page.get(address).content.decode()


def test_what_goes_wrong_leaves_the_file_waiting(page, monkeypatch):
    def refuse(**_kwargs):
        raise RefusedError("Something stands in the way.")

    address = uploaded(page, styled(*CHAPTERS))
    with monkeypatch.context() as patched:
        patched.setattr(manuals, "import_manual", refuse)
        response = press(page, address, "apply", part_0="Kept")
    assert "Something stands in the way." in page.get(response.url).content.decode()
    assert titles(page, address)[0] == "Kept"
    press(page, address, "apply")
    assert Course.objects.count() == 1


def test_a_second_click_finds_nothing_to_make(page):
    address = uploaded(page, styled(*CHAPTERS))
    press(page, address, "apply")
    response = page.post(address, {"step": "apply"}, follow=True)
    assert "used or set aside already" in response.content.decode()
    assert Course.objects.count() == 1


def test_a_file_set_aside_and_one_abandoned_for_a_day_are_gone(page, tmp_path):
    press(page, uploaded(page, styled(*CHAPTERS)), "cancel")
    assert list((tmp_path / "uploads").iterdir()) == []
    uploaded(page, styled(*CHAPTERS))
    for path in (tmp_path / "uploads").iterdir():
        long_ago = time.time() - 25 * 60 * 60
        os.utime(path, (long_ago, long_ago))
    page.get(UPLOAD)
    assert list((tmp_path / "uploads").iterdir()) == []


def test_a_file_waits_for_the_account_that_brought_it_only(page, client_of, administrator):
    address = uploaded(page, styled(*CHAPTERS))
    assert client_of(administrator).get(address).url == UPLOAD


def test_decisions_of_another_reading_of_the_file_are_not_used(page, editor):
    kept = uploads.keep(by=editor, upload=Upload("m.docx", styled(*CHAPTERS)))
    kept.decisions["parts"] = json.dumps([{"start": 5000, "title": "X", "heading": None, "dropped": False}])
    kept.save()
    assert titles(page, f"{UPLOAD}{kept.token}/") == ["One", "Two", "Three"]


@pytest.mark.parametrize("role", ["officer", "trainer", "manager", "auditor", "coordinator"])
def test_only_who_keeps_courses_gets_in(role, request, client_of):
    client = client_of(request.getfixturevalue(role))
    assert client.get(UPLOAD).status_code == 403
    assert client.post(UPLOAD, sent(b"x")).status_code == 403


@pytest.mark.parametrize("courses", [1, 3])
def test_looking_a_manual_over_asks_as_much_whatever_there_is(page, courses, django_assert_max_num_queries):
    for number in range(courses):
        made = styled((f"Part {number}", [f"{PARAGRAPHS[0]} {number} {number}"] * 3), title=f"Manual {number * 111}")
        press(page, uploaded(page, made), "apply", course=NEW)
    address = uploaded(page, styled(*CHAPTERS))
    with django_assert_max_num_queries(16):
        page.get(address)
    with django_assert_max_num_queries(12):
        page.get(UPLOAD)


def test_the_list_of_courses_leads_here_for_who_may(page, client_of, officer):
    assert UPLOAD in page.get("/courses/").content.decode()
    assert UPLOAD not in client_of(officer).get("/courses/").content.decode()
