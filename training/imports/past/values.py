"""One cell of a list of sessions → one value. Readers raise BadValueError saying what would be accepted."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _

from training.choices import Modality, SessionKind
from training.imports import values as common
from training.imports.headings import PartialDate, read_dates
from training.imports.past import vocabulary
from training.imports.refusal import BadValueError
from training.imports.workbook import Cell, starts_formula, words_of
from training.names import match_key
from training.services.headcounts import MOST

LONGEST_TITLE, LONGEST_PLACE, LONGEST_QUOTE = 200, 150, 2000
MOST_SESSIONS = 1000
EARLIEST = 1990
GROUPED = re.compile(r"\d{1,3}(?:([ .,'’])\d{3})(?:\1\d{3})*")
MONTH_FIRST = re.compile(r"([^\W\d_]{3,})\.? (\d{1,2}(?: ?[-–—] ?\d{1,2})?),? (\d{4})")
DAY_ALONE = re.compile(r"(\d{1,2})\.?")
FROM = re.compile(r"(?:from|od|од|nga|prej) ", re.IGNORECASE)
BETWEEN_DAYS = re.compile(r" ?[-–—] ?| (?:to|until|through|do|до|deri më|deri) ", re.IGNORECASE)
BETWEEN_PLACES = re.compile(r"[,;/|+\n]| [-–—] ")


class Span(NamedTuple):
    """First and last day; None where they are not known."""

    start: date | None = None
    end: date | None = None


def read_text(cell: Cell, longest: int) -> str:
    text = common.read_words(cell)
    if len(text) > longest:
        raise BadValueError(_("At most %(limit)s letters fit here.") % {"limit": longest})
    return "" if says_unknown(text) else text


def says_unknown(text: str) -> bool:
    """Whether the text says that nobody knows: “n/a”, “непознато”, “?”."""
    return match_key(text) in vocabulary.unknown() or not text.strip("?")


def read_number(cell: Cell) -> int | None:
    """A whole number of people; None where the cell is blank or says that nobody knows. Never zero for that."""
    number = _whole(cell)
    if number is not None and not 0 <= number <= MOST:
        raise BadValueError(_say_number())
    return number


def read_sessions(cell: Cell) -> int | None:
    number = _whole(cell)
    if number is not None and not 1 <= number <= MOST_SESSIONS:
        raise BadValueError(
            _("Write a whole number from 1 to %(most)s, or leave the cell empty.") % {"most": MOST_SESSIONS}
        )
    return number


def _whole(cell: Cell) -> int | None:
    if starts_formula(cell):
        raise BadValueError(_("The cell holds a formula or begins like one. Write the number itself."))
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        if isinstance(cell, float) and not cell.is_integer():
            raise BadValueError(_say_number())
        return int(cell)
    text = words_of(cell)
    if says_unknown(text):
        return None
    digits = re.sub(r"[ .,'’]", "", text) if GROUPED.fullmatch(text) else text
    if not (digits.isascii() and digits.isdigit() and len(digits) < 10):
        raise BadValueError(_say_number())
    return int(digits)


def _say_number() -> str:
    return _("Write a whole number of people, such as 24, and 0 only where nobody came; leave unknown ones empty.")


def read_day(cell: Cell) -> Span:
    """One day, first and last at once."""
    span = read_span(cell)
    if span.start != span.end:
        raise BadValueError(_say_day())
    return span


def read_span(cell: Cell) -> Span:
    """A day, or a period: “13–15.05.2021”, “28.4.–2.5.2021”, “13.05.2021 do 15.05.2021”, “13-15 maj 2021”."""
    if isinstance(cell, datetime | date):
        day = cell.date() if isinstance(cell, datetime) else cell
        return _checked(Span(day, day))
    text = common.read_words(cell)
    if says_unknown(text):
        return Span()
    text = _usual(text)
    day_alone = _whole_day(text)
    span = Span(day_alone, day_alone) if day_alone else next(_periods(text), None)
    if span is None:
        raise BadValueError(_say_day())
    return _checked(span)


def _usual(text: str) -> str:
    """Without “from” at the beginning and “year” at the end, the day before its month."""
    words = FROM.sub("", text, count=1).split(" ")
    while len(words) > 1 and words[-1].strip(".").casefold() in vocabulary.YEAR_WORDS:
        words.pop()
    return MONTH_FIRST.sub(r"\2 \1 \3", " ".join(words))


def _whole_day(text: str) -> date | None:
    return next((date(d.year, d.month, d.day) for d in read_dates(text) if d.year), None)


def _periods(text: str) -> Iterator[Span]:
    """What the text may mean as two days; of the first only what differs from the second has to be said."""
    for between in BETWEEN_DAYS.finditer(text):
        end = _whole_day(text[between.end() :])
        start = end and _first_day(text[: between.start()], end)
        if start and end:
            yield Span(start, end)


def _first_day(text: str, end: date) -> date | None:
    whole = _whole_day(text)
    if whole:
        return whole
    alone = DAY_ALONE.fullmatch(text)
    options = [PartialDate(end.month, int(alone[1]))] if alone else read_dates(text)
    for option in options:
        try:
            day = date(end.year, option.month, option.day)
            if day <= end or not alone:
                return day if day <= end else day.replace(year=end.year - 1)
        except ValueError:
            continue
    return None


def _checked(span: Span) -> Span:
    for day in span:
        if day and day.year < EARLIEST:
            raise BadValueError(_("Write the year in full, from %(year)s on.") % {"year": EARLIEST})
        if day and day > timezone.localdate():
            raise BadValueError(_("This day is still ahead. Only sessions that were held are brought in here."))
    return span


def _say_day() -> str:
    return _(
        "Write days with their year, such as 2021-05-13, 13.05.2021 or, where first and last share a column, "
        "13–15.05.2021. Leave the cell empty if they are not known."
    )


def read_jurisdictions(cell: Cell, known: Mapping[str, str]) -> list[str]:
    """The codes of the jurisdictions a cell names, with commas, strokes, new lines or “and” between them."""
    if says_unknown(common.read_words(cell)):
        return []
    codes: dict[str, None] = {}
    for part in BETWEEN_PLACES.split(str(cell)):
        words = match_key(part).split()
        if words:
            codes |= dict.fromkeys(_named(words, known) or [common.read_jurisdiction(part, known)])
    return list(codes)


def _named(words: list[str], known: Mapping[str, str]) -> list[str]:
    """The jurisdictions that words name one after the other, all of the words used; empty where they do not."""
    if not words:
        return []
    for stop in range(len(words), 0, -1):
        code = known.get(" ".join(words[:stop]))
        if code is None:
            continue
        rest = words[stop:]
        if not rest:
            return [code]
        more = _named(rest[1:] if rest[0] in vocabulary.CONJUNCTIONS else rest, known)
        if more:
            return [code, *more]
    return []


def read_kind(cell: Cell) -> str:
    text = words_of(cell)
    found = SessionKind.TRAINING.value if says_unknown(text) else vocabulary.kinds().get(match_key(text))
    if found is None:
        raise BadValueError(_say_words(SessionKind(kind) for kind in vocabulary.KINDS))
    return found


def read_modality(cell: Cell) -> str:
    text = words_of(cell)
    if says_unknown(text):
        return ""
    found = vocabulary.modalities().get(match_key(text))
    if found is None:
        raise BadValueError(_say_words(Modality(one) for one in vocabulary.MODALITIES))
    return found


def _say_words(choices: Iterator[SessionKind] | Iterator[Modality]) -> str:
    labels = ", ".join(str(choice.label) for choice in choices)
    return _("Write one of: %(labels)s; or the word in a language of the region; or leave the cell empty.") % {
        "labels": labels
    }
