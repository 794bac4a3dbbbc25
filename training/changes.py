"""What changed on a record, field by field, with the values before and after: kept by django-auditlog.

The trail says who did what to which records, by id and field name, and can never be shortened. Values are personal, so
they lie in a table of their own (`auditlog_logentry`), which erasure reaches and the trail does not need. Marks, lists
and merges keep what they changed in records of their own (AttendanceEvent, RosterImport, Merge). Data that comes with
the product (facts, demo) is loaded with `disable_auditlog`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from auditlog.models import LogEntry
from auditlog.registry import auditlog
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, QuerySet

from training import models

# What only follows from others, and secrets.
NEVER = {
    *("created_at", "updated_at", "password", "last_login", "token"),
    *("latin_given_name", "latin_family_name", "match_key", "search_key", "outcome", "days_attended"),
}

# What is followed, each with those of its relations to several that are.
FOLLOWED: dict[type[Model], set[str]] = {
    models.Person: set(),
    models.Participation: set(),
    models.Account: {"groups", "jurisdictions", "projects"},
    models.Invitation: set(),
    models.AccessRequest: set(),
    models.Institution: set(),
    models.Session: {"jurisdictions", "trainers"},
    models.Headcount: set(),
    models.Training: set(),
    models.Project: {"jurisdictions"},
    models.Target: set(),
    models.Jurisdiction: set(),
    models.FootnoteSet: set(),
}


def follow() -> None:
    """Called once, when the models are there."""
    for model, relations in FOLLOWED.items():
        own = [field.name for field in model._meta.concrete_fields if field.name not in NEVER]
        auditlog.register(model, include_fields=own, m2m_fields=relations)


@dataclass(frozen=True)
class Change:
    """One field of one change. None is what was not there; related records stand by their numbers, or by name."""

    field: str
    before: Any
    after: Any


def values_of(entry: LogEntry) -> list[Change]:
    """What an entry says of each field that changed, by the field's name in the model."""
    return [Change(field, *_before_and_after(said)) for field, said in sorted(entry.changes_dict.items())]


def _before_and_after(said: Any) -> tuple[Any, Any]:
    if isinstance(said, dict):  # a relation to several: which were added or taken away
        names = ", ".join(map(str, said.get("objects", ())))
        return (None, names) if said.get("operation") == "add" else (names, None)
    before, after = (None if value in {"None", ""} else value for value in said)
    return before, after


def forget_names(accounts: Iterable[models.Account]) -> None:
    """Put a number for these accounts wherever a change of trainers names them, as they are called or were once."""
    called: dict[str, str] = {}
    for account in accounts:
        names = {str(account), account.email}
        for entry in LogEntry.objects.get_for_object(account):
            names |= {*entry.changes_dict.get("name", ()), *entry.changes_dict.get("email", ())}
        called |= dict.fromkeys(names - {"", "None"}, f"account {account.pk}")
    for entry in LogEntry.objects.get_for_model(models.Session).filter(changes__has_key="trainers"):
        said = entry.changes["trainers"]
        renamed = [called.get(name, name) for name in said["objects"]]
        if renamed != said["objects"]:
            said["objects"] = renamed
            entry.save(update_fields=["changes"])


def forget(records: QuerySet) -> None:
    """Erase the values kept about these records, for good. What was done to them stays in the trail."""
    if records.model in FOLLOWED:
        LogEntry.objects.get_for_objects(records).delete()


def note_changes(changed: Sequence[tuple[Model, Mapping[str, tuple[str, str]]]], by: models.Account) -> None:
    """Keep what changed on records that were written together: field → (before, after). One query."""
    LogEntry.objects.bulk_create(
        LogEntry(
            content_type=ContentType.objects.get_for_model(record),
            object_pk=str(record.pk),
            object_id=record.pk,
            object_repr=str(record),
            action=LogEntry.Action.UPDATE,
            changes={name: list(values) for name, values in fields.items()},
            actor=by,
        )
        for record, fields in changed
    )
