"""Charts as plain data: where each mark lies, in per cent, and what it stands for. Pure; templates draw them.

The marks of a bar are those of a line of a `Grid` whose columns are the sexes, so that chart and table cannot differ.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from training.statistics.dimensions import FILTERS, NOT_BROKEN_DOWN, SPECIAL_LABELS
from training.statistics.layout import Column, Entry, Grid, Line

KINDS = {"F": "women", "M": "men", "U": "unrecorded", NOT_BROKEN_DOWN: "unknown"}
WITHHELD = "withheld"
MOST_BARS = 12
MOST_QUARTERS = 24
MOST_EMPTY = 3  # quarters without training that are drawn one by one
WIDEST = 20  # per cent of the axis that a quarter takes at the most
NARROWEST = 0.25  # per cent: what is there can be seen


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A part of a bar: what it shows (a name of `KINDS`, or `WITHHELD`), where it starts and how wide it is, in per
    cent.
    """

    kind: str
    start: float
    width: float
    column: Column
    entry: Entry


@dataclass(frozen=True, kw_only=True)
class Bar:
    line: Line
    marks: tuple[Mark, ...]

    @property
    def filter(self) -> tuple[str, str] | None:
        """The filter and its code that leave only what this bar stands for; None where there is no such filter."""
        [(name, code)] = self.line.entries[-1].codes.items()
        return (name, code) if name in FILTERS and code not in SPECIAL_LABELS else None


@dataclass(frozen=True, kw_only=True)
class Bars:
    """A bar chart over the table it is drawn from. folded: the lines that are too many to draw; longest: what a bar
    across the whole width stands for, None where each bar is as wide as the others.
    """

    grid: Grid
    bars: tuple[Bar, ...]
    folded: tuple[Line, ...]
    longest: int | None

    @property
    def folded_total(self) -> int:
        return sum(line.entries[-1].value or 0 for line in self.folded)

    @property
    def has_withheld(self) -> bool:
        return any(mark.kind == WITHHELD for bar in self.bars for mark in bar.marks)

    @property
    def kinds(self) -> tuple[tuple[str, str], ...]:
        """What the legend has to explain: kinds and the labels of their columns."""
        return tuple((kind_of(column), column.label) for column in self.grid.columns if column.code is not None)


def kind_of(column: Column) -> str:
    return KINDS.get(column.code or "", "unknown")


def bars(grid: Grid, *, largest_first: bool = False, on_one_scale: bool = True, most: int = MOST_BARS) -> Bars:
    """A stacked bar for each line of a grid by sex, of participations. What is not known comes last, and stays."""
    lines = [line for line in grid.lines if not line.is_subtotal]
    special = [line for line in lines if _is_special(line)]
    usual = [line for line in lines if not _is_special(line)]
    if largest_first:
        usual.sort(key=lambda line: -(line.entries[-1].value or 0))
    drawn, folded = usual[:most], usual[most:]
    longest = max((line.entries[-1].value or 0 for line in [*drawn, *special]), default=0)
    return Bars(
        grid=grid,
        bars=tuple(_bar(line, grid.columns, longest if on_one_scale else None) for line in [*drawn, *special]),
        folded=tuple(folded),
        longest=longest if on_one_scale else None,
    )


def _is_special(line: Line) -> bool:
    return any(code in SPECIAL_LABELS for code in line.entries[-1].codes.values())


def _bar(line: Line, columns: Sequence[Column], longest: int | None) -> Bar:
    whole = longest or line.entries[-1].value or 0
    marks: list[Mark] = []
    start = 0.0
    for column, entry in zip(columns, line.entries, strict=True):
        if column.code is not None and entry.value and whole:
            width = max(100 * entry.value / whole, NARROWEST)
            marks.append(
                Mark(kind=kind_of(column), start=round(start, 2), width=round(width, 2), column=column, entry=entry)
            )
            start += width
    if any(entry.hidden for entry in line.entries):
        marks += _withheld(line, columns[-1], start, whole)
    return Bar(line=line, marks=tuple(marks))


def _withheld(line: Line, column: Column, start: float, whole: int) -> list[Mark]:
    """The rest of a bar of which parts are withheld, as far as its total is shown."""
    total = line.entries[-1]
    width = 100 * (total.value or 0) / whole - start if whole else 0
    if width < NARROWEST:
        return []
    return [Mark(kind=WITHHELD, start=round(start, 2), width=round(width, 2), column=column, entry=total)]


# The axis of time, in pixels from the top of the drawing: its highest and its lowest point.
TOP, BOTTOM = 20, 192
STUB = 12  # how tall a quarter is drawn of which nobody knows the sexes


@dataclass(frozen=True, kw_only=True)
class Quarter:
    """One quarter on the axis of time. left and width in per cent, y and height in pixels. line: None where nobody was
    trained; an empty code stands for several such quarters. starts_year: whether the year stands below it.
    """

    code: str
    line: Line | None
    left: float
    width: float
    y: int
    height: int
    starts_year: bool

    @property
    def year(self) -> str:
        return self.code[:4]

    @property
    def name(self) -> str:
        return self.code[5:]

    @property
    def percent(self) -> float | None:
        return self.line.women_percent if self.line else None

    @property
    def column(self) -> tuple[float, float]:
        """Left and width of what is drawn: it leaves room beside its neighbours."""
        return round(self.left + self.width * 0.15, 2), round(self.width * 0.7, 2)

    @property
    def codes(self) -> Mapping[str, str]:
        return {"quarter": self.code}

    @property
    def middle(self) -> float:
        return round(self.left + self.width / 2, 2)


@dataclass(frozen=True, kw_only=True)
class OverTime:
    """The share of women quarter by quarter. top: the per cent at the top of the axis; earlier:
    how many quarters with people lie before the first one drawn; undated: participations without a date.
    """

    grid: Grid
    quarters: tuple[Quarter, ...]
    top: int
    earlier: int
    undated: int

    @property
    def has_gap(self) -> bool:
        return any(not quarter.code for quarter in self.quarters)

    @property
    def lines(self) -> tuple[tuple[int, int], ...]:
        """The lines across: pixels from the top, and the per cent they stand for."""
        return tuple((_y(percent, self.top), percent) for percent in (0, self.top // 2, self.top))


def over_time(grid: Grid, *, most: int = MOST_QUARTERS) -> OverTime:
    """From a grid of quarters by sex."""
    by_code = {line.entries[-1].codes["quarter"]: line for line in grid.lines}
    undated = sum(line.entries[-1].value or 0 for code, line in by_code.items() if code in SPECIAL_LABELS)
    dated = sorted(code for code in by_code if code not in SPECIAL_LABELS)
    shown = dated[-most:]
    slots = _slots(shown)
    top = 50 if max((by_code[code].women_percent or 0 for code in dated), default=0) <= 50 else 100
    width = min(100 / len(slots), WIDEST) if slots else 0
    return OverTime(
        grid=grid,
        quarters=tuple(
            _quarter(code, by_code.get(code), number, width, top, follows=slots[number - 1] if number else "")
            for number, code in enumerate(slots)
        ),
        top=top,
        earlier=len(dated) - len(shown),
        undated=undated,
    )


def _quarter(code: str, line: Line | None, number: int, width: float, top: int, *, follows: str) -> Quarter:
    percent = line.women_percent if line else None
    y = BOTTOM - STUB if line and percent is None else _y(percent or 0, top)
    return Quarter(
        code=code,
        line=line,
        left=round(number * width, 2),
        width=round(width, 2),
        y=y,
        height=BOTTOM - y,
        starts_year=bool(code) and code[:4] != follows[:4],
    )


def _y(percent: float, top: int) -> int:
    return round(BOTTOM - (BOTTOM - TOP) * percent / top)


def _slots(codes: Sequence[str]) -> list[str]:
    """What stands on the axis: the quarters, a few empty ones between them, and "" for a longer time without any."""
    slots = list(codes[:1])
    for before, code in pairwise(codes):
        between = [f"{number // 4}-Q{number % 4 + 1}" for number in range(_number(before) + 1, _number(code))]
        slots += [*(between if len(between) <= MOST_EMPTY else [""]), code]
    return slots


def _number(code: str) -> int:
    return int(code[:4]) * 4 + int(code[6:]) - 1
