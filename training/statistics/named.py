"""The named part of a figure: participations read into rows of numbers once, for every margin of every question.

A roster that is tallied is not counted again: its cells are read, and only the other rosters are counted in the
database. One statement reads both, so that no session is missed or counted twice while somebody changes it. What a
tally cannot tell is read from the records: unique people, first-timers, and where people are now.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from operator import itemgetter
from typing import Any

import numpy as np
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Aggregate, BinaryField, Count, F, IntegerField, Q, QuerySet, Sum, TextField, Value
from django.db.models.functions import Coalesce
from numpy.typing import NDArray

from training.choices import Role
from training.models import Institution
from training.models.sessions import TALLIED, SessionQuerySet
from training.models.tallies import CELL, SHARED, SUMMED, WORDS
from training.statistics.keys import Keys
from training.statistics.question import Question
from training.statistics.rows import Column, Numbers, Rows, different
from training.statistics.scope import Participations, filter_values, participations_of, placed, roster_counts

Cells = NDArray[np.void]
# A `CELL` as numpy reads it.
FORMS = {**dict.fromkeys(WORDS, "u1"), "gain": "<i4"}
LAYOUT = np.dtype([(name, FORMS.get(name, "<u4")) for name in (*SHARED, *SUMMED)], align=True)


@dataclass(frozen=True)
class Summed:
    """Something that adds up: the database's expression for it, and how to read it from the cells of tallies."""

    counted: Any
    told: Callable[[Cells], Numbers]


# registered: participations whose days are known, which are together `days`.
FIGURES = {
    "participations": Summed(Count("*"), itemgetter("participations")),
    "days": Summed(Coalesce(Sum("days_attended"), 0), itemgetter("days")),
    "registered": Summed(Count("days_attended"), itemgetter("registered")),
}


def read(question: Question, sessions: SessionQuerySet, keys: Keys, sums: Mapping[str, Summed] = FIGURES) -> Rows:
    """The question's participations in `sessions` by the columns of `keys`, and their `sums`. One query, and one where
    the question filters kinds of institutions.
    """
    tallied = Q(pk__in=[]) if question.first_time or question.snapshot == "now" else TALLIED & Q(tally__isnull=False)
    counted = participations_of(question, sessions.exclude(tallied))
    told = placed(sessions, question).filter(tallied & roster_counts(question, sessions))
    return _rows(_statement(counted, told, keys, sums), question, keys, sums)


class Ids(Aggregate):
    """The ids of a group in one text: a row for a group is read much faster than a row for each person."""

    output_field = TextField()

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        return self.as_sql(compiler, connection, template="GROUP_CONCAT(%(expressions)s)", **more)

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        return self.as_sql(compiler, connection, template="STRING_AGG(%(expressions)s::text, ',')", **more)


def read_people(question: Question, sessions: SessionQuerySet, keys: Keys) -> Rows:
    """The people under each combination of the columns of `keys`, by their ids; some more than once. One query."""
    by = keys.columns or {"everybody": Value(0)}
    grouped = participations_of(question, sessions).annotate(**by).values(*by).annotate(ids=Ids("person_id")).order_by()
    rows = [row for row in fetched(grouped.values_list("ids", *by)) if row[0]]
    ids, *values = _transposed(rows, 1 + len(by))
    each = [np.fromstring(text, dtype=np.int64, sep=",") for text in ids]
    columns = _columns(values) if keys.columns else []
    of_row = np.repeat(np.arange(len(rows)), [len(own) for own in each])
    everybody = np.concatenate(each) if each else np.zeros(0, dtype=np.int64)
    return Rows([column.with_codes(column.codes[of_row]) for column in columns], [everybody])


def count_people(question: Question, sessions: SessionQuerySet) -> int:
    """Unique people in the question's participations in `sessions`. One query."""
    return read_people(question, sessions, Keys((), question.snapshot)).people([]).get((), 0)


def _statement(
    counted: Participations, told: SessionQuerySet, keys: Keys, sums: Mapping[str, Summed]
) -> list[tuple[Any, ...]]:
    """Rows of the value of each column, each sum, and nothing; and for each session that is told by its tally of its
    own columns, and the cells.
    """
    figures = {f"sum_{name}": summed.counted for name, summed in sums.items()}
    columns = (*keys.columns, *figures, "kept")
    grouped = counted.annotate(**keys.columns).values(*keys.columns).annotate(**figures).order_by()
    nothing = Value(None, output_field=BinaryField())
    elsewhere = Value(None, output_field=IntegerField())
    of_session = {**dict.fromkeys((*keys.columns, *figures), elsewhere), **keys.of_sessions, "kept": F("tally__cells")}
    both = grouped.annotate(kept=nothing).values_list(*columns)
    return fetched(both.union(told.annotate(**of_session).values_list(*columns), all=True))


def fetched(rows: QuerySet[Any, tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """All rows as the database has them: numbers and texts need no conversion, and it takes as long as reading them."""
    try:
        statement, values = rows.query.sql_with_params()
    except EmptyResultSet:
        return []
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def _rows(found: Sequence[tuple[Any, ...]], question: Question, keys: Keys, sums: Mapping[str, Summed]) -> Rows:
    rows: list[tuple[Any, ...]] = []
    tallies: list[tuple[Any, ...]] = []
    for row in found:
        (rows if row[-1] is None else tallies).append(row)
    counted = _transposed(rows, len(keys.columns) + len(sums) + 1)
    columns = _columns(counted[: len(keys.columns)])
    packed = [row[-1] for row in tallies]
    cells: Cells = np.frombuffer(b"".join(packed), dtype=LAYOUT)
    lengths = np.fromiter(map(len, packed), dtype=np.int64, count=len(packed))
    of_tally = np.repeat(np.arange(len(packed)), lengths // CELL.size)
    asked = _asked(cells, question)
    if not asked.all():
        cells, of_tally = cells.compress(asked), of_tally.compress(asked)
    for place, (name, column) in enumerate(zip(keys.columns, columns, strict=True)):
        if name in keys.of_sessions:
            column.extend([row[place] for row in tallies], of_tally)
        else:
            shared = name.removeprefix("by_")
            values, each = different(cells[shared])
            column.extend(map(partial(_meaning, shared), values.tolist()), each)
    numbers = [
        np.concatenate([np.array(live, dtype=np.int64), summed.told(cells)])
        for live, summed in zip(counted[len(columns) : -1], sums.values(), strict=True)
    ]
    return Rows(columns, numbers)


def _transposed(rows: Sequence[tuple[Any, ...]], width: int) -> list[Sequence[Any]]:
    """The columns of rows that are so wide."""
    return list(zip(*rows, strict=True)) if rows else [()] * width


def _columns(found: Sequence[Sequence[Any]]) -> list[Column]:
    columns = [Column() for _values in found]
    for column, values in zip(columns, found, strict=True):
        column.extend(values)
    return columns


def _asked(cells: Cells, question: Question) -> NDArray[np.bool_]:
    """Which of the cells pass the question's filters on people."""
    asked = np.ones(len(cells), dtype=np.bool_)
    if not question.names_roles:
        asked &= cells["role"] == WORDS["role"].index(Role.TRAINEE)
    for name in question.people_filters:
        accepted = filter_values(question, name)
        if name in WORDS:
            asked &= np.isin(cells[name], [WORDS[name].index(value) for value in accepted])
        elif name == "institution_type":
            of_kind = Institution.objects.filter(type__in=accepted).values_list("pk", flat=True)
            asked &= np.isin(cells["institution"], list(of_kind))
        else:
            asked &= np.isin(cells[name], np.array(accepted, dtype=np.int64))
    return asked


def _meaning(shared: str, number: int) -> Any:
    """What a number stands for in this place of a cell, as the database has it."""
    return WORDS[shared][number] if shared in WORDS else number or None
