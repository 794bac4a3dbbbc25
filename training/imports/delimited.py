"""Text files of separated values: which encoding, which separator, which rows."""

import csv
import io
import re
from collections.abc import Iterator
from itertools import pairwise

from django.utils.translation import gettext as _

from training.imports.refusal import RefusedError

SEPARATORS = (",", ";", "\t", "|")
# Encodings that programs of the region have written lists in, the commoner first.
ENCODINGS = ("cp1250", "cp1251", "mac_cyrillic", "iso8859_2", "iso8859_5", "cp1252", "mac_latin2", "cp852")
LATIN = frozenset("čćđšžśźëçáéíóúâêôäöüČĆĐŠŽŚŹËÇÁÉÍÓÚÂÊÔÄÖÜ")
CYRILLIC = frozenset("абвгдђежзѕијклљмнњопрстћќуфхцчџшѓАБВГДЂЕЖЗЅИЈКЛЉМНЊОПРСТЋЌУФХЦЧЏШЃ")
NEUTRAL = frozenset("–—‘’“”„…•«»°§№€©®✓✔✗✘×−\u00a0\u00ad")
WORD = re.compile(r"[^\W\d_]+")
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
SAMPLE = 50
SCORED = 200_000


def read_text(data: bytes) -> str:
    """`data` as text. UTF-8 and UTF-16 where it is one; else the encoding whose letters make sense for the region."""
    text = _unicode(data)
    if text is None:
        text = max((_decoded(data, encoding) for encoding in ENCODINGS), key=lambda found: found[0])[1]
    if CONTROL.search(text):
        raise RefusedError(_("This is not a text file. Save the list as .xlsx or .csv."))
    return text


def _unicode(data: bytes) -> str | None:
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        encoding = "utf-16"
    elif b"\x00" in data[:200]:
        encoding = "utf-16-le" if data[1:2] == b"\x00" else "utf-16-be"
    else:
        encoding = "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _decoded(data: bytes, encoding: str) -> tuple[int, str]:
    text = data.decode(encoding, errors="replace")
    return _plausibility(text[:SCORED]), text


def _plausibility(text: str) -> int:
    """How much `text` looks like names of the region: their letters for it, others and mixed words against it."""
    score = 0
    for letter in text:
        if letter < "\x80" or letter in NEUTRAL:
            continue
        score += 1 if letter in LATIN or letter in CYRILLIC else -3
    for word in WORD.findall(text):
        if not word.isascii():
            cyrillic = sum(letter in CYRILLIC for letter in word)
            score -= 3 if 0 < cyrillic < len(word) else 0
            score -= sum(a.islower() and b.isupper() for a, b in pairwise(word))
    return score


def read_records(text: str) -> Iterator[tuple[int, list[str]]]:
    """Each record with its number as a spreadsheet shows it. Raises RefusedError where a quotation does not close."""
    separator, start = _separator(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    number = 0
    try:
        for number, record in enumerate(reader, 1):
            if number > start:
                yield number, record
    except csv.Error as problem:
        raise RefusedError(
            _("Row %(row)s cannot be read: a quotation mark is not closed, or a cell is too long.")
            % {"row": number + 1}
        ) from problem


def _separator(text: str) -> tuple[str, int]:
    """The separator, and how many rows at the top only announce it (Excel's “sep=;”)."""
    announced = re.match(r"sep=(.)\r?\n", text, re.IGNORECASE)
    if announced:
        return announced[1], 1
    return max(SEPARATORS, key=lambda separator: _columns(text, separator)), 0


def _columns(text: str, separator: str) -> int:
    """How many separators part the cells of the first rows."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        return sum(len(record) - 1 for record, _n in zip(reader, range(SAMPLE), strict=False) if record)
    except csv.Error:
        return 0
