"""Tables of figures, as pure pandas: no database, no request. Codes in, codes out.

A figures frame has a column for each dimension (codes, strings) and, as nullable whole numbers: `participations`;
`people` and `person_days`, empty where nobody is known by name; `backed`, how many of the participations have a name on
a roster; `without_register`, how many of those have no register, so that their days are unknown; `unnamed`, how many
are headcounts beside a roster; `published`, how many a public source states already.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from training.choices import Scope
from training.statistics.headcounts import Count

FIGURES = ("participations", "people", "person_days", "backed", "without_register", "unnamed", "published")
UNKNOWN = "_X"


def figures(rows: Iterable[Mapping[str, Any]], dimensions: Sequence[str]) -> pd.DataFrame:
    """Rows as a figures frame; equal combinations are added up, and what is unknown in all of them stays unknown."""
    columns = [*dimensions, *FIGURES]
    frame = pd.DataFrame(list(rows), columns=columns).astype(
        {**dict.fromkeys(dimensions, "object"), **dict.fromkeys(FIGURES, "Int64")}
    )
    if frame.empty:
        return frame
    if not dimensions:
        return frame[list(FIGURES)].sum(min_count=1).to_frame().T.astype("Int64").reset_index(drop=True)
    return frame.groupby(list(dimensions), sort=False, dropna=False)[list(FIGURES)].sum(min_count=1).reset_index()


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


def in_order(frame: pd.DataFrame, dimensions: Sequence[str], position: Mapping[str, Any]) -> pd.DataFrame:
    """The frame in the order of its dimensions' members; `position` maps a dimension to a function from code to key."""
    if frame.empty or not dimensions:
        return frame
    keys = [
        tuple(position[name](code) for name, code in zip(dimensions, row, strict=True))
        for row in frame[list(dimensions)].itertuples(index=False)
    ]
    order = sorted(range(len(keys)), key=keys.__getitem__)
    return frame.iloc[order].reset_index(drop=True)


def known_better(margin: pd.DataFrame, cells: pd.DataFrame, dimensions: Sequence[str]) -> bool:
    """Whether a margin knows more than its cells add up to: fewer of its participations are not broken down."""
    return not margin.empty and _known(margin, dimensions) > _known(cells, dimensions)


def _known(frame: pd.DataFrame, dimensions: Sequence[str]) -> int:
    told = frame[~frame[list(dimensions)].isin([UNKNOWN]).any(axis=1)] if dimensions else frame
    return int(told["participations"].sum())


def largest_first(frame: pd.DataFrame, dimension: str) -> pd.DataFrame:
    """The frame collapsed to one dimension, the largest first; what counts nobody is left out."""
    rows = frame.groupby(dimension, sort=False)[list(FIGURES)].sum(min_count=1).reset_index()
    rows = rows[rows["participations"] > 0]
    return rows.sort_values(["participations", dimension], ascending=[False, True]).reset_index(drop=True)
