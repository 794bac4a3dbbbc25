"""Taking what a device kept: marks and walk-ins of one day, each once, with the time they were made.

What is sent again is known already; what comes late is put where its time belongs (services/settling.py). So a device
may send until it has an answer, and nothing is lost or counted twice by that.
"""

import hashlib
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from functools import cached_property

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from training.choices import Mark, Way
from training.models import Account, Session, SessionDay, WalkIn
from training.services import marks as registers
from training.services.attendance import NOT_MARKED, locked_for_marks
from training.services.history import Kept, Whose, disagreements, kept_of, settled_by_whom
from training.services.marks import Given, Stands
from training.services.opening import open_session_if_planned
from training.services.outcomes import recompute
from training.services.settling import Event
from training.services.walk_ins import Typed, faults_of, keep_typed

SLOWEST = timedelta(minutes=2)  # what a bad network may need for one request: a clock may seem slow by that much
NOTED_FROM = timedelta(seconds=5)  # a clock that was this far off is noted with the event
OFFLINE_FROM = timedelta(minutes=1)  # what took longer was kept on the device for want of a network


@dataclass(frozen=True, kw_only=True)
class Tap:
    """A mark given on a device: whose, what the device showed before, what it became (empty: not marked)."""

    nonce: uuid.UUID
    whose: Whose
    before: str
    mark: str
    at: datetime
    batch: uuid.UUID
    undoes: uuid.UUID | None = None


@dataclass(frozen=True)
class Device:
    """What sends: its number, and what its clock said then, the offset it knows of added."""

    id: uuid.UUID
    sent_at: datetime
    received_at: datetime = field(default_factory=timezone.now)

    @cached_property
    def off_by(self) -> timedelta:
        """How far its clock is off. A request that was long on its way makes a clock look slow, never fast."""
        ahead = self.sent_at - self.received_at
        return ahead if ahead > timedelta() or ahead < -SLOWEST else timedelta()

    def when(self, at: datetime, day: SessionDay) -> datetime:
        """The time of what happened `at` by its clock: never ahead, never before the day began."""
        begun = timezone.make_aware(datetime.combine(day.date, time.min))
        return max(min(at, self.sent_at) - self.off_by, begun)


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What came of a batch: what is kept, now or from before; what is refused, and why; the register as it stands.

    `marks` has everyone who is marked; `disagreements` counts those of whom two devices say different things, `waiting`
    the walk-ins that nobody has decided on; `roster` is another word whenever somebody comes to the register or leaves.
    """

    kept: list[uuid.UUID]
    refused: dict[uuid.UUID, str]
    marks: dict[Whose, str]
    disagreements: int
    waiting: int
    roster: str


@transaction.atomic
def take(
    *,
    session: Session,
    day: SessionDay,
    device: Device,
    taps: Sequence[Tap],
    walk_ins: Sequence[Typed] = (),
    by: Account,
) -> Taken:
    """Keep what a device sends of one day. Safe to repeat, in any order; a constant number of queries.

    What cannot be taken (of somebody who is not on the roster, or has withdrawn) is refused by itself, with the reason.
    Raises PermissionDenied, and ValidationError where the session or the day takes no marks; nothing is kept then.
    """
    session = locked_for_marks(session, day, by)
    batch = _Batch(session, day, device, by)
    batch.keep_walk_ins(walk_ins)
    batch.keep_taps(taps)
    if batch.kept:
        open_session_if_planned(session, by)
    batch.settle()
    if batch.marked:
        recompute(session, only=batch.marked)
    return batch.taken()


def roster_word(listed: Iterable[object]) -> str:
    """A short word for who is on a register, given by their numbers: another one whenever somebody comes or goes."""
    return hashlib.blake2s(" ".join(sorted(map(str, listed))).encode(), digest_size=8).hexdigest()


class _Batch:
    """One request at work. It reads the register once; what is kept is added to what was read."""

    def __init__(self, session: Session, day: SessionDay, device: Device, by: Account) -> None:
        self.session, self.day, self.device, self.by = session, day, device, by
        self.kept: list[uuid.UUID] = []
        self.refused: dict[uuid.UUID, str] = {}
        self.new: dict[str, Given] = {}
        self.standing = registers.standing(session, day)
        self.history = kept_of(day)

    @cached_property
    def walk_ins(self) -> dict[uuid.UUID, WalkIn]:
        """Those of the session, read once this batch's own are among them."""
        found = WalkIn.objects.filter(session=self.session).only("nonce", "participation", "decided_at")
        return {one.nonce: one for one in found}

    @property
    def waiting(self) -> list[uuid.UUID]:
        return [nonce for nonce, one in self.walk_ins.items() if one.decided_at is None]

    def keep_walk_ins(self, typed: Sequence[Typed]) -> None:
        good = {}
        for one in typed:
            if why := faults_of(one):
                self.refused[one.nonce] = why
            else:
                good[one] = self.device.when(one.at, self.day)
        keep_typed(good, session=self.session, device=self.device.id, by=self.by)
        self.kept += [one.nonce for one in good]

    def keep_taps(self, taps: Sequence[Tap]) -> None:
        known = {one.event.nonce for one in self.history}
        for tap in taps:
            if tap.nonce.hex not in known and tap.nonce.hex not in self.new:
                whose = self._whose(tap)
                if why := self._refusal(tap, whose):
                    self.refused[tap.nonce] = why
                    continue
                self._add(tap, whose)
            self.kept.append(tap.nonce)
        device, received_at = self.device.id, self.device.received_at
        new = list(self.new.values())
        registers.keep(new, day=self.day, by=self.by, device=device, received_at=received_at)

    def _whose(self, tap: Tap) -> Whose:
        """Whose mark it is, now that it may have been decided who a walk-in is."""
        walk_in = self.walk_ins.get(tap.whose) if isinstance(tap.whose, uuid.UUID) else None
        return (walk_in.participation_id if walk_in else None) or tap.whose

    def _refusal(self, tap: Tap, whose: Whose) -> str:
        """Why a mark cannot be taken, in a sentence; empty where it can."""
        if not {tap.before, tap.mark} <= {NOT_MARKED, *Mark.values}:
            return _("A mark is one of: %(marks)s, or empty.") % {"marks": ", ".join(Mark.values)}
        if isinstance(whose, uuid.UUID):
            return "" if whose in self.waiting else _("This walk-in was removed.")
        if whose not in self.standing:
            return _("Not on this session’s roster any more.")
        if self.standing[whose].withdrawn:
            return _("Withdrawn from this session: take them back in on the roster first.")
        return ""

    def _add(self, tap: Tap, whose: Whose) -> None:
        at = self.device.when(tap.at, self.day)
        way = Way.OFFLINE if self.device.received_at - at >= OFFLINE_FROM else Way.PAGE
        claimed_at = tap.at if abs(at - tap.at) >= NOTED_FROM else None
        participation = whose if isinstance(whose, int) else None
        walk_in = self.walk_ins[tap.whose].pk if isinstance(tap.whose, uuid.UUID) else None
        self.new[tap.nonce.hex] = Given(
            participation, walk_in, tap.before, tap.mark, way, at, claimed_at, tap.batch, tap.undoes, tap.nonce
        )
        event = Event(at, tap.nonce.hex, tap.before, tap.mark, self.device.id.hex)
        self.history.append(Kept(whose, event, tap.batch, tap.undoes, self.by.pk, way))

    @property
    def marked(self) -> list[int]:
        """The participations that got a mark, whether it counts or not: from the first one on a register is kept."""
        return sorted({given.participation for given in self.new.values() if given.participation})

    def settle(self) -> None:
        """Let what counts of the new marks stand."""
        self.settled = settled_by_whom(self.history)
        rows = []
        for whose, found in self.settled.items():
            given = self.new.get(found.last.nonce) if found.last else None
            if given and isinstance(whose, int):
                rows.append(Stands(whose, found.mark, given.way, self.by.pk, given.at))
        registers.stand(rows, day=self.day)
        self.standing |= {row.participation: registers.Standing(row.mark, withdrawn=False) for row in rows}

    def taken(self) -> Taken:
        listed = [pk for pk, now in self.standing.items() if not now.withdrawn]
        shown: dict[Whose, str] = {pk: self.standing[pk].mark for pk in listed}
        shown |= {nonce: self.settled[nonce].mark for nonce in self.waiting if nonce in self.settled}
        return Taken(
            kept=self.kept,
            refused=self.refused,
            marks={whose: mark for whose, mark in shown.items() if mark},
            disagreements=len(disagreements(self.settled)),
            waiting=len(self.waiting),
            roster=roster_word([*listed, *self.waiting]),
        )
