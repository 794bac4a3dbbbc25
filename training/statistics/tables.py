"""Tables of figures, as pure pandas: no database, no request. Codes in, codes out.

A figures frame has a column for each dimension (codes, strings) and, as nullable whole numbers: `participations`;
`people` and `person_days`, empty where nobody is known by name; `backed`, how many of the participations have a name on
a roster; `without_register`, how many of those have no register, so that their days are unknown; `unnamed`, how many
are headcounts beside a roster; `published`, how many a public source states already.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import repeat
from typing import Any

import pandas as pd

from training.choices import Scope
from training.statistics.headcounts import Count

FIGURES = ("participations", "people", "person_days", "backed", "without_register", "unnamed", "published")
UNKNOWN = "_X"
Position = Callable[[str], Any]


def figures(
    rows: Iterable[Mapping[str, Any]], dimensions: Sequence[str], position: Mapping[str, Position]
) -> pd.DataFrame:
    """Rows as a figures frame; equal combinations are added up, and what is unknown in all of them stays unknown.

    They stand in the order of the dimensions' members: `position` maps a dimension to a function from code to sort key.
    """
    added: dict[tuple[str, ...], list[int | None]] = {}
    for row in rows:
        own = added.setdefault(tuple(row[name] for name in dimensions), [None] * len(FIGURES))
        for place, name in enumerate(FIGURES):
            number = row.get(name)
            if number is not None:
                own[place] = (own[place] or 0) + number
    places = [position[name] for name in dimensions]
    ordered = sorted(added, key=lambda codes: [place(code) for place, code in zip(places, codes, strict=True)])
    columns: dict[str, Any] = {}
    for place, name in enumerate(dimensions):
        columns[name] = pd.Series([codes[place] for codes in ordered], dtype="object")
    for place, name in enumerate(FIGURES):
        columns[name] = pd.array([added[codes][place] for codes in ordered], dtype="Int64")
    return pd.DataFrame(columns)


def named_part(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows of the named part, with days unknown where no register was kept at all."""
    return [{**row, "backed": row["participations"], "unnamed": 0, "published": 0} for row in rows]


def headcount_part(cells: Iterable[tuple[Mapping[str, str], int, Count]]) -> list[dict[str, Any]]:
    """Cells of headcounts, each with the headcount it is of. People and person-days are unknown; nobody is named."""
    return [
        {
            **codes,
            "participations": number,
            "backed": 0,
            "without_register": 0,
            "unnamed": number if count.scope == Scope.UNNAMED else 0,
            "published": number if count.is_published else 0,
        }
        for codes, number, count in cells
    ]


def known_better(margin: pd.DataFrame, cells: pd.DataFrame, dimensions: Sequence[str]) -> bool:
    """Whether a margin knows more than its cells add up to: fewer of its participations are not broken down."""
    return not margin.empty and _known(margin, dimensions) > _known(cells, dimensions)


def _known(frame: pd.DataFrame, dimensions: Sequence[str]) -> int:
    codes = zip(*(frame[name].tolist() for name in dimensions), strict=True) if dimensions else repeat(())
    return sum(
        number for own, number in zip(codes, frame["participations"].tolist(), strict=False) if UNKNOWN not in own
    )


def largest_first(frame: pd.DataFrame, dimension: str) -> pd.DataFrame:
    """The frame collapsed to one dimension, the largest first; what counts nobody is left out."""
    rows = frame.groupby(dimension, sort=False)[list(FIGURES)].sum(min_count=1).reset_index()
    rows = rows[rows["participations"] > 0]
    return rows.sort_values(["participations", dimension], ascending=[False, True]).reset_index(drop=True)
