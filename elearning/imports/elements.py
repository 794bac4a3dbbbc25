"""The pieces a document falls into before anybody has decided what is a heading, what a list and what a caption."""

from dataclasses import dataclass, field
from typing import TypeAlias

from elearning.imports.manual import Callout, Picture, Table, Text, plain
from elearning.imports.numbering import Place


@dataclass
class Line:
    """One paragraph: its words, its look, and what its style makes of it."""

    text: Text
    level: int | None = None  # of a heading: 0 the title of the whole, 1 a chapter …
    size: float = 0
    bold: bool = False
    place: Place | None = None
    caption: bool = False
    contents: bool = False
    plain: str = field(init=False)

    def __post_init__(self) -> None:
        self.plain = plain(self.text)


Piece: TypeAlias = Line | Table | Picture | Callout
