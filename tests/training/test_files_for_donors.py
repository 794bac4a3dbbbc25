"""Whatever a donor is handed tells of no withheld figure: neither in its words nor to somebody with a solver."""

import io
import json
import re
import zipfile
from itertools import islice

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from lxml import etree
from openpyxl import load_workbook
from PIL import Image

from tests.factories import JurisdictionFactory, ProjectFactory, SessionFactory
from tests.training.attack import Attack
from tests.training.emitted import document_of_json, document_of_workbook
from tests.training.figures import by_jurisdiction_and_sex, headcount_of, roster_of
from tests.training.filing import paper_text
from tests.training.test_disclosure import published_in, random_report
from training.choices import Scope
from training.exports.files import KINDS
from training.exports.tidy import document
from training.exports.xlsx import to_xlsx
from training.models import TrailEntry
from training.services.reports import freeze_report, save_report
from training.statistics.addresses import question_from_address
from training.statistics.composing import compose
from training.statistics.disclosure import withhold, would_hide

PLACES = "rows=jurisdiction&columns=sex&measure=participations"
PEOPLE = "rows=sex&columns=&measure=participations&measure=people&measure=person_days"
READERS = "&audience=donor&threshold=20"
FIGURES = {"XK_F": 18, "XK_M": 211, "MK_F": 83, "MK_M": 389, "AL_F": 131, "AL_M": 547}


@pytest.fixture
def session(db):
    """People beside a roster in three places, the women of one of them too few for a threshold of 20; and a roster with
    fewer women on it than that.
    """
    project = ProjectFactory(key="borders", title="Borders")
    places = [JurisdictionFactory(code=code) for code in ("XK", "MK", "AL")]
    session = SessionFactory(title="Weapons", project=project, jurisdictions=places)
    headcount_of(session, sum(FIGURES.values()), by_jurisdiction_and_sex(**FIGURES), scope=Scope.UNNAMED)
    roster_of(session, MK_F=11, XK_M=13, MK_M=23)
    return session


def composed(reader, *addresses, audience="donor"):
    asked = [question_from_address(address, reader) for address in addresses]
    questions = [(one.title, one.question, one.address) for one in asked]
    return compose(questions=questions, title="For the donor", audience=audience, threshold=20, author="M. Manager")


def secrets_of(report):
    """The true numbers that the report withholds and nowhere shows, and their share of women."""
    hidden, shown = set(), set()
    for table, places in zip(report.tables, would_hide(report), strict=True):
        for subset, cell in table.places():
            own = {value for value in cell.values.values() if value}
            (hidden if (subset, cell.codes) in places else shown).update(own)
    assert hidden - shown
    return hidden - shown


def numbers_in(text):
    """Whole numbers in a text, but for those of dates and times, of its own number and of addresses of standards."""
    number = str(TrailEntry.objects.latest("pk").pk)
    dates = r"\d{4}-\d\d-\d\d(T[\d:.+]+)?|\d{1,2} \w+ \d{4}(, \d\d:\d\d)?"
    text = re.sub(rf"{dates}|https?://\S+|\b{number}\b(?![.,]\d)", "", text)
    found = re.findall(r"(?<!\d)(?<!\d[.,])\d{1,3}(?:,?\d{3})*(?!\d|[.,]\d)", text)
    return {int(one.replace(",", "")) for one in found}


def told_by(data, kind):
    """All that a file says in words and figures; of a drawing its title, its description and its letters."""
    if kind == "pdf":
        return paper_text(data)
    if kind == "xlsx":
        book = load_workbook(io.BytesIO(data))
        said = [str(cell.value) for page in book for row in page.iter_rows() for cell in row if cell.value is not None]
        return "\n".join([*said, str(book.properties.description), *charts_of(data)])
    if kind == "png":
        return "\n".join(map(str, Image.open(io.BytesIO(data)).info.values()))
    if kind == "svg":
        root = etree.fromstring(data)
        return "\n".join(
            [*map(str, root.xpath("//comment()")), *root.xpath("//*[name()='title' or name()='desc']/text()")]
        )
    if kind == "csv-with-notes":
        both = zipfile.ZipFile(io.BytesIO(data))
        figures, notes = (both.read(name).decode() for name in both.namelist())
        return figures.replace(",", " ") + notes
    return data.decode().replace(",", " ") if kind == "csv" else data.decode()


def charts_of(data):
    """The figures and texts that are kept in a workbook's charts."""
    book = zipfile.ZipFile(io.BytesIO(data))
    for name in book.namelist():
        if "chart" in name and name.endswith(".xml"):
            yield from etree.fromstring(book.read(name)).xpath("//*[local-name()='v' or local-name()='t']/text()")


@pytest.mark.pdf
@pytest.mark.parametrize("address", [PLACES + "&share=row", PEOPLE])
@pytest.mark.parametrize("kind", KINDS)
def test_no_file_names_what_it_withholds(client_of, manager, session, kind, address):
    answer = client_of(manager).get(reverse("statistics_download", args=[kind]) + f"?{address}{READERS}")
    assert answer.status_code == 200
    secrets = secrets_of(composed(manager, address, audience="internal"))
    text = told_by(answer.content, kind)
    assert not secrets & numbers_in(text), text
    assert "withheld" in text or kind in {"csv", "png", "svg"}
    inside = told_by(client_of(manager).get(reverse("statistics_download", args=[kind]) + f"?{address}").content, kind)
    assert secrets & numbers_in(inside) or kind == "png", "the same file for the house has them"


@pytest.mark.parametrize("kind", ["csv", "json", "table"])
def test_the_command_withholds_and_says_so(manager, session, kind):
    out, beside = io.StringIO(), io.StringIO()
    options = {"audience": "donor", "threshold": 20, "format": kind, "as_email": manager.email}
    call_command("statistics", by=("jurisdiction", "sex"), stdout=out, stderr=beside, **options)
    text = out.getvalue() + beside.getvalue()
    assert not secrets_of(composed(manager, PLACES, audience="internal")) & numbers_in(text)
    assert "c: withheld, and not zero" in text.replace('"c": "', "c: ")
    entry = manager.trail.get()
    assert entry.detail == {"by": ["jurisdiction", "sex"], "format": kind, "for": "donor"}
    assert re.search(rf'(No\. |Number: |"number": "){entry.pk}\b', text)


@pytest.mark.parametrize(
    "words", [{"audience": "press"}, {"threshold": "2"}, {"threshold": "21"}, {"threshold": "few"}]
)
def test_the_command_refuses_other_readers_and_other_thresholds(session, words):
    given = [f"--{name}={value}" for name, value in words.items()]
    with pytest.raises(CommandError, match=r"invalid choice|not a number from 3 to 20"):
        call_command("statistics", "--by", "sex", *given)


def test_a_threshold_of_three_withholds_less_than_one_of_twenty(manager, session):
    def withheld(threshold):
        out = io.StringIO()
        call_command("statistics", "--by", "jurisdiction,sex", f"--threshold={threshold}", "--audience=donor",
                     "--measure=participations", "--format=json", stdout=out)  # fmt: skip
        return {(row["jurisdiction"], row["sex"]) for row in json.loads(out.getvalue())["rows"]
                if row["participations"] == "c"}  # fmt: skip

    assert withheld(3) == set()
    assert ("XK", "F") in withheld(20)


def test_json_says_who_may_read_it_and_what_its_signs_mean(client_of, manager, session):
    told = client_of(manager).get(reverse("statistics_download", args=["json"]) + f"?{PLACES}{READERS}").json()
    assert (told["audience"], told["threshold"], told["women"], told["named"]) == ("donor", 20, "c", "c")
    assert told["signs"]["c"].startswith("withheld, and not zero: it rests on fewer than 20 people")
    assert told["number"] == str(manager.trail.get().pk)
    assert {value for row in told["rows"] for value in row.values() if row["sex"] == "F"} >= {"c"}


# --- with a solver ---------------------------------------------------------------------------------------------------


def from_json(report):
    return document_of_json([json.loads(json.dumps(document(report, table))) for table in report.tables])


def from_workbook(report):
    return document_of_workbook(to_xlsx(report), report)


@pytest.mark.parametrize("read", [from_json, from_workbook])
def test_nothing_withheld_can_be_worked_out_of_a_file(read):
    withheld = 0
    reports = (random_report(seed) for seed in range(40))
    for report in islice((one for one in reports if all("participations" in t.measures for t in one.tables)), 8):
        attack = Attack(read(withhold(report)), published_in(report), report.threshold)
        withheld += len(attack.names)
        assert not attack.breaks(report.tables)
        assert not attack.names or attack.narrowed(report.tables) == []
    assert withheld > 100


# --- reports ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def saved(manager, session):
    asked = [{"title": "Places", "address": PLACES}, {"title": "People", "address": PEOPLE}]
    return save_report(by=manager, title="For the donor", audience="donor", threshold=20, questions=asked)


def test_the_page_of_a_donors_report_tells_nothing_and_leads_nowhere(client_of, manager, saved):
    page = client_of(manager).get(saved.get_absolute_url()).content.decode()
    inside = composed(manager, PLACES, PEOPLE, audience="internal")
    text = re.sub(r"<(style|script).*?</\1>|<[^>]+>", " ", page, flags=re.DOTALL)
    assert not secrets_of(inside) & numbers_in(text)
    assert "c: withheld, which is not zero" in text
    assert reverse("records") not in page


@pytest.mark.pdf
@pytest.mark.parametrize("kind", [*KINDS, "kept"])
def test_a_frozen_donors_report_has_forgotten_what_it_withholds(client_of, auditor, manager, saved, kind):
    inside = composed(manager, PLACES, PEOPLE, audience="internal")
    frozen = freeze_report(by=manager, report=saved)
    if kind == "kept":
        text = json.dumps(frozen.document)
    else:
        answer = client_of(auditor).get(reverse("frozen_download", args=[frozen.year, frozen.number, kind]))
        text = told_by(answer.content, kind)
    assert not secrets_of(inside) & numbers_in(text.replace(frozen.label, ""))


def test_a_frozen_donors_report_withstands_a_solver(manager, saved):
    inside = composed(manager, PLACES, PEOPLE, audience="internal")
    attack = Attack(freeze_report(by=manager, report=saved).document, published_in(inside), 20)
    assert attack.names
    assert not attack.breaks(inside.tables)
    assert attack.narrowed(inside.tables) == []


def test_what_changed_since_compares_what_is_withheld_as_withheld(client_of, manager, saved, session):
    frozen = freeze_report(by=manager, report=saved)
    roster_of(session, XK_F=1)
    inside = composed(manager, PLACES, PEOPLE, audience="internal")
    page = client_of(manager).get(reverse("frozen_changes", args=[frozen.year, frozen.number])).content.decode()
    text = re.sub(r"<[^>]+>", " ", page)
    assert "Every figure is the same" not in text
    assert not {18, 19} & numbers_in(text), "women in Kosovo*, then and now"
    assert not secrets_of(inside) & numbers_in(text)
