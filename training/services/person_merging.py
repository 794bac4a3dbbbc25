"""Two records of one person made one: everything that points to one moves to the other, and it can be undone.

No mark, outcome or snapshot changes, in signed-off sessions neither: participations and person-days stay what they are,
and unique people are one fewer. The record that went stays, stands for nobody and holds what an undo needs.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Count, Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from training.models import Account, CheckInNumber, DifferentPeople, Participation, Person, PersonMerge
from training.models.people import LEFT_OPEN
from training.permissions import Action, require
from training.services import trail
from training.services.institution_merging import standing_now
from training.services.references import (
    columns_of,
    digest,
    field_called,
    ids_at,
    in_chunks,
    label_of,
    point,
    references_to,
    rows_at,
)
from training.services.waiting import wait_for_other_imports

# Who was merged into whom, and who is not whom, is said of a record, not of the person behind it.
OF_THE_RECORD = (Person, PersonMerge, DifferentPeople)
# What comes and goes without saying anything of the row it hangs on.
PASSING = (CheckInNumber,)
PARTICIPATIONS = "training.participation.person"
PARKED = 0  # no person: where rows wait while two change places
State = dict[str, list[Any]]


@dataclass(frozen=True)
class Shared:
    """Sessions with participations of both: `stay` and `swap` hold those of them that withdrew, `both` titles."""

    stay: Sequence[int]
    swap: Sequence[int]
    both: Sequence[str]


@transaction.atomic
def merge_people(*, keep: Person, away: Person, by: Account) -> PersonMerge:
    """Make `away` a record of `keep`: participations with their marks, invitations and the account move to `keep`.

    What `keep` leaves open (sex, institution, position, e-mail) is filled from `away`; nothing else of it changes. Of
    two participations in one session the withdrawn one stays, or goes, with `away`. Raises PermissionDenied unless both
    are the account's to keep right, ValidationError with everything that speaks against it (`reasons_against`).
    """
    require(by, Action.MERGE_PEOPLE)
    wait_for_other_imports()
    keep, away = _locked(by, keep, away)
    list(Participation.objects.select_for_update(of=("self",)).filter(person__in=[keep.pk, away.pk]).order_by("pk"))
    reasons = reasons_against(keep=keep, away=away)
    if reasons:
        raise ValidationError(reasons)
    shared = _shared(keep, away)
    moved = {label_of(field): ids_at(field, away.pk) for field in references_to(Person, OF_THE_RECORD)}
    moved[PARTICIPATIONS] = [pk for pk in moved[PARTICIPATIONS] if pk not in shared.stay]
    moved = {label: ids for label, ids in moved.items() if ids}
    merge = PersonMerge(keep=keep, away=away, by=by, moved=moved, swapped=list(shared.swap))
    merge.stood = {label: state_of(field_called(label), ids) for label, ids in moved.items()}
    _move(merge, moved_to=keep, swapped_to=away)
    _fill(merge)
    merge.save()
    _record(merge, by, "people merged")
    return merge


@transaction.atomic
def undo_person_merge(*, merge: PersonMerge, by: Account) -> PersonMerge:
    """Take a merge back as if it had not been; twice is once. What has come since stays with the record it went to.

    Raises ValidationError with everything that stands in the way: what was moved and has been changed since.
    """
    require(by, Action.MERGE_PEOPLE)
    wait_for_other_imports()
    if not PersonMerge.objects.visible_to(by).filter(pk=merge.pk).exists():
        raise PermissionDenied(_("These people are not among those you keep."))
    merge = PersonMerge.objects.select_for_update(of=("self",)).get(pk=merge.pk)
    if merge.undone_at is not None:
        return merge
    people = Person.with_merged.filter(pk__in=[merge.keep_id, merge.away_id]).order_by("pk")
    held = {person.pk: person for person in people.select_for_update(of=("self",), no_key=True)}
    merge.keep, merge.away = held[merge.keep_id], held[merge.away_id]
    in_the_way = list(_in_the_way(merge))
    if in_the_way:
        raise ValidationError(in_the_way)
    _move(merge, moved_to=merge.away, swapped_to=merge.keep)
    _empty_again(merge)
    merge.undone_by, merge.undone_at = by, timezone.now()
    merge.save(update_fields=["undone_by", "undone_at"])
    _record(merge, by, "person merge taken back")
    return merge


def reasons_against(*, keep: Person, away: Person) -> list[str]:
    """Why these two cannot be made one now, in sentences; empty where they can. Writes nothing."""
    return list(_reasons_against(keep, away))


def _reasons_against(keep: Person, away: Person) -> Iterator[str]:
    if keep.pk == away.pk:
        yield _("Choose another person: a record cannot be merged into itself.")
        return
    if keep.erased_at or away.erased_at:
        yield _("One of them has been erased.")
    if DifferentPeople.objects.of(keep, away).exists():
        yield _("Somebody found that these are two people. Take that back first, if it is wrong.")
    if keep.is_demo != away.is_demo:
        yield _("One of them belongs to the demonstration data, which is removed as a whole.")
    if _active_account(keep) and _active_account(away):
        yield _("Both have an account. An administrator has to close one of them first.")
    titles = _shared(keep, away).both
    if titles:
        yield _("Both are on the roster of: %(sessions)s. Withdraw one of the two there first.") % {
            "sessions": "; ".join(titles)
        }


def _active_account(person: Person) -> bool:
    return person.account is not None and person.account.is_active


def _locked(by: Account, *people: Person) -> list[Person]:
    """As they are now, held until the transaction ends: whoever registers one of them waits, or has.

    Not their keys: whoever changes a participation of theirs refers to them when done, and must not wait for this.
    """
    wanted = [person.pk for person in people]
    kept = Person.objects.kept_by(by).select_for_update(of=("self",), no_key=True).filter(pk__in=wanted).order_by("pk")
    found = {person.pk: person for person in kept}
    if set(found) != set(wanted):
        raise PermissionDenied(_("These people are not among those you keep."))
    return [found[pk] for pk in wanted]


def _shared(keep: Person, away: Person) -> Shared:
    theirs = Participation.objects.filter(person=away).select_related("session").order_by("pk")
    mine = {one.session_id: one for one in Participation.objects.filter(person=keep)}
    stay, swap, both = [], [], []
    for one in theirs:
        other = mine.get(one.session_id)
        if other is None:
            continue
        if one.withdrawn_at is not None:
            stay.append(one.pk)
        elif other.withdrawn_at is not None:
            swap.append(other.pk)
        else:
            both.append(one.session.title)
    return Shared(stay, swap, both)


def state_of(field: models.ForeignKey, ids: Sequence[int]) -> State:
    """How these rows stand, whomever they point to by `field`: {id: [digest of the row and of what hangs on it, its
    institution]}.

    The institution is apart because it may be merged in the meantime. Rows that are gone are missing.
    """
    model = field.model
    apart = {field.attname, "institution_id"} | {
        one.attname for one in model._meta.concrete_fields if getattr(one, "auto_now", False)
    }
    hanging = _hanging_on(model, ids)
    found: State = {}
    for chunk in in_chunks(ids):
        for row in model._base_manager.filter(pk__in=chunk):
            columns = {name: value for name, value in columns_of(row).items() if name not in apart}
            said = sorted(columns.items()), hanging.get(row.pk)
            found[str(row.pk)] = [digest(said), getattr(row, "institution_id", None)]
    return found


def _hanging_on(model: type[models.Model], ids: Sequence[int]) -> dict[int, list[Any]]:
    """For each of these rows how many others point to it, and the newest of each kind: its marks, their history …"""
    found: dict[int, list[Any]] = {}
    for field in references_to(model, PASSING):
        for chunk in in_chunks(ids):
            pointing = field.model._base_manager.filter(**{f"{field.name}__in": chunk}).order_by()
            counted = pointing.values_list(field.attname).annotate(Count("pk"), Max("pk"))
            for pk, number, newest in counted:
                found.setdefault(pk, []).append([label_of(field), number, newest])
    return found


def _move(merge: PersonMerge, *, moved_to: Person, swapped_to: Person) -> None:
    """Point what moved to one and what made room for it to the other; no two of a session point to one person."""
    participations = field_called(PARTICIPATIONS)
    point(participations, merge.swapped, PARKED)
    for label, ids in merge.moved.items():
        point(field_called(label), ids, moved_to.pk)
    point(participations, merge.swapped, swapped_to.pk)


def _fill(merge: PersonMerge) -> None:
    """Fill what `keep` leaves open, hand the account over, and mark `away`. Timestamps stay: nobody edited them."""
    keep, away = merge.keep, merge.away
    new = {
        name: getattr(away, name)
        for name, empty in LEFT_OPEN.items()
        if getattr(keep, name) == empty and getattr(away, name) != empty
    }
    if away.institution and away.institution.jurisdiction_id not in (None, keep.jurisdiction_id):
        new.pop("institution_id", None)
    takes_account = away.account_id is not None and (keep.account_id is None or _active_account(away))
    if takes_account:
        new["account_id"] = away.account_id
    merge.before = {name: getattr(keep, name) for name in new}
    merge.put = {name: digest(value) for name, value in new.items()}
    _write(away, account_id=None if takes_account else away.account_id, merged_into_id=keep.pk)
    before = keep.account_id
    _write(keep, **new)
    if takes_account and before is not None:
        _write(away, account_id=before)


def _empty_again(merge: PersonMerge) -> None:
    """Undo `_fill`: what still stands as it was put goes, what was written since stays."""
    keep, away = merge.keep, merge.away
    back = {name: old for name, old in merge.before.items() if _still_stands(merge, name)}
    account = keep.account_id
    _write(away, merged_into_id=None, **({"account_id": None} if "account_id" in back else {}))
    _write(keep, **back)
    if "account_id" in back:
        _write(away, account_id=account)


def _still_stands(merge: PersonMerge, name: str) -> bool:
    return bool(digest(getattr(merge.keep, name)) == merge.put.get(name))


def _write(person: Person, **columns: Any) -> None:
    if columns:
        Person.with_merged.filter(pk=person.pk).update(**columns)


def _in_the_way(merge: PersonMerge) -> Iterator[str]:
    if merge.keep.erased_at is not None:
        yield _("The person has been erased since.")
        return
    if merge.moved and not merge.stood:
        yield _("It was too long ago: what an undo would need is no longer kept.")
        return
    if merge.keep.merged_into_id is not None:
        yield _("The record it was merged into went into another since. Take that back first.")
        return
    if "account_id" in merge.before and not _still_stands(merge, "account_id"):
        yield _("The account that moved belongs to nobody here, or to somebody else, by now.")
    others: Counter[str] = Counter()
    for label, before in merge.stood.items():
        field = field_called(label)
        others[str(field.model._meta.verbose_name_plural)] += len(_changed(field, before, merge.keep_id))
    here = set(rows_at(field_called(PARTICIPATIONS), merge.away_id).values_list("pk", flat=True))
    others[str(Participation._meta.verbose_name_plural)] += len(set(merge.swapped) - here)
    for name, count in others.items():
        if count:
            message = ngettext(
                "%(count)s record that moved was changed since, or is gone (%(kind)s).",
                "%(count)s records that moved were changed since, or are gone (%(kind)s).",
                count,
            )
            yield message % {"count": count, "kind": name}


def _changed(field: models.ForeignKey, before: State, pk: int) -> list[str]:
    """Those of these rows that stand otherwise than before but for the person, or do not point to that one any more."""
    ids = [int(one) for one in before]
    there = {str(one) for one in ids_at(field, pk)}
    now = state_of(field, ids)
    homes = standing_now({home for _digest, home in before.values() if home is not None})
    return [
        one
        for one, (said, home) in before.items()
        if one not in there or now[one] != [said, homes.get(home) if home is not None else None]
    ]


def _record(merge: PersonMerge, by: Account, action: str) -> None:
    records = {
        "person": [merge.keep_id, merge.away_id],
        "personmerge": [merge.pk],
        "participation": [*merge.moved.get(PARTICIPATIONS, []), *merge.swapped],
    }
    counts = {label: len(ids) for label, ids in merge.moved.items()}
    trail.record(by=by, action=action, records=records, detail={"moved": counts, "fields": sorted(merge.before)})
