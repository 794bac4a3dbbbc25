"""Numbers as people of the region type them: 2,5 and 2.5, 1 000 and 1.000, with a real minus sign or a hyphen."""

import re
from decimal import Decimal, InvalidOperation

# The spaces that part thousands, and the apostrophe of some keyboards.
PARTED = re.compile(r"(?<=\d)[\s\u00a0\u2009\u202f'’](?=\d{3}(?!\d))")
MINUS = str.maketrans({"−": "-", "–": "-", "‒": "-"})
NUMBER = re.compile(r"[-+]?(?:\d+(?:[.,]\d+)*|[.,]\d+)")
LONGEST = 40


def readings(text: str) -> list[Decimal]:
    """What a typed number may mean, likeliest first; empty where it is none.

    A single comma or point before three digits may part thousands or decimals: 1,000 has two readings.
    """
    plain = PARTED.sub("", text.strip().translate(MINUS))
    if len(plain) > LONGEST or not NUMBER.fullmatch(plain):
        return []
    marks = [sign for sign in plain if sign in ".,"]
    if not marks:
        return _decimals(plain)
    last = marks[-1]
    if len(set(marks)) == 2:
        if marks.count(last) > 1:
            return []
        other = "." if last == "," else ","
        return _decimals(plain.replace(other, "").replace(last, "."))
    if len(marks) > 1:
        return _decimals(plain.replace(last, ""))
    found = _decimals(plain.replace(last, "."))
    whole, _mark, digits = plain.partition(last)
    if len(digits) == 3 and whole.strip("+-") not in ("", "0"):
        found += _decimals(plain.replace(last, ""))
    return found


def _decimals(text: str) -> list[Decimal]:
    try:
        return [Decimal(text)]
    except InvalidOperation:
        return []


def is_within(value: Decimal, wanted: str, tolerance: str) -> bool:
    """Whether a value lies within the tolerance of what is wanted, both ends included. * is any number."""
    if wanted == "*":
        return True
    return abs(value - Decimal(wanted)) <= abs(Decimal(tolerance or 0))
