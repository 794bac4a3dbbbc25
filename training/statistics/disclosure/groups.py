"""Whom a figure is about: one group of participations, wherever in a report it stands.

A cell of a table by project and sex, and the row of women in a table of that project alone, are about the same group:
what one of them hides the other must not tell.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from urllib.parse import parse_qs

from training.choices import Role
from training.statistics.dimensions import DIMENSIONS, FILTERS, PERIODS
from training.statistics.table import Cell, Codes, Table

# What passes: some codes, or the days of a period with both ends.
Values = frozenset[str] | tuple[date, date]
Condition = tuple[str, Values]
Conditions = frozenset[Condition]
Population = Mapping[str, Values]
# The dimensions and codes a figure of one table stands for.
Place = tuple[Codes, Codes]

FIRST_TIME = "first_time"
OF_PEOPLE = frozenset({"jurisdiction", "institution", "institution_type", "sex"})


@dataclass(eq=False)
class Group:
    """A group and the cells that are about it, each with its table's position and its place there. level: how many
    conditions it has; the more, the finer.
    """

    conditions: Conditions
    cells: list[tuple[int, Place, Cell]] = field(default_factory=list)

    @property
    def level(self) -> int:
        return len(self.conditions)

    @property
    def private(self) -> int:
        """The most that any of its cells counts without a public source."""
        return max(cell.private for _table, _place, cell in self.cells)


class Groups:
    """The groups of some tables in the order of their first cells, found by conditions and by place."""

    def __init__(self, tables: Sequence[Table]) -> None:
        self.tables = tuple(tables)
        self.populations = tuple(population_of(table) for table in tables)
        self.all: list[Group] = []
        self.by_conditions: dict[Conditions, int] = {}
        self.by_place: dict[tuple[int, Place], int] = {}
        for position, table in enumerate(tables):
            for subset, cell in table.places():
                self._take(position, (subset, cell.codes), cell)

    def at(self, table: int, codes: Mapping[str, str]) -> int | None:
        """The group of these codes in the table's population, if any cell of any table is about it."""
        return self.by_conditions.get(conditions_of(self.populations[table], codes))

    def _take(self, table: int, place: Place, cell: Cell) -> None:
        conditions = conditions_of(self.populations[table], dict(zip(*place, strict=True)))
        number = self.by_conditions.setdefault(conditions, len(self.all))
        if number == len(self.all):
            self.all.append(Group(conditions))
        self.all[number].cells.append((table, place, cell))
        self.by_place[(table, place)] = number


def population_of(table: Table) -> dict[str, Values]:
    """What narrows the table as a whole: its address, else its filters in words."""
    words = parse_qs(table.address.removeprefix("?"))
    found: dict[str, Values] = {name: frozenset(words[name]) for name in FILTERS if name in words}
    if "start" in words or "end" in words:
        start, end = words.get("start", [date.min.isoformat()])[-1], words.get("end", [date.max.isoformat()])[-1]
        found["period"] = (date.fromisoformat(start), date.fromisoformat(end))
    if FIRST_TIME in words:
        found[FIRST_TIME] = frozenset({"on"})
    if not found:
        found |= {f"filter {name}": frozenset({value}) for name, value in table.filters}
    if "role" not in found and "role" not in table.by:
        found["role"] = frozenset({str(Role.TRAINEE)})
    return found | {"snapshot": frozenset(words.get("snapshot", ["training"])[-1:])}


def conditions_of(population: Population, codes: Mapping[str, str]) -> Conditions:
    """What all of these together ask for. Of two conditions that say the same only the narrower one is kept."""
    said: dict[str, Values] = dict(population)
    besides: list[Condition] = []
    for dimension, code in codes.items():
        name, values = condition_of(dimension, code)
        before = said.get(name)
        if before is None or within(values, before):
            said[name] = values
        elif isinstance(before, tuple) and isinstance(values, tuple):
            said[name] = (max(before[0], values[0]), min(before[1], values[1]))
        elif not within(before, values):
            besides.append((name, values))
    if not OF_PEOPLE & said.keys():
        said.pop("snapshot", None)
    return frozenset([*said.items(), *besides])


def condition_of(dimension: str, code: str) -> Condition:
    """A dimension's code as a condition; a year, a quarter and a month are all periods."""
    if dimension in PERIODS and code[:1].isdigit():
        return "period", days_of(code)
    return dimension, frozenset({code})


def days_of(code: str) -> tuple[date, date]:
    """First and last day of `2021`, `2021-Q3` or `2021-07`."""
    year, part = int(code[:4]), code[5:]
    first, months = 1, 12
    if part.startswith("Q"):
        first, months = 3 * int(part[1:]) - 2, 3
    elif part:
        first, months = int(part), 1
    after = year * 12 + first - 1 + months
    return date(year, first, 1), date(after // 12, after % 12 + 1, 1) - timedelta(days=1)


def within(narrow: Values, wide: Values) -> bool:
    """Whether whatever passes the first passes the second."""
    if isinstance(narrow, tuple) and isinstance(wide, tuple):
        return wide[0] <= narrow[0] and narrow[1] <= wide[1]
    return isinstance(narrow, frozenset) and isinstance(wide, frozenset) and narrow <= wide


def contains(wide: Population, narrow: Population) -> bool:
    """Whether everybody in the second population is in the first."""
    return all(name in narrow and within(narrow[name], values) for name, values in wide.items())


def allows_several(name: str) -> bool:
    """Whether a participation may pass two of its codes at once."""
    return name in DIMENSIONS and DIMENSIONS[name].multiple


def finer(places: Sequence[tuple[Values, int]]) -> Iterator[list[tuple[Values, int]]]:
    """The entries in families that do not overlap: single codes together, months together, quarters, years."""
    families: dict[str, list[tuple[Values, int]]] = {}
    for values, group in places:
        families.setdefault(_grain(values), []).append((values, group))
    for family in families.values():
        taken: list[tuple[Values, int]] = []
        for values, group in family:
            if not any(_overlap(values, other) for other, _group in taken):
                taken.append((values, group))
        yield taken


def _grain(values: Values) -> str:
    if isinstance(values, frozenset):
        return "code" if len(values) == 1 else "codes"
    days = (values[1] - values[0]).days
    return next((name for name, most in (("month", 31), ("quarter", 92), ("year", 366)) if days < most), "years")


def _overlap(one: Values, other: Values) -> bool:
    if isinstance(one, tuple) and isinstance(other, tuple):
        return one[0] <= other[1] and other[0] <= one[1]
    return isinstance(one, frozenset) and isinstance(other, frozenset) and bool(one & other)
