"""The part of a figure that has no names: which breakdown of a headcount answers a question, and with which cells.

The choice (design §3.5) is pure: it works on plain `Count` objects and needs no database.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress, groupby, product
from typing import Any

from django.db.models import Exists, OuterRef

from training.choices import BREAKDOWN_DIMENSIONS, Role, Scope
from training.models import Breakdown, Headcount, Session
from training.models.sessions import SessionQuerySet
from training.statistics.dimensions import DIMENSIONS, NOT_BROKEN_DOWN, Members

Cells = Sequence[tuple[Mapping[str, str], int]]


@dataclass(frozen=True, kw_only=True)
class Division:
    """One breakdown of a headcount: its dimensions and its cells, each with a code for each dimension."""

    dimensions: tuple[str, ...]
    cells: Cells

    @property
    def total(self) -> int:
        return sum(number for _codes, number in self.cells)


@dataclass(frozen=True, kw_only=True)
class Count:
    """A headcount as the engine needs it. `facts` has for each dimension the codes that hold for all of it: one for
    each dimension of the session, several where the dimension allows several; none where a breakdown must tell.
    is_published: a public source states it already, so that a report tells nobody anything new.
    """

    total: int
    facts: Mapping[str, tuple[str, ...]]
    divisions: Sequence[Division] = ()
    scope: str = Scope.WHOLE
    is_published: bool = False


def choose(count: Count, wanted: Sequence[str]) -> Division | None:
    """The breakdown that answers for the `wanted` dimensions, or None if none carries any of them.

    The one that carries most; ties go by jurisdiction, kind of institution, institution, sex; then to one whose
    cells sum to the total. A breakdown whose cells exceed the total is not used.
    """
    usable = [d for d in count.divisions if d.total <= count.total and set(d.dimensions) & set(wanted)]
    if not usable:
        return None

    def rank(division: Division) -> tuple[int, tuple[bool, ...], bool]:
        carried = set(division.dimensions) & set(wanted)
        in_order = tuple(name in carried for name in BREAKDOWN_DIMENSIONS)
        return len(carried), in_order, division.total == count.total

    return max(usable, key=rank)


def cells_of(count: Count, dimensions: Sequence[str]) -> Iterator[tuple[dict[str, str], int]]:
    """The headcount's cells over `dimensions`: codes and a number. Where each has one value they sum to its total."""
    wanted = [name for name in BREAKDOWN_DIMENSIONS if name in dimensions and name not in count.facts]
    division = choose(count, wanted)
    known: list[tuple[Mapping[str, str], int]] = list(division.cells) if division else []
    rest = count.total - sum(number for _codes, number in known)
    if rest or not known:
        known.append(({}, rest))
    for facts in product(*(count.facts.get(name, ("",)) for name in dimensions)):
        held = dict(zip(dimensions, facts, strict=True))
        for codes, number in known:
            yield {name: code or codes.get(name, NOT_BROKEN_DOWN) for name, code in held.items()}, number


class HeadcountReader:
    """Reads headcounts as `Count`s; `members` knows the codes of each dimension that is asked for."""

    def __init__(self, members: Mapping[str, Members]) -> None:
        self.asked = tuple(members)
        self.members = members

    def read(self, sessions: SessionQuerySet) -> list[Count]:
        """The headcounts that count in these sessions: the whole one, else those beside the roster.

        Three queries, and one for each dimension asked for of which a session may have several.
        """
        # From the headcounts to their sessions, of which there may be a hundred times as many.
        held = Exists(sessions.filter(pk=OuterRef("session")))
        found = Headcount.objects.filter(held, scope__in=[Scope.WHOLE, Scope.UNNAMED])
        rows = list(found.values_list("pk", "session", "scope", "total", "source__is_public"))
        stands_for_all = {session for _pk, session, scope, *_rest in rows if scope == Scope.WHOLE}
        counted = [row for row in rows if row[2] == Scope.WHOLE or row[1] not in stands_for_all]
        facts = self._facts({session for _pk, session, *_rest in counted})
        divisions = self._divisions([pk for pk, *_rest in counted])
        return [
            Count(
                total=total,
                facts={**facts[session], "named": (scope,)},
                divisions=divisions.get(pk, ()),
                scope=scope,
                is_published=scope == Scope.WHOLE and bool(is_public),
            )
            for pk, session, scope, total, is_public in counted
        ]

    def _divisions(self, headcounts: Collection[int]) -> dict[int, list[Division]]:
        """The breakdowns of each of these headcounts, in their order. One query."""
        breakdowns = Breakdown.objects.filter(headcount__in=headcounts).order_by("position", "pk", "cells__pk")
        own = ["headcount", "pk", *(f"by_{name}" for name in BREAKDOWN_DIMENSIONS)]
        of_cell = [f"cells__{name}" for name in (*BREAKDOWN_DIMENSIONS, "number")]
        found: dict[int, list[Division]] = {}
        rows = breakdowns.values_list(*own, *of_cell)
        for (headcount, _pk, *by), cells in groupby(rows, key=lambda row: row[: len(own)]):
            numbers = [self._cell(by, row[len(own) :]) for row in cells if row[-1] is not None]
            division = Division(dimensions=tuple(compress(BREAKDOWN_DIMENSIONS, by)), cells=numbers)
            found.setdefault(headcount, []).append(division)
        return found

    def _cell(self, by: Sequence[bool], row: Sequence[Any]) -> tuple[dict[str, str], int]:
        """The codes of a cell's values and its number. `row` has a value for each dimension, and the number."""
        told = compress(zip(BREAKDOWN_DIMENSIONS, row[:-1], strict=True), by)
        codes = {
            name: self.members[name].code(value) if value else NOT_BROKEN_DOWN
            for name, value in told
            if name in self.asked
        }
        return codes, row[-1]

    def _facts(self, ids: Collection[int]) -> dict[int, dict[str, tuple[str, ...]]]:
        """What holds for all of a session: its own dimensions, and whatever it has only one of."""
        sessions = Session.objects.filter(pk__in=ids).order_by("pk")
        facts = self._own_facts(sessions)
        for name in self.asked:
            path = SINGLE_VALUED.get(name) or (DIMENSIONS[name].session_path if DIMENSIONS[name].multiple else None)
            if path is None:
                continue
            for pk, values in _grouped(sessions.values_list("pk", path)).items():
                if name not in SINGLE_VALUED or (len(values) == 1 and values[0] is not None):
                    facts[pk][name] = tuple(self.members[name].code(value) for value in values)
        return facts

    def _own_facts(self, sessions: SessionQuerySet) -> dict[int, dict[str, tuple[str, ...]]]:
        """Those that stand on the session itself, or on one record it points to."""
        names = [name for name in self.asked if DIMENSIONS[name].of_session and not DIMENSIONS[name].multiple]
        paths = [DIMENSIONS[name].session_path for name in names]
        facts: dict[int, dict[str, tuple[str, ...]]] = {}
        for pk, *values in sessions.values_list("pk", *paths):
            own = {name: (self.members[name].code(value),) for name, value in zip(names, values, strict=True)}
            facts[pk] = {"role": (str(Role.TRAINEE),), "outcome": (NOT_BROKEN_DOWN,), **own}
        return facts


# Where a session says whom it was for: only a single value holds for everybody in it.
SINGLE_VALUED = {"jurisdiction": "jurisdictions", "institution_type": "audience", "institution": "institutions"}


def _grouped(rows: Iterable[tuple[int, Any]]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for pk, value in rows:
        found.setdefault(pk, []).append(value)
    return found
