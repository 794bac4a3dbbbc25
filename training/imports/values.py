"""One cell → one value. Readers raise BadValueError saying what would be accepted."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from math import isfinite

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from training.choices import Sex
from training.imports import vocabulary
from training.imports.refusal import BadValueError
from training.imports.workbook import Cell, starts_formula, text_of, words_of
from training.names import LONGEST_NAME, fits, match_key
from training.services import scores
from training.services.scores import HUNDREDTH

CROSS = "x"
LONGEST_INSTITUTION = 200
LONGEST_POSITION = 150
# Signs of a footer, an address or a note that stands in the column of names.
NOT_IN_A_NAME = frozenset(":;=<>{}[]\\|@")


def read_words(cell: Cell) -> str:
    """Text that goes into a record as it stands. RefusedError where a spreadsheet would compute it."""
    if starts_formula(cell):
        raise BadValueError(_("A cell may not begin with =, +, -, @ or a tab. Write the text itself."))
    return words_of(cell)


def read_name(cell: Cell) -> str:
    text = read_words(cell)
    if text and (NOT_IN_A_NAME & set(text) or not any(letter.isalpha() for letter in text)):
        raise BadValueError(_("Write a name in letters, without signs such as : ; = @."))
    return text


def name_keys(given: str, family: str) -> tuple[str, str]:
    """The match keys of a whole name. Refused where a record could not hold it."""
    keys = match_key(given), match_key(family)
    if not fits(given, family):
        raise BadValueError(_("A name has at most %(limit)s letters.") % {"limit": LONGEST_NAME})
    if not all(keys):
        raise BadValueError(_("Write a name in letters, without signs such as : ; = @."))
    return keys


def split_name(text: str, *, family_first: bool) -> tuple[str, str]:
    """A whole name as given and family name. A comma says that the family name stands before it."""
    if "," in text:
        family, given = text.split(",", 1)
    elif family_first:
        family, _space, given = text.partition(" ")
    else:
        given, _space, family = text.rpartition(" ")
    given, family = given.strip(" ,"), family.strip(" ,")
    if not given or not family:
        raise BadValueError(_("Write first and last name, with a space between them."))
    return given, family


def read_sex(cell: Cell) -> str:
    text = words_of(cell)
    if not text:
        return Sex.NOT_RECORDED
    found = vocabulary.sex(text)
    if found is None:
        raise BadValueError(
            _(
                "Write F or M, or the word in one of the languages (Ж or М, ženski or muški, Femër or Mashkull); "
                "leave the cell empty if it is not recorded."
            )
        )
    return found


def read_jurisdiction(cell: Cell, known: Mapping[str, str]) -> str:
    """The code of a jurisdiction. `known` maps the match keys of codes and names in the database to codes."""
    text = words_of(cell)
    if not text:
        return ""
    found = known.get(vocabulary.key_of(text)) or vocabulary.jurisdiction(text)
    if found is None or found not in known.values():
        raise BadValueError(
            _("Write one of the jurisdictions %(codes)s, or its name in any language of the region.")
            % {"codes": ", ".join(dict.fromkeys(known.values()))}
        )
    return found


def read_institution(cell: Cell) -> str:
    text = read_words(cell)
    if not text:
        return ""
    key = vocabulary.key_of(text)
    if not key:
        raise BadValueError(_("Write the institution's name, or leave the cell empty."))
    if max(len(text), len(key)) > LONGEST_INSTITUTION:
        raise BadValueError(
            _("The name of an institution has at most %(limit)s letters.") % {"limit": LONGEST_INSTITUTION}
        )
    return text


def read_position(cell: Cell) -> str:
    text = read_words(cell)
    if len(text) > LONGEST_POSITION:
        raise BadValueError(_("A position has at most %(limit)s letters.") % {"limit": LONGEST_POSITION})
    return text


def read_email(cell: Cell) -> str:
    text = words_of(cell).removeprefix("mailto:").lower()
    if not text:
        return ""
    try:
        validate_email(text)
    except ValidationError:
        text = ""
    if not text or len(text) > 254 or starts_formula(cell):
        raise BadValueError(_("Write one e-mail address, such as name@example.org, or leave the cell empty."))
    return text


def read_role(cell: Cell) -> str:
    text = words_of(cell)
    if not text:
        return ""
    found = vocabulary.role(text)
    if found is None:
        raise BadValueError(
            _("Write trainee, trainer, observer or organiser, or the word in a language of the region.")
        )
    return found


def read_score(cell: Cell) -> Decimal | None:
    """A score in per cent, with two digits after the point; None for an empty cell.

    A fraction of one is refused: a cell that a spreadsheet shows as 85 % holds 0.85.
    """
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        score = Decimal(str(cell)).quantize(HUNDREDTH, ROUND_HALF_UP) if isfinite(cell) else Decimal(-1)
    else:
        try:
            found = scores.read_score(words_of(cell))
        except ValidationError as refusal:
            raise BadValueError(" ".join(refusal.messages)) from refusal
        if found is None:
            return None
        score = found
    if not 0 <= score <= 100 or 0 < score < 1:
        raise BadValueError(_("Write the score in per cent, such as 85, or leave the cell empty."))
    return score


def read_mark(cell: Cell) -> str:
    """The mark a cell makes, empty where there is none; `CROSS` for one whose meaning depends on the other marks."""
    if cell is None:
        return ""
    text = text_of(cell)
    if text.lower() in vocabulary.CROSSES:
        return CROSS
    return _mark_in(text) if text else ""


@cache
def _mark_meant(text: str) -> str | None:
    return vocabulary.mark(text)


def _mark_in(text: str) -> str:
    found = _mark_meant(text) if len(text) < 40 else None
    if found is None:
        raise BadValueError(
            _(
                "Write P (present), L (late), E (excused) or A (absent); + or -, ✓ or ✗, 1 or 0 and the words of the "
                "region's languages are read too. Leave the cell empty where nobody marked."
            )
        )
    return found


def say_crosses_are_unclear() -> str:
    return _("A cross may mean present or absent. Write P for present or A for absent.")
