"""Writing loaded values without ever overwriting a person's: each is compared with what was loaded and what is there.

| there now         | what happens                                                        |
|-------------------|---------------------------------------------------------------------|
| as it was loaded  | the file's value is written where it is a new one                   |
| something else    | a person put it there: it is kept and reported                      |
| record is missing | a person deleted it: it stays deleted, with whatever needs it       |
"""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import Any, Protocol

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from training.models import Headcount, LoadedRecord, Project, Session, SessionDay
from training.services.headcounts import BreakdownDraft, drafts_of, plain_breakdowns, write_breakdowns
from training.services.outcomes import recompute

ORIGIN = "roadmap"


class _Gone:
    """Stands for a record that a person has deleted, where another one would point to it."""


GONE = _Gone()
EMPTY: tuple[Any, ...] = (None, "", [])


@dataclass
class Report:
    """What a load did, in words; `touched` has the ids by model for the trail."""

    created: list[str] = dataclass_field(default_factory=list)
    changed: list[str] = dataclass_field(default_factory=list)
    kept: list[str] = dataclass_field(default_factory=list)
    touched: dict[str, list[int]] = dataclass_field(default_factory=dict)


class Part(Protocol):
    """One value of a record: how it is read, compared (`plain` is JSON) and written."""

    needs_record: bool

    def read(self, record: Any) -> Any: ...
    def plain(self, value: Any) -> Any: ...
    def write(self, record: Any, value: Any) -> None: ...


@dataclass(frozen=True)
class FieldPart:
    column: models.Field
    needs_record = False

    def read(self, record: Any) -> Any:
        return self._json(getattr(record, self.column.attname))

    def plain(self, value: Any) -> Any:
        return self._json(value.pk if isinstance(value, models.Model) else value)

    def write(self, record: Any, value: Any) -> None:
        setattr(record, self.column.name, value)

    def _json(self, value: Any) -> Any:
        if isinstance(self.column, models.DecimalField) and value is not None:
            return f"{value:.{self.column.decimal_places}f}"
        return value.isoformat() if isinstance(value, datetime.date) else value


@dataclass(frozen=True)
class SetPart:
    name: str
    needs_record = True

    def read(self, record: Any) -> Any:
        return sorted(other.pk for other in getattr(record, self.name).all())

    def plain(self, value: Sequence[Any]) -> Any:
        return sorted(other.pk for other in value if other is not GONE)

    def write(self, record: Any, value: Sequence[Any]) -> None:
        getattr(record, self.name).set([other for other in value if other is not GONE])


class DatesPart:
    """First day, last day and the days between them are one value: changed together or not at all."""

    needs_record = True

    def read(self, record: Session) -> Any:
        span = [record.start, record.end] if record.start else []
        return [date.isoformat() for date in (*span, *(day.date for day in record.days.all())) if date]

    def plain(self, value: tuple[datetime.date | None, datetime.date | None]) -> Any:
        return [date.isoformat() for date in (*value, *_days(*value)) if date]

    def write(self, record: Session, value: tuple[datetime.date | None, datetime.date | None]) -> None:
        record.start, record.end = value
        record.save(update_fields=["start", "end", "updated_at"])
        days = _days(record.start, record.end)
        known = set(SessionDay.objects.filter(session=record).values_list("date", flat=True))
        # A day with marks, or with a history of marks, is never dropped.
        record.days.exclude(date__in=days).filter(attendance=None, events=None).delete()
        SessionDay.objects.bulk_create(SessionDay(session=record, date=day) for day in days if day not in known)
        if known:
            recompute(record)


class BreakdownsPart:
    """All breakdowns of a headcount are one value: they restate each other."""

    needs_record = True

    def read(self, record: Headcount) -> Any:
        return plain_breakdowns(drafts_of(record))

    def plain(self, value: Sequence[BreakdownDraft]) -> Any:
        return plain_breakdowns(value)

    def write(self, record: Headcount, value: Sequence[BreakdownDraft]) -> None:
        write_breakdowns(record, value)


SPECIAL: dict[tuple[type[models.Model], str], Part] = {
    (Session, "dates"): DatesPart(),
    (Headcount, "breakdowns"): BreakdownsPart(),
}
PREFETCH: dict[type[models.Model], list[str]] = {
    Session: ["jurisdictions", "audience", "institutions", "days"],
    Project: ["agencies", "funders", "goals", "kpis", "jurisdictions"],
    Headcount: [f"breakdowns__cells__{name}" for name in ("jurisdiction", "institution_type", "institution")],
}


class Keeper:
    """One load. `put` each record in an order in which what it points to comes first."""

    def __init__(self) -> None:
        self.report = Report()
        self._loaded = {(row.model, row.key): row for row in LoadedRecord.objects.filter(origin=ORIGIN)}
        self._records: dict[type[models.Model], dict[int, Any]] = {}
        self._new: list[LoadedRecord] = []
        self._put: dict[tuple[type[models.Model], str], Any] = {}

    def put(
        self, model: type[models.Model], key: str, *, find: Mapping[str, Any], locked: bool = False, **values: Any
    ) -> Any:
        """Write one record and return it, or GONE. `find` tells it from others; `locked` keeps it as it is.

        What several entries name, a topic or an agency, is written for the first of them.
        """
        if (model, key) not in self._put:
            self._put[(model, key)] = self._put_now(model, key, find, values, locked=locked)
        return self._put[(model, key)]

    def _put_now(
        self, model: type[models.Model], key: str, find: Mapping[str, Any], values: dict[str, Any], *, locked: bool
    ) -> Any:
        name = f"{model._meta.verbose_name} {key}"
        loaded = self._loaded.get((model._meta.model_name or "", key))
        seen = {field: value for field, value in find.items() if model._meta.get_field(field).editable}
        if loaded is None:
            return self._put_first(model, key, name, find, {**seen, **values})
        record = self._existing(model).get(loaded.object_id)
        if record is None:
            self.report.kept.append(_("%(record)s: deleted by a person, stays deleted") % {"record": name})
            return GONE
        self._bring_up_to_date(record, loaded, name, {**seen, **values}, locked=locked)
        return record

    def finish(self) -> Report:
        """Keep what was loaded for the first time, and say what was done."""
        LoadedRecord.objects.bulk_create(self._new)
        return self.report

    def status_of(self, key: str) -> str:
        """The status a session loaded before has now; empty for one that is not there."""
        loaded = self._loaded.get(("session", key))
        session = self._existing(Session).get(loaded.object_id) if loaded else None
        return str(session.status) if session else ""

    def _put_first(
        self, model: type[models.Model], key: str, name: str, find: Mapping[str, Any], values: dict[str, Any]
    ) -> Any:
        loaded = LoadedRecord(origin=ORIGIN, model=model._meta.model_name or "", key=key)
        there = None if GONE in find.values() else model._default_manager.filter(**find).first()
        if there is not None:
            loaded.object_id = there.pk
            self._bring_up_to_date(there, loaded, name, values | {"is_demo": False} if _is_demo(there) else values)
            return there
        return self._create(model(), loaded, name, {**find, **values})

    def _create(self, record: Any, loaded: LoadedRecord, name: str, values: dict[str, Any]) -> Any:
        parts = {field: part_of(type(record), field) for field in values}
        for field, part in parts.items():
            if values[field] is GONE and not _may_be_empty(part):
                self.report.kept.append(_("%(record)s: left out, what it belongs to was deleted") % {"record": name})
                return GONE
            values[field] = None if values[field] is GONE else values[field]
        loaded.values = {field: part.plain(values[field]) for field, part in parts.items()}
        for field, part in parts.items():
            if not part.needs_record:
                part.write(record, values[field])
        record.save()
        for field, part in parts.items():
            if part.needs_record and loaded.values[field]:
                part.write(record, values[field])
        loaded.object_id = record.pk
        self._remember(loaded)
        self.report.created.append(name)
        self._touch(record)
        return record

    def _bring_up_to_date(
        self, record: Any, loaded: LoadedRecord, name: str, values: dict[str, Any], *, locked: bool = False
    ) -> None:
        remembered = dict(loaded.values)
        changed = [
            field
            for field, value in values.items()
            if value is not GONE and self._change(record, remembered, f"{name}: {field}", field, value, locked=locked)
        ]
        if changed:
            _save_fields(record, changed)
            self.report.changed += [f"{name}: {field}" for field in changed]
            self._touch(record)
        if loaded.pk is None or remembered != loaded.values:
            loaded.values, loaded.loaded_at = remembered, timezone.now()
            self._remember(loaded)

    def _change(
        self, record: Any, remembered: dict[str, Any], name: str, field: str, value: Any, *, locked: bool
    ) -> bool:
        """Write one value if nobody changed it since it was loaded; say whether it was written."""
        part = part_of(type(record), field)
        new, now = part.plain(value), part.read(record)
        # A record that was there before the first load: what it lacks is filled, what it says is kept.
        was = remembered.setdefault(field, now if now in EMPTY or isinstance(now, bool) else new)
        if now == new:
            remembered[field] = new
            return False
        if now != was or locked:
            self.report.kept.append(name)
            return False
        part.write(record, value)
        remembered[field] = new
        return True

    def _remember(self, loaded: LoadedRecord) -> None:
        if loaded.pk is None:
            self._new.append(loaded)
        else:
            loaded.save()

    def _existing(self, model: type[models.Model]) -> dict[int, Any]:
        """The records of one model that were loaded before, with their sets, by id. Read once."""
        if model not in self._records:
            ids = [row.object_id for (name, _key), row in self._loaded.items() if name == model._meta.model_name]
            found = (
                model._default_manager.select_for_update().filter(pk__in=ids).prefetch_related(*PREFETCH.get(model, []))
            )
            self._records[model] = {record.pk: record for record in found}
        return self._records[model]

    def _touch(self, record: models.Model) -> None:
        self.report.touched.setdefault(record._meta.model_name or "", []).append(record.pk)


def part_of(model: type[models.Model], name: str) -> Part:
    if (model, name) in SPECIAL:
        return SPECIAL[(model, name)]
    column = model._meta.get_field(name)
    if column.many_to_many:
        return SetPart(name)
    return FieldPart(column)  # type: ignore[arg-type]


def _save_fields(record: Any, names: Sequence[str]) -> None:
    """Save these fields alone: what a person changes at the same time stays theirs. Sets are saved already."""
    columns = [name for name in names if isinstance(part_of(type(record), name), FieldPart)]
    stamp = ["updated_at"] if hasattr(record, "updated_at") else []
    record.save(update_fields=[*columns, *stamp])


def _may_be_empty(part: Part) -> bool:
    """Whether a record can do without: a session that took place belongs to a project, whatever its column takes."""
    return isinstance(part, FieldPart) and part.column.null and part.column != Session._meta.get_field("project")


def _is_demo(record: Any) -> bool:
    return bool(getattr(record, "is_demo", False))


def _days(start: datetime.date | None, end: datetime.date | None) -> list[datetime.date]:
    if start is None or end is None:
        return []
    return [start + datetime.timedelta(days=n) for n in range((end - start).days + 1)]
