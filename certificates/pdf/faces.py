"""The letters of a certificate: STIX, a serif made for print, and DejaVu Serif for what it has no letter of.

Both come with matplotlib, as does the font of reports. Neither is ever set in italics: those of Cyrillic letters have
other forms in Serbian and Macedonian than the fonts draw.
"""

from dataclasses import dataclass

from training.printing.letters import drawable, drawn_by, fonts


@dataclass(frozen=True)
class Face:
    family: str
    plain: str
    bold: str

    @property
    def letters(self) -> frozenset[str]:
        return drawn_by(self.plain, self.bold)

    def registered(self) -> tuple[str, str]:
        """What ReportLab knows the two by."""
        from reportlab.pdfbase import pdfmetrics  # slow to import
        from reportlab.pdfbase.ttfonts import TTFont

        names = f"{self.family}-plain", f"{self.family}-bold"
        for name, file in zip(names, (self.plain, self.bold), strict=True):
            if name not in pdfmetrics.getRegisteredFontNames():
                pdfmetrics.registerFont(TTFont(name, str(fonts() / file)))
        return names


STIX = Face("certificate-stix", "STIXGeneral.ttf", "STIXGeneralBol.ttf")
DEJAVU = Face("certificate-dejavu", "DejaVuSerif.ttf", "DejaVuSerif-Bold.ttf")


def face_for(*texts: str) -> Face:
    """STIX if it has every letter, else DejaVu, which has all that `missing_in` lets through."""
    letters = {letter for text in texts for letter in text if not letter.isspace()}
    return STIX if letters <= STIX.letters else DEJAVU


def missing_in(text: str) -> set[str]:
    """The letters of a text that cannot be printed."""
    if text.isascii():
        return set()
    drawn = {letter for letter in text if letter in DEJAVU.letters and drawable(letter) == letter}
    return {letter for letter in text if not letter.isspace()} - drawn
