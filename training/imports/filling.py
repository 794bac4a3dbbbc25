"""Filling a known person's record where it is empty, so that it can be emptied again."""

from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from training.imports.rows import Entry
from training.models import Person
from training.models.people import LEFT_OPEN
from training.services.references import digest

BATCH = 200


def fill(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    """Fill sex, institution, position and e-mail from the rows; return it as `RosterImport.filled` keeps it.

    `put` holds digests of the values put there: enough to see whether they still stand, and no personal data.
    """
    filled, people = [], []
    for entry in entries:
        person, new = entry.person, _news(entry)
        if person is None or not new:
            continue
        before = {name: getattr(person, name) for name in new}
        for name, value in new.items():
            setattr(person, name, value)
        person.updated_at = timezone.now()
        people.append(person)
        put = {name: digest(value) for name, value in new.items()}
        filled.append({"person": person.pk, "fields": before, "put": put})
    Person.objects.bulk_update(people, [*FIELDS_TO_SAVE, "updated_at"], batch_size=BATCH)
    return filled


FIELDS_TO_SAVE = ["sex", "institution", "position", "email"]


def _news(entry: Entry) -> dict[str, Any]:
    """What the row knows and the record does not. An institution elsewhere than the person's jurisdiction is not."""
    person, institution = entry.person, entry.institution
    if person is None:
        return {}
    row: dict[str, Any] = {"sex": entry.sex, "position": entry.position, "email": entry.email, "institution_id": None}
    if institution is not None and institution.jurisdiction_id in (None, person.jurisdiction_id):
        row["institution_id"] = institution.pk
    return {
        name: row[name]
        for name, empty in LEFT_OPEN.items()
        if getattr(person, name) == empty and row[name] not in (empty, None)
    }


def empty_again(filled: Sequence[dict[str, Any]]) -> list[int]:
    """Take back what `fill` put in, where it still stands as it was put; return whose records changed."""
    by_id = {item["person"]: item for item in filled if "person" in item}
    people = []
    for person in Person.objects.filter(pk__in=by_id):
        item = by_id[person.pk]
        standing = [n for n in item["fields"] if digest(getattr(person, n)) == item["put"].get(n)]
        for name in standing:
            setattr(person, name, item["fields"][name])
        if standing:
            person.updated_at = timezone.now()
            people.append(person)
    Person.objects.bulk_update(people, [*FIELDS_TO_SAVE, "updated_at"], batch_size=BATCH)
    return [person.pk for person in people]
