"""Past sessions from a file: upload, look at what was read, apply, take back; and the template to fill in."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from training.forms.past_imports import PastColumnsForm, PastUploadForm
from training.imports import uploads
from training.imports.past.sessions import check_sessions, import_sessions
from training.imports.past.template import make_template
from training.imports.past.undo import imports_of, undo_import
from training.imports.refusal import RefusedError, sentence
from training.permissions import Action, require
from training.views.imports import SHOWN, say_stale

TEMPLATE_NAME = "evidenca-past-sessions.xlsx"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
IMPORTS_SHOWN = 20


def past_import(request):
    require(request.user, Action.IMPORT_SESSIONS)
    uploads.sweep()
    form = PastUploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        kept = uploads.keep(by=request.user, upload=form.upload)
        return redirect("past_preview", kept.token)
    imports = imports_of(request.user)[:IMPORTS_SHOWN]
    return render(request, "training/past/upload.html", {"form": form, "imports": imports})


@require_safe
def past_template(request):
    require(request.user, Action.IMPORT_SESSIONS)
    headers = {"Content-Disposition": f'attachment; filename="{TEMPLATE_NAME}"'}
    return HttpResponse(make_template(request.user), content_type=XLSX, headers=headers)


def past_preview(request, token):
    require(request.user, Action.IMPORT_SESSIONS)
    kept = uploads.find(token=token, by=request.user)
    if kept is None:
        messages.info(request, _("This file was imported or set aside already. Upload it again to start anew."))
        return redirect("past_import")
    try:
        plan = check_sessions(upload=kept.upload, by=request.user, columns=kept.chosen_columns)
    except RefusedError as refusal:
        messages.error(request, sentence(refusal))
        return redirect("past_import")
    step = STEPS.get(request.POST.get("step"), _show)
    return step(request, kept, plan)


def _show(request, kept, plan):
    context = {
        "kept": kept,
        "plan": plan,
        "columns": PastColumnsForm(layout=plan.layout, jurisdictions=plan.known.jurisdictions),
        "faults": plan.faults[:SHOWN],
        "repeats": plan.repeats[:SHOWN],
        "contradictions": plan.contradictions[:SHOWN],
        "rows": plan.entries[:SHOWN],
    }
    return render(request, "training/past/preview.html", context)


def _columns(request, kept, plan):
    form = PastColumnsForm(request.POST, layout=plan.layout, jurisdictions=plan.known.jurisdictions)
    if form.is_valid():
        kept.columns |= form.chosen()
        kept.save()
    return redirect("past_preview", kept.token)


def _cancel(request, kept, plan):
    kept.discard()
    messages.info(request, _("Nothing was imported."))
    return redirect("past_import")


def _apply(request, kept, plan):
    with kept.taken() as ours:
        if not ours:
            return redirect("past_import")
        asked = {"columns": kept.chosen_columns, "basis": request.POST.get("basis", "")}
        try:
            result = import_sessions(upload=kept.upload, by=request.user, **asked)
        except (RefusedError, ValidationError) as refusal:
            messages.error(request, sentence(refusal))
            return redirect("past_preview", kept.token)
        if not result.applied:
            if result.stale:
                messages.warning(request, say_stale())
            return redirect("past_preview", kept.token)
        kept.discard()
    messages.success(request, _said(result.plan))
    return redirect("past_import")


STEPS = {"columns": _columns, "cancel": _cancel, "apply": _apply}


def past_undo(request, pk):
    require(request.user, Action.IMPORT_SESSIONS)
    found = next((one for one in imports_of(request.user) if one.record.pk == pk), None)
    if found is None:
        raise Http404
    if request.method != "POST":
        return render(request, "training/past/undo.html", {"import": found})
    try:
        undo_import(record=found.record, by=request.user)
    except ValidationError as refusal:
        messages.error(request, sentence(refusal))
    else:
        messages.success(request, _("The import of %(file)s was taken back.") % {"file": found.record.values["file"]})
    return redirect("past_import")


def _said(plan):
    text = ngettext("%(count)s session was brought in.", "%(count)s sessions were brought in.", len(plan.new))
    said = text % {"count": len(plan.new)}
    if plan.contradictions:
        said += " " + _("Figures that contradict each other are listed under Reconciliation.")
    return said
