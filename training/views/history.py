"""What changed on a record: with its values for those in whose scope it is, without for auditors."""

from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from training.permissions import Action, allows
from training.services.record_history import history_of

ON_A_PAGE = 50


@require_safe
def record_changes(request, kind, pk):
    history = history_of(kind=kind, pk=pk, by=request.user)
    if history is None:
        raise Http404
    page = Paginator(history.entries, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "history": history,
        "page": page,
        "entries": history.of(page.object_list),
        "may_read_trail": allows(request.user, Action.READ_TRAIL),
    }
    return render(request, "training/history/page.html", context)
