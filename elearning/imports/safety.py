"""Is this a Word document, and safe and small enough to open? Asked before any parser sees it."""

import io
import zipfile

from django.utils.translation import gettext as _

from training.imports.refusal import RefusedError
from training.imports.safety import BROKEN, ENCRYPTED, MEGABYTE, OLE, ZIP, BoundPassedError, check_size, inflate

FOLDER = "word/"
TYPES = "[Content_Types].xml"
MAX_INFLATED = 80 * MEGABYTE
MAX_TEXT = 30 * MEGABYTE  # of one part that is XML
MAX_RATIO = 200  # a page of text inflates to some 10 times its size, one of spaces to 1,000
MAX_PARTS = 3000
MAX_TAGS = 1_500_000
PICTURES = f"{FOLDER}media/"


def check_manual(data: bytes) -> None:
    """Raise RefusedError unless `data` is a Word document (.docx) that is safe to open."""
    check_size(len(data))
    if data.startswith(OLE):
        raise RefusedError(_protected() if ENCRYPTED in data else _old_word())
    if not data.startswith(ZIP):
        raise RefusedError(_kind_by_start(data))
    if data.count(b"PK\x01\x02") > MAX_PARTS:
        raise RefusedError(_too_many_parts())
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_kind(archive)
            _check_parts(archive)
    except BoundPassedError as problem:
        raise RefusedError(_too_much()) from problem
    except BROKEN as problem:
        raise RefusedError(damaged()) from problem


def _check_kind(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    names = {part.filename for part in parts}
    if any(part.flag_bits & 1 for part in parts):
        raise RefusedError(_protected())
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise RefusedError(_macros())
    if TYPES not in names or not any(name.startswith(FOLDER) for name in names):
        raise RefusedError(_kind_by_parts(names))
    packed = sum(part.compress_size for part in parts)
    if sum(part.file_size for part in parts) > MAX_RATIO * max(packed, MEGABYTE // 10):
        raise RefusedError(_too_much())


def _check_parts(archive: zipfile.ZipFile) -> None:
    left, tags = MAX_INFLATED, MAX_TAGS
    for part in archive.infolist():
        picture = part.filename.startswith(PICTURES)
        with archive.open(part) as stream:
            size, found, start = inflate(stream, left if picture else min(left, MAX_TEXT), left if picture else tags)
        left -= size
        tags -= 0 if picture else found
        if part.filename == TYPES and b"macroenabled" in start.lower():
            raise RefusedError(_macros())
        if part.filename.startswith(f"{FOLDER}document") and b"purl.oclc.org" in start:
            raise RefusedError(_("This is a “Strict Open XML” document. Save it as an ordinary Word document (.docx)."))
        if not picture and b"<!DOCTYPE" in start:
            raise RefusedError(_("The file declares a document type of its own, which no Word document does."))


def _kind_by_start(data: bytes) -> str:
    if data.startswith(b"%PDF"):
        return _("This is a PDF. Open the manual in Word or LibreOffice and save it as a Word document (.docx).")
    if data.startswith(b"{\\rtf"):
        return _("This is an RTF file. Save the manual as a Word document (.docx).")
    return not_word()


def _kind_by_parts(names: set[str]) -> str:
    if "xl/workbook.xml" in names:
        return _("This is an Excel workbook. A manual is a Word document (.docx).")
    if "ppt/presentation.xml" in names:
        return _("This is a presentation. A manual is a Word document (.docx).")
    if {"mimetype", "content.xml"} <= names:
        return _("This is an OpenDocument file. Save the manual as a Word document (.docx).")
    return not_word()


def damaged() -> str:
    return _("The file is damaged. Open it in Word or LibreOffice and save it again as .docx.")


def not_word() -> str:
    return _("This is not a Word document. Save the manual as .docx.")


def _old_word() -> str:
    return _("This is a file of an old Word version (.doc). Save the manual as .docx.")


def _protected() -> str:
    return _("The file is protected by a password. Save it without one.")


def _macros() -> str:
    return _("This document carries macros. Save it as .docx, which has none.")


def _too_many_parts() -> str:
    return _("The file has more than %(limit)s parts, which no manual needs.") % {"limit": MAX_PARTS}


def _too_much() -> str:
    return _(
        "The file holds more than a manual can: over %(limit)s MB once unpacked, or far too much for its size. "
        "In Word, compress its pictures and save it again."
    ) % {"limit": MAX_INFLATED // MEGABYTE}
