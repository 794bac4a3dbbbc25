"""Tables of figures: no database, no request. Codes in, codes out.

The figures of each combination: `participations`; `people` and `person_days`, None where nobody is known by name;
`backed`, how many of the participations have a name on a roster; `without_register`, how many of those have no
register, so that their days are unknown; `unnamed`, how many are headcounts beside a roster; `published`, how many a
public source states already. Pages read them as they are; whoever analyses them takes them as a frame of pandas, which
is slow to import.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from training.choices import Scope
from training.statistics.headcounts import Count

if TYPE_CHECKING:
    import pandas as pd

FIGURES = ("participations", "people", "person_days", "backed", "without_register", "unnamed", "published")
UNKNOWN = "_X"
Position = Callable[[str], Any]
Codes = tuple[str, ...]
# A number for each of the `FIGURES`.
Numbers = Sequence[int | None]
# A code for each dimension, and the numbers.
Row = tuple[Codes, Numbers]


@dataclass(frozen=True)
class Figures:
    """rows: for each combination there is of codes of the `dimensions`, its numbers, in the order of their members."""

    dimensions: Codes
    rows: Mapping[Codes, Numbers]

    def column(self, name: str) -> list[int | None]:
        """One of the `FIGURES`, row by row."""
        place = FIGURES.index(name)
        return [numbers[place] for numbers in self.rows.values()]

    def sum(self, name: str) -> int:
        """The sum of one of the `FIGURES`, as far as it is known."""
        return sum(number or 0 for number in self.column(name))

    def unknown(self) -> int:
        """How many participations are not broken down by one of the dimensions."""
        return sum(numbers[0] or 0 for codes, numbers in self.rows.items() if UNKNOWN in codes)

    def records(self) -> list[dict[str, Any]]:
        """Each row by the names of the dimensions and of the `FIGURES`."""
        names = (*self.dimensions, *FIGURES)
        return [dict(zip(names, (*codes, *numbers), strict=True)) for codes, numbers in self.rows.items()]

    @cached_property
    def frame(self) -> "pd.DataFrame":
        """A column for each dimension (codes, strings), and for each of the `FIGURES` (nullable whole numbers)."""
        import pandas as pd

        columns: dict[str, Any] = {
            name: pd.Series([codes[place] for codes in self.rows], dtype="object")
            for place, name in enumerate(self.dimensions)
        }
        return pd.DataFrame(columns | {name: pd.array(self.column(name), dtype="Int64") for name in FIGURES})


def figures(rows: Iterable[Row], dimensions: Sequence[str], position: Mapping[str, Position]) -> Figures:
    """Rows as figures; equal combinations are added up, and what is unknown in all of them stays unknown.

    They stand in the order of the dimensions' members: `position` maps a dimension to a function from code to sort key.
    """
    added: dict[Codes, list[int | None]] = {}
    for of_row, more in rows:
        own = added.setdefault(of_row, [None] * len(FIGURES))
        for place, number in enumerate(more):
            if number is not None:
                own[place] = (own[place] or 0) + number
    places = [position[name] for name in dimensions]
    ordered = sorted(added, key=lambda codes: [place(code) for place, code in zip(places, codes, strict=True)])
    return Figures(tuple(dimensions), {codes: added[codes] for codes in ordered})


def named_row(codes: Codes, people: int | None, participations: int, days: int, registered: int) -> Row:
    """A row of the named part; its days are unknown where no register was kept at all."""
    known = days if registered else None
    return codes, (participations, people, known, participations, participations - registered, 0, 0)


def headcount_row(codes: Codes, number: int, count: Count) -> Row:
    """A cell of a headcount. People and person-days are unknown; nobody is named."""
    unnamed = number if count.scope == Scope.UNNAMED else 0
    return codes, (number, None, None, 0, 0, unnamed, number if count.is_published else 0)


def known_better(margin: Figures, cells: Figures) -> bool:
    """Whether a margin knows more than its cells add up to: fewer of its participations are not broken down."""
    return _known(margin, margin.dimensions) > _known(cells, margin.dimensions)


def _known(found: Figures, dimensions: Codes) -> int:
    """How many participations are broken down by all of the dimensions."""
    places = [found.dimensions.index(name) for name in dimensions]
    return sum(
        numbers[0] or 0 for codes, numbers in found.rows.items() if all(codes[place] != UNKNOWN for place in places)
    )


def largest_first(frame: "pd.DataFrame", dimension: str) -> "pd.DataFrame":
    """The frame collapsed to one dimension, the largest first; what counts nobody is left out."""
    rows = frame.groupby(dimension, sort=False)[list(FIGURES)].sum(min_count=1).reset_index()
    rows = rows[rows["participations"] > 0]
    return rows.sort_values(["participations", dimension], ascending=[False, True]).reset_index(drop=True)
