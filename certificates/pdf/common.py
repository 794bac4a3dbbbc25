"""The page that everybody of a session shares, laid out once by xhtml2pdf. Name, serial and QR code come on top of it.

A4 across. Where the personal part goes stays empty: its measures stand here, in points from the lower left corner.
"""

import io
import json
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string

from certificates.content import Content
from certificates.wording import IN_LANGUAGE, Words
from training.exports.pdf import PdfError, convert

CM = 72 / 2.54
WIDTH, HEIGHT = 29.7 * CM, 21 * CM
LEFT, RIGHT = 2.6 * CM, WIDTH - 1.8 * CM  # edges of what is written
NAME_TOP, NAME_BOTTOM = HEIGHT - 5.2 * CM, HEIGHT - 7.7 * CM
QR_SIZE = 5.2 * CM
QR_BOTTOM = 3.1 * CM
SIZES = (11.0, 10.0, 9.0, 8.0, 7.0)  # of the text, tried in turn until all of it fits on the page
KEPT = 32


def check_address() -> str:
    """Where anybody checks a certificate; its own page is one step below."""
    return f"{settings.BASE_URL.rstrip('/')}/verify/"


def common_page(content: Content, *, warning: str) -> bytes:
    """The page without name, serial and QR code. `warning` stands at its foot. Raises PdfError if anything is lost."""
    shared = replace(content, serial="", name="")
    return _laid_out(json.dumps(shared.as_json(), sort_keys=True), warning)


@lru_cache(maxsize=KEPT)
def _laid_out(shared: str, warning: str) -> bytes:
    content = Content(**json.loads(shared))
    words = IN_LANGUAGE[content.language]
    context = {"content": content, "words": words, "warning": warning, **_said(content, words)}
    style = (Path(__file__).parent / "common.css").read_text(encoding="utf-8")
    html = render_to_string("certificates/pdf/common.html", context)
    for size in SIZES:
        sizes = f"td, p.deed {{ font-size: {size}pt; }} h2 {{ font-size: {1.6 * size}pt; }}"
        laid = convert(html, style=style + sizes)
        if page := _finished(laid, content, context):
            return page
    raise PdfError("The texts of this certificate are too long for one page.")


def _said(content: Content, words: Words) -> dict[str, Any]:
    """What the page says about the training, each with its term; what is unknown is left out."""
    days = [words.date(day) for day in dict.fromkeys((content.start, content.end)) if day]
    attended = "" if content.days is None else f"{content.days_attended} {words.of} {content.days}"
    facts = (
        (words.dates, " – ".join(days)),
        (words.place, content.place),
        (words.form, words.modality(content.modality)),
        (words.length, words.hours(content.hours) if content.hours else ""),
        (words.attended, attended),
        (words.project, content.project),
        (words.funders, ", ".join(content.funders)),
        (words.issuer, ", ".join([content.issuer, *content.agencies])),
        (words.issued, words.date(content.issued_on)),
        (words.valid_until, words.date(content.expires_on) if content.expires_on else ""),
    )
    return {
        "heading": words.heading_of(content.kind),
        "deed": words.deed_of(content.kind),
        "facts": [(term, said) for term, said in facts if said],
        "check_at": check_address().partition("://")[2],
    }


def _finished(laid: bytes, content: Content, context: dict[str, Any]) -> bytes | None:
    """The page with its language and what it is; None where it did not fit on one or a word of it is missing."""
    from pypdf import PdfReader, PdfWriter  # slow to import, and only needed here
    from pypdf.generic import BooleanObject, DictionaryObject, NameObject, TextStringObject

    reader = PdfReader(io.BytesIO(laid))
    if len(reader.pages) != 1:
        return None
    drawn = "".join(reader.pages[0].extract_text().split())
    said = [context[part] for part in ("heading", "deed", "warning", "check_at")] + [content.title, *content.footnotes]
    said += [text for pair in context["facts"] for text in pair]
    if not all(word in drawn for text in said for word in text.split()):
        return None
    writer = PdfWriter(clone_from=reader)
    writer.root_object[NameObject("/Lang")] = TextStringObject(content.language)
    shows_title = DictionaryObject({NameObject("/DisplayDocTitle"): BooleanObject(True)})
    writer.root_object[NameObject("/ViewerPreferences")] = shows_title
    writer.add_metadata(
        {
            "/Title": f"{context['heading']}: {content.title}",
            "/Author": content.issuer,
            "/Subject": content.session_title,
            "/Creator": "Evidenca",
        }
    )
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
