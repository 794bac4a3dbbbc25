"""What changed on a record, field by field, with the values before and after: kept by django-auditlog.

The trail says who did what to which records, by id and field name, and can never be shortened. Values are personal, so
they lie in a table of their own (`auditlog_logentry`), which erasure reaches and the trail does not need. Marks, lists
and merges keep what they changed in records of their own (AttendanceEvent, RosterImport, Merge). Data that comes with
the product (facts, demo) is loaded with `disable_auditlog`.
"""

from auditlog.models import LogEntry
from auditlog.registry import auditlog
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


def forget(records: QuerySet) -> None:
    """Erase the values kept about these records, for good. What was done to them stays in the trail."""
    if records.model in FOLLOWED:
        LogEntry.objects.get_for_objects(records).delete()
