"""A corrected list: what its rows say of people on the roster already goes into their snapshots, undoably."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils import timezone

from training.choices import Sex
from training.imports.filling import BATCH
from training.imports.rows import Entry
from training.models import Participation
from training.services import scores
from training.services.institution_merging import standing_now
from training.services.references import digest

FIELDS = {
    "role": "role",
    "sex": "sex",
    "jurisdiction": "jurisdiction_id",
    "institution": "institution_id",
    "position": "position",
    "pre_score": "pre_score",
    "post_score": "post_score",
}
SCORES = ("pre_score", "post_score")


def given(entry: Entry) -> dict[str, Any]:
    """What the row itself says, by field; a jurisdiction that only the session or the person gave is not the row's."""
    institution = entry.institution
    said: dict[str, Any] = {"role": entry.role, "position": entry.position, "institution": institution}
    said["sex"] = "" if entry.sex == Sex.NOT_RECORDED else entry.sex
    said["jurisdiction"] = entry.jurisdiction if entry.code or (institution and institution.jurisdiction_id) else None
    said |= {name: getattr(entry, name) for name in SCORES}
    return {name: value for name, value in said.items() if value not in (None, "")}


def corrected(entry: Entry, participation: Participation) -> list[str]:
    """The fields in which the row would change the snapshot. Who has withdrawn stays as they were."""
    if participation.withdrawn_at is not None:
        return []
    return [name for name, value in given(entry).items() if _differs(value, getattr(participation, FIELDS[name]))]


def _differs(value: Any, stands: Any) -> bool:
    if isinstance(value, str | Decimal):
        return bool(value != stands)
    return value.pk is None or value.pk != stands  # one without a key is an institution nobody knew


def correct(pairs: Sequence[tuple[Entry, Participation]]) -> list[dict[str, Any]]:
    """Write the rows' corrections; return them as `RosterImport.filled` keeps them, in the way of filling.fill."""
    done, changed = [], []
    for entry, participation in pairs:
        said = given(entry)
        new = {name: said[name] for name in corrected(entry, participation)}
        if not new:
            continue
        before = {FIELDS[name]: kept(participation, FIELDS[name]) for name in new}
        for name, value in new.items():
            setattr(participation, name, value)
        participation.updated_at = timezone.now()
        changed.append(participation)
        put = {column: digest(kept(participation, column)) for column in before}
        done.append({"participation": participation.pk, "fields": before, "put": put})
    Participation.objects.bulk_update(changed, [*FIELDS, "updated_at"], batch_size=BATCH)
    return done


def score(pairs: Sequence[tuple[Entry, Participation]]) -> list[dict[str, Any]]:
    """Write the rows' scores on participations made just now; return them as `correct` does."""
    done, changed = [], []
    for entry, participation in pairs:
        new = {name: getattr(entry, name) for name in SCORES if getattr(entry, name) is not None}
        for name, value in new.items():
            setattr(participation, name, value)
        if new:
            changed.append(participation)
            put = {name: digest(kept(participation, name)) for name in new}
            done.append({"participation": participation.pk, "made": True, "fields": dict.fromkeys(new), "put": put})
    Participation.objects.bulk_update(changed, SCORES, batch_size=BATCH)
    return done


def scores_stand(participation: Participation, filled: Mapping[int, dict[str, Any]]) -> bool:
    """Whether the scores of a participation are those the import put there, and no others."""
    put = filled.get(participation.pk, {"put": {}})["put"]
    return all(
        digest(kept(participation, name)) == put.get(name)
        for name in SCORES
        if getattr(participation, name) is not None or name in put
    )


def kept(participation: Participation, column: str) -> Any:
    """What stands there, as JSON takes it and the same whichever way it came."""
    value = getattr(participation, column)
    return scores.said(value) if isinstance(value, Decimal) else value


def put_back(filled: Sequence[dict[str, Any]]) -> list[int]:
    """Take back what `correct` wrote, where it still stands as it was put; return whose snapshots changed."""
    by_id = {item["participation"]: item for item in filled if "participation" in item}
    homes = {item["fields"].get("institution_id") for item in by_id.values()}
    homes_now = standing_now(homes - {None})
    changed = []
    for participation in Participation.objects.filter(pk__in=by_id):
        item = by_id[participation.pk]
        standing = [n for n in item["fields"] if digest(kept(participation, n)) == item["put"].get(n)]
        for name in standing:
            value = item["fields"][name]
            if name in SCORES and value is not None:
                value = Decimal(value)
            setattr(participation, name, homes_now.get(value) if name == "institution_id" else value)
        if standing:
            participation.updated_at = timezone.now()
            changed.append(participation)
    Participation.objects.bulk_update(changed, [*FIELDS, "updated_at"], batch_size=BATCH)
    return [participation.pk for participation in changed]
