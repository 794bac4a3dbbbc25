"""A manual in Word: upload, look at what was read, arrange its modules, make drafts of them."""

import json
from dataclasses import asdict

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from elearning.forms.manuals import ManualForm, ReviewForm
from elearning.imports import arranging
from elearning.imports.applying import import_manual
from elearning.imports.arranging import Part
from elearning.imports.outlining import differences, outlined
from elearning.imports.planning import Choices, plan_manual
from elearning.imports.report import counts
from elearning.models import ManualEdition
from training.imports import uploads
from training.imports.refusal import RefusedError, sentence
from training.permissions import Action, require

EDITIONS_SHOWN = 20


def manual_upload(request):
    require(request.user, Action.KEEP_COURSES)
    uploads.sweep()
    form = ManualForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        return redirect("manual_review", uploads.keep(by=request.user, upload=form.upload).token)
    editions = ManualEdition.objects.select_related("course").order_by("-at", "-pk")[:EDITIONS_SHOWN]
    return render(request, "elearning/manuals/upload.html", {"form": form, "editions": editions})


def manual_review(request, token):
    require(request.user, Action.KEEP_COURSES)
    kept = uploads.find(token=token, by=request.user)
    if kept is None:
        messages.info(request, _("This file was used or set aside already. Upload it again to start anew."))
        return redirect("manual_upload")
    try:
        plan = plan_manual(upload=kept.upload, by=request.user, choices=_choices(kept))
    except (RefusedError, ValidationError) as refusal:
        messages.error(request, sentence(refusal))
        return redirect("manual_upload")
    step, _colon, place = request.POST.get("step", "").partition(":")
    return STEPS.get(step, _show)(request, kept, plan, int(place) if place.isdecimal() and len(place) < 9 else 0)


def _show(request, kept, plan, _place):
    form = ReviewForm(plan=plan, account=request.user)
    parts = outlined(plan)
    for part in parts:
        part.field = form[f"part_{part.number}"]
    context = {
        "kept": kept,
        "plan": plan,
        "form": form,
        "parts": parts,
        "counts": counts(plan),
        "differences": differences(plan) if plan.course else [],
    }
    return render(request, "elearning/manuals/review.html", context)


def _update(request, kept, plan, _place):
    _keep_typed(request, kept, plan)
    return redirect("manual_review", kept.token)


def _arrange(change):
    """A step that changes the modules; what was typed beside it is kept."""

    def step(request, kept, plan, place):
        parts = _keep_typed(request, kept, plan)
        kept.decisions["parts"] = _dumped(change(plan.manual, parts, place))
        kept.save()
        return redirect(f"{request.path}#module-{min(place, len(parts) - 1)}")

    return step


def _apply(request, kept, plan, _place):
    """Make it as it was shown, with the titles as they stand in the form."""
    looked_at = _meant(kept)
    _keep_typed(request, kept, plan)
    if request.POST.get("basis", plan.basis) != plan.basis or _meant(kept) != looked_at:
        messages.warning(request, _("What would be made is not what this page showed before. Look over it again."))
        return redirect("manual_review", kept.token)
    with kept.taken() as ours:
        if not ours:
            return redirect("manual_upload")
        try:
            made = import_manual(upload=kept.upload, by=request.user, choices=_choices(kept))
        except (RefusedError, ValidationError) as refusal:
            messages.error(request, sentence(refusal))
            return redirect("manual_review", kept.token)
        kept.discard()
    for line in made.told:
        messages.warning(request, line)
    messages.success(request, _said(made))
    return redirect("wagtailadmin_explore", made.page.pk)


def _meant(kept):
    return kept.decisions.get("course"), kept.decisions.get("language")


def _cancel(request, kept, plan, _place):
    kept.discard()
    messages.info(request, _("Nothing was made."))
    return redirect("manual_upload")


def _reset(request, kept, _plan, _place):
    """The modules as they were suggested."""
    kept.decisions.pop("parts", None)
    kept.save()
    return redirect("manual_review", kept.token)


STEPS = {
    "update": _update,
    "split": _arrange(arranging.split),
    "join": _arrange(lambda _manual, parts, place: arranging.join(parts, place)),
    "drop": _arrange(lambda _manual, parts, place: arranging.drop(parts, place, dropped=True)),
    "take": _arrange(lambda _manual, parts, place: arranging.drop(parts, place, dropped=False)),
    "reset": _reset,
    "apply": _apply,
    "cancel": _cancel,
}


def _keep_typed(request, kept, plan):
    """Keep the title, language and course chosen and the titles of modules; the parts with these titles."""
    form = ReviewForm(request.POST, plan=plan, account=request.user)
    if not form.is_valid():
        messages.error(request, " ".join(error for errors in form.errors.values() for error in errors))
        return plan.parts
    said = form.cleaned_data
    parts = arranging.rename(plan.parts, form.titles())
    another = said["course"] and said["course"] != form.initial["course"]
    for name in ("title", "language", "course"):
        if said[name] and said[name] != form.initial[name]:
            kept.decisions[name] = said[name]
    if another:  # its modules are arranged as those of that course were
        kept.decisions.pop("parts", None)
    elif parts != plan.parts:
        kept.decisions["parts"] = _dumped(parts)
    kept.save()
    return parts


def _choices(kept):
    said = kept.decisions
    parts = tuple(Part(**part) for part in json.loads(said.get("parts", "[]")))
    return Choices(**{name: said.get(name, "") for name in ("title", "language", "course")}, parts=parts)


def _dumped(parts):
    return json.dumps([asdict(part) for part in parts])


def _said(made):
    if made.plan.quiet:
        return _("Nothing has changed since the last edition, so nothing was written.")
    return _("“%(title)s” has drafts. Read them over and publish them.") % {"title": made.course.title}
