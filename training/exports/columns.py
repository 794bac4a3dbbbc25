"""A table laid out for files: the grid as its address asks for it, and the columns of figures with their headings. XLSX
and PDF start from here, so that they cannot differ.
"""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from training.exports.wording import HIDDEN, UNKNOWN, number
from training.statistics.layout import MOST_ROWS, Column, Entry, Grid, Line, lay_out
from training.statistics.sections import layout_of
from training.statistics.table import Table

Value = int | float | str | None


@dataclass(frozen=True, kw_only=True)
class Figures:
    """A column: the heading it shares with its neighbours, its own, and what each line has there: a number, None where
    it is not known, c where it is withheld.
    """

    group: str
    head: str
    values: tuple[Value, ...]
    is_percent: bool = False

    def text(self, place: int) -> str:
        """The figure as it is written on paper."""
        value = self.values[place]
        if value is None or isinstance(value, str):
            return value or UNKNOWN
        return f"{value} %" if self.is_percent else number(int(value))


@dataclass(frozen=True, kw_only=True)
class Laid:
    """A grid with its columns as files have them. has_two_heads: whether columns share headings, above their own."""

    grid: Grid
    figures: tuple[Figures, ...]
    has_two_heads: bool

    @property
    def headings(self) -> tuple[str, ...]:
        """Of the columns of labels: at least one."""
        return self.grid.headings or ("",)

    @property
    def lines(self) -> list[Line]:
        return [*self.grid.lines, *([self.grid.total] if self.grid.total else [])]

    @property
    def groups(self) -> list[list[Figures]]:
        """The columns, those together that share a heading."""
        found: list[list[Figures]] = []
        for column in self.figures:
            if found and column.group and found[-1][0].group == column.group:
                found[-1].append(column)
            else:
                found.append([column])
        return found


def laid_out(table: Table) -> Laid:
    """Raises ValidationError where the table has too many dimensions for a sheet."""
    if len(table.by) > MOST_ROWS + 1:
        raise ValidationError(
            _("A page holds %(most)d dimensions: ask for fewer, or for CSV or JSON.") % {"most": MOST_ROWS + 1}
        )
    layout = layout_of(table)
    grid = lay_out(table, layout)
    lines = [*grid.lines, *([grid.total] if grid.total else [])]
    has_two_heads = bool(grid.column_heading) and (len(table.measures) > 1 or bool(layout.share))
    figures: list[Figures] = []
    for place, column in enumerate(grid.columns):
        is_percent = column.measure in table.percents
        figures += _of_column(column, [line.entries[place] for line in lines], layout.share, has_two_heads, is_percent)
    if grid.has_women:
        figures += _of_women(lines)
    return Laid(grid=grid, figures=tuple(figures), has_two_heads=has_two_heads)


def _of_column(
    column: Column, entries: list[Entry], share: str, has_two_heads: bool, is_percent: bool
) -> list[Figures]:
    """The figures, and their shares where any are asked for and there are some."""
    own = column.measure_label if has_two_heads or not column.label else column.label
    values = tuple(HIDDEN if entry.hidden else entry.percent if is_percent else entry.value for entry in entries)
    found = [Figures(group=column.label, head=own, values=values, is_percent=is_percent)]
    if any(entry.share is not None or entry.share_hidden for entry in entries):
        head = {"row": _("% of the row"), "column": _("% of the column"), "total": _("% of all")}[share]
        shares = tuple(HIDDEN if entry.share_hidden else entry.share for entry in entries)
        found.append(Figures(group=column.label, head=head, values=shares, is_percent=True))
    return found


def _of_women(lines: list[Line]) -> list[Figures]:
    """The share of women of each line, and of how many."""
    percent = tuple(HIDDEN if line.women_hidden else line.women_percent for line in lines)
    of = tuple(HIDDEN if line.women_hidden else line.women[1] if line.women else None for line in lines)
    return [
        Figures(group="", head=_("% women"), values=percent, is_percent=True),
        Figures(group="", head=_("women and men"), values=of),
    ]
