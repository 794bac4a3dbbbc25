"""Where the marks of charts lie: nothing left out, nothing drawn that is not there. No database."""

import pytest

from training.statistics.charts import bars, over_time
from training.statistics.layout import Layout, lay_out
from training.statistics.table import Cell, Table

SEXES = {"F": "Women", "M": "Men", "U": "Not recorded", "_X": "Not broken down"}


def grid_of(name, numbers, *, share="", hidden=()):
    """`grid_of("topic", {"a": {"F": 1, "M": 3}})`; `hidden` has codes of cells and of lines."""
    cells = tuple(
        Cell(codes=(code, sex), values={"participations": number}, named=number)
        for code, own in numbers.items()
        for sex, number in own.items()
    )
    lines = tuple(
        Cell(codes=(code,), values={"participations": sum(own.values())}, named=sum(own.values()))
        for code, own in numbers.items()
    )
    whole = sum(cell.named for cell in lines)
    cells, lines = (
        tuple(cell.withheld() if cell.codes in hidden else cell for cell in found) for found in (cells, lines)
    )
    table = Table(
        title="",
        by=(name, "sex"),
        measures=("participations",),
        names={name: name, "sex": "Sex"},
        labels={name: {code: code.upper() for code in numbers}, "sex": SEXES},
        cells=cells,
        totals={(name,): lines, (): (Cell(codes=(), values={"participations": whole}, named=whole),)},
        better={},
        sessions={},
    )
    return lay_out(table, Layout(rows=(name,), column="sex", share=share))


def test_marks_lie_side_by_side_on_one_scale():
    chart = bars(grid_of("topic", {"a": {"F": 10, "M": 20, "_X": 10}, "b": {"M": 10}}))
    assert chart.longest == 40
    first, second = chart.bars
    assert [(mark.kind, mark.start, mark.width) for mark in first.marks] == [
        ("women", 0.0, 25.0),
        ("men", 25.0, 50.0),
        ("unknown", 75.0, 25.0),
    ]
    assert [(mark.kind, mark.width) for mark in second.marks] == [("men", 25.0)]


def test_each_bar_may_be_a_whole_of_its_own():
    chart = bars(grid_of("role", {"a": {"F": 1, "M": 1}, "b": {"M": 100}}), on_one_scale=False)
    assert [sum(mark.width for mark in bar.marks) for bar in chart.bars] == [100.0, 100.0]


def test_the_largest_come_first_the_rest_is_folded_and_the_unknown_stays():
    numbers = {f"t{number}": {"M": number} for number in range(1, 16)}
    chart = bars(grid_of("topic", {**numbers, "_X": {"F": 200}}), largest_first=True, most=3)
    assert [bar.line.labels[0] for bar in chart.bars] == ["T15", "T14", "T13", "_X"]
    assert len(chart.folded) == 12
    assert chart.folded_total == sum(range(1, 13))


def test_one_woman_among_thousands_can_be_seen():
    chart = bars(grid_of("topic", {"a": {"F": 1, "M": 9999}}))
    assert chart.bars[0].marks[0].width >= 0.25


def test_an_empty_grid_has_no_bars_and_no_quarters():
    assert bars(grid_of("topic", {})).bars == ()
    assert over_time(grid_of("quarter", {})).quarters == ()


def test_empty_quarters_between_others_are_kept_and_a_long_time_is_one_gap():
    chart = over_time(grid_of("quarter", {"2024-Q1": {"M": 1}, "2025-Q3": {"F": 1, "M": 1}, "2025-Q4": {"F": 1}}))
    assert [quarter.code for quarter in chart.quarters] == ["2024-Q1", "", "2025-Q3", "2025-Q4"]
    chart = over_time(grid_of("quarter", {"2024-Q3": {"M": 1}, "2025-Q1": {"F": 1}}))
    assert [(quarter.code, quarter.line is None) for quarter in chart.quarters] == [
        ("2024-Q3", False),
        ("2024-Q4", True),
        ("2025-Q1", False),
    ]
    assert [quarter.starts_year for quarter in chart.quarters] == [True, False, True]


@pytest.mark.parametrize(("women", "top"), [(1, 50), (9, 100)])
def test_the_axis_reaches_parity_at_the_least(women, top):
    chart = over_time(grid_of("quarter", {"2025-Q1": {"F": women, "M": 10 - women}}))
    assert chart.top == top
    quarter = chart.quarters[0]
    bottom, highest = chart.lines[0][0], chart.lines[-1][0]
    assert quarter.height == pytest.approx((bottom - highest) * women * 10 / top, abs=1)


def test_only_the_latest_quarters_are_drawn_and_the_others_are_said():
    codes = [f"{year}-Q{quarter}" for year in range(2015, 2026) for quarter in range(1, 5)]
    chart = over_time(grid_of("quarter", {**{code: {"F": 1} for code in codes}, "_U": {"M": 7}}), most=24)
    assert chart.quarters[0].code == "2020-Q1"
    assert chart.earlier == 20
    assert chart.undated == 7
    assert max(quarter.left + quarter.width for quarter in chart.quarters) == pytest.approx(100, abs=0.1)


def test_what_is_withheld_is_drawn_as_the_rest_of_its_bar_and_in_one():
    numbers = {"a": {"F": 3, "M": 27, "U": 10}, "b": {"F": 10, "M": 10}}
    chart = bars(grid_of("topic", numbers, hidden={("a", "F"), ("a", "M")}))
    first, second = chart.bars
    assert [(mark.kind, mark.start, mark.width) for mark in first.marks] == [
        ("unrecorded", 0.0, 25.0),
        ("withheld", 25.0, 75.0),
    ]
    assert [mark.kind for mark in second.marks] == ["women", "men"]
    assert chart.has_withheld
    assert not bars(grid_of("topic", numbers)).has_withheld


def test_of_a_bar_whose_total_is_withheld_nothing_more_is_drawn():
    chart = bars(grid_of("topic", {"a": {"F": 3, "M": 4}, "b": {"F": 9}}, hidden={("a",), ("a", "F"), ("a", "M")}))
    assert chart.bars[0].marks == ()
    assert chart.longest == 9


def test_a_share_goes_with_either_of_its_numbers():
    grid = grid_of("topic", {"a": {"F": 3, "M": 27, "U": 10}}, share="row", hidden={("a", "F"), ("a", "M")})
    women, men, _unrecorded, whole = grid.lines[0].entries
    assert (women.share, women.share_hidden, men.share_hidden) == (None, True, True)
    assert (whole.share, whole.share_hidden) == (100.0, False)
    assert (grid.lines[0].women, grid.lines[0].women_hidden) == (None, True)
    of_hidden = grid_of("topic", {"a": {"F": 9, "M": 27}}, share="row", hidden={("a",)}).lines[0]
    assert {(entry.share, entry.share_hidden) for entry in of_hidden.entries} == {(None, True)}
    assert of_hidden.women == (9, 36)
