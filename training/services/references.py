"""Which rows point to a record, and pointing them to another: of whatever model, in whichever app it is.

A merge must leave nothing behind, and what will point to people one day is not known here. So nothing is listed:
every foreign key that leads to the model is found. Timestamps of the rows stay as they are, for the rows do not change
in what they say.
"""

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

CHUNK = 500  # SQLite takes a limited number of values in one statement
Columns = dict[str, Any]


def references_to(model: type[models.Model], leaving: Collection[type[models.Model]] = ()) -> list[models.ForeignKey]:
    """The foreign keys to `model`, those of many-to-many tables too, but for those of the models in `leaving`."""
    relations = model._meta.get_fields(include_hidden=True)
    fields = [relation.field for relation in relations if isinstance(relation, models.ForeignObjectRel)]
    return [field for field in fields if isinstance(field, models.ForeignKey) and field.model not in leaving]


def label_of(field: models.ForeignKey) -> str:
    return f"{field.model._meta.label_lower}.{field.name}"


def field_called(label: str) -> models.ForeignKey:
    model, _dot, name = label.rpartition(".")
    field = apps.get_model(model)._meta.get_field(name)
    if not isinstance(field, models.ForeignKey):
        raise TypeError(f"{label} is no foreign key")
    return field


def rows_at(field: models.ForeignKey, pk: int) -> models.QuerySet[Any]:
    """The rows that point to that record by `field`, whatever managers leave out."""
    return field.model._base_manager.filter(**{field.name: pk}).order_by("pk")


def ids_at(field: models.ForeignKey, pk: int) -> list[int]:
    return list(rows_at(field, pk).values_list("pk", flat=True))


def point(field: models.ForeignKey, ids: Sequence[int], to: int) -> None:
    """Make these rows point to the record `to`."""
    for chunk in in_chunks(ids):
        field.model._base_manager.filter(pk__in=chunk).update(**{field.attname: to})


def astray(field: models.ForeignKey, ids: Sequence[int], pk: int) -> list[int]:
    """Those of these rows that do not point to the record any more, or are gone."""
    there: set[int] = set()
    for chunk in in_chunks(ids):
        there |= set(rows_at(field, pk).filter(pk__in=chunk).values_list("pk", flat=True))
    return [one for one in ids if one not in there]


def digest(value: Any) -> str:
    """Enough of a value to see whether it still stands, and no personal data."""
    return hashlib.sha256(str(value).encode()).hexdigest()[:16]


def in_chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK))


def columns_of(record: models.Model) -> Columns:
    """The record's columns as text, so that JSON can hold them and `put_back` can make it again as it was."""
    fields = record._meta.concrete_fields
    return {field.attname: plain(field, record) for field in fields}


def plain(field: models.Field, record: models.Model) -> Any:
    return None if getattr(record, field.attname) is None else field.value_to_string(record)


def values_of(model: type[models.Model], columns: Mapping[str, Any]) -> dict[str, Any]:
    """The reverse of `plain`, column by column."""
    fields = {field.attname: field for field in model._meta.concrete_fields}
    return {name: None if value is None else fields[name].to_python(value) for name, value in columns.items()}


def put_back(model: type[models.Model], columns: Columns) -> None:
    """Make a deleted record again, id and timestamps included. A record it belonged to must be there still.

    What it could do without is left empty if it is gone. Raises ValidationError otherwise.
    """
    record = model(**values_of(model, columns))
    for field in model._meta.concrete_fields:
        if not isinstance(field, models.ForeignKey) or getattr(record, field.attname) is None:
            continue
        if field.related_model._base_manager.filter(pk=getattr(record, field.attname)).exists():
            continue
        if not field.null:
            raise ValidationError(
                _("What it belonged to is gone: %(name)s.") % {"name": field.related_model._meta.verbose_name}
            )
        setattr(record, field.attname, None)
    # Raw: no field may set itself to today.
    record.save_base(raw=True, force_insert=True)
