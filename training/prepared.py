"""Queries that pages ask again and again: their SQL is put together once, and sent with other values each time.

Django takes several times longer to make the SQL of a query than the database to answer it. Nothing of an answer is
kept. What may vary is values alone: a query whose shape depends on them (None, an empty list) is another query.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Model, QuerySet

Record = TypeVar("Record", bound=Model)
Value = int | str
# Stand in for the values while the SQL is made; neither is a value of ours.
NUMBER, WORD = 8_888_888_888_888_000_000, "\x01{}\x01"


@dataclass(frozen=True)
class _Made:
    sql: str
    params: Sequence[Any]
    converters: dict[int, tuple[Sequence[Callable[..., Any]], Any]]


class Prepared:
    """`make` gives the rows (`values_list`) for its arguments: numbers, or words that may also begin a text sought."""

    def __init__(self, make: Callable[..., QuerySet[Any, Any]]) -> None:
        self._make = make
        self._made: dict[tuple[Any, ...], _Made] = {}

    def rows(self, *values: Value) -> list[tuple[Any, ...]]:
        """What the query gives for these values. One query, and none where it can give nothing whatever they are."""
        shape = (connection.vendor, connection.alias, *map(type, values))
        made = self._made.get(shape)
        if made is None:
            try:
                made = self._made[shape] = self._prepare(values)
            except EmptyResultSet:
                return []
        with connection.cursor() as cursor:
            cursor.execute(made.sql, [_filled(param, values) for param in made.params])
            rows = cursor.fetchall()
        return [tuple(row) for row in _converted(rows, made.converters)]

    def _prepare(self, values: Sequence[Value]) -> _Made:
        stand_ins = [
            NUMBER + place if isinstance(value, int) else WORD.format(place) for place, value in enumerate(values)
        ]
        compiler = self._make(*stand_ins).query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        fields = [selected[0] for selected in compiler.select[: compiler.col_count]]
        return _Made(sql, params, compiler.get_converters(fields))


def _filled(param: Any, values: Sequence[Value]) -> Any:
    if isinstance(param, int) and param >= NUMBER:
        return values[param - NUMBER]
    if isinstance(param, str) and "\x01" in param:
        for place, value in enumerate(values):
            param = param.replace(WORD.format(place), str(value))
    return param


def _converted(rows: Sequence[Any], converters: dict[int, tuple[Sequence[Callable[..., Any]], Any]]) -> list[list[Any]]:
    listed = [list(row) for row in rows]
    for place, (convert, expression) in converters.items():
        for row in listed:
            for one in convert:
                row[place] = one(row[place], expression, connection)
    return listed


def columns(model: type[Model]) -> list[str]:
    """What `values_list` needs to give whole records."""
    return [field.attname for field in model._meta.concrete_fields]


def record(model: type[Record], row: Sequence[Any]) -> Record:
    """A row of a model's `columns` as the record it is."""
    return model.from_db(connection.alias, columns(model), row)
