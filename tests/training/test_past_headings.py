"""Which columns a list of past sessions has, in the languages of the region."""

import pytest

from tests.training.rosters import workbook
from training.imports.past import vocabulary
from training.imports.past.headings import find_layout
from training.imports.past.headings import read_figure as figure_in
from training.imports.workbook import read

PLACES = vocabulary.places() | {code.lower(): code for code in ("AL", "BA", "XK", "ME", "MK", "RS")}


def layout(*rows):
    upload = workbook(*rows)
    return find_layout(read(upload.data, upload.name)[0], PLACES)


def choices(*headings):
    return [column.choice for column in layout(headings, ["x"]).columns]


@pytest.mark.parametrize(
    ("headings", "found"),
    [
        (["Title", "Topic", "Project", "Place"], ["title", "topic", "project", "place"]),
        (["Training", "Theme", "Project title", "Venue"], ["title", "topic", "project", "place"]),
        (["Naziv obuke", "Tema", "Projekat", "Mjesto"], ["title", "topic", "project", "place"]),
        (["Назив на обуката", "Тема", "Проект", "Место"], ["title", "topic", "project", "place"]),
        (["Titulli i trajnimit", "Fusha", "Projekti", "Vendi"], ["title", "topic", "project", "place"]),
        (["Title", "From", "To", "Country"], ["title", "start", "end", "jurisdictions"]),
        (["Naslov", "Datum od", "Datum do", "Države"], ["title", "start", "end", "jurisdictions"]),
        (["Titulli", "Data e fillimit", "Data e mbarimit", "Shteti"], ["title", "start", "end", "jurisdictions"]),
        (["Title", "Dates", "Quote", "Source"], ["title", "dates", "quote", "source"]),
        (["Title", "Start", "Total", "Citat"], ["title", "dates", "figure::", "quote"]),
        (["Title", "Date", "End date", "Total"], ["title", "start", "end", "figure::"]),
        (["Title", "Number of sessions", "Kind", "Modality"], ["title", "sessions", "kind", "modality"]),
        (["Обука", "Број на обуки", "Вид", "Извор"], ["title", "sessions", "kind", "source"]),
        (["Title / Naziv", "Topic (key)", "Women", "Women"], ["title", "topic", "figure:F:", "ignored"]),
        (["Title", "Topic", "Trainers", "Budget, EUR", "Total"], ["title", "topic", "ignored", "ignored", "figure::"]),
    ],
)
def test_headings_are_understood(headings, found):
    assert choices(*headings) == found


@pytest.mark.parametrize(
    ("heading", "sex", "code"),
    [
        ("Women", "F", ""), ("Number of women", "F", ""), ("Broj žena", "F", ""), ("Жени", "F", ""), ("Gra", "F", ""),
        ("Men", "M", ""), ("Muškarci", "M", ""), ("Мажи", "M", ""), ("Burra", "M", ""), ("M", "M", ""),
        ("Not recorded", "U", ""), ("Непознато", "U", ""),
        ("Women XK", "F", "XK"), ("Men (XK)", "M", "XK"), ("Women Kosovo*", "F", "XK"), ("Kosovo* – women", "F", "XK"),
        ("Жени Косово", "F", "XK"), ("Мажи од Северна Македонија", "M", "MK"), ("Žene iz Srbije", "F", "RS"),
        ("Muškarci, Bosna i Hercegovina", "M", "BA"), ("Gra nga Kosova", "F", "XK"), ("Burra nga Shqipëria", "M", "AL"),
        ("Women participants, North Macedonia", "F", "MK"), ("F_ME", "F", "ME"), ("Žene / Gra XK", "F", "XK"),
        ("Kosovo*", "", "XK"), ("Total MK", "", "MK"), ("Ukupno Crna Gora", "", "ME"),
        ("Total", "", ""), ("Ukupno učesnika", "", ""), ("Вкупно", "", ""), ("Gjithsej", "", ""),
        ("Number of participants", "", ""), ("Total (M+F)", "", ""), ("Ukupan broj polaznika", "", ""),
    ],
)  # fmt: skip
def test_a_figure_says_of_whom_it_counts(heading, sex, code):
    figure = figure_in(heading, PLACES)
    assert (figure.sex, figure.code) == (sex, code)


@pytest.mark.parametrize(
    "heading",
    ["% women", "Women %", "Share of women", "Procenat žena", "Women trainers", "Women certified", "Women and men",
     "Women XK and MK", "Women 2021", "Sex", "Number", "No.", "Remarks"],
)  # fmt: skip
def test_what_is_not_wholly_understood_is_no_figure(heading):
    assert figure_in(heading, PLACES) is None


def test_the_heading_row_is_found_under_a_title_block():
    found = layout(["Training 2021"], ["Project: Borders", "", "Total: 820"], [], ["Title", "Topic", "Total"], ["a"])
    assert found.row == 4


def test_headings_over_two_rows_are_read_together():
    found = layout(
        ["Overview"],
        ["Title", "Topic", "Total", "Kosovo*", None, "North Macedonia", None],
        [None, None, None, "Women", "Men", "Women", "Men"],
        ["Basic course", "weapons", 24, 3, 9, 4, 8],
    )
    assert found.row == 3
    figures = ["figure:F:XK", "figure:M:XK", "figure:F:MK", "figure:M:MK"]
    assert [column.choice for column in found.columns] == ["title", "topic", "figure::", *figures]


def test_a_row_of_data_is_not_taken_for_headings():
    found = layout(["Title", "Topic", "Total", "Women"], ["Total control", "Kosovo*", "Women", "Men"], ["a", "b", 1, 1])
    assert found.row == 1


def test_a_list_of_people_is_no_list_of_sessions():
    assert layout(["Name", "Surname", "Sex", "Institution"], ["Ana", "Test", "F", "MUP"]) is None
