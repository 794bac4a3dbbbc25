"""A document's body as pieces: paragraphs, tables, pictures and boxes, in reading order."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from elearning.imports.elements import Line, Piece
from elearning.imports.inline import MC, Found, Words, preferred, tidy
from elearning.imports.manual import Callout, Cell, Picture, Span, Table, Text
from elearning.imports.numbering import Numbering, Place
from elearning.imports.package import Element, Package, Target, W
from elearning.imports.pictures import BOXED, Album
from elearning.imports.styles import Styles, number, value
from elearning.imports.tables import Grid, spread

THROUGH = {f"{W}{name}" for name in ("ins", "moveTo", "customXml", "smartTag", "sdtContent")}
BODY_TEXT = 9


@dataclass
class Body:
    """Reads the parts of one document. What it could not take gathers in `found` and `album`."""

    package: Package
    styles: Styles
    numbering: Numbering
    album: Album
    targets: dict[str, Target]
    found: Found = field(default_factory=Found)
    _carried: list[Span] = field(default_factory=list)  # of a paragraph whose end was deleted: part of the next

    def pieces(self, parent: Element) -> Iterator[Piece]:
        for child in parent:
            if child.tag == f"{W}p":
                yield from self._paragraph(child)
            elif child.tag == f"{W}tbl":
                yield from self._table(child)
            elif child.tag == f"{W}sdt":
                if not _is_contents(child):
                    yield from self.pieces(child)
            elif child.tag in THROUGH:
                yield from self.pieces(child)
            elif child.tag == f"{MC}AlternateContent":
                yield from self.pieces(preferred(child))
            elif child.tag == f"{W}altChunk":
                self.found.note("embedded")

    def _paragraph(self, paragraph: Element) -> Iterator[Piece]:
        properties = paragraph.find(f"{W}pPr")
        style = value(properties, "pStyle") or self.styles.default
        inside = self.found.in_contents
        words = Words(self.styles, style, self.targets, self.found)
        spans = self._carried + words.spans(paragraph)
        self._carried = []
        if _end_deleted(properties):
            self.found.note("tracked")
            self._carried = spans
            return
        text = tidy(spans)
        line = Line(
            text=text,
            level=self._level(properties, style),
            size=words.look.size,
            bold=0 < words.look.letters <= words.look.bold,
            caption=self.styles.is_caption(style),
            contents=inside or self.found.in_contents or self.styles.is_contents(style),
        )
        if text:
            line.place = self._place(properties, style)
            yield line
        for drawing in words.drawn:
            yield from self._drawing(drawing)

    def _level(self, properties: Element | None, style: str) -> int | None:
        own = number(properties, "outlineLvl")
        if own is None:
            return self.styles.level(style)
        return own + 1 if own < BODY_TEXT else None

    def _place(self, properties: Element | None, style: str) -> Place | None:
        listed = None if properties is None else properties.find(f"{W}numPr")
        by_style = self.styles.list_of(style)
        list_id = value(listed, "numId") or (by_style[0] if by_style else "")
        if not list_id:
            return None
        depth = number(listed, "ilvl")
        return self.numbering.place(list_id, depth if depth is not None else by_style[1] if by_style else 0)

    def _drawing(self, drawing: Element) -> Iterator[Piece]:
        yield from self.album.take(drawing, self.targets)
        for box in drawing.iter(BOXED):
            if any(above.tag == BOXED for above in box.iterancestors()):
                continue
            lines = []
            for piece in self.pieces(box):
                if isinstance(piece, Line):
                    lines.append(piece.text)
                elif isinstance(piece, Picture):
                    yield piece
            if lines:
                self.found.note("box")
                yield Callout(tuple(lines))

    def _table(self, table: Element) -> Iterator[Piece]:
        grid, pictures = Grid(), []
        for row in spread(table, "tr", THROUGH):
            properties = row.find(f"{W}trPr")
            if properties is not None and properties.find(f"{W}del") is not None:
                self.found.note("tracked")
                continue
            grid.begin_row(properties)
            for cell in spread(row, "tc", THROUGH):
                lines, inner = self._cell(cell)
                pictures += inner
                grid.add(cell, lines)
        made = grid.table(table)
        if made is None:
            yield from pictures
        elif len(made.rows) == 1 and len(made.rows[0]) == 1:
            if made.plain.strip():
                yield Callout(made.rows[0][0].lines)
            yield from pictures
        else:
            yield made
            yield from pictures
            if pictures:
                self.found.note("in cell")

    def _cell(self, cell: Element) -> tuple[list[Line], list[Picture]]:
        lines: list[Line] = []
        pictures: list[Picture] = []
        for piece in self.pieces(cell):
            match piece:
                case Line():
                    lines.append(piece)
                case Picture():
                    pictures.append(piece)
                case Table():
                    self.found.note("nested")
                    lines += [Line(_joined(row)) for row in piece.rows]
                case Callout():
                    lines += [Line(text) for text in piece.lines]
        return [_marked(line) for line in lines], pictures


def _joined(row: tuple[Cell, ...]) -> Text:
    words: Text = ()
    for cell in row:
        for text in cell.lines:
            words += (replace(text[0], text=" | ", link=""), *text) if words and text else text
    return words


def _marked(line: Line) -> Line:
    """Lists inside cells stay readable as lines."""
    if line.place is None or not line.text:
        return line
    mark = "• " if line.place.number is None else f"{line.place.number}. "
    first = line.text[0]
    return replace(line, text=(replace(first, text=mark, link="", note=""), *line.text))


def _end_deleted(properties: Element | None) -> bool:
    """A tracked deletion of the paragraph's end: accepted, it runs on into the next."""
    letters = None if properties is None else properties.find(f"{W}rPr")
    return letters is not None and (letters.find(f"{W}del") is not None or letters.find(f"{W}moveFrom") is not None)


def _is_contents(control: Element) -> bool:
    gallery = control.find(f"{W}sdtPr/{W}docPartObj/{W}docPartGallery")
    return gallery is not None and "table of contents" in str(gallery.get(f"{W}val", "")).lower()
