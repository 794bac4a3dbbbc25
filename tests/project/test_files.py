"""Images and documents that Wagtail keeps: handed out by one door, which asks whether the reader may see them."""

import io
import zipfile

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image as Picture
from wagtail.documents import get_document_model
from wagtail.documents.forms import get_document_form
from wagtail.images import get_image_model
from wagtail.images.forms import get_image_form
from wagtail.models import Collection

from project.pictures import without_what_a_camera_adds
from training.models import Account

pytestmark = [
    pytest.mark.django_db,
    # Wagtail leaves the files it reads and draws renditions in to the collector.
    pytest.mark.filterwarnings("ignore:Exception ignored in. <.*File:pytest.PytestUnraisableExceptionWarning"),
]


def drawn(kind="PNG", **more):
    out = io.BytesIO()
    Picture.new("RGB", (40, 20), "teal").save(out, kind, **more)
    return out.getvalue()


def packed(*names):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "<x/>")
    return out.getvalue()


@pytest.fixture(autouse=True)
def root(db):
    """Wagtail's migrations make it, and a test that empties the tables before takes it away."""
    return Collection.get_first_root_node() or Collection.add_root(name="Root")


def photograph():
    """As a phone held upright writes it: lying, with its way up, its place and its maker beside it."""
    told = Picture.Exif()
    told[0x0112], told[0x010F], told[0x8825] = 6, "A telephone", {2: (41.0, 59.0, 46.0)}
    return drawn("JPEG", exif=told, comment=b"Hall 3, Skopje")


@pytest.fixture
def image():
    return get_image_model().objects.create(title="Parcel", file=ContentFile(photograph(), "parcel.jpg"))


@pytest.fixture
def document():
    return get_document_model().objects.create(title="Manual", file=ContentFile(b"%PDF-1.7 manual", "manual.pdf"))


def said(response):
    return b"".join(response.streaming_content)


def test_whoever_keeps_courses_reads_them_and_nobody_else(client, client_of, image, document, request):
    for path in (image.get_rendition("width-20").url, image.file.url, document.url):
        for role in ("officer", "trainer", "manager", "coordinator", "auditor"):
            assert client_of(request.getfixturevalue(role)).get(path).status_code == 403, (path, role)
        assert client.get(path).url.startswith("/account/login/")
        for role in ("editor", "administrator"):
            response = client_of(request.getfixturevalue(role)).get(path)
            assert response.status_code == 200
            assert said(response)
            assert response.headers["X-Content-Type-Options"] == "nosniff"
            assert "default-src 'none'" in response.headers["Content-Security-Policy"]
            assert response.headers["Cache-Control"] == "no-store"


def test_what_a_camera_writes_beside_a_picture_is_kept_nowhere(image, root):
    form = get_image_form(get_image_model())(
        {"title": "Any", "collection": root.pk},
        {"file": SimpleUploadedFile("by-form.jpg", photograph())},
        user=Account.objects.system(),
    )
    assert form.is_valid(), form.errors
    for one in (image, form.save()):
        rendition = one.get_rendition("width-10")
        for file in (one.file, rendition.file):
            with file.open() as opened, Picture.open(opened) as picture:
                assert not picture.getexif()
                assert "comment" not in picture.info
        assert (one.width, one.height, rendition.height) == (20, 40, 20), "upright"
    assert one.file_size == one.file.size


def test_a_picture_that_says_no_more_than_it_shows_is_kept_as_it_came(editor):
    plain = drawn("PNG")
    with get_image_model().objects.create(title="Plain", file=ContentFile(plain, "plain.png")).file.open() as kept:
        assert kept.read() == plain
    assert without_what_a_camera_adds(b"no picture") is None


def test_a_document_has_one_address_and_is_shown_only_if_nothing_in_it_can_run(client_of, editor, document):
    client = client_of(editor)
    page = get_document_model().objects.create(
        title="Page", file=ContentFile(b"<script>alert(1)</script>", "page.html")
    )
    assert client.get(page.url).headers["Content-Disposition"] == f'attachment; filename="{page.filename}"'
    assert client.get(document.url).headers["Content-Disposition"] == f'inline; filename="{document.filename}"'
    for path in (
        document.file.url,
        document.url + "x",
        f"/files/documents/{document.pk + 9}/x.pdf",
    ):
        assert client.get(path).status_code == 404, path


@pytest.mark.parametrize(
    "name", ["../evidenca.sqlite3", "..%2fsecret-key", "/etc/passwd", "secret-key", "images/none.png"]
)
def test_no_other_file_is_reached(client_of, editor, name):
    assert client_of(editor).get(f"/files/{name}").status_code in {400, 404}


def test_a_record_whose_file_is_gone_is_not_there(client_of, editor, image, document):
    for one in (image, document):
        path = one.file.url if one is image else one.url
        one.file.storage.delete(one.file.name)
        assert client_of(editor).get(path).status_code == 404


@pytest.mark.parametrize(
    ("name", "content", "taken"),
    [
        ("a.pdf", b"%PDF-1.7", True),
        ("a.docx", packed("word/document.xml"), True),
        ("a.odt", packed("mimetype", "content.xml"), True),
        ("a.pdf", b"<html>", False),
        ("a.docx", packed("xl/workbook.xml"), False),
        ("a.docx", packed("word/document.xml", "word/vbaProject.bin"), False),
        ("a.docx", b"PK\x03\x04 and no more", False),
        ("a.exe", b"MZ", False),
        ("a.html", b"<html>", False),
    ],
)
def test_a_document_is_taken_by_what_is_in_it(root, name, content, taken):
    form = get_document_form(get_document_model())(
        {"title": "Any", "collection": root.pk},
        {"file": SimpleUploadedFile(name, content)},
        user=Account.objects.system(),
    )
    assert form.is_valid() is taken, form.errors
    assert taken or "It takes: pdf, docx" in str(form.errors)
