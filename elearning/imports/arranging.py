"""Which blocks make which module. A manual suggests it by its chapters; a person may split, join, rename and drop."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _

from elearning.imports.manual import Block, Content, Heading, Manual, Module, Notes, Text, texts

FEW = 5  # blocks before the first chapter that its module takes in
LONG = 2_500  # words; a module that takes an officer more than some 15 minutes
LONGEST_TITLE = 200
INTRODUCTIONS = {
    "en": "Introduction", "sq": "Hyrje", "mk": "Вовед", "sr": "Увод", "bs": "Uvod", "cnr": "Uvod", "hr": "Uvod",
}  # fmt: skip


NUMBER = re.compile(r"^\W*(?:(?:\d+|[ivx]+)[.)]\s*)+", re.IGNORECASE)


@dataclass(frozen=True)
class Part:
    """A stretch of a manual's blocks, up to the next part. `heading` is the place of the block that named it."""

    start: int
    title: str
    heading: int | None = None
    dropped: bool = False


def suggested(manual: Manual, language: str = "en") -> tuple[Part, ...]:
    """A module for each chapter; what stands before the first joins it, or is one too if it is long."""
    starts = [index for index, block in enumerate(manual.blocks) if _level(block) <= manual.chapters]
    if not starts:
        return (Part(0, manual.title[:LONGEST_TITLE]),)
    parts = [_named(manual, index) for index in starts]
    if starts[0] > FEW:
        return (Part(0, INTRODUCTIONS.get(language, INTRODUCTIONS["en"])), *parts)
    return (replace(parts[0], start=0), *parts[1:])


@dataclass(frozen=True)
class Habit:
    """How the edition before was arranged, for the next one: what began a part, and which chapters began none.

    `begins` maps the words of a heading, or the fingerprint of any other block, to the title given and whether the
    part was dropped.
    """

    begins: Mapping[str, tuple[str, bool]] = field(default_factory=dict)
    joined: frozenset[str] = frozenset()


def habit_of(manual: Manual, parts: Sequence[Part]) -> Habit:
    begins = {}
    for part in parts:
        block = manual.blocks[part.start if part.heading is None else part.heading]
        begins[_name(block)] = (part.title, part.dropped)
    chapters = {_name(block) for block in manual.blocks if _level(block) <= manual.chapters}
    return Habit(begins, frozenset(chapters - set(begins)))


def as_before(manual: Manual, habit: Habit, language: str = "en") -> tuple[Part, ...]:
    """The suggested modules, split, joined, named and dropped as they were in the edition before."""
    parts = suggested(manual, language)
    for index, block in enumerate(manual.blocks):
        name = _name(block)
        if name in habit.begins and not any(index in {part.start, part.heading} for part in parts):
            parts = split(manual, parts, index)
    joined = {index for index, block in enumerate(manual.blocks) if _name(block) in habit.joined}
    parts = tuple(part for part in parts if part.start == 0 or part.heading not in joined)
    return tuple(_as_named(manual, part, habit) for part in parts)


def _as_named(manual: Manual, part: Part, habit: Habit) -> Part:
    block = manual.blocks[part.start if part.heading is None else part.heading]
    title, dropped = habit.begins.get(_name(block), (part.title, part.dropped))
    return replace(part, title=title, dropped=dropped)


def _name(block: Block) -> str:
    """What a block that begins a part is known by in the next edition: its words without their number, if a heading."""
    return bare(block.plain) if isinstance(block.content, Heading) else block.fingerprint


def bare(title: str) -> str:
    """A title without its number, which changes whenever a chapter is put in."""
    return NUMBER.sub("", title).casefold() or title


def split(manual: Manual, parts: Sequence[Part], at: int) -> tuple[Part, ...]:
    """The part that holds block `at` in two; the second is named by that block if it is a heading."""
    if not 0 < at < len(manual.blocks) or any(part.start == at or part.heading == at for part in parts):
        return tuple(parts)
    upper = next(part for part in reversed(parts) if part.start < at)
    if upper.heading is not None and upper.heading > at:  # the heading of the module goes with what it heads
        upper, fresh = Part(upper.start, _counted(parts)), replace(upper, start=at)
    elif isinstance(manual.blocks[at].content, Heading):
        fresh = replace(_named(manual, at), dropped=upper.dropped)
    else:
        fresh = Part(at, _counted(parts), dropped=upper.dropped)
    kept = [upper if part.start == upper.start else part for part in parts]
    return tuple(sorted([*kept, fresh], key=lambda part: part.start))


def join(parts: Sequence[Part], index: int) -> tuple[Part, ...]:
    """Part `index` as the end of the one before it; its title stays there as a heading."""
    return tuple(part for place, part in enumerate(parts) if place != index or index == 0)


def rename(parts: Sequence[Part], titles: Mapping[int, str]) -> tuple[Part, ...]:
    """The parts with other titles, by their place; an empty one stays what it was."""
    tidied = {place: " ".join(title.split())[:LONGEST_TITLE] for place, title in titles.items()}
    return tuple(replace(part, title=tidied.get(place) or part.title) for place, part in enumerate(parts))


def drop(parts: Sequence[Part], index: int, *, dropped: bool) -> tuple[Part, ...]:
    return tuple(replace(part, dropped=dropped) if place == index else part for place, part in enumerate(parts))


def arranged(manual: Manual, parts: Sequence[Part]) -> tuple[Module, ...]:
    """The modules of those parts that are not dropped and hold something, their headings from level 2 down."""
    modules = []
    for place, part in enumerate(parts):
        end = parts[place + 1].start if place + 1 < len(parts) else len(manual.blocks)
        blocks = [manual.blocks[index] for index in range(part.start, end) if index != part.heading]
        if not part.dropped and (blocks or part.heading is not None):
            modules.append(Module(part.title, (*_levelled(blocks), *_notes(blocks, manual.notes))))
    return tuple(modules)


def words(module: Module) -> int:
    return sum(len(block.plain.split()) for block in module.blocks)


def _named(manual: Manual, index: int) -> Part:
    return Part(index, manual.blocks[index].plain[:LONGEST_TITLE], index)


def _counted(parts: Sequence[Part]) -> str:
    return _("Module %(number)s") % {"number": len(parts) + 1}


def _level(block: Block) -> float:
    return block.content.level if isinstance(block.content, Heading) else float("inf")


def _levelled(blocks: Sequence[Block]) -> Iterator[Block]:
    """Headings from level 2 down without a gap, whatever levels the manual used: 1 is the title of the module."""
    above: list[int] = []
    for block in blocks:
        content: Content = block.content
        if isinstance(content, Heading):
            while above and above[-1] >= content.level:
                above.pop()
            above.append(content.level)
            yield replace(block, content=replace(content, level=len(above) + 1))
        else:
            yield block


def _notes(blocks: Sequence[Block], notes: Mapping[str, Text]) -> Iterator[Block]:
    """The footnotes of these blocks as one, in the order of their first marks."""
    marks = (span.note for block in blocks for text in texts(block.content) for span in text if span.note)
    keys = tuple(dict.fromkeys(key for key in marks if key in notes))
    if keys:
        yield Block(Notes(keys, tuple(notes[key] for key in keys)))
