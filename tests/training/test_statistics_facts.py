"""The published facts, counted: the figures of design §3, to the unit."""

import csv
import io
import json
from itertools import product

import pytest
from django.core.management import CommandError, call_command

from training.choices import BREAKDOWN_DIMENSIONS
from training.statistics.dimensions import DIMENSIONS
from training.statistics.engine import ask, behind
from training.statistics.question import Question
from training.statistics.table import table_of

pytestmark = pytest.mark.usefixtures("published", "db")


def table(*by, **question):
    answer = ask(Question(by=by, **question))
    return {
        tuple(row[:-1]): row[-1] for row in answer.cells[[*by, "participations"]].itertuples(index=False, name=None)
    }


def test_jurisdiction_by_sex_has_the_published_figures():
    assert table("jurisdiction", "sex") == {
        ("BA", "_X"): 30,
        ("XK", "F"): 39,
        ("XK", "M"): 292,
        ("XK", "_X"): 420,
        ("MK", "F"): 13,
        ("MK", "M"): 46,
        ("MK", "_X"): 400,
        ("_X", "_X"): 70,
    }


def test_by_sex_alone_more_is_known_than_the_cells_add_up_to():
    assert table("sex") == {("F",): 129, ("M",): 1081, ("_X",): 100}
    answer = ask(Question(by=("jurisdiction", "sex")))
    assert answer.better == (("sex",),)
    assert table_of(answer, title="").women() == (129, 1210)


def test_by_jurisdiction():
    assert table("jurisdiction") == {("BA",): 30, ("XK",): 751, ("MK",): 459, ("_X",): 70}


SINGLE = [name for name, dimension in DIMENSIONS.items() if not dimension.multiple]


def test_participations_of_every_table_over_single_valued_dimensions_sum_to_its_total():
    for by in [(name,) for name in SINGLE] + list(product(BREAKDOWN_DIMENSIONS, SINGLE)):
        if len(set(by)) < len(by):
            continue
        answer = ask(Question(by=by))
        assert answer.cells["participations"].sum() == 1310, by
        assert answer.total["participations"] == 1310, by


def test_the_parent_is_never_counted_under_any_filter():
    assert table("topic", filters={"project": ("cross-border",)}) == {
        ("information-gathering-sharing-and-analysis",): 420,
        ("weapons-categorization",): 400,
        ("converted-firearms-trafficking",): 119,
    }
    assert table("kind", filters={"topic": ("illegal-possession-misuse-and-trafficking-of-salw",)}) == {}


def test_planned_training_is_nowhere():
    assert not table("topic", filters={"topic": ("darknet-investigation",)})


def test_people_and_person_days_of_headcounts_are_unknown_and_never_zero():
    out = io.StringIO()
    call_command("statistics", by=("jurisdiction", "sex"), format="csv", stdout=out)
    rows = list(csv.DictReader(io.StringIO(out.getvalue())))
    assert [row["people"] for row in rows] == [""] * 8
    assert rows[0]["jurisdiction_label"] == "Bosnia and Herzegovina"
    out = io.StringIO()
    call_command("statistics", by=("jurisdiction", "sex"), format="json", stdout=out)
    answer = json.loads(out.getvalue())
    assert {row["person_days"] for row in answer["rows"]} == {None}
    assert {(row["sex"], row["participations"]) for row in answer["margins"]} == {("F", 129), ("M", 1081), ("_X", 100)}
    assert answer["women"] == {"women": 129, "of": 1210, "percent": 10.7}
    assert "1244" in answer["footnotes"][0]


def test_a_known_zero_is_shown():
    assert table("sex", filters={"topic": ("firearms-detection-in-house-searches",)}) == {("F",): 0, ("M",): 40}


def test_the_order_asked_for_does_not_change_the_figures():
    swapped = table("sex", "jurisdiction")
    assert {(place, sex): number for (sex, place), number in swapped.items()} == table("jurisdiction", "sex")


def test_a_filter_on_people_acts_as_a_dimension_and_says_what_it_leaves_out():
    answer = ask(Question(by=("sex",), filters={"jurisdiction": ("XK",)}))
    assert table("sex", filters={"jurisdiction": ("XK",)}) == {("F",): 39, ("M",): 292, ("_X",): 420}
    assert {note.code: note.count for note in answer.notes}["filter_not_told"] == 70


def test_a_period_takes_undated_sessions_only_where_their_project_lies_inside():
    from datetime import date

    answer = ask(Question(by=(), start=date(2021, 1, 1), end=date(2021, 12, 31)))
    assert answer.total["participations"] == 30
    assert {note.code: note.count for note in answer.notes}["not_placed"] == 9
    inside = ask(Question(by=(), start=date(2020, 1, 1), end=date(2021, 6, 30)))
    assert inside.total["participations"] == 70, "the figure as of March 2021 lies inside, its project's end does not"


def test_dimensions_with_several_values_count_under_each_and_say_so():
    answer = ask(Question(by=("agency",), filters={"jurisdiction": ("XK",)}))
    assert table("agency", filters={"jurisdiction": ("XK",)}) == {("undp-kosovo",): 751, ("undp-north-macedonia",): 480}
    assert answer.total["participations"] == 751
    assert "rows_do_not_sum" in {note.code for note in answer.notes}


def test_the_records_behind_a_figure_add_up_to_it():
    question = Question(by=("jurisdiction", "sex"))
    found = behind(question, {"jurisdiction": "XK", "sex": "F"})
    assert dict(zip(found["session"], found["participations"], strict=True)) == {
        "cpiat-basic-investigations": 24,
        "cross-border-converted-firearms": 11,
        "cpiat-advanced-investigations": 4,
    }
    assert behind(question, {"sex": "F"})["participations"].sum() == 52, "what the table's cells add up to"
    assert behind(question, {"sex": "F"}, of_margin=True)["participations"].sum() == 129, "the line below the table"


def test_a_breakdown_is_used_where_the_session_itself_lists_nothing():
    assert table("institution") == {("_X",): 1310}


@pytest.mark.parametrize(
    "words",
    [["--jurisdiction", ""], ["--by", "shoe"], ["--by", "sex,sex"], ["--project", "nowhere"], ["--from", "yesterday"]],
)
def test_a_wrong_call_ends_with_status_2_and_what_is_possible(words):
    with pytest.raises(CommandError) as refused:
        call_command("statistics", *words)
    assert refused.value.returncode == 2 or "argument" in str(refused.value)


def test_sessions_are_what_events_stand_for_with_the_unknown_beside():
    sessions = ask(Question(filters={"project": ("cross-border",)})).sessions
    assert (sessions.number, sessions.events, sessions.unknown) == (28, 3, 0)
    everything = ask(Question()).sessions
    assert (everything.events, everything.unknown, everything.without_figures) == (24, 4, 15)
