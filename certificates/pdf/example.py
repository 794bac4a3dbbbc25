"""Certificates that prove nothing, to look at before any is issued: without a signature, and a code without a word."""

import io
from collections.abc import Iterable

from django.utils.translation import gettext as _

from certificates.content import Content
from certificates.pdf.common import check_address, common_page, sheet_of
from certificates.pdf.document import ONE_AT_A_TIME, require_drawable
from certificates.pdf.personal import personal_part
from certificates.statements import unsigned


def example_pdf(content: Content) -> bytes:
    """As `certificate_pdf` would lay it out, and with the same errors."""
    from pypdf import PdfReader, PdfWriter  # slow to import

    require_drawable(content)
    writer = PdfWriter(clone_from=io.BytesIO(common_page(content, warning=_("A preview: this is no certificate."))))
    with ONE_AT_A_TIME:
        personal = personal_part(
            sheet_of(content),
            name=content.name,
            serial=content.serial,
            address=check_address() + content.serial,
            statement=unsigned(content),
        )
    writer.pages[0].merge_page(PdfReader(io.BytesIO(personal)).pages[0])
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def joined(pdfs: Iterable[bytes]) -> bytes:
    """One document of all their pages."""
    from pypdf import PdfWriter  # slow to import

    writer, out = PdfWriter(), io.BytesIO()
    for pdf in pdfs:
        writer.append(io.BytesIO(pdf))
    writer.write(out)
    return out.getvalue()


def picture_of(pdf: bytes, width: int) -> bytes:
    """The first page as a PNG, so many pixels wide."""
    from pypdfium2 import PdfDocument  # slow to import

    out = io.BytesIO()
    with PdfDocument(pdf) as document:
        page = document[0]
        page.render(scale=width / page.get_width()).to_pil().save(out, "PNG")
    return out.getvalue()
