"""Signed sheets as photographs and scans: what is taken in, what is left of it, who gets it, and when it goes."""

import io
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from pypdf import PdfReader, PdfWriter

from tests.factories import ParticipationFactory, PersonFactory, SessionFactory, signed_off
from tests.training.papers import DEVICE, PLACE, SCRIPT, WHEN, kept_sheet, picture, scan, with_scripts
from training.models import Account, SessionDay, SignedSheet, TrailEntry
from training.models.paper import sheet_storage
from training.services import evidence, scans
from training.services.erasure import erase_person
from training.services.evidence import keep_sheets, read_sheet, remove_sheet
from training.services.held import held_about
from training.services.retention import apply_retention, due_now
from training.services.scans import picture_alone, read_scan
from training.services.sessions import update_session

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(trainer, manager):
    session = SessionFactory(created_by=trainer, title="Weapons categorization")
    manager.projects.add(session.project)
    ParticipationFactory(session=session, person=PersonFactory(family_name="Testi"))
    return session


@pytest.fixture
def day(session):
    return SessionDay.objects.select_related("session").get(session=session)


def files_in_store():
    found, pending = [], [""]
    while pending:
        folder = pending.pop()
        if folder and not sheet_storage().exists(folder):
            continue
        folders, files = sheet_storage().listdir(folder)
        pending += [f"{folder}/{name}".strip("/") for name in folders]
        found += [f"{folder}/{name}".strip("/") for name in files]
    return set(found)


class TestPictures:
    @pytest.mark.parametrize("kind", ["JPEG", "PNG"])
    def test_lose_where_when_and_with_what_they_were_taken(self, kind):
        data = picture(kind=kind)
        assert all(word in data for word in (PLACE, DEVICE, WHEN))
        kept = read_scan(data)
        assert kept.kind == "jpeg"
        assert not any(word in kept.data for word in (PLACE, DEVICE, WHEN, b"Exif"))
        assert Image.open(io.BytesIO(kept.data)).size == (600, 800)

    def test_stand_the_right_way_up(self):
        assert Image.open(io.BytesIO(read_scan(picture(turned=6)).data)).size == (800, 600)

    def test_are_kept_no_larger_than_paper_needs(self):
        kept = Image.open(io.BytesIO(read_scan(picture(size=(6000, 4000))).data))
        assert kept.size == (3000, 2000)

    def test_that_are_not_whole_are_refused(self):
        data = picture(size=(1200, 1200), colour="red")
        with pytest.raises(ValidationError, match="damaged"):
            read_scan(data[: len(data) // 2])

    @pytest.mark.parametrize(
        ("size", "kind", "said"),
        [((9000, 8000), "JPEG", "64 million"), ((5000, 5000), "PNG", "24 million"), ((199, 900), "PNG", "too small")],
    )
    def test_of_any_other_size_are_refused_before_they_are_unpacked(self, size, kind, said, monkeypatch):
        data = picture(size=size, kind=kind)
        monkeypatch.setattr(Image.Image, "convert", None)
        with pytest.raises(ValidationError, match=said):
            read_scan(data)

    @pytest.mark.parametrize(
        ("data", "said"),
        [
            (b"", "empty"),
            (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", "HEIC"),
            (b"GIF89a" + bytes(100), "neither a picture"),
            (b"<html><script>alert(1)</script></html>", "neither a picture"),
            (b"%PDF-1.7" + bytes(20_000_001), "larger than 20 MB"),
        ],
    )
    def test_files_of_other_kinds_and_beyond_all_measure_are_refused(self, data, said):
        with pytest.raises(ValidationError, match=said):
            read_scan(data)


class TestScans:
    def test_keep_their_pages_and_lose_scripts_attachments_links_and_metadata(self):
        data = scan(pages=2, change=with_scripts)
        assert SCRIPT.encode() in data
        kept = read_scan(data)
        assert (kept.kind, kept.pages) == ("pdf", 2)
        reader = PdfReader(io.BytesIO(kept.data))
        assert not reader.metadata
        assert not reader.attachments
        assert set(reader.trailer["/Root"]) <= {"/Type", "/Pages"}
        gone = (SCRIPT.encode(), b"MZ-attached", b"/JavaScript", b"/Launch", b"/EmbeddedFile", b"/Annots", b"/Metadata")
        assert not any(word in kept.data for word in (*gone, PLACE, DEVICE, WHEN, b"Exif"))
        shown = reader.pages[0].images[0].image
        assert (shown.size, shown.getpixel((300, 400))) == ((600, 800), (255, 255, 255))

    def test_a_picture_within_another_filter_is_cleaned_too(self):
        def packed(writer):
            for found in writer._objects:
                if found is not None and found.get_object().get("/Subtype") == "/Image":
                    stream = found.get_object()
                    stream._data = stream._data.hex().encode() + b">"
                    from pypdf.generic import ArrayObject, NameObject

                    stream[NameObject("/Filter")] = ArrayObject(
                        [NameObject("/ASCIIHexDecode"), NameObject("/DCTDecode")]
                    )

        kept = read_scan(scan(change=packed))
        assert not any(word in kept.data for word in (PLACE, PLACE.hex().encode(), DEVICE))
        assert PdfReader(io.BytesIO(kept.data)).pages[0].images[0].image.size == (600, 800)

    def test_that_are_protected_by_a_password_are_refused(self):
        with pytest.raises(ValidationError, match="password"):
            read_scan(scan(change=lambda writer: writer.encrypt("secret", algorithm="RC4-128")))

    def test_with_too_many_pages_are_refused(self):
        with pytest.raises(ValidationError, match="more than 40 pages"):
            read_scan(scan(pages=41, jpeg=b"\xff\xd8\xff\xd9"))

    @pytest.mark.parametrize("data", [b"%PDF-1.7", b"%PDF-1.7\nnothing of a document\n%%EOF", scan()[:700]])
    def test_that_are_damaged_are_refused(self, data):
        with pytest.raises(ValidationError, match="This PDF"):
            read_scan(data)

    def test_a_page_tree_that_runs_in_circles_is_refused(self):
        writer = PdfWriter()
        writer.add_blank_page(100, 100)
        node = writer._pages.get_object()
        node["/Kids"].append(node.indirect_reference)
        out = io.BytesIO()
        writer.write(out)
        with pytest.raises(ValidationError, match="This PDF"):
            read_scan(out.getvalue())

    def test_a_picture_alone_is_the_same_to_look_at_and_ends_at_its_end(self):
        for options in ({}, {"progressive": True}):
            out = io.BytesIO()
            exif = Image.Exif()
            exif[0x0110] = DEVICE.decode()
            Image.effect_noise((320, 240), 90).convert("RGB").save(out, "JPEG", exif=exif, **options)
            alone = picture_alone(out.getvalue() + b"\x00trailer" + PLACE)
            assert not any(word in alone for word in (DEVICE, PLACE, b"JFIF"))
            before, after = (Image.open(io.BytesIO(data)).tobytes() for data in (out.getvalue(), alone))
            assert before == after


class TestKeeping:
    def test_keeps_photographs_and_scans_and_says_so_in_the_trail(self, client_of, trainer, session, day):
        client, address = client_of(trainer), reverse("sheets_keep", args=[session.key, day.date])
        sent = {
            "photo": SimpleUploadedFile("IMG_0001.jpg", picture()),
            "files": [SimpleUploadedFile(f"{n}.pdf", scan(pages=n)) for n in (1, 2)],
        }
        page = client.post(address, sent, follow=True).content.decode()
        assert "3 files are kept for this day." in page
        assert sorted(SignedSheet.objects.values_list("kind", "pages")) == [("jpeg", 1), ("pdf", 1), ("pdf", 2)]
        entry = TrailEntry.objects.get(action="signed sheets kept")
        assert sorted(entry.records["signedsheet"]) == sorted(SignedSheet.objects.values_list("pk", flat=True))
        assert not any("IMG" in name for name in SignedSheet.objects.values_list("file", flat=True))

    def test_keeps_all_or_none_and_leaves_no_file_behind(self, trainer, day):
        before = files_in_store()
        with pytest.raises(ValidationError, match="neither"):
            keep_sheets(day=day, files=[picture(), b"text"], by=trainer)
        evidence_most = evidence.MOST_A_DAY
        for number in range(evidence_most):
            kept_sheet(day, f"%PDF {number}".encode())
        kept = files_in_store()
        with pytest.raises(ValidationError, match="at most 40"):
            keep_sheets(day=day, files=[picture()], by=trainer)
        assert files_in_store() == kept > before
        assert SignedSheet.objects.count() == evidence_most

    def test_the_same_file_twice_is_kept_once(self, trainer, day):
        first = keep_sheets(day=day, files=[picture(), picture()], by=trainer)
        again = keep_sheets(day=day, files=[picture()], by=trainer)
        assert [one.pk for one in first] == [one.pk for one in again]
        assert SignedSheet.objects.get().file.name in files_in_store()
        assert TrailEntry.objects.filter(action="signed sheets kept").count() == 1

    @pytest.mark.parametrize(
        ("said", "why"),
        [({"status": "cancelled"}, "cancelled"), ({"start": timezone.localdate() + timedelta(days=3)}, "ahead")],
    )
    def test_is_refused_where_nobody_can_be_marked_either(self, trainer, said, why):
        session = SessionFactory(created_by=trainer, **said)
        with pytest.raises(ValidationError, match=why):
            keep_sheets(day=session.days.get(), files=[picture()], by=trainer)

    def test_what_is_wrong_is_said_on_the_page(self, client_of, trainer, session, day):
        address = reverse("sheets_keep", args=[session.key, day.date])
        for sent, said in (
            ({}, "Choose a photograph or a file."),
            ({"files": SimpleUploadedFile("list.xlsx", b"PK\x03\x04")}, "neither a picture"),
        ):
            answer = client_of(trainer).post(address, sent)
            assert answer.status_code == 400
            assert said in answer.content.decode()

    def test_a_day_with_paper_stays_among_the_days(self, trainer, session, day):
        kept_sheet(day)
        with pytest.raises(ValidationError, match="paper kept"):
            update_session(
                by=trainer, session=session, start=day.date + timedelta(days=1), end=day.date + timedelta(days=1)
            )


class TestHandingOut:
    def test_goes_to_whoever_reads_the_register_with_an_entry_in_the_trail(self, client_of, trainer, session, day):
        (sheet,) = keep_sheets(day=day, files=[scan()], by=trainer)
        answer = client_of(trainer).get(reverse("signed_sheet", args=[session.key, day.date, sheet.pk]))
        assert answer.headers["Content-Type"] == "application/pdf"
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"
        assert PdfReader(io.BytesIO(answer.content)).pages[0].images
        entry = TrailEntry.objects.get(action="signed sheet opened")
        assert (entry.by, entry.records) == (trainer, {"signedsheet": [sheet.pk]})

    @pytest.mark.parametrize(
        ("who", "status"),
        [("other_trainer", 404), ("officer", 404), ("coordinator", 403), ("auditor", 403), ("editor", 404)],
    )
    def test_and_to_nobody_else(self, request, client_of, session, day, who, status):
        sheet = kept_sheet(day)
        account = request.getfixturevalue(who)
        answer = client_of(account).get(reverse("signed_sheet", args=[session.key, day.date, sheet.pk]))
        assert answer.status_code == status
        with pytest.raises(PermissionDenied):
            read_sheet(sheet=sheet, by=account)

    def test_the_sheet_of_another_day_is_not_there(self, client_of, trainer, session, day):
        other = kept_sheet(SessionFactory(created_by=trainer).days.get())
        assert (
            client_of(trainer).get(reverse("signed_sheet", args=[session.key, day.date, other.pk])).status_code == 404
        )

    def test_the_page_costs_as_many_queries_for_three_sheets_as_for_one(self, client_of, trainer, session, day):
        client, address = client_of(trainer), reverse("paper", args=[session.key, day.date])

        def queries():
            with CaptureQueriesContext(connection) as captured:
                assert client.get(address).status_code == 200
            return len(captured)

        kept_sheet(day)
        queries()
        one = queries()
        for number in range(2):
            kept_sheet(day, f"%PDF-{number}".encode())
        assert queries() == one


class TestRemoving:
    def test_takes_row_and_file_and_is_asked_first(
        self, client_of, trainer, session, day, django_capture_on_commit_callbacks
    ):
        sheet = kept_sheet(day)
        address = reverse("signed_sheet_remove", args=[session.key, day.date, sheet.pk])
        client = client_of(trainer)
        assert "nobody can bring it back" in client.get(address).content.decode()
        assert SignedSheet.objects.exists()
        with django_capture_on_commit_callbacks(execute=True):
            client.post(address)
        assert not SignedSheet.objects.exists()
        assert sheet.file.name not in files_in_store()
        assert TrailEntry.objects.get(action="signed sheet removed").records == {"signedsheet": [sheet.pk]}

    def test_is_over_once_the_session_is_signed_off(self, client_of, trainer, manager, session, day):
        sheet = kept_sheet(day)
        signed_off(session, at=timezone.now())
        with pytest.raises(PermissionDenied, match="signed off"):
            remove_sheet(sheet=sheet, by=trainer)
        fresh = SignedSheet.objects.select_related("day__session").get()
        with pytest.raises(ValidationError, match="signed off"):
            remove_sheet(sheet=fresh, by=manager)
        with pytest.raises(ValidationError, match="signed off"):
            keep_sheets(day=fresh.day, files=[picture()], by=manager)
        page = client_of(manager).get(reverse("paper", args=[session.key, day.date])).content.decode()
        assert "Remove" not in page
        assert 'type="file"' not in page
        assert read_sheet(sheet=fresh, by=manager)


class TestErased:
    @pytest.fixture
    def erased(self, session, day, administrator):
        sheet = kept_sheet(day)
        erase_person(person=session.participations.get().person, by=administrator)
        return SignedSheet.objects.select_related("day__session").get(pk=sheet.pk)

    def test_the_sheets_of_their_sessions_are_locked_for_all_but_administrators(
        self, client_of, trainer, manager, administrator, session, day, erased
    ):
        address = reverse("signed_sheet", args=[session.key, day.date, erased.pk])
        for account in (trainer, manager):
            assert client_of(account).get(address).status_code == 403
            page = client_of(account).get(reverse("paper", args=[session.key, day.date])).content.decode()
            assert "Only an administrator can open it" in page
            assert f'href="{address}"' not in page
        assert client_of(administrator).get(address).status_code == 200
        assert TrailEntry.objects.get(action="person erased").records["signedsheet"] == [erased.pk]

    def test_they_are_listed_before_and_said_to_the_person(self, client_of, administrator, coordinator, session, day):
        kept_sheet(day)
        person = session.participations.get().person
        coordinator.jurisdictions.add(person.jurisdiction)
        page = client_of(coordinator).get(reverse("person_erase", args=[person.pk])).content.decode()
        assert "Weapons categorization, 13 May 2026" in page
        assert "kept until 12 May 2031" in page
        (section,) = (one for one in held_about(by=coordinator, person=person) if one.key == "signed_sheets")
        assert [dict(row) for row in section.rows] == [
            {"session": "Weapons categorization", "day": day.date, "until": day.date + timedelta(days=1825)}
        ]

    def test_the_file_goes_when_its_period_ends_and_its_hash_stays_signed_off_or_not(
        self, client_of, settings, administrator, session, day, erased, django_capture_on_commit_callbacks
    ):
        signed_off(session, at=timezone.now())
        (due,) = (one for one in due_now() if one.rule.key == "signed_sheets")
        assert due.records == ()
        settings.RETENTION_DAYS = settings.RETENTION_DAYS | {"sheets": 1}
        (due,) = (one for one in due_now() if one.rule.key == "signed_sheets")
        assert due.records == (erased.pk,)
        with django_capture_on_commit_callbacks(execute=True):
            apply_retention(by=administrator)
        now = SignedSheet.objects.get()
        assert (now.file.name, now.sha256) == ("", erased.sha256)
        assert erased.file.name not in files_in_store()
        client = client_of(administrator)
        assert client.get(reverse("signed_sheet", args=[session.key, day.date, now.pk])).status_code == 404
        assert "when its period ended" in client.get(reverse("paper", args=[session.key, day.date])).content.decode()


def test_a_picture_is_read_by_what_it_is_and_not_by_its_name():
    assert scans.read_scan(picture(kind="PNG")).kind == "jpeg"
    assert Account.objects.system()
