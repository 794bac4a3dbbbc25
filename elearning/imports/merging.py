"""A module's body after a new edition of its manual: what editors made of it stays, what the manual changed changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from elearning.imports.identity import Change, State
from elearning.imports.values import Raw, trace, with_theirs


@dataclass
class Merge:
    """`now`: every block of the course's drafts by id. `written`: the values this edition gives. `traces`: how the
    edition before wrote them. `overruled` gathers edits that the manual's own change replaced.
    """

    now: Mapping[str, Raw]
    written: Mapping[str, Raw]
    traces: Mapping[str, str]
    overruled: list[str] = field(default_factory=list)

    def body(self, current: Sequence[Raw], changes: Sequence[Change]) -> list[Raw]:
        """The blocks of one module. Those that no edition knows were made by hand: they stay behind the same block."""
        shown = {_id(change) for change in changes}
        by_hand = self._by_hand(current, shown)
        merged = list(by_hand.get("", ()))
        for change in changes:
            if (raw := self._block(change)) is not None:
                merged.append(raw)
            merged += by_hand.get(_id(change), ())
        return merged

    def _by_hand(self, current: Sequence[Raw], shown: set[str]) -> dict[str, list[Raw]]:
        """Blocks made by hand, by the block of the manual they stand behind ("" at the top)."""
        found: dict[str, list[Raw]] = {}
        behind = ""
        for raw in current:
            if raw["id"] in shown:
                behind = raw["id"]
            elif raw["id"] not in self.traces:
                found.setdefault(behind, []).append(raw)
        return found

    def _block(self, change: Change) -> Raw | None:
        if change.new is None:
            return None
        fresh, now = self.written[change.new.id], self.now.get(change.new.id)
        changed = change.state is State.CHANGED
        if change.state is State.ADDED or (changed and (now is None or now["type"] != fresh["type"])):
            return fresh
        if now is None:  # an editor took it out, and the manual says nothing new
            return None
        if self._edited(now):
            if not changed:
                return now
            self.overruled.append(fresh["id"])
        return with_theirs(fresh, now, changed=changed)

    def _edited(self, now: Raw) -> bool:
        return trace(now) != self.traces.get(now["id"], "")


def _id(change: Change) -> str:
    if change.new is not None:
        return change.new.id
    return change.old.id if change.old else ""
