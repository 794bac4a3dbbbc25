"""The personal part of a certificate: name, serial and QR code, drawn by ReportLab over the common page."""

import io
import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from certificates.pdf.faces import STIX, face_for
from certificates.pdf.sheets import Box, Sheet

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

Width = Callable[[str], float]  # of a text, in sizes of its font
LARGEST, SMALLEST, STEP = 38.0, 12.0, 0.5
# In more than one line only where one alone would have to be smaller than this.
ONE_LINE = 27.0
PART = re.compile(r"[^\s-]+-*|-+")
LEADING = 1.15
SERIAL_SIZE = 8.5
INK = (0x17 / 255, 0x20 / 255, 0x2A / 255)
DOT = 72 / 150  # points: one dot of a scan
DOTS = 2  # of a scan, each way, to a module


def personal_part(sheet: Sheet, *, name: str, serial: str, address: str, statement: str) -> bytes:
    """A page of nothing but these. `address` and `statement` make the QR code, the latter in its compact letters."""
    from reportlab.pdfgen.canvas import Canvas  # slow to import

    plain, _bold = STIX.registered()
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(sheet.width, sheet.height), initialFontName=plain, invariant=1)
    canvas.setFillColorRGB(*INK)
    _draw_name(canvas, sheet, name)
    _draw_code(canvas, sheet, address, statement)
    canvas.setFont(plain, SERIAL_SIZE)
    canvas.drawRightString(sheet.code.right, sheet.height - sheet.code.bottom - 1.5 * SERIAL_SIZE, serial)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def code_area(sheet: Sheet) -> tuple[float, float, float, float]:
    """The square of the QR code on the page: left, bottom, right, top."""
    box = sheet.code
    return box.left, sheet.height - box.bottom, box.right, sheet.height - box.top


def _draw_name(canvas: "Canvas", sheet: Sheet, name: str) -> None:
    """Over the rule, as large as it fits: on one line, or on as many as it takes, all of it."""
    font, box = face_for(name).registered()[0], sheet.name

    def width(text: str) -> float:
        return float(canvas.stringWidth(text, font, 1))

    size, lines = _fitted(name, box, width)
    canvas.setFont(font, size)
    # The last line stands on the rule, its descenders above it.
    foot = sheet.height - box.bottom + 0.34 * size
    for above, line in enumerate(reversed(lines)):
        canvas.drawCentredString(box.left + box.width / 2, foot + above * LEADING * size, line)


def _fitted(name: str, box: Box, width: Width) -> tuple[float, list[str]]:
    alone = min(LARGEST, box.width / width(name))
    if alone >= ONE_LINE:
        return alone, [name]
    # No part of a name is cut as long as it can be read in one.
    size = max(min(LARGEST, box.width / max(map(width, PART.findall(name)))), SMALLEST)
    while size > SMALLEST and LEADING * size * len(_lines(name, box.width / size, width)) > box.height:
        size -= STEP
    lines = _balanced(name, box.width / size, width)
    return min(size, box.height / len(lines) / LEADING), lines


def _balanced(name: str, room: float, width: Width) -> list[str]:
    """As many lines as the room asks for, about equally long."""
    lines = narrower = _lines(name, room, width)
    while len(narrower) == len(lines) > 1 and max(map(width, narrower)) <= room:
        lines, room = narrower, max(map(width, narrower)) * 0.97
        narrower = _lines(name, room, width)
    return lines


def _lines(name: str, room: float, width: Width) -> list[str]:
    """Between words where it can be, else after a hyphen, else wherever the line ends."""
    lines: list[str] = []
    for word in name.split():
        together = f"{lines[-1]} {word}" if lines else word
        if lines and width(together) <= room:
            lines[-1] = together
        else:
            lines += _cut(PART.findall(word), room, width)
    return lines


def _cut(parts: Iterable[str], room: float, width: Width) -> list[str]:
    """As many of the parts on each line as it takes."""
    lines = [""]
    for part in parts:
        if width(lines[-1] + part) <= room:
            lines[-1] += part
        elif len(part) > 1 and width(part) > room:
            lines += _cut(part, room, width)
        else:
            lines.append(part)
    return [line for line in lines if line]


def _draw_code(canvas: "Canvas", sheet: Sheet, address: str, statement: str) -> None:
    """Each row's dark modules as rectangles of one path, in whole dots of a scan and on their grid."""
    import segno

    # Two segments: the address as bytes, the statement's capitals and digits in little more than half the room.
    segments: Any = [f"{address}#", statement]  # a list, which segno takes and does not declare
    box = sheet.code
    for error in ("m", "l"):  # the second only for a statement so long that its modules would be too small to scan
        rows = segno.make(segments, error=error, micro=False).matrix
        if len(rows) * DOTS * DOT <= box.width:
            break
    module = min(max(box.width / len(rows) // DOT, 1), DOTS) * DOT
    size = module * len(rows)
    left = (box.right - size) // DOT * DOT
    top = sheet.height - (box.bottom - size) // DOT * DOT
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
