"""The trail, for whoever audits: who changed or disclosed what, narrowed by who, what, when and which record."""

from django.core.paginator import Paginator
from django.shortcuts import render
from django.views.decorators.http import require_safe

from training.forms.trail import TrailForm
from training.models import TrailEntry
from training.permissions import Action, require
from training.services import trail as service
from training.services.record_history import KINDS

ON_A_PAGE = 50


@require_safe
def trail(request):
    """What was asked for and could not be understood shows its errors, and no entries."""
    require(request.user, Action.READ_TRAIL)
    form = TrailForm(request.GET)
    entries = form.entries() if form.is_valid() else TrailEntry.objects.none()
    page = Paginator(entries.select_related("by", "session"), ON_A_PAGE).get_page(request.GET.get("page"))
    if form.is_narrowed:
        service.record(
            by=request.user,
            action="trail searched",
            detail={"by": sorted(form.narrowed), "found": page.paginator.count},
        )
    entries = list(page.object_list)
    context = {"form": form, "page": page, "entries": entries, "kinds_with_history": list(KINDS)}
    return render(request, "training/trail/page.html", context, status=200 if form.is_valid() else 400)
