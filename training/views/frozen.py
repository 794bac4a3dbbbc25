"""Frozen reports: shown as they were kept, compared with today, and as files. Nothing here asks for their figures."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from training.exports.files import KINDS
from training.exports.taking import take_frozen
from training.models import FrozenReport
from training.permissions import Action, require
from training.statistics.asking_again import ask_again
from training.statistics.changes import changes_of
from training.statistics.report import from_document
from training.statistics.sections import section_of
from training.views.files import saved


@require_safe
def frozen_report(request: HttpRequest, year: int, number: int) -> HttpResponse:
    """Exactly what was kept."""
    return render(request, "training/reports/frozen.html", _kept(request, year, number))


@require_safe
def frozen_changes(request: HttpRequest, year: int, number: int) -> HttpResponse:
    """The same questions today: every figure that differs. For donors both as withheld."""
    context = _kept(request, year, number)
    try:
        answered = ask_again(context["report"], reader=request.user)
    except ValidationError as refusal:
        return render(request, "training/reports/changes.html", {**context, "refusal": refusal.messages})
    context |= {"changes": changes_of(context["report"], answered), "today": answered.report}
    return render(request, "training/reports/changes.html", context)


@require_safe
def frozen_download(request: HttpRequest, year: int, number: int, format: str) -> HttpResponse:  # noqa: A002  in the address
    """The kept report as a file; its number stands in the trail with whoever took it. `?table=2` is whose chart."""
    require(request.user, Action.READ_REPORTS)
    frozen = get_object_or_404(FrozenReport, year=year, number=number)
    table = request.GET.get("table", "1")
    if format not in {*KINDS, "json"} or not table.isdecimal():
        raise Http404
    try:
        taken = take_frozen(by=request.user, frozen=frozen, kind=format, table=int(table))
    except ValidationError as refusal:
        raise Http404(refusal.messages[0]) from refusal
    return saved(taken)


def _kept(request: HttpRequest, year: int, number: int) -> dict[str, Any]:
    require(request.user, Action.READ_REPORTS)
    found = FrozenReport.objects.select_related("frozen_by", "saved")
    frozen = get_object_or_404(found, year=year, number=number)
    report = from_document(frozen.document)
    sections = [section_of(place, table) for place, table in enumerate(report.tables, start=1)]
    context = {
        "frozen": frozen,
        "report": report,
        "sections": sections,
        "downloads": [(word, kind.label) for word, kind in KINDS.items() if not kind.of_one_table] + [("json", "JSON")],
    }
    return {**context, "footnotes": report.footnotes} if report.footnotes else context
