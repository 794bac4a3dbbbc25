"""A table as plain data, and how it is laid out for people: nothing lost on the way, nothing added up wrongly."""

import json
from datetime import UTC, datetime

import pytest

from training.statistics.engine import ask
from training.statistics.layout import Layout, lay_out, usual_layout
from training.statistics.question import Question
from training.statistics.report import Remark, Report, document, from_document
from training.statistics.table import table_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def table(published):
    return table_of(ask(Question(by=("jurisdiction", "sex"))), title="By jurisdiction")


def plain(line):
    return [*line.labels, *(entry.value for entry in line.entries)]


def test_the_facts_lie_as_they_were_published(table):
    grid = lay_out(table, usual_layout(table))
    kosovo = next(line for line in grid.lines if line.labels == ("Kosovo*",))
    by_code = {column.code: entry.value for column, entry in zip(grid.columns, kosovo.entries, strict=True)}
    assert [column.label for column in grid.columns][::3] == ["Women", "Men", "Not broken down", "Total"]
    assert kosovo.women == (39, 331)
    participations = [
        entry.value
        for column, entry in zip(grid.columns, kosovo.entries, strict=True)
        if column.measure == "participations"
    ]
    assert participations == [39, 292, 420, 751]
    assert by_code.keys() == {"F", "M", "_X", None}


def test_lines_sum_to_the_line_of_everything(table):
    grid = lay_out(table, Layout(rows=("jurisdiction",), column="sex"))
    for place, column in enumerate(grid.columns):
        if column.measure == "participations":
            assert sum(line.entries[place].value or 0 for line in grid.lines) == grid.total.entries[place].value
    assert grid.total.entries[-3].value == 1310
    assert grid.total.women == (129, 1210)


def test_what_is_known_better_stands_below(table):
    (line,) = lay_out(table, usual_layout(table)).below
    assert {entry.label: entry.value for entry in line.entries} == {"Women": 129, "Men": 1081, "Not broken down": 100}


def test_people_of_headcounts_are_unknown_and_never_zero(table):
    grid = lay_out(table, usual_layout(table))
    values = {entry.value for line in grid.lines for entry, column in zip(line.entries, grid.columns, strict=True)
              if column.measure != "participations" and entry.cell}  # fmt: skip
    assert values == {None}


def test_two_dimensions_down_have_a_line_for_both_together(published):
    table = table_of(ask(Question(by=("project", "jurisdiction", "sex"), measures=("participations",))), title="")
    grid = lay_out(table, usual_layout(table))
    assert grid.headings == ("Project", "Jurisdiction")
    together = [line for line in grid.lines if line.is_subtotal]
    assert sum(line.entries[-1].value for line in together) == 1310
    assert sum(line.entries[-1].value for line in grid.lines if not line.is_subtotal) == 1310


def test_shares_are_of_the_row_the_column_or_everything(published):
    table = table_of(ask(Question(by=("jurisdiction", "sex"), measures=("participations",))), title="")

    def women_of_kosovo(share):
        grid = lay_out(table, Layout(rows=("jurisdiction",), column="sex", share=share))
        line = next(line for line in grid.lines if line.labels == ("Kosovo*",))
        return line.entries[0].share

    assert women_of_kosovo("row") == round(100 * 39 / 751, 1)
    assert women_of_kosovo("column") == 75.0  # of the 52 whose jurisdiction is known
    assert women_of_kosovo("total") == round(100 * 39 / 1310, 1)
    assert women_of_kosovo("") is None


def test_the_largest_can_come_first(table):
    grid = lay_out(table, Layout(rows=("jurisdiction",), column="sex", order="largest"))
    totals = [line.entries[-3].value for line in grid.lines]
    assert totals == sorted(totals, reverse=True)


def test_a_layout_of_other_dimensions_is_refused(table):
    with pytest.raises(ValueError, match="cannot lay"):
        lay_out(table, Layout(rows=("project",)))


def test_parts_that_public_sources_state_are_known(table):
    assert table.total.participations == 1310
    assert table.total.published == 1310
    assert {cell.named for cell in table.cells} == {0}


def test_a_report_survives_being_kept_as_json(table):
    report = Report(
        title="Women and men",
        tables=(table,),
        as_of=datetime(2026, 5, 1, 12, tzinfo=UTC),
        author="Manager",
        audience="donor",
        threshold=5,
        method=(("Participation", "one person in one session"),),
        remarks=(Remark(session="Converted firearms", message="99 or 119", stated=119, found=99),),
        footnotes=("References to Kosovo …",),
    )
    assert from_document(json.loads(json.dumps(document(report)))) == report


def test_a_report_of_an_unknown_form_is_not_guessed_at(table):
    with pytest.raises(ValueError, match="form 99"):
        from_document({"form": 99})
