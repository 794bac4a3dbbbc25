"""A planned session opens by itself with its first mark."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from training.choices import SessionStatus
from training.models import Account, Session
from training.services import trail


def open_session_if_planned(session: Session, by: Account) -> None:
    """Open a planned session, inside the transaction that marks somebody in it. Does nothing to any other session.

    Raises ValidationError for a session without a project: one that takes place belongs to a project.
    """
    if session.status != SessionStatus.PLANNED:
        return
    if session.project_id is None:
        raise ValidationError(_("This session has no project yet. Give it one before marking attendance."))
    session.status = SessionStatus.OPEN
    Session.objects.filter(pk=session.pk).update(status=SessionStatus.OPEN)
    trail.record(by=by, action="session opened", session=session)
