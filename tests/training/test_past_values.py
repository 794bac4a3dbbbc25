"""One cell of a list of past sessions: numbers, days, jurisdictions, words."""

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from training.imports.past import values, vocabulary
from training.imports.refusal import BadValueError

PLACES = vocabulary.places() | {code.lower(): code for code in ("AL", "BA", "XK", "ME", "MK", "RS")}


@pytest.mark.parametrize(
    ("cell", "number"),
    [(24, 24), (24.0, 24), ("24", 24), (" 24 ", 24), (0, 0), ("0", 0), ("1,310", 1310), ("1.310", 1310),
     ("1 310", 1310), ("1\u00a0310", 1310)],
)  # fmt: skip
def test_a_whole_number_is_read(cell, number):
    assert values.read_number(cell) == number


@pytest.mark.parametrize("cell", [None, "", " ", "-", "–", "?", "n/a", "ns", "not stated", "непознато", "nuk dihet"])
def test_blank_and_unknown_are_no_zero(cell):
    assert values.read_number(cell) is None


@pytest.mark.parametrize(
    "cell",
    [24.5, float("inf"), -1, True, "24*", "about 20", "=SUM(A1:A3)", "+5", "1,31", 10**8, "9" * 30, date(2021, 1, 1)],
)
def test_what_is_no_count_is_refused(cell):
    with pytest.raises(BadValueError):
        values.read_number(cell)


@pytest.mark.parametrize(
    ("cell", "start", "end"),
    [
        (datetime(2021, 5, 13), "05-13", "05-13"),  # noqa: DTZ001  # as spreadsheets have it
        ("13.05.2021", "05-13", "05-13"), ("2021-05-13", "05-13", "05-13"), ("13. maj 2021. godine", "05-13", "05-13"),
        ("13.05.2021 г.", "05-13", "05-13"), ("05/14/2021", "05-14", "05-14"), ("May 13, 2021", "05-13", "05-13"),
        ("13–15.05.2021", "05-13", "05-15"), ("13.-15.05.2021.", "05-13", "05-15"),
        ("13-15 May 2021", "05-13", "05-15"), ("28.04.–02.05.2021", "04-28", "05-02"),
        ("13.05.2021 - 15.05.2021", "05-13", "05-15"),
        ("2021-05-13 – 2021-05-15", "05-13", "05-15"), ("од 13.05.2021 до 15.05.2021", "05-13", "05-15"),
        ("13 maj 2021 deri 15 maj 2021", "05-13", "05-15"), ("May 13-15, 2021", "05-13", "05-15"),
    ],
)  # fmt: skip
def test_a_day_or_a_period_is_read(cell, start, end):
    span = values.read_span(cell)
    assert (f"{span.start:%m-%d}", f"{span.end:%m-%d}", span.start.year) == (start, end, 2021)


def test_a_period_over_new_year_begins_in_the_old_one():
    assert values.read_span("28.12.–03.01.2021") == (date(2020, 12, 28), date(2021, 1, 3))


@pytest.mark.parametrize("cell", [None, "", "ns", "unknown"])
def test_an_unknown_day_stays_unknown(cell):
    assert values.read_span(cell) == (None, None)


@pytest.mark.parametrize("cell", ["May 2021", "2021", 44329, "13.05.", "28-02.05.2021", "soon", "01.01.0202", "=A1"])
def test_what_names_no_day_is_refused(cell):
    with pytest.raises(BadValueError):
        values.read_span(cell)


def test_a_day_ahead_is_refused():
    with pytest.raises(BadValueError, match="still ahead"):
        values.read_day(timezone.localdate() + timedelta(days=1))


@pytest.mark.parametrize(
    ("cell", "codes"),
    [
        ("XK", ["XK"]), ("XK, MK", ["XK", "MK"]), ("XK MK", ["XK", "MK"]), ("XK/MK", ["XK", "MK"]),
        ("Kosovo* and North Macedonia", ["XK", "MK"]), ("Косово и Северна Македонија", ["XK", "MK"]),
        ("Bosnia and Herzegovina and Serbia", ["BA", "RS"]), ("Bosna i Hercegovina i Crna Gora", ["BA", "ME"]),
        ("Kosova dhe Shqipëria; Mali i Zi", ["XK", "AL", "ME"]), ("Serbia\nAlbania", ["RS", "AL"]),
        ("Bosnia & Herzegovina", ["BA"]), ("XK, XK", ["XK"]), ("", []), (None, []), ("ns", []),
    ],
)  # fmt: skip
def test_jurisdictions_are_read_one_or_several(cell, codes):
    assert values.read_jurisdictions(cell, PLACES) == codes


@pytest.mark.parametrize("cell", ["Atlantis", "XK, Atlantis", "=XK", "Bosnia and Atlantis"])
def test_an_unknown_jurisdiction_is_refused_with_those_there_are(cell):
    with pytest.raises(BadValueError):
        values.read_jurisdictions(cell, PLACES)


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        (None, "training"),
        ("Workshop", "workshop"),
        ("ToT", "training_of_trainers"),
        ("obuka trenera", "training_of_trainers"),
        ("Состанок", "meeting"),
        ("training_of_trainers", "training_of_trainers"),
    ],
)
def test_a_kind_is_read_in_the_languages(cell, kind):
    assert values.read_kind(cell) == kind


def test_a_series_is_no_kind_of_session_held():
    with pytest.raises(BadValueError, match="Workshop"):
        values.read_kind("Series")


@pytest.mark.parametrize(
    ("cell", "modality"), [("online", "online"), ("Uživo", "in_person"), ("хибридно", "hybrid"), ("", "")]
)
def test_a_modality_is_read_in_the_languages(cell, modality):
    assert values.read_modality(cell) == modality
