"""The life of a session: planned, open, delivered, signed off; or cancelled. The record stays through all of it."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from training.choices import SessionStatus
from training.models import Account, Attendance, Session, SignOff
from training.permissions import Action, forget_changing, require
from training.services import trail
from training.services.check_in import forget_devices
from training.services.check_in_numbers import forget_numbers
from training.services.check_list import Missing, what_is_missing
from training.services.day_registers import freeze_registers
from training.services.outcomes import days_to_complete, recompute
from training.services.references import digest
from training.services.since_sign_off import how_it_stands
from training.services.tallies import keep_tallies
from training.signals import session_signed_off

S = SessionStatus
# Where a session may go from where it is. Signing off and reopening have services of their own.
NEXT: dict[str, tuple[SessionStatus, ...]] = {
    S.PLANNED: (S.OPEN, S.CANCELLED),
    S.OPEN: (S.DELIVERED, S.PLANNED, S.CANCELLED),
    S.DELIVERED: (S.OPEN,),
    S.CLOSED: (),
    S.CANCELLED: (S.PLANNED, S.OPEN),
}


def way_back(session: Session) -> SessionStatus:
    """What a cancelled session becomes again: open where attendance was marked in it, else planned."""
    return S.OPEN if _has_marks(session) else S.PLANNED


@transaction.atomic
def change_status(*, session: Session, by: Account, to: str) -> Session:
    """Move the session on or back by one step. Outcomes follow: what is over turns "registered" into "absent"."""
    session = _locked(session, by)
    if to == session.status:
        return session
    if to not in NEXT[session.status]:
        raise ValidationError(
            _("A session that is %(status)s can become: %(next)s.")
            % {
                "status": session.get_status_display().lower(),
                "next": ", ".join(str(S(status).label).lower() for status in NEXT[session.status]) or "–",
            }
        )
    if session.status == S.CANCELLED and to == S.OPEN and way_back(session) != S.OPEN:
        raise ValidationError(_("No attendance was marked in this session: plan it again first."))
    if to == S.PLANNED and _has_marks(session):
        raise ValidationError(_("Attendance has been marked in this session, so it cannot go back to planned."))
    if to in {S.OPEN, S.DELIVERED} and session.project_id is None:
        raise ValidationError(_("Choose a project first: a session that takes place belongs to one."))
    if to == S.DELIVERED:
        require_begun(session)
    before, session.status = session.status, S(to)
    return _moved(session, by, f"session {to}", {"from": before})


@transaction.atomic
def sign_off(*, session: Session, by: Account, reason: str = "", seen: str | None = None) -> Session:
    """Close the session: its list is final. From then on nothing about it changes until somebody reopens it.

    Kept with it: the rule that was applied, how everybody stood, what was still missing, and the register of each day
    on paper. `reason` overrides what blocks a sign-off (check_list.py), in words; without one that is refused. `seen`
    is the fingerprint of the check-list the account decided on: another one by now refuses (code "changed"). Numbers
    to check in with are gone then.
    """
    session = _locked(session, by)
    require_to_sign_off(session)
    missing = what_is_missing(session)
    if seen is not None and seen != fingerprint(missing):
        raise ValidationError(_("Something has changed while you looked. Look at the list once more."), code="changed")
    blocking = [one.sentence for one in missing if one.blocks]
    if blocking and not reason.strip():
        raise ValidationError({"reason": [*blocking, _("Put that right, or say in a sentence why it stays so.")]})
    before, session.status = session.status, S.CLOSED
    session.closed_at, session.closed_by = (now := timezone.now()), by
    forget_numbers(session)
    forget_devices(session)
    forget_changing(by, session)
    session = _moved(session, by, "session signed off", {"from": before} | ({"overridden": "1"} if blocking else {}))
    record = SignOff.objects.create(
        session=session,
        at=now,
        by=by,
        rule=_rule_of(session),
        stood=how_it_stands(session),
        missing=[one.as_kept for one in missing],
        reason=reason.strip() if blocking else "",
    )
    freeze_registers(record)
    transaction.on_commit(lambda: session_signed_off.send_robust(sender=Session, session=session, by=by))
    return session


def require_to_sign_off(session: Session) -> None:
    """Raise ValidationError for a session whose state, or whose first day, does not allow a sign-off."""
    if session.status not in {S.OPEN, S.DELIVERED}:
        raise ValidationError(_("Only a session that is open or delivered can be signed off."))
    require_begun(session)


def fingerprint(missing: Sequence[Missing]) -> str:
    """Tells two check-lists apart."""
    return digest(sorted(str(one.as_kept) for one in missing))


@transaction.atomic
def reopen(*, session: Session, by: Account, reason: str) -> Session:
    """Take a sign-off back. The reason goes into the trail for whoever audits it."""
    require(by, Action.REOPEN_SESSION, session)
    session = Session.objects.select_for_update().get(pk=session.pk)
    if session.status != S.CLOSED:
        raise ValidationError(_("Only a session that is signed off can be reopened."))
    if not reason.strip():
        raise ValidationError({"reason": _("Say in a sentence why it has to be reopened.")})
    standing = SignOff.objects.filter(session=session, reopened_at=None).first()
    if standing is not None:
        standing.reopened_at, standing.reopened_by, standing.reopen_reason = timezone.now(), by, reason.strip()
        standing.save(update_fields=["reopened_at", "reopened_by", "reopen_reason"])
    session.status, session.closed_at, session.closed_by = S.DELIVERED, None, None
    return _moved(session, by, "session reopened", {"from": S.CLOSED.value, "reason": reason.strip()})


def _locked(session: Session, by: Account) -> Session:
    require(by, Action.EDIT_SESSION, session)
    return Session.objects.select_for_update().get(pk=session.pk)


def _moved(session: Session, by: Account, action: str, detail: dict[str, str]) -> Session:
    """Outcomes follow, while the database takes them: before a session is closed, after it is opened again."""
    if session.status == S.CLOSED:
        recompute(session)
        session.save()
    else:
        session.save()
        recompute(session)
    keep_tallies(Session.objects.filter(pk=session.pk))
    trail.record(by=by, action=action, session=session, detail=detail)
    return session


def _rule_of(session: Session) -> dict[str, Any]:
    """The completion rule as it was applied: outcomes rest on it, and a training may have another one by and by."""
    pass_mark = session.training.pass_mark if session.training else None
    return {
        "training": str(session.training or ""),
        "attendance_share": session.attendance_share,
        "days": session.days.count(),
        "days_to_complete": days_to_complete(session),
        "pass_mark": None if pass_mark is None else str(pass_mark),
    }


def _has_marks(session: Session) -> bool:
    return Attendance.objects.filter(participation__session=session).exists()


def require_begun(session: Session) -> None:
    """Raise ValidationError for a session whose first day is still ahead: it cannot be delivered yet."""
    if session.start and session.start > timezone.localdate():
        raise ValidationError(
            _("This session begins on %(day)s. It can be delivered from that day on.")
            % {"day": date_format(session.start)}
        )
