"""From pieces to blocks: the title, headings, lists, captions; and the level at which chapters begin."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from elearning.imports.elements import Line, Piece
from elearning.imports.manual import Block, Content, Heading, Item, Listing, Paragraph, Picture, Table, Text
from elearning.imports.styles import TITLE_LEVEL

TITLE_PART = 1.15  # a title is at least so many times larger than the next heading
CAPTION = re.compile(
    r"(?:figure|fig\.|picture|photo|image|illustration|table|chart|слика|сл\.|фотографија|табела|графикон|приказ|slika|"
    r"sl\.|fotografija|tabela|tablica|grafikon|prikaz|figura|foto|tabelë|grafiku)\s*\d+",
    re.IGNORECASE,
)
BULLET = re.compile(r"[•▪●◦‣∙·–—*‐-][ \t]+(?=\S)")
COUNTED = re.compile(r"\(?(\d{1,3})[.)][ \t]+(?=\S)")


@dataclass(frozen=True)
class Outline:
    title: str
    blocks: tuple[Block, ...]
    chapters: int


def outline(pieces: Sequence[Piece], *, fallback: str) -> Outline:
    """The blocks of a manual whose headings are marked. `fallback` is its title if it names none itself."""
    rest = list(pieces)
    title = _take_title(rest)
    blocks = tuple(Block(content) for content in _contents(rest))
    blocks, sole = _without_sole_chapter(blocks, named=bool(title))
    levels = [block.content.level for block in blocks if isinstance(block.content, Heading)]
    return Outline(title or sole or fallback, blocks, min(levels, default=1))


def _take_title(pieces: list[Piece]) -> str:
    """The title by its style, or by standing first in the largest letters; it is taken out."""
    styled = [index for index, piece in enumerate(pieces) if isinstance(piece, Line) and piece.level == TITLE_LEVEL]
    if styled:
        parts = [index for place, index in enumerate(styled) if index == styled[0] + place]
        title = " ".join(_take(pieces, parts))
        for piece in pieces:
            if isinstance(piece, Line) and piece.level == TITLE_LEVEL:
                piece.level = 1
        return title
    headings = [(index, piece) for index, piece in enumerate(pieces) if isinstance(piece, Line) and piece.level]
    if len(headings) > 2 and _is_title([line for _index, line in headings]):
        return _take(pieces, [headings[0][0]])[0]
    return ""


def _take(pieces: list[Piece], places: list[int]) -> list[str]:
    taken = [pieces.pop(place) for place in reversed(places)]
    return [piece.plain for piece in reversed(taken)]


def _is_title(headings: list[Line]) -> bool:
    first, others = headings[0], headings[1:]
    return first.level == 1 and all(other.level != 1 and first.size >= TITLE_PART * other.size for other in others)


def _without_sole_chapter(blocks: tuple[Block, ...], *, named: bool) -> tuple[tuple[Block, ...], str]:
    """One heading above several others is the title, not the one chapter of everything; a second title is a line."""
    headings = [(at, block.content) for at, block in enumerate(blocks) if isinstance(block.content, Heading)]
    levels = Counter(heading.level for _at, heading in headings)
    if len(levels) < 2 or levels[min(levels)] > 1 or levels[min(levels - Counter([min(levels)]))] < 2:
        return blocks, ""
    at, sole = headings[0]
    if sole.level != min(levels):
        return blocks, ""
    line = (Block(Paragraph(tuple(replace(span, bold=True) for span in sole.text))),) if named else ()
    return (*blocks[:at], *line, *blocks[at + 1 :]), sole.plain


def _contents(pieces: Sequence[Piece]) -> Iterator[Content]:
    index = 0
    while index < len(pieces):
        piece, below = pieces[index], pieces[index + 1] if index + 1 < len(pieces) else None
        if isinstance(piece, Line):
            if isinstance(below, Table | Picture) and _heads(pieces, index):
                yield replace(below, caption=piece.text)
                index += 2
                continue
            content, used = _line(pieces, index)
            yield content
            index += used
        elif isinstance(piece, Picture | Table) and isinstance(below, Line) and _is_caption(below):
            yield replace(piece, caption=below.text)
            index += 2
        else:
            yield piece
            index += 1


def _is_caption(line: Line) -> bool:
    return line.level is None and len(line.plain) <= 300 and (line.caption or CAPTION.match(line.plain) is not None)


def _heads(pieces: Sequence[Piece], index: int) -> bool:
    """Whether the line is the caption of what stands below it, which has none below itself."""
    line, under = pieces[index], pieces[index + 2] if index + 2 < len(pieces) else None
    if not isinstance(line, Line) or not _is_caption(line):
        return False
    return not (isinstance(under, Line) and _is_caption(under))


def _line(pieces: Sequence[Piece], index: int) -> tuple[Content, int]:
    """The line at `index` as a block, or the list it begins; and how many pieces that took."""
    line = pieces[index]
    assert isinstance(line, Line)  # noqa: S101
    if line.level is not None and line.level > TITLE_LEVEL:
        return Heading(line.text, line.level), 1
    if line.place is not None:
        return _listed(_lines(pieces, index))
    for typed in (BULLET, COUNTED):
        if typed.match(line.plain) and (found := _typed(_lines(pieces, index), typed)):
            return found
    return Paragraph(line.text), 1


def _lines(pieces: Sequence[Piece], index: int) -> Iterator[Line]:
    """The lines from `index` to the next heading, picture or table."""
    for place in range(index, len(pieces)):
        piece = pieces[place]
        if not isinstance(piece, Line) or piece.level is not None:
            return
        yield piece


def _listed(run: Iterator[Line]) -> tuple[Listing, int]:
    """The items of one list; a list of another kind, or one that counts anew, at its outer edge is another."""
    items: list[Item] = []
    shallowest = 0
    for line in run:
        place = line.place
        if place is None:
            break
        if not items:
            shallowest = place.depth
        elif place.depth <= shallowest and _breaks(items, place.number):
            break
        depth = max(0, place.depth - shallowest)
        deepest = items[-1].depth + 1 if items else 0
        items.append(Item(line.text, min(depth, deepest), place.number is not None, place.number or 1))
    return Listing(tuple(items)), len(items)


def _breaks(items: list[Item], number: int | None) -> bool:
    outer = next(item for item in reversed(items) if item.depth == 0)
    return outer.numbered != (number is not None) or (number is not None and number <= outer.number)


def _typed(run: Iterator[Line], mark: re.Pattern[str]) -> tuple[Listing, int] | None:
    """A list whose marks the author typed: two lines at least, and numbers that count up by one."""
    items: list[Item] = []
    for line in run:
        found = mark.match(line.plain) if line.place is None else None
        number = int(found.group(1)) if found and mark is COUNTED else 1
        if not found or (items and mark is COUNTED and number != items[-1].number + 1):
            break
        items.append(Item(_cut(line.text, found.end()), 0, mark is COUNTED, number))
    return (Listing(tuple(items)), len(items)) if len(items) > 1 else None


def _cut(text: Text, letters: int) -> Text:
    """The text without its first letters."""
    kept = []
    for span in text:
        cut = min(letters, len(span.text))
        letters -= cut
        if len(span.text) > cut or span.note:
            kept.append(replace(span, text=span.text[cut:]))
    return tuple(kept)
