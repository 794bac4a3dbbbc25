"""File → sheets of rows, each row with its number. Excel workbooks (.xlsx) and separated values (.csv)."""

import hashlib
import io
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cached_property
from pathlib import PurePath
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula

from training.imports import delimited, safety
from training.imports.refusal import RefusedError
from training.names import tidied

MAX_ROWS = 10_000
HEADING_ROWS = 30  # titles and headings above the people
MAX_COLUMNS = 200
LAST_ROW = 1_048_576
FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
DASHES = frozenset({"-", "–", "—", "−", "/"})

Cell = Any


@dataclass(frozen=True)
class Row:
    number: int
    cells: tuple[Cell, ...]

    def cell(self, index: int) -> Cell:
        return self.cells[index] if index < len(self.cells) else None


@dataclass
class Sheet:
    """One sheet; only rows in which something stands."""

    name: str
    rows: list[Row] = field(default_factory=list)


@dataclass(frozen=True)
class Upload:
    """A file as it came in. `sheets` raises RefusedError for what cannot be read as a list; it is read once."""

    name: str
    data: bytes = field(repr=False)

    @cached_property
    def sheets(self) -> list[Sheet]:
        return read(self.data, self.name)

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


def read(data: bytes, name: str) -> list[Sheet]:
    """The sheets of a file called `name`, visible ones first. Raises RefusedError for what cannot be opened."""
    safety.check_size(len(data))
    if data.startswith((safety.ZIP, safety.OLE)) or PurePath(name).suffix.lower() in {".xlsx", ".xlsm"}:
        return _read_workbook(data)
    if data.startswith(b"%PDF"):
        raise RefusedError(_("This is a PDF. Save the list as .xlsx or .csv."))
    records = delimited.read_records(delimited.read_text(data))
    return [Sheet(PurePath(name).stem, list(_filled(records)))]


def _read_workbook(data: bytes) -> list[Sheet]:
    safety.check_workbook(data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return list(_sheets(data))
    except RefusedError:
        raise
    except Exception as problem:  # openpyxl lets through whatever a malformed part makes it stumble over
        raise RefusedError(
            _("The workbook cannot be read. Open it in Excel or LibreOffice and save it again as .xlsx.")
        ) from problem


def _sheets(data: bytes) -> Iterator[Sheet]:
    book = load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
    try:
        for sheet in sorted(book.worksheets, key=lambda sheet: sheet.sheet_state != "visible"):
            sheet.reset_dimensions()  # programs write wrong ones
            rows = enumerate(sheet.iter_rows(values_only=True), 1)
            yield Sheet(sheet.title, list(_filled(rows)))
    finally:
        book.close()


def _filled(numbered: Iterable[tuple[int, Iterable[Cell]]]) -> Iterator[Row]:
    filled = 0
    for number, cells in numbered:
        if number > LAST_ROW:
            raise RefusedError(_too_long())
        kept = tuple(cells)[:MAX_COLUMNS]
        if any(cell not in (None, "") for cell in kept):
            filled += 1
            if filled > MAX_ROWS + HEADING_ROWS:
                raise RefusedError(_too_long())
            yield Row(number, kept)


def _too_long() -> str:
    return _("The list has more than %(rows)s rows. Split it.") % {"rows": MAX_ROWS}


def text_of(cell: Cell) -> str:
    """A cell as a person reads it: one line, no invisible characters, whole numbers without a point, ISO dates."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return tidied(cell)
    if isinstance(cell, ArrayFormula | DataTableFormula):
        return f"={getattr(cell, 'text', '') or ''}".replace("==", "=")
    if isinstance(cell, datetime):
        return (cell.date() if cell.time() == time() else cell).isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def starts_formula(cell: Cell) -> bool:
    """Whether a spreadsheet would compute this cell instead of showing it. A lone dash is safe: it means nothing."""
    if isinstance(cell, ArrayFormula | DataTableFormula):
        return True
    if not isinstance(cell, str) or cell[:1].isalpha() or cell.strip() in DASHES:
        return False
    return cell.startswith(("\t", "\r")) or text_of(cell).startswith(FORMULA_STARTS)


def words_of(cell: Cell) -> str:
    """`text_of`, with a lone dash read as nothing."""
    text = text_of(cell)
    return "" if text in DASHES else text
