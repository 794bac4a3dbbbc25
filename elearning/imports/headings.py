"""Which lines are headings, and how deep: by style, and by look where the author used none.

By look means what a reader goes by: a short line of its own in larger or bolder letters than the text around it, with
text below. Larger letters stand above smaller ones; among lines that look the same, the depth of their numbers (1, 1.1)
tells them apart.
"""

import re
from collections import Counter
from collections.abc import Sequence

from elearning.imports.elements import Line, Piece
from elearning.imports.styles import TITLE_LEVEL

LONGEST = 140  # letters of a heading told by its look
LONGEST_STYLED = 200
DEEPEST = 6
LARGER = 1.08  # times the size of the text
ENDS_A_SENTENCE = re.compile(r"[.;,:…]$")
NUMBERED = re.compile(r"(?:\W*)((?:\d{1,2}\.)+\d{1,2}|\d{1,2})[.)]?\s+\S")
CHAPTER = re.compile(
    r"(?:chapter|part|module|unit|annex|глава|поглавје|поглавље|дел|део|модул|прилог|poglavlje|dio|deo|modul|prilog|glava|"
    r"kapitulli|kreu|pjesa|moduli|shtojca)\s+(?:\d{1,2}|[ivxlc]{1,6}|[a-z])\b",
    re.IGNORECASE,
)
CONTENTS_TITLE = re.compile(
    r"(?:table of )?contents|sadržaj|садржај|содржина|përmbajtja|tabela e përmbajtjes", re.IGNORECASE
)
PAGE = re.compile(r"(.{2,}?)([ .…]+)(\d{1,4})")
LEADER = re.compile(r"\.{3,}|…|(?:\. ){3,}")


def without_contents(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces without the table of contents, whether Word made it or the author typed it."""
    dropped = {index for index, piece in enumerate(pieces) if isinstance(piece, Line) and piece.contents}
    lines = Counter(_bare(piece.plain) for piece in pieces if isinstance(piece, Line))
    run: list[int] = []
    last = 0
    for index in range(len(pieces) + 1):
        page = _page(pieces[index], lines) if index < len(pieces) else None
        if page is not None and page >= last:
            run.append(index)
            last = page
            continue
        if len(run) >= 3:
            dropped.update(run)
        run, last = ([index], page) if page is not None else ([], 0)
    titles = {index - 1 for index in dropped if index and _names_contents(pieces[index - 1])}
    return [piece for index, piece in enumerate(pieces) if index not in dropped | titles]


def _page(piece: Piece, lines: Counter[str]) -> int | None:
    """The page a typed entry names: behind dots, or behind the words of a line that stands elsewhere by itself."""
    found = PAGE.fullmatch(piece.plain) if isinstance(piece, Line) and len(piece.plain) <= LONGEST else None
    if found is None or not (LEADER.search(found.group(2)) or lines[_bare(found.group(1))]):
        return None
    return int(found.group(3))


def _bare(text: str) -> str:
    return " ".join(text.split()).casefold()


def _names_contents(piece: Piece) -> bool:
    return isinstance(piece, Line) and CONTENTS_TITLE.fullmatch(piece.plain) is not None


def mark(pieces: Sequence[Piece]) -> bool:
    """Give every heading its level, 1 the highest used. True if levels were read off the look of the lines."""
    lines = [piece for piece in pieces if isinstance(piece, Line)]
    for line in lines:
        if line.level is not None and (len(line.plain) > LONGEST_STYLED or line.caption or not line.plain):
            line.level = None
    styled = [line for line in lines if line.level is not None and line.level > TITLE_LEVEL]
    by_look = _by_look(pieces) if len(styled) < 2 else {}
    if len(by_look) > len(styled):
        for line in styled:
            line.level = None
        _rank([piece for index, piece in enumerate(pieces) if index in by_look and isinstance(piece, Line)])
        return True
    return False


def _by_look(pieces: Sequence[Piece]) -> dict[int, Line]:
    """The lines that look like headings, by their place."""
    lines = [piece for piece in pieces if isinstance(piece, Line) and piece.size]
    usual = _usual_size(lines)
    found = {}
    for index, piece in enumerate(pieces):
        heads_something = index + 1 < len(pieces)
        if isinstance(piece, Line) and heads_something and piece.level is None and _stands_out(piece, usual):
            found[index] = piece
    bold = [line for line in found.values() if line.size < usual * LARGER]
    if len(bold) > len(lines) / 2:  # all of it is bold: that says nothing
        found = {index: line for index, line in found.items() if line.size >= usual * LARGER}
    return found


def _usual_size(lines: Sequence[Line]) -> float:
    """The size of most letters."""
    letters: Counter[float] = Counter()
    for line in lines:
        letters[line.size] += len(line.plain)
    return max(letters, key=lambda points: (letters[points], -points), default=0)


def _stands_out(line: Line, usual: float) -> bool:
    text = line.plain
    if line.caption or not any(letter.isalpha() for letter in text) or len(text) > LONGEST:
        return False
    if line.place is not None and line.place.number is None:
        return False
    if line.size >= usual * LARGER:
        return not text.endswith((";", ","))
    numbered = NUMBERED.match(text) or CHAPTER.match(text)
    return line.bold and line.size >= usual and (bool(numbered) or not ENDS_A_SENTENCE.search(text))


def _rank(headings: Sequence[Line]) -> None:
    """Levels from looks: each look is one level, the largest letters first; numbers part lines that look the same."""
    looks: dict[tuple[float, bool, bool], set[int]] = {}
    for line in headings:
        looks.setdefault(_look(line), set()).add(_depth(line))
    level, levels = 0, {}
    for look in sorted(looks, reverse=True):
        for depth in sorted(looks[look] - {0}) or [0]:
            level += 1
            levels[look, depth] = min(level, DEEPEST)
    for line in headings:
        look = _look(line)
        line.level = levels.get((look, _depth(line))) or levels[look, min(looks[look] - {0})]


def _look(line: Line) -> tuple[float, bool, bool]:
    return (line.size, line.bold, line.plain.isupper())


def _depth(line: Line) -> int:
    """How deep the number of a line says it stands: 1 for “2.” and “Chapter II”, 2 for “2.1”, 0 for no number."""
    if CHAPTER.match(line.plain):
        return 1
    found = NUMBERED.match(line.plain)
    return found.group(1).count(".") + 1 if found else 0
