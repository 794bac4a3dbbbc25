"""The page of targets and how far they are; adding, changing and removing one."""

from collections import Counter
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from training.forms.targets import TargetFilter, TargetForm
from training.models import Project, Target
from training.permissions import Action, allows, keeping_scope, require
from training.services.targets import add_target, change_target, remove_target, require_keeping
from training.statistics.standing import Standing
from training.statistics.targets import Progress, progress_of


@dataclass
class Row:
    """A target on the page, and the address of the question that its reached figure answers."""

    progress: Progress
    address: str


@require_safe
def target_list(request):
    """Every target with its progress, project by project. A project that is none shows its error and no target."""
    require(request.user, Action.VIEW_TARGETS)
    form = TargetFilter(request.GET)
    found = progress_of(form.targets(), reader=request.user)
    counted = Counter(one.standing for one in found)
    own = Project.objects.filter(keeping_scope(request.user))
    context = {
        "form": form,
        "projects": [
            {"key": key, "id": pk, "title": title, "rows": [Row(one, question_address(one)) for one in rows]}
            for (pk, key, title), rows in groupby(found, lambda o: (o.project_id, o.project_key, o.project_title))
        ],
        "standings": [(standing, counted[standing]) for standing in Standing if counted[standing]],
        "today": timezone.localdate(),
        "may_keep": allows(request.user, Action.KEEP_TARGETS),
        "own": set(own.values_list("pk", flat=True)),
    }
    return render(request, "training/targets/page.html", context, status=200 if form.is_valid() else 400)


def question_address(progress):
    """The table with exactly the question whose total is what the target has reached."""
    promise = progress.promise
    question = {
        "rows": "sex",
        "columns": "",
        "measure": promise.measure,
        "project": progress.project_key,
        "start": promise.start.isoformat(),
        "end": promise.end.isoformat(),
    }
    return f"{reverse('statistics_table')}?{urlencode(question)}"


def target_new(request):
    require(request.user, Action.KEEP_TARGETS)
    form = TargetForm(request.POST or None, account=request.user, project=request.GET.get("project", ""))
    if form.is_valid():
        project = form.cleaned_data["project"]
        if _try(form, lambda: add_target(project=project, by=request.user, **form.promise())):
            messages.success(request, _("The target is kept."))
            return _to_list(project)
    return render(request, "training/targets/form.html", {"form": form})


def target_edit(request, pk):
    target = _target_to_keep(request, pk)
    form = TargetForm(request.POST or None, account=request.user, target=target)
    if form.is_valid() and _try(form, lambda: change_target(target=target, by=request.user, **form.promise())):
        messages.success(request, _("The target is changed."))
        return _to_list(target.project)
    return render(request, "training/targets/form.html", {"form": form, "target": target})


def target_remove(request, pk):
    target = _target_to_keep(request, pk)
    if request.method != "POST":
        return render(request, "training/targets/remove.html", {"target": target})
    try:
        remove_target(target=target, by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, _("The target is removed. No figure has changed."))
    return _to_list(target.project)


def _target_to_keep(request, pk):
    """404 for a target that is none, 403 for one this account does not keep."""
    require(request.user, Action.VIEW_TARGETS)
    target = get_object_or_404(Target.objects.select_related("project"), pk=pk)
    require_keeping(request.user, target.project)
    return target


def _to_list(project):
    return redirect(f"{reverse('targets')}#project-{project.key}")


def _try(form, change):
    """The record that was changed; None, with the reasons in the form, where it was refused."""
    try:
        return change()
    except ValidationError as refusal:
        form.add_error(None, refusal)
        return None
