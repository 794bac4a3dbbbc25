"""What a manual says, as plain data: blocks in their order, and modules of them. Knows no file and no page."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import ClassVar, TypeAlias


class Kind(StrEnum):
    """What a block is; the word a report and a page use for it."""

    TEXT = "text"
    HEADING = "heading"
    LIST = "list"
    TABLE = "table"
    IMAGE = "image"
    CALLOUT = "callout"
    NOTES = "notes"


@dataclass(frozen=True, slots=True)
class Span:
    """Some letters that look alike. Where `note` is set there are none: the mark of that footnote stands here."""

    text: str
    bold: bool = False
    italic: bool = False
    raised: str = ""  # "sup" or "sub"
    link: str = ""
    note: str = ""  # a key of Manual.notes

    def alike(self, other: "Span") -> bool:
        return replace(self, text="") == replace(other, text="") and not self.note


Text: TypeAlias = tuple[Span, ...]


def plain(text: Text) -> str:
    """The words alone, on one line."""
    return " ".join("".join(span.text for span in text).split())


@dataclass(frozen=True)
class Paragraph:
    kind: ClassVar[Kind] = Kind.TEXT
    text: Text

    @property
    def plain(self) -> str:
        return plain(self.text)


@dataclass(frozen=True)
class Heading:
    """`level` is the manual's own: 1 a chapter. What it becomes in a module is decided by `arranging`."""

    kind: ClassVar[Kind] = Kind.HEADING
    text: Text
    level: int

    @property
    def plain(self) -> str:
        return plain(self.text)


@dataclass(frozen=True)
class Item:
    """One entry of a list, `depth` steps in. `number` is where a numbered list begins or goes on after a break."""

    text: Text
    depth: int = 0
    numbered: bool = False
    number: int = 1


@dataclass(frozen=True)
class Listing:
    kind: ClassVar[Kind] = Kind.LIST
    items: tuple[Item, ...]

    @property
    def plain(self) -> str:
        return "\n".join(plain(item.text) for item in self.items)


@dataclass(frozen=True)
class Cell:
    """A cell with what it stretches over; `lines` are its paragraphs."""

    lines: tuple[Text, ...]
    columns: int = 1
    rows: int = 1

    @property
    def plain(self) -> str:
        return " ".join(plain(line) for line in self.lines)


@dataclass(frozen=True)
class Table:
    """Rows as HTML has them: a cell that stretches is there once, in its first row. The first `head` are headings."""

    kind: ClassVar[Kind] = Kind.TABLE
    rows: tuple[tuple[Cell, ...], ...]
    head: int = 0
    caption: Text = ()

    @property
    def plain(self) -> str:
        return "\n".join(
            filter(None, [plain(self.caption), *(" | ".join(cell.plain for cell in row) for row in self.rows)])
        )

    @property
    def width(self) -> int:
        return max((sum(cell.columns for cell in row) for row in self.rows[:1]), default=0)


@dataclass(frozen=True)
class Picture:
    """A picture by the key of its bytes in Manual.pictures. `crop`: shares cut off left, top, right and bottom."""

    kind: ClassVar[Kind] = Kind.IMAGE
    key: str
    alt: str = ""
    caption: Text = ()
    crop: tuple[float, float, float, float] = (0, 0, 0, 0)

    @property
    def plain(self) -> str:
        return "\n".join(filter(None, [plain(self.caption), self.alt]))


@dataclass(frozen=True)
class Callout:
    """Words set apart in a box of their own."""

    kind: ClassVar[Kind] = Kind.CALLOUT
    lines: tuple[Text, ...]

    @property
    def plain(self) -> str:
        return "\n".join(plain(line) for line in self.lines)


@dataclass(frozen=True)
class Notes:
    """The footnotes of one module, in the order of their marks; their keys number the marks."""

    kind: ClassVar[Kind] = Kind.NOTES
    keys: tuple[str, ...]
    lines: tuple[Text, ...]

    @property
    def plain(self) -> str:
        return "\n".join(plain(line) for line in self.lines)


Content: TypeAlias = Paragraph | Heading | Listing | Table | Picture | Callout | Notes


@dataclass(frozen=True)
class Block:
    """One piece of a module. `id` stays the same from edition to edition; without one it has not been given yet."""

    content: Content
    id: str = ""

    @property
    def kind(self) -> Kind:
        return self.content.kind

    @property
    def plain(self) -> str:
        return self.content.plain

    @property
    def fingerprint(self) -> str:
        """What two blocks share exactly if nobody can tell them apart: words, emphasis, links, pictures, layout."""
        return hashlib.sha256(f"{self.kind}{self.content!r}".encode()).hexdigest()[:32]


@dataclass(frozen=True)
class Module:
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Remark:
    """Something the reader should know of what was read, or was left out. `where`: the heading it stands under."""

    message: str
    where: str = ""


@dataclass(frozen=True)
class Manual:
    """A manual as it was read: all of its blocks in order, chapters not yet made into modules.

    `chapters` is the level of the headings that begin a module, unless somebody arranges it otherwise.
    """

    title: str
    blocks: tuple[Block, ...]
    chapters: int = 1
    notes: Mapping[str, Text] = field(default_factory=dict)
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    remarks: tuple[Remark, ...] = ()

    @property
    def plain(self) -> str:
        return "\n".join(block.plain for block in self.blocks)


def texts(content: Content) -> Iterator[Text]:
    """Every run of words in a block, in reading order."""
    match content:
        case Paragraph() | Heading():
            yield content.text
        case Listing():
            yield from (item.text for item in content.items)
        case Table():
            yield content.caption
            for row in content.rows:
                for cell in row:
                    yield from cell.lines
        case Picture():
            yield content.caption
        case Callout() | Notes():
            yield from content.lines
