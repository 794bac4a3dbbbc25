"""Pictures, files, saving and printing: for whoever may read the course, and restricted material on no device."""

from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from pypdf import PdfReader
from reportlab.pdfgen.canvas import Canvas
from wagtail.documents.models import Document

from tests.elearning.making import document, file_block, learner, make_course, picture, picture_block
from tests.factories import InstitutionTypeFactory
from training.models import Account, TrailEntry

# Wagtail leaves the file it makes a rendition in to the garbage collector.
pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")]


@pytest.fixture
def reader(officer, client_of):
    learner(officer)
    return client_of(officer)


def pdf():
    made = BytesIO()
    canvas = Canvas(made)
    for number in (1, 2):
        canvas.drawString(100, 700, f"Page {number}")
        canvas.showPage()
    canvas.save()
    return Document.objects.create(title="Guide", file=ContentFile(made.getvalue(), name="guide.pdf"))


def read(client, course, name="module", **arguments):
    return client.get(reverse(name, kwargs={"slug": course.slug, **arguments}))


def enrolled(client, course):
    client.post(reverse("course_enrol", args=[course.slug]))
    return course


def test_a_picture_comes_in_the_width_that_is_asked_and_in_no_other(reader):
    image = picture()
    course = make_course(body=[picture_block(image)])
    small = read(reader, course, "course_picture", pk=image.pk, width=360)
    assert (small.status_code, small["Content-Type"]) == (200, "image/webp")
    assert small["Cache-Control"].startswith("private")
    assert read(reader, course, "course_picture", pk=image.pk, width=361).status_code == 404


def test_pictures_and_files_of_another_course_are_not_found_under_this_one(reader):
    image, form = picture(), document()
    make_course(
        slug="other", audience=[InstitutionTypeFactory(key="customs")], body=[picture_block(image), file_block(form)]
    )
    mine = make_course()
    for slug in ("other", mine.slug):
        address = reverse("course_picture", args=[slug, image.pk, 360])
        assert reader.get(address).status_code == 404
        assert reader.get(reverse("course_document", args=[slug, form.pk])).status_code == 404


def test_a_file_that_is_fetched_is_in_the_trail(reader, officer):
    form = document()
    course = make_course(body=[file_block(form)])
    answer = read(reader, course, "course_document", pk=form.pk)
    assert b"".join(answer.streaming_content) == b"form"
    entry = TrailEntry.objects.get(action="course file fetched")
    assert (entry.by, entry.records["document"]) == (officer, [form.pk])


def test_a_restricted_file_names_its_reader_on_every_page(reader, officer):
    Account.objects.filter(pk=officer.pk).update(name="Ђорђе Šehić")
    guide = pdf()
    course = make_course(is_restricted=True, body=[file_block(guide)])
    answer = read(reader, course, "course_document", pk=guide.pk)
    pages = PdfReader(BytesIO(b"".join(answer.streaming_content))).pages
    for number, page in enumerate(pages, start=1):
        said = page.extract_text()
        assert f"Page {number}" in said
        assert "Ђорђе Šehić" in said


def test_a_restricted_file_that_cannot_be_marked_is_not_handed_out(reader):
    form = document()
    course = make_course(is_restricted=True, body=[file_block(form)])
    answer = reader.get(reverse("course_document", args=[course.slug, form.pk]), follow=True)
    assert b"handed out as PDF only" in answer.content
    assert not TrailEntry.objects.filter(action="course file fetched").exists()


def test_restricted_modules_are_saved_on_no_device_and_their_opening_is_recorded(reader):
    course = enrolled(reader, make_course(is_restricted=True, body=[picture_block(image := picture())]))
    page = read(reader, course, module="module-1")
    assert 'data-save="' not in page.content.decode()
    assert page["Cache-Control"] == "no-store"
    assert read(reader, course, "module_saved", module="module-1").status_code == 404
    assert read(reader, course, "course_picture", pk=image.pk, width=360)["Cache-Control"] == "no-store"
    assert TrailEntry.objects.filter(action="restricted module opened").count() == 1


def test_what_is_saved_of_a_module_has_nothing_of_its_reader(reader, officer):
    Account.objects.filter(pk=officer.pk).update(name="Very Own Name")
    course = enrolled(reader, make_course(body=[picture_block(picture())]))
    assert 'data-save="' in read(reader, course, module="module-1").content.decode()
    saved = read(reader, course, "module_saved", module="module-1").content.decode()
    assert "Module 1 in English" in saved
    assert "Very Own Name" not in saved
    assert "csrfmiddlewaretoken" not in saved
    assert "srcset" not in saved


def test_with_little_data_no_picture_is_loaded_until_it_is_asked_for(reader):
    course = enrolled(reader, make_course(body=[picture_block(picture())]))
    address = reverse("module", args=[course.slug, "module-1"])
    assert "<img" in reader.get(address).content.decode()
    assert "<img" not in reader.get(address, headers={"save-data": "on"}).content.decode()
    reader.post(reverse("low_data"), {"low": "1", "next": address})
    page = reader.get(address).content.decode()
    assert "<img" not in page
    assert "A drawing" in page


def test_words_are_found_where_they_stand_whatever_the_script(reader):
    course = enrolled(reader, make_course())
    page = reader.get(reverse("course_search", args=[course.slug]), {"q": "модуле инг 2"})
    assert page.status_code == 200
    found = reader.get(reverse("course_search", args=[course.slug]), {"q": "english 2"}).content.decode()
    assert "Module 2 in English" in found
    assert "Module 1 in English" not in found
    assert (
        "Nothing in this course"
        in reader.get(reverse("course_search", args=[course.slug]), {"q": "xyz"}).content.decode()
    )


def test_nobody_searches_a_course_they_do_not_take(reader):
    course = make_course()
    assert reader.get(reverse("course_search", args=[course.slug]), {"q": "english"}).status_code == 302
