"""The import by page: upload, look, decide, apply, take back."""

import os
import stat
import time
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import InstitutionFactory, JurisdictionFactory, PersonFactory, SessionFactory
from tests.training.rosters import HEADINGS, people, sample
from training.choices import Sex
from training.imports import uploads
from training.imports.workbook import Upload
from training.models import Participation, Person, RosterImport, TrailEntry


@pytest.fixture(autouse=True)
def data_dir(settings, tmp_path):
    settings.DATA_DIR = tmp_path


@pytest.fixture
def session(trainer):
    home = JurisdictionFactory(code="MK")
    for code in ("RS", "XK", "AL", "BA", "ME"):
        JurisdictionFactory(code=code)
    return SessionFactory(length=3, jurisdictions=[home], created_by=trainer)


@pytest.fixture
def upload_to(client_of):
    """Upload a file as an account; the answer, with the page it leads to."""

    def upload(session, account, file):
        posted = SimpleUploadedFile(file.name, file.data)
        return client_of(account).post(reverse("roster_import", args=[session.key]), {"file": posted}, follow=True)

    return upload


def press(client, page, step, **data):
    plan = page.context["plan"]
    return client.post(page.redirect_chain[-1][0], {"step": step, "basis": plan.basis, **data}, follow=True)


def test_a_trainer_uploads_looks_and_imports(session, trainer, client_of, upload_to):
    page = upload_to(session, trainer, sample("1-english.xlsx"))
    assert "Nothing stands in the way" in page.content.decode()
    assert not Person.objects.exists()
    done = press(client_of(trainer), page, "apply")
    assert done.redirect_chain[-1][0] == session.get_absolute_url()
    assert Participation.objects.count() == 8
    assert "Take back this import" in done.content.decode()


def test_the_second_click_changes_nothing(session, trainer, client_of, upload_to):
    page = upload_to(session, trainer, sample("1-english.xlsx"))
    press(client_of(trainer), page, "apply")
    again = press(client_of(trainer), page, "apply")
    assert "imported or set aside already" in again.content.decode()
    assert RosterImport.objects.count() == 1


def test_every_error_is_shown_and_nothing_can_be_applied(session, trainer, client_of, upload_to):
    page = upload_to(session, trainer, sample("4-serbian-with-errors.xlsx"))
    html = page.content.decode()
    for shown in ("not-an-address", "Atlantida", "=1+1", "6 errors stand in the way"):
        assert shown in html
    assert 'value="apply"' not in html
    press(client_of(trainer), page, "apply")
    assert not Person.objects.exists()


def test_a_file_that_is_no_list_is_refused_on_the_form(session, trainer, upload_to):
    page = upload_to(session, trainer, Upload("list.pdf", b"%PDF-1.7 ..."))
    assert "This is a PDF" in page.content.decode()
    assert not list(Path(uploads._folder()).iterdir())


def test_somebody_near_waits_for_a_decision(session, trainer, client_of, upload_to):
    home = InstitutionFactory(name="MUP")
    PersonFactory(given_name="Marko", family_name="Đorđević", institution=home, sex=Sex.MEN)
    page = upload_to(session, trainer, people(["Marko", "Dordevic", "M", "MK", "MUP"]))
    assert "Who is this?" in page.content.decode()
    undecided = press(client_of(trainer), page, "apply")
    assert undecided.status_code == 422
    assert "Say who this is" in undecided.content.decode()
    press(client_of(trainer), page, "apply", near_2="match")
    assert Person.objects.count() == 1
    assert Participation.objects.count() == 1


def test_the_name_of_somebody_out_of_reach_is_not_disclosed(session, trainer, upload_to):
    PersonFactory(
        given_name="Secret", family_name="Holder", email="shared@x.example", jurisdiction=JurisdictionFactory(code="RS")
    )
    page = upload_to(session, trainer, people(["Marko", "Test", "M", "MK", "", "", "shared@x.example"]))
    html = page.content.decode()
    assert "One address, two names" in html
    assert "Holder" not in html


def test_of_somebody_only_within_reach_the_position_is_not_disclosed(session, trainer, upload_to):
    home = InstitutionFactory(name="MUP")
    PersonFactory(given_name="Marko", family_name="Đorđević", institution=home, position="Undercover")
    html = upload_to(session, trainer, people(["Marko", "Dordevic", "M", "MK", "MUP"])).content.decode()
    assert "Đorđević" in html
    assert "Undercover" not in html


def test_in_what_the_record_of_somebody_out_of_reach_differs_is_not_said(session, trainer, upload_to):
    far = JurisdictionFactory(code="RS")
    PersonFactory(given_name="Ana", family_name="Nova", email="ana@x.example", sex=Sex.MEN, jurisdiction=far)
    html = upload_to(session, trainer, people(["Ana", "Nova", "F", "RS", "", "", "ana@x.example"])).content.decode()
    assert "which is not shown to you" in html
    assert "record in sex" not in html


def test_looking_goes_into_the_trail_with_whom_it_tells_about(session, trainer, upload_to):
    known = PersonFactory(given_name="Ana", family_name="Nova", email="ana@x.example")
    upload_to(session, trainer, people(["Ana", "Nova", "F", "MK", "", "", "ana@x.example"]))
    entry = TrailEntry.objects.get()
    assert (entry.action, entry.records) == ("roster list looked over", {"person": [known.pk]})


def test_a_column_can_be_read_as_something_else(session, trainer, client_of, upload_to):
    page = upload_to(
        session, trainer, people(["A", "One", "F", "MK", "MUP", "", "", "P"], headings=[*HEADINGS, "Came"])
    )
    changed = press(client_of(trainer), page, "columns", column_7="day:2")
    assert changed.context["plan"].entries[0].marks
    press(client_of(trainer), changed, "apply")
    assert Participation.objects.get().attendance.get().day == session.days.all()[1]


def test_what_changed_since_the_look_is_looked_at_again(session, trainer, client_of, upload_to):
    page = upload_to(session, trainer, people(["Marko", "Test", "M", "MK", "MUP"]))
    PersonFactory(given_name="Marko", family_name="Test", institution=InstitutionFactory(name="MUP"))
    again = press(client_of(trainer), page, "apply")
    assert "has changed since you looked" in again.content.decode()
    assert not Participation.objects.exists()
    press(client_of(trainer), again, "apply")
    assert Participation.objects.count() == 1


def test_setting_aside_removes_the_file(session, trainer, client_of, upload_to):
    page = upload_to(session, trainer, sample("1-english.xlsx"))
    press(client_of(trainer), page, "cancel")
    assert not list(uploads._folder().iterdir())


def test_a_kept_file_is_private_to_its_account(session, trainer, administrator, client_of, upload_to):
    page = upload_to(session, trainer, sample("1-english.xlsx"))
    answer = client_of(administrator).get(page.redirect_chain[-1][0])
    assert answer.status_code == 302
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in uploads._folder().iterdir())


def test_a_kept_file_is_gone_after_a_day(session, trainer, upload_to, monkeypatch):
    upload_to(session, trainer, sample("1-english.xlsx"))
    tomorrow = time.time() + uploads.KEPT_SECONDS + 60
    monkeypatch.setattr(uploads.time, "time", lambda: tomorrow)
    first = {path.name for path in uploads._folder().iterdir()}
    upload_to(session, trainer, sample("1-english.xlsx"))
    assert not first & {path.name for path in uploads._folder().iterdir()}


def test_an_import_is_taken_back_from_the_session_page(session, trainer, client_of, upload_to):
    page = upload_to(session, trainer, sample("1-english.xlsx"))
    client = client_of(trainer)
    press(client, page, "apply")
    address = reverse("roster_import_undo", args=[session.key, RosterImport.objects.get().pk])
    assert "Take back" in client.get(address).content.decode()
    done = client.post(address, follow=True)
    assert "was taken back" in done.content.decode()
    assert not Person.objects.exists()


@pytest.mark.parametrize("who", ["auditor", "coordinator"])
def test_who_may_look_may_not_import(session, client_of, request, who):
    answer = client_of(request.getfixturevalue(who)).get(reverse("roster_import", args=[session.key]))
    assert answer.status_code == 403


def test_another_trainer_does_not_find_the_session(session, other_trainer, client_of):
    assert client_of(other_trainer).get(reverse("roster_import", args=[session.key])).status_code == 404


def test_looking_takes_the_same_queries_for_one_row_and_for_three(session, trainer, client_of, upload_to):
    client = client_of(trainer)

    def queries(count):
        rows = [["A", f"P{n}", "F", "MK", "MUP", "", f"p{n}@x.example"] for n in range(count)]
        page = upload_to(session, trainer, people(*rows))
        with CaptureQueriesContext(connection) as found:
            client.get(page.redirect_chain[-1][0])
        return len(found)

    assert queries(1) == queries(3)


def test_a_file_can_be_tried_again_whatever_went_wrong(session, trainer, client_of, upload_to, monkeypatch):
    page = upload_to(session, trainer, sample("1-english.xlsx"))
    with monkeypatch.context() as broken:
        broken.setattr(RosterImport, "save", lambda *_args, **_more: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            press(client_of(trainer), page, "apply")
    press(client_of(trainer), page, "apply")
    assert Participation.objects.count() == 8


def test_a_file_gone_from_the_server_is_said_to_be_gone(session, trainer, client_of, upload_to):
    page = upload_to(session, trainer, sample("1-english.xlsx"))
    for path in uploads._folder().glob("*.file"):
        path.unlink()
    again = client_of(trainer).get(page.redirect_chain[-1][0], follow=True)
    assert "Upload it again to start anew" in again.content.decode()


def test_opening_the_page_sweeps_both_files_of_an_old_upload(session, trainer, client_of, upload_to):
    upload_to(session, trainer, sample("1-english.xlsx"))
    old = time.time() - uploads.KEPT_SECONDS - 60
    for path in uploads._folder().glob("*.file"):  # its decisions were saved a moment ago
        os.utime(path, (old, old))
    client_of(trainer).get(reverse("roster_import", args=[session.key]))
    assert not list(uploads._folder().iterdir())


def test_a_list_whose_names_are_not_read_is_all_errors(session, trainer, client_of, upload_to):
    page = upload_to(session, trainer, people(["A", "One", "F", "MK"]))
    changed = press(client_of(trainer), page, "columns", column_0="ignored", column_1="ignored")
    assert [fault.column for fault in changed.context["plan"].faults] == ["First name", "Last name"]
