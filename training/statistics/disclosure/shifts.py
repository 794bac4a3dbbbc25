"""How withheld figures could be otherwise without anybody noticing.

A shift is a whole number for each variable. Taken some steps forth or back from the true figures it gives other
figures that fit everything shown; each step is one more value that a figure with a number other than zero might have.
Shifts are searched for by linear programming and then verified in whole numbers: what counts is the verification.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse.csgraph import connected_components

from training.statistics.disclosure.knowledge import Numbers, Relations

Mask = npt.NDArray[np.bool_]
Costs = npt.NDArray[np.float64]
MOST_STEPS = 1_000_000
WHOLE = 1e-6
# A solution in halves or sixths is one in whole numbers for steps that are twice or six times as long.
SCALES = (1, 2, 6)
GAIN = 1e-4


@dataclass(frozen=True, kw_only=True)
class Shift:
    """changes: of each variable in one step. back, forth: how many steps there are each way."""

    changes: Numbers
    back: int
    forth: int


class Proof:
    """Verifies shifts under some relations."""

    def __init__(self, relations: Relations, threshold: int) -> None:
        self.relations, self.threshold = relations, threshold

    def verified(self, changes: Numbers, hidden: Mask) -> Shift | None:
        """The shift with as many steps as it has; None if it breaks a relation or touches what is shown."""
        known = self.relations
        if changes[~hidden].any() or (known.equal @ changes).any():
            return None
        growth = known.below @ changes
        room = known.values - known.lows
        forth = _steps(np.concatenate([known.slack, room]), np.concatenate([growth, -changes]))
        back = _steps(np.concatenate([known.slack, room]), np.concatenate([-growth, changes]))
        return Shift(changes=changes, back=back, forth=forth)

    def proven_by(self, changes: Numbers, hidden: Mask) -> Mask:
        """The variables that the shift shows to have as many possible values as the threshold asks.

        Whoever knows the rule knows that something small is among figures that make a sum with each other, or else none
        of them would be withheld: steps at which nothing is, do not count.
        """
        proven: Mask = np.zeros(len(changes), dtype=bool)
        bound, summed = self._together(hidden)
        for label in np.unique(bound[changes != 0]):
            part = np.where(bound == label, changes, 0)
            shift = self.verified(part, hidden)
            if shift is None:
                continue
            for own in np.unique(summed[part != 0]):
                if self._likely_steps(shift, summed == own) >= self.threshold:
                    proven |= (summed == own) & (part != 0)
        return proven

    def _likely_steps(self, shift: Shift, among: Mask) -> int:
        """In how many steps something is small among these; all, if only a difference of tables is small."""
        values, changes = self.relations.values[among], shift.changes[among]
        small = (values >= 1) & (values < self.threshold)
        if not small.any() or (small & (changes == 0)).any():
            return shift.back + shift.forth + 1
        moved = changes != 0
        return self._steps_with_small(values[moved], changes[moved], -shift.back, shift.forth)

    def _steps_with_small(self, values: Numbers, changes: Numbers, least: int, most: int) -> int:
        """In how many of the steps one of the figures is small."""
        sign = np.sign(changes)
        size = np.abs(changes)
        # Towards zero first: the steps at which a figure goes from threshold - 1 down to 1.
        near, far = np.where(sign > 0, 1, 1 - self.threshold), np.where(sign > 0, self.threshold - 1, -1)
        first = -((sign * values - near) // size)
        last = (far - sign * values) // size
        taken, end = 0, least - 1
        for start, stop in sorted(zip(first.tolist(), last.tolist(), strict=True)):
            begin, until = max(start, end + 1), min(stop, most)
            taken += max(0, until - begin + 1)
            end = max(end, until)
        return taken

    def _together(self, hidden: Mask) -> tuple[Numbers, Numbers]:
        """Labels of what is bound together by any relation, and of what is by sums alone; the shown has none."""
        if self._kept is None or not np.array_equal(self._kept[0], hidden):
            sums = sparse.vstack([self._links, self.relations.equal])
            labels = [_connected(rows, hidden) for rows in (sparse.vstack([sums, self.relations.below]), sums)]
            self._kept = (hidden, labels[0], labels[1])
        return self._kept[1:]

    _kept: tuple[Mask, Numbers, Numbers] | None = None

    @cached_property
    def _links(self) -> "sparse.csr_array":
        """Which variables are about the same group: they are withheld together."""
        group = self.relations.group
        return sparse.csr_array(
            (np.ones(len(group), dtype=np.int64), (group, np.arange(len(group)))),
            shape=(self.relations.groups, len(group)),
        )


@dataclass(frozen=True, kw_only=True)
class _Rows:
    """What a search has to keep to: rows that stay zero, rows that grow by so much, columns that sink by so much."""

    equal: "sparse.csc_array"
    below: "sparse.csc_array"
    slack: Numbers
    room: Numbers


class Search:
    """Looks for shifts by linear programming. Its columns are the groups, all figures of each changing alike, or the
    variables themselves: much is found with the first, and all there is with the second.
    """

    def __init__(self, relations: Relations, *, alike: bool) -> None:
        count = relations.count
        columns = np.unique(relations.group, return_inverse=True)[1] if alike else np.arange(count)
        ones = np.ones(count, dtype=np.int64)
        self.column_of: Numbers = columns
        self.spread = sparse.csc_array((ones, (np.arange(count), columns)))
        self.count = self.spread.shape[1]
        self.rows = self._rows_of(relations)

    def _rows_of(self, relations: Relations) -> _Rows:
        equal, _slack = _distinct(relations.equal @ self.spread, np.zeros(relations.equal.shape[0], dtype=np.int64))
        below, slack = _distinct(relations.below @ self.spread, relations.slack)
        room = np.full(self.count, MOST_STEPS, dtype=np.int64)
        np.minimum.at(room, self.column_of, relations.values - relations.lows)
        return _Rows(equal=equal, below=below, slack=slack, room=room)

    def cheapest(
        self, wanted: Sequence[int], allowed: Mask, costs: Costs, also: Mask, back: int, forth: int
    ) -> Numbers | None:
        """A shift of all `wanted` upwards, `back` and `forth` steps at least, by changing what costs least; among those
        that cost the same one that moves as many of `also` as it can.
        """
        down_costs, least = self.spread.T @ costs, np.zeros(self.count)
        least[self.column_of[list(wanted)]] = 1
        besides = ~self._all_of(~also) & (least == 0)
        up_costs = np.where(besides, -GAIN, down_costs)
        for times in SCALES:
            up, down = self._room(self._all_of(allowed), back * times, forth * times)
            bounds = (least, np.where(besides, np.minimum(up, 1), up), np.where(least, 0, down))
            found = self._solve(up_costs, down_costs, bounds, (back * times, forth * times))
            if found is None or _is_whole(times * found):
                return None if found is None else self._spread(times * found)
        return None

    def widest(self, wanted: Mask, allowed: Mask, back: int, forth: int) -> Numbers | None:
        """A shift of as many of the `wanted` as there can be at once."""
        wanted = ~self._all_of(~wanted)
        up, down = (np.minimum(room, 3) for room in self._room(self._all_of(allowed), back, forth))
        tilt = np.where(wanted, 1 + (np.arange(self.count) * 7919 % 101) / 1000, 0)
        shy = np.where(self.rows.room > forth, -tilt * 0.9, 0.01)
        found = self._solve(0.01 - tilt, shy, (np.zeros(self.count), up, down), (back, forth))
        return None if found is None or not _is_whole(found) else self._spread(found)

    def _spread(self, columns: Costs) -> Numbers:
        """Changes of the columns as changes of the variables."""
        changes: Numbers = self.spread @ np.rint(columns).astype(np.int64)
        return changes

    def _all_of(self, mask: Mask) -> Mask:
        """The columns of which everything is in the mask."""
        missing: Mask = (self.spread.T @ ~mask) == 0
        return missing

    def _room(self, allowed: Mask, back: int, forth: int) -> tuple[Costs, Costs]:
        """How far each column may go up and down in one step."""
        endless = np.full(self.count, np.inf)
        up = (self.rows.room // back).astype(float) if back else endless
        down = (self.rows.room // forth).astype(float) if forth else endless
        return np.where(allowed, up, 0), np.where(allowed, down, 0)

    def _solve(
        self, up_costs: Costs, down_costs: Costs, bounds: tuple[Costs, ...], steps: tuple[int, int]
    ) -> Costs | None:
        """The changes of the columns that cost least, each within its bounds; None if there are none."""
        least, up, down = bounds
        if (up < least).any():
            return None
        columns = np.flatnonzero((up > 0) | (down > 0))
        if not len(columns):
            return None
        rows, low, high = self._rows(columns, *steps)
        limits = Bounds(
            np.concatenate([least[columns], np.zeros(len(columns))]), np.concatenate([up[columns], down[columns]])
        )
        costs = np.concatenate([up_costs[columns], down_costs[columns]])
        result = milp(costs, constraints=[LinearConstraint(rows, low, high)] if rows.shape[0] else [], bounds=limits)
        if result.x is None:
            return None
        changes = np.zeros(self.count)
        changes[columns] = result.x[: len(columns)] - result.x[len(columns) :]
        return changes

    def _rows(self, columns: Numbers, back: int, forth: int) -> tuple["sparse.csr_array", Costs, Costs]:
        equal = sparse.csr_array(self.rows.equal[:, columns])
        below = sparse.csr_array(self.rows.below[:, columns])
        endless = np.full(len(self.rows.slack), np.inf)
        low = -(self.rows.slack // back).astype(float) if back else -endless
        high = (self.rows.slack // forth).astype(float) if forth else endless
        touched, limited = np.diff(equal.indptr) > 0, np.diff(below.indptr) > 0
        rows = sparse.vstack([equal[touched], below[limited]])
        zeros = np.zeros(int(touched.sum()))
        return (
            sparse.csr_array(sparse.hstack([rows, -rows])),
            np.concatenate([zeros, low[limited]]),
            np.concatenate([zeros, high[limited]]),
        )


def _is_whole(numbers: Costs) -> bool:
    return bool(np.abs(numbers - np.rint(numbers)).max(initial=0) < WHOLE)


def _distinct(rows: "sparse.csr_array", slack: Numbers) -> tuple["sparse.csc_array", Numbers]:
    """The rows that say something, each once and with the least slack it has."""
    rows = sparse.csr_array(rows)
    rows.sum_duplicates()
    rows.eliminate_zeros()
    found: dict[tuple[bytes, bytes], tuple[int, int]] = {}
    for row in range(rows.shape[0]):
        start, end = rows.indptr[row], rows.indptr[row + 1]
        key = (rows.indices[start:end].tobytes(), rows.data[start:end].tobytes())
        if end > start and (key not in found or slack[row] < found[key][1]):
            found[key] = (row, int(slack[row]))
    kept = [row for row, _slack in found.values()]
    return sparse.csc_array(rows[kept]), slack[kept]


def _connected(rows: "sparse.csr_array", columns: Mask) -> Numbers:
    """A label for each of the columns, the same for those that some row has in common; -1 for the others."""
    inside = abs(sparse.csc_array(rows)[:, np.flatnonzero(columns)])
    found = connected_components(sparse.block_array([[None, inside], [inside.T, None]]), directed=False)[1]
    labels = np.full(len(columns), -1, dtype=np.int64)
    labels[columns] = found[inside.shape[0] :]
    return labels


def _steps(room: Numbers, growth: Numbers) -> int:
    """How many steps fit until something has no room left."""
    growing = growth > 0
    return int(np.minimum((room[growing] // growth[growing]).min(initial=MOST_STEPS), MOST_STEPS))
