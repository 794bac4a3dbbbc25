"""Which figures go with the small ones, so that none of them can be computed from what stays."""

from itertools import product

import numpy as np

from training.statistics.disclosure.groups import Groups
from training.statistics.disclosure.knowledge import PARTICIPATIONS, Numbers, Relations
from training.statistics.disclosure.relations import relations_of
from training.statistics.disclosure.repeating import Repeats
from training.statistics.disclosure.shifts import Costs, Mask, Proof, Search
from training.statistics.disclosure.small import with_partners

COARSER_COSTS = 6.0
ATTEMPTS = 3
MANY = 10


def with_complements(groups: Groups, small: set[int], threshold: int) -> set[int]:
    """The groups to withhold: the small ones, and enough others that each withheld figure has at least `threshold`
    possible values for whoever knows all the rest and the rule. Zeros and what is wholly public stay.
    """
    relations = relations_of(groups, threshold)
    if not small and relations.groups == len(groups.all):
        return set()
    choice = _Choice(groups, relations, threshold)
    choice.hide(with_partners(groups, small))
    choice.protect_all()
    return choice.chosen


class _Choice:
    """What is withheld so far, and for which of it that has been proven to be enough."""

    def __init__(self, groups: Groups, relations: Relations, threshold: int) -> None:
        self.groups, self.relations, self.threshold = groups, relations, threshold
        self.proof = Proof(relations, threshold)
        self.searches = (Search(relations, alike=True), Search(relations, alike=False))
        self.repeats = Repeats(groups, relations)
        self.hidden: Mask = relations.group >= len(groups.all)
        self.proven: Mask = ~relations.matters
        self.chosen: set[int] = set()
        self.levels = np.array([*(group.level for group in groups.all), *[99] * len(groups.all)])[relations.group]
        self.losses = self._losses()

    def _losses(self) -> Costs:
        """What is lost with each variable's group: more for the large, much more for the coarse."""
        groups = self.groups.all
        finest = max(group.level for group in groups)
        by_group = np.array(
            [(1 + np.log2(1 + group.private)) * COARSER_COSTS ** (finest - group.level) for group in groups]
            + [0.0] * (self.relations.groups - len(groups))
        )
        weight = np.where(np.array(self.relations.measures) == PARTICIPATIONS, 1.0, 0.3)
        losses: Costs = by_group[self.relations.group] * weight
        return losses

    def hide(self, chosen: set[int]) -> None:
        self.chosen |= chosen
        self.hidden = self.hidden | np.isin(self.relations.group, list(chosen))

    def protect_all(self) -> None:
        """Hide until everything hidden is proven to be safe. What no choice makes safe takes its tables with it."""
        self._prove_many()
        while (self.hidden & ~self.proven).any():
            exposed = np.flatnonzero(self.hidden & ~self.proven)
            first = exposed[np.lexsort((exposed, self.levels[exposed]))[0]]
            group = int(self.relations.group[first])
            wider = (self._tables_of(group), set(range(len(self.groups.tables))))
            if not self._protect(group) and not any(self._hide_tables(tables) for tables in wider):
                self.proven |= self.relations.group == group  # nothing is left to be shown that could tell

    def _prove_many(self) -> None:
        """Shifts of many hidden figures at once, as long as that is quicker than one by one."""
        for back in range((self.threshold - 1) // 2 + 1):
            news = MANY
            while news >= MANY:
                exposed = self.hidden & ~self.proven
                changes = self.searches[0].widest(exposed, self.hidden, back, self.threshold - 1 - back)
                news = 0 if changes is None else self._take(changes)

    def _take(self, changes: Numbers) -> int:
        """Note what a shift proves, and how much of that is new."""
        news = self.proof.proven_by(changes, self.hidden) & ~self.proven
        self.proven |= news
        return int(news.sum())

    def _protect(self, group: int) -> bool:
        """Hide what one group needs, all its measures at once if possible. Whether it is safe then."""
        own = self.relations.group == group
        avoided: Mask = np.zeros(self.relations.count, dtype=bool)
        for _attempt in range(ATTEMPTS):
            exposed = np.flatnonzero(own & ~self.proven).tolist()
            if not exposed:
                return True
            found = self._cheapest(exposed, avoided)
            if found is None:
                found = self._cheapest(exposed[:1], avoided)
            if found is None:
                return False
            self._hide_what_moves(found)
            if not self._take(found):
                avoided |= (found != 0) & ~own
            elif group < len(self.groups.all):
                self._repeat(found, group)
        return not (own & ~self.proven).any()

    def _repeat(self, found: Numbers, group: int) -> None:
        """Try the same elsewhere."""
        exposed = np.unique(self.relations.group[self.hidden & ~self.proven])
        for changes in self.repeats.of(found, group, exposed[exposed < len(self.groups.all)].tolist()):
            if not changes[~self.hidden].any():
                self._take(changes)

    def _cheapest(self, wanted: list[int], avoided: Mask) -> Numbers | None:
        """The shift of the wanted variables that hides least, first by what is as fine as they are, then by all."""
        costs = np.where(self.hidden, 1e-6, self.losses)
        level = int(self.levels[wanted[0]])
        everything = np.ones(len(self.hidden), dtype=bool)
        exposed = self.hidden & ~self.proven
        for allowed, search in product((self.hidden | (self.levels >= level), everything), self.searches):
            found: list[tuple[float, Numbers]] = []
            for back in self._ways(wanted):
                changes = search.cheapest(wanted, allowed & ~avoided, costs, exposed, back, self.threshold - 1 - back)
                if changes is not None:
                    found.append((float(costs @ (changes != 0)), changes))
                    if found[-1][0] < 1:
                        break
            if found:
                return min(found, key=lambda one: one[0])[1]
        return None

    def _ways(self, wanted: list[int]) -> list[int]:
        """How many of the steps go back: none, as many as the smallest figure can, half of them, all."""
        least = int((self.relations.values - self.relations.lows)[wanted].min())
        most = self.threshold - 1
        return list(dict.fromkeys(min(one, least, most) for one in (0, least, most // 2, most)))

    def _hide_what_moves(self, changes: Numbers) -> None:
        moved = {int(group) for group in self.relations.group[(changes != 0) & ~self.hidden]}
        if moved:
            self.hide(with_partners(self.groups, moved))

    def _tables_of(self, group: int) -> set[int]:
        cells = self.groups.all[group].cells if group < len(self.groups.all) else []
        return {table for table, _place, _cell in cells}

    def _hide_tables(self, tables: set[int]) -> bool:
        """Hide all of these tables but what is public. Whether that hides anything more."""
        before = len(self.chosen)
        inside = {number for (table, _place), number in self.groups.by_place.items() if table in tables}
        self.hide({number for number in inside if self.groups.all[number].private > 0})
        return len(self.chosen) > before
