"""Rows in numbers, held for as long as one answer takes: added up, or people counted, over any set of dimensions.

Sums of a margin are sums of the rows. Unique people do not add up: they are counted anew from who stands in each row.
"""

from collections.abc import Iterable, Sequence
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.statistics.keys import Key, Values

Numbers = NDArray[np.int64]
FEW = 100_000  # so many combinations are counted as they are, without asking which of them occur
ROOM = 5_000_000  # so many places are laid out, where numbers would have to be sorted else


class Column:
    """A column of values as numbers: `codes` has for each row the place of its value in `values`."""

    def __init__(self) -> None:
        self._index: dict[Any, int] = {}
        self.codes: Numbers = np.zeros(0, dtype=np.int64)

    def extend(self, found: Iterable[Any], each: Numbers | None = None) -> None:
        """Add rows with these values or, with `each`, with the value at each of these places among them."""
        index, listed = self._index, list(found)
        for value in dict.fromkeys(listed):
            index.setdefault(value, len(index))
        codes = np.fromiter(map(index.__getitem__, listed), dtype=np.int64, count=len(listed))
        self.codes = np.concatenate([self.codes, codes if each is None else codes[each]])

    @property
    def values(self) -> list[Any]:
        return list(self._index)

    def picked(self, rows: NDArray[np.bool_]) -> "Column":
        return self.with_codes(self.codes.compress(rows))

    def with_codes(self, codes: Numbers) -> "Column":
        """Other rows with the same values."""
        column = Column()
        column._index, column.codes = self._index, codes
        return column

    def joined(self, other: "Column") -> "Column":
        """These rows and the others."""
        column = Column()
        column._index, column.codes = dict(self._index), self.codes
        column.extend(other.values, other.codes)
        return column

    def there(self) -> list[Any]:
        """The values that some row has."""
        values = self.values
        return [values[code] for code in np.flatnonzero(np.bincount(self.codes, minlength=len(values))).tolist()]

    def has(self, accepted: Iterable[Any]) -> NDArray[np.bool_]:
        """Of each row, whether its value is one of these."""
        return np.isin(self.codes, [self._index[value] for value in accepted if value in self._index])


class People:
    """Who stands in each row, some more than once: of the `ids` as many as `lengths` says, from `first` on."""

    def __init__(self, ids: Numbers, lengths: Numbers, first: Numbers | None = None) -> None:
        self.ids = ids
        self.lengths = lengths
        self.first = _starts(lengths) if first is None else first

    def picked(self, rows: NDArray[np.bool_]) -> "People":
        return People(self.ids, self.lengths.compress(rows), self.first.compress(rows))

    def joined(self, other: "People") -> "People":
        first = np.concatenate([self.first, other.first + len(self.ids)])
        return People(np.concatenate([self.ids, other.ids]), np.concatenate([self.lengths, other.lengths]), first)

    def of(self, rows: Numbers) -> tuple[Numbers, Numbers]:
        """The ids in these rows, and for each of them the place of its row among these."""
        lengths = self.lengths[rows]
        return self.ids[_spread(self.first[rows], lengths)], np.repeat(np.arange(len(rows)), lengths)


class Rows:
    """Rows of a value in each of the `columns`, of a sum in each of the `numbers` and, where it is asked, of people."""

    def __init__(self, columns: Sequence[Column], numbers: Sequence[Numbers], people: People | None = None) -> None:
        self.columns = columns
        self.numbers = numbers
        self.who = people

    @property
    def length(self) -> int:
        return len(self.numbers[0])

    def picked(self, rows: NDArray[np.bool_]) -> "Rows":
        if rows.all():
            return self
        numbers = [numbers.compress(rows) for numbers in self.numbers]
        return Rows([column.picked(rows) for column in self.columns], numbers, self.who and self.who.picked(rows))

    def added_up(self, places: Iterable[int], numbers: int) -> "Rows":
        """The sums of the first so many numbers for each combination of values in the columns at these places; the
        other columns are left empty.
        """
        known, combined, asked = self._at(places)
        there = np.bincount(combined, minlength=len(known)) > 0
        sums = [_sums(combined, one, len(known))[there] for one in self.numbers[:numbers]]
        return Rows(self._columns_of(known[there], asked), sums)

    def once(self, places: Iterable[int]) -> "Rows":
        """Who stands under each such combination, each person once; their only number is how many people these are."""
        known, combined, asked = self._at(places)
        who, rows = self._people(np.arange(self.length))
        size = who.max(initial=0) + 1
        under, ids = np.divmod(_once(combined[rows] * size + who), size)
        lengths = np.bincount(under, minlength=len(known))
        there = lengths > 0
        return Rows(self._columns_of(known[there], asked), [lengths[there]], People(ids, lengths[there]))

    def joined(self, other: "Rows") -> "Rows":
        """These rows and the others, which have the same columns and numbers."""
        columns = [own.joined(more) for own, more in zip(self.columns, other.columns, strict=True)]
        numbers = [np.concatenate(pair) for pair in zip(self.numbers, other.numbers, strict=True)]
        return Rows(columns, numbers, self.who and other.who and self.who.joined(other.who))

    def _at(self, places: Iterable[int]) -> tuple[Numbers, Numbers, list[int]]:
        """The combinations of values in the columns at these places, for each row the place of its own, the columns."""
        asked = sorted(set(places))
        combined = np.zeros(self.length, dtype=np.int64)
        for place in asked:
            combined = combined * len(self.columns[place].values) + self.columns[place].codes
        return *_those_there(combined, possible=prod(len(self.columns[place].values) for place in asked)), asked

    def _columns_of(self, known: Numbers, asked: Sequence[int]) -> list[Column]:
        """The columns of rows for such combinations, one each."""
        columns = [Column() for _column in self.columns]
        for place in reversed(asked):
            known, codes = np.divmod(known, len(self.columns[place].values))
            columns[place] = self.columns[place].with_codes(codes)
        return columns

    def sums(self, keys: Sequence[tuple[int, Key]]) -> dict[Values, tuple[int, ...]]:
        """The sums of the numbers under each combination of the keys' values; a row counts under every value behind
        its own.
        """
        rows, combined, known, meant = self._combined(keys)
        sums = [_sums(combined, numbers[rows], len(known)).tolist() for numbers in self.numbers]
        there = (np.bincount(combined, minlength=len(known)) > 0).tolist()
        found = zip(known.tolist(), there, zip(*sums, strict=True), strict=True)
        return {_read(code, meant): numbers for code, occurs, numbers in found if occurs}

    def people(self, keys: Sequence[tuple[int, Key]]) -> dict[Values, int]:
        """How many people stand under each combination of the keys' values; whoever stands there twice counts once."""
        rows, combined, known, meant = self._combined(keys)
        who, places = self._people(rows)
        once = _once(who * len(known) + combined[places])
        numbers = np.bincount(once % len(known), minlength=len(known)).tolist() if len(known) else []
        return {_read(code, meant): number for code, number in zip(known.tolist(), numbers, strict=True) if number}

    def _people(self, rows: Numbers) -> tuple[Numbers, Numbers]:
        if self.who is None:
            raise TypeError("These rows were read without people.")
        return self.who.of(rows)

    def _combined(self, keys: Sequence[tuple[int, Key]]) -> tuple[Numbers, Numbers, Numbers, list[list[Any]]]:
        """Each row once for every combination it stands under: which row, and which of the `known` combinations; they
        are numbers that `_read` reads with the last.
        """
        rows = np.arange(self.length)
        combined = np.zeros(self.length, dtype=np.int64)
        meant: list[list[Any]] = []
        for place, key in keys:
            column = self.columns[place]
            picked, own, values = _behind(column.codes[rows], [key.values(value) for value in column.values])
            rows, combined = rows[picked], combined[picked] * len(values) + own
            meant.append(values)
        known, combined = _those_there(combined, possible=prod(map(len, meant)))
        return rows, combined, known, meant


def _behind(codes: Numbers, behind: list[Values]) -> tuple[Numbers, Numbers, list[Any]]:
    """Each row once for every value behind its code: which row, the number of the value, and the values' meaning."""
    index: dict[Any, int] = {}
    numbers = [[index.setdefault(value, len(index)) for value in values] for values in behind]
    flat = np.array([number for own in numbers for number in own], dtype=np.int64)
    if len(flat) == len(behind):  # one behind each
        return np.arange(len(codes)), flat[codes], list(index)
    lengths = np.array([len(own) for own in numbers], dtype=np.int64)
    times = lengths[codes]
    return np.repeat(np.arange(len(codes)), times), flat[_spread(_starts(lengths)[codes], times)], list(index)


def _starts(lengths: Numbers) -> Numbers:
    """Where each of some parts begins that have these lengths and lie side by side."""
    return np.cumsum(lengths) - lengths


def _spread(first: Numbers, lengths: Numbers) -> Numbers:
    """The places of parts, each from its `first` on and so long, one part after the other."""
    return np.repeat(first - _starts(lengths), lengths) + np.arange(lengths.sum())


def _those_there(combined: Numbers, *, possible: int) -> tuple[Numbers, Numbers]:
    """Combinations, at least those that occur, and for each row the place of its own among them."""
    if possible <= FEW:
        return np.arange(possible), combined
    return different(combined)


def different(numbers: NDArray[np.integer[Any]]) -> tuple[Numbers, Numbers]:
    """The different ones among whole numbers from 0 on, in order, and for each of them the place of its own."""
    whole = numbers.astype(np.int64)  # once, and side by side: what follows reads them several times
    if not len(whole) or whole.max() >= ROOM:
        return np.unique(whole, return_inverse=True)
    known = _once(whole)
    place = np.empty(known[-1] + 1, dtype=np.int64)
    place[known] = np.arange(len(known))
    return known, place[whole]


def _once(numbers: Numbers) -> Numbers:
    """Each of these whole numbers from 0 on once, in order."""
    if not len(numbers) or numbers.max() >= ROOM:
        return np.unique(numbers)
    return np.flatnonzero(np.bincount(numbers))


def _sums(places: Numbers, numbers: Numbers, length: int) -> Numbers:
    """The sum of the numbers at each place; exact up to 2 ** 53, as it is done in doubles, which takes a tenth."""
    return np.bincount(places, weights=numbers, minlength=length).astype(np.int64)


def _read(code: int, meant: list[list[Any]]) -> Values:
    found = []
    for values in reversed(meant):
        code, place = divmod(code, len(values))
        found.append(values[place])
    return tuple(reversed(found))
