"""What a style makes of a paragraph: its level as a heading, its list, the size and weight of its letters."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from elearning.imports.package import Element, W

T = TypeVar("T")
TITLE_LEVEL = 0
# Files keep the English names of Word's own styles; other programs write what their menus call them.
HEADING = re.compile(r"(?:heading|naslov|наслов|заглавие|titulli|titull|kreu|cím|titolo|überschrift) ?([1-9])")
TITLES = {"title", "naslov", "наслов", "titulli", "titull"}
CAPTIONS = {"caption", "natpis", "натпис", "opis", "legjenda", "diçitura", "titra", "figure", "illustration", "table"}
CONTENTS = re.compile(r"(?:toc|contents|table of contents|sadržaj|садржај|содржина|përmbajtja)(?: ?heading| ?[1-9])?")
LISTED = re.compile(r"list (?:bullet|number) ([2-5])")
WORDS_OWN_SIZE = 10.0  # points, where a file does not say


@dataclass
class Style:
    """What one style says itself; what it does not say, the one it is based on does."""

    name: str
    based_on: str = ""
    outline: int | None = None
    size: float | None = None
    bold: bool | None = None
    italic: bool | None = None
    list_id: str | None = None
    list_depth: int | None = None


@dataclass
class Styles:
    by_id: dict[str, Style] = field(default_factory=dict)
    default: str = ""
    size: float = WORDS_OWN_SIZE

    def chain(self, style: str) -> Iterator[Style]:
        """The style and those it is based on, nearest first."""
        seen: set[str] = set()
        while style in self.by_id and style not in seen:
            seen.add(style)
            yield self.by_id[style]
            style = self.by_id[style].based_on

    def level(self, style: str) -> int | None:
        """0 for the title of the whole, 1 to 9 for headings, None for text."""
        for each in self.chain(style):
            if each.name in TITLES:
                return TITLE_LEVEL
            if found := HEADING.fullmatch(each.name):
                return int(found.group(1))
            if each.outline is not None:
                return each.outline + 1 if each.outline < 9 else None
        return None

    def is_caption(self, style: str) -> bool:
        return any(each.name in CAPTIONS for each in self.chain(style))

    def is_contents(self, style: str) -> bool:
        return any(CONTENTS.fullmatch(each.name) for each in self.chain(style))

    def size_of(self, style: str) -> float:
        return _first(each.size for each in self.chain(style)) or self.size

    def bold(self, style: str) -> bool | None:
        return _first(each.bold for each in self.chain(style))

    def italic(self, style: str) -> bool | None:
        return _first(each.italic for each in self.chain(style))

    def list_of(self, style: str) -> tuple[str, int] | None:
        """The list a style's paragraphs belong to, and how deep they stand in it."""
        list_id = _first(each.list_id for each in self.chain(style))
        depth = _first(each.list_depth for each in self.chain(style))
        if depth is None:  # Word has a style for each depth: List Bullet 2
            depth = _first(int(found.group(1)) - 1 for each in self.chain(style) if (found := LISTED.match(each.name)))
        return (list_id, depth or 0) if list_id else None


def read_styles(root: Element | None) -> Styles:
    styles = Styles()
    if root is None:
        return styles
    defaults = root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr")
    styles.size = size(defaults) or WORDS_OWN_SIZE
    for element in root.iter(f"{W}style"):
        key = element.get(f"{W}styleId", "")
        styles.by_id[key] = _style(element)
        if element.get(f"{W}type") == "paragraph" and element.get(f"{W}default") in {"1", "true"}:
            styles.default = key
    return styles


def _style(element: Element) -> Style:
    paragraph, letters = element.find(f"{W}pPr"), element.find(f"{W}rPr")
    listed = None if paragraph is None else paragraph.find(f"{W}numPr")
    return Style(
        name=value(element, "name").casefold().strip(),
        based_on=value(element, "basedOn"),
        outline=number(paragraph, "outlineLvl"),
        size=size(letters),
        bold=switch(letters, "b"),
        italic=switch(letters, "i"),
        list_id=value(listed, "numId") or None,
        list_depth=number(listed, "ilvl"),
    )


def value(parent: Element | None, name: str) -> str:
    """The w:val of a child; "" where it, or the parent, is not there."""
    child = None if parent is None else parent.find(f"{W}{name}")
    return "" if child is None else str(child.get(f"{W}val", ""))


def number(parent: Element | None, name: str) -> int | None:
    """The same as a small whole number; None for anything else."""
    text = value(parent, name)
    return int(text) if re.fullmatch(r"-?[0-9]{1,6}", text) else None


def switch(parent: Element | None, name: str) -> bool | None:
    """A property that is on by being there; None where nothing is said."""
    child = None if parent is None else parent.find(f"{W}{name}")
    return None if child is None else child.get(f"{W}val", "1") not in {"0", "false", "off", "none"}


def size(parent: Element | None) -> float | None:
    """Points; files count in halves of them."""
    halves = number(parent, "sz")
    return halves / 2 if halves and halves > 0 else None


def _first(values: Iterator[T | None]) -> T | None:
    return next((each for each in values if each is not None), None)
