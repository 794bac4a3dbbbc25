"""Which questions of a pool make one attempt, and in which order their answers stand."""

import random
from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from elearning.bank.content import Content
from elearning.choices import QuestionKind


@dataclass(frozen=True)
class Candidate:
    """A question of the pool: `group` is what the draw is balanced over, `seen` how often the learner had it."""

    id: int
    group: Hashable
    seen: int = 0


def draw(pool: Sequence[Candidate], number: int, *, shuffle: bool, rng: random.Random) -> list[int]:
    """The ids of `number` questions (0, or more than there are: all of them), in the order they are asked.

    Every group gives as many as the others while it has some, and what the learner has had least comes first. Without
    `shuffle` they are asked in the order of the pool.
    """
    waiting: dict[Hashable, list[Candidate]] = defaultdict(list)
    for one in rng.sample(pool, len(pool)):
        waiting[one.group].append(one)
    for members in waiting.values():
        members.sort(key=lambda one: -one.seen)  # taken from the end
    wanted = min(number, len(pool)) if number else len(pool)
    drawn: list[int] = []
    groups = rng.sample(list(waiting), len(waiting))
    while len(drawn) < wanted:
        for group in groups:
            if waiting[group] and len(drawn) < wanted:
                drawn.append(waiting[group].pop().id)
    if shuffle:
        return rng.sample(drawn, len(drawn))
    taken = set(drawn)
    return [one.id for one in pool if one.id in taken]


def order_of(content: Content, *, shuffle: bool, rng: random.Random) -> list[str]:
    """The keys of the options in the order they are shown.

    True stands before false. What pairs are put to is always mixed: in the order it was written it would lie beside
    what it belongs to.
    """
    keys = [option.key for option in content.options]
    if content.kind == QuestionKind.MATCHING or (
        shuffle and content.shuffle and content.kind != QuestionKind.TRUE_FALSE
    ):
        return rng.sample(keys, len(keys))
    return keys
