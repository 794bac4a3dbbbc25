"""A report as an Excel workbook: a sheet for each table with typed numbers and its chart, and a sheet of notes and
definitions. openpyxl is slow to import: only when a workbook is written.
"""

import io
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from training.exports import wording
from training.exports.bars import bars_of
from training.exports.xlsx_chart import write_chart
from training.exports.xlsx_sheet import Sheet
from training.exports.xlsx_table import write_table
from training.printing.letters import clean
from training.statistics.report import Report

if TYPE_CHECKING:
    from openpyxl import Workbook

NOTES_WIDTHS = (24.0, 92.0)


def to_xlsx(report: Report) -> bytes:
    """The workbook. Raises ValidationError for a table of more dimensions than a sheet can show."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    _describe(book, report)
    for position, table in enumerate(report.tables, start=1):
        write_table(Sheet(book, _name(_("Table"), report, position), report), report, table)
        bars = bars_of(report, table)
        if bars:
            write_chart(Sheet(book, _name(_("Chart"), report, position), report), bars)
    _write_notes(Sheet(book, _("Notes and definitions"), report), report)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _name(what: str, report: Report, position: int) -> str:
    """A neutral name: that of a sheet may not hold the * of Kosovo*, nor much of a title."""
    return f"{what} {position}" if len(report.tables) > 1 else what


def _describe(book: "Workbook", report: Report) -> None:
    moment = report.as_of.astimezone(timezone.get_default_timezone()).replace(tzinfo=None)
    book.properties.title = clean(report.title)
    book.properties.creator = clean(report.author)
    book.properties.description = clean(wording.line_about(report))
    book.properties.identifier = clean(report.number) or None
    book.properties.language = get_language()
    book.properties.created = book.properties.modified = moment


def _write_notes(sheet: Sheet, report: Report) -> None:
    """Everything that is needed to understand the tables, as terms and what they mean."""
    sheet.widths(NOTES_WIDTHS)
    sheet.span = 2
    sheet.text(report.title, look="title")
    if report.introduction:
        sheet.text(report.introduction)
    sheet.pairs(wording.about(report))
    sheet.heading(_("Tables"))
    for position, table in enumerate(report.tables, start=1):
        name = _name(_("Table"), report, position)
        sheet.pair(name, f"{table.title}. {wording.selection(table)}", target=name)
    notes = [
        (_name(_("Table"), report, place), wording.basis(table)) for place, table in enumerate(report.tables, start=1)
    ]
    for head, pairs in (
        (_("Definitions"), report.method),
        (_("Notes"), [(name, "\n".join(said)) for name, said in notes]),
        (_("Signs"), list(wording.signs(report, unknown=wording.empty()))),
    ):
        if pairs:
            sheet.heading(head)
            sheet.pairs(pairs)
    _write_remarks(sheet, report)
    if report.footnotes:
        sheet.heading(_("Footnotes"))
        for text in wording.footnotes(report):
            sheet.text(text)
    sheet.finish(repeat=None, landscape=False)


def _write_remarks(sheet: Sheet, report: Report) -> None:
    if report.remarks:
        sheet.heading(_("Contradictions, as the sources have them"))
    for remark in report.remarks:
        sheet.pair(remark.session, remark.message)
        sheet.pairs(wording.contradiction(remark), look="quiet")
