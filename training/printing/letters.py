"""Texts from the register, made fit for files: nothing a format forbids, nothing a font cannot draw."""

import re
import unicodedata
from functools import cache
from pathlib import Path

# What XML 1.0, and with it XLSX, cannot hold at all.
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
REPLACEMENT = "\ufffd"
FACES = {"normal": "DejaVuSans.ttf", "bold": "DejaVuSans-Bold.ttf", "italic": "DejaVuSans-Oblique.ttf"}


def clean(text: str) -> str:
    """The text with letters and their accents as one character each, without what no file may hold."""
    return unicodedata.normalize("NFC", FORBIDDEN.sub("", text))


def drawable(text: str) -> str:
    """The text as our font draws it. It has every letter of Latin, Cyrillic and Greek; others become �."""
    found = clean(text)
    if found.isascii():
        return found
    letters = drawn_by(*FACES.values())
    return "".join(c if c in letters or c.isspace() else REPLACEMENT for c in found)


def fonts() -> Path:
    """The folder of the DejaVu fonts that come with matplotlib."""
    import matplotlib  # slow to import

    return Path(matplotlib.get_data_path()) / "fonts" / "ttf"


@cache
def drawn_by(*files: str) -> frozenset[str]:
    """The characters that every one of these fonts has."""
    from matplotlib.ft2font import FT2Font  # slow to import

    return frozenset(map(chr, set.intersection(*(set(FT2Font(str(fonts() / name)).get_charmap()) for name in files))))
