"""Reports for tests of files, and readers that take a file apart again: its figures must be those of the grid."""

import csv
import io
import re
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from openpyxl import load_workbook

from training.exports.columns import laid_out
from training.statistics.engine import ask
from training.statistics.question import Question
from training.statistics.report import Report
from training.statistics.table import table_of

LETTERS = "đćčžš ĐĆČŽŠ ëç ËÇ ѓќљњџѕј ЃЌЉЊЏЅЈ ђћ ЂЋ"
SHORT = "References to Kosovo shall be understood to be in the context of Security Council resolution 1244 (1999)."


def answered(title, *by, said=(), address="", **question):
    """The table of a question; `said` are its filters in words."""
    return table_of(ask(Question(by=by, **question)), title=title, filters=said, address=address)


def report_of(*tables, **said):
    return Report(
        **{
            "title": "Half-year report",
            "tables": tables,
            "as_of": datetime(2026, 5, 1, 12, tzinfo=UTC),
            "author": "M. Manager",
            "audience": "internal",
            "threshold": 5,
            "footnotes": (SHORT,),
            "number": "2026-007",
            **said,
        }
    )


def expected(table):
    """The grid's lines as rows: labels, then for each column its figure, None where not known, c where withheld."""
    lines = laid_out(table).lines
    return [[*line.labels, *("c" if entry.hidden else entry.value for entry in line.entries)] for line in lines]


def withheld(table, **codes):
    """The table with every cell of these codes hidden, as for a donor."""

    def hide(by, cells):
        hits = [codes.items() <= dict(zip(by, cell.codes, strict=True)).items() for cell in cells]
        return tuple(cell.withheld() if hit else cell for hit, cell in zip(hits, cells, strict=True))

    margins = [{by: hide(by, cells) for by, cells in found.items()} for found in (table.totals, table.better)]
    return replace(table, cells=hide(table.by, table.cells), totals=margins[0], better=margins[1])


# --- reading files ---------------------------------------------------------------------------------------------------


def cut_out(rows, table):
    """The table's own rows out of all rows of a sheet, as wide as the grid (no shares)."""
    laid = laid_out(table)
    labels, own = len(laid.headings), len(laid.grid.columns)
    heads = [figures.head for figures in laid.figures]
    head = next(place for place, row in enumerate(rows) if [*row[labels : labels + len(heads)]] == heads)
    found = [list(row[: labels + own]) for row in rows[head + 1 : head + 1 + len(laid.lines)]]
    if laid.grid.total and labels > 1:  # the line of everything has one label
        found[-1] = [found[-1][0], *found[-1][labels:]]
    return found


def sheet_rows(data, name):
    page = load_workbook(io.BytesIO(data))[name]
    return [[cell.value for cell in row] for row in page.iter_rows()]


def paper_text(data, *options):
    read = subprocess.run(["pdftotext", *options, "-", "-"], input=data, capture_output=True, check=True)
    return read.stdout.decode()


def paper_rows(data):
    """The lines of a document as they stand on paper, cut where there is room between."""
    return [re.split(r"\s{2,}", line.strip()) for line in paper_text(data, "-layout").splitlines()]


def through_calc(data, folder: Path):
    """Every sheet as LibreOffice reads it: name → rows of text, numbers as they are kept."""
    (folder / "book.xlsx").write_bytes(data)
    each_sheet = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1"
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", each_sheet,
         "--outdir", str(folder / "sheets"), str(folder / "book.xlsx")],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    found = {}
    for path in sorted((folder / "sheets").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            found[path.stem.removeprefix("book-")] = list(csv.reader(file))
    return found


def typed(rows):
    """Rows of text as a spreadsheet means them: whole numbers as numbers, empty as None."""
    return [[None if text == "" else int(text) if text.isdigit() else text for text in row] for row in rows]
