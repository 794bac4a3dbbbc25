"""Many rows from the database at once, as it has them."""

from typing import Any

import numpy as np
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Aggregate, QuerySet, TextField
from numpy.typing import NDArray


class Ids(Aggregate):
    """Whole numbers of a group in one text, side by side with commas: a row for a group is read much faster than a row
    for each of its members. They are in no order, but several of these for a group are in the same one.
    """

    output_field = TextField()

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        return self.as_sql(compiler, connection, template="GROUP_CONCAT(%(expressions)s)", **more)

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        return self.as_sql(compiler, connection, template="STRING_AGG(%(expressions)s::text, ',')", **more)


def numbers_in(text: str) -> NDArray[np.int64]:
    """The numbers of such a text."""
    return np.fromstring(text, dtype=np.int64, sep=",")


def fetched(rows: QuerySet[Any, tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """All rows as the database has them: numbers and texts need no conversion, and it takes as long as reading them."""
    try:
        statement, values = rows.query.sql_with_params()
    except EmptyResultSet:
        return []
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
