"""The life of a session: planned, open, delivered, signed off; or cancelled. The record stays through all of it."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from training.choices import SessionStatus
from training.models import Account, Attendance, Session
from training.permissions import Action, forget_changing, require
from training.services import trail
from training.services.outcomes import recompute
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
def sign_off(*, session: Session, by: Account) -> Session:
    """Close the session: its list is final. From then on nothing about it changes until somebody reopens it."""
    session = _locked(session, by)
    if session.status not in {S.OPEN, S.DELIVERED}:
        raise ValidationError(_("Only a session that is open or delivered can be signed off."))
    require_begun(session)
    before, session.status = session.status, S.CLOSED
    session.closed_at, session.closed_by = timezone.now(), by
    forget_changing(by, session)
    transaction.on_commit(lambda: session_signed_off.send_robust(sender=Session, session=session, by=by))
    return _moved(session, by, "session signed off", {"from": before})


@transaction.atomic
def reopen(*, session: Session, by: Account, reason: str) -> Session:
    """Take a sign-off back. The reason goes into the trail for whoever audits it."""
    require(by, Action.REOPEN_SESSION, session)
    session = Session.objects.select_for_update().get(pk=session.pk)
    if session.status != S.CLOSED:
        raise ValidationError(_("Only a session that is signed off can be reopened."))
    if not reason.strip():
        raise ValidationError({"reason": _("Say in a sentence why it has to be reopened.")})
    session.status, session.closed_at, session.closed_by = S.DELIVERED, None, None
    return _moved(session, by, "session reopened", {"from": S.CLOSED.value, "reason": reason.strip()})


def _locked(session: Session, by: Account) -> Session:
    require(by, Action.EDIT_SESSION, session)
    return Session.objects.select_for_update().get(pk=session.pk)


def _moved(session: Session, by: Account, action: str, detail: dict[str, str]) -> Session:
    session.save()
    recompute(session)
    keep_tallies(Session.objects.filter(pk=session.pk))
    trail.record(by=by, action=action, session=session, detail=detail)
    return session


def _has_marks(session: Session) -> bool:
    return Attendance.objects.filter(participation__session=session).exists()


def require_begun(session: Session) -> None:
    """Raise ValidationError for a session whose first day is still ahead: it cannot be delivered yet."""
    if session.start and session.start > timezone.localdate():
        raise ValidationError(
            _("This session begins on %(day)s. It can be delivered from that day on.")
            % {"day": date_format(session.start)}
        )
