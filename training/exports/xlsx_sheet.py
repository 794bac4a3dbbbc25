"""One sheet on its way: written from top to bottom, its looks and its print set-up in one place."""

from collections.abc import Iterable, Sequence
from math import ceil
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from training.exports import wording
from training.exports.formulas import harmless
from training.printing.letters import clean
from training.statistics.report import Report

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell import Cell

A4 = 9
LINE = 15.0  # points: the height of a line of text
HIGHEST = 409.0  # points: of a row, in Excel
MOST_IN_CELL = 32_000  # letters: Excel keeps 32,767
MOST_IN_FOOT = 170  # letters: Excel keeps 255 for the three parts of a header or footer together
INK, QUIET, RULE, SHADE = "17202A", "4A5663", "8B949E", "ECEAE3"
WHOLE, PERCENT = "#,##0", '0.0" %"'


class Looks:
    """The few looks there are, made once for each workbook."""

    def __init__(self) -> None:
        from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

        thin, strong = Side(style="thin", color=RULE), Side(style="medium", color=INK)
        self.fonts = {
            "title": Font(bold=True, size=14, color=INK),
            "heading": Font(bold=True, size=11, color=INK),
            "quiet": Font(color=QUIET, size=10),
            "head": Font(bold=True, size=9, color=INK),
            "bold": Font(bold=True, color=INK),
            "italic": Font(italic=True, color=INK),
            "link": Font(color="0B5A66", underline="single"),
            "": Font(color=INK),
        }
        self.wrapped = Alignment(wrap_text=True, vertical="top")
        self.head = Alignment(wrap_text=True, vertical="bottom")
        self.head_of_numbers = Alignment(wrap_text=True, vertical="bottom", horizontal="right")
        self.right = Alignment(horizontal="right", vertical="top")
        self.shade = PatternFill("solid", fgColor=SHADE)
        self.under = Border(bottom=thin)
        self.between = Border(bottom=Side(style="hair", color=RULE))
        self.total = Border(top=strong)


class Sheet:
    """A sheet and the row that is written next. span: over how many columns running text goes."""

    def __init__(self, book: "Workbook", name: str, report: Report) -> None:
        self.page = book.create_sheet(name)
        self.report = report
        self.looks = Looks()
        self.row = 1
        self.span = 1
        self.width: list[float] = []
        self.page.sheet_view.showGridLines = False

    def widths(self, widths: Sequence[float]) -> None:
        """The columns' widths, in letters."""
        from openpyxl.utils import get_column_letter

        self.width = list(widths)
        for position, width in enumerate(widths, start=1):
            self.page.column_dimensions[get_column_letter(position)].width = width

    def put(self, column: int, value: Any, *, look: str = "", row: int | None = None) -> "Cell":
        """A cell in the row at hand. A text is always a text: nothing in it is ever computed."""
        cell: Any = self.page.cell(row or self.row, column)
        if isinstance(value, str):
            cell.value = harmless(clean(value))[:MOST_IN_CELL]
            cell.data_type = "s"
        else:
            cell.value = value
        cell.font = self.looks.fonts[look]
        return cell  # type: ignore[no-any-return]

    def next(self, lines: int = 1) -> None:
        if lines > 1:
            self.page.row_dimensions[self.row].height = min(LINE * lines, HIGHEST)
        self.row += 1

    def text(self, text: str, *, look: str = "") -> None:
        """Running text across the sheet, as high as it needs."""
        cell = self.put(1, text, look=look)
        cell.alignment = self.looks.wrapped
        if self.span > 1:
            self.page.merge_cells(start_row=self.row, end_row=self.row, start_column=1, end_column=self.span)
        size = 1.35 if look == "title" else 1
        lines = self.lines(text, sum(self.width[: self.span]) / size)
        self.next(max(ceil(lines * size), 1))

    def heading(self, text: str) -> None:
        self.row += 1
        self.text(text, look="heading")

    def pair(self, term: str, meaning: str, *, look: str = "", target: str = "") -> None:
        """A term in the first column, what it means in the second; `target` is the sheet that the term leads to."""
        from openpyxl.worksheet.hyperlink import Hyperlink

        first = self.put(1, term, look="link" if target else look or "bold")
        second = self.put(2, meaning, look=look)
        if target:
            first.hyperlink = Hyperlink(ref=first.coordinate, location=f"'{target}'!A1")
            first.font = self.looks.fonts["link"]
        for cell in (first, second):
            cell.alignment = self.looks.wrapped
        self.next(max(self.lines(term, self.width[0]), self.lines(meaning, self.width[1])))

    def pairs(self, pairs: Iterable[tuple[str, str]], *, look: str = "") -> None:
        for term, meaning in pairs:
            self.pair(term, meaning, look=look)

    @staticmethod
    def lines(text: str, width: float) -> int:
        """How many lines the text takes in a column of so many letters, with room for wide ones."""
        return sum(max(1, ceil(len(line) * 1.02 / width)) for line in text.split("\n"))

    def finish(self, *, repeat: tuple[int, int] | None, landscape: bool) -> None:
        """A4, as wide as the page, with title, footnote and page numbers on each; `repeat`: rows on top of each."""
        page: Any = self.page
        page.page_setup.paperSize = A4
        page.page_setup.orientation = "landscape" if landscape else "portrait"
        page.sheet_properties.pageSetUpPr.fitToPage = True
        page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
        page.page_margins.left = page.page_margins.right = 0.6
        page.page_margins.top, page.page_margins.bottom = 0.8, 0.9
        page.print_options.horizontalCentered = False
        if repeat:
            page.print_title_rows = f"{repeat[0]}:{repeat[1]}"
        page.oddHeader.left.text = _in_foot(self.report.title)
        page.oddHeader.right.text = _in_foot(wording.line_about(self.report))
        page.oddFooter.right.text = _("Page %(page)s of %(pages)s") % {"page": "&P", "pages": "&N"}
        notes = " ".join(wording.footnotes(self.report))
        if notes:
            page.oddFooter.left.text = _in_foot(notes)
        for part in (page.oddHeader.left, page.oddHeader.right, page.oddFooter.left, page.oddFooter.right):
            part.size = 8


def _in_foot(text: str) -> str:
    """A text for a page's head or foot, where & begins a code."""
    short = (
        text
        if len(text) <= MOST_IN_FOOT
        else _("* Footnotes: see the sheet of notes.")
        if text.startswith("*")
        else f"{text[: MOST_IN_FOOT - 1]}…"
    )
    return clean(short).replace("&", "&&")
