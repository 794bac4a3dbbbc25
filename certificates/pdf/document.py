"""A whole certificate: the common page, the personal part over it, the signature around both."""

import io
from threading import Lock

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from certificates import statements
from certificates.content import Content
from certificates.pdf.common import check_address, common_page, sheet_of
from certificates.pdf.faces import missing_in
from certificates.pdf.personal import code_area, personal_part
from certificates.pdf.signing import development_warning, sign

FIELD = "Signature"
# ReportLab keeps its fonts for all of a process.
ONE_AT_A_TIME = Lock()


def certificate_pdf(content: Content) -> bytes:
    """The signed PDF. Raises ValidationError for a letter without a glyph, PdfError for a text too long."""
    require_drawable(content)
    common = common_page(content, warning=development_warning())
    statement = statements.sign(statements.statement_of(content))
    address = check_address() + content.serial
    with ONE_AT_A_TIME:
        personal = personal_part(
            sheet_of(content), name=content.name, serial=content.serial, address=address, statement=statement
        )
    return _joined_and_signed(common, personal, f"{address}#{statement}", content)


def require_drawable(content: Content) -> None:
    """Raises ValidationError, with the text and the letters, where no font has them all."""
    look, signatories = content.look, content.signatories
    texts = [content.name, content.title, content.place, content.project, content.issuer]
    texts += [*content.agencies, *content.funders, *content.footnotes]
    texts += [look.heading, look.given_to, look.deed, look.note]
    for text in [*texts, *(said for one in signatories for said in (one.name, one.function))]:
        if missing := missing_in(text):
            raise ValidationError(
                _("“%(text)s” cannot be printed: no font here has %(letters)s. Use Latin, Cyrillic or Greek letters.")
                % {"text": text, "letters": ", ".join(sorted(missing))}
            )


def _joined_and_signed(common: bytes, personal: bytes, link: str, content: Content) -> bytes:
    """One update of the common page adds the personal part and the signature, so that nothing is written twice."""
    from pyhanko.pdf_utils import generic
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.pdf_utils.reader import PdfFileReader

    writer = IncrementalPdfFileWriter(io.BytesIO(common))
    drawn = writer.import_page_as_xobject(PdfFileReader(io.BytesIO(personal)))
    resources = generic.DictionaryObject({generic.pdf_name("/XObject"): generic.DictionaryObject()})
    resources["/XObject"]["/Personal"] = drawn
    stream = generic.StreamObject(stream_data=b"q /Personal Do Q")
    page = writer.add_stream_to_page(0, writer.add_object(stream), resources)
    page_object = page.get_object()
    annotation = generic.DictionaryObject(
        {
            generic.pdf_name("/Type"): generic.pdf_name("/Annot"),
            generic.pdf_name("/Subtype"): generic.pdf_name("/Link"),
            generic.pdf_name("/Rect"): generic.ArrayObject(map(generic.FloatObject, code_area(sheet_of(content)))),
            generic.pdf_name("/Border"): generic.ArrayObject([generic.NumberObject(0)] * 3),
            generic.pdf_name("/F"): generic.NumberObject(4),
            generic.pdf_name("/A"): generic.DictionaryObject(
                {
                    generic.pdf_name("/S"): generic.pdf_name("/URI"),
                    generic.pdf_name("/URI"): generic.pdf_string(link),
                }
            ),
        }
    )
    page_object["/Annots"] = generic.ArrayObject([writer.add_object(annotation)])
    writer.update_container(page_object)
    return sign(writer, field=FIELD, reason=content.serial)
