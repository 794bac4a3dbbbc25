"""A report as a workbook: every figure as the page has it, nothing computed, ready to print."""

import io
from dataclasses import replace

import pytest
from openpyxl import load_workbook

from tests.factories import ParticipationFactory, PersonFactory, SessionFactory, TopicFactory
from tests.training.filing import (
    LETTERS,
    SHORT,
    answered,
    cut_out,
    expected,
    report_of,
    sheet_rows,
    through_calc,
    typed,
    withheld,
)
from training.choices import Outcome
from training.exports.xlsx import to_xlsx
from training.statistics.report import Remark

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(published):
    by_both = answered("Women and men by jurisdiction", "jurisdiction", "sex")
    by_three = answered("Each project", "project", "jurisdiction", "sex", said=(("Topic", "all of them"),))
    return report_of(by_both, by_three, answered("Everything"))


def book_of(report):
    return load_workbook(io.BytesIO(to_xlsx(report)))


def texts(page):
    return "\n".join(str(cell.value) for row in page.iter_rows() for cell in row if cell.value is not None)


def test_each_table_is_a_sheet_with_the_figures_of_its_grid(report):
    data = to_xlsx(report)
    for place, table in enumerate(report.tables, start=1):
        assert cut_out(sheet_rows(data, f"Table {place}"), table) == expected(table)
    assert expected(report.tables[0])[-1][-3] == 1310


def test_numbers_are_numbers_and_what_is_not_known_is_empty_and_never_zero(report):
    page = book_of(report)["Table 1"]
    values = [cell for row in page.iter_rows(min_row=6, max_row=10, min_col=2, max_col=13) for cell in row]
    assert {cell.data_type for cell in values} == {"n"}
    assert {cell.number_format for cell in values if isinstance(cell.value, int)} == {"#,##0"}
    assert None in {cell.value for cell in values}
    assert "Empty: not known, which is not zero." in texts(page)


def test_what_is_known_better_the_share_and_the_notes_stand_below(report):
    said = texts(book_of(report)["Table 1"])
    assert "Known for all together, by sex alone\nWomen\n129\nMen\n1081" in said
    assert "Women: 10.7 % (129 of 1,210 whose sex is known)." in said
    assert all(text in said for _code, text in report.tables[0].notes)
    assert f"* {SHORT}" in said


def test_a_withheld_cell_is_c_and_the_rule_is_said(report):
    table = withheld(report.tables[0], jurisdiction="MK", sex="F")
    page = book_of(replace(report, tables=(table,), audience="donor", threshold=7))["Table"]
    macedonia = next(row for row in page.iter_rows(values_only=True) if row[0] == "North Macedonia")
    assert macedonia[1:4] == ("c", "c", "c")
    assert "rests on fewer than 7 people" in texts(page)


def test_headings_stay_in_view_and_on_every_printed_page(report):
    page = book_of(report)["Table 2"]
    assert page.freeze_panes == "C6"
    assert page.print_title_rows == "$4:$5"
    setup = page.page_setup
    assert (setup.paperSize, setup.fitToWidth, setup.fitToHeight) == (9, 1, 0)
    assert page.sheet_properties.pageSetUpPr.fitToPage
    assert page.oddFooter.right.text == "Page &P of &N"
    assert SHORT in page.oddFooter.left.text
    assert "As of 1 May 2026, 14:00 · No. 2026-007" in page.oddHeader.right.text


def test_the_sheet_of_notes_says_whose_figures_these_are(report):
    remark = Remark(session="Converted", message="99 or 119", stated=119, found=99, quote="75 men", source="SEESAC")
    method = (("Participation", "one person in one session"),)
    page = book_of(replace(report, remarks=(remark,), method=method, introduction="As agreed."))[
        "Notes and definitions"
    ]
    said = texts(page)
    for text in (
        "Half-year report", "As agreed.", "M. Manager", "2026-007", "1 May 2026, 14:00", "Internal",
        "Each project. Participations, Unique people, Person-days. Topic: all of them.",
        "one person in one session", "99 or 119", "“75 men”", "none yet",
        f"* {SHORT}",
    ):  # fmt: skip
        assert text in said
    table_3 = next(cell for row in page.iter_rows() for cell in row if cell.value == "Table 3")
    assert table_3.hyperlink.location == "'Table 3'!A1"


def test_each_table_that_has_bars_has_a_native_chart_by_sex(report):
    book = book_of(report)
    assert book.sheetnames == ["Table 1", "Chart 1", "Table 2", "Chart 2", "Table 3", "Notes and definitions"]
    (chart,) = book["Chart 1"]._charts
    assert [series.graphicalProperties.pattFill is not None for series in chart.series] == [False, True, True]
    rows = [[cell.value for cell in row] for row in book["Chart 1"].iter_rows()]
    assert ["Kosovo*", 39, 292, 420] in [row[:4] for row in rows]


def test_nothing_a_person_typed_is_ever_computed(db):
    topic = TopicFactory(key="formula", name='=HYPERLINK("http://x.example","=1+1")')
    ParticipationFactory(session=SessionFactory(topic=topic), outcome=Outcome.ATTENDED)
    report = report_of(answered("+SUM(A1)", "topic"), title="@now", author="-2+3", introduction="\t=1")
    for page in book_of(report):
        for row in page.iter_rows():
            assert all(cell.data_type != "f" for cell in row)
            assert not any(isinstance(cell.value, str) and cell.value.startswith(tuple("=+-@\t")) for cell in row)


def test_letters_no_file_may_hold_are_left_out_and_a_sign_of_the_page_foot_is_a_letter(db):
    data = to_xlsx(report_of(answered("All", "sex"), title="Arms & \x00bells\x1f &P", footnotes=("F" * 400,)))
    page = load_workbook(io.BytesIO(data))["Table"]
    assert page.oddHeader.left.text == "Arms && bells &&P"
    assert "see the sheet of notes" in page.oddFooter.left.text


def test_very_long_texts_and_empty_tables_stay_within_what_a_workbook_can_hold(db):
    table = answered("Nothing", "sex", filters={"project": (SessionFactory().project.key,)})
    data = to_xlsx(report_of(table, introduction="Long. " * 9000, title="T" * 300))
    book = load_workbook(io.BytesIO(data))
    assert "Nothing to count" in texts(book["Table"])
    notes = book["Notes and definitions"]
    assert max(len(cell.value) for row in notes.iter_rows() for cell in row if cell.value) == 32_000
    assert max(row.height or 0 for row in notes.row_dimensions.values()) == 409
    assert len(str(notes.oddHeader)) <= 255


@pytest.mark.calc
def test_libreoffice_opens_it_and_reads_the_same_figures_as_numbers_and_texts_as_texts(report, tmp_path):
    topic = TopicFactory(key="letters", name=f"=1+1 {LETTERS}")
    person = PersonFactory(sex="F")
    ParticipationFactory(person=person, session=SessionFactory(topic=topic), outcome=Outcome.ATTENDED)
    tables = (*report.tables, answered("By topic", "topic", "sex"))
    sheets = through_calc(to_xlsx(replace(report, tables=tables)), tmp_path)
    assert len(sheets) == 8
    for place, table in enumerate(tables, start=1):
        found = cut_out(typed(sheets[f"Table {place}"]), table)
        wanted = [[f"'{v}" if isinstance(v, str) and v.startswith("=") else v for v in row] for row in expected(table)]
        assert found == wanted
    assert any(LETTERS in row[0] for row in sheets["Table 4"])
