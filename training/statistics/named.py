"""The named part of a figure: participations read into rows of numbers once, for every margin of every question.

A roster that is tallied is not counted again: its cells are read, and only the other rosters are counted in the
database. One statement reads both, so that no session is missed or counted twice while somebody changes it. What a
tally cannot tell is read from the records: who its people are, once (held.py); first-timers, and where people are now,
every time.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from operator import itemgetter
from typing import Any

import numpy as np
from django.db.models import BigIntegerField, BinaryField, Count, F, IntegerField, Q, Sum, TextField, Value
from django.db.models.functions import Coalesce
from numpy.typing import NDArray

from training.choices import Role
from training.models import Institution
from training.models.sessions import TALLIED, SessionQuerySet
from training.models.tallies import CELL, SHARED, SUMMED, WORDS
from training.statistics.fetching import Ids, fetched
from training.statistics.held import HELD, Tally
from training.statistics.keys import Keys
from training.statistics.question import Question
from training.statistics.rows import Column, Numbers, People, Rows, different
from training.statistics.scope import Participations, filter_values, participations_of, placed, roster_counts

Cells = NDArray[np.void]
# So often tallies are read beside the people in them; whoever changes these all the while is counted live at last.
TRIES = 3
# A `CELL` as numpy reads it.
FORMS = {**dict.fromkeys(WORDS, "u1"), "gain": "<i4"}
LAYOUT = np.dtype([(name, FORMS.get(name, "<u4")) for name in (*SHARED, *SUMMED)], align=True)


@dataclass(frozen=True)
class Summed:
    """Something that adds up: the database's expression for it, and how to read it from the cells of tallies."""

    counted: Any
    told: Callable[[Cells], Numbers]


# registered: participations whose days are known, which are together `days`.
FIGURES = {
    "participations": Summed(Count("*"), itemgetter("participations")),
    "days": Summed(Coalesce(Sum("days_attended"), 0), itemgetter("days")),
    "registered": Summed(Count("days_attended"), itemgetter("registered")),
}


def read(
    question: Question,
    sessions: SessionQuerySet,
    keys: Keys,
    sums: Mapping[str, Summed] = FIGURES,
    *,
    with_people: bool = False,
) -> Rows:
    """The question's participations in `sessions` by the columns of `keys`, their `sums`, and with people, for which
    `keys` has sessions, who they are. One query, and one where the question filters kinds of institutions; with people
    two more where this process does not hold all of them yet.
    """
    nothing = Q(pk__in=[])
    tallied = nothing if question.first_time or question.snapshot == "now" else TALLIED & Q(tally__isnull=False)
    for by_tally in (*[tallied] * TRIES, nothing):
        counted = participations_of(question, sessions.exclude(by_tally))
        told = placed(sessions, question).filter(by_tally & roster_counts(question, sessions))
        found = _Found(_statement(counted, told, keys, sums, with_people=with_people), keys, sums)
        people = HELD.people(found.tallies, told) if with_people else None
        if people is not None or not with_people:
            break
    return found.rows(question, people)


def count_people(question: Question, sessions: SessionQuerySet) -> int:
    """Unique people in the question's participations in `sessions`. Queries as `read` has them."""
    return read(question, sessions, Keys(("session",), question.snapshot), with_people=True).people([]).get((), 0)


def _statement(
    counted: Participations, told: SessionQuerySet, keys: Keys, sums: Mapping[str, Summed], *, with_people: bool
) -> list[tuple[Any, ...]]:
    """Rows of the value of each column, each sum, who they are, and nothing twice; and for each session that is told by
    its tally of its own columns, the tally's version, and its cells.
    """
    figures = {f"sum_{name}": summed.counted for name, summed in sums.items()}
    figures["ids"] = Ids("person_id") if with_people else Value(None, output_field=TextField())
    columns = (*keys.columns, *figures, "version", "kept")
    grouped = counted.annotate(**keys.columns).values(*keys.columns).annotate(**figures).order_by()
    of_nobody = grouped.annotate(
        version=Value(None, output_field=BigIntegerField()), kept=Value(None, output_field=BinaryField())
    )
    elsewhere = dict.fromkeys((*keys.columns, *figures), Value(None, output_field=IntegerField()))
    of_session = {**elsewhere, **keys.of_sessions, "version": F("tally__version"), "kept": F("tally__cells")}
    tallies = told.annotate(**of_session)
    return fetched(of_nobody.values_list(*columns).union(tallies.values_list(*columns), all=True))


class _Found:
    """What the statement found: rows counted now, and tallies."""

    def __init__(self, found: Sequence[tuple[Any, ...]], keys: Keys, sums: Mapping[str, Summed]) -> None:
        self.keys = keys
        self.sums = sums
        counted: list[tuple[Any, ...]] = []
        self.told: list[tuple[Any, ...]] = []
        for row in found:
            (counted if row[-1] is None else self.told).append(row)
        self.counted = _transposed(counted, len(keys.columns) + len(sums) + 3)

    @property
    def tallies(self) -> list[Tally]:
        """Those in which somebody counts."""
        session = list(self.keys.columns).index("by_session")
        return [(row[session], row[-2]) for row in self.told if row[-1]]

    def rows(self, question: Question, people: Sequence[Numbers] | None) -> Rows:
        """All of it as rows; with the people of the tallies, if that is asked."""
        width = len(self.keys.columns)
        columns = _columns(self.counted[:width])
        packed = [row[-1] for row in self.told]
        cells: Cells = np.frombuffer(b"".join(packed), dtype=LAYOUT)
        lengths = np.fromiter(map(len, packed), dtype=np.int64, count=len(packed))
        of_tally = np.repeat(np.arange(len(packed)), lengths // CELL.size)
        who = None if people is None else self._people(cells, people)
        asked = _asked(cells, question)
        if not asked.all():
            cells, of_tally = cells.compress(asked), of_tally.compress(asked)
        for place, (name, column) in enumerate(zip(self.keys.columns, columns, strict=True)):
            if name in self.keys.of_sessions:
                column.extend([row[place] for row in self.told], of_tally)
            else:
                shared = name.removeprefix("by_")
                values, each = different(cells[shared])
                column.extend(map(partial(_meaning, shared), values.tolist()), each)
        numbers = [
            np.concatenate([np.array(live, dtype=np.int64), summed.told(cells)])
            for live, summed in zip(self.counted[width:-3], self.sums.values(), strict=True)
        ]
        live = np.ones(len(self.counted[0]), dtype=np.bool_)
        return Rows(columns, numbers, who and who.picked(np.concatenate([live, asked])))

    def _people(self, cells: Cells, people: Sequence[Numbers]) -> People:
        live = [np.fromstring(ids, dtype=np.int64, sep=",") for ids in self.counted[-3]]
        lengths = np.fromiter(map(len, live), dtype=np.int64, count=len(live))
        everybody = [*live, *people] or [lengths]
        return People(np.concatenate(everybody), np.concatenate([lengths, cells["participations"]]))


def _transposed(rows: Sequence[tuple[Any, ...]], width: int) -> list[Sequence[Any]]:
    """The columns of rows that are so wide."""
    return list(zip(*rows, strict=True)) if rows else [()] * width


def _columns(found: Sequence[Sequence[Any]]) -> list[Column]:
    columns = [Column() for _values in found]
    for column, values in zip(columns, found, strict=True):
        column.extend(values)
    return columns


def _asked(cells: Cells, question: Question) -> NDArray[np.bool_]:
    """Which of the cells pass the question's filters on people."""
    asked = np.ones(len(cells), dtype=np.bool_)
    if not question.names_roles:
        asked &= cells["role"] == WORDS["role"].index(Role.TRAINEE)
    for name in question.people_filters:
        accepted = filter_values(question, name)
        if name in WORDS:
            asked &= np.isin(cells[name], [WORDS[name].index(value) for value in accepted])
        elif name == "institution_type":
            of_kind = Institution.objects.filter(type__in=accepted).values_list("pk", flat=True)
            asked &= np.isin(cells["institution"], list(of_kind))
        else:
            asked &= np.isin(cells[name], np.array(accepted, dtype=np.int64))
    return asked


def _meaning(shared: str, number: int) -> Any:
    """What a number stands for in this place of a cell, as the database has it."""
    return WORDS[shared][number] if shared in WORDS else number or None
