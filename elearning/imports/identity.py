"""Which block of a new edition is which of the one before: what did not change keeps its identity, and so its readers'
progress, its translations and what editors made of it. Pure: neither files nor records.

Blocks that are exactly alike are the same, in their order; what is left between them is compared by its words, and
close enough is a change of the same block. A block that moved is still the same.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from enum import StrEnum

from rapidfuzz import fuzz

from elearning.imports.arranging import bare
from elearning.imports.manual import Block, Kind, Module, Picture

NAMESPACE = uuid.UUID("6d1f7f0e-6d58-5b0c-9a3c-0c6a6f1c2b57")
CLOSE = 55.0  # per cent of the words' letters, for the same block changed
CLOSE_TITLE = 80.0
OVERLAP = 0.3  # of the blocks of the smaller one, for the same module under another title
FAR = 400  # blocks on either side of a gap that are compared each with each


class State(StrEnum):
    UNCHANGED = "unchanged"
    CHANGED = "changed"
    MOVED = "moved"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True)
class Known:
    """A block of the edition before, as far as comparing needs it. `picture`: the key of its picture."""

    id: str
    kind: str
    text: str
    fingerprint: str
    picture: str = ""


@dataclass(frozen=True)
class KnownModule:
    """`absent`: it was not in the last edition any more, and comes back if it is in this one."""

    key: str
    title: str
    blocks: tuple[Known, ...]
    absent: bool = False


@dataclass(frozen=True)
class Change:
    """What became of one block: `old` is not there for one that is added, `new` not for one removed."""

    state: State
    new: Block | None = None
    old: Known | None = None


@dataclass
class ModulePlan:
    """A module of the new edition. `before` is the one it was; `changes` run in reading order, with what is removed."""

    title: str
    before: KnownModule | None = None
    changes: list[Change] = field(default_factory=list)

    @property
    def blocks(self) -> tuple[Block, ...]:
        return tuple(change.new for change in self.changes if change.new is not None)

    @property
    def renamed(self) -> bool:
        return self.before is not None and self.before.title != self.title


@dataclass
class Plan:
    """The new edition against the one before. Modules that are not in it any more are `gone`, or `absent` before."""

    modules: list[ModulePlan]
    gone: list[KnownModule] = field(default_factory=list)
    absent: list[KnownModule] = field(default_factory=list)

    def count(self, state: State) -> int:
        lost = sum(len(module.blocks) for module in self.gone) if state is State.REMOVED else 0
        return lost - self._taken_elsewhere(state) + sum(c.state is state for m in self.modules for c in m.changes)

    def _taken_elsewhere(self, state: State) -> int:
        """Blocks of modules that are gone, but live on in another."""
        if state is not State.REMOVED:
            return 0
        living = {change.old.id for m in self.modules for change in m.changes if change.new and change.old}
        return sum(block.id in living for module in self.gone for block in module.blocks)

    @property
    def quiet(self) -> bool:
        """Whether nothing at all is different."""
        states = {change.state for module in self.modules for change in module.changes}
        return (
            not self.gone and states <= {State.UNCHANGED} and not any(m.renamed or not m.before for m in self.modules)
        )


def known(blocks: Sequence[Block]) -> tuple[Known, ...]:
    """Blocks that have their ids as the next edition is compared with them."""
    return tuple(Known(block.id, str(block.kind), block.plain, block.fingerprint, _picture(block)) for block in blocks)


def compare(new: Sequence[Module], old: Sequence[KnownModule]) -> Plan:
    """The plan of the new edition, every block with its id: its old one if it is the same block, else a fresh one.

    Ids are made of what a block says, so that reading a file again gives the same ones.
    """
    pairs = _pair_modules(new, old)
    found: dict[tuple[int, int], tuple[State, Known]] = {}
    for index, before in pairs.items():
        _pair_alike(index, new[index].blocks, before.blocks, found)
    _pair_moved(new, old, found)
    for index, before in pairs.items():
        _pair_changed(index, new[index].blocks, before.blocks, found)
    taken = {block.id for module in old for block in module.blocks}
    modules = []
    for index, module in enumerate(new):
        changes = [_change(block, found.get((index, place)), taken) for place, block in enumerate(module.blocks)]
        modules.append(ModulePlan(module.title, pairs.get(index), changes))
    _put_removed(modules, found)
    rest = [module for module in old if module not in pairs.values()]
    return Plan(modules, [each for each in rest if not each.absent], [each for each in rest if each.absent])


def _change(block: Block, found: tuple[State, Known] | None, taken: set[str]) -> Change:
    if found is not None:
        return Change(found[0], replace(block, id=found[1].id), found[1])
    return Change(State.ADDED, replace(block, id=_fresh(block, taken)))


def _fresh(block: Block, taken: set[str]) -> str:
    number = 0
    while (made := str(uuid.uuid5(NAMESPACE, f"{block.fingerprint} {number}"))) in taken:
        number += 1
    taken.add(made)
    return made


# ---- modules


def _pair_modules(new: Sequence[Module], old: Sequence[KnownModule]) -> dict[int, KnownModule]:
    """Which module was which, the surest pairs first."""
    pairs: dict[int, KnownModule] = {}
    used: set[int] = set()
    for _score, index, place in sorted(_likenesses(new, old)):
        if index not in pairs and place not in used:
            pairs[index] = old[place]
            used.add(place)
    return pairs


def _likenesses(new: Sequence[Module], old: Sequence[KnownModule]) -> Iterator[tuple[tuple[float, int], int, int]]:
    prints = [{block.fingerprint for block in module.blocks} for module in new]
    known_prints = [{block.fingerprint for block in module.blocks} for module in old]
    for index, module in enumerate(new):
        for place, before in enumerate(old):
            smaller = min(len(prints[index]), len(known_prints[place]))
            overlap = len(prints[index] & known_prints[place]) / smaller if smaller else 0.0
            title = fuzz.ratio(bare(module.title), bare(before.title))
            if title == 100 or overlap >= OVERLAP or title >= CLOSE_TITLE:
                yield (-(overlap + title / 100), abs(index - place)), index, place


# ---- blocks

Pairs = dict[tuple[int, int], tuple[State, Known]]


def _pair_alike(index: int, new: Sequence[Block], old: Sequence[Known], found: Pairs) -> None:
    matcher = SequenceMatcher(
        None, [block.fingerprint for block in old], [block.fingerprint for block in new], autojunk=False
    )
    for at, to, size in matcher.get_matching_blocks():
        for step in range(size):
            found[index, to + step] = (State.UNCHANGED, old[at + step])


def _pair_moved(new: Sequence[Module], old: Sequence[KnownModule], found: Pairs) -> None:
    """Blocks that stand elsewhere now, in their module or in another."""
    used = {block.id for _state, block in found.values()}
    left: dict[str, list[Known]] = defaultdict(list)
    for before in (block for module in old for block in module.blocks):
        if before.id not in used:
            left[before.fingerprint].append(before)
    for index, module in enumerate(new):
        for place, block in enumerate(module.blocks):
            if (index, place) not in found and left.get(block.fingerprint):
                found[index, place] = (State.MOVED, left[block.fingerprint].pop(0))


def _pair_changed(index: int, new: Sequence[Block], old: Sequence[Known], found: Pairs) -> None:
    """What is left between two blocks that are alike, in its order, the closest fit as a whole."""
    used = {block.id for _state, block in found.values()}
    for places, rest in _gaps(index, new, old, found):
        places = [place for place in places if (index, place) not in found]
        rest = [block for block in rest if block.id not in used]
        for place, block in _aligned([(place, new[place]) for place in places[:FAR]], rest[:FAR]):
            found[index, place] = (State.CHANGED, block)


def _gaps(index: int, new: Sequence[Block], old: Sequence[Known], found: Pairs) -> list[tuple[list[int], list[Known]]]:
    """The stretches between blocks that stayed where they were: places in the new edition, blocks of the old."""
    at = {block.id: place for place, block in enumerate(old)}
    gaps, place_from, old_from = [], 0, 0
    stayed = [
        (place, at[found[index, place][1].id])
        for place in range(len(new))
        if (index, place) in found and found[index, place][0] is State.UNCHANGED
    ]
    for place, old_place in [*stayed, (len(new), len(old))]:
        gaps.append((list(range(place_from, place)), list(old[old_from:old_place])))
        place_from, old_from = place + 1, old_place + 1
    return gaps


def _aligned(new: list[tuple[int, Block]], old: list[Known]) -> Iterator[tuple[int, Known]]:
    """Pairs in order, with the greatest likeness in all (as in any alignment of two sequences)."""
    if not new or not old:
        return
    likeness = [[_likeness(block, before) for before in old] for _place, block in new]
    best = [[0.0] * (len(old) + 1) for _ in range(len(new) + 1)]
    for row in range(len(new) - 1, -1, -1):
        for column in range(len(old) - 1, -1, -1):
            together = likeness[row][column]
            paired = together + best[row + 1][column + 1] if together else 0.0
            best[row][column] = max(paired, best[row + 1][column], best[row][column + 1])
    row = column = 0
    while row < len(new) and column < len(old):
        together = likeness[row][column]
        if together and best[row][column] == together + best[row + 1][column + 1]:
            yield new[row][0], old[column]
            row, column = row + 1, column + 1
        elif best[row][column] == best[row + 1][column]:
            row += 1
        else:
            column += 1


def _likeness(block: Block, before: Known) -> float:
    if str(block.kind) != before.kind:
        return 0.0
    if block.kind is Kind.NOTES or (before.picture and before.picture == _picture(block)):
        return 100.0
    return fuzz.ratio(block.plain, before.text, score_cutoff=CLOSE)


def _picture(block: Block) -> str:
    return block.content.key if isinstance(block.content, Picture) else ""


def _put_removed(modules: Sequence[ModulePlan], found: Pairs) -> None:
    """Blocks that are gone, shown where they stood: after the one that came before them."""
    living = {block.id for _state, block in found.values()}
    for module in modules:
        before = module.before.blocks if module.before else ()
        place = {change.old.id: at for at, change in enumerate(module.changes) if change.old}
        gone: dict[int, list[Change]] = defaultdict(list)
        after = -1
        for block in before:
            if block.id in living:
                after = place.get(block.id, after)
            else:
                gone[after].append(Change(State.REMOVED, old=block))
        if gone:
            shown = list(gone[-1])
            for at, change in enumerate(module.changes):
                shown += [change, *gone[at]]
            module.changes = shown
