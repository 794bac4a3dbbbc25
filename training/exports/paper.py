"""A table cut to the width of a page: as many columns as fit, the rest below with the same labels again."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from training.exports import wording
from training.exports.columns import Figures, Laid
from training.statistics.layout import Grid

PORTRAIT, LANDSCAPE = 17.0, 25.7  # centimetres between the margins
LABEL, LABELS = 5.2, 8.4  # centimetres: one column of labels, two together
FIGURE, MEASURE = 1.68, 2.15  # centimetres: least of a column of figures, where its heading is a measure
STRETCH = 0.4  # centimetres more at most: figures far from their labels are hard to read


@dataclass(frozen=True, kw_only=True)
class Group:
    """A heading over the measures of one code."""

    label: str
    columns: int
    width: float


@dataclass(frozen=True, kw_only=True)
class Row:
    labels: tuple[str, ...]
    figures: tuple[str, ...]
    look: str = ""


@dataclass(frozen=True, kw_only=True)
class Block:
    """A table as wide as the page; widths are in per cent of it. labels: headings of the label columns, with widths."""

    labels: tuple[tuple[str, float], ...]
    heads: tuple[str, ...]
    groups: tuple[Group, ...]
    width: float
    lines: tuple[Row, ...]

    @property
    def label_widths(self) -> list[float]:
        return [width for _label, width in self.labels]


def is_wide(laid: Laid) -> bool:
    """Whether the table needs a page on its side."""
    return _labels_width(laid) + _least(laid) * len(laid.figures) > PORTRAIT


def blocks_of(laid: Laid) -> list[Block]:
    page = LANDSCAPE if is_wide(laid) else PORTRAIT
    room = int((page - _labels_width(laid)) / _least(laid))
    return [_block(laid, columns, page) for columns in _cut(laid, room)]


@dataclass(frozen=True, kw_only=True)
class Below:
    heading: str
    texts: tuple[str, ...]


def below(grid: Grid) -> list[Below]:
    """What is known better than the lines add up to."""
    return [
        Below(
            heading=wording.known_better(line),
            texts=tuple(f"{entry.label}: {wording.figure(entry)}" for entry in line.entries),
        )
        for line in grid.below
    ]


def _labels_width(laid: Laid) -> float:
    return LABEL if len(laid.headings) < 2 else LABELS


def _least(laid: Laid) -> float:
    return FIGURE if laid.grid.column_heading and not laid.has_two_heads else MEASURE


def _cut(laid: Laid, room: int) -> Iterator[list[Figures]]:
    """Pieces of at most `room` columns; what shares a heading stays together where it can."""
    piece: list[Figures] = []
    for group in laid.groups:
        if piece and len(piece) + len(group) > room:
            yield piece
            piece = []
        piece = [*piece, *group]
        while len(piece) > room:
            yield piece[:room]
            piece = piece[room:]
    if piece:
        yield piece


def _block(laid: Laid, columns: list[Figures], page: float) -> Block:
    figure = min((page - _labels_width(laid)) / len(columns), _least(laid) + STRETCH)
    label = (page - figure * len(columns)) / len(laid.headings)
    lines = []
    for place, line in enumerate(laid.lines):
        look = "total" if line is laid.grid.total else "subtotal" if line.is_subtotal else ""
        labels = (*line.labels, *[""] * (len(laid.headings) - len(line.labels)))
        lines.append(Row(labels=labels, figures=tuple(column.text(place) for column in columns), look=look))
    groups = [list(own) for _label, own in groupby(columns, key=lambda column: column.group)]
    shared = (Group(label=own[0].group, columns=len(own), width=_percent(figure * len(own), page)) for own in groups)
    return Block(
        labels=tuple((text, _percent(label, page)) for text in laid.headings),
        heads=tuple(column.head for column in columns),
        groups=tuple(shared) if laid.has_two_heads else (),
        width=_percent(figure, page),
        lines=tuple(lines),
    )


def _percent(part: float, whole: float) -> float:
    return round(100 * part / whole, 2)
