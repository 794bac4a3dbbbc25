"""The counting engine: a question in, an answer out. Each rule of design §3 stands in the module it belongs to.

questions → scope (which sessions, which participations) → named (rosters, from tallies and the database)
                                                         → headcounts (breakdowns, chosen) → tables → answers
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations
from typing import Any

import pandas as pd
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from training.choices import Role
from training.statistics import tables
from training.statistics.dimensions import DIMENSIONS, NOT_BROKEN_DOWN, NOT_STATED, Members
from training.statistics.headcounts import Count, HeadcountReader, cells_of
from training.statistics.keys import CONSTANT, Keys, Values
from training.statistics.named import FIGURES, Summed, read, read_people
from training.statistics.notes import Beside, Note, SessionsCount, notes_for
from training.statistics.question import Question
from training.statistics.rows import Rows
from training.statistics.scope import placed, sessions_of

Margins = dict[tuple[str, ...], pd.DataFrame]


@dataclass(frozen=True)
class Answer:
    """cells: one row for each combination (see tables.py). margins: the same for each smaller set of the dimensions, ()
    included, at that set's own precision. better: the margins that know more than their cells add up to. not_told: the
    headcounts' participations of which nobody can tell whether they pass its filters.
    """

    question: Question
    members: dict[str, Members]
    cells: pd.DataFrame
    margins: Margins
    better: tuple[tuple[str, ...], ...]
    reading: "Reading"
    not_told: int

    @cached_property
    def _beside(self) -> Beside:
        return Beside.of(self.question, self.reading.sessions)

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
            cells=self.cells,
            whole=self._whole,
            not_told=self.not_told,
        )

    @property
    def total(self) -> dict[str, int | None]:
        """The figures of the whole answer. Its participations are what its cells sum to, where they sum at all."""
        row = self._whole.iloc[0] if not self._whole.empty else pd.Series(dict.fromkeys(tables.FIGURES, 0))
        whole = {name: None if pd.isna(row[name]) else int(row[name]) for name in tables.FIGURES}
        if not self.question.has_multiple:
            for name in ("participations", "backed", "without_register"):
                whole[name] = int(self.cells[name].sum())
        return whole

    @property
    def _whole(self) -> pd.DataFrame:
        return self.margins[()] if self.question.by else self.cells


def ask(question: Question) -> Answer:
    """Answer a question. Raises ValidationError for a filter's code that does not exist.

    The number of queries depends on the dimensions, never on the number of records.
    """
    return Reading([question]).answer(question)


def behind(question: Question, codes: Mapping[str, str], *, of_margin: bool = False) -> pd.DataFrame:
    """The sessions behind a figure: `session` (key) and its figures, the largest first; together they are the figure.

    `codes` are the figure's codes in some of the question's dimensions. With `of_margin` the figure is that of a margin
    at its own precision; else it is what the table's cells add up to.
    """
    _refuse_other_dimensions(codes, question.by)
    asked = question if "session" in question.by else replace(question, by=(*question.by, "session"))
    kept = [n for n in asked.by if n in codes or n == "session" or not (of_margin or DIMENSIONS[n].multiple)]
    frame = _Counting(asked, Reading([asked])).frames([tuple(kept)])[tuple(kept)]
    for name, code in codes.items():
        frame = frame[frame[name] == code]
    return tables.largest_first(frame, "session")


def _refuse_other_dimensions(codes: Mapping[str, str], by: tuple[str, ...]) -> None:
    other = set(codes) - set(by)
    if other:
        raise ValidationError(_("The table has no dimension %(names)s.") % {"names": ", ".join(sorted(other))})


class Reading:
    """What questions have in common that differ in what they are broken down by, or in their measures alone: sessions,
    rosters and headcounts, each read once for all of them. `also` are further sums of the rows.
    """

    def __init__(self, questions: Sequence[Question], also: Mapping[str, Summed] | None = None) -> None:
        by = dict.fromkeys(name for question in questions for name in question.by)
        scope = replace(questions[0], by=("role",) if "role" in by else ())
        self.members = {name: Members(DIMENSIONS[name]) for name in (*by, *scope.filters)}
        self.sessions = sessions_of(scope)
        self.headcounts = HeadcountReader(self.members).read(placed(self.sessions, scope))
        self.keys = Keys((*by, "role"), scope.snapshot)
        self.rows = read(scope, self.sessions, self.keys, {**FIGURES, **(also or {})})

    def answer(self, question: Question) -> Answer:
        """The answer to one of the questions."""
        counting = _Counting(question, self)
        frames = counting.frames(_subsets(question.by))
        cells = frames.pop(question.by)
        comparable = [s for s in frames if not any(DIMENSIONS[n].multiple for n in question.by if n not in s)]
        return Answer(
            question=question,
            members=self.members,
            cells=cells,
            margins=frames,
            better=tuple(s for s in comparable if tables.known_better(frames[s], cells, s)),
            reading=self,
            not_told=counting.headcounts_not_told(),
        )

    def rows_of(self, question: Question) -> Rows:
        """The rows of the roles the question is about."""
        return self.rows if question.names_roles else self._of_trainees

    @cached_property
    def _of_trainees(self) -> Rows:
        ((place, _key),) = self.keys.of(["role"])
        return self.rows.picked(self.rows.columns[place].has([Role.TRAINEE]))


class _Counting:
    """One question's figures."""

    def __init__(self, question: Question, reading: Reading) -> None:
        self.question = question
        self.members = reading.members
        self.sessions = reading.sessions
        self.headcounts = reading.headcounts
        self.keys = reading.keys
        asked = [place for place, _key in self.keys.of(question.by)]
        self.rows = reading.rows_of(question).added_up(asked)

    def frames(self, subsets: Sequence[tuple[str, ...]]) -> Margins:
        """The figures over each of these sets of dimensions: the named part and the headcounts, each at their own
        precision.
        """
        people: dict[tuple[str, ...], dict[Values, int]] = {}
        if "people" in self.question.measures:
            keys = Keys(self.question.by, self.question.snapshot)
            found = read_people(self.question, self.sessions, keys)
            people = {subset: found.people(keys.of(subset)) for subset in subsets}
        return {subset: self._frame(subset, people.get(subset)) for subset in subsets}

    def _frame(self, dimensions: tuple[str, ...], people: Mapping[Values, int] | None) -> pd.DataFrame:
        rows = [
            *tables.named_part(self._named_rows(dimensions, people)),
            *tables.headcount_part(self.headcount_cells(dimensions)),
        ]
        position = {name: self.members[name].position for name in dimensions}
        return tables.figures(rows, dimensions, position)

    def _named_rows(self, dimensions: tuple[str, ...], people: Mapping[Values, int] | None) -> Iterator[dict[str, Any]]:
        constant = {name: code for name, code in CONSTANT.items() if name in dimensions}
        codes = {name: self.members[name].code for name in dimensions if name not in CONSTANT}
        for values, (participations, days, registered, *_also) in self.rows.sums(self.keys.of(dimensions)).items():
            yield {
                **constant,
                **{name: code(value) for (name, code), value in zip(codes.items(), values, strict=True)},
                "participations": participations,
                "people": None if people is None else people[values],
                "person_days": days if registered else None,
                "without_register": participations - registered,
            }

    def headcount_cells(self, dimensions: tuple[str, ...]) -> list[tuple[dict[str, str], int, Count]]:
        """Cells of the headcounts that pass the filters on people; under `first_time` none can be told."""
        if self.question.first_time:
            return []
        filters = self.question.people_filters
        asked = tuple(dict.fromkeys((*dimensions, *filters)))
        found = []
        for count in self.headcounts:
            for codes, number in cells_of(count, asked):
                if all(codes[name] in accepted for name, accepted in filters.items()):
                    found.append(({name: codes[name] for name in dimensions}, number, count))
        return found

    def headcounts_not_told(self) -> int:
        """How many of the headcounts' participations may pass the filters on people or not."""
        filters = self.question.people_filters
        asked = tuple(dict.fromkeys((*self.question.by, *filters)))
        cells = [cell for count in self.headcounts for cell in cells_of(count, asked)]
        surely = self.question.first_time
        return sum(number for codes, number in cells if _may_pass(codes, filters, or_does=surely))


def _may_pass(codes: dict[str, str], filters: dict[str, tuple[str, ...]], *, or_does: bool) -> bool:
    """Whether nobody can tell if the cell passes; with `or_does` one that surely passes is taken too."""
    unknown = {NOT_BROKEN_DOWN, NOT_STATED}
    fits = all(codes[name] in accepted or codes[name] in unknown for name, accepted in filters.items())
    return fits and (or_does or any(codes[name] in unknown for name in filters))


def _subsets(names: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Every set of the names in their order, the whole one first."""
    return [subset for size in range(len(names), -1, -1) for subset in combinations(names, size)]
