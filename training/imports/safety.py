"""Is this file what it claims to be, and small enough to open? Asked before any parser sees it.

Nothing here trusts a header: every part is really inflated, piece by piece, until it ends or a bound is passed.
"""

import io
import zipfile
import zlib
from typing import IO

from django.utils.translation import gettext as _

from training.imports.refusal import RefusedError

MEGABYTE = 1024 * 1024
MAX_UPLOAD = 20 * MEGABYTE
MAX_INFLATED = 20 * MEGABYTE
MAX_PARTS = 1000
# A list of 10,000 people with 15 columns has about 900,000; what a style sheet holds costs the parser far more apiece.
MAX_TAGS = 1_000_000
MAX_TAGS_OF_STRINGS = 300_000
MAX_TAGS_OF_STYLES = 60_000
PIECE = 64 * 1024
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
ZIP = b"PK\x03\x04"
BROKEN = (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, ValueError, KeyError, RuntimeError)
WORKBOOK = "xl/workbook.xml"


class BoundPassedError(Exception):
    """A part of an archive is larger, or holds more tags, than the caller allows."""


def check_size(size: int) -> None:
    """Raise RefusedError for a file that is empty or larger than an upload may be."""
    if size == 0:
        raise RefusedError(_("The file is empty."))
    if size > MAX_UPLOAD:
        raise RefusedError(_("The file is larger than %(limit)s MB.") % {"limit": MAX_UPLOAD // MEGABYTE})


def check_workbook(data: bytes) -> None:
    """Raise RefusedError unless `data` is an Excel workbook (.xlsx) that is safe to open."""
    if data.startswith(OLE):
        raise RefusedError(_protected() if ENCRYPTED in data else _old_office())
    if not data.startswith(ZIP):
        raise RefusedError(_("This is not an Excel workbook. Save the list as .xlsx or .csv."))
    if data.count(b"PK\x01\x02") > MAX_PARTS:
        raise RefusedError(_too_much())
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_kind(archive)
            _check_parts(archive)
    except BoundPassedError as problem:
        raise RefusedError(_too_much()) from problem
    except BROKEN as problem:
        raise RefusedError(
            _("The file is damaged. Open it in Excel or LibreOffice and save it again as .xlsx.")
        ) from problem


def _check_kind(archive: zipfile.ZipFile) -> None:
    names = set(archive.namelist())
    if any(part.flag_bits & 1 for part in archive.infolist()):
        raise RefusedError(_protected())
    if "xl/vbaProject.bin" in names:
        raise RefusedError(_("This workbook carries macros. Save the list as .xlsx, which has none."))
    if "xl/workbook.bin" in names:
        raise RefusedError(_("This is a binary workbook (.xlsb). Save the list as .xlsx or .csv."))
    if WORKBOOK not in names:
        raise RefusedError(_kind_of(names))


def _kind_of(names: set[str]) -> str:
    if "word/document.xml" in names:
        return _("This is a Word document. Save the list as .xlsx or .csv.")
    if "ppt/presentation.xml" in names:
        return _("This is a presentation. Save the list as .xlsx or .csv.")
    if {"mimetype", "content.xml"} <= names:
        return _("This is an OpenDocument file. Save the list as .xlsx or .csv.")
    return _("This is not an Excel workbook. Save the list as .xlsx or .csv.")


def _check_parts(archive: zipfile.ZipFile) -> None:
    left, tags = MAX_INFLATED, MAX_TAGS
    for part in archive.infolist():
        with archive.open(part) as stream:
            allowed = min(tags, _tags_allowed(part.filename))
            size, found, start = inflate(stream, left, allowed)
        left, tags = left - size, tags - found
        if part.filename == "[Content_Types].xml" and b"macroEnabled" in start:
            raise RefusedError(_("This workbook carries macros. Save the list as .xlsx, which has none."))
        if part.filename == WORKBOOK and b"purl.oclc.org" in start:
            raise RefusedError(
                _("This is a “Strict Open XML” workbook. Save it as an ordinary Excel workbook (.xlsx).")
            )


def inflate(stream: IO[bytes], left: int, tags: int) -> tuple[int, int, bytes]:
    """Size, number of tags and beginning of one part; BoundPassedError as soon as either bound is passed."""
    size = found = 0
    start = b""
    while piece := stream.read(PIECE):
        start = start or piece
        size += len(piece)
        found += piece.count(b"<") - piece.count(b"</")
        if size > left or found > tags:
            raise BoundPassedError
    return size, found, start


def _tags_allowed(name: str) -> int:
    if name.endswith("sharedStrings.xml"):
        return MAX_TAGS_OF_STRINGS
    return MAX_TAGS if "/worksheets/" in name or "/media/" in name else MAX_TAGS_OF_STYLES


def _protected() -> str:
    return _("The file is protected by a password. Save it without one.")


def _old_office() -> str:
    return _("This is a file of an old Office version (such as .xls). Save the list as .xlsx or .csv.")


def _too_much() -> str:
    return _(
        "The file holds more than a list can: over %(limit)s MB once unpacked, or too many cells. "
        "Copy the rows of the list alone into a new workbook."
    ) % {"limit": MAX_INFLATED // MEGABYTE}
