"""A report on paper: every figure, every letter, every footnote, and nothing from elsewhere."""

import io
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from pypdf import PdfReader

from tests.factories import InstitutionFactory, ParticipationFactory, PersonFactory, SessionFactory, TopicFactory
from tests.training.filing import LETTERS, SHORT, answered, paper_rows, paper_text, report_of, withheld
from training.choices import Outcome
from training.exports.columns import laid_out
from training.exports.pdf import to_pdf
from training.exports.wording import figure
from training.printing.pdf import PdfError, convert
from training.statistics.report import Remark

pytestmark = [pytest.mark.django_db, pytest.mark.pdf]


@pytest.fixture
def report(published):
    return report_of(answered("Women and men by jurisdiction", "jurisdiction", "sex", measures=("participations",)))


def squeezed(data):
    return re.sub(r"\s+", " ", paper_text(data))


def test_every_figure_of_the_grid_stands_in_its_row(report):
    rows = paper_rows(to_pdf(report))
    for line in laid_out(report.tables[0]).lines:
        wanted = [*line.labels, *map(figure, line.entries)]
        assert wanted in [row[: len(wanted)] for row in rows]
    assert ["All", "52", "338", "920", "1,310"] in [row[:5] for row in rows]


def test_title_method_notes_contradictions_and_footnotes_are_all_there(report):
    remark = Remark(session="Converted", message="99 or 119", stated=119, found=99, quote="75 men", source="SEESAC")
    method = (("Participation", "one person in one session"),)
    said = squeezed(to_pdf(replace(report, remarks=(remark,), method=method, introduction="As agreed.")))
    for text in (
        "Half-year report", "As agreed.", "M. Manager", "As of 1 May 2026, 14:00 · No. 2026-007",
        "one person in one session", "1. Women and men by jurisdiction", "Participations. No filter.",
        "Known for all together, by sex alone", "Women: 129 · Men: 1,081",
        "Women: 10.7 % (129 of 1,210 whose sex is known).", "“75 men”", "SEESAC", "none yet", f"* {SHORT}",
    ):  # fmt: skip
        assert text in said
    assert all(text in said for _code, text in report.tables[0].notes)


def test_withheld_and_unknown_have_signs_that_are_explained(report):
    table = withheld(report.tables[0], jurisdiction="XK")
    data = to_pdf(replace(report, tables=(table,), audience="donor"))
    assert ["Kosovo*", "c", "c", "c", "c"] in [row[:5] for row in paper_rows(data)]
    assert "c withheld, and not zero: it rests on fewer than 5 people" in squeezed(data)


def test_every_letter_of_every_script_is_drawn_in_an_embedded_font(db):
    topic = TopicFactory(key="letters", name=f"Тема {LETTERS}")
    institution = InstitutionFactory(name="Академија „Ѓорче Петров“ – Čačak, Prishtinë, Ђаковица")
    person = PersonFactory(institution=institution)
    for _again in range(2):
        ParticipationFactory(person=person, session=SessionFactory(topic=topic), outcome=Outcome.ATTENDED)
    report = report_of(answered("Теме", "topic"), answered("Institucije", "institution"), title=f"Извештај {LETTERS}")
    data = to_pdf(report)
    said = squeezed(data)
    for text in (f"Тема {LETTERS}", institution.name, f"Извештај {LETTERS}"):
        assert text in said
    listed = subprocess.run(["pdffonts", "-"], input=data, capture_output=True, check=True).stdout.decode()
    fonts = [line.split() for line in listed.splitlines()[2:]]
    assert fonts
    assert all("DejaVu" in font[0] and font[-5:-2] == ["yes", "yes", "yes"] for font in fonts), listed


def test_a_letter_no_font_of_ours_has_is_a_sign_and_no_failure(db):
    assert "Topic \ufffd\ufffd" in squeezed(to_pdf(report_of(answered("Topic 漢字", "sex"))))


def test_markup_in_names_is_text_and_nothing_is_loaded(db):
    name = '<img src="http://127.0.0.1:9/x.png"><b>bold</b> & {{ 1|add:1 }}'
    ParticipationFactory(session=SessionFactory(topic=TopicFactory(key="markup", name=name)), outcome=Outcome.ATTENDED)
    assert name in squeezed(to_pdf(report_of(answered("By topic", "topic"))))


@pytest.mark.parametrize(
    "html",
    [
        '<img src="http://127.0.0.1:9/x.png">',
        '<img src="/etc/hostname">',
        "<table></table>",
    ],
)
def test_whatever_the_converter_warns_of_stops_it(html):
    with pytest.raises(PdfError):
        convert(html)


def test_it_has_a_language_a_title_and_numbered_pages(report):
    data = to_pdf(report)
    reader = PdfReader(io.BytesIO(data))
    assert reader.trailer["/Root"]["/Lang"] == "en"
    assert (reader.metadata.title, reader.metadata.author) == ("Half-year report", "M. Manager")
    assert reader.metadata.subject == "As of 1 May 2026, 14:00 · No. 2026-007"
    pages = [page.extract_text() for page in reader.pages]
    assert [f"Page {place} of {len(pages)}" in text for place, text in enumerate(pages, start=1)] == [True] * len(pages)
    assert all(SHORT in re.sub(r"\s+", " ", text) for text in pages)


def test_a_wide_table_lies_on_its_side_and_a_very_wide_one_is_cut_with_its_labels_again(published):
    wide = answered("Wide", "jurisdiction", "sex")
    data = to_pdf(report_of(wide))
    sizes = [
        (page.mediabox.width > page.mediabox.height, page.extract_text()) for page in PdfReader(io.BytesIO(data)).pages
    ]
    assert ["Unique people" in text and "Albania" not in text for lies, text in sizes if lies].count(True) == 1
    assert [row[0] for row in paper_rows(data)].count("North Macedonia") == 2


def test_a_long_table_breaks_with_its_headings_on_every_page(db):
    for number in range(60):
        session = SessionFactory(topic=TopicFactory(key=f"topic-{number:02}"))
        ParticipationFactory(session=session, outcome=Outcome.ATTENDED)
    rows = paper_rows(to_pdf(report_of(answered("Topics", "topic", measures=("participations",)))))
    assert rows.count(["Topic", "Participations"]) == 2
    assert sum(row[-1] == "1" and row[0].startswith("Topic ") for row in rows) >= 60


def test_a_report_about_nothing_is_a_document_too(db):
    empty = SessionFactory().project.key
    table = answered("Nothing", "sex", filters={"project": (empty,)})
    assert "Nothing to count" in squeezed(to_pdf(report_of(table)))
    assert "Half-year report" in squeezed(to_pdf(report_of(footnotes=())))


def test_two_at_once_do_not_draw_with_each_others_letters(report):
    alone = squeezed(to_pdf(report))
    with ThreadPoolExecutor(2) as pool:
        assert [squeezed(data) for data in pool.map(to_pdf, [report, report])] == [alone, alone]
