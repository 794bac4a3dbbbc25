"""What was marked on a day, and what follows from it: which marks count, where devices disagree, what may be undone."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from training.choices import SessionStatus, Way
from training.models import Account, AttendanceEvent, Session, SessionDay
from training.permissions import Action, require
from training.services import trail
from training.services.settling import Event, Settled, settled

# A participation on the roster by its key, or a walk-in that nobody has decided on by its number.
Whose = int | uuid.UUID


class Kept(NamedTuple):
    """An event of the history, with whose it is and as part of which batch it came."""

    whose: Whose
    event: Event
    batch: uuid.UUID
    undoes: uuid.UUID | None
    by: int | None
    way: str


FIELDS = (
    "pk", "participation_id", "walk_in__nonce", "at", "nonce", "before", "after", "device", "looked_at",
    "batch", "undoes", "by_id", "way",
)  # fmt: skip


def kept_of(day: SessionDay) -> list[Kept]:
    """Every event of that day, in the order they count. One query."""
    rows = AttendanceEvent.objects.filter(day=day).order_by().values_list(*FIELDS)
    return sorted((_kept(*row) for row in rows), key=lambda one: one.event.place)


def _kept(
    pk: int,
    participation: int | None,
    walk_in: uuid.UUID | None,
    at: datetime,
    nonce: uuid.UUID | None,
    before: str,
    after: str,
    device: uuid.UUID | None,
    looked_at: datetime | None,
    *rest: object,
) -> Kept:
    sent = (nonce.hex if nonce else "", before, after, device.hex if device else "")
    return Kept(participation or walk_in, Event(at, *sent, pk, looked_at is not None), *rest)  # type: ignore[arg-type]


def settled_by_whom(kept: Iterable[Kept]) -> dict[Whose, Settled]:
    """What stands for each of those who have an event among these."""
    events: dict[Whose, list[Event]] = defaultdict(list)
    for one in kept:
        events[one.whose].append(one.event)
    return {whose: settled(own) for whose, own in events.items()}


def to_undo(kept: Iterable[Kept], by: Account) -> dict[uuid.UUID, dict[Whose, tuple[str, str]]]:
    """The account's batches that nothing has undone, newest first: for each person what stood before and after it.

    What came in with a roster is taken back with that roster, not here.
    """
    kept = list(kept)
    undone = {one.undoes for one in kept if one.undoes}
    batches: dict[uuid.UUID, dict[Whose, tuple[str, str]]] = {}
    for one in reversed(kept):
        if one.by == by.pk and one.undoes is None and one.way != Way.IMPORT and one.batch not in undone:
            left = batches.setdefault(one.batch, {})
            left[one.whose] = (one.event.before, left[one.whose][1] if one.whose in left else one.event.after)
    return batches


def disagreements(found: Mapping[Whose, Settled]) -> dict[Whose, Settled]:
    """Those of whom two devices say different things, until somebody has looked at it."""
    return {whose: one for whose, one in found.items() if one.over}


def disagreeing_days(session: Session) -> dict[date, int]:
    """The days of the session on which devices disagree, with how many people that is about. One query."""
    kept: dict[date, list[Kept]] = defaultdict(list)
    events = AttendanceEvent.objects.filter(day__session=session).order_by("day__date")
    for day, *row in events.values_list("day__date", *FIELDS):
        kept[day].append(_kept(*row))
    found = {day: len(disagreements(settled_by_whom(own))) for day, own in kept.items()}
    return {day: number for day, number in found.items() if number}


@transaction.atomic
def look_at_disagreements(*, session: Session, day: SessionDay, events: Iterable[int], by: Account) -> int:
    """Note that the account has seen what was marked up to these events, given by key; returns how many people's.

    No mark changes. What comes in later, and disagrees, is shown again. Raises ValidationError once the session is
    signed off: who has looked belongs to its history.
    """
    require(by, Action.MARK_ATTENDANCE, session)
    if Session.objects.filter(pk=session.pk, status=SessionStatus.CLOSED).exists():
        raise ValidationError(_("This session is signed off. Reopen it before changing its register."))
    seen = AttendanceEvent.objects.filter(day=day, day__session=session, pk__in=list(events))
    people = list(seen.filter(looked_at=None).values_list("participation", "walk_in", "at").distinct())
    for participation, walk_in, at in people:
        own = AttendanceEvent.objects.filter(day=day, participation=participation, walk_in=walk_in, at__lte=at)
        own.filter(looked_at=None).update(looked_at=timezone.now(), looked_by=by)
    if people:
        trail.record(by=by, action="disagreement looked at", session=session, detail={"people": len(people)})
    return len(people)
