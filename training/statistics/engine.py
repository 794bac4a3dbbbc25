"""The counting engine: a question in, an answer out. Each rule of design §3 stands in the module it belongs to.

question → scope (which sessions, which participations) → named (rosters, grouped in the database)
                                                        → headcounts (breakdowns, chosen) → tables → answer
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import pandas as pd
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from training.statistics import tables
from training.statistics.dimensions import DIMENSIONS, NOT_BROKEN_DOWN, NOT_STATED, Members
from training.statistics.headcounts import Count, HeadcountReader, cells_of
from training.statistics.keys import CONSTANT, Keys, Values
from training.statistics.named import Figures, counted
from training.statistics.notes import Note, SessionsCount, notes_for
from training.statistics.question import Question
from training.statistics.scope import participations_of, placed, sessions_of

Margins = dict[tuple[str, ...], pd.DataFrame]


@dataclass(frozen=True)
class Answer:
    """cells: one row for each combination (see tables.py). margins: the same for each smaller set of the dimensions, ()
    included, at that set's own precision. better: the margins that know more than their cells add up to.
    """

    question: Question
    members: dict[str, Members]
    cells: pd.DataFrame
    margins: Margins
    better: tuple[tuple[str, ...], ...]
    sessions: SessionsCount
    notes: tuple[Note, ...]

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
    members = {name: Members(DIMENSIONS[name]) for name in dict.fromkeys((*question.by, *question.filters))}
    counting = _Counting(question, members)
    frames = counting.frames(_subsets(question.by))
    cells = frames.pop(question.by)
    comparable = [s for s in frames if not any(DIMENSIONS[n].multiple for n in question.by if n not in s)]
    return Answer(
        question=question,
        members=members,
        cells=cells,
        margins=frames,
        better=tuple(s for s in comparable if tables.known_better(frames[s], cells, s)),
        sessions=SessionsCount.of(question, counting.sessions, counting.participations),
        notes=notes_for(
            question=question,
            sessions=counting.sessions,
            participations=counting.participations,
            cells=cells,
            whole=frames.get((), cells),
            not_told=counting.headcounts_not_told(),
        ),
    )


def behind(question: Question, codes: Mapping[str, str], *, of_margin: bool = False) -> pd.DataFrame:
    """The sessions behind a figure: `session` (key) and its figures, the largest first; together they are the figure.

    `codes` are the figure's codes in some of the question's dimensions. With `of_margin` the figure is that of a margin
    at its own precision; else it is what the table's cells add up to.
    """
    _refuse_other_dimensions(codes, question.by)
    asked = question if "session" in question.by else replace(question, by=(*question.by, "session"))
    members = {name: Members(DIMENSIONS[name]) for name in dict.fromkeys((*asked.by, *asked.filters))}
    kept = [n for n in asked.by if n in codes or n == "session" or not (of_margin or DIMENSIONS[n].multiple)]
    frame = _Counting(asked, members).frames([tuple(kept)])[tuple(kept)]
    for name, code in codes.items():
        frame = frame[frame[name] == code]
    return tables.largest_first(frame, "session")


def _refuse_other_dimensions(codes: Mapping[str, str], by: tuple[str, ...]) -> None:
    other = set(codes) - set(by)
    if other:
        raise ValidationError(_("The table has no dimension %(names)s.") % {"names": ", ".join(sorted(other))})


class _Counting:
    """One question's working state: its sessions, its participations, its headcounts read once."""

    def __init__(self, question: Question, members: dict[str, Members]) -> None:
        self.question = question
        self.members = members
        self.sessions = sessions_of(question)
        self.participations = participations_of(question, self.sessions)
        self.headcounts = HeadcountReader(question, members).read(placed(self.sessions, question))

    def frames(self, subsets: Sequence[tuple[str, ...]]) -> Margins:
        """The figures over each of these sets of dimensions: the named part and the headcounts, each at their own
        precision.
        """
        keys = Keys(self.question.by, self.question.snapshot)
        people = "people" in self.question.measures
        named = counted(self.participations, keys, subsets, people=people)
        return {subset: self._frame(subset, named[subset], people=people) for subset in subsets}

    def _frame(self, dimensions: tuple[str, ...], named: dict[Values, Figures], *, people: bool) -> pd.DataFrame:
        rows = [
            *tables.named_part(self._named_rows(dimensions, named, people=people)),
            *tables.headcount_part(self.headcount_cells(dimensions)),
        ]
        position = {name: self.members[name].position for name in dimensions}
        return tables.in_order(tables.figures(rows, dimensions), dimensions, position)

    def _named_rows(
        self, dimensions: tuple[str, ...], named: dict[Values, Figures], *, people: bool
    ) -> Iterator[dict[str, Any]]:
        constant = {name: code for name, code in CONSTANT.items() if name in dimensions}
        codes = {name: self.members[name].code for name in dimensions if name not in CONSTANT}
        for values, figures in named.items():
            yield {
                **constant,
                **{name: code(value) for (name, code), value in zip(codes.items(), values, strict=True)},
                "participations": figures.participations,
                "people": figures.people if people else None,
                "person_days": figures.days if figures.registered else None,
                "without_register": figures.participations - figures.registered,
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
