"""Where the list begins and what its columns hold, in the languages of the region."""

import pytest

from tests.training.rosters import workbook
from training.imports.headings import PartialDate, find_layout, read_day, recognise
from training.imports.vocabulary import Field
from training.imports.workbook import read


def layout(*rows):
    upload = workbook(*rows)
    return find_layout(read(upload.data, upload.name)[0])


def fields(*headings):
    return [column.field for column in layout(headings, ["x"]).columns]


@pytest.mark.parametrize(
    ("headings", "found"),
    [
        (["First name", "Last name", "Gender", "Organisation"], ["given", "family", "sex", "institution"]),
        (["Name", "Surname", "Sex"], ["given", "family", "sex"]),
        (["Name", "Sex"], ["full", "sex"]),
        (
            ["Emri", "Mbiemri", "Gjinia", "Institucioni", "Pozita"],
            ["given", "family", "sex", "institution", "position"],
        ),
        (["Emri dhe mbiemri", "Gjinia (M/F)"], ["full", "sex"]),
        (["Р.бр.", "Име и презиме", "Пол", "Институција"], ["ignored", "full", "sex", "institution"]),
        (["Презиме", "Име", "Е-пошта", "Работно место"], ["family", "given", "email", "position"]),
        (["R.br.", "Prezime i ime", "Spol", "Ustanova"], ["ignored", "full_family_first", "sex", "institution"]),
        (["Ime", "Prezime", "Pol", "Radno mjesto", "Uloga"], ["given", "family", "sex", "position", "role"]),
        (["Ime i prezime / Emri dhe mbiemri", "Pol / Gjinia"], ["full", "sex"]),
        (["Ime i prezime učesnika", "Naziv institucije"], ["full", "institution"]),
        (["IME I PREZIME", "POL"], ["full", "sex"]),
        (["Name", "Phone", "Signature", "Private e-mail"], ["full", "ignored", "ignored", "ignored"]),
        (["Full name", "E-mail", "E-mail 2"], ["full", "email", "ignored"]),
    ],
)
def test_headings_are_understood(headings, found):
    assert fields(*headings) == found


@pytest.mark.parametrize(
    "heading", ["Day 2", "day2", "Dan 2", "2. dan", "Ден 2", "2 ден", "Dita 2", "Dita e dytë", "Drugi dan", "Втор ден"]
)
def test_days_are_understood_by_number(heading):
    assert read_day(heading).number == 2


@pytest.mark.parametrize(
    "heading",
    [
        "14.03.2022",
        "14.3.2022.",
        "14/03/2022",
        "2022-03-14",
        "14. mart 2022",
        "14 март 2022",
        "14 mars 2022",
        "Day 1 (14.03.2022)",
        "14.03.22",
    ],
)
def test_days_are_understood_by_date(heading):
    assert PartialDate(3, 14, 2022) in read_day(heading).dates


@pytest.mark.parametrize(
    "heading", ["Datum rođenja", "Date of birth", "Data e lindjes", "Dana", "31.31.2022", "Name", 3.5, 14]
)
def test_what_names_no_day_is_no_mark_column(heading):
    assert recognise(heading)[0] != Field.MARK


def test_the_heading_row_is_found_under_a_title_block():
    found = layout(["List of participants"], ["Skopje, 14.03.2022"], [], ["No.", "Name", "Sex"], [1, "Ana Test", "F"])
    assert found.row == 4


def test_a_title_that_names_people_is_no_heading_row():
    found = layout(["Participants", "", ""], ["Name", "Sex", "Institution"], ["Ana Test", "F", "MUP"])
    assert found.row == 2


def test_without_a_column_of_names_there_is_no_list():
    assert layout(["Sex", "Institution"], ["F", "MUP"]) is None


def test_headings_below_the_thirtieth_row_are_not_looked_for():
    assert layout(*[["x"]] * 30, ["First name", "Last name"]) is None
