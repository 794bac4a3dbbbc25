"""HTML as PDF. xhtml2pdf is slow to import: only when a document is written.

The document loads nothing but the fonts; its pictures stand in it. Whatever the converter warns of (a letter without
a glyph, a style it cannot follow) is an error of ours and stops it.
"""

import io
import logging
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path

from training.printing.letters import FACES, drawable, fonts

BASE_FONT = "evidenca-paper"
# One conversion at a time in a process: ReportLab keeps its fonts and settings for all of it.
_ONE_AT_A_TIME = threading.Lock()


class PdfError(RuntimeError):
    """The converter could not do what the document asks; the message says what."""


def convert(html: str, style: str = "", *, also: str = "") -> bytes:
    """A page of HTML on paper, every letter embedded; in the style of reports, or another that loads our fonts, with
    rules of its own.

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
            default_css=DEFAULT_CSS + (style or style_called("paper")) + also,
            resource_policy=nothing_else,
            capacity=-1,  # in memory; a longer one would leave an open temporary file behind
        )
    if warned:
        raise PdfError("; ".join(warned))
    return out.getvalue()


@cache
def style_called(name: str) -> str:
    """`paper` for reports, `sheet` for lists that are used in the room."""
    return (Path(__file__).parent / f"{name}.css").read_text(encoding="utf-8")


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
