"""Photographs and scans for tests, with whatever a device writes into them, and sheets that are kept already."""

import io
from hashlib import sha256

from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject, StreamObject, TextStringObject

from training.models import Account, PaperCount, SignedSheet
from training.models.paper import sheet_storage

PLACE, DEVICE, WHEN = b"N41.9981 E21.4254", b"Phone of the trainer", b"2026:05:13 09:00:00"
SCRIPT = "SubmitTheForm"


def picture(size=(600, 800), kind="JPEG", turned=1, colour="white"):
    """A photograph with the place, the device and the time in it, lying as `turned` says."""
    exif = Image.Exif()
    exif[0x0110], exif[0x0132], exif[0x0112] = DEVICE.decode(), WHEN.decode(), turned
    exif.get_ifd(0x8825)[29] = PLACE.decode()
    out = io.BytesIO()
    said = {"comment": DEVICE} if kind == "JPEG" else {}
    Image.new("RGB", size, colour).save(out, kind, exif=exif, **said)
    return out.getvalue()


def scan(pages=1, jpeg=None, change=None):
    """A PDF of pictures as scanners write it; `change` may add what does not belong there."""
    writer = PdfWriter()
    jpeg = picture() if jpeg is None else jpeg
    for _number in range(pages):
        page = writer.add_blank_page(595, 842)
        shown = StreamObject()
        shown._data = jpeg
        shown |= {
            NameObject("/Type"): NameObject("/XObject"), NameObject("/Subtype"): NameObject("/Image"),
            NameObject("/Width"): NumberObject(600), NameObject("/Height"): NumberObject(800),
            NameObject("/ColorSpace"): NameObject("/DeviceRGB"), NameObject("/BitsPerComponent"): NumberObject(8),
            NameObject("/Filter"): NameObject("/DCTDecode"),
        }  # fmt: skip
        held = DictionaryObject({NameObject("/Im0"): writer._add_object(shown)})
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/XObject"): held})
        content = StreamObject()
        content._data = b"q 500 0 0 700 40 60 cm /Im0 Do Q"
        page[NameObject("/Contents")] = writer._add_object(content)
    writer.add_metadata({"/Author": DEVICE.decode(), "/Creator": "Scanner"})
    if change:
        change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def with_scripts(writer):
    """Scripts when it is opened and on a page, a file attached, a link, and XMP."""
    script = DictionaryObject({NameObject("/S"): NameObject("/JavaScript")})
    script[NameObject("/JS")] = TextStringObject(SCRIPT)
    writer._root_object[NameObject("/OpenAction")] = script
    named = DictionaryObject({NameObject("/Names"): ArrayObject([TextStringObject("opened"), script])})
    writer._root_object[NameObject("/Names")] = DictionaryObject({NameObject("/JavaScript"): named})
    writer.add_attachment("evil.exe", b"MZ-attached")
    page = writer.pages[0]
    xmp = StreamObject()
    xmp._data = b"<x:xmpmeta>" + PLACE + b"</x:xmpmeta>"
    page[NameObject("/Metadata")] = writer._add_object(xmp)
    action = DictionaryObject({NameObject("/S"): NameObject("/Launch"), NameObject("/F"): NameObject("/calc.exe")})
    page[NameObject("/AA")] = DictionaryObject({NameObject("/O"): action})
    link = DictionaryObject({NameObject("/Subtype"): NameObject("/Link"), NameObject("/A"): action})
    page[NameObject("/Annots")] = ArrayObject([writer._add_object(link)])


def kept_sheet(day, data=b"%PDF-1.7 signed", **said):
    """A sheet that is kept already, as the service would have left it."""
    from django.core.files.base import ContentFile

    name = sheet_storage().save("test.pdf", ContentFile(data))
    fields = {"kind": "pdf", "size": len(data), "sha256": sha256(data).hexdigest(), "by": Account.objects.system()}
    return SignedSheet.objects.create(day=day, file=name, **(fields | said))


def papers_that_agree(session):
    """For each day a sheet with as many signatures as people are present or late."""
    from training.services.paper_counts import days_on_paper

    there = {one.day: one.there for one in days_on_paper(session)}
    for day in session.days.all():
        kept_sheet(day, f"%PDF-1.7 {day}".encode())
        PaperCount.objects.create(day=day, signatures=there[day.date], by=Account.objects.system())
