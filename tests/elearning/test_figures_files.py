"""Figures of courses as files: what they say, for whom, and that it stands in the trail."""

import csv
import io
import json
import re
import zipfile

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from elearning.figures.counting import BY, MEASURES, course_figures
from elearning.figures.files import FORMATS
from tests.elearning.making import make_course
from tests.elearning.test_figures import takes
from tests.factories import JurisdictionFactory
from training.choices import Sex
from training.models import TrailEntry

pytestmark = pytest.mark.django_db
KOSOVO = "Kosovo*"


@pytest.fixture
def course():
    """Women and men of two jurisdictions in two languages, at every stage."""
    found = make_course(languages=("en", "mk"))
    place = JurisdictionFactory(code="XK")
    takes(found, hours=2, score=90, jurisdiction=place)
    takes(found, hours=1000, score=71.25, jurisdiction=place)
    takes(found, sex=Sex.MEN, score=50, language="mk", jurisdiction=JurisdictionFactory(code="MK"))
    takes(found, sex=Sex.MEN, jurisdiction=place)
    takes(found, sex=Sex.NOT_RECORDED, language="mk", jurisdiction=place)
    return found


@pytest.fixture
def take(client_of, manager):
    """Takes a file of that kind."""

    def taken(kind, account=manager, **given):
        return client_of(account).get(reverse("course_figures_download", args=[kind]), given)

    return taken


def number(text):
    """A figure as a page or sheet has it, as the number it is; None where nobody knows it."""
    text = re.sub(r"<[^>]+>", "", str(text)).replace("%", "").replace(",", "").strip()
    return None if text in ("–", "", "None") else text if text == "c" else float(text)


def of_page(page):
    """Label and figures of each line of the page's table."""
    table = page.split('<table class="grid">')[1].split("</table>")[0]
    lines = re.findall(r'<th scope="row">(.*?)</th>(.*?)</tr>', table, re.S)
    return [[label, *map(number, re.findall(r"<td[^>]*>(.*?)</td>", rest, re.S))] for label, rest in lines]


def of_sheet(data):
    """The same of a workbook's first sheet, which stands between its heading and its first running text."""
    rows = [[cell.value for cell in row[: 1 + len(MEASURES)]] for row in openpyxl.load_workbook(data).worksheets[0]]
    first = next(place for place, row in enumerate(rows) if row[1] == "Enrolled")
    last = next(place for place, row in enumerate(rows) if row[0] == "All")
    return [[row[0], *map(number, row[1:])] for row in rows[first + 1 : last + 1]]


def of_rows(rows, by):
    return [[row[f"{by}_label"], *(number(row[name]) for name in MEASURES)] for row in rows]


@pytest.mark.parametrize("audience", ["", "donor"])
@pytest.mark.parametrize("by", list(BY))
def test_page_and_files_have_the_same_figures_cell_by_cell(by, audience, course, take, manager, client_of):
    asked = {"by": by, "course": course.slug, "audience": audience, "threshold": 3}
    shown = of_page(client_of(manager).get(reverse("course_figures"), asked).content.decode())
    assert len(shown) > 1
    assert shown[-1][0] == "All"
    assert of_sheet(io.BytesIO(take("xlsx", **asked).content)) == shown
    told = json.loads(take("json", **asked).content)
    assert of_rows(told["rows"], by) == shown[:-1]
    assert [number(told["totals"][0][name]) for name in MEASURES] == shown[-1][1:]
    plain = take("csv", **asked).content.decode()
    assert of_rows(csv.DictReader(io.StringIO(plain)), by) == shown[:-1]
    with zipfile.ZipFile(io.BytesIO(take("csv-with-notes", **asked).content)) as both:
        assert both.read(both.namelist()[0]).decode() == plain


def test_the_figures_are_those_that_were_made(course, take):
    rows = json.loads(take("json", by="sex").content)["rows"]
    assert [list(row.values())[2:] for row in rows] == [
        [2, 2, 2, 1, (2 + 1000) * 60 / 2, 80.6, 2],
        [2, 0, 0, 0, None, 50.0, 1],
        [1, 0, 0, 0, None, None, 0],
    ]


def test_a_file_says_what_its_words_mean_of_when_it_is_and_under_which_number(course, take, manager):
    answer = take("xlsx", by="jurisdiction", course=course.slug)
    entry = TrailEntry.objects.get(action="course figures downloaded")
    assert (entry.by, entry.records) == (manager, {"course": [course.pk]})
    assert entry.detail == {"by": ["jurisdiction"], "format": "xlsx", "for": "internal"}
    assert answer.headers["Content-Disposition"] == (
        f'attachment; filename="evidenca-courses-jurisdiction-{entry.pk}.xlsx"'
    )
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    said = [str(cell.value) for sheet in book for row in sheet for cell in row if cell.value is not None]
    for words in ("Started", "Passed the test", "Median time", "As of", str(entry.pk), f"Course: {course.title}."):
        assert any(words in text for text in said), words
    assert any(text.startswith("* References to Kosovo") for text in said)
    assert KOSOVO in said


def test_a_csv_with_its_notes_tells_the_same_beside_it(course, take):
    answer = take("csv-with-notes", by="jurisdiction")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as both:
        told = json.loads(both.read(both.namelist()[1]))
    assert [column["name"] for column in told["tableSchema"]["columns"]][2:] == list(MEASURES)
    for words in ("Whoever withdrew", "Started: Has opened a module.", "Median time: In whole minutes", "As of: "):
        assert any(words in note for note in told["notes"]), words
    assert any(note.startswith("* References to Kosovo") for note in told["notes"])


def test_a_title_like_a_formula_is_made_harmless(course, take):
    type(course).objects.update(title='=HYPERLINK("http://example.org")')
    assert "'=HYPERLINK" in take("csv").content.decode()
    sheet = openpyxl.load_workbook(io.BytesIO(take("xlsx").content)).worksheets[0]
    cells = [cell for row in sheet for cell in row if "HYPERLINK" in str(cell.value)]
    assert cells
    assert all(cell.data_type == "s" and str(cell.value).startswith("'=") for cell in cells)


@pytest.mark.parametrize("kind", FORMATS)
def test_every_kind_is_written_and_stands_in_the_trail(kind, course, take, auditor):
    assert take(kind, auditor, by="sex").status_code == 200
    assert TrailEntry.objects.get(action="course figures downloaded").detail["format"] == kind


def test_whoever_reads_no_figures_takes_none_away(course, take, officer, editor, client):
    for account in (officer, editor):
        assert take("csv", account).status_code == 403
    assert client.get(reverse("course_figures_download", args=["csv"])).status_code == 302
    assert not TrailEntry.objects.filter(action="course figures downloaded").exists()


@pytest.mark.parametrize(
    "asked",
    [{"by": "faith"}, {"course": "none"}, {"audience": "press"}, {"threshold": "0"}, {"start": "2026-01-01"}],
)
def test_a_word_that_means_nothing_is_refused_on_the_page_and_in_files(asked, course, take, manager, client_of):
    page = client_of(manager).get(reverse("course_figures"), asked)
    assert page.status_code == 400
    assert "errorlist" in page.content.decode()
    assert take("json", **asked).status_code == 400
    assert take("iati").status_code == 404
    assert not TrailEntry.objects.filter(action="course figures downloaded").exists()


def test_there_is_nothing_to_draw_where_nobody_took_a_course(take):
    assert take("png").status_code == 400
    assert json.loads(take("json").content)["rows"] == []


def test_donors_get_no_row_in_which_any_figure_is_small(course, manager):
    """Twelve women and twelve men enrolled; of the women two completed, of the men all."""
    found = make_course(slug="large")
    for _one in range(12):
        takes(found, sex=Sex.MEN, hours=1, score=90)
        takes(found)
    for _one in range(2):
        takes(found, hours=1, score=90)
    figures = course_figures(by="sex", account=manager, course=found)
    assert [cell.hidden for cell in figures.for_donors(3).cells] == [True, True]
    assert not figures.for_donors(2).has_hidden
    assert not figures.for_donors(2).total.named


def test_a_mean_of_few_scores_is_no_more_told_than_they_are(manager):
    found = make_course()
    for sex in (Sex.WOMEN, Sex.MEN):
        for _one in range(12):
            takes(found, sex=sex)
    takes(found, score=63)
    figures = course_figures(by="sex", account=manager, course=found)
    assert figures.for_donors(5).total.hidden
    assert all(cell.hidden for cell in figures.for_donors(5).cells)


@pytest.mark.parametrize("kind", ["", "csv", "xlsx", "json"])
def test_a_page_or_file_costs_as_many_queries_with_three_rows_as_with_one(kind, manager, client_of):
    address = reverse("course_figures_download", args=[kind]) if kind else reverse("course_figures")
    client = client_of(manager)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address, {"by": "jurisdiction"}).status_code == 200
        return len(captured)

    course = make_course()
    takes(course, hours=1, score=90, jurisdiction=JurisdictionFactory(code="XK"))
    queries()
    one = queries()
    for code in ("MK", "AL"):
        other = make_course(slug=code.lower())
        takes(other, hours=1, score=90, jurisdiction=JurisdictionFactory(code=code))
        takes(other, hours=1, score=90, jurisdiction=JurisdictionFactory(code=code))
    assert queries() == one
