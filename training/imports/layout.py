"""A list found in a sheet: its heading row and its columns. What a column may mean is each import's own."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from django.utils.translation import gettext as _

from training.imports import vocabulary
from training.imports.refusal import RefusedError
from training.imports.workbook import Row, Sheet, starts_formula, text_of
from training.names import match_key

ROWS_SEARCHED = 30
IGNORED = "ignored"


class Headed(Protocol):
    """A column: where it stands, what its heading says, and the field it holds (`ignored` for none)."""

    @property
    def index(self) -> int: ...
    @property
    def heading(self) -> str: ...
    @property
    def field(self) -> str: ...


C = TypeVar("C", bound=Headed)


@dataclass(frozen=True)
class Layout(Generic[C]):
    """A list found in a sheet: its heading row and its columns, those without a heading left out."""

    sheet: Sheet
    row: int
    columns: tuple[C, ...]

    def of(self, field: str) -> C | None:
        return next((column for column in self.columns if column.field == field), None)

    @property
    def used(self) -> list[C]:
        return [column for column in self.columns if column.field != IGNORED]

    @property
    def ignored(self) -> list[C]:
        return [column for column in self.columns if column.field == IGNORED]


def heading_rows(sheet: Sheet) -> Iterator[Row]:
    """The rows in which headings may stand: those among the first thirty."""
    return (row for row in sheet.rows if row.number <= ROWS_SEARCHED)


def best(layouts: Iterable[Layout[C]]) -> Layout[C] | None:
    """The one with most columns we know; of several the first."""
    return max(layouts, key=lambda layout: len(layout.used), default=None)


def first_list(
    sheets: Sequence[Sheet], find: Callable[[Sheet], Layout[C] | None], *, none_found: str
) -> tuple[Layout[C], list[str]]:
    """The list of the first sheet, or of the first that has one, and notes on sheets left out.

    Raises RefusedError, saying `none_found`, where no sheet holds a list.
    """
    found = [(sheet, find(sheet)) for sheet in sheets]
    lists = [(sheet, layout) for sheet, layout in found if layout]
    if not lists or lists[0][1] is None:
        raise RefusedError(none_found)
    first, layout = lists[0]
    others = {sheet.name: bool(layout) for sheet, layout in found if sheet is not first and sheet.rows}
    notes = [
        _("Sheet “%(sheet)s” holds a list too and was left out. Import it on its own.") % {"sheet": name}
        if is_list
        else _("Sheet “%(sheet)s” holds no list and was left out.") % {"sheet": name}
        for name, is_list in others.items()
    ]
    return layout, notes


def rows_below(layout: Layout[C]) -> Iterator[tuple[Row, list[C]]]:
    """Each row below the headings with its filled columns, ignored ones not counted; without repeated headings."""
    heading = next(row for row in layout.sheet.rows if row.number == layout.row)
    used = layout.used
    texts = [text_of(heading.cell(column.index)) for column in used]
    for row in layout.sheet.rows:
        if row.number <= layout.row:
            continue
        cells = [text_of(row.cell(column.index)) for column in used]
        if cells != texts:
            yield row, [column for column, text in zip(used, cells, strict=True) if text]


def says_total(row: Row, last: int) -> bool:
    """Whether the first words of a row, up to the column at index `last`, are “Total” in one of the languages."""
    for index in range(last + 1):
        key = match_key(text_of(row.cell(index)))
        if key and not key.isdigit():
            return key in vocabulary.totals() and not starts_formula(row.cell(index))
    return False
