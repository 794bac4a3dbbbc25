"""Banks of questions as files: out as Moodle XML, and in, after a look at what a file would make."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from elearning.forms.bank import BankFileForm
from elearning.models import Course
from elearning.services.bank_import import export_bank, import_bank, plan_bank
from elearning.views.bank import narrowed
from training.imports import uploads
from training.imports.refusal import sentence
from training.permissions import Action, require


@require_safe
def bank_export(request):
    """What the list shows, on all its pages. Keys of tests: no browser keeps it."""
    listed = narrowed(request)
    response = HttpResponse(export_bank(questions=listed.qs, by=request.user), content_type="application/xml")
    name = listed.chosen.slug if listed.chosen else "questions"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}-{timezone.localdate():%Y-%m-%d}.xml"'
    response.headers["Cache-Control"] = "no-store"
    return response


def bank_upload(request):
    require(request.user, Action.KEEP_COURSES)
    uploads.sweep()
    courses = Course.objects.visible_to(request.user)
    form = BankFileForm(request.POST or None, request.FILES or None, courses=courses, initial=_asked(request))
    if request.method == "POST" and form.is_valid():
        kept = uploads.keep(by=request.user, upload=form.upload)
        kept.decisions = {"course": form.cleaned_data["course"].slug, "language": form.cleaned_data["language"]}
        kept.save()
        return redirect("bank_review", kept.token)
    return render(request, "elearning/bank/upload.html", {"form": form})


def bank_review(request, token):
    require(request.user, Action.KEEP_COURSES)
    kept = uploads.find(token=token, by=request.user)
    if kept is None or "course" not in kept.decisions:
        messages.info(request, _("This file was used or set aside already. Upload it again to start anew."))
        return redirect("bank_upload")
    course = get_object_or_404(Course.objects.visible_to(request.user), slug=kept.decisions["course"])
    about = {"course": course, "data": kept.upload.data, "language": kept.decisions["language"], "by": request.user}
    step = request.POST.get("step", "")
    if step == "cancel":
        kept.discard()
        messages.info(request, _("Nothing was taken."))
        return redirect("bank_upload")
    if step == "apply":
        return _apply(request, kept, about)
    try:
        plan = plan_bank(**about)
    except ValidationError as refusal:
        kept.discard()
        messages.error(request, sentence(refusal))
        return redirect("bank_upload")
    return render(request, "elearning/bank/review.html", {"kept": kept, "plan": plan, "course": course})


def _apply(request, kept, about):
    with kept.taken() as ours:
        if not ours:
            return redirect("bank_upload")
        try:
            plan = import_bank(**about, basis=request.POST.get("basis", ""))
        except ValidationError as refusal:
            messages.error(request, sentence(refusal))
            return redirect("bank_review", kept.token)
        kept.discard()
    said = {"added": len(plan.of("added")), "changed": len(plan.of("changed")), "same": len(plan.of("same"))}
    messages.success(request, _("Added %(added)s, changed %(changed)s, the same as before %(same)s.") % said)
    response = redirect("bank")
    response.headers["Location"] += f"?course={about['course'].slug}"
    return response


def _asked(request):
    return {"course": request.GET.get("course", ""), "language": request.user.language or "en"}
