"""What the database groups participations by, and which values of the dimensions stand behind it.

The database reads only what stands on a participation or its session: an institution, not its kind; a project, not its
funders; a month, not its quarter. What follows from these is looked up in small tables, so that one pass over the
participations serves every margin, and no row is counted under two funders before somebody asks by funder.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import CharField, F
from django.db.models.functions import Cast, Substr

from training.models import Institution, Project
from training.prepared import Prepared
from training.statistics.dimensions import DIMENSIONS, PARTICIPATION_DATE, PERIODS

CONSTANT = {"named": "named"}
Values = tuple[Any, ...]


@dataclass(frozen=True)
class Key:
    """How one dimension is read: `column`, the alias of what is grouped by, and the values behind each of its values.

    multiple: there may be several of them, so that what they count does not add up.
    """

    column: str
    expression: Any
    values: Callable[[Any], Values]
    multiple: bool = False


class Keys:
    """The keys of some dimensions in their order. columns: what a participation is read by, in the order of rows."""

    def __init__(self, names: Iterable[str], snapshot: str) -> None:
        self._keys = {name: self._key(name, snapshot) for name in names if name not in CONSTANT}
        self.columns = {key.column: key.expression for key in self._keys.values()}

    def of(self, subset: Sequence[str]) -> list[tuple[int, Key]]:
        """The keys of some of the names, each with the place of its column in a row; constants have none."""
        places = {column: place for place, column in enumerate(self.columns)}
        return [(places[self._keys[name].column], self._keys[name]) for name in subset if name in self._keys]

    def _key(self, name: str, snapshot: str) -> Key:
        dimension = DIMENSIONS[name]
        if name == "institution_type":
            institution = DIMENSIONS["institution"].expression(snapshot)
            return Key(column_of("institution"), institution, _looked_up(KINDS.rows()))
        if dimension.multiple:
            return Key(column_of(name), F("session__project_id"), _looked_up(_of_projects(name)), multiple=True)
        if name in PERIODS:
            return Key(column_of(name), MONTH, _first_day_of(name))
        return Key(column_of(name), dimension.expression(snapshot), _itself)


NOTHING = (None,)
# `2021-07`: a date as text begins with it on every database.
MONTH = Substr(Cast(PARTICIPATION_DATE, CharField()), 1, 7)
MONTH_OF_SESSION = Substr(Cast(F("end"), CharField()), 1, 7)
MONTHS_IN = {"year": 12, "quarter": 3, "month": 1}


def _looked_up(pairs: list[tuple[Any, Any]]) -> Callable[[Any], Values]:
    found: dict[Any, Values] = {}
    for key, value in pairs:
        found[key] = (*found.get(key, ()), value)
    return lambda key: found.get(key, NOTHING)


def column_of(name: str) -> str:
    """The alias of what a dimension is read by."""
    if name in PERIODS:
        return "by_month"
    return "by_project" if DIMENSIONS[name].multiple else f"by_{name}"


# The columns that a session tells by itself, as they are read from it.
OF_SESSIONS: dict[str, Any] = {
    column_of(name): MONTH_OF_SESSION if name in PERIODS else F(dimension.session_path)
    for name, dimension in DIMENSIONS.items()
    if dimension.of_session and not dimension.multiple
}


def _itself(value: Any) -> Values:
    return (value,)


def _first_day_of(name: str) -> Callable[[str | None], Values]:
    length = MONTHS_IN[name]

    def values(month: str | None) -> Values:
        if not month:
            return NOTHING
        number = int(month[5:]) - 1
        return (date(int(month[:4]), number - number % length + 1, 1),)

    return values


KINDS = Prepared(lambda: Institution.objects.order_by("pk").values_list("pk", "type_id"))


def _of_projects(name: str) -> list[tuple[Any, Any]]:
    field = str(DIMENSIONS[name].path).removeprefix("session__project__")
    return list(Project.objects.order_by("pk", field).values_list("pk", field))
