"""The named part of a figure: participations read into rows of numbers once, for every margin of every question.

A roster that is tallied is not counted again: the database says that its tally is there, and only the other rosters are
counted in it. One statement does both, so that no session is missed or counted twice while somebody changes it. What a
tally cannot tell is read from the records: first-timers, and where people are now.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from operator import itemgetter
from typing import Any

import numpy as np
from django.db.models import Count, IntegerField, Q, Sum, TextField, Value
from django.db.models.functions import Coalesce

from training.choices import Role
from training.models.sessions import TALLIED, SessionQuerySet
from training.statistics.fetching import Ids, fetched, numbers_in
from training.statistics.held import PEOPLE, ROSTERS, Missing, Roster, Tally
from training.statistics.keys import Keys
from training.statistics.question import Question
from training.statistics.rows import Column, People, Rows
from training.statistics.scope import Participations, participations_of, placed, roster_counts
from training.statistics.told import Summed, Told, accepted_by

# So often tallies are told beside what is held of them; whoever changes these all the while is counted live at last.
TRIES = 3

# registered: participations whose days are known, which are together `days`.
FIGURES = {
    "participations": Summed(Count("*"), itemgetter("participations")),
    "days": Summed(Coalesce(Sum("days_attended"), 0), itemgetter("days")),
    "registered": Summed(Count("days_attended"), itemgetter("registered")),
}


class Named:
    """The participations of an answer who are known by name: rows counted now, and what tallies told. `of_trainees`
    takes them alone, where the rows have roles.
    """

    def __init__(self, keys: Keys, live: Rows, told: Told) -> None:
        self.keys = keys
        self._live = live
        self._told = told

    def added_up(self, names: Sequence[str], numbers: int, *, of_trainees: bool = False) -> Rows:
        """The sums of the first so many numbers, by what tells the dimensions `names`; other columns are empty."""
        places = self._places(names)
        told = self._told.added_up(places, numbers, of_trainees=of_trainees)
        return told.joined(self._rows(of_trainees).added_up(places, numbers))

    def people(self, names: Sequence[str] = (), *, of_trainees: bool = False) -> Rows:
        """Who they are, by the same: as rows that count people."""
        places = self._places(names)
        told = self._told.once(places, of_trainees=of_trainees)
        return told.joined(self._rows(of_trainees).once(places))

    def sessions(self, *, of_trainees: bool = False) -> frozenset[int]:
        """The ids of the sessions with somebody among them."""
        (place,) = self._places(["session"])
        live = self._rows(of_trainees).columns[place].there()
        return self._told.values(place, of_trainees=of_trainees).union(live)

    def _places(self, names: Sequence[str]) -> list[int]:
        return [place for place, _key in self.keys.of(names)]

    def _rows(self, of_trainees: bool) -> Rows:
        return self._of_trainees if of_trainees else self._live

    @cached_property
    def _of_trainees(self) -> Rows:
        (place,) = self._places(["role"])
        return self._live.picked(self._live.columns[place].has([Role.TRAINEE]))


def read(
    question: Question,
    sessions: SessionQuerySet,
    keys: Keys,
    sums: Mapping[str, Summed] = FIGURES,
    *,
    with_people: bool = False,
) -> Named:
    """The question's participations in `sessions` by the columns of `keys`, their `sums` and, if asked, who they are.

    One query, and one where the question filters kinds of institutions. Where this process does not hold all tallies
    yet, one for them and one for their people, each with the first again.
    """
    nothing = Q(pk__in=[])
    tallied = nothing if question.first_time or question.snapshot == "now" else TALLIED & Q(tally__isnull=False)
    for by_tally in (*[tallied] * TRIES, nothing):
        counted = participations_of(question, sessions.exclude(by_tally))
        told = placed(sessions, question).filter(by_tally & roster_counts(question, sessions))
        live, tallies = _statement(counted, told, keys, sums, with_people=with_people)
        try:
            rosters = ROSTERS.of(tallies.digest, tallies.pairs, told)
            people = PEOPLE.of(tallies.digest, partial(_with_people, tallies, rosters), told) if with_people else None
        except Missing:
            continue
        break
    return Named(
        keys,
        _rows(live, keys, sums, with_people=with_people),
        Told(
            versions=tallies.digest,
            columns=tuple(keys.columns),
            sums=sums,
            accepted=accepted_by(question) if rosters else (),
            rosters=rosters,
            people=people,
        ),
    )


def count_people(question: Question, sessions: SessionQuerySet) -> int:
    """Unique people in the question's participations in `sessions`. Queries as `read` has them."""
    named = read(question, sessions, Keys(("session",), question.snapshot), with_people=True)
    return named.people().people([]).get((), 0)


@dataclass(frozen=True)
class _Tallies:
    """The sessions that are told by their tallies, and the versions of these, each as one text of numbers."""

    sessions: str = ""
    versions: str = ""

    @cached_property
    def digest(self) -> bytes:
        return hashlib.blake2b(f"{self.sessions} {self.versions}".encode()).digest()

    def pairs(self) -> list[Tally]:
        return list(zip(numbers_in(self.sessions).tolist(), numbers_in(self.versions).tolist(), strict=True))


def _with_people(tallies: _Tallies, rosters: Sequence[Roster]) -> list[Tally]:
    """Those in which somebody counts."""
    return [tally for tally, roster in zip(tallies.pairs(), rosters, strict=True) if roster.cells]


def _statement(
    counted: Participations, told: SessionQuerySet, keys: Keys, sums: Mapping[str, Summed], *, with_people: bool
) -> tuple[list[tuple[Any, ...]], _Tallies]:
    """Rows of the value of each column, each sum, and who they are; and the tallies of the sessions `told`."""
    figures = {f"sum_{name}": summed.counted for name, summed in sums.items()}
    columns = (*keys.columns, *figures, "ids", "versions")
    grouped = counted.annotate(**keys.columns).values(*keys.columns).annotate(**figures).order_by()
    no_text, no_number = (Value(None, output_field=field) for field in (TextField(), IntegerField()))
    rows = grouped.annotate(ids=Ids("person_id") if with_people else no_text, versions=no_text).values_list(*columns)
    elsewhere = dict.fromkeys((*keys.columns, *figures), no_number)
    in_one = (
        told.order_by().annotate(**elsewhere).values(*elsewhere).annotate(ids=Ids("pk"), versions=Ids("tally__version"))
    )
    counted_now, tallies = [], _Tallies()
    for row in fetched(rows.union(in_one.values_list(*columns), all=True)):
        if row[len(keys.columns)] is not None:
            counted_now.append(row)
        elif row[-1]:
            tallies = _Tallies(*row[-2:])
    return counted_now, tallies


def _rows(found: Sequence[tuple[Any, ...]], keys: Keys, sums: Mapping[str, Summed], *, with_people: bool) -> Rows:
    width = len(keys.columns)
    values = list(zip(*found, strict=True)) or [()] * (width + len(sums) + 2)
    columns = [Column() for _name in keys.columns]
    for column, own in zip(columns, values[:width], strict=True):
        column.extend(own)
    numbers = [np.array(own, dtype=np.int64) for own in values[width:-2]]
    people = None
    if with_people:
        lengths = np.array([text.count(",") + 1 for text in values[-2]], dtype=np.int64)
        people = People(numbers_in(",".join(values[-2])), lengths)
    return Rows(columns, numbers, people)
