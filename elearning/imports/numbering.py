"""Which list a paragraph stands in, whether it counts, and what number comes next."""

from dataclasses import dataclass, field

from elearning.imports.package import Element, W
from elearning.imports.styles import number, value

NO_LIST = "0"
DEEPEST = 8


@dataclass(frozen=True)
class Place:
    """A paragraph's place in a list. `number` counts within it; None: marked by a bullet."""

    list_id: str
    depth: int
    number: int | None = None


@dataclass
class Numbering:
    """The lists of a document, and how far each has counted."""

    kinds: dict[tuple[str, int], tuple[str, int]] = field(default_factory=dict)  # (list, depth): format, first number
    family: dict[str, str] = field(default_factory=dict)  # lists of one definition go on counting together
    restarted: set[str] = field(default_factory=set)
    counts: dict[tuple[str, int], int] = field(default_factory=dict)

    def place(self, list_id: str, depth: int) -> Place | None:
        """The next place in that list; None where it is no list at all. Counts on."""
        if list_id == NO_LIST:
            return None
        depth = max(0, min(depth, DEEPEST))
        kind, first = self.kinds.get((list_id, depth), ("bullet", 1))
        if kind == "none":
            return None
        if kind == "bullet":
            return Place(list_id, depth)
        counter = list_id if list_id in self.restarted else self.family.get(list_id, list_id)
        self.counts[counter, depth] = self.counts.get((counter, depth), first - 1) + 1
        for deeper in range(depth + 1, DEEPEST + 1):
            self.counts.pop((counter, deeper), None)
        return Place(list_id, depth, self.counts[counter, depth])


def read_numbering(root: Element | None) -> Numbering:
    numbering = Numbering()
    if root is None:
        return numbering
    definitions = _definitions(root)
    for each in root.findall(f"{W}num"):
        list_id, family = each.get(f"{W}numId", ""), value(each, "abstractNumId")
        numbering.family[list_id] = f"family {family}"
        for level in definitions[family].iter(f"{W}lvl") if family in definitions else ():
            numbering.kinds[list_id, _depth(level)] = (value(level, "numFmt") or "decimal", number(level, "start") or 1)
        for override in each.findall(f"{W}lvlOverride"):
            _override(numbering, list_id, override)
    return numbering


def _definitions(root: Element) -> dict[str, Element]:
    """The definitions of lists by id; one that only names a list style stands for the definition of that style."""
    found = list(root.iter(f"{W}abstractNum"))
    by_style = {value(each, "styleLink"): each for each in found if value(each, "styleLink")}
    return {each.get(f"{W}abstractNumId", ""): by_style.get(value(each, "numStyleLink"), each) for each in found}


def _override(numbering: Numbering, list_id: str, override: Element) -> None:
    depth = _depth(override)
    kind, first = numbering.kinds.get((list_id, depth), ("decimal", 1))
    level = override.find(f"{W}lvl")
    if level is not None:
        kind, first = value(level, "numFmt") or kind, number(level, "start") or first
    again = number(override, "startOverride")
    if again is not None:
        first = again
        numbering.restarted.add(list_id)
    numbering.kinds[list_id, depth] = (kind, first)


def _depth(element: Element) -> int:
    text = element.get(f"{W}ilvl", "0")
    return int(text) if text.isdecimal() and len(text) < 4 else 0
