"""A roster from a file: upload, look at what was read and what would happen, apply, take back."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from training.forms.imports import ColumnsForm, DecisionsForm, UploadForm
from training.imports import uploads
from training.imports.plan import Choices
from training.imports.refusal import RefusedError, sentence
from training.imports.roster import check_roster, import_roster, record_look
from training.imports.undo import undo_import
from training.models import Person, RosterImport, Session
from training.permissions import Action, require
from training.services.registering import require_open_roster

SHOWN = 200
IMPORTS_SHOWN = 5
MOST_CHECKED = 10_000  # as many as a list has rows


def session_to_change(request, key):
    session = get_object_or_404(Session.objects.visible_to(request.user), key=key)
    require(request.user, Action.EDIT_ROSTER, session)
    return session


def roster_import(request, key):
    session = session_to_change(request, key)
    try:
        require_open_roster(session)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect(session)
    uploads.sweep()
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        kept = uploads.keep(session=session, by=request.user, upload=form.upload)
        return redirect("roster_import_preview", session.key, kept.token)
    return render(request, "training/imports/upload.html", {"session": session, "form": form})


def roster_import_preview(request, key, token):
    session = session_to_change(request, key)
    kept = uploads.find(token=token, session=session, by=request.user)
    if kept is None:
        messages.info(request, _("This file was imported or set aside already. Upload it again to start anew."))
        return redirect(session)
    try:
        plan = check_roster(session=session, upload=kept.upload, by=request.user, choices=_choices(kept))
    except (RefusedError, ValidationError) as refusal:
        messages.error(request, sentence(refusal))
        return redirect("roster_import", session.key)
    step = STEPS.get(request.POST.get("step"), _show)
    return step(request, session, kept, plan)


def _show(request, session, kept, plan, decisions=None, status=200):
    """What was read and what would happen. It tells who is known, so it goes into the trail."""
    record_look(plan=plan, by=request.user)
    named, seen = _in_sight(request.user, session, plan)
    context = {
        "session": session,
        "kept": kept,
        "plan": plan,
        "columns": ColumnsForm(layout=plan.layout, days=plan.days),
        "near": _near(named, seen, plan, decisions or DecisionsForm(near=plan.near)),
        "named": named,
        "faults": plan.faults[:SHOWN],
        "repeats": plan.repeats[:SHOWN],
        "corrections": plan.corrections[:SHOWN],
        "differences": plan.differences[:SHOWN],
        "sample": plan.entries[:8],
    }
    return render(request, "training/imports/preview.html", context, status=status)


def _columns(request, session, kept, plan):
    form = ColumnsForm(request.POST, layout=plan.layout, days=plan.days)
    if form.is_valid():
        kept.columns |= form.chosen()
        kept.decisions = {}
        kept.save()
    return redirect("roster_import_preview", session.key, kept.token)


def _cancel(request, session, kept, plan):
    kept.discard()
    messages.info(request, _("Nothing was imported."))
    return redirect(session)


def _apply(request, session, kept, plan):
    form = DecisionsForm(request.POST, near=plan.near)
    if not form.is_valid():
        return _show(request, session, kept, plan, decisions=form, status=422)
    kept.decisions = form.decisions()
    kept.save()
    with kept.taken() as ours:
        if not ours:
            return redirect(session)
        choices = _choices(kept, basis=request.POST.get("basis", ""))
        try:
            result = import_roster(session=session, upload=kept.upload, by=request.user, choices=choices)
        except (RefusedError, ValidationError) as refusal:
            messages.error(request, sentence(refusal))
            return redirect("roster_import_preview", session.key, kept.token)
        if result.roster_import is None:
            if result.stale:
                messages.warning(request, say_stale())
            return redirect("roster_import_preview", session.key, kept.token)
        kept.discard()
    messages.success(request, _said(result.plan))
    return redirect(session)


def _choices(kept, basis=""):
    return Choices(by_row=kept.decided_rows, columns=kept.chosen_columns, basis=basis)


def say_stale():
    return _("The register has changed since you looked. Look again before you import.")


STEPS = {"columns": _columns, "cancel": _cancel, "apply": _apply}


def roster_import_undo(request, key, pk):
    session = session_to_change(request, key)
    record = get_object_or_404(RosterImport, session=session, pk=pk)
    if request.method != "POST":
        return render(request, "training/imports/undo.html", {"session": session, "record": record})
    try:
        undo_import(roster_import=record, by=request.user)
    except ValidationError as refusal:
        messages.error(request, sentence(refusal))
    else:
        messages.success(request, _("The import of %(file)s was taken back.") % {"file": record.file_name})
    return redirect(session)


def import_panel(session, may_import):
    """The session's latest imports, for its page. One query, whatever the roster."""
    if not may_import:
        return {"imports": []}
    return {"imports": session.imports.select_related("by")[:IMPORTS_SHOWN]}


def _in_sight(account, session, plan):
    """The people of a plan whom a search for this session would show too, and those whose records the account sees."""
    ids = {near.person.pk for near in plan.near if near.person} | {each.person.pk for each in plan.differences}
    shown = Person.objects.filter(pk__in=list(ids)[:MOST_CHECKED])
    seen = set(shown.filter(pk__in=Person.objects.visible_to(account).values("pk")).values_list("pk", flat=True))
    return seen | set(shown.within_reach_of(session).values_list("pk", flat=True)), seen


def _near(named, seen, plan, form):
    """The near matches, each with its choice and, where the account may know it, who the person known is."""
    return [
        {
            "near": near,
            "field": form[f"near_{near.entry.row}"],
            "named": bool(near.person and near.person.pk in named),
            "seen": bool(near.person and near.person.pk in seen),
        }
        for near in plan.near
        if f"near_{near.entry.row}" in form.fields
    ]


def _said(plan):
    text = ngettext(
        "%(count)s person was added to the roster", "%(count)s people were added to the roster", len(plan.joining)
    )
    more = _("; %(new)s of them are new to the register.") % {"new": len(plan.new)}
    return text % {"count": len(plan.joining)} + more
