"""Writing marks and their history, and reading a day's: in plain SQL, the one place for pages, devices and lists.

Every tap on a register comes through here, and a list brings thousands of marks at once. With models, marking sixty
people took twice as long, and most of an import's time went into objects that are written and forgotten.
Who may mark, when, and what follows from a mark is the callers' to see to (services/attendance.py, imports/marking.py).
"""

import uuid
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Model
from django.utils import timezone

from training.choices import Way
from training.models import Account, Attendance, AttendanceEvent, Session, SessionDay

CHUNK = 500  # SQLite takes a limited number of values in one statement
LARGEST = 2**63
OF_DAY = (
    " FROM training_participation AS listed LEFT OUTER JOIN training_attendance AS today"
    " ON today.participation_id = listed.id AND today.day_id = %s WHERE listed.session_id = %s"
)


class Change(NamedTuple):
    """A mark of one participation on one day, before and after; empty is not marked."""

    participation: int
    day: int
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class Entry:
    """How a change of marks came in: by whom, which way, when, and as part of which batch."""

    by: Account
    way: str = Way.PAGE
    at: datetime = field(default_factory=timezone.now)
    batch: uuid.UUID = field(default_factory=uuid.uuid4)
    undoes: uuid.UUID | None = None


class Standing(NamedTuple):
    mark: str
    withdrawn: bool


class Given(NamedTuple):
    """A mark as it came from a device, of a participation or of a walk-in that waits to be decided on."""

    participation: int | None
    walk_in: int | None
    before: str
    after: str
    way: str
    at: datetime
    claimed_at: datetime | None
    batch: uuid.UUID
    undoes: uuid.UUID | None
    nonce: uuid.UUID


def write(changes: Collection[Change], entry: Entry) -> None:
    """Set these marks and keep their history; an empty `after` takes a mark away. Call it inside a transaction."""
    common = {"way": entry.way, "by": entry.by.pk, "at": entry.at}
    _insert(
        Attendance,
        ["participation", "day", "mark"],
        [(change.participation, change.day, change.after) for change in changes if change.after],
        common,
        replacing=("mark", "way", "by", "at"),
    )
    _clear(change for change in changes if not change.after)
    _insert(
        AttendanceEvent,
        ["participation", "day", "before", "after"],
        changes,
        {**common, "batch": entry.batch, "undoes": entry.undoes},
    )


def keep(given: Sequence[Given], *, day: SessionDay, by: Account, device: uuid.UUID, received_at: datetime) -> None:
    """Add these to the history. What stands then is the caller's to settle. Call it inside a transaction."""
    common = {"day": day.pk, "by": by.pk, "device": device, "received_at": received_at}
    prepared = ("at", "claimed_at", "batch", "undoes", "nonce")
    _insert(AttendanceEvent, Given._fields, given, common, once="nonce", prepared=prepared)


class Stands(NamedTuple):
    """The mark that stands for a participation on a day, and how it came; an empty one takes away what stood."""

    participation: int
    mark: str
    way: str
    by: int | None
    at: datetime


def stand(rows: Collection[Stands], *, day: SessionDay) -> None:
    """Let these marks stand, whatever stood there. Call it inside a transaction."""
    given = [row for row in rows if row.mark]
    _insert(Attendance, Stands._fields, given, {"day": day.pk}, replacing=Stands._fields[1:], prepared=("at",))
    _clear(Change(row.participation, day.pk, "", "") for row in rows if not row.mark)


def standing(session: Session, day: SessionDay, only: Collection[int] | None = None) -> dict[int, Standing]:
    """The mark of each participation on that day, and whether it is withdrawn. One query."""
    sql = f"SELECT listed.id, COALESCE(today.mark, ''), listed.withdrawn_at IS NOT NULL{OF_DAY}"
    values = [day.pk, session.pk]
    if only is not None:
        # A number no database could hold may have been posted; nobody has it.
        possible = [pk for pk in only if abs(pk) < LARGEST] or [0]
        sql += f" AND listed.id IN ({', '.join(['%s'] * len(possible))})"
        values += possible
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return {pk: Standing(mark, bool(withdrawn)) for pk, mark, withdrawn in cursor.fetchall()}


def counted(day: SessionDay) -> list[tuple[str, str, int]]:
    """Sex, mark and number of those on the register of that day, people who withdrew left out. One query."""
    sql = f"SELECT listed.sex, COALESCE(today.mark, ''), COUNT(*){OF_DAY}"
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} AND listed.withdrawn_at IS NULL GROUP BY 1, 2", [day.pk, day.session_id])
        return list(cursor.fetchall())


def _clear(changes: Iterable[Change]) -> None:
    by_day: dict[int, list[int]] = {}
    for change in changes:
        by_day.setdefault(change.day, []).append(change.participation)
    for day, cleared in by_day.items():
        for start in range(0, len(cleared), CHUNK):
            Attendance.objects.filter(day=day, participation__in=cleared[start : start + CHUNK]).delete()


def _insert(
    model: type[Model],
    names: Sequence[str],
    rows: Collection[tuple[Any, ...]],
    common: Mapping[str, Any],
    *,
    replacing: Sequence[str] = (),
    once: str = "",
    prepared: Sequence[str] = (),
) -> None:
    """Insert one record for each of `rows`, which fill the fields `names`; `common` is the same in all of them.

    `replacing` names the fields to overwrite where the participation has a mark of that day, `once` the field of which
    a second record with the same value is left out, `prepared` those that the database does not take as they are.
    """
    if not rows:
        return
    fields = {field.name: field for field in model._meta.concrete_fields}
    columns = [str(fields[name].column) for name in (*names, *common)]
    shared = tuple(fields[name].get_db_prep_save(value, connection) for name, value in common.items())
    sql = f"INSERT INTO {model._meta.db_table} ({', '.join(columns)}) VALUES ({', '.join(['%s'] * len(columns))})"  # noqa: S608 names of our own fields
    if replacing:
        new = ", ".join(f"{fields[name].column} = excluded.{fields[name].column}" for name in replacing)
        sql += f" ON CONFLICT (participation_id, day_id) DO UPDATE SET {new}"
    if once:
        sql += f" ON CONFLICT ({fields[once].column}) DO NOTHING"
    prepare = {names.index(name): fields[name].get_db_prep_save for name in prepared}
    if prepare:
        rows = [tuple(_prepared(prepare.get(n), value) for n, value in enumerate(row)) for row in rows]
    with connection.cursor() as cursor:
        cursor.executemany(sql, [(*row, *shared) for row in rows])


def _prepared(prepare: Callable[..., Any] | None, value: Any) -> Any:
    return prepare(value, connection) if prepare else value
