"""A shift found once is often one in many other places too: the same figures of another institution, another year."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

import numpy as np

from training.statistics.disclosure.groups import Condition, Conditions, Groups
from training.statistics.disclosure.knowledge import Numbers, Relations


class Repeats:
    """Finds for a shift of one group the like shifts of others, as candidates: they have to be verified."""

    def __init__(self, groups: Groups, relations: Relations) -> None:
        self.groups, self.relations = groups, relations
        self.variables: dict[tuple[int, str], list[int]] = defaultdict(list)
        for number, (group, measure) in enumerate(zip(relations.group.tolist(), relations.measures, strict=True)):
            self.variables[(group, measure)].append(number)

    def of(self, changes: Numbers, group: int, others: Iterable[int]) -> Iterator[Numbers]:
        """The changes with the group's one condition that differs in another group put in its place, for each."""
        own = self.groups.all[group].conditions
        for other in others:
            theirs = self.groups.all[other].conditions
            if len(own - theirs) == len(theirs - own) == 1:
                (before,), (after,) = own - theirs, theirs - own
                moved = self._moved(changes, before, after) if before[0] == after[0] else None
                if moved is not None:
                    yield moved

    def _moved(self, changes: Numbers, before: Condition, after: Condition) -> Numbers | None:
        moved = np.zeros_like(changes)
        for number in np.flatnonzero(changes).tolist():
            group = int(self.relations.group[number])
            if group >= len(self.groups.all):
                return None
            there = self.groups.by_conditions.get(_replaced(self.groups.all[group].conditions, before, after))
            measure = self.relations.measures[number]
            place = self.variables[(group, measure)].index(number)
            if there is None or len(self.variables[(there, measure)]) <= place:
                return None
            moved[self.variables[(there, measure)][place]] += changes[number]
        return moved


def _replaced(conditions: Conditions, before: Condition, after: Condition) -> Conditions:
    return (conditions - {before}) | {after} if before in conditions else conditions
