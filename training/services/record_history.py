"""What changed on one record, for those in whose scope it is; for auditors the names of fields, without a value."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from auditlog.models import LogEntry
from django.core.exceptions import FieldDoesNotExist, PermissionDenied
from django.db.models import Field, ForeignKey, Model, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from training.changes import Change, values_of
from training.models import Account, Institution, Jurisdiction, Participation, Person, Project, Session, Topic, Training
from training.permissions import Action, allows
from training.services import trail

# Says nothing to whoever reads a history.
NEVER_READ = {"id", "is_demo"}
WORDS = {
    LogEntry.Action.CREATE: gettext_lazy("recorded"),
    LogEntry.Action.UPDATE: gettext_lazy("changed"),
    LogEntry.Action.DELETE: gettext_lazy("removed"),
}
# What a number in a change is said by its name for; anything else may be a person or an account, and stays a number.
SAID_BY_NAME = (Jurisdiction, Institution, Project, Topic, Training)


@dataclass(frozen=True)
class Kind:
    """One kind of record: every one of them, those whose values an account may read, and who may do so at all."""

    every: QuerySet[Any]
    within: Callable[[Account], QuerySet[Any]]
    actions: tuple[Action, ...]


KINDS = {
    "person": Kind(Person.with_merged.all(), lambda by: Person.objects.kept_by(by), (Action.EDIT_PEOPLE,)),
    "participation": Kind(
        Participation.objects.all(),
        lambda by: Participation.objects.visible_to(by),
        (Action.EDIT_ROSTER, Action.EDIT_PEOPLE),
    ),
    "session": Kind(Session.objects.all(), lambda by: Session.objects.work_of(by), (Action.EDIT_SESSION,)),
    "institution": Kind(
        Institution.objects.all(), lambda by: Institution.objects.kept_by(by), (Action.KEEP_INSTITUTIONS,)
    ),
}


@dataclass(frozen=True)
class Entry:
    """One change: when, by whom (none: the system), and the fields with their labels. Without values both are None."""

    at: datetime
    by: Account | None
    what: str
    changes: list[Change]


@dataclass(frozen=True)
class History:
    """Of one record. `record` is None for whoever reads no values."""

    kind: str
    pk: int
    record: Model | None
    entries: QuerySet[LogEntry]

    def of(self, entries: Iterable[LogEntry]) -> list[Entry]:
        """These entries as they are read, in a constant number of queries."""
        listed = [(entry, values_of(entry)) for entry in entries]
        model = KINDS[self.kind].every.model
        names = _names(model, [change for _entry, changes in listed for change in changes]) if self.record else {}
        return [
            Entry(
                entry.timestamp,
                entry.actor,
                str(WORDS.get(entry.action, "")),
                list(_read(model, changes, names, with_values=self.record is not None)),
            )
            for entry, changes in listed
        ]


def history_of(*, kind: str, pk: int, by: Account) -> History | None:
    """What changed on a record, the newest first; a disclosure, so it goes into the trail.

    None where there is no such record, or none that this account may know of. Raises PermissionDenied for an account
    that reads no changes of this kind at all.
    """
    known = KINDS.get(kind)
    if known is None:
        return None
    audits = allows(by, Action.READ_TRAIL)
    reads = any(allows(by, action) for action in known.actions)
    if not audits and not reads:
        raise PermissionDenied(_("This account may not read what changed on records."))
    record = known.within(by).filter(pk=pk).first() if reads else None
    if record is None and not (audits and known.every.filter(pk=pk).exists()):
        return None
    entries = LogEntry.objects.get_for_model(known.every.model).filter(object_id=pk).order_by("-timestamp", "-pk")
    detail = {"values": record is not None}
    trail.record(by=by, action="changes of a record read", records={kind: [pk]}, detail=detail)
    return History(kind, pk, record, entries.select_related("actor"))


def _field(model: type[Model], name: str) -> Field[Any, Any] | None:
    try:
        found = model._meta.get_field(name)
    except FieldDoesNotExist:  # the model had it once
        return None
    return found if isinstance(found, Field) else None


def _names(model: type[Model], changes: Iterable[Change]) -> dict[tuple[str, str], str]:
    """By field and number, the names of the records that the changes point to: one query for each kind of record."""
    numbers: dict[type[Model], dict[str, set[str]]] = {}
    for change in changes:
        field = _field(model, change.field)
        if isinstance(field, ForeignKey) and field.related_model in SAID_BY_NAME:
            values = {str(value) for value in (change.before, change.after) if str(value).isdecimal()}
            numbers.setdefault(field.related_model, {}).setdefault(change.field, set()).update(values)
    names: dict[tuple[str, str], str] = {}
    for related, by_field in numbers.items():
        found = related._base_manager.in_bulk([int(pk) for pks in by_field.values() for pk in pks])
        names |= {(name, pk): str(found[int(pk)]) for name, pks in by_field.items() for pk in pks if int(pk) in found}
    return names


def _read(
    model: type[Model], changes: Iterable[Change], names: dict[tuple[str, str], str], *, with_values: bool
) -> Iterator[Change]:
    for change in changes:
        if change.field in NEVER_READ or change.before == change.after:
            continue
        field = _field(model, change.field)
        if not with_values:
            yield Change(change.field, None, None)
            continue
        label = str(field.verbose_name) if field else change.field
        before, after = (_said(field, change.field, value, names) for value in (change.before, change.after))
        yield Change(label, before, after)


def _said(field: Field[Any, Any] | None, name: str, value: Any, names: dict[tuple[str, str], str]) -> str | None:
    if value is None:
        return None
    choices = dict(field.flatchoices) if field is not None else {}
    return str(choices.get(value) or names.get((name, str(value))) or value)
