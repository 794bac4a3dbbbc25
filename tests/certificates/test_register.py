"""The register of certificates: who sees whose, what narrows it, one entry, and the files with names in them."""

import csv
import io
import json
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from certificates.choices import SERBIAN_IN_LATIN
from certificates.models import Certificate, CertificateRule
from certificates.services.deciding import revoke, supersede
from certificates.services.issuing import issue_session
from tests.factories import JurisdictionFactory, ParticipationFactory, PersonFactory, SessionFactory, put_right
from training.choices import Outcome, SessionStatus
from training.models import Session, TrailEntry, Training

pytestmark = pytest.mark.django_db
LIST = "/certificate-register/"


@pytest.fixture
def elsewhere(issued, closed, manager):
    """Somebody from another jurisdiction in the same session, with a certificate too."""
    person = PersonFactory(given_name="Elsewhere", jurisdiction=JurisdictionFactory(code="RS"))
    ParticipationFactory(session=closed, person=person, days_attended=3, outcome=Outcome.COMPLETED)
    return issue_session(session=closed, by=manager).made[0]


def names(answer):
    return {one.content["name"].split()[0] for one, _way in answer.context["rows"]}


def test_a_coordinator_sees_their_jurisdiction_a_manager_their_projects_and_each_showing_is_recorded(
    client_of, elsewhere, coordinator, manager, administrator
):
    coordinator.jurisdictions.add(elsewhere.participation.jurisdiction)
    assert names(client_of(coordinator).get(LIST)) == {"Elsewhere"}
    assert names(client_of(manager).get(LIST)) == names(client_of(administrator).get(LIST)) == {
        "Ardita", "Бојан", "Elsewhere",
    }  # fmt: skip
    entry = TrailEntry.objects.filter(action="certificates listed", by=coordinator).get()
    assert entry.records == {"certificate": [elsewhere.pk], "person": [elsewhere.participation.person_id]}
    manager.projects.clear()
    assert "Nothing has been issued yet to anybody you may see" in client_of(manager).get(LIST).content.decode()


@pytest.mark.parametrize("role", ["trainer", "officer", "auditor", "editor"])
def test_nobody_else_reads_it(client_of, request, issued, role):
    client = client_of(request.getfixturevalue(role))
    for path in (LIST, f"{LIST}download/csv/", f"{LIST}{issued['Ardita'].serial}/"):
        assert client.get(path).status_code == 403


def test_it_is_narrowed_by_name_serial_state_and_what_the_figures_are_narrowed_by(
    client_of, elsewhere, issued, manager, closed, training
):
    revoke(certificate=issued["Ardita"], by=manager, reason="Wrong person.")
    other = supersede(certificate=elsewhere, by=manager, reason="Misspelt.")
    client = client_of(manager)
    for address, found in {
        "q=shteg": {"Ardita"},
        "q=bojan": {"Бојан"},
        f"q={issued['Бојан'].serial.lower()}": {"Бојан"},
        "q=nobody": set(),
        "state=revoked": {"Ardita"},
        "certificate=attendance": {"Бојан"},
        "jurisdiction=RS": {"Elsewhere"},
        f"session={closed.key}&sex=M": set(),
        f"training={training.pk}&written_in=en": {"Ardita", "Бојан", "Elsewhere"},
        "period=2026-05": {"Ardita", "Бојан", "Elsewhere"},
        "period=2025": set(),
    }.items():
        assert names(client.get(f"{LIST}?{address}", follow=True)) == found, address
    assert client.get(LIST).context["page"].paginator.count == 3
    assert client.get(f"{LIST}?superseded=on").context["page"].paginator.count == 4
    assert elsewhere.serial not in client.get(LIST).content.decode()
    assert other.serial in client.get(LIST).content.decode()
    assert "Unknown: lost" in client.get(f"{LIST}?state=lost").content.decode()


def test_one_that_runs_out_stands_on_its_list_until_it_is_renewed(client_of, manager, training):
    short = Training.objects.create(title="Refresher", topic=training.topic)
    rule = CertificateRule.objects.create(training=training, months_valid=12)
    rule.renewed_by.add(short)
    training.refresh_from_db()
    person = PersonFactory(given_name="Ljiljana")
    sessions = [
        SessionFactory(training=one, start=date(2025, month, 1), status=SessionStatus.CLOSED)
        for one, month in ((training, 3), (short, 9))
    ]
    manager.projects.set([session.project for session in sessions])
    for session in sessions:
        ParticipationFactory(session=session, person=person, days_attended=1, outcome=Outcome.COMPLETED)
    (old,) = issue_session(session=sessions[0], by=manager).made
    client = client_of(manager)
    page = client.get(f"{LIST}?runs_out=on").content.decode()
    assert old.serial in page
    assert "to renew: Refresher (1)" in page
    assert "1 runs out within three months" in client.get(LIST).content.decode()
    assert "Whoever completes Refresher (1) renews it." in client.get(f"{LIST}{old.serial}/").content.decode()
    (new,) = issue_session(session=sessions[1], by=manager).made
    assert "Nothing runs out" in client.get(f"{LIST}?runs_out=on&issued=1999").content.decode()
    assert old.serial not in client.get(f"{LIST}?runs_out=on").content.decode()
    assert (
        f'Renewed by <a class="serial" href="{LIST}{new.serial}/"'
        in client.get(f"{LIST}{old.serial}/").content.decode()
    )
    assert f'Renews <a class="serial" href="{LIST}{old.serial}/"' in client.get(f"{LIST}{new.serial}/").content.decode()


def test_an_entry_tells_all_that_happened_and_others_get_none(client_of, issued, manager, coordinator, closed):
    new = supersede(certificate=issued["Ardita"], by=manager, reason="Misspelt.")
    revoke(certificate=new, by=manager, reason="Issued to the wrong person.")
    page = client_of(manager).get(f"{LIST}{issued['Ardita'].serial}/").content.decode()
    assert "Superseded on" in page
    assert new.serial in page
    page = client_of(manager).get(f"{LIST}{new.serial}/").content.decode()
    for said in ("In place of", "Misspelt.", "Revoked on", "Issued to the wrong person.", "Replace or revoke"):
        assert said in page
    assert client_of(coordinator).get(f"{LIST}{new.serial}/").status_code == 404
    coordinator.jurisdictions.add(new.participation.jurisdiction)
    page = client_of(coordinator).get(f"{LIST}{new.serial}/").content.decode()
    assert "Replace or revoke" not in page
    assert TrailEntry.objects.filter(action="certificate viewed", by=coordinator).count() == 1


def test_a_file_has_every_row_its_filters_and_a_number_that_stands_in_the_trail(client_of, elsewhere, manager):
    import openpyxl

    person = elsewhere.participation.person
    client = client_of(manager)
    answer = client.get(f"{LIST}download/csv/?certificate=completion")
    entry = TrailEntry.objects.get(action="certificates downloaded")
    assert entry.detail == {"by": ["certificate"], "format": "csv", "shown": 2}
    assert person.pk in entry.records["person"]
    assert answer.headers["Content-Disposition"] == f'attachment; filename="evidenca-certificates-{entry.pk}.csv"'
    text = answer.content.decode()
    assert text.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert [row["Serial"] for row in rows] == [elsewhere.serial, entry_serial(entry)]
    assert rows[0]["Name on the certificate"] == elsewhere.content["name"]
    assert (rows[0]["Issued"], rows[0]["State"]) == (elsewhere.content["issued_on"], "Valid")
    beside = answer.headers["Link"].partition("<")[2].partition(">")[0]
    told = json.loads(client.get(beside).content)
    assert "Filters: Kind of certificate: Completion" in told["notes"]
    assert elsewhere.content["name"] not in json.dumps(told)
    assert client.get(beside.replace(str(entry.pk), "1")).status_code == 404
    book = client.get(f"{LIST}download/xlsx/")
    sheet = openpyxl.load_workbook(io.BytesIO(book.content)).worksheets[0]
    values = [cell.value for row in sheet.iter_rows() for cell in row if cell.value is not None]
    for said in (elsewhere.serial, elsewhere.content["name"], "Filters: No filter"):
        assert said in values
    assert any(str(value).startswith("* References to Kosovo") for value in values)
    assert client.get(f"{LIST}download/pdf/").status_code == 404


def entry_serial(entry):
    return Certificate.objects.get(pk=entry.records["certificate"][-1]).serial


def test_each_language_a_certificate_is_written_in_has_its_name_in_files_and_figures(client_of, closed, manager):
    issue_session(session=closed, by=manager, language=SERBIAN_IN_LATIN)
    assert "Serbian, in Latin letters" in client_of(manager).get(f"{LIST}download/csv/").content.decode()
    assert client_of(manager).get(f"{LIST}?written_in={SERBIAN_IN_LATIN}").context["page"].paginator.count == 2
    table = client_of(manager).get("/statistics/certificates/table/?rows=written_in&columns=")
    assert "Serbian, in Latin letters" in table.content.decode()


def test_no_cell_of_a_file_is_run_by_a_spreadsheet(client_of, closed, manager):
    with put_right(closed):
        Session.objects.filter(pk=closed.pk).update(title="=HYPERLINK(1)")
    closed.refresh_from_db()
    issue_session(session=closed, by=manager)
    text = client_of(manager).get(f"{LIST}download/csv/").content.decode()
    assert "'=HYPERLINK(1)" in text


def test_it_costs_as_many_queries_with_three_as_with_one(client_of, issued, closed, manager):
    client = client_of(manager)

    def queries(path):
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200
        return len(captured)

    paths = (LIST, f"{LIST}download/csv/", f"{LIST}{issued['Ardita'].serial}/")
    before = [queries(path) for path in paths]
    for _number in range(3):
        ParticipationFactory(session=closed, days_attended=3, outcome=Outcome.COMPLETED)
    issue_session(session=closed, by=manager)
    assert [queries(path) for path in paths] == before
