"""A report on paper: title page, method, tables, charts, contradictions, footnotes. xhtml2pdf is slow to import: only
when a document is written.

The document loads nothing but the fonts; its charts stand in it. Whatever the converter warns of (a letter without
a glyph, a style it cannot follow) is an error of ours and stops it.
"""

import io
import logging
import threading
from base64 import b64encode
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import get_language

from training.exports import wording
from training.exports.bars import bars_of
from training.exports.charts import draw, in_words
from training.exports.columns import laid_out
from training.exports.letters import FACES, drawable, fonts
from training.exports.paper import below, blocks_of, is_wide
from training.statistics.report import Report
from training.statistics.table import Table

MOST_IN_FOOT = 700  # letters of footnotes that fit under a page; longer ones stand at the end alone
DPI = 160
BASE_FONT = "evidenca-paper"
# One conversion at a time in a process: ReportLab keeps its fonts and settings for all of it.
_ONE_AT_A_TIME = threading.Lock()


class PdfError(RuntimeError):
    """The converter could not do what the document asks; the message says what."""


def to_pdf(report: Report) -> bytes:
    """The document. Raises ValidationError for a table of more dimensions than a page can show."""
    return convert(render_to_string("training/exports/report.html", _context(report)))


def convert(html: str, style: str = "") -> bytes:
    """A page of HTML on paper, every letter embedded; in the style of reports, or another that loads our fonts.

    Raises PdfError for anything that would be lost.
    """
    from xhtml2pdf.config.resources import ResourceAccessPolicy
    from xhtml2pdf.default import DEFAULT_CSS
    from xhtml2pdf.document import pisaDocument

    folder = fonts()
    nothing_else = ResourceAccessPolicy.server(folder, allow_remote=False, max_render_seconds=300)
    out = io.BytesIO()
    with _ONE_AT_A_TIME, _our_font_everywhere(folder), _warnings() as warned:
        pisaDocument(
            drawable(html),
            out,
            path=str(folder / "report.html"),
            default_css=DEFAULT_CSS + (style or _style()),
            resource_policy=nothing_else,
            capacity=-1,  # in memory; a longer one would leave an open temporary file behind
        )
    if warned:
        raise PdfError("; ".join(warned))
    return out.getvalue()


@cache
def _style() -> str:
    return (Path(__file__).parent / "paper.css").read_text(encoding="utf-8")


@contextmanager
def _our_font_everywhere(folder: Path) -> Iterator[None]:
    """Pages and empty cells begin in a font of ours: ReportLab's own Helvetica would be named in the file and not be in
    it. Streams stand in it as they are: as text (ASCII85) they take a quarter more room and twice the time.
    """
    from reportlab import rl_config
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.platypus.tables import CellStyle

    if BASE_FONT not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont(BASE_FONT, str(folder / FACES["normal"])))
    with ExitStack() as restored:
        for owner, name, value in (
            (rl_config, "canvas_basefontname", BASE_FONT),
            (rl_config, "useA85", 0),
            (CellStyle, "fontname", BASE_FONT),
        ):
            restored.callback(setattr, owner, name, getattr(owner, name))
            setattr(owner, name, value)
        yield


class _Collecting(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.found.append(record.getMessage())


@contextmanager
def _warnings() -> Iterator[list[str]]:
    """What the converter complains of meanwhile."""
    handler, log = _Collecting(), logging.getLogger("xhtml2pdf")
    before = log.propagate
    log.addHandler(handler)
    log.propagate = False
    try:
        yield handler.found
    finally:
        log.removeHandler(handler)
        log.propagate = before


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
