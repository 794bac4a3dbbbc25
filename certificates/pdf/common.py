"""The page that everybody of a session shares, laid out once by xhtml2pdf. Name, serial and QR code come on top of it.

Nothing is loaded but our fonts: the pictures that were chosen stand in the page itself.
"""

import io
import json
from base64 import b64encode
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.template.loader import render_to_string

from certificates import pictures
from certificates.choices import Layout
from certificates.content import Content, Look
from certificates.pdf.faces import Face, face_for
from certificates.pdf.sheets import MM, SHEETS, Box, Sheet
from certificates.wording import IN_LANGUAGE, Words
from training.printing.pdf import PdfError, convert

if TYPE_CHECKING:
    from pypdf import PageObject

SIZES = (12.0, 11.2, 10.4, 9.6, 8.8, 8.0, 7.2)  # of the text, tried in turn until all of it fits on the page
HEADING = (22.0, 33.0)  # the smallest and the largest
SIGNED = 10.0
SMALL, SMALLEST, SMALLER_FROM = 7.2, 6.2, 9.0  # of footnotes, and the size of the text from which they shrink
LINE = 1.25
KEPT = 32
INK = "#17202a"
LOGO_GAP, LOGO_WIDTH = 8 * MM, 70 * MM
SIGNATORY_GAP, SIGNATORY_WIDTH, SCAN_HEIGHT = 8 * MM, 62 * MM, 14 * MM
TERM_WIDTH, TERM_GAP = (24 * MM, 48 * MM), 10.0  # the narrowest and the widest column of terms; what is free beside it
BETWEEN = 14.0  # points between two columns of facts


def check_address() -> str:
    """Where anybody checks a certificate; its own page is one step below."""
    return f"{settings.BASE_URL.rstrip('/')}/verify/"


def sheet_of(content: Content) -> Sheet:
    sheet = SHEETS[Layout(content.look.layout)]
    return sheet if content.signatories else sheet.unsigned()


def common_page(content: Content, *, warning: str) -> bytes:
    """The page without name, serial and QR code. `warning` stands at its foot. Raises PdfError if anything is lost."""
    shared = replace(content, serial="", name="", renews="")
    return _laid_out(json.dumps(shared.as_json(), sort_keys=True), warning)


@lru_cache(maxsize=KEPT)
def _laid_out(shared: str, warning: str) -> bytes:
    content = Content.read(json.loads(shared))
    sheet, words = sheet_of(content), IN_LANGUAGE[content.language]
    context = _context(content, words, sheet, warning)
    said = _said(content, context)
    face = face_for(*said)
    refusal = None
    for size in SIZES:
        html = render_to_string("certificates/pdf/common.html", context | _widths(context["rows"], face, sheet, size))
        try:
            laid = _converted(html, content, context["notes"], face, size)
        except PdfError as problem:  # a frame too small for its text, if nothing worse; smaller text shows which
            refusal = problem
        else:
            if page := _finished(laid, content, said):
                return page
    raise PdfError("The texts of this certificate are too long for one page.") from refusal


def _converted(html: str, content: Content, notes: list[str], face: Face, size: float) -> bytes:
    def tried(more: int) -> bytes:
        sheet = _with_notes(sheet_of(content), notes, face, size, more)
        return convert(html, style=_style(face, sheet, content.look, size))

    try:
        return tried(0)
    except PdfError as problem:
        if "'notes'" not in str(problem):
            raise
    return tried(1)  # the small print broke otherwise than it was counted


def _context(content: Content, words: Words, sheet: Sheet, warning: str) -> dict[str, Any]:
    facts = _facts(content, words)
    down = -(-len(facts) // sheet.columns)
    return {
        "content": content,
        "words": words,
        "notes": [*content.footnotes, *([warning] if warning else [])],
        "check_at": check_address().partition("://")[2],
        "rows": [facts[row::down] for row in range(down)],
        "facts_left": (sheet.body.width - sheet.facts) / 2,
        "logos": _logos(content, sheet),
        "signatories": _signatories(content, sheet),
        "signatory_gap": SIGNATORY_GAP,
        "scan_height": SCAN_HEIGHT,
    }


def _widths(rows: list[list[tuple[str, str]]], face: Face, sheet: Sheet, size: float) -> dict[str, float]:
    """Of the columns of facts: the terms take what the longest of them needs."""
    from reportlab.pdfbase.pdfmetrics import stringWidth  # slow to import

    plain = face.registered()[0]
    longest = max((stringWidth(term, plain, size) for row in rows for term, _said in row), default=0.0)
    terms = min(max(longest + TERM_GAP, TERM_WIDTH[0]), TERM_WIDTH[1])
    return {"term_width": terms, "said_width": (sheet.facts - BETWEEN * (sheet.columns - 1)) / sheet.columns - terms}


def _facts(content: Content, words: Words) -> list[tuple[str, str]]:
    """What the page says about the training, each with its term; what is unknown is left out."""
    attended = "" if content.days is None else f"{content.days_attended} {words.of} {content.days}"
    facts = (
        (words.dates, words.period(content.start, content.end)),
        (words.place, content.place),
        (words.form, words.modality(content.modality)),
        (words.length, words.hours(content.hours) if content.hours else ""),
        (words.attended, attended),
        (words.project, content.project),
        (words.funders, ", ".join(content.funders)),
        (words.issuer, ", ".join([content.issuer, *content.agencies])),
        (words.issued, words.date(content.issued_on)),
        (words.valid_until, words.date(content.expires_on) if content.expires_on else ""),
        (words.renews, content.renews),
    )
    return [(term, said) for term, said in facts if said]


def _said(content: Content, context: dict[str, Any]) -> list[str]:
    """Every text of the page."""
    look = content.look
    said = [look.heading, look.given_to, look.deed, look.note, content.title, *context["notes"]]
    said += [context["words"].check, context["check_at"]]
    said += [text for row in context["rows"] for pair in row for text in pair]
    said += [text for one in content.signatories for text in (one.name, one.function)]
    return said if content.look.logos else [*said, content.issuer]


def _logos(content: Content, sheet: Sheet) -> list[dict[str, Any]]:
    logos, height = content.look.logos, sheet.logos.height
    width = (sheet.logos.width - LOGO_GAP * len(logos)) / max(len(logos), 1)
    room = Box(0, 0, min(width, LOGO_WIDTH), height - 4)
    return [{"name": logo.name, "room": height - 2, **_picture(logo.picture, room)} for logo in logos]


def _signatories(content: Content, sheet: Sheet) -> list[dict[str, Any]]:
    number = len(content.signatories)
    width = min((sheet.signatories.width - SIGNATORY_GAP * (number - 1)) / max(number, 1), SIGNATORY_WIDTH)
    room = Box(0, 0, width, SCAN_HEIGHT)
    return [
        {
            "name": one.name,
            "function": one.function,
            "room": width,
            **(_picture(one.picture, room) if one.picture else {}),
        }
        for one in content.signatories
    ]


def _picture(picture: str, room: Box) -> dict[str, Any]:
    """As large as the room allows."""
    from PIL import Image  # slow to import

    try:
        png = pictures.png_of(picture)
    except ValueError as problem:
        raise PdfError(str(problem)) from problem
    width, height = Image.open(io.BytesIO(png)).size
    scale = min(room.width / width, room.height / height)
    data = f"data:image/png;base64,{b64encode(png).decode()}"
    return {"data": data, "width": width * scale, "height": height * scale}


def _style(face: Face, sheet: Sheet, look: Look, size: float) -> str:
    """What the style sheet follows: the fonts, the paper with its frames, the colour, the size of the text."""
    frames = {
        "logos": sheet.logos, "heading": sheet.heading, "check": sheet.check, "signatories": sheet.signatories,
        "notes": sheet.notes,
    }  # fmt: skip
    placed = [f"@frame {name} {{ -pdf-frame-content: {name}; {_placed(box)} }}" for name, box in frames.items()]
    own = f"""
        @font-face {{ font-family: {face.family}; src: url({face.plain}); }}
        @font-face {{ font-family: {face.family}; src: url({face.bold}); font-weight: bold; }}
        @page {{ size: {sheet.width}pt {sheet.height}pt; {" ".join(placed)} @frame body {{ {_placed(sheet.body)} }} }}
        html, title, body, h1, h2, p, td, div {{ font-family: {face.family}; color: {INK}; }}
        html, body {{ font-size: {size}pt; }}
        h1 {{ font-size: {min(_heading_size(face, sheet, look.heading), 3 * size)}pt; }}
        h1, .issuer {{ color: {look.accent}; }}
        td.signed {{ font-size: {min(SIGNED, size)}pt; }}
        .small {{ font-size: {_small(size)}pt; }}
    """
    return own + (Path(__file__).parent / "common.css").read_text(encoding="utf-8")


def _heading_size(face: Face, sheet: Sheet, heading: str) -> float:
    """So that it stands on one line if it can."""
    from reportlab.pdfbase.pdfmetrics import stringWidth

    room = (sheet.heading.width - 4 * MM) / max(float(stringWidth(heading, face.registered()[0], 1)), 1)
    return min(max(room, HEADING[0]), HEADING[1])


def _with_notes(sheet: Sheet, notes: list[str], face: Face, size: float, more: int) -> Sheet:
    """The room for the small print as high as its lines and so many more, at the foot. Raises PdfError where there is
    not so much.
    """
    from reportlab.lib.utils import simpleSplit

    lines = sum(len(simpleSplit(text, face.registered()[0], _small(size), sheet.notes.width)) for text in notes)
    height = (lines + more) * LINE * _small(size) + 2
    if height > sheet.notes.height:
        raise PdfError("The footnotes are too long.")
    return replace(sheet, notes=replace(sheet.notes, top=sheet.notes.bottom - height, height=height))


def _small(size: float) -> float:
    return SMALL if size > SMALLER_FROM else SMALLEST


def _placed(box: Box) -> str:
    return f"left: {box.left}pt; top: {box.top}pt; width: {box.width}pt; height: {box.height}pt;"


def _finished(laid: bytes, content: Content, said: list[str]) -> bytes | None:
    """The page with its frame, its language and what it is; None where it did not fit or some of it is missing."""
    from pypdf import PdfReader, PdfWriter  # slow to import, and only needed here
    from pypdf.generic import BooleanObject, DictionaryObject, NameObject, TextStringObject

    reader = PdfReader(io.BytesIO(laid))
    if len(reader.pages) != 1:
        return None
    drawn = "".join(reader.pages[0].extract_text().split())
    if not all("".join(text.split()) in drawn for text in said):
        return None
    writer = PdfWriter(clone_from=reader)
    writer.pages[0].merge_page(_frame(content))
    writer.root_object[NameObject("/Lang")] = TextStringObject(content.language)
    shows_title = DictionaryObject({NameObject("/DisplayDocTitle"): BooleanObject(True)})
    writer.root_object[NameObject("/ViewerPreferences")] = shows_title
    writer.add_metadata(
        {
            "/Title": f"{content.look.heading}: {content.title}",
            "/Author": content.issuer,
            "/Subject": content.session_title,
            "/Creator": "Evidenca",
        }
    )
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _frame(content: Content) -> "PageObject":
    """Two lines around the page and one under the name, in the template's colour."""
    from pypdf import PdfReader
    from reportlab.lib.colors import HexColor
    from reportlab.pdfgen.canvas import Canvas

    sheet, out = sheet_of(content), io.BytesIO()
    canvas = Canvas(out, pagesize=(sheet.width, sheet.height), initialFontName=face_for("").registered()[0])
    canvas.setStrokeColor(HexColor(content.look.accent))
    for inset, thick in ((sheet.frame, 1.4), (sheet.frame + 1.6 * MM, 0.4)):
        canvas.setLineWidth(thick)
        canvas.rect(inset, inset, sheet.width - 2 * inset, sheet.height - 2 * inset)
    canvas.setLineWidth(0.6)
    line, middle = sheet.height - sheet.name.bottom, sheet.width / 2
    canvas.line(middle - sheet.rule / 2, line, middle + sheet.rule / 2, line)
    canvas.showPage()
    canvas.save()
    return PdfReader(io.BytesIO(out.getvalue())).pages[0]
