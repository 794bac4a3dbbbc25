"""What this process holds of tallies, so as not to read it for every answer (docs/decisions/0010-held-tallies.md).

The database says at each answer which version of which tally stands for a session. What belongs to that version is read
once: the cells, what the session itself says, and the ids of the people in the cells, of whom a tally says nothing.
Nothing else of a person is held.
"""

from collections.abc import Callable, Collection
from typing import Any, Generic, NamedTuple, TypeVar

import numpy as np
from django.db.models import F, Max

from training.models import Participation
from training.models.sessions import SessionQuerySet
from training.statistics.fetching import Ids, fetched, numbers_in
from training.statistics.keys import OF_SESSIONS
from training.statistics.results import Results
from training.statistics.rows import Numbers
from training.statistics.tallies import NUMBERS

MOST = 200_000  # tallies; where there are more, only those of the last answer stay
FEW = 500  # tallies that are asked for by their sessions
Tally = tuple[int, int]  # session, version
T = TypeVar("T")


class Missing(Exception):  # noqa: N818  no error
    """Something of the tallies was not held. It is now, but they may have changed since they were told."""


class Held(Generic[T]):
    """Something of each tally, by its session, beside the version it belongs to. `read` reads it for those of some
    sessions that have a tally, in one query.
    """

    def __init__(self, read: Callable[[SessionQuerySet], dict[int, tuple[int, T]]]) -> None:
        self._read = read
        self._held: dict[int, tuple[int, T]] = {}
        self._lists = Results(10)

    def of(self, versions: bytes, tallies: Callable[[], Collection[Tally]], told: SessionQuerySet) -> list[T]:
        """That of each of the tallies, which are those of the sessions `told`, and which `versions` tells from all
        others. Raises Missing where something had to be read.
        """
        return self._lists.of(versions, lambda: self._each(tallies(), told))

    def forget(self) -> None:
        """As in a process that has just begun."""
        self._held = {}
        self._lists.forget()

    def _each(self, tallies: Collection[Tally], told: SessionQuerySet) -> list[T]:
        held = self._held
        found = [held.get(session) for session, _version in tallies]
        known = [one[1] for one, (_session, version) in zip(found, tallies, strict=True) if one and one[0] == version]
        if len(known) == len(found):
            return known
        missing = [tally[0] for one, tally in zip(found, tallies, strict=True) if not one or one[0] != tally[1]]
        held = held | self._read(told.filter(pk__in=missing) if len(missing) <= FEW else told)
        if len(held) > MOST:
            asked = {session for session, _version in tallies}
            held = {session: one for session, one in held.items() if session in asked}
        self._held = held  # whoever reads meanwhile has the one or the other, whole
        raise Missing


class Roster(NamedTuple):
    """What one version of a tally says. facts: in the order of `OF_SESSIONS`."""

    cells: bytes
    facts: tuple[Any, ...]


def _rosters_of(sessions: SessionQuerySet) -> dict[int, tuple[int, Roster]]:
    columns = {"version": F("tally__version"), "cells": F("tally__cells"), **OF_SESSIONS}
    tallied = sessions.filter(tally__isnull=False).order_by().annotate(**columns)
    rows = fetched(tallied.values_list("pk", *columns))
    return {session: (version, Roster(bytes(cells), tuple(facts))) for session, version, cells, *facts in rows}


def _people_of(sessions: SessionQuerySet) -> dict[int, tuple[int, Numbers]]:
    """One id for each participation, cell after cell. A session in which nobody counts is left out."""
    tallied = Participation.objects.counted().filter(session__in=sessions.filter(tally__isnull=False).values("pk"))
    listed = {"ids": Ids("person_id"), **{name: Ids(number) for name, number in NUMBERS.items()}}
    # A session has one tally: the greatest version is its own, and takes no sorting.
    rosters = tallied.values("session_id").annotate(version=Max("session__tally__version"), **listed).order_by()
    rows = fetched(rosters.values_list("session_id", "version", *listed))
    if not rows:
        return {}
    in_order, versions, *texts = zip(*rows, strict=True)
    lengths = [text.count(",") + 1 for text in texts[0]]
    ids, *numbers = [numbers_in(",".join(column)) for column in texts]
    by_cell = ids[np.lexsort([*reversed(numbers), np.repeat(np.arange(len(rows)), lengths)])]
    people = np.split(by_cell, np.cumsum(lengths)[:-1])
    return dict(zip(in_order, zip(versions, people, strict=True), strict=True))


ROSTERS = Held(_rosters_of)
PEOPLE = Held(_people_of)
