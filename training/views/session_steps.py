"""The steps of a session's life as buttons, and the page that asks before those that weigh something."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from training.choices import SessionStatus
from training.forms.sessions import ReasonForm
from training.models import Session
from training.permissions import Action, require
from training.services.closing import change_status, reopen, way_back

S = SessionStatus
REOPEN = "reopen"


@dataclass(frozen=True)
class Step:
    """One thing that can happen to a session next. `main` is the likely one; `asks` opens a page first.

    `page` names the address of that page: signing off has one of its own.
    """

    to: str
    label: str
    main: bool = False
    asks: bool = False
    danger: bool = False
    page: str = "session_status"


def steps_of(session):
    """The steps open to a session, the likely one first."""
    cancel = Step(S.CANCELLED, _("Cancel the session"), asks=True, danger=True)
    steps = {
        S.PLANNED: [Step(S.OPEN, _("Open the session"), main=True), cancel],
        S.OPEN: [
            Step(S.DELIVERED, _("Mark as delivered"), main=True),
            Step(S.CLOSED, _("Sign off"), asks=True, page="session_sign_off"),
            Step(S.PLANNED, _("Back to planned")),
            cancel,
        ],
        S.DELIVERED: [
            Step(S.CLOSED, _("Sign off"), main=True, asks=True, page="session_sign_off"),
            Step(S.OPEN, _("Back to open")),
        ],
        S.CLOSED: [Step(REOPEN, _("Reopen"), asks=True)],
    }
    if session.status == S.CANCELLED:
        back = way_back(session)
        return [Step(back, _("Open it again") if back == S.OPEN else _("Plan it again"), main=True)]
    return steps[session.status]


def session_status(request, key):
    """GET asks, POST does: `to` is a status, or "reopen". Signing off begins with its check-list."""
    session = get_object_or_404(Session.objects.visible_to(request.user), key=key)
    to = request.POST.get("to") or request.GET.get("to", "")
    require(request.user, Action.REOPEN_SESSION if to == REOPEN else Action.EDIT_SESSION, session)
    if to == S.CLOSED:
        return redirect("session_sign_off", session.key)
    step = next((step for step in steps_of(session) if step.to == to), None)
    if step is None and request.method != "POST":
        raise Http404
    form = ReasonForm(request.POST if request.method == "POST" else None) if to == REOPEN else None
    if request.method == "POST" and _done(request, session, to, form):
        return redirect(session)
    if step is None:
        return redirect(session)
    return render(request, "training/session/confirm.html", {"session": session, "step": step, "form": form})


def _done(request, session, to, form):
    """Whether the step was taken, or refused with a message; False asks again."""
    if form is not None and not form.is_valid():
        return False
    try:
        if to == REOPEN:
            reopen(session=session, by=request.user, reason=form.cleaned_data["reason"])
        else:
            change_status(session=session, by=request.user, to=to)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return True
    session.refresh_from_db()
    messages.success(request, _("This session is now: %(status)s.") % {"status": session.get_status_display()})
    return True
