"""Accent colours: dark enough on white paper to be read, in colour and on a black-and-white printer."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

HEX = re.compile(r"#[0-9a-f]{6}")
LEAST_CONTRAST = 4.5  # to white, as WCAG 2 has it for text (AA)


def contrast_to_white(colour: str) -> float:
    """From 1, white itself, to 21, black (WCAG 2). `colour` as #1c4b6c."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return 1.05 / (luminance + 0.05)


def validate_accent(colour: str) -> None:
    """Raises ValidationError for what is no colour, or one too light to read."""
    if not HEX.fullmatch(colour.lower()):
        raise ValidationError(_("A colour is written as # and six digits or letters from a to f, such as #1c4b6c."))
    if (found := contrast_to_white(colour)) < LEAST_CONTRAST:
        raise ValidationError(
            _("Too light on white paper: the contrast is %(found)s, and %(least)s are needed. Take a darker colour.")
            % {"found": f"{found:.1f}", "least": LEAST_CONTRAST}
        )
