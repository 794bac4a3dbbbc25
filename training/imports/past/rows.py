"""The rows of a list → entries, one for each session, and every fault on the way."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from training.choices import SessionKind, SessionStatus, Sex
from training.imports.layout import rows_below, says_total
from training.imports.past import values
from training.imports.past.headings import Column, Figure, Layout
from training.imports.past.known import Known
from training.imports.past.vocabulary import Field
from training.imports.reading import Reading as ReadingOf
from training.imports.refusal import BadValueError
from training.imports.workbook import Cell, Row
from training.models import Jurisdiction, Project, Session, Source, Topic
from training.names import match_key
from training.services.headcounts import BreakdownDraft, CellDraft
from training.services.sessions import check_dates

EVERYBODY = Figure()
SEXES = (Sex.WOMEN.value, Sex.MEN.value, Sex.NOT_RECORDED.value)
Reader = Callable[[Cell], Any]


@dataclass
class Entry:
    """One row as it was read; `figures` are the numbers it gives, and only those: a blank cell is no zero."""

    row: int
    title: str = ""
    topic: Topic | None = None
    project: Project | None = None
    start: date | None = None
    end: date | None = None
    place: str = ""
    jurisdictions: list[Jurisdiction] = field(default_factory=list)
    kind: str = SessionKind.TRAINING.value
    modality: str = ""
    sessions: int | None = None
    figures: dict[Figure, int] = field(default_factory=dict)
    total: int | None = None
    source_words: str = ""
    source: Source | None = None
    quote: str = ""
    faulty: bool = False
    repeat_of: int | None = None  # the row it repeats
    known_as: str = ""  # the key of the session it repeats
    by_code: dict[str, Jurisdiction] = field(default_factory=dict, repr=False)  # all the register has

    @property
    def days(self) -> values.Span:
        """First and last day, for a list that has both in one column."""
        return values.Span(self.start, self.end)

    @days.setter
    def days(self, days: values.Span) -> None:
        self.start, self.end = days

    @property
    def identity(self) -> tuple[Any, ...]:
        """What makes two rows, or a row and a session, the same: project, title and dates."""
        return self.project and self.project.pk, match_key(self.title), self.start, self.end

    @property
    def is_repeat(self) -> bool:
        return self.repeat_of is not None or bool(self.known_as)

    @property
    def women(self) -> int | None:
        return self.figures.get(Figure(Sex.WOMEN.value))

    @property
    def men(self) -> int | None:
        return self.figures.get(Figure(Sex.MEN.value))

    @property
    def breakdowns(self) -> list[BreakdownDraft]:
        """The total divided, in each of the ways in which the row divides it."""
        own = {place.code for place in self.jurisdictions} or set(self.by_code)
        named = {figure: number for figure, number in self.figures.items() if figure != EVERYBODY}
        # That nobody came from a jurisdiction the session is not for is no news.
        named = {figure: number for figure, number in named.items() if number or figure.code in {"", *own}}
        ways = {("sex",): (True, False), ("jurisdiction",): (False, True), ("jurisdiction", "sex"): (True, True)}
        cells = {
            dimensions: [self._cell(f, n) for f, n in named.items() if (bool(f.sex), bool(f.code)) == way]
            for dimensions, way in ways.items()
        }
        return [BreakdownDraft(dimensions, found) for dimensions, found in cells.items() if found]

    def _cell(self, figure: Figure, number: int) -> CellDraft:
        return CellDraft(number=number, sex=figure.sex, jurisdiction=self.by_code.get(figure.code))


Reading = ReadingOf[Column, Entry]


def read_rows(layout: Layout, known: Known) -> Reading:
    """Every session row below the heading row."""
    reading = Reading(layout)
    _require_columns(reading)
    readers = _readers(layout, known)
    for row in _session_rows(reading):
        entry = Entry(row.number, by_code=known.by_code)
        if layout.of(Field.SESSIONS) is None:
            entry.sessions = 1
        _read(reading, entry, row, readers, known)
        reading.entries.append(entry)
    reading.finish()
    return reading


def _require_columns(reading: Reading) -> None:
    """One fault for a column that every row would miss."""
    needed = {Field.TOPIC: _("Topic, Tema, Тема"), Field.PROJECT: _("Project, Projekat, Проект, Projekti")}
    for name, headings in needed.items():
        if reading.layout.of(name) is None:
            message = _("The list needs such a column. Its heading may be: %(headings)s.") % {"headings": headings}
            reading.fault(reading.layout.row, headings.split(",")[0], None, message)


def _session_rows(reading: Reading) -> list[Row]:
    """Rows that tell of a session: without blank ones, repeated headings, totals, and lines of a single cell."""
    rows, left_out = [], []
    for row, filled in rows_below(reading.layout):
        if not filled or says_total(row, len(row.cells) - 1):
            continue
        if len(filled) > 1:
            rows.append(row)
        else:
            left_out.append(str(row.number))
    if left_out:
        text = _("Left out, because only one cell is filled: row %(rows)s.")
        reading.notes.append(text % {"rows": ", ".join(left_out)})
    return rows


def _readers(layout: Layout, known: Known) -> dict[Field, tuple[str, Reader]]:
    """Field → attribute of the entry and what reads the cell; figures have a reader of their own."""
    return {
        Field.TITLE: ("title", lambda cell: values.read_text(cell, values.LONGEST_TITLE)),
        Field.PLACE: ("place", lambda cell: values.read_text(cell, values.LONGEST_PLACE)),
        Field.QUOTE: ("quote", lambda cell: values.read_text(cell, values.LONGEST_QUOTE)),
        Field.START: ("start", lambda cell: values.read_day(cell).start),
        Field.END: ("end", lambda cell: values.read_day(cell).end),
        Field.DATES: ("days", values.read_span),
        Field.SOURCE: ("source_words", lambda cell: values.read_text(cell, values.LONGEST_TITLE)),
        Field.KIND: ("kind", values.read_kind),
        Field.MODALITY: ("modality", values.read_modality),
        Field.SESSIONS: ("sessions", values.read_sessions),
        Field.TOPIC: ("topic", lambda cell: known.topics.one(_words(cell, _("Write the topic.")))),
        Field.PROJECT: ("project", lambda cell: known.project(_words(cell, _("Write the project.")))),
        Field.JURISDICTIONS: (
            "jurisdictions",
            lambda cell: [known.by_code[code] for code in values.read_jurisdictions(cell, known.places)],
        ),
    }


def _words(cell: Cell, if_empty: str) -> str:
    text = values.read_text(cell, values.LONGEST_QUOTE)
    if not text:
        raise BadValueError(if_empty)
    return text


def _read(reading: Reading, entry: Entry, row: Row, readers: dict[Field, tuple[str, Reader]], known: Known) -> None:
    faults = len(reading.faults)
    for column in reading.layout.columns:
        if column.figure:
            number = reading.tried(row, column, values.read_number)
            if number is not None:
                entry.figures[column.figure] = number
        elif column.field in readers:
            name, reader = readers[column.field]
            value = reading.tried(row, column, reader)
            if value is not None:
                setattr(entry, name, value)
    entry.total = _total_of(entry)
    if len(reading.faults) == faults:
        _read_source(reading, entry, known)
        _read_rest(reading, entry)


def _read_source(reading: Reading, entry: Entry, known: Known) -> None:
    """A public source the register knows. Other words stay with the quote: an unknown paper makes no figure public."""
    text = entry.source_words
    entry.source = known.source(text) if text else None
    if not text or entry.source:
        return
    entry.quote = f"{text}: {entry.quote}" if entry.quote else text
    near = ", ".join(source.key for source in known.sources.called(text) or known.sources.nearest(text)) or "–"
    note = _(
        "Row %(row)s: “%(source)s” is not one public source of the register, so its words are kept with the quote. "
        "Nearest keys: %(keys)s."
    )
    reading.notes.append(note % {"row": entry.row, "source": text, "keys": near})


def _read_rest(reading: Reading, entry: Entry) -> None:
    """What the cells together leave open, or contradict."""
    if not entry.title and entry.topic:
        entry.title = entry.topic.name
    entry.end = entry.end or entry.start
    draft = Session(status=SessionStatus.DELIVERED, kind=entry.kind, modality=entry.modality)
    draft.start, draft.end, draft.number_of_sessions = entry.start, entry.end, entry.sessions
    try:
        check_dates(draft)
    except ValidationError as refusal:
        for name, messages in refusal.message_dict.items():
            _fault_of(reading, entry, Field(name), " ".join(messages))
    if entry.total is not None and EVERYBODY not in entry.figures:
        note = _("Row %(row)s states no total; its parts make %(total)s.")
        reading.notes.append(note % {"row": entry.row, "total": entry.total})
    elif entry.total is None and not entry.figures:
        reading.notes.append(_("Row %(row)s gives no figures: how many came stays unknown.") % {"row": entry.row})
    elif entry.total is None:
        message = _(
            "Write the total: without it these figures would say nothing about the rest. Women and men "
            "together, or a number for each jurisdiction of the session, would do as well."
        )
        _fault_of(reading, entry, Field.FIGURE, message)


def _fault_of(reading: Reading, entry: Entry, name: Field, message: str) -> None:
    """A fault that no single cell has, at the column it is most about."""
    usual = {Field.START: _("Start"), Field.END: _("End"), Field.FIGURE: _("Total")}[name]
    wanted = {f"{Field.FIGURE}::"} if name == Field.FIGURE else {name.value, Field.DATES.value}
    headings = [column.heading for column in reading.layout.columns if column.choice in wanted]
    reading.fault(entry.row, headings[0] if headings else usual, None, message)


def _total_of(entry: Entry) -> int | None:
    """The total the row states; else what its parts make, where they are all there."""
    figures = entry.figures
    if EVERYBODY in figures:
        return figures[EVERYBODY]
    codes = [place.code for place in entry.jurisdictions]
    whole = _by_sex(figures, "")
    if whole is None and codes:
        parts = [figures.get(Figure("", code), _by_sex(figures, code)) for code in codes]
        known = [part for part in parts if part is not None]
        whole = sum(known) if len(known) == len(codes) else None
    return whole


def _by_sex(figures: dict[Figure, int], code: str) -> int | None:
    if Figure(Sex.WOMEN.value, code) not in figures or Figure(Sex.MEN.value, code) not in figures:
        return None
    return sum(figures.get(Figure(sex, code), 0) for sex in SEXES)
