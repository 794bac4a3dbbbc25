"""The personal part of a certificate: name, serial and QR code, drawn by ReportLab over the common page."""

import io
from typing import TYPE_CHECKING, Any

from certificates.pdf.common import CM, HEIGHT, LEFT, NAME_BOTTOM, NAME_TOP, QR_BOTTOM, QR_SIZE, RIGHT, WIDTH
from training.exports.letters import FACES, fonts

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

BOLD, PLAIN = "certificate-bold", "certificate-plain"
NAME_SIZES = (30.0, 26.0, 22.0, 18.0, 16.0)
INK = (0x17 / 255, 0x20 / 255, 0x2A / 255)
QUIET = 2  # modules of white kept around the code; the paper around it is white anyway


def personal_part(*, name: str, serial: str, address: str, statement: str) -> bytes:
    """A page of nothing but these. `address` and `statement` make the QR code, the latter in its compact letters."""
    from reportlab.pdfgen.canvas import Canvas  # slow to import

    _register_fonts()
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(WIDTH, HEIGHT), initialFontName=PLAIN, invariant=1)
    canvas.setFillColorRGB(*INK)
    _draw_name(canvas, name)
    _draw_code(canvas, address, statement)
    canvas.setFont(PLAIN, 7.5)
    canvas.drawCentredString(RIGHT - QR_SIZE / 2, QR_BOTTOM - 0.35 * CM, serial)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def qr_area() -> tuple[float, float, float, float]:
    """The square of the QR code on the page: left, bottom, right, top."""
    return RIGHT - QR_SIZE, QR_BOTTOM, RIGHT, QR_BOTTOM + QR_SIZE


def _register_fonts() -> None:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    for name, face in ((BOLD, "bold"), (PLAIN, "normal")):
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(name, str(fonts() / FACES[face])))


def _draw_name(canvas: "Canvas", name: str) -> None:
    """As large as fits on one line; a longer one on as many as it takes, all of it."""
    room = RIGHT - LEFT
    for size in NAME_SIZES:
        if canvas.stringWidth(name, BOLD, size) <= room:
            break
    lines = _lines(canvas, name, size, room)
    size = min(size, (NAME_TOP - NAME_BOTTOM) / len(lines) / 1.2)
    canvas.setFont(BOLD, size)
    top = (NAME_TOP + NAME_BOTTOM + 1.2 * size * len(lines)) / 2
    for number, line in enumerate(lines, start=1):
        canvas.drawString(LEFT, top - 1.2 * size * number + 0.35 * size, line)


def _lines(canvas: "Canvas", name: str, size: float, room: float) -> list[str]:
    lines: list[str] = []
    for word in name.split():
        together = f"{lines[-1]} {word}" if lines else word
        if lines and canvas.stringWidth(together, BOLD, size) <= room:
            lines[-1] = together
        else:
            lines += _pieces(canvas, word, size, room)
    return lines


def _pieces(canvas: "Canvas", word: str, size: float, room: float) -> list[str]:
    """A word without a gap, cut where the line ends."""
    pieces, start = [], 0
    for end in range(1, len(word) + 1):
        if canvas.stringWidth(word[start:end], BOLD, size) > room:
            pieces.append(word[start : end - 1])
            start = end - 1
    return [*pieces, word[start:]]


DOT = 72 / 150  # points: one dot of a scan


def _draw_code(canvas: "Canvas", address: str, statement: str) -> None:
    """Each row's dark modules as rectangles of one path, in whole dots of a scan and on their grid."""
    import segno

    # Two segments: the address as bytes, the statement's capitals and digits in little more than half the room.
    segments: Any = [f"{address}#", statement]  # a list, which segno takes and does not declare
    rows = segno.make(segments, error="m", micro=False).matrix
    module = QR_SIZE / (len(rows) + 2 * QUIET)
    module = max(module // DOT, 1) * DOT
    rest = (QR_SIZE - module * len(rows)) / 2
    left = (RIGHT - QR_SIZE + rest) // DOT * DOT
    top = HEIGHT - (HEIGHT - QR_BOTTOM - QR_SIZE + rest) // DOT * DOT
    path = canvas.beginPath()
    for place, row in enumerate(rows, start=1):
        start = None
        for column, dark in enumerate([*row, 0]):
            if dark and start is None:
                start = column
            elif not dark and start is not None:
                path.rect(left + start * module, top - place * module, (column - start) * module, module)
                start = None
    canvas.drawPath(path, stroke=0, fill=1)
