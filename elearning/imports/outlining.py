"""A plan as its review shows it: module by module, the blocks in order, what is different about each."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext_lazy as _

from elearning.imports.arranging import LONG, words
from elearning.imports.identity import State
from elearning.imports.manual import Heading, Kind, Listing, Module, Picture, Table
from elearning.imports.planning import ManualPlan

LABELS = {
    Kind.TEXT: _("Text"),
    Kind.HEADING: _("Heading"),
    Kind.LIST: _("List"),
    Kind.TABLE: _("Table"),
    Kind.IMAGE: _("Picture"),
    Kind.CALLOUT: _("Callout"),
    Kind.NOTES: _("Footnotes"),
}
SHOWN = 160  # letters of a block
DIFFERENCES = 100


@dataclass(frozen=True)
class Row:
    """A block of the manual by its place. `may_split`: a module can begin here."""

    place: int
    kind: Kind
    label: str
    level: int
    text: str
    size: str
    may_split: bool


@dataclass
class Outlined:
    """A part of the manual: a module, or one that is dropped."""

    number: int
    title: str
    dropped: bool
    words: int
    is_long: bool
    rows: list[Row] = field(default_factory=list)


@dataclass(frozen=True)
class Difference:
    state: State
    module: str
    kind: str
    now: str
    before: str


def outlined(plan: ManualPlan) -> list[Outlined]:
    blocks = plan.manual.blocks
    found = []
    for number, part in enumerate(plan.parts):
        end = plan.parts[number + 1].start if number + 1 < len(plan.parts) else len(blocks)
        places = [place for place in range(part.start, end) if place != part.heading]
        count = words(Module(part.title, tuple(blocks[place] for place in places)))
        headed = any(isinstance(blocks[place].content, Heading) for place in places)
        rows = [_row(plan, place, may_split=place != part.start) for place in places]
        if headed:  # where the author set headings, modules begin at them
            rows = [replace(row, may_split=row.may_split and row.kind is Kind.HEADING) for row in rows]
        found.append(Outlined(number, part.title, part.dropped, count, count > LONG, rows))
    return found


def _row(plan: ManualPlan, place: int, *, may_split: bool) -> Row:
    block = plan.manual.blocks[place]
    content, text, size = block.content, block.plain, ""
    match content:
        case Listing():
            size = str(len(content.items))
            text = text.replace("\n", " · ")
        case Table():
            size = f"{len(content.rows)} × {content.width}"
            text = text.partition("\n")[0]
        case Picture():
            text = text.partition("\n")[0]
    level = content.level if isinstance(content, Heading) else 0
    return Row(
        place,
        block.kind,
        str(LABELS[block.kind]),
        level,
        text[:SHOWN] + ("…" if len(text) > SHOWN else ""),
        size,
        may_split,
    )


def differences(plan: ManualPlan) -> list[Difference]:
    """What a new edition adds, changes, moves and removes; at most a hundred, in the order of the manual."""
    return [each for each, _place in zip(_differences(plan), range(DIFFERENCES), strict=False)]


def _differences(plan: ManualPlan) -> Iterator[Difference]:
    for module in plan.changes.modules:
        for change in module.changes:
            if change.state is not State.UNCHANGED:
                now = change.new.plain if change.new else ""
                before = change.old.text if change.old and change.state is not State.MOVED else ""
                kind = str(change.new.kind) if change.new else change.old.kind if change.old else ""
                yield Difference(change.state, module.title, kind, now[:600], before[:600])
    for gone in plan.changes.gone:
        yield Difference(State.REMOVED, gone.title, "module", "", gone.title)
