"""Checking in by code: whoever is in the room says so with their own phone, and a trainer confirms it.

Two things are needed: the code that is on the screen in these seconds, which says where somebody is, and a log-in or a
number, which says who. A check-in counts nowhere; confirmed, it is a mark like any other. Refusals tell nobody whether
a number exists, and each is a line of the security log.
"""

import json
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from training.choices import CheckInWay, Mark, Modality, SessionStatus, Way
from training.models import Account, CheckIn, CheckInNumber, Participation, Session, SessionDay
from training.permissions import Action, allows, require
from training.services import trail
from training.services.attendance import locked_for_marks, mark_each
from training.services.check_in_codes import code_at, in_groups, is_code, is_number, left, read

TO_SAY_WHO = timedelta(minutes=5)  # after the scan: enough to log in
security = logging.getLogger("evidenca.security")


@dataclass(frozen=True)
class Shown:
    """What the trainer's screen shows, and how long yet."""

    code: str
    left: timedelta

    @property
    def in_groups(self) -> str:
        return in_groups(self.code)


@dataclass(frozen=True)
class CheckedIn:
    """When somebody checked in; `again` if that was before."""

    at: datetime
    again: bool


def shown_code(*, session: Session, day: SessionDay, by: Account) -> Shown:
    """The code of these seconds. Raises ValidationError where nobody can check in (`why_not`)."""
    require(by, Action.MARK_ATTENDANCE, session)
    if why := why_not(session, day):
        raise ValidationError(why)
    now = timezone.now()
    return Shown(code_at(session=session.pk, day=day.date, at=now), left(now))


def scan(typed: str) -> SessionDay:
    """The day whose code that is now, or was half a minute ago. Raises ValidationError (code "code" for none)."""
    letters, now = read(typed), timezone.now()
    for day in SessionDay.objects.filter(date=timezone.localdate()).select_related("session"):
        if is_code(letters, session=day.session_id, day=day.date, at=now):
            _require_open(day.session, day)
            return day
    refused = _("This code has run out, or was never one. Take the one that is on the screen now.")
    raise _refusal("code", refused)


def still_here(day: int, scanned_at: datetime) -> SessionDay | None:
    """The day somebody scanned the code of, as long as that says that they are in the room; then None."""
    if timezone.now() - scanned_at > TO_SAY_WHO:
        return None
    return SessionDay.objects.filter(pk=day, date=timezone.localdate()).select_related("session").first()


@transaction.atomic
def check_in(*, day: SessionDay, device: str, by: Account | None = None, number: str = "") -> CheckedIn:
    """Note that the person of that account, or with that number, is there. Who has done so already stays as they are.

    `day` is one that `scan` gave to that device. Raises ValidationError with the code "device" for a second person on
    it, "number" for whatever is no number of this session, "role", "roster" or "withdrawn" for an account that cannot.
    """
    session = Session.objects.select_for_update(of=("self",)).get(pk=day.session_id)
    _require_open(session, day)
    own = device_of(day, device)
    before = CheckIn.objects.filter(day=day, device=own).select_related("participation__check_in_number").first()
    if before is not None and not _is_theirs(before, by, number):
        raise _refusal("device", _("Somebody has checked in with this device today. Use your own."), session)
    participation = _of_account(session, by) if by is not None else _of_number(session, number)
    known = before or CheckIn.objects.filter(day=day, participation=participation).first()
    if known is not None:
        return CheckedIn(known.at, again=True)
    way = CheckInWay.LOG_IN if by is not None else CheckInWay.NUMBER
    made = CheckIn.objects.create(participation=participation, day=day, at=timezone.now(), way=way, device=own)
    records = {"participation": [participation.pk], "checkin": [made.pk]}
    who = by or Account.objects.system()
    trail.record(by=who, action="checked in", session=session, records=records, detail={"way": way.value})
    return CheckedIn(made.at, again=False)


def with_device(day: SessionDay, device: str) -> CheckedIn | None:
    """What was done with this device on that day already; for whoever holds it."""
    found = CheckIn.objects.filter(day=day, device=device_of(day, device)).first()
    return CheckedIn(found.at, again=True) if found else None


@transaction.atomic
def confirm(*, session: Session, day: SessionDay, participation_ids: Iterable[int], by: Account) -> list[int]:
    """Mark those of these who have checked in and have no mark yet as present. Returns whom.

    Raises as marking does (services/attendance.py); whoever is marked by now stays as they are.
    """
    session = locked_for_marks(session, day, by)
    waiting = set(CheckIn.objects.to_confirm(day).values_list("participation", flat=True))
    marks: dict[int, str] = {pk: Mark.PRESENT for pk in participation_ids if pk in waiting}
    if marks:
        mark_each(session=session, day=day, marks=marks, by=by, way=Way.CODE)
    return list(marks)


def forget_devices(session: Session) -> None:
    """With which device somebody checked in is of no use once the session is over."""
    CheckIn.objects.filter(day__session=session).exclude(device="").update(device="")


def why_not(session: Session, day: SessionDay) -> str:
    """Why nobody can check in on that day, in a sentence; empty where they can."""
    return _why_not(session, day)[1]


def device_of(day: SessionDay, device: str) -> str:
    """What is kept of a device's number: it is another one each day, and leads back to none."""
    return salted_hmac("evidenca.check-in.device", f"{day.pk} {device}", algorithm="sha256").hexdigest()[:32]


def _require_open(session: Session, day: SessionDay) -> None:
    reason, sentence = _why_not(session, day)
    if reason:
        raise _refusal(reason, sentence, session)


def _why_not(session: Session, day: SessionDay) -> tuple[str, str]:
    if session.status == SessionStatus.CLOSED:
        return "closed", _("This session is signed off. Nobody can check in any more.")
    if session.status == SessionStatus.CANCELLED:
        return "cancelled", _("This session is cancelled. Nobody can check in.")
    if session.is_series or session.modality == Modality.SELF_PACED:
        return "register", _("This session keeps no register. Nobody can check in.")
    if not day.is_today:
        return "day", _("This session is on another day. People can check in on the day itself.")
    return "", ""


def _is_theirs(before: CheckIn, by: Account | None, number: str) -> bool:
    """Whether a check-in is of whoever comes again. Says nothing of any other number, whether it is one or not."""
    if by is not None:
        return Participation.objects.filter(pk=before.participation_id, person__account=by).exists()
    own = getattr(before.participation, "check_in_number", None)
    return own is not None and is_number(read(number), own.seed)


def _of_account(session: Session, by: Account) -> Participation:
    if not allows(by, Action.CHECK_IN):
        refused = _("This account cannot check in with its log-in. Enter the number you were given.")
        raise _refusal("role", refused, session)
    found = Participation.objects.filter(session=session, person__account=by).first()
    if found is None:
        raise _refusal("roster", _("You are not on the list of this session. Tell the trainer."), session)
    if found.withdrawn_at is not None:
        raise _refusal("withdrawn", _("You have withdrawn from this session. Tell the trainer."), session)
    return found


def _of_number(session: Session, number: str) -> Participation:
    """Compares with every number of the session, whether an earlier one was right or not."""
    typed, found = read(number), None
    own = CheckInNumber.objects.filter(participation__session=session, participation__withdrawn_at=None)
    for one in own.select_related("participation"):
        if is_number(typed, one.seed):
            found = one.participation
    if found is None:
        refused = _("No number of this session. Look at it once more, or tell the trainer.")
        raise _refusal("number", refused, session)
    return found


def _refusal(reason: str, sentence: str, session: Session | None = None) -> ValidationError:
    """The refusal to raise, noted in the security log: what was tried is not in it."""
    line = {
        "event": "check-in refused",
        "why": reason,
        "session": session.pk if session else None,
        "from": trail.origin(),
    }
    security.warning(json.dumps(line))
    return ValidationError(sentence, code=reason)
