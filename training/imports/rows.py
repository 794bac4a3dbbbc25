"""The rows of a list → entries, one for each person named, and every fault on the way."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from training.choices import Mark, Sex
from training.imports import values, vocabulary
from training.imports.headings import NAMES, Column, DayMeant, Layout
from training.imports.layout import rows_below, says_total
from training.imports.reading import Reading as ReadingOf
from training.imports.vocabulary import Field
from training.imports.workbook import Cell, Row, text_of
from training.models import Institution, Jurisdiction, Person, SessionDay

READERS: dict[Field, tuple[str, Callable[[Cell], Any]]] = {
    Field.SEX: ("sex", values.read_sex),
    Field.INSTITUTION: ("institution_name", values.read_institution),
    Field.POSITION: ("position", values.read_position),
    Field.EMAIL: ("email", values.read_email),
    Field.ROLE: ("role", values.read_role),
    Field.PRE_SCORE: ("pre_score", values.read_score),
    Field.POST_SCORE: ("post_score", values.read_score),
}


@dataclass
class Entry:
    """One row as it was read; then who and where it is, once matching has said so."""

    row: int
    given: str = ""
    family: str = ""
    sex: str = Sex.NOT_RECORDED
    code: str = ""
    institution_name: str = ""
    position: str = ""
    email: str = ""
    role: str = ""  # empty where the row says none
    pre_score: Decimal | None = None
    post_score: Decimal | None = None
    marks: dict[int, str] = field(default_factory=dict)  # by the day's primary key
    given_key: str = ""
    family_key: str = ""
    institution_key: str = ""
    faulty: bool = False
    jurisdiction: Jurisdiction | None = None
    institution: Institution | None = None
    person: Person | None = None
    by_address: bool = False
    repeat_of: int | None = None

    @cached_property
    def key(self) -> str:
        """The person's match key (names.person_key): the words of the whole name in order."""
        return " ".join(sorted(f"{self.given_key} {self.family_key}".split()))

    @property
    def full_name(self) -> str:
        return f"{self.given} {self.family}".strip()

    @property
    def place(self) -> tuple[Any, ...]:
        """What makes two people of one name the same: their institution; without one, their jurisdiction."""
        if self.institution is not None:
            return ("institution", self.institution.jurisdiction_id, self.institution.match_key)
        return ("jurisdiction", self.jurisdiction.pk if self.jurisdiction else None)


Reading = ReadingOf[Column, Entry]


def read_rows(layout: Layout, days: Sequence[SessionDay], jurisdictions: Mapping[str, str]) -> Reading:
    """Every person row below the heading row. `jurisdictions` maps keys of names and codes to codes."""
    reading = Reading(layout)
    mark_days = _mark_days(reading, days)
    crosses: list[tuple[Entry, Column, int, Cell]] = []
    for row in _person_rows(reading):
        entry = Entry(row.number)
        _read_name(reading, entry, row)
        _read_fields(reading, entry, row, jurisdictions)
        crosses += _read_marks(reading, entry, row, mark_days)
        reading.entries.append(entry)
    _read_crosses(reading, crosses)
    _say_days_ahead(reading, days, mark_days)
    reading.finish()
    return reading


def _person_rows(reading: Reading) -> list[Row]:
    """Rows that name somebody: without blank ones, repeated headings, totals and what stands below totals."""
    rows, totals_passed, left_out = [], False, []
    for row, filled in rows_below(reading.layout):
        if _is_total(row, reading.layout):
            totals_passed = True
        elif not filled:
            continue
        elif totals_passed and not _names_somebody(filled):
            left_out.append(str(row.number))
        else:
            rows.append(row)
    if left_out:
        reading.notes.append(_("Left out below the totals: row %(rows)s.") % {"rows": ", ".join(left_out)})
    return rows


def _is_total(row: Row, layout: Layout) -> bool:
    """A row whose first words are “Total”: in a column of names or before it."""
    names = [column.index for column in layout.columns if column.field in NAMES]
    if len(names) > 1 and all(text_of(row.cell(index)) for index in names):
        return False
    return says_total(row, max(names, default=-1))


def _names_somebody(filled: list[Column]) -> bool:
    fields = {column.field for column in filled}
    return bool(fields & NAMES) and len(fields) > 1


def _mark_days(reading: Reading, days: Sequence[SessionDay]) -> list[tuple[Column, int]]:
    """The mark columns with the primary key of the day each is for; a fault for one without a day."""
    found: list[tuple[Column, int]] = []
    taken: set[int] = set()
    for column in reading.layout.columns:
        if column.field != Field.MARK:
            continue
        meant = column.day or DayMeant()
        if meant == DayMeant() and len(days) != 1:
            reading.notes.append(
                _("Column “%(column)s” does not say which day it is for, and was left out.")
                % {"column": column.heading}
            )
            continue
        day = _day_meant(meant, days)
        if day is None:
            reading.fault(reading.layout.row, column.heading, column.heading, _say_days(days))
        elif day.pk in taken:
            message = _("Another column is for this day already. Keep one column for each day.")
            reading.fault(reading.layout.row, column.heading, column.heading, message)
        else:
            taken.add(day.pk)
            found.append((column, day.pk))
    return found


def _day_meant(meant: DayMeant, days: Sequence[SessionDay]) -> SessionDay | None:
    if meant.dates:
        return next((day for option in meant.dates for day in days if option.fits(day.date)), None)
    number = meant.number or 1
    return days[number - 1] if number <= len(days) else None


def _say_days(days: Sequence[SessionDay]) -> str:
    if not days:
        return _("This session has no days, so it takes no marks. Give it its dates, or leave the column out.")
    listed = ", ".join(day.date.isoformat() for day in days[:10])
    return _("This session has no such day. Its days are 1 to %(count)s: %(dates)s.") % {
        "count": len(days),
        "dates": listed,
    }


def _read_name(reading: Reading, entry: Entry, row: Row) -> None:
    whole = reading.layout.of(Field.FULL) or reading.layout.of(Field.FULL_FAMILY_FIRST)
    given, family = reading.layout.of(Field.GIVEN), reading.layout.of(Field.FAMILY)
    if whole and not (given and family):
        name = reading.tried(row, whole, values.read_name)
        if name is None:
            return
        if not name:
            reading.fault(row.number, whole.heading, None, _("Write first and last name, with a space between them."))
            return
        first = whole.field == Field.FULL_FAMILY_FIRST
        parts = reading.tried(row, whole, lambda _cell: values.split_name(name, family_first=first))
        entry.given, entry.family = parts or ("", "")
        column = whole
    else:
        entry.given = _part(reading, row, given, _("First name"))
        entry.family = _part(reading, row, family, _("Last name"))
        column = family or given or reading.layout.columns[0]
    if entry.given and entry.family:
        keys = reading.tried(row, column, lambda _cell: values.name_keys(entry.given, entry.family))
        entry.given_key, entry.family_key = keys or ("", "")


def _part(reading: Reading, row: Row, column: Column | None, label: str) -> str:
    """One of two name columns. A name that is missing, or a column that is, is a fault."""
    text = reading.tried(row, column, values.read_name) if column else ""
    if text == "":
        heading = column.heading if column else label
        reading.fault(row.number, heading, None, _("Write the %(part)s.") % {"part": label.lower()})
    return text or ""


def _read_fields(reading: Reading, entry: Entry, row: Row, jurisdictions: Mapping[str, str]) -> None:
    for column in reading.layout.columns:
        if column.field == Field.JURISDICTION:
            code = reading.tried(row, column, lambda cell: values.read_jurisdiction(cell, jurisdictions))
            entry.code = code or ""
        elif column.field in READERS:
            name, reader = READERS[column.field]
            value = reading.tried(row, column, reader)
            if value is not None:
                setattr(entry, name, value)
    entry.institution_key = vocabulary.key_of(entry.institution_name) if entry.institution_name else ""


def _read_marks(
    reading: Reading, entry: Entry, row: Row, mark_days: list[tuple[Column, int]]
) -> list[tuple[Entry, Column, int, Cell]]:
    """Fill the entry's marks; crosses are returned, for what they mean depends on the whole list."""
    crosses = []
    for column, day in mark_days:
        cell = row.cell(column.index)
        mark = reading.tried(row, column, values.read_mark)
        if mark == values.CROSS:
            crosses.append((entry, column, day, cell))
        elif mark:
            entry.marks[day] = mark
    return crosses


def _read_crosses(reading: Reading, crosses: list[tuple[Entry, Column, int, Cell]]) -> None:
    """A cross is the opposite of what the list's other marks say: absent beside ticks, present beside zeros."""
    if not crosses:
        return
    others = {mark for entry in reading.entries for mark in entry.marks.values()}
    meaning = Mark.ABSENT if Mark.PRESENT in others else Mark.PRESENT if Mark.ABSENT in others else None
    for entry, column, day, cell in crosses:
        if meaning is None:
            reading.fault(entry.row, column.heading, cell, values.say_crosses_are_unclear())
        else:
            entry.marks[day] = meaning


def _say_days_ahead(reading: Reading, days: Sequence[SessionDay], mark_days: list[tuple[Column, int]]) -> None:
    """A remark for each column with marks for a day still ahead: a list may say so, a register kept by hand may not."""
    ahead = {day.pk: day for day in days if day.is_ahead}
    for column, pk in mark_days:
        if pk in ahead and any(pk in entry.marks for entry in reading.entries):
            message = _("Column %(column)s has marks for %(date)s, which is still ahead. They are taken as they stand.")
            reading.notes.append(message % {"column": column.heading, "date": date_format(ahead[pk].date)})
