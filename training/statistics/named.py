"""The named part of a figure: participations grouped in the database, so that a million of them stay there.

One pass counts the finest combinations. Participations and days of every margin are sums of these. Unique people are
not: whoever stands under one combination only adds up as well, and for the others, who are fewer, the database gives
the combinations of each, which are counted here.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Count, F, QuerySet, Sum

from training.models import Participation
from training.statistics.keys import Keys, Values
from training.statistics.people import PeopleRows

Subset = tuple[str, ...]
Participations = QuerySet[Participation, Any]
AT_ONCE = 10_000


@dataclass(slots=True)
class Figures:
    """registered: participations whose days are known, together `days`. people: 0 too where nobody asked for them."""

    participations: int = 0
    days: int = 0
    registered: int = 0
    people: int = 0

    def add(self, other: "Figures") -> None:
        self.participations += other.participations
        self.days += other.days
        self.registered += other.registered
        self.people += other.people


Counted = dict[Subset, dict[Values, Figures]]


def counted(participations: Participations, keys: Keys, subsets: Iterable[Subset], *, people: bool) -> Counted:
    """The figures over each of the subsets. One query, whatever their number."""
    if not people:
        return rolled_up(_grouped(participations, keys), keys, subsets)
    several = PeopleRows(len(keys.columns))
    rows = dict(_grouped_with_people(participations, keys, several))
    # Whoever stands under several combinations is taken out of each of them, and counted anew for each subset.
    for values, number in several.rows_of_each().items():
        rows[values].people -= number
    found = rolled_up(rows.items(), keys, subsets)
    for subset, figures in found.items():
        for values, number in several.counts(keys.of(subset)).items():
            figures[values].people += number
    return found


def rolled_up(rows: Iterable[tuple[Values, Figures]], keys: Keys, subsets: Iterable[Subset]) -> Counted:
    """Sums over each of the subsets of figures counted by the keys' columns."""
    finest = list(rows)
    return {subset: _summed(finest, keys, subset) for subset in subsets}


def _summed(rows: list[tuple[Values, Figures]], keys: Keys, subset: Subset) -> dict[Values, Figures]:
    asked = keys.of(subset)
    found: dict[Values, Figures] = {}
    for row, figures in rows:
        for values in product(*(key.values(row[place]) for place, key in asked)):
            if values not in found:
                found[values] = Figures()
            found[values].add(figures)
    return found


def _grouped(participations: Participations, keys: Keys) -> Iterator[tuple[Values, Figures]]:
    figures = {"number": Count("*"), "days": Sum("days_attended"), "registered": Count("days_attended")}
    rows: Iterable[tuple[Any, ...]]
    if not keys.columns:
        rows = [tuple(participations.aggregate(**figures).values())]
    else:
        grouped = participations.annotate(**keys.columns).values(*keys.columns).annotate(**figures).order_by()
        rows = grouped.values_list(*keys.columns, *figures)
    for *values, number, days, registered in rows:
        if number:
            yield tuple(values), Figures(number, days or 0, registered)


def _grouped_with_people(
    participations: Participations, keys: Keys, several: PeopleRows
) -> Iterator[tuple[Values, Figures]]:
    """The same with people; the rows of those under several combinations go to `several`."""
    try:
        statement, values = _each_person(participations, keys).query.sql_with_params()
    except EmptyResultSet:
        return
    names = [connection.ops.quote_name(name) for name in keys.columns]
    listed, grouped = "".join(f", {name}" for name in names), f"GROUP BY {', '.join(names)}" if names else ""
    sql = (
        f"WITH each AS MATERIALIZED ({statement}),"  # noqa: S608 (a statement of Django's own, and names of columns)
        " several AS (SELECT who FROM each GROUP BY who HAVING COUNT(*) > 1)"
        f" SELECT NULL, SUM(number), SUM(days), SUM(registered), COUNT(*){listed} FROM each {grouped}"
        f" UNION ALL SELECT who, NULL, NULL, NULL, NULL{listed} FROM each WHERE who IN (SELECT who FROM several)"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        while part := cursor.fetchmany(AT_ONCE):
            of_combinations = [row for row in part if row[0] is None]
            for _who, number, days, registered, people, *codes in of_combinations:
                if number:
                    yield tuple(codes), Figures(int(number), int(days or 0), int(registered), people)
            of_people = [row for row in part if row[0] is not None] if of_combinations else part
            if of_people:
                who, _number, _days, _registered, _people, *columns = zip(*of_people, strict=True)
                several.extend(who, columns)


def _each_person(participations: Participations, keys: Keys) -> Participations:
    """One row for each person and combination."""
    each = participations.annotate(**keys.columns, who=F("person_id")).values("who", *keys.columns)
    figures = {"number": Count("*"), "days": Sum("days_attended"), "registered": Count("days_attended")}
    grouped: Participations = each.annotate(**figures).order_by()
    return grouped
