"""Where a name stands that no rule knows of: in notes, quotes and titles that people wrote."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.apps import apps
from django.db import models
from django.db.models import Q, TextField
from django.db.models.functions import Cast

from training.models import (
    AccessRequest,
    Account,
    DataRequest,
    DayRegister,
    Invitation,
    Person,
    RosterImport,
    TrailEntry,
)

TEXTS = (models.CharField, models.TextField, models.JSONField)
APPS = ("training", "elearning", "certificates")
# Records of people, which erasing them clears, and the trail, which never holds a name. Others may be namesakes.
KNOWN = (AccessRequest, Account, DataRequest, DayRegister, Invitation, Person, RosterImport, TrailEntry)
SHOWN = 50


@dataclass(frozen=True)
class Mention:
    """A field of a record in which the name stands; `record` is how that record calls itself."""

    kind: str
    record: str
    field: str


def mentions_of(person: Person) -> list[Mention]:
    """The first fifty places outside the records of people where the whole name or the address stands.

    One query for each model with text in it, however many records there are.
    """
    wanted = set(_ways_of_writing(person))
    found: list[Mention] = []
    for model in (model for app in APPS for model in apps.get_app_config(app).get_models()):
        if model not in KNOWN and len(found) < SHOWN:
            found += _in_model(model, wanted)
    return found[:SHOWN]


def _in_model(model: type[models.Model], wanted: Iterable[str]) -> Iterator[Mention]:
    fields = [field for field in model._meta.concrete_fields if isinstance(field, TEXTS) and not field.choices]
    if not fields:
        return
    # As text, because JSON has no letters to look for; its letters outside ASCII may be written as numbers.
    texts = {f"text_of_{field.name}": Cast(field.name, TextField()) for field in fields}
    forms = {form for text in wanted for form in (text, json.dumps(text)[1:-1])}
    conditions = [Q(**{f"{name}__icontains": form}) for name in texts for form in forms]
    for record in model._base_manager.annotate(**texts).filter(reduce(or_, conditions)).order_by("pk")[:SHOWN]:
        for field in fields:
            said = str(getattr(record, f"text_of_{field.name}")).casefold()
            if any(form.casefold() in said for form in forms):
                yield Mention(str(model._meta.verbose_name), str(record), str(field.verbose_name))


def _ways_of_writing(person: Person) -> Iterator[str]:
    for given, family in (
        (person.given_name, person.family_name),
        (person.latin_given_name, person.latin_family_name),
    ):
        for text in (f"{given} {family}", f"{family} {given}", f"{family}, {given}"):
            yield from (text, text.upper())
    if person.email:
        yield person.email
