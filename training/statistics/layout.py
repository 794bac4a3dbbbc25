"""A table laid out for people: one or two dimensions down, at most one across, any measures, shares, an order.

Pure: page, XLSX and PDF lay out the same `Table` with this module, so that they cannot differ. A `Grid` is rectangular:
each line has one entry for each of the grid's columns.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from training.choices import Measure
from training.statistics.dimensions import NOT_BROKEN_DOWN
from training.statistics.shares import share
from training.statistics.table import Cell, Codes, Table, hides_women, women_of

SHARES = ("", "row", "column", "total")
ORDERS = ("", "largest", "smallest", "label")
MOST_ROWS = 2


@dataclass(frozen=True, kw_only=True)
class Layout:
    """How to lay a table out. rows and column are dimensions of the table, all of them together; share: a name of
    `SHARES`, what a participation's figure is a share of; order: a name of `ORDERS`, by the lines' own totals.
    """

    rows: Codes
    column: str = ""
    share: str = ""
    order: str = ""


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of figures: which code of the column dimension (None: all of them) and which measure."""

    code: str | None
    measure: str
    label: str
    measure_label: str


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One figure. value: None where it is not known or hidden. percent: the figure instead, of a measure that is per
    cent. share: per cent, where one was asked for and both of its numbers are known; share_hidden: whether one of them
    is withheld. cell: what its participations rest on; None where
    there is nothing. codes: what it stands for.
    """

    value: int | None
    codes: Mapping[str, str]
    hidden: bool = False
    percent: float | None = None
    share: float | None = None
    share_hidden: bool = False
    cell: Cell | None = None
    label: str = ""

    @property
    def has_records(self) -> bool:
        return self.cell is not None and self.cell.participations > 0


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line of the grid; `labels` has one for each row dimension. women: (women, women and men), None if not known or
    withheld (women_hidden).
    """

    labels: Codes
    entries: tuple[Entry, ...]
    women: tuple[int, int] | None = None
    women_hidden: bool = False
    is_subtotal: bool = False

    @property
    def women_percent(self) -> float | None:
        return share(*self.women) if self.women else None


@dataclass(frozen=True, kw_only=True)
class Grid:
    """headings: of the row dimensions. below: margins known better than the lines add up to; their entries are labelled
    and fit no column.
    """

    headings: Codes
    column_heading: str
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    total: Line | None
    below: tuple[Line, ...]
    has_women: bool

    @property
    def width(self) -> int:
        """How many columns there are, with one for the labels and one for the share of women."""
        return 1 + len(self.columns) + self.has_women

    @property
    def blocks(self) -> tuple[tuple[str, tuple[Line, ...]], ...]:
        """The lines in blocks: with two dimensions down, those of one code of the first, under its label."""
        if len(self.headings) < 2:
            return (("", self.lines),)
        found: list[tuple[str, list[Line]]] = []
        for line in self.lines:
            is_same = found and found[-1][0] == line.labels[0]
            if is_same and not found[-1][1][-1].is_subtotal:
                found[-1][1].append(line)
            else:
                found.append((line.labels[0], [line]))
        return tuple((label, tuple(lines)) for label, lines in found)

    @property
    def groups(self) -> tuple[tuple[str, int], ...]:
        """Where each code of the column dimension has several measures: its label, and how many."""
        measures = len({column.measure for column in self.columns})
        if not self.column_heading or measures < 2:
            return ()
        return tuple((column.label, measures) for column in self.columns[::measures])


def usual_layout(table: Table) -> Layout:
    """Dimensions down, the last one across where there are at least two."""
    rows = table.by if len(table.by) < 2 else table.by[:-1]
    return Layout(rows=rows, column="" if len(table.by) < 2 else table.by[-1])


def lay_out(table: Table, layout: Layout) -> Grid:
    """The table as a grid. Raises ValueError where the layout does not fit its dimensions."""
    given = (*layout.rows, layout.column) if layout.column else layout.rows
    if sorted(given) != sorted(table.by) or len(layout.rows) > MOST_ROWS:
        raise ValueError(f"cannot lay {table.by} out as {layout}")
    return _Laying(table, layout).grid()


class _Laying:
    """A table's cells, found by what they stand for."""

    def __init__(self, table: Table, layout: Layout) -> None:
        self.table, self.layout = table, layout
        self.rows, self.column = layout.rows, layout.column
        self.cells: dict[frozenset[tuple[str, str]], Cell] = {}
        for subset, cells in ((table.by, table.cells), *table.totals.items()):
            for cell in cells:
                self.cells[frozenset(zip(subset, cell.codes, strict=True))] = cell
        self.codes = list(table.labels.get(self.column, ())) if self.column else []
        if self.column:
            present = {cell.codes[table.by.index(self.column)] for cell in table.cells}
            self.codes = [code for code in self.codes if code in present]
        self.columns = self._columns()
        self.whole = self.cells.get(frozenset()) if self.table.by else self.table.total

    def grid(self) -> Grid:
        table = self.table
        return Grid(
            headings=tuple(table.names[name] for name in self.rows),
            column_heading=table.names.get(self.column, ""),
            columns=self.columns,
            lines=tuple(self._lines()),
            total=self._total() if table.cells else None,
            below=tuple(self._below(subset, cells) for subset, cells in table.better.items()),
            has_women=self.column == "sex" and "participations" in table.measures,
        )

    def _columns(self) -> tuple[Column, ...]:
        labels = self.table.labels.get(self.column, {})
        found = [(code, labels[code]) for code in self.codes]
        codes: list[tuple[str | None, str]] = [*found, (None, str(_("Total")))] if self.column else [(None, "")]
        return tuple(
            Column(code=code, measure=measure, label=label, measure_label=self.table.called(measure))
            for code, label in codes
            for measure in self.table.measures
        )

    def _lines(self) -> Iterable[Line]:
        if not self.rows:
            return
        outer, *inner = self.rows
        for code in self._ordered(outer, {}):
            fixed = {outer: code}
            label = self.table.labels[outer][code]
            if not inner:
                yield self._line(fixed, labels=(label,))
                continue
            for own in self._ordered(inner[0], fixed):
                yield self._line({**fixed, inner[0]: own}, labels=(label, self.table.labels[inner[0]][own]))
            yield replace(self._line(fixed, labels=(label, str(_("Together")))), is_subtotal=True)

    def _ordered(self, name: str, fixed: Mapping[str, str]) -> Sequence[str]:
        """The dimension's codes that stand beside what is fixed, in the order asked for."""
        place = self.table.by.index(name)
        other = {self.table.by.index(key): code for key, code in fixed.items()}
        present = {
            cell.codes[place]
            for cell in self.table.cells
            if all(cell.codes[where] == code for where, code in other.items())
        }
        codes = [code for code in self.table.labels[name] if code in present]
        return sorted(codes, key=self._order(name, fixed)) if self.layout.order else codes

    def _order(self, name: str, fixed: Mapping[str, str]) -> Callable[[str], Any]:
        """What is hidden or unknown comes last, so that the order tells nothing about it."""
        if self.layout.order == "label":
            return lambda code: self.table.labels[name][code].casefold()
        sign = -1 if self.layout.order == "largest" else 1
        measure = self.table.measures[0]

        def key(code: str) -> tuple[bool, float]:
            cell = self.cells.get(frozenset({**fixed, name: code}.items()))
            value = cell.values.get(measure) if cell else None
            return value is None, sign * (value or 0)

        return key

    def _total(self) -> Line:
        """The line of everything, with the share of women at the best precision there is."""
        women, hidden = self.table.women(), self.table.hides_women
        return replace(self._line({}, labels=(str(_("All")),)), women=women, women_hidden=hidden)

    def _line(self, fixed: Mapping[str, str], *, labels: Codes) -> Line:
        entries = tuple(self._entry(fixed, column) for column in self.columns)
        if self.column != "sex":
            return Line(labels=labels, entries=entries)
        by_sex = self._by_sex(fixed)
        return Line(labels=labels, entries=entries, women=women_of(by_sex), women_hidden=hides_women(by_sex))

    def _by_sex(self, fixed: Mapping[str, str]) -> tuple[Cell, ...]:
        """Women and men of a line, as cells over sex alone."""
        found = [(code, self.cells.get(frozenset({**fixed, "sex": code}.items()))) for code in ("F", "M")]
        return tuple(replace(cell, codes=(code,)) for code, cell in found if cell)

    def _entry(self, fixed: Mapping[str, str], column: Column) -> Entry:
        codes = dict(fixed) if column.code is None else {**fixed, self.column: column.code}
        cell = self.cells.get(frozenset(codes.items())) if codes else self.whole
        if cell is None:
            return Entry(value=None if self._is_open(fixed) else 0, codes=codes)
        if cell.hidden:
            return Entry(value=None, codes=codes, hidden=True, share_hidden=self._has_share(column))
        if column.measure in self.table.percents:
            return Entry(value=None, percent=cell.values.get(column.measure), codes=codes, cell=cell)
        entry = Entry(value=cell.count(column.measure), codes=codes, cell=cell)
        return self._shared(entry, fixed, column) if self._has_share(column) else entry

    def _is_open(self, fixed: Mapping[str, str]) -> bool:
        """Whether some of the line's participations were not broken down, so that nobody knows what is missing here."""
        return frozenset({**fixed, self.column: NOT_BROKEN_DOWN}.items()) in self.cells

    def _has_share(self, column: Column) -> bool:
        """Unique people have none: they do not add up."""
        return bool(self.layout.share) and column.measure != Measure.PEOPLE

    def _shared(self, entry: Entry, fixed: Mapping[str, str], column: Column) -> Entry:
        """The entry with its per cent of the row, the column or everything."""
        of: Mapping[str, str] = {"row": fixed, "total": {}}.get(
            self.layout.share, {} if column.code is None else {self.column: column.code}
        )
        base = self.cells.get(frozenset(of.items())) if of else self.whole
        if base is None or entry.value is None:
            return entry
        if base.hidden:
            return replace(entry, share_hidden=True)
        whole = base.count(column.measure)
        return replace(entry, share=share(entry.value, whole)) if whole is not None else entry

    def _below(self, subset: Codes, cells: Iterable[Cell]) -> Line:
        labels = self.table.labels
        entries = []
        for cell in cells:
            codes = dict(zip(subset, cell.codes, strict=True))
            label = ", ".join(labels[name][code] for name, code in codes.items())
            value = None if cell.hidden else cell.participations
            entries.append(Entry(value=value, codes=codes, hidden=cell.hidden, cell=cell, label=label))
        return Line(labels=(", ".join(self.table.names[name] for name in subset),), entries=tuple(entries))
