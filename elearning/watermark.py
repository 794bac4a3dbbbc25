"""Writing who reads it on every page of a PDF."""

from io import BytesIO
from typing import IO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from training.printing.letters import FACES, drawable, fonts

FONT = "reader-mark"
FROM_EDGE = 14  # points


def marked(pdf: IO[bytes], text: str) -> IO[bytes]:
    """A copy with `text` at the foot of every page, in every script. Raises ValidationError for what is no PDF."""
    writer = PdfWriter()
    try:
        writer.append(PdfReader(pdf))
    except (PyPdfError, ValueError, OSError) as fault:
        raise ValidationError(
            _("This file cannot be read as a PDF. Ask the course's editor for another one.")
        ) from fault
    for page in writer.pages:
        box = page.mediabox
        page.merge_page(PdfReader(_line(text, float(box.width), float(box.height))).pages[0])
    made = BytesIO()
    writer.write(made)
    made.seek(0)
    return made


def _line(text: str, width: float, height: float) -> BytesIO:
    if FONT not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont(FONT, str(fonts() / FACES["normal"])))
    made = BytesIO()
    canvas = Canvas(made, pagesize=(width, height))
    canvas.setFont(FONT, 8)
    canvas.setFillGray(0.3)
    canvas.drawCentredString(width / 2, FROM_EDGE, drawable(text))
    canvas.save()
    made.seek(0)
    return made
