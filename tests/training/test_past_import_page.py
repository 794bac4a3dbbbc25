"""Past sessions by page: upload, look, apply, take back; and the template."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from tests.factories import SessionFactory
from tests.training.past_lists import HEADINGS, ROW, apply, make_register, row, sessions
from training.imports import uploads
from training.imports.workbook import Upload
from training.models import Session

ADDRESS = reverse("past_import")


@pytest.fixture(autouse=True)
def data_dir(settings, tmp_path):
    settings.DATA_DIR = tmp_path


@pytest.fixture
def borders(manager):
    project = make_register()
    manager.projects.add(project)
    return project


@pytest.fixture
def upload_as(client_of):
    """Upload a file as an account; the answer, with the page it leads to."""

    def upload(account, file):
        posted = SimpleUploadedFile(file.name, file.data)
        return client_of(account).post(ADDRESS, {"file": posted}, follow=True)

    return upload


def press(client, page, step, **data):
    plan = page.context["plan"]
    return client.post(page.redirect_chain[-1][0], {"step": step, "basis": plan.basis, **data}, follow=True)


def test_a_manager_uploads_looks_imports_and_takes_back(borders, manager, client_of, upload_as):
    page = upload_as(manager, sessions(ROW, row(title="Second")))
    html = page.content.decode()
    assert "Nothing stands in the way" in html
    assert "Basic course" in html
    assert not Session.objects.exists()
    client = client_of(manager)
    done = press(client, page, "apply")
    assert "2 sessions were brought in" in done.content.decode()
    assert Session.objects.count() == 2
    [brought] = done.context["imports"]
    address = reverse("past_undo", args=[brought.record.pk])
    assert "2 sessions are removed" in client.get(address).content.decode()
    assert "was taken back" in client.post(address, follow=True).content.decode()
    assert not Session.objects.exists()


def test_every_error_is_shown_and_nothing_can_be_applied(borders, manager, client_of, upload_as):
    page = upload_as(manager, sessions(row(topic="Wepons", start="soon"), row(total="=A1")))
    html = page.content.decode()
    for shown in ("Wepons", "soon", "=A1", "3 errors stand in the way", "Weapons categorization"):
        assert shown in html
    assert 'value="apply"' not in html
    press(client_of(manager), page, "apply")
    assert not Session.objects.exists()


def test_contradictions_are_shown_before_they_are_kept(borders, manager, client_of, upload_as):
    page = upload_as(manager, sessions(row(women=8)))
    assert "By sex the figures add up to 25, the stated total is 24: 1 too many." in page.content.decode()
    press(client_of(manager), page, "apply")
    assert Session.objects.get().headcounts.get().total == 24


def test_a_session_that_is_there_already_is_linked_and_left_alone(borders, manager, client_of, upload_as):
    apply(sessions(ROW), manager)
    page = upload_as(manager, sessions(ROW))
    html = page.content.decode()
    assert Session.objects.get().get_absolute_url() in html
    assert "Nothing is new" in html
    assert 'value="apply"' not in html


def test_a_column_can_be_read_as_something_else(borders, manager, client_of, upload_as):
    page = upload_as(manager, sessions([*ROW, 5], headings=[*HEADINGS, "Ladies of Kosovo*"]))
    assert "Ladies of Kosovo*" in page.content.decode()
    changed = press(client_of(manager), page, "columns", column_10="figure:F:XK", column_8="ignored")
    entry = changed.context["plan"].entries[0]
    assert {(figure.sex, figure.code): number for figure, number in entry.figures.items()} == {
        ("", ""): 24, ("M", ""): 17, ("F", "XK"): 5
    }  # fmt: skip


def test_the_second_click_changes_nothing(borders, manager, client_of, upload_as):
    page = upload_as(manager, sessions(ROW))
    press(client_of(manager), page, "apply")
    again = press(client_of(manager), page, "apply")
    assert "imported or set aside already" in again.content.decode()
    assert Session.objects.count() == 1


def test_what_changed_since_the_look_is_looked_at_again(borders, manager, client_of, upload_as):
    page = upload_as(manager, sessions(ROW, row(title="Second")))
    apply(sessions(ROW), manager)
    again = press(client_of(manager), page, "apply")
    assert "has changed since you looked" in again.content.decode()
    assert Session.objects.count() == 1
    press(client_of(manager), again, "apply")
    assert Session.objects.count() == 2


def test_setting_aside_removes_the_file(borders, manager, client_of, upload_as):
    page = upload_as(manager, sessions(ROW))
    press(client_of(manager), page, "cancel")
    assert not list(uploads._folder().iterdir())


def test_a_kept_file_is_private_to_its_account_and_is_no_roster(borders, manager, administrator, client_of, upload_as):
    page = upload_as(manager, sessions(ROW))
    address = page.redirect_chain[-1][0]
    assert client_of(administrator).get(address).status_code == 302
    session = SessionFactory(project=borders)
    token = address.strip("/").rpartition("/")[2]
    assert uploads.find(token=token, session=session, by=manager) is None


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (Upload("list.xlsx", b"%PDF-1.7 ..."), "not an Excel workbook"),
        (Upload("list.csv", b"%PDF-1.7 ..."), "This is a PDF"),
        (Upload("list.xlsx", b""), "empty"),
        (Upload("list.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")), "password"),
    ],
)
def test_a_file_that_is_not_what_it_claims_is_refused_on_the_form(borders, manager, upload_as, file, said):
    page = upload_as(manager, file)
    assert said in page.content.decode()
    assert not list(uploads._folder().iterdir())


def test_a_list_of_people_is_refused_in_words(borders, manager, upload_as):
    page = upload_as(manager, Upload("people.csv", b"First name,Last name,Sex\nAna,Test,F\n"))
    assert "No list of sessions was found" in page.content.decode()


def test_the_template_can_be_downloaded(borders, manager, client_of):
    answer = client_of(manager).get(reverse("past_template"))
    assert 'filename="evidenca-past-sessions.xlsx"' in answer["Content-Disposition"]
    assert load_workbook(io.BytesIO(answer.content)).worksheets[0].max_column > 10


@pytest.mark.parametrize("who", ["trainer", "coordinator", "auditor", "editor", "officer"])
@pytest.mark.parametrize("name", ["past_import", "past_template"])
def test_nobody_else_may(client_of, request, who, name):
    assert client_of(request.getfixturevalue(who)).get(reverse(name)).status_code == 403


def test_the_list_of_sessions_leads_here_for_those_who_may(borders, manager, trainer, client_of):
    assert ADDRESS in client_of(manager).get(reverse("sessions")).content.decode()
    assert ADDRESS not in client_of(trainer).get(reverse("sessions")).content.decode()


def test_another_managers_import_is_not_found(borders, manager, administrator, client_of):
    record = apply(sessions(ROW), administrator).record
    assert client_of(manager).get(reverse("past_undo", args=[record.pk])).status_code == 404


def test_what_stands_in_the_way_of_taking_back_is_said(borders, manager, client_of):
    record = apply(sessions(ROW), manager).record
    Session.objects.update(place="Ohrid")
    answer = client_of(manager).post(reverse("past_undo", args=[record.pk]), follow=True)
    assert "changed since: “Basic course”" in answer.content.decode()


def test_looking_takes_the_same_queries_for_one_row_and_for_three(borders, manager, client_of, upload_as):
    client = client_of(manager)

    def queries(count):
        page = upload_as(manager, sessions(*[row(title=f"Course {n}") for n in range(count)]))
        with CaptureQueriesContext(connection) as found:
            client.get(page.redirect_chain[-1][0])
        return len(found)

    assert queries(1) == queries(3)


def test_the_upload_page_takes_the_same_queries_for_one_import_and_for_three(borders, manager, client_of):
    client = client_of(manager)

    def queries(*titles):
        for title in titles:
            apply(sessions(row(title=title)), manager)
        with CaptureQueriesContext(connection) as found:
            client.get(ADDRESS)
        return len(found)

    assert queries("One") == queries("Two", "Three")
