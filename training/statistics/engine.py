"""The counting engine: a question in, an answer out. Each rule of design §3 stands in the module it belongs to.

questions → scope (which sessions, which participations) → named (rosters, from tallies and the database)
                                                         → headcounts (breakdowns, chosen) → tables → answers
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain, combinations
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils.translation import gettext as _

from training.statistics import beside, tables
from training.statistics.beside import Beside, SessionsCount
from training.statistics.dimensions import DIMENSIONS, NOT_BROKEN_DOWN, NOT_STATED, Lists, Members
from training.statistics.headcounts import HeadcountReader, cells_of
from training.statistics.keys import CONSTANT, Keys, Values
from training.statistics.named import FIGURES, read
from training.statistics.notes import Note, notes_for
from training.statistics.question import Question
from training.statistics.scope import placed, sessions_of
from training.statistics.tables import Figures, known_better
from training.statistics.told import Summed

if TYPE_CHECKING:
    import pandas as pd

Names = tuple[str, ...]


@dataclass(frozen=True)
class Answer:
    """figures: for the question's dimensions, and for each smaller set of them, () included, at that set's own
    precision (see tables.py). better: the margins that know more than their cells add up to. not_told: the headcounts'
    participations of which nobody can tell whether they pass its filters.
    """

    question: Question
    members: dict[str, Members]
    figures: Mapping[Names, Figures]
    better: tuple[Names, ...]
    reading: "Reading"
    not_told: int

    @property
    def cells(self) -> "pd.DataFrame":
        """The figures of the question's dimensions as a frame of pandas: one row for each combination."""
        return self.figures[self.question.by].frame

    @property
    def margins(self) -> "dict[Names, pd.DataFrame]":
        """The same for each smaller set of the dimensions."""
        return {names: found.frame for names, found in self.figures.items() if names != self.question.by}

    @cached_property
    def _beside(self) -> Beside:
        return Beside.of(self.question, self.reading.sessions, self.reading.sessions_named(self.question))

    @property
    def sessions(self) -> SessionsCount:
        """The sessions behind it."""
        return self._beside.sessions

    @cached_property
    def notes(self) -> tuple[Note, ...]:
        """What it rests on, and what it leaves out."""
        return notes_for(
            question=self.question,
            beside=self._beside,
            cells=self.figures[self.question.by],
            whole=self.figures[()],
            not_told=self.not_told,
        )

    @property
    def total(self) -> dict[str, int | None]:
        """The figures of the whole answer. Its participations are what its cells sum to, where they sum at all."""
        whole = dict(zip(tables.FIGURES, self.figures[()].rows.get((), [0] * len(tables.FIGURES)), strict=True))
        if not self.question.has_multiple:
            for name in ("participations", "backed", "without_register"):
                whole[name] = self.figures[self.question.by].sum(name)
        return whole


def ask(question: Question) -> Answer:
    """Answer a question. Raises ValidationError for a filter's code that does not exist.

    The number of queries depends on the dimensions, never on the number of records.
    """
    return Reading([question]).answer(question)


def behind(question: Question, codes: Mapping[str, str], *, of_margin: bool = False) -> "pd.DataFrame":
    """The sessions behind a figure: `session` (key) and its figures, the largest first; together they are the figure.

    `codes` are the figure's codes in some of the question's dimensions. With `of_margin` the figure is that of a margin
    at its own precision; else it is what the table's cells add up to.
    """
    _refuse_other_dimensions(codes, question.by)
    asked = question if "session" in question.by else replace(question, by=(*question.by, "session"))
    kept = [n for n in asked.by if n in codes or n == "session" or not (of_margin or DIMENSIONS[n].multiple)]
    frame = _Counting(asked, Reading([asked])).figures([tuple(kept)])[tuple(kept)].frame
    for name, code in codes.items():
        frame = frame[frame[name] == code]
    return tables.largest_first(frame, "session")


def sessions_behind(question: Question) -> list[tuple[str, int | None]]:
    """Key and number of the sessions an answer rests on, the latest first."""
    reading = Reading([question])
    in_order = reading.sessions.order_by(F("end").desc(nulls_last=True), "title", "pk")
    return beside.sessions_behind(question, in_order, reading.sessions_named(question), "key", "number_of_sessions")


def _refuse_other_dimensions(codes: Mapping[str, str], by: tuple[str, ...]) -> None:
    other = set(codes) - set(by)
    if other:
        raise ValidationError(_("The table has no dimension %(names)s.") % {"names": ", ".join(sorted(other))})


class Reading:
    """What questions have in common that differ in what they are broken down by, or in their measures alone: sessions,
    rosters and headcounts, each read once for all of them. `also` are further sums of the rows; `lists` what this
    request has read already; with people it knows who they are, though no question may ask for them.
    """

    def __init__(
        self,
        questions: Sequence[Question],
        also: Mapping[str, Summed] | None = None,
        lists: Lists | None = None,
        *,
        with_people: bool = False,
    ) -> None:
        by = dict.fromkeys(name for question in questions for name in question.by)
        scope = replace(questions[0], by=("role",) if "role" in by else ())
        lists = Lists() if lists is None else lists
        self.members = {name: lists[name] for name in (*by, *scope.filters)}
        self.sessions = sessions_of(scope)
        self.headcounts = HeadcountReader(self.members).read(placed(self.sessions, scope))
        self.keys = Keys((*by, "role", "session"), scope.snapshot)
        people = with_people or any("people" in question.measures for question in questions)
        self.named = read(scope, self.sessions, self.keys, {**FIGURES, **(also or {})}, with_people=people)
        # Margins that several of the questions have. Unique people are no part of these.
        self.figures: dict[tuple[bool, Names], Figures] = {}

    def answer(self, question: Question) -> Answer:
        """The answer to one of the questions."""
        counting = _Counting(question, self)
        found = counting.figures(_subsets(question.by))
        cells = found[question.by]
        comparable = [s for s in found if not any(DIMENSIONS[n].multiple for n in question.by if n not in s)]
        return Answer(
            question=question,
            members=self.members,
            figures=found,
            better=tuple(s for s in comparable if known_better(found[s], cells)),
            reading=self,
            not_told=counting.headcounts_not_told(),
        )

    def sessions_named(self, question: Question) -> frozenset[int]:
        """The ids of the sessions with somebody in the answer who is known by name."""
        return self.named.sessions(of_trainees=not question.names_roles)

    def people(self, question: Question) -> int:
        """Unique people in the answer to one of the questions; for a reading with people."""
        return self.named.people(of_trainees=not question.names_roles).people([]).get((), 0)


class _Counting:
    """One question's figures."""

    def __init__(self, question: Question, reading: Reading) -> None:
        self.question = question
        self.members = reading.members
        self.headcounts = reading.headcounts
        self.keys = reading.keys
        self.known = reading.figures
        self.rows = reading.named.added_up(question.by, len(FIGURES), of_trainees=not question.names_roles)
        self.named = reading.named

    def figures(self, subsets: Sequence[Names]) -> dict[Names, Figures]:
        """The figures over each of these sets of dimensions: the named part and the headcounts, each at their own
        precision.
        """
        if "people" not in self.question.measures:
            return {subset: self._shared(subset) for subset in subsets}
        who = self.named.people(self.question.by, of_trainees=not self.question.names_roles)
        return {subset: self._figures(subset, who.people(self.keys.of(subset))) for subset in subsets}

    def _shared(self, dimensions: Names) -> Figures:
        """The figures that every question about the same roles has over these dimensions."""
        place = (self.question.names_roles, dimensions)
        if place not in self.known:
            self.known[place] = self._figures(dimensions, None)
        return self.known[place]

    def _figures(self, dimensions: Names, people: Mapping[Values, int] | None) -> Figures:
        rows = chain(self._named_rows(dimensions, people), self._headcount_rows(dimensions))
        position = {name: self.members[name].position for name in dimensions}
        return tables.figures(rows, dimensions, position)

    def _named_rows(self, dimensions: Names, people: Mapping[Values, int] | None) -> Iterator[tables.Row]:
        codes_of = [self.members[name].code for name in dimensions if name not in CONSTANT]
        constants = [(place, CONSTANT[name]) for place, name in enumerate(dimensions) if name in CONSTANT]
        for values, sums in self.rows.sums(self.keys.of(dimensions)).items():
            codes = [code(value) for code, value in zip(codes_of, values, strict=True)]
            for place, constant in constants:
                codes.insert(place, constant)
            yield tables.named_row(tuple(codes), None if people is None else people[values], *sums)

    def _headcount_rows(self, dimensions: Names) -> Iterator[tables.Row]:
        """Cells of the headcounts that pass the filters on people; under `first_time` none can be told."""
        if self.question.first_time:
            return
        filters = self.question.people_filters
        asked = tuple(dict.fromkeys((*dimensions, *filters)))
        for count in self.headcounts:
            for codes, number in cells_of(count, asked):
                if all(codes[name] in accepted for name, accepted in filters.items()):
                    yield tables.headcount_row(tuple(codes[name] for name in dimensions), number, count)

    def headcounts_not_told(self) -> int:
        """How many of the headcounts' participations may pass the filters on people or not."""
        filters = self.question.people_filters
        if not filters and not self.question.first_time:
            return 0
        asked = tuple(dict.fromkeys((*self.question.by, *filters)))
        cells = [cell for count in self.headcounts for cell in cells_of(count, asked)]
        surely = self.question.first_time
        return sum(number for codes, number in cells if _may_pass(codes, filters, or_does=surely))


def _may_pass(codes: dict[str, str], filters: dict[str, tuple[str, ...]], *, or_does: bool) -> bool:
    """Whether nobody can tell if the cell passes; with `or_does` one that surely passes is taken too."""
    unknown = {NOT_BROKEN_DOWN, NOT_STATED}
    fits = all(codes[name] in accepted or codes[name] in unknown for name, accepted in filters.items())
    return fits and (or_does or any(codes[name] in unknown for name in filters))


def _subsets(names: Names) -> list[Names]:
    """Every set of the names in their order, the whole one first."""
    return [subset for size in range(len(names), -1, -1) for subset in combinations(names, size)]
