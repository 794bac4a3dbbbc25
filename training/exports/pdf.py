"""A report on paper: title page, method, tables, charts, contradictions, footnotes. Its charts stand in it."""

from base64 import b64encode
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import get_language

from training.exports import wording
from training.exports.bars import bars_of
from training.exports.charts import draw, in_words
from training.exports.columns import laid_out
from training.exports.paper import below, blocks_of, is_wide
from training.printing.pdf import convert
from training.statistics.report import Report
from training.statistics.table import Table

MOST_IN_FOOT = 700  # letters of footnotes that fit under a page; longer ones stand at the end alone
DPI = 160


def to_pdf(report: Report) -> bytes:
    """The document. Raises ValidationError for a table of more dimensions than a page can show."""
    return convert(render_to_string("training/exports/report.html", _context(report)))


def _context(report: Report) -> dict[str, Any]:
    footnotes = wording.footnotes(report)
    return {
        "report": report,
        "language": get_language() or "en",
        "about": list(wording.about(report)),
        "line_about": wording.line_about(report),
        "method": [*report.method, *wording.signs(report)],
        "parts": [_part(report, table) for table in report.tables],
        "remarks": [(remark, list(wording.contradiction(remark))) for remark in report.remarks],
        "footnotes": footnotes,
        "foot": footnotes if sum(map(len, footnotes)) <= MOST_IN_FOOT else [],
    }


def _part(report: Report, table: Table) -> dict[str, Any]:
    """One table with all that stands around it."""
    laid = laid_out(table)
    bars = bars_of(report, table)
    signs = [f"{sign}: {meaning}." for sign, meaning in wording.signs(report, (table,))]
    return {
        "table": table,
        "selection": wording.selection(table),
        "page": "wide" if is_wide(laid) else "body",
        "blocks": blocks_of(laid),
        "below": below(laid.grid),
        "basis": [*wording.basis(table), *signs],
        "picture": f"data:image/png;base64,{b64encode(draw(bars, 'png', dpi=DPI)).decode()}" if bars else "",
        "picture_told": in_words(bars) if bars else "",
    }
