"""Signing a session off: what is still missing, the sign-off itself, what was kept with it and what changed since."""

from datetime import date

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from training.forms.sessions import OverrideForm
from training.models import DayRegister, Session, SignOff
from training.permissions import Action, allows, allows_on, require
from training.services.check_list import result_of, said, what_is_missing
from training.services.closing import fingerprint, require_to_sign_off, sign_off
from training.services.day_registers import read_register
from training.services.outcomes import days_to_complete
from training.services.since_sign_off import changed_since

# Where each finding of the check-list is put right: the name of an address under the session, and what to call it.
PLACES = {
    "ahead": ("register", gettext_lazy("Look at the day")),
    "register": ("register", gettext_lazy("Open the register")),
    "marks": ("register", gettext_lazy("Open the register")),
    "check_ins": ("register", gettext_lazy("Confirm them")),
    "disagreements": ("register", gettext_lazy("Look at both")),
    "walk_ins": ("walk_ins", gettext_lazy("Say who they are")),
    "paper": ("paper", gettext_lazy("Look at the paper")),
    "evidence": ("paper", gettext_lazy("Add the sheet")),
    "count": ("paper", gettext_lazy("Count them")),
    "trainers": ("session_edit", gettext_lazy("Say who")),
    "scores": ("scores", gettext_lazy("Type them")),
    "roster": ("session", gettext_lazy("Add people")),
}


def session_sign_off(request, key):
    """GET shows the check-list, POST signs off; a list that changed in between is shown once more."""
    session = _session(request, key)
    require(request.user, Action.EDIT_SESSION, session)
    form = OverrideForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _signed(request, session, form):
        return redirect(session)
    missing = what_is_missing(session)
    context = {
        "session": session,
        "form": form,
        "missing": [(one, _link(session, one)) for one in missing],
        "blocked": any(one.blocks for one in missing),
        "seen": fingerprint(missing),
        "result": result_of(session),
        "days_to_complete": days_to_complete(session),
        "days": session.days.count(),
        "refused": _refused(session),
    }
    return render(request, "training/sign_off/check_list.html", context)


@require_safe
def sign_off_record(request, key, pk):
    """What was kept with a sign-off; once the session was reopened, what is otherwise since."""
    session = _session(request, key)
    if not may_read_records(session, request.user):
        raise PermissionDenied(_("What was kept with a sign-off is for those who read its register, and for auditors."))
    found = get_object_or_404(SignOff.objects.select_related("session", "by", "reopened_by"), session=session, pk=pk)
    context = {
        "session": session,
        "sign_off": found,
        "registers": found.registers.without_paper().visible_to(request.user).select_related("day"),
        "still_missing": [said(kept) for kept in found.missing],
        "papers": papers_of(found),
        "changes": changed_since(found, by=request.user) if found.reopened_at else [],
        "may_read": allows_on(request.user, Action.READ_REGISTER, session),
    }
    return render(request, "training/sign_off/record.html", context)


@require_safe
def day_register(request, key, pk, date):
    """The frozen register of a day, byte for byte as it is kept."""
    session = _session(request, key)
    require(request.user, Action.READ_REGISTER, session)
    registers = DayRegister.objects.visible_to(request.user).select_related("sign_off__session", "day")
    found = get_object_or_404(registers, sign_off__session=session, sign_off=pk, day__date=date)
    paper = read_register(register=found, by=request.user)
    headers = {"Content-Disposition": f'inline; filename="{session.key}-{date}.pdf"'}
    return HttpResponse(paper, content_type="application/pdf", headers=headers)


def papers_of(found):
    """What was on paper when it was signed off, day by day; none of what was before there was paper."""
    hashes = {}
    for sha256, day in found.stood.get("sheets", {}).items():
        hashes.setdefault(day, []).append(sha256)
    days = found.stood.get("paper", {})
    return [
        {"day": date.fromisoformat(day), "signatures": signatures, "there": there, "sheets": hashes.get(day, [])}
        for day, (signatures, there) in days.items()
        if signatures is not None or day in hashes
    ]


def sign_off_panel(session, account):
    """What the page of a session says of its sign-offs, the newest first. One query."""
    return {
        "sign_offs": session.sign_offs.select_related("by", "reopened_by").defer("stood", "missing"),
        "may_read_sign_offs": may_read_records(session, account),
    }


def may_read_records(session, account):
    return allows(account, Action.READ_TRAIL) or allows_on(account, Action.READ_REGISTER, session)


def _session(request, key):
    return get_object_or_404(Session.objects.visible_to(request.user).select_related("training"), key=key)


def _refused(session):
    """Why this session cannot be signed off at all now; empty where it can."""
    try:
        require_to_sign_off(session)
    except ValidationError as refusal:
        return " ".join(refusal.messages)
    return ""


def _signed(request, session, form):
    """Whether it is done; False shows the list again, with why not."""
    try:
        sign_off(session=session, by=request.user, **form.cleaned_data)
    except ValidationError as refusal:
        form.take(refusal)
        return False
    messages.success(request, _("Signed off. Roster, marks and figures stay as they are, and the registers are kept."))
    return True


def _link(session, missing):
    """Where to put it right, and what the link says."""
    if missing.check not in PLACES:
        return None
    name, label = PLACES[missing.check]
    arguments = [session.key, missing.day] if missing.day else [session.key]
    return reverse(name, args=arguments), label
