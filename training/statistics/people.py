"""Unique people, counted over any set of dimensions: they do not add up, so who stands where has to be known.

Rows of a person and what they stand under are held as arrays of numbers for as long as one answer takes.
"""

from collections.abc import Iterable, Sequence
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.statistics.keys import Key, Values

Numbers = NDArray[np.int64]
FEW = 100_000  # so many combinations are counted as they are, without asking which of them occur


class Column:
    """A column of values as numbers: `codes` has for each row the place of its value in `values`."""

    def __init__(self) -> None:
        self._index: dict[Any, int] = {}
        self._parts: list[Numbers] = []

    def extend(self, found: Iterable[Any]) -> None:
        index = self._index
        self._parts.append(np.array([index.setdefault(value, len(index)) for value in found], dtype=np.int64))

    @property
    def codes(self) -> Numbers:
        if len(self._parts) != 1:
            self._parts = [np.concatenate(self._parts) if self._parts else np.zeros(0, dtype=np.int64)]
        return self._parts[0]

    @property
    def values(self) -> list[Any]:
        return list(self._index)


class PeopleRows:
    """Rows of (person, value of each column)."""

    def __init__(self, width: int) -> None:
        self.who = Column()
        self.columns = [Column() for _column in range(width)]

    def extend(self, who: Iterable[int], columns: Iterable[Iterable[Any]]) -> None:
        self.who.extend(who)
        for column, found in zip(self.columns, columns, strict=True):
            column.extend(found)

    def rows_of_each(self) -> dict[Values, int]:
        """How many rows there are with the same values in all columns."""
        combined = np.zeros(len(self.who.codes), dtype=np.int64)
        for column in self.columns:
            combined = combined * len(column.values) + column.codes
        known, numbers = np.unique(combined, return_counts=True)
        meant = [column.values for column in self.columns]
        return {_read(code, meant): number for code, number in zip(known.tolist(), numbers.tolist(), strict=True)}

    def counts(self, keys: Sequence[tuple[int, Key]]) -> dict[Values, int]:
        """How many people stand under each combination of the keys' values; whoever stands there twice counts once."""
        rows, combined = np.arange(len(self.who.codes)), np.zeros(len(self.who.codes), dtype=np.int64)
        meant: list[list[Any]] = []
        for place, key in keys:
            column = self.columns[place]
            picked, own, values = _behind(column.codes[rows], [key.values(value) for value in column.values])
            rows, combined = rows[picked], combined[picked] * len(values) + own
            meant.append(values)
        known, combined = _those_there(combined, possible=prod(map(len, meant)))
        stands = np.sort(self.who.codes[rows] * len(known) + combined)
        once = stands[np.diff(stands, prepend=-1) > 0]
        numbers = np.bincount(once % len(known), minlength=len(known)).tolist() if len(known) else []
        return {_read(code, meant): number for code, number in zip(known.tolist(), numbers, strict=True) if number}


def _behind(codes: Numbers, behind: list[Values]) -> tuple[Numbers, Numbers, list[Any]]:
    """Each row once for every value behind its code: which row, the number of the value, and the values' meaning."""
    index: dict[Any, int] = {}
    numbers = [[index.setdefault(value, len(index)) for value in values] for values in behind]
    lengths = np.array([len(own) for own in numbers], dtype=np.int64)
    flat = np.array([number for own in numbers for number in own], dtype=np.int64)
    first = np.cumsum(lengths) - lengths
    times = lengths[codes]
    rows = np.repeat(np.arange(len(codes)), times)
    within = np.arange(len(rows)) - np.repeat(np.cumsum(times) - times, times)
    return rows, flat[first[codes][rows] + within], list(index)


def _those_there(combined: Numbers, *, possible: int) -> tuple[Numbers, Numbers]:
    """Combinations, at least those that occur, and for each row the place of its own among them."""
    if possible <= FEW:
        return np.arange(possible), combined
    return np.unique(combined, return_inverse=True)


def _read(code: int, meant: list[list[Any]]) -> Values:
    found = []
    for values in reversed(meant):
        code, place = divmod(code, len(values))
        found.append(values[place])
    return tuple(reversed(found))
