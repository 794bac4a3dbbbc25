"""Photographs and scans of signed sheets: what is taken in, and what is left of it. Pure functions on bytes.

A picture is drawn anew, so that no byte of the upload stays: not where it was taken, when, or with which device. Of a
PDF the pages stay and nothing else: no scripts, attachments, links, forms, or what a scanner wrote beside them.
"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from training.models import SignedSheet

LARGEST_MB = 20
MOST_PAGES = 40
# As many as telephones take; a PNG has to be unpacked whole.
MOST_PIXELS = {"JPEG": 64_000_000, "PNG": 24_000_000}
SMALLEST = 200  # pixels: less shows no signature
KEPT_WITHIN = (3000, 3000)  # about 250 an inch on a sheet of A4
QUALITY = 85
KINDS = {b"\x89PNG\r\n\x1a\n": "PNG", b"\xff\xd8\xff": "JPEG"}
HEIC = re.compile(rb"....ftyp(hei|hev|mif1|msf1|avif)", re.DOTALL)
# What a page, a picture or a form in it may carry besides what is to be seen.
BESIDE = (
    "/AA",
    "/AF",
    "/Annots",
    "/B",
    "/EF",
    "/JS",
    "/LastModified",
    "/Metadata",
    "/OpenAction",
    "/OPI",
    "/PieceInfo",
)


@dataclass(frozen=True)
class Scan:
    """What is kept of an upload."""

    kind: str
    data: bytes
    pages: int = 1


def read_scan(data: bytes) -> Scan:
    """What to keep of this file. Raises ValidationError in plain words for what cannot be taken."""
    if not data:
        raise ValidationError(_("The file is empty."))
    if len(data) > LARGEST_MB * 1_000_000:
        raise ValidationError(_("The file is larger than %(most)s MB.") % {"most": LARGEST_MB})
    if data.startswith(b"%PDF-"):
        return _pages_of(data)
    kind = next((kind for start, kind in KINDS.items() if data.startswith(start)), None)
    if kind is not None:
        return Scan(SignedSheet.PICTURE, _picture(data, kind))
    if HEIC.match(data):
        raise ValidationError(_("This is a HEIC picture. Save it as JPEG, or take the photograph from this page."))
    raise ValidationError(_("This is neither a picture (JPEG or PNG) nor a PDF."))


def _picture(data: bytes, kind: str) -> bytes:
    from PIL import Image, ImageOps  # slow to import

    try:
        picture: Any = Image.open(io.BytesIO(data), formats=[kind])
        _check_pixels(picture, kind)
        picture.draft("RGB", KEPT_WITHIN)  # a JPEG is unpacked no larger than it will be kept
        upright = ImageOps.exif_transpose(picture).convert("RGBA")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise ValidationError(_("This picture is damaged: it cannot be drawn to its end.")) from None
    upright.thumbnail(KEPT_WITHIN)
    paper = Image.new("RGB", upright.size, "white")
    paper.paste(upright, mask=upright)
    out = io.BytesIO()
    paper.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()


def _check_pixels(picture: Any, kind: str) -> None:
    wide, high = picture.size
    if wide * high > MOST_PIXELS[kind]:
        raise ValidationError(
            _("This picture has %(wide)s × %(high)s pixels; at most %(most)s million can be taken.")
            % {"wide": wide, "high": high, "most": MOST_PIXELS[kind] // 1_000_000}
        )
    if min(wide, high) < SMALLEST:
        raise ValidationError(_("This picture is too small to read: %(least)s pixels each way.") % {"least": SMALLEST})


def _pages_of(data: bytes) -> Scan:
    from pypdf import PdfReader, PdfWriter  # slow to import

    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted:
            raise ValidationError(_("This PDF is protected by a password. Save it without one."))
        if len(reader.pages) > MOST_PAGES:
            raise ValidationError(_("This PDF has more than %(most)s pages.") % {"most": MOST_PAGES})
        writer = PdfWriter()
        for page in reader.pages:
            writer.add_page(page, excluded_keys=BESIDE)
        if not writer.pages:
            raise ValidationError(_("This PDF has no pages."))
        writer.metadata = None
        for found in writer._objects:
            _strip(found)
        out = io.BytesIO()
        writer.write(out)
        return Scan(SignedSheet.PDF, out.getvalue(), len(writer.pages))
    except ValidationError:
        raise
    except Exception:  # whatever a broken file makes its reader stumble over
        raise ValidationError(_("This PDF is damaged, or holds more than a scan does.")) from None


def _strip(found: Any) -> None:
    """Take out what a stream says beside itself, and what a camera wrote into a picture in it."""
    from pypdf.generic import NameObject, StreamObject

    if not isinstance(found, StreamObject):
        return
    for name in BESIDE:
        found.pop(name, None)
    filters = found.get("/Filter")
    names = filters if isinstance(filters, list) else [filters]
    if names and names[-1] == "/DCTDecode":
        found._data = picture_alone(found.get_data())
        found[NameObject("/Filter")] = NameObject("/DCTDecode")
        found.pop("/DecodeParms", None)


def picture_alone(jpeg: bytes) -> bytes:
    """A JPEG without what applications wrote into it (Exif, XMP, comments) and what follows its end. How its colours
    are to be read stays.
    """
    return b"".join(_parts_to_see(jpeg)) if jpeg.startswith(b"\xff\xd8") else b""


NEXT_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
COMMENT, SCAN, END, ADOBE = 0xFE, 0xDA, 0xD9, 0xEE
APPLICATIONS = range(0xE0, 0xF0)


def _parts_to_see(jpeg: bytes) -> Iterator[bytes]:
    """The segments of a JPEG that belong to the picture, one after the other, until its end."""
    yield jpeg[:2]
    at = 2
    while found := NEXT_MARKER.search(jpeg, at):
        start, marker = found.start(), jpeg[found.start() + 1]
        if marker == END:
            yield jpeg[start : start + 2]
            return
        end = start + 2 + int.from_bytes(jpeg[start + 2 : start + 4])
        if marker == SCAN:
            following = NEXT_MARKER.search(jpeg, end)
            end = following.start() if following else len(jpeg)
        if marker == ADOBE or not (marker == COMMENT or marker in APPLICATIONS):
            yield jpeg[start:end]
        at = end
