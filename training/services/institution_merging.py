"""Two records of one institution made one: everything that points to it moves, its names stay, and it can be undone.

No mark, outcome, number or snapshot changes but for which record of the institution it names, in signed-off sessions
too: figures by institution follow. Figures by kind of institution move only where somebody says that they may.
"""

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from training.models import (
    Account,
    Cell,
    Institution,
    InstitutionAlias,
    InstitutionMerge,
    LoadedRecord,
    Participation,
    Session,
)
from training.names import match_key
from training.permissions import Action, require
from training.services import trail
from training.services.references import (
    astray,
    columns_of,
    field_called,
    ids_at,
    label_of,
    point,
    put_back,
    references_to,
)
from training.services.tallies import tallied_again
from training.services.waiting import wait_for_other_imports

INSTITUTIONS_OF_SESSION = Session.institutions.through


class KindsDifferError(ValidationError):
    """Figures by kind of institution would change, and nobody has said that they may."""


@dataclass(frozen=True)
class Effect:
    """What merging `away` into `keep` would move, and what it would do to figures by kind of institution."""

    keep: Institution
    away: Institution
    people: int
    participations: int
    sessions: int
    signed_off: int

    @property
    def changes_kind(self) -> bool:
        return bool(self.participations) and self.keep.type_id != self.away.type_id


def effect_of(*, keep: Institution, away: Institution) -> Effect:
    """Counted in three queries; writes nothing."""
    mine = Participation.objects.filter(institution=away).order_by()
    sessions = Session.objects.filter(pk__in=mine.values("session"))
    return Effect(
        keep=keep,
        away=away,
        people=away.people.count(),
        **mine.aggregate(participations=models.Count("pk"), sessions=models.Count("session", distinct=True)),
        signed_off=sessions.filter(closed_at__isnull=False).count(),
    )


@transaction.atomic
def merge_institutions(
    *, keep: Institution, away: Institution, by: Account, change_kind: bool = False
) -> InstitutionMerge:
    """Make `away` a part of `keep`: people, participations, headcounts, sessions, units and names move; it is deleted.

    Its name, short name and other names stay as other names of `keep`, so that lists find it. Raises PermissionDenied
    unless both are the account's to keep right, KindsDifferError where figures by kind would change without
    `change_kind`, ValidationError for what cannot be merged.
    """
    require(by, Action.KEEP_INSTITUTIONS)
    wait_for_other_imports()
    keep, away = _locked(by, keep, away)
    _require_mergeable(keep, away)
    if effect_of(keep=keep, away=away).changes_kind and not change_kind:
        raise KindsDifferError(_("They are of different kinds: figures by kind of institution would change."))
    # First, so that the database finds it: rosters that are signed off follow a merge and nothing else.
    merge = InstitutionMerge.objects.create(
        keep=keep, into_id=keep.pk, gone_id=away.pk, name=away.name, gone=columns_of(away), by=by
    )
    merge.dropped = _drop_doubles(keep, away)
    with tallied_again(Participation.objects.filter(institution=away)):
        merge.moved = _move(keep, away)
    Institution.objects.filter(pk=away.pk).delete()
    merge.aliases = _keep_names(keep, away)
    merge.save(update_fields=["dropped", "moved", "aliases"])
    _record(merge, by, "institutions merged", {"change_kind": change_kind})
    return merge


@transaction.atomic
def undo_institution_merge(*, merge: InstitutionMerge, by: Account) -> InstitutionMerge:
    """Take a merge back as if it had not been; twice is once.

    Raises ValidationError with everything that stands in the way: what was moved and has another institution by now.
    """
    require(by, Action.KEEP_INSTITUTIONS)
    wait_for_other_imports()
    merge = InstitutionMerge.objects.select_for_update(of=("self",)).select_related("keep").get(pk=merge.pk)
    if not InstitutionMerge.objects.visible_to(by).filter(pk=merge.pk).exists():
        raise PermissionDenied(_("This institution is not among those you keep."))
    if merge.undone_at is not None:
        return merge
    in_the_way = list(_in_the_way(merge))
    if in_the_way:
        raise ValidationError(in_the_way)
    put_back(Institution, merge.gone)
    InstitutionAlias.objects.filter(pk__in=merge.aliases, institution=merge.keep).delete()
    with tallied_again(Participation.objects.filter(institution=merge.into_id)):
        for label, ids in merge.moved.items():
            point(field_called(label), ids, merge.gone_id)
    for label, rows in merge.dropped.items():
        for columns in rows:
            put_back(field_called(label).model, columns)
    merge.undone_by, merge.undone_at = by, timezone.now()
    merge.save(update_fields=["undone_by", "undone_at"])
    _record(merge, by, "institution merge taken back", {})
    return merge


def standing_now(ids: Collection[int]) -> dict[int, int]:
    """Where the institutions of these ids are now: each its own id, or that of the one it was merged into."""
    there = Institution.objects.filter(pk__in=ids).values_list("pk", flat=True)
    merged = InstitutionMerge.objects.standing().filter(gone_id__in=ids).values_list("gone_id", "keep_id")
    return dict(merged) | {pk: pk for pk in there}


def _locked(by: Account, *institutions: Institution) -> list[Institution]:
    """As they are now, held until the transaction ends: whoever adds somebody to one of them waits, or has."""
    wanted = [institution.pk for institution in institutions]
    held = Institution.objects.kept_by(by).select_for_update(of=("self",)).filter(pk__in=wanted).order_by("pk")
    found = {institution.pk: institution for institution in held}
    if set(found) != set(wanted):
        raise PermissionDenied(_("This institution is not among those you keep."))
    return [found[pk] for pk in wanted]


def _require_mergeable(keep: Institution, away: Institution) -> None:
    if keep.pk == away.pk:
        raise ValidationError(_("Choose another institution: one cannot be merged into itself."))
    if not Institution.objects.that_may_be(away).filter(pk=keep.pk).exists():
        raise ValidationError(_("They belong to different jurisdictions, so they are not the same institution."))
    if LoadedRecord.objects.filter(model="institution", object_id=away.pk).exists():
        raise ValidationError(
            _("“%(name)s” stands in the published facts and has to stay. Merge the other one into it.")
            % {"name": away.name}
        )
    above, seen = keep.parent, {keep.pk}
    while above is not None and above.pk not in seen:
        if above.pk == away.pk:
            raise ValidationError(
                _("“%(keep)s” is a part of “%(away)s”. Say first that it is not, or merge the other way round.")
                % {"keep": keep.name, "away": away.name}
            )
        seen.add(above.pk)
        above = above.parent
    _refuse_two_numbers(keep, away)


def _refuse_two_numbers(keep: Institution, away: Institution) -> None:
    """A headcount may give a number for each of the two. Adding them up is not ours to do."""
    mine = Cell.objects.filter(institution=keep).values("breakdown")
    both = Cell.objects.filter(institution=away, breakdown__in=mine).order_by()
    titles = sorted(set(both.values_list("breakdown__headcount__session__title", flat=True)))
    if titles:
        raise ValidationError(
            _("A headcount gives a number for each of the two: %(sessions)s. Put that right first.")
            % {"sessions": "; ".join(titles)}
        )


def _drop_doubles(keep: Institution, away: Institution) -> dict[str, list[dict[str, Any]]]:
    """Delete what points to `away` and would double a row of `keep`; return it, so that it can be put back."""
    doubles: dict[str, models.QuerySet[Any]] = {
        f"{INSTITUTIONS_OF_SESSION._meta.label_lower}.institution": INSTITUTIONS_OF_SESSION.objects.filter(
            institution=away, session__in=INSTITUTIONS_OF_SESSION.objects.filter(institution=keep).values("session")
        ),
        f"{InstitutionAlias._meta.label_lower}.institution": InstitutionAlias.objects.filter(
            institution=away, match_key__in=InstitutionAlias.objects.filter(institution=keep).values("match_key")
        ),
    }
    dropped = {label: [columns_of(row) for row in rows.order_by("pk")] for label, rows in doubles.items()}
    for label, columns in dropped.items():
        field_called(label).model._base_manager.filter(pk__in=[row["id"] for row in columns]).delete()
    return {label: columns for label, columns in dropped.items() if columns}


def _move(keep: Institution, away: Institution) -> dict[str, list[int]]:
    moved = {label_of(field): ids_at(field, away.pk) for field in references_to(Institution)}
    moved = {label: ids for label, ids in moved.items() if ids}
    for label, ids in moved.items():
        point(field_called(label), ids, keep.pk)
    return moved


def _keep_names(keep: Institution, away: Institution) -> list[int]:
    """Add the names of `away` that `keep` does not go by yet; return their ids."""
    known = {keep.match_key, *keep.aliases.values_list("match_key", flat=True)}
    made = []
    for name in (away.name, away.short_name):
        key = match_key(name)
        if key and key not in known:
            known.add(key)
            made.append(InstitutionAlias.objects.create(institution=keep, name=name).pk)
    return made


def _in_the_way(merge: InstitutionMerge) -> Iterator[str]:
    if merge.keep_id != merge.into_id:
        yield _("The institution it was merged into went into “%(name)s” since. Take that back first.") % {
            "name": merge.keep.name
        }
        return
    gone = merge.gone
    same_name = Institution.objects.filter(jurisdiction=gone["jurisdiction_id"], match_key=gone["match_key"])
    if same_name.exists():
        yield _("There is another institution called “%(name)s” by now.") % {"name": merge.name}
    others: Counter[str] = Counter()
    for label, ids in merge.moved.items():
        field = field_called(label)
        others[str(field.model._meta.verbose_name_plural)] += len(astray(field, ids, merge.keep_id))
    for name, count in others.items():
        if count:
            message = ngettext(
                "%(count)s record that moved has another institution by now, or is gone (%(kind)s).",
                "%(count)s records that moved have another institution by now, or are gone (%(kind)s).",
                count,
            )
            yield message % {"count": count, "kind": name}


def _record(merge: InstitutionMerge, by: Account, action: str, detail: dict[str, Any]) -> None:
    records = {"institution": [merge.into_id, merge.gone_id], "institutionmerge": [merge.pk]}
    participations = merge.moved.get("training.participation.institution", [])
    counts = {label: len(ids) for label, ids in merge.moved.items()}
    trail.record(
        by=by,
        action=action,
        records=records | {"participation": participations},
        detail={"moved": counts, **detail},
    )
