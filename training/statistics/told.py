"""What tallies tell: their cells as rows of numbers, and what these add up to.

Sessions that are over hardly change, so what their tallies add up to is reckoned once for each set of versions. Which
versions an answer rests on the database says each time: that is never remembered.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.choices import Role
from training.models import Institution
from training.models.tallies import CELL, SHARED, SUMMED, WORDS
from training.statistics.held import Roster
from training.statistics.keys import OF_SESSIONS
from training.statistics.question import Question
from training.statistics.results import Results
from training.statistics.rows import Column, Numbers, People, Rows, different
from training.statistics.scope import filter_values

Cells = NDArray[np.void]
# A `CELL` as numpy reads it.
FORMS = {**dict.fromkeys(WORDS, "u1"), "gain": "<i4"}
LAYOUT = np.dtype([(name, FORMS.get(name, "<u4")) for name in (*SHARED, *SUMMED)], align=True)
# What part of a cell may be, as the numbers that stand for it.
Accepted = tuple[tuple[str, tuple[int, ...]], ...]


@dataclass(frozen=True)
class Summed:
    """Something that adds up: the database's expression for it, and how to read it from the cells of tallies."""

    counted: Any
    told: Callable[[Cells], Numbers]


SUMS = Results(500)
LISTS = Results(10)  # of sessions and people, which are long


@dataclass(frozen=True, kw_only=True)
class Told:
    """The tallies of some sessions. versions: tells these from all others there ever are. columns, sums: as rows have
    them; a name stands for the same sum everywhere. rosters, people: one for each tally, in one order; of people those
    in which somebody counts.
    """

    versions: bytes
    columns: tuple[str, ...]
    sums: Mapping[str, Summed]
    accepted: Accepted
    rosters: Sequence[Roster]
    people: Sequence[Numbers] | None

    def added_up(self, places: Iterable[int], numbers: int, *, of_trainees: bool) -> Rows:
        """As `Rows.added_up`."""
        asked = tuple(places)
        key = (*self._key, "added up", asked, numbers, of_trainees)
        return SUMS.of(key, lambda: self._rows(of_trainees=of_trainees).added_up(asked, numbers))

    def once(self, places: Iterable[int], *, of_trainees: bool) -> Rows:
        """As `Rows.once`."""
        asked = tuple(places)
        key = (*self._key, "once", asked, of_trainees)
        return LISTS.of(key, lambda: self._rows(of_trainees=of_trainees).once(asked))

    def values(self, place: int, *, of_trainees: bool) -> frozenset[Any]:
        """The values there are in the column at this place."""
        key = (*self._key, "values", place, of_trainees)
        return LISTS.of(key, lambda: frozenset(self._rows(of_trainees=of_trainees).columns[place].there()))

    @property
    def _key(self) -> tuple[Hashable, ...]:
        return self.versions, self.columns, tuple(self.sums), self.accepted

    def _rows(self, *, of_trainees: bool) -> Rows:
        return self._of_trainees if of_trainees else self._everybody

    @cached_property
    def _of_trainees(self) -> Rows:
        role = self._everybody.columns[self.columns.index("by_role")]
        return self._everybody.picked(role.has([Role.TRAINEE]))

    @cached_property
    def _everybody(self) -> Rows:
        packed = [roster.cells for roster in self.rosters]
        cells: Cells = np.frombuffer(b"".join(packed), dtype=LAYOUT)
        of_roster = np.repeat(np.arange(len(packed)), [len(own) // CELL.size for own in packed])
        people = None
        if self.people is not None:
            people = People(np.concatenate([*self.people, NOBODY]), cells["participations"].astype(np.int64))
        asked = np.ones(len(cells), dtype=np.bool_)
        for name, numbers in self.accepted:
            asked &= np.isin(cells[name], np.array(numbers, dtype=np.int64))
        if not asked.all():
            cells, of_roster, people = cells.compress(asked), of_roster.compress(asked), people and people.picked(asked)
        columns = [self._column(name, cells, of_roster) for name in self.columns]
        return Rows(columns, [summed.told(cells) for summed in self.sums.values()], people)

    def _column(self, name: str, cells: Cells, of_roster: Numbers) -> Column:
        column = Column()
        if name in OF_SESSIONS:
            place = list(OF_SESSIONS).index(name)
            column.extend([roster.facts[place] for roster in self.rosters], of_roster)
        else:
            shared = name.removeprefix("by_")
            values, each = different(cells[shared])
            column.extend(map(partial(_meaning, shared), values.tolist()), each)
        return column


NOBODY = np.zeros(0, dtype=np.int64)


def accepted_by(question: Question) -> Accepted:
    """What of a cell passes the question's filters on people. One query where it filters kinds of institutions."""
    accepted: list[tuple[str, tuple[int, ...]]] = []
    if not question.names_roles:
        accepted.append(("role", (WORDS["role"].index(Role.TRAINEE),)))
    for name in question.people_filters:
        values = filter_values(question, name)
        if name in WORDS:
            accepted.append((name, tuple(WORDS[name].index(value) for value in values)))
        elif name == "institution_type":
            of_kind = Institution.objects.filter(type__in=values).order_by("pk")
            accepted.append(("institution", tuple(of_kind.values_list("pk", flat=True))))
        else:
            accepted.append((name, tuple(values)))
    return tuple(accepted)


def _meaning(shared: str, number: int) -> Any:
    """What a number stands for in this place of a cell, as the database has it."""
    return WORDS[shared][number] if shared in WORDS else number or None
