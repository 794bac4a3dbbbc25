"""What somebody outside can know of withheld figures: they are whole numbers, bound together by equations and bounds.

Everything is about the private part of a figure; the public part is taken as known to everybody. A relation is in here
if somebody may take it for true and it is true. That it is not certain from outside makes no difference: one relation
too many withholds more, one too few tells.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from scipy import sparse

from training.choices import Measure
from training.statistics.disclosure.groups import Groups
from training.statistics.disclosure.small import private_figures
from training.statistics.table import Cell

Numbers = npt.NDArray[np.int64]
Coefficients = dict[int, int]
PARTICIPATIONS, PEOPLE, DAYS = (str(measure.value) for measure in Measure)


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One number of a table, or of several that say the same. number: the variable; None where everybody knows it.
    value: zero where the register itself does not know.
    """

    number: int | None
    value: int


@dataclass(frozen=True, kw_only=True)
class Relations:
    """Variables and what binds them. values: what they truly are. lows: the least they can be. group: whom each is
    about. measures: of each. matters: whether there is anything to protect, which is not so where the register itself
    does not know. equal: rows that are zero for every change that is possible. below, slack: rows, and how
    much each of them can still grow. groups: how many there are; those beyond the tables' own are what is left when
    one figure is taken from another.
    """

    values: Numbers
    lows: Numbers
    group: Numbers
    measures: tuple[str, ...]
    matters: npt.NDArray[np.bool_]
    equal: "sparse.csr_array"
    below: "sparse.csr_array"
    slack: Numbers
    groups: int

    @property
    def count(self) -> int:
        return len(self.values)


@dataclass
class Gathering:
    """Relations in the making."""

    groups: Groups
    threshold: int
    values: list[int] = field(default_factory=list)
    lows: list[int] = field(default_factory=list)
    group: list[int] = field(default_factory=list)
    measures: list[str] = field(default_factory=list)
    matters: list[bool] = field(default_factory=list)
    equal: dict[tuple[tuple[int, int], ...], None] = field(default_factory=dict)
    below: dict[tuple[tuple[int, int], ...], int] = field(default_factory=dict)
    known: dict[tuple[int, str, int | None], int] = field(default_factory=dict)
    subtracted: set[tuple[tuple[int, int], ...]] = field(default_factory=set)

    def figures(self, group: int, cell: Cell) -> dict[str, Figure]:
        """The cell's figures, those it does not have left out."""
        found = {}
        for measure, value in private_figures(cell).items():
            if measure == PARTICIPATIONS or measure in cell.values:
                found[measure] = Figure(number=self._variable(group, measure, value, cell), value=value or 0)
        return found

    def _variable(self, group: int, measure: str, value: int | None, cell: Cell) -> int | None:
        if cell.private == 0:
            return None
        key = (group, measure, value)
        if key not in self.known:
            some = bool(value) and (measure == PARTICIPATIONS or (measure == PEOPLE and cell.named == cell.private))
            self.known[key] = self._new(group, measure, value, least=int(some))
        return self.known[key]

    def _new(self, group: int, measure: str, value: int | None, *, least: int) -> int:
        self.values.append(value or 0)
        self.lows.append(least)
        self.group.append(group)
        self.measures.append(measure)
        self.matters.append(value is not None)
        return len(self.values) - 1

    def leaves(self, parts: Iterable[Figure], whole: Figure, rest: int) -> None:
        """What nobody shows but anybody can subtract: a group of its own."""
        coefficients = _minus(added_up(parts), whole)
        key = tuple(sorted(coefficients.items()))
        if key not in self.subtracted:
            self.subtracted.add(key)
            number = self._new(len(self.groups.all) + len(self.subtracted) - 1, PARTICIPATIONS, rest, least=0)
            self.are_equal({**coefficients, number: 1})

    def are_equal(self, coefficients: Mapping[int, int]) -> None:
        """The sum stays what it is."""
        key = tuple(sorted((number, by) for number, by in coefficients.items() if by))
        if key:
            self.equal[key if key[0][1] > 0 else tuple((number, -by) for number, by in key)] = None

    def is_at_most(self, coefficients: Mapping[int, int], slack: int) -> None:
        """The sum can grow by `slack` and no more."""
        key = tuple(sorted((number, by) for number, by in coefficients.items() if by))
        if key and slack >= 0:
            self.below[key] = min(slack, self.below.get(key, slack))

    def sums(self, parts: Iterable[Mapping[str, Figure]], whole: Mapping[str, Figure], *, single: bool) -> int:
        """The parts are within the whole and do not overlap, unless a participation may be in several of them (not
        `single`). Returns by how much their participations fall short of it.
        """
        members = list(parts)
        for measure, of in whole.items():
            known = [part[measure] for part in members if measure in part]
            if len(known) == len(members):
                self._sum(known, of, adds=single and measure != PEOPLE)
        return whole[PARTICIPATIONS].value - sum(part[PARTICIPATIONS].value for part in members)

    def is_part(self, part: Figure, whole: Figure) -> None:
        """The part is no more than the whole; if they are the same, somebody may take it that they always are."""
        self._sum([part], whole, adds=False)

    def _sum(self, parts: list[Figure], whole: Figure, *, adds: bool) -> None:
        total, of = sum(part.value for part in parts), whole.value
        together = added_up(parts)
        less = _minus(together, whole)
        if total == of:
            self.are_equal(less)
        elif adds:
            self.is_at_most(less, of - total)
        else:
            self.is_at_most({number: -by for number, by in less.items()}, total - of)
            for part in parts:
                self.is_at_most(_minus(added_up([part]), whole), of - part.value)

    def done(self) -> Relations:
        slack = np.array(list(self.below.values()), dtype=np.int64)
        return Relations(
            values=np.array(self.values, dtype=np.int64),
            lows=np.array(self.lows, dtype=np.int64),
            group=np.array(self.group, dtype=np.int64),
            measures=tuple(self.measures),
            matters=np.array(self.matters, dtype=bool),
            equal=_matrix(list(self.equal), len(self.values)),
            below=_matrix(list(self.below), len(self.values)),
            slack=slack,
            groups=len(self.groups.all) + len(self.subtracted),
        )


def added_up(figures: Iterable[Figure]) -> Coefficients:
    found: Coefficients = {}
    for figure in figures:
        if figure.number is not None:
            found[figure.number] = found.get(figure.number, 0) + 1
    return found


def _minus(coefficients: Coefficients, whole: Figure) -> Coefficients:
    if whole.number is None:
        return coefficients
    return {**coefficients, whole.number: coefficients.get(whole.number, 0) - 1}


def _matrix(rows: list[tuple[tuple[int, int], ...]], columns: int) -> "sparse.csr_array":
    flat = [(row, number, by) for row, entries in enumerate(rows) for number, by in entries]
    row, column, data = (np.array(part, dtype=np.int64) for part in zip(*flat, strict=True)) if flat else ([], [], [])
    return sparse.csr_array((data, (row, column)), shape=(len(rows), columns), dtype=np.int64)
