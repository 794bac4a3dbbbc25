"""A table on a sheet of its own: heading, figures, what is known better, what it rests on, its signs."""

from collections.abc import Iterable
from typing import Any

from training.exports import wording
from training.exports.columns import Laid, Value, laid_out
from training.exports.xlsx_sheet import PERCENT, WHOLE, Sheet
from training.statistics.report import Report
from training.statistics.table import Table

LABEL, FIGURE, TEXT = (16.0, 46.0), 12.3, 100.0  # widths in letters: of labels, of figures, least of running text
WIDE = 105.0  # from here on a sheet is printed landscape


def write_table(sheet: Sheet, report: Report, table: Table) -> None:
    laid = laid_out(table)
    _measure(sheet, laid)
    sheet.text(table.title, look="title")
    sheet.text(wording.selection(table), look="quiet")
    sheet.text(wording.line_about(report), look="quiet")
    first = sheet.row
    _write_head(sheet, laid)
    last = sheet.row - 1
    sheet.page.freeze_panes = sheet.page.cell(sheet.row, len(laid.headings) + 1)
    for place in range(len(laid.lines)):
        _write_line(sheet, laid, place)
    _write_below(sheet, laid)
    _write_basis(sheet, report, table)
    width = sum(sheet.width[: len(laid.headings) + len(laid.figures)])
    sheet.finish(repeat=(first, last), landscape=width > WIDE)


def _measure(sheet: Sheet, laid: Laid) -> None:
    """Columns as wide as their contents, and room for running text beside a narrow table."""
    least, most = LABEL
    widths = []
    for place, heading in enumerate(laid.headings):
        texts = [heading, *(line.labels[place] for line in laid.lines if place < len(line.labels))]
        widths.append(min(max([least, *(len(text) * 1.15 + 2 for text in texts)]), most))
    widths += [FIGURE] * len(laid.figures)
    while sum(widths) < TEXT:
        widths.append(FIGURE)
    sheet.span = len(widths)
    sheet.widths(widths)


def _write_head(sheet: Sheet, laid: Laid) -> None:
    """The columns' headings, in two rows where several share one."""
    start = len(laid.headings) + 1
    if laid.has_two_heads:
        for column in range(1, start):
            _head(sheet, column, "", is_number=False)
        at = start
        for group in laid.groups:
            for place in range(len(group)):
                _head(sheet, at + place, "" if place else group[0].group, is_number=True)
            if len(group) > 1:
                end = at + len(group) - 1
                sheet.page.merge_cells(start_row=sheet.row, end_row=sheet.row, start_column=at, end_column=end)
            at += len(group)
        sheet.next(2)
    for column, text in enumerate(laid.headings, start=1):
        _head(sheet, column, text, is_number=False)
    for column, figures in enumerate(laid.figures, start=start):
        _head(sheet, column, figures.head, is_number=True)
    sheet.next(2)


def _head(sheet: Sheet, column: int, text: str, *, is_number: bool) -> None:
    cell = sheet.put(column, text or None, look="head")
    cell.alignment = sheet.looks.head_of_numbers if is_number else sheet.looks.head
    cell.fill = sheet.looks.shade
    cell.border = sheet.looks.under


def _write_line(sheet: Sheet, laid: Laid, place: int) -> None:
    line = laid.lines[place]
    is_total = line is laid.grid.total
    look = "bold" if is_total else "italic" if line.is_subtotal else ""
    for column, text in enumerate(line.labels, start=1):
        sheet.put(column, text, look=look).alignment = sheet.looks.wrapped
    for column, figures in enumerate(laid.figures, start=len(laid.headings) + 1):
        _figure(sheet, column, figures.values[place], look=look, form=PERCENT if figures.is_percent else WHOLE)
    for column in range(1, len(laid.headings) + len(laid.figures) + 1):
        sheet.page.cell(sheet.row, column).border = sheet.looks.total if is_total else sheet.looks.between
    sheet.next(max(sheet.lines(text, sheet.width[at]) for at, text in enumerate(line.labels)))


def _figure(sheet: Sheet, column: int, value: Value, *, look: str = "", form: str = WHOLE) -> None:
    """A number; nothing where it is not known; c where it is withheld."""
    cell = sheet.put(column, value, look=look)
    cell.number_format = form
    cell.alignment = sheet.looks.right


def _write_below(sheet: Sheet, laid: Laid) -> None:
    """What is known better than the lines add up to: a row for each figure."""
    for line in laid.grid.below:
        sheet.heading(wording.known_better(line))
        for entry in line.entries:
            sheet.put(1, entry.label).alignment = sheet.looks.wrapped
            _figure(sheet, 2, wording.HIDDEN if entry.hidden else entry.value)
            sheet.next(sheet.lines(entry.label, sheet.width[0]))


def _write_basis(sheet: Sheet, report: Report, table: Table) -> None:
    signs = [f"{sign}: {meaning}." for sign, meaning in wording.signs(report, (table,), unknown=wording.empty())]
    texts: Iterable[Any] = (*wording.basis(table), *signs, *wording.footnotes(report))
    sheet.row += 1
    for text in texts:
        sheet.text(text, look="quiet")
