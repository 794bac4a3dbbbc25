"""Files of the statistics page and of the command: the page's own figures, under a number that stands in the trail."""

import csv
import io
import json
import re
import zipfile

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone
from lxml import etree, html
from openpyxl import load_workbook
from PIL import Image

from tests.factories import JurisdictionFactory, ParticipationFactory, PersonFactory, SessionFactory
from tests.training.figures import by_jurisdiction_and_sex, by_sex, headcount_of
from tests.training.filing import paper_rows, paper_text
from training.choices import Outcome
from training.exports.files import KINDS
from training.models import TrailEntry
from training.services.reports import freeze_report, save_report

QUESTION = "?rows=jurisdiction&columns=sex&measure=participations"


@pytest.fixture
def session(db):
    """Three in Kosovo* by name; thirty in two places, of whom more is known by sex than by both."""
    session = SessionFactory(jurisdictions=[JurisdictionFactory(code="XK")])
    for sex in ("F", "M", "M"):
        person = PersonFactory(sex=sex, jurisdiction=JurisdictionFactory(code="XK"))
        ParticipationFactory(session=session, person=person, outcome=Outcome.ATTENDED, days_attended=1)
    other = SessionFactory(project=session.project, jurisdictions=[JurisdictionFactory(code="MK")])
    headcount_of(other, 30, by_sex(F=4, M=26))
    mixed = SessionFactory(project=session.project, jurisdictions=[])
    headcount_of(mixed, 20, by_jurisdiction_and_sex(MK_F=2, XK_M=9), by_sex(F=5, M=15))
    return session


def take(client, kind, question=QUESTION):
    return client.get(reverse("statistics_download", args=[kind]) + question)


def said(response, kind):
    """All text of a file, as far as it has any."""
    if kind == "pdf":
        return re.sub(r"\s+", " ", paper_text(response.content))
    if kind == "xlsx":
        book = load_workbook(io.BytesIO(response.content))
        return "\n".join(str(cell.value) for page in book for row in page.iter_rows() for cell in row if cell.value)
    if kind == "csv-with-notes":
        both = zipfile.ZipFile(io.BytesIO(response.content))
        return "\n".join(both.read(name).decode() for name in both.namelist())
    if kind == "png":
        return " ".join(Image.open(io.BytesIO(response.content)).info[name] for name in ("Description", "Source"))
    return response.content.decode()


@pytest.mark.pdf
@pytest.mark.parametrize("kind", KINDS)
def test_a_file_has_its_type_its_name_its_filters_and_the_number_of_its_entry_in_the_trail(
    client_of, manager, session, kind
):
    client = client_of(manager)
    response = take(client, kind, f"{QUESTION}&project={session.project.key}&start=2020-01-01")
    entry = manager.trail.get(action="statistics downloaded")
    assert response.headers["Content-Type"] == KINDS[kind].content_type
    name = f'attachment; filename="evidenca-jurisdiction-sex-{entry.pk}.{KINDS[kind].ending}"'
    assert response.headers["Content-Disposition"] == name
    text = said(response, kind)
    if kind == "csv":
        link = re.search(r"<([^>]+)>", response.headers["Link"]).group(1)
        text = client.get(link).content.decode()
    assert session.project.title in text
    assert "1 January 2020" in text
    assert re.search(rf'(No\.|Number:?|"number":)\s"?{entry.pk}\b', text)
    assert str(timezone.localdate().year) in text
    assert "resolution 1244" in text or kind == "png"


def page_rows(client, question):
    """The table as the page shows it: labels and figures, – where not known."""
    page = html.fromstring(client.get(reverse("statistics_table") + question).content)
    (table,) = page.xpath("//table[contains(@class, 'grid')]")
    rows = []
    for row in table.xpath("./tbody/tr[not(contains(@class, 'outer'))] | ./tfoot/tr"):
        label = " ".join(row.xpath("string(th)").split())
        figures = [" ".join(cell.text_content().split()) for cell in row.xpath("td")]
        rows.append([label, *figures[:-1]])  # the last has the share of women
    return rows


@pytest.mark.pdf
def test_page_workbook_document_and_xml_of_one_question_have_the_same_figures(client_of, manager, session):
    client = client_of(manager)
    shown = page_rows(client, QUESTION)
    assert shown == [
        ["Kosovo*", "1", "11", "0", "12"],
        ["North Macedonia", "6", "26", "0", "32"],
        ["Not broken down", "–", "–", "9", "9"],
        ["All", "7", "37", "9", "53"],
    ]
    page = load_workbook(io.BytesIO(take(client, "xlsx").content))["Table"]
    rows = [["–" if value is None else str(value) for value in row[:5]] for row in page.iter_rows(values_only=True)]
    assert [row for row in rows if row[0] in {own[0] for own in shown}][:4] == shown
    on_paper = [row[:5] for row in paper_rows(take(client, "pdf").content)]
    assert all(row in on_paper for row in shown)
    assert in_xml(take(client, "iati").content) == {
        ("Kosovo*", "female"): 1, ("Kosovo*", "male"): 11, ("Kosovo*",): 12,
        ("North Macedonia", "female"): 6, ("North Macedonia", "male"): 26, ("North Macedonia",): 32,
        ("Not broken down", "not broken down"): 9, ("Not broken down",): 9,
        ("female",): 10, ("male",): 43, (): 53,
    }  # fmt: skip


def in_xml(data):
    return {
        tuple(dimension.get("value") for dimension in actual.findall("dimension")): int(actual.get("value"))
        for actual in etree.fromstring(data).iter("actual")
    }


def test_files_are_laid_out_as_the_page_is_with_its_order_and_shares(client_of, manager, session):
    question = "?rows=sex&columns=jurisdiction&measure=participations&share=row&order=largest"
    page = load_workbook(io.BytesIO(take(client_of(manager), "xlsx", question).content))["Table"]
    rows = [row for row in page.iter_rows(values_only=True) if row[0] in {"Sex", "Men", "Women", "Not broken down"}]
    assert [row[0] for row in rows[:4]] == ["Sex", "Men", "Not broken down", "Women"]
    assert rows[0][1:5] == ("Participations", "% of the row") * 2
    assert rows[1][1:5] == (11, 29.7, 26, 70.3)


@pytest.mark.parametrize(
    ("kind", "question", "reason"),
    [
        ("xlsx", "?rows=shoe", "Unknown: shoe"),
        ("pdf", f"{QUESTION}&audience=everybody", "Unknown readers: everybody"),
        ("pdf", f"{QUESTION}&threshold=2", "a number from 3 to 20"),
        ("svg", f"{QUESTION}&start=1999-01-01&end=1999-12-31", "nothing to draw"),
    ],
)
def test_what_cannot_be_written_is_refused_with_its_reason_and_leaves_no_entry(
    client_of, manager, session, kind, question, reason
):
    response = take(client_of(manager), kind, question)
    assert response.status_code == 400
    assert reason in response.content.decode()
    assert not TrailEntry.objects.filter(action="statistics downloaded").exists()


def test_officers_take_nothing_away_and_there_is_no_file_of_another_kind(client_of, officer, manager, session):
    assert take(client_of(officer), "xlsx").status_code == 403
    assert take(client_of(manager), "docx").status_code == 404


def test_a_trainer_takes_away_the_figures_of_their_own_sessions_only(client_of, trainer, other_trainer, session):
    session.created_by = trainer
    session.save()
    assert in_xml(take(client_of(trainer), "iati").content)[()] == 3
    assert in_xml(take(client_of(other_trainer), "iati").content) == {}


def test_the_number_of_queries_does_not_grow_with_the_records(
    client_of, manager, session, django_assert_max_num_queries
):
    client = client_of(manager)
    take(client, "iati")
    with django_assert_max_num_queries(70) as one:
        take(client, "iati")
    for _number in range(3):
        ParticipationFactory(session=SessionFactory(), outcome=Outcome.ATTENDED, days_attended=1)
        headcount_of(SessionFactory(), 9)
    with django_assert_max_num_queries(70) as three:
        take(client, "iati")
    assert len(three) <= len(one)


# --- the command -----------------------------------------------------------------------------------------------------


@pytest.mark.pdf
@pytest.mark.parametrize("kind", KINDS)
def test_the_command_writes_the_same_files(manager, session, tmp_path, kind):
    path = tmp_path / "figures"
    call_command(
        "statistics", "--by", "jurisdiction,sex", "--format", kind, "--output", str(path), "--as", manager.email
    )
    starts = {
        "xlsx": b"PK",
        "pdf": b"%PDF",
        "iati": b"<?xml",
        "png": b"\x89PNG",
        "svg": b"<?xml",
        "csv": b"jurisdiction",
        "csv-with-notes": b"PK",
        "json": b"{",
    }
    assert path.read_bytes().startswith(starts[kind])
    assert manager.trail.get(action="statistics downloaded").detail["format"] == kind


def test_the_command_prints_what_is_text(session):
    out = io.StringIO()
    call_command("statistics", "--format", "iati", stdout=out)
    root = etree.fromstring(out.getvalue().encode())
    assert root.findtext(".//result/title/narrative") == "Participations, unique people and person-days"
    assert root.xpath("//indicator[1]//actual/@value") == ["53"]


@pytest.mark.parametrize("kind", ["xlsx", "pdf", "png", "csv-with-notes"])
def test_no_terminal_shows_a_workbook_a_document_or_a_picture(session, kind):
    with pytest.raises(CommandError, match="--output") as refused:
        call_command("statistics", "--by", "sex", "--format", kind)
    assert refused.value.returncode == 2


def test_a_sheet_has_at_most_three_dimensions(session, tmp_path):
    path = tmp_path / "figures.xlsx"
    with pytest.raises(CommandError, match="3 dimensions") as refused:
        call_command("statistics", "--by", "sex,role,year,project", "--format", "xlsx", "--output", str(path))
    assert refused.value.returncode == 2
    assert not path.exists()


# --- frozen reports --------------------------------------------------------------------------------------------------


@pytest.fixture
def frozen(manager, session):
    asked = [
        {"title": "By sex", "address": "rows=sex&columns="},
        {"title": "By place", "address": "rows=jurisdiction&columns=sex"},
    ]
    report = save_report(by=manager, title="Half-year report", audience="internal", threshold=5, questions=asked)
    return freeze_report(by=manager, report=report)


@pytest.mark.pdf
@pytest.mark.parametrize("kind", KINDS)
def test_a_frozen_report_is_every_kind_of_file_under_its_own_number(client_of, auditor, session, frozen, kind):
    session.participations.all().delete()
    response = client_of(auditor).get(reverse("frozen_download", args=[frozen.year, frozen.number, kind]) + "?table=2")
    place = "" if kind in {"xlsx", "pdf", "iati", "json"} else "-2"
    name = f"evidenca-{frozen.label}{place}.{KINDS[kind].ending}"
    assert response.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert frozen.label in said(response, kind) or kind == "csv"
    if kind == "iati":
        assert in_xml(response.content)[("Kosovo*",)] == 12
    assert auditor.trail.get(action="report downloaded").detail == {"number": frozen.label, "format": kind}


@pytest.mark.parametrize("words", ["svg/?table=3", "svg/?table=x", "docx/"])
def test_what_a_frozen_report_has_not_is_no_page_and_leaves_no_entry(client_of, auditor, frozen, words):
    page = frozen.get_absolute_url() + f"download/{words}"
    assert client_of(auditor).get(page).status_code == 404
    assert not auditor.trail.filter(action="report downloaded").exists()


def test_what_belongs_beside_a_csv_is_there_for_whoever_took_it_under_its_number(client_of, manager, auditor, session):
    client = client_of(manager)
    take(client, "xlsx")
    link = re.search(r"<([^>]+)>", take(client, "csv").headers["Link"]).group(1)
    assert client.get(link).json()["dc:identifier"] == str(manager.trail.latest("pk").pk)
    assert client_of(auditor).get(link).status_code == 404, "somebody else took it"
    assert client.get(re.sub(r"number=\d+", "number=", link)).status_code == 404


def test_a_csv_with_its_notes_holds_both_under_one_number(client_of, manager, session):
    response = take(client_of(manager), "csv-with-notes")
    entry = manager.trail.get()
    both = zipfile.ZipFile(io.BytesIO(response.content))
    name = f"evidenca-{entry.pk}.csv"
    assert both.namelist() == [name, f"{name}-metadata.json"]
    notes = json.loads(both.read(f"{name}-metadata.json"))
    assert (notes["url"], notes["dc:identifier"], notes["dc:audience"]) == (name, str(entry.pk), "internal")
    rows = list(csv.DictReader(io.StringIO(both.read(name).decode())))
    assert [column["name"] for column in notes["tableSchema"]["columns"]] == list(rows[0])
    assert {row["person_days"] for row in rows} == {"", "1", "2"}
