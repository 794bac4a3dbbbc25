"""Where a list begins and what each of its columns holds."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from training.imports import vocabulary
from training.imports.layout import Layout as LayoutOf
from training.imports.layout import best, heading_rows
from training.imports.vocabulary import NAME, Field
from training.imports.workbook import Cell, Row, Sheet, text_of
from training.names import match_key

NAMES = frozenset({Field.GIVEN, Field.FAMILY, Field.FULL, Field.FULL_FAMILY_FIRST})
DAY_FIRST = re.compile(r"(\d{1,2})\s*[./-]\s*(\d{1,2})\s*[./-]?\s*(\d{4}|\d{2})?\.?")
YEAR_FIRST = re.compile(r"(\d{4})\s*[./-]\s*(\d{1,2})\s*[./-]\s*(\d{1,2})\.?")
IN_WORDS = re.compile(r"(\d{1,2})\.?\s+(\w{3,})\.?,?\s*(\d{4})?\.?")
IN_BRACKETS = re.compile(r"[(\[].*?[)\]]")
PARTS = re.compile(r"[/|\n;]| - | – ")


@dataclass(frozen=True)
class PartialDate:
    """A date as a heading gives it; without a year it is the session's."""

    month: int
    day: int
    year: int | None = None

    def fits(self, other: date) -> bool:
        return (other.month, other.day) == (self.month, self.day) and self.year in (None, other.year)


@dataclass(frozen=True)
class DayMeant:
    """The day a mark column is for: its number in the session, or dates it can be read as; neither: the only day."""

    number: int | None = None
    dates: tuple[PartialDate, ...] = ()


@dataclass(frozen=True)
class Column:
    index: int
    heading: str
    field: Field
    day: DayMeant | None = None


Layout = LayoutOf[Column]


def find_layout(sheet: Sheet) -> Layout | None:
    """The list of a sheet: the row among the first thirty with most headings we know, at least one of them a name."""
    found = (Layout(sheet, row.number, read_headings(row)) for row in heading_rows(sheet))
    return best(one for one in found if any(column.field in NAMES for column in one.columns))


def remapped(layout: Layout, chosen: Mapping[int, str]) -> Layout:
    """`layout` with the columns a person has decided on: a field's code, or `day:3` for marks of the third day."""
    return replace(layout, columns=tuple(_rechosen(column, chosen.get(column.index)) for column in layout.columns))


def _rechosen(column: Column, choice: str | None) -> Column:
    if choice is None:
        return column
    if choice.startswith("day:"):
        return replace(column, field=Field.MARK, day=DayMeant(number=int(choice[4:])))
    return replace(column, field=Field(choice), day=None)


def read_headings(row: Row) -> tuple[Column, ...]:
    """What each filled cell of a row says its column holds, the first column of a kind taking it."""
    read = [(index, text_of(cell), *recognise(cell)) for index, cell in enumerate(row.cells) if text_of(cell)]
    has_family = any(meaning == Field.FAMILY for _i, _t, meaning, _d in read)
    taken: set[str] = set()
    columns = []
    for index, text, meaning, day in read:
        if meaning == NAME:
            meaning = Field.GIVEN if has_family else Field.FULL
        if meaning in taken and meaning != Field.MARK:
            meaning = Field.IGNORED
        taken.add(meaning)
        columns.append(Column(index, text, Field(meaning), day if meaning == Field.MARK else None))
    return _one_way_to_name(columns)


def _one_way_to_name(columns: Sequence[Column]) -> tuple[Column, ...]:
    """First and last name, where a list has both, and not its full name beside them."""
    fields = {column.field for column in columns}
    if {Field.GIVEN, Field.FAMILY} <= fields:
        spare = {Field.FULL, Field.FULL_FAMILY_FIRST}
    else:
        spare = {Field.FULL_FAMILY_FIRST} if Field.FULL in fields else set()
    return tuple(replace(c, field=Field.IGNORED) if c.field in spare else c for c in columns)


def recognise(cell: Cell) -> tuple[str, DayMeant | None]:
    """The field a heading names, `NAME` where it depends on the others; marks with the day they are for."""
    day = read_day(cell)
    if day:
        return Field.MARK, day
    text = text_of(cell)
    if any(word.startswith(vocabulary.private_words()) for word in match_key(text).split()):
        return Field.IGNORED, None
    meaning = _meaning(text)
    if meaning is None and match_key(text) in vocabulary.attendance_words():
        return Field.MARK, DayMeant()
    return meaning or Field.IGNORED, None


def _meaning(text: str) -> str | None:
    whole = _phrase(text) or _phrase(IN_BRACKETS.sub(" ", text))
    if whole:
        return whole
    parts = {_phrase(IN_BRACKETS.sub(" ", part)) for part in PARTS.split(text)} - {None}
    if len(parts) == 1:
        return parts.pop()
    stems = {field for word in match_key(text).split() for stem, field in vocabulary.STEMS.items() if stem in word}
    return stems.pop() if len(stems) == 1 and not parts else None


def _phrase(text: str) -> str | None:
    key = match_key(text)
    bare = " ".join(word for word in key.split() if word not in vocabulary.fillers())
    return vocabulary.heading(key) or vocabulary.heading(bare)


def read_day(cell: Cell) -> DayMeant | None:
    """The day a heading names: “Day 1”, “Дан 1”, “2. dan”, “Dita e parë”, a date in any usual form; None if none."""
    if isinstance(cell, datetime | date):
        return DayMeant(dates=(PartialDate(cell.month, cell.day, cell.year),))
    if not isinstance(cell, str):
        return None
    text = text_of(cell)
    dates = read_dates(text)
    if dates:
        return DayMeant(dates=dates)
    words = match_key(text).split()
    if not words or not vocabulary.day_words() & set(_without_digits(words)):
        return None
    inner = [found for part in re.split(r"[()\[\],–-]", text) for found in read_dates(part)]
    if inner:
        return DayMeant(dates=tuple(inner))
    rest = [word for word in _spread(words) if word not in vocabulary.day_words() and word not in {"e", "i"}]
    numbers = [int(word) if word.isdigit() else vocabulary.ordinals().get(word) for word in rest]
    if len(numbers) == 1 and numbers[0] is not None and 0 < numbers[0] < 1000:
        return DayMeant(number=numbers[0])
    return None


def _without_digits(words: list[str]) -> list[str]:
    return [word.rstrip("0123456789") for word in words]


def _spread(words: list[str]) -> list[str]:
    """“day1” as two words."""
    return [part for word in words for part in re.findall(r"\d+|\D+", word)]


def read_dates(text: str) -> tuple[PartialDate, ...]:
    """Every date that `text`, the whole of it, may be: day first as the region writes it, then month first."""
    bare = text.strip()
    if found := YEAR_FIRST.fullmatch(bare):
        year, month, day = (int(number) for number in found.groups())
        return _real(PartialDate(month, day, year))
    if found := DAY_FIRST.fullmatch(bare):
        first, second, year_text = found.groups()
        year_or_none = _full_year(year_text)
        dates = [PartialDate(int(second), int(first), year_or_none)]
        if first != second:
            dates.append(PartialDate(int(first), int(second), year_or_none))
        return tuple(real for option in dates for real in _real(option))
    if found := IN_WORDS.fullmatch(bare):
        month_number = vocabulary.months().get(match_key(found[2])[:3])
        if month_number:
            return _real(PartialDate(month_number, int(found[1]), _full_year(found[3])))
    return ()


def _full_year(text: str | None) -> int | None:
    if not text:
        return None
    return int(text) if len(text) == 4 else 2000 + int(text)


def _real(option: PartialDate) -> tuple[PartialDate, ...]:
    try:
        date(option.year or 2024, option.month, option.day)
    except ValueError:
        return ()
    return (option,)
