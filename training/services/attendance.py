"""Marking who came on a day: marks from a page, a code or a paper list.

Each change of a mark writes an AttendanceEvent (before, after, who, when, by which way). Those events are the trail
of marks; a tap adds no TrailEntry beside them. Every function is one transaction that first locks the session's row:
two trainers at work together wait for each other for a moment and lose nothing.
"""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from training.choices import Mark, Modality, SessionStatus, Sex, Way
from training.models import Account, Session, SessionDay
from training.permissions import Action, require
from training.services import marks as registers
from training.services.history import kept_of, to_undo
from training.services.marks import Change, Entry
from training.services.opening import open_session_if_planned
from training.services.outcomes import recompute

NOT_MARKED = ""


@dataclass(frozen=True)
class Undone:
    """What an undo took back: whose marks, and how many it left alone because they were changed since."""

    ids: list[int]
    stayed: int


def mark(
    *,
    session: Session,
    day: SessionDay,
    participation_ids: Iterable[int],
    mark: Mark | str,
    by: Account,
    way: str = Way.PAGE,
    batch: uuid.UUID | None = None,
    at: datetime | None = None,
) -> int:
    """Give these participations of the session a mark on that day; an empty one takes it away. Returns how many.

    Idempotent: a mark that stands already is not written again, nor is its history. `at` is when it was seen, where
    nobody has marked them since; what may have been overtaken, as on a device, goes through services/syncing.py. Raises
    ValidationError for someone withdrawn or not on the roster, for a day ahead, and for a session that takes no marks;
    nobody is marked then.
    """
    return mark_each(
        session=session, day=day, marks=dict.fromkeys(participation_ids, str(mark)), by=by, way=way, batch=batch, at=at
    )


@transaction.atomic
def mark_each(
    *,
    session: Session,
    day: SessionDay,
    marks: Mapping[int, str],
    by: Account,
    way: str = Way.PAGE,
    batch: uuid.UUID | None = None,
    at: datetime | None = None,
) -> int:
    """`mark` with a mark for each participation: one batch, one transaction, all or none."""
    session = locked_for_marks(session, day, by)
    unknown = set(marks.values()) - {NOT_MARKED, *Mark.values}
    if unknown:
        raise ValidationError(_("A mark is one of: %(marks)s, or empty.") % {"marks": ", ".join(Mark.values)})
    standing = registers.standing(session, day, only=marks)
    if any(pk not in standing for pk in marks):
        raise ValidationError(_("Someone marked here is not on this session's roster. Reload the page."))
    if any(standing[pk].withdrawn for pk in marks):
        raise ValidationError(_("A person who has withdrawn cannot be marked. Take them back in on the roster first."))
    wanted = {pk: (standing[pk].mark, after) for pk, after in marks.items()}
    entry = Entry(by=by, way=way, at=at or timezone.now(), batch=batch or uuid.uuid4())
    return len(_write(session, day, wanted, entry))


@transaction.atomic
def mark_all(
    *, session: Session, day: SessionDay, mark: Mark | str, by: Account, only_unmarked: bool = True
) -> list[int]:
    """Mark everyone who has not withdrawn, as one batch; as a rule only those not marked yet. Returns whom."""
    session = locked_for_marks(session, day, by)
    if mark not in Mark.values:
        raise ValidationError(_("A mark is one of: %(marks)s.") % {"marks": ", ".join(Mark.values)})
    wanted = {
        pk: (now.mark, str(mark))
        for pk, now in registers.standing(session, day).items()
        if not now.withdrawn and not (only_unmarked and now.mark)
    }
    return _write(session, day, wanted, Entry(by=by))


@transaction.atomic
def undo(*, session: Session, day: SessionDay, by: Account) -> Undone:
    """Take back what this account last marked on that day, where the marks are still as it left them.

    What came in with a roster is taken back with that roster, not here. Marks that somebody changed since stay; a
    batch of which nothing is left to take back is passed over for the one before.
    """
    session = locked_for_marks(session, day, by)
    standing = registers.standing(session, day)
    stayed = 0
    for batch, left in to_undo(kept_of(day), by).items():
        back = {}
        listed = {whose: marks for whose, marks in left.items() if isinstance(whose, int)}
        for pk, (before, after) in listed.items():
            now = standing.get(pk)
            if now is None or now.withdrawn or now.mark != after:
                stayed += 1
            else:
                back[pk] = (after, before)
        ids = _write(session, day, back, Entry(by=by, undoes=batch))
        if ids:
            return Undone(ids, stayed)
    return Undone([], stayed)


@dataclass(frozen=True, kw_only=True)
class Tally:
    """How many of those on a register, whatever their role, are there on a day; `away` is excused or absent.

    `any_unrecorded` says whether the sex of anyone listed, there or not, is not recorded.
    """

    women: int = 0
    men: int = 0
    unrecorded: int = 0
    away: int = 0
    unmarked: int = 0
    any_unrecorded: bool = False

    @property
    def there(self) -> int:
        return self.women + self.men + self.unrecorded

    @property
    def rest(self) -> int:
        return self.away + self.unmarked

    @property
    def everyone(self) -> int:
        return self.there + self.rest


def tally(day: SessionDay) -> Tally:
    """The register of that day in numbers, people who withdrew left out. One query."""
    any_unrecorded = False
    counted: dict[str, int] = dict.fromkeys(("women", "men", "unrecorded", "away", "unmarked"), 0)
    for sex, mark, number in registers.counted(day):
        counted[_place_of(sex, mark)] += number
        any_unrecorded |= sex == Sex.NOT_RECORDED
    return Tally(**counted, any_unrecorded=any_unrecorded)


def _place_of(sex: str, mark: str) -> str:
    if not mark:
        return "unmarked"
    if mark not in Mark.there():
        return "away"
    return {Sex.WOMEN.value: "women", Sex.MEN.value: "men"}.get(sex, "unrecorded")


def require_markable(session: Session, day: SessionDay) -> None:
    """Raise ValidationError, with what to do instead, where a session or a day takes no marks."""
    if session.status == SessionStatus.CLOSED:
        raise ValidationError(_("This session is signed off. Reopen it before changing its register."))
    if session.status == SessionStatus.CANCELLED:
        raise ValidationError(_("This session is cancelled: nobody can be marked in it."))
    if session.is_series:
        raise ValidationError(_("A series has no register of its own: mark attendance in its sessions."))
    if session.modality == Modality.SELF_PACED:
        raise ValidationError(_("A self-paced session keeps no register: its course says who took part."))
    if day.is_ahead:
        raise ValidationError(
            _("%(date)s is still ahead. Attendance can be marked from that day on.") % {"date": date_format(day.date)}
        )


def locked_for_marks(session: Session, day: SessionDay, by: Account) -> Session:
    """The session as it stands now, held until the transaction ends; checked for right, state and day."""
    require(by, Action.MARK_ATTENDANCE, session)
    fresh = Session.objects.select_for_update(of=("self",)).select_related("training").get(pk=session.pk)
    if day.session_id != fresh.pk:
        raise ValidationError(_("This is not a day of this session."))
    require_markable(fresh, day)
    return fresh


def _write(session: Session, day: SessionDay, wanted: Mapping[int, tuple[str, str]], entry: Entry) -> list[int]:
    """Write the marks (before, after) that differ, their history and what follows from them; return whose they are."""
    changes = [Change(pk, day.pk, before, after) for pk, (before, after) in wanted.items() if before != after]
    if not changes:
        return []
    open_session_if_planned(session, entry.by)
    registers.write(changes, entry)
    ids = [change.participation for change in changes]
    recompute(session, only=ids)
    return ids
