"""The template: every heading is understood, what it offers is accepted, and filled in it imports as it is."""

import io

import pytest
from openpyxl import load_workbook

from tests.factories import ProjectFactory
from tests.training.figures import source_called
from tests.training.past_lists import apply, check, make_register
from training.imports.past.template import EXAMPLE, HEADING_ROW, LISTS, make_template
from training.imports.refusal import RefusedError
from training.imports.workbook import Upload
from training.models import Headcount, Session
from training.services.headcounts import drafts_of


@pytest.fixture(autouse=True)
def register(db):
    make_register()
    source_called("seesac-2021")


@pytest.fixture
def book(administrator):
    return load_workbook(io.BytesIO(make_template(administrator)))


def saved(book):
    out = io.BytesIO()
    book.save(out)
    return Upload("filled.xlsx", out.getvalue())


def headings(sheet):
    return [cell.value for cell in sheet[HEADING_ROW]]


def example(book):
    """The example of each column, as the sheet that explains them has it."""
    return {row[0]: row[1] for row in book[EXAMPLE].iter_rows(min_row=2, values_only=True) if row[2]}


def test_filled_in_with_its_own_example_it_imports_cleanly(book, administrator):
    sheet, cells = book.worksheets[0], example(book)
    for index, heading in enumerate(headings(sheet), 1):
        sheet.cell(HEADING_ROW + 1, index, cells[heading])
    plan = apply(saved(book), administrator).plan
    assert (plan.faults, plan.notes, plan.contradictions, plan.layout.ignored) == ([], [], [], [])
    session = Session.objects.get()
    assert (session.title, session.project.key, session.number_of_sessions) == ("Basic course, Skopje", "borders", 1)
    assert session.source.key == "seesac-2021"
    assert [len(draft.cells) for draft in drafts_of(Headcount.objects.get())] == [2, 4]


def test_every_heading_is_understood(book, administrator):
    sheet = book.worksheets[0]
    sheet.cell(HEADING_ROW + 1, 1, "Course")
    sheet.cell(HEADING_ROW + 1, 2, "Weapons categorization")
    layout = check(saved(book), administrator).layout
    assert [column.heading for column in layout.columns] == headings(sheet)
    assert len({column.choice for column in layout.columns}) == len(headings(sheet)) == 27


def test_topics_projects_and_jurisdictions_can_be_chosen_from_lists(book):
    sheet, lists = book.worksheets[0], book[LISTS]
    offered = {
        next(iter(rule.sqref.ranges)).min_col: [cell.value for row in lists[_cells(rule)] for cell in row]
        for rule in sheet.data_validations.dataValidation
        if rule.type == "list"
    }
    places = {heading: index for index, heading in enumerate(headings(sheet), 1)}
    assert offered[places["Topic"]] == ["Weapons categorization"]
    assert offered[places["Project"]] == ["Support to borders of Kosovo* (BORDERS)"]
    assert "Kosovo*" in offered[places["Jurisdictions"]]


def _cells(rule):
    """The cells a list of choices is taken from: two corners, even where it is one cell."""
    first, _colon, last = rule.formula1.partition("!")[2].replace("$", "").partition(":")
    return f"{first}:{last}"


def test_each_heading_carries_a_comment_on_what_is_accepted(book):
    sheet = book.worksheets[0]
    accepted = {row[0]: row[2] for row in book[EXAMPLE].iter_rows(min_row=2, values_only=True) if row[2]}
    assert {cell.value: cell.comment.text for cell in sheet[HEADING_ROW]} == accepted


def test_nothing_in_it_is_a_formula(administrator):
    ProjectFactory(key="evil", title="=1+1")
    book = load_workbook(io.BytesIO(make_template(administrator)))
    assert not [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


def test_kosovo_has_its_footnote_on_both_sheets(book):
    for sheet in (book.worksheets[0], book[EXAMPLE]):
        assert any("1244" in str(value) for row in sheet.iter_rows(values_only=True) for value in row if value)


def test_it_offers_a_manager_their_own_projects(manager):
    manager.projects.add(ProjectFactory(key="own", title="Own project"))
    book = load_workbook(io.BytesIO(make_template(manager)))
    assert example(book)["Project"] == "Own project"


def test_left_empty_it_is_refused_in_words(book, administrator):
    with pytest.raises(RefusedError, match="no session below"):
        check(saved(book), administrator)
