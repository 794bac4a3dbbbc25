"""Reports: the list of them, keeping questions together, showing what they say now. What is kept: views/frozen.py."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from training.choices import Audience
from training.forms.reports import FreezeForm, ReportForm
from training.models import FrozenReport, SavedReport
from training.permissions import Action, allows, require
from training.services.reports import add_question, freeze_report, remove_report, save_report
from training.statistics.asking_again import answer_again, read_questions
from training.statistics.sections import sections_of

FROZEN_ON_A_PAGE = 25


@require_safe
def report_list(request: HttpRequest) -> HttpResponse:
    require(request.user, Action.READ_REPORTS)
    saved = SavedReport.objects.select_related("created_by").annotate(times_frozen=Count("frozen"))
    frozen = FrozenReport.objects.select_related("frozen_by").defer("document")
    context = {
        "saved": saved,
        "page": Paginator(frozen, FROZEN_ON_A_PAGE).get_page(request.GET.get("page")),
        "may_keep": allows(request.user, Action.KEEP_REPORTS),
    }
    return render(request, "training/reports/list.html", context)


@require_safe
def report_page(request: HttpRequest, pk: int) -> HttpResponse:
    """What the report says at this moment."""
    require(request.user, Action.READ_REPORTS)
    saved = get_object_or_404(SavedReport, pk=pk)
    context = {"saved": saved, "may_keep": allows(request.user, Action.KEEP_REPORTS), "live": True}
    try:
        answered = answer_again(saved, reader=request.user)
    except ValidationError as refusal:
        return render(request, "training/reports/page.html", {**context, "refusal": refusal.messages})
    records_at = f"{reverse('records')}?" if answered.report.audience == Audience.INTERNAL else ""
    context |= {"report": answered.report, "sections": sections_of(answered.tables, records_at=records_at)}
    context |= {"footnotes": answered.report.footnotes} if answered.report.footnotes else {}
    context["frozen"] = saved.frozen.defer("document")
    return render(request, "training/reports/page.html", context)


def report_new(request: HttpRequest) -> HttpResponse:
    """A new report, with the question that `?question=` brings; or that question for a report there is."""
    require(request.user, Action.KEEP_REPORTS)
    return _form_page(request, None)


def report_edit(request: HttpRequest, pk: int) -> HttpResponse:
    require(request.user, Action.KEEP_REPORTS)
    return _form_page(request, get_object_or_404(SavedReport, pk=pk))


def _form_page(request: HttpRequest, saved: SavedReport | None) -> HttpResponse:
    form = _form(request, saved)
    if form.is_bound and form.is_valid():
        seen = parse_datetime(form.cleaned_data["version"] or "")
        kept = _try(form, lambda: save_report(by=request.user, report=saved, version=seen, **form.details()))
        if kept:
            messages.success(request, _("Saved."))
            return redirect(kept)
        _take_newest_version(form, saved)
    context = {"form": form, "saved": saved, "rows": read_questions(form.rows, reader=request.user)}
    if saved is None and form.rows:
        context["others"] = SavedReport.objects.all()
    return render(request, "training/reports/form.html", context)


def _form(request: HttpRequest, saved: SavedReport | None) -> ReportForm:
    instance = saved or SavedReport(created_by=request.user)
    move = request.POST.get("move")
    if move:
        return ReportForm.rearranged(request.POST, instance=instance, move=move)
    if request.method == "POST":
        return ReportForm(request.POST, instance=instance)
    return ReportForm(instance=instance, asked=_arriving(request))


def _arriving(request: HttpRequest) -> list[dict[str, str]]:
    """The question that the statistics page sent, under the title it has there."""
    address = request.GET.get("question", "").lstrip("?")
    kept = read_questions([{"title": "", "address": address}], reader=request.user) if address else []
    return [{"title": one.asked.title if one.asked else "", "address": address} for one in kept]


def _try(form: ReportForm, service: Any) -> Any:
    """The service's answer, or None with its refusal on the form."""
    try:
        return service()
    except ValidationError as refusal:
        by_field = refusal.error_dict if hasattr(refusal, "error_dict") else {"": refusal.error_list}
        for name, errors in by_field.items():
            form.add_error(name if name in form.fields else None, errors)
        return None


def _take_newest_version(form: ReportForm, saved: SavedReport | None) -> None:
    """After a conflict what was typed stays, and saving it again puts it in place of what somebody else saved."""
    if saved is not None and form.has_error("__all__", "conflict"):
        form.data = form.data.copy()
        form.data["version"] = SavedReport.objects.get(pk=saved.pk).updated_at.isoformat()


@require_POST
def report_add(request: HttpRequest, pk: int) -> HttpResponse:
    """One more question for a report there is."""
    require(request.user, Action.KEEP_REPORTS)
    saved = get_object_or_404(SavedReport, pk=pk)
    title, address = request.POST.get("question_title", ""), request.POST.get("question_address", "")
    try:
        add_question(by=request.user, report=saved, title=title, address=address)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("reports")
    messages.success(request, _("The question is added, at the end."))
    return redirect(saved)


def report_remove(request: HttpRequest, pk: int) -> HttpResponse:
    require(request.user, Action.KEEP_REPORTS)
    saved = get_object_or_404(SavedReport, pk=pk)
    if request.method != "POST":
        return render(
            request, "training/reports/remove.html", {"saved": saved, "frozen": saved.frozen.defer("document")}
        )
    try:
        remove_report(by=request.user, report=saved)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect(saved)
    messages.success(request, _("The report is removed."))
    return redirect("reports")


def report_freeze(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what will be kept, then keep it."""
    require(request.user, Action.KEEP_REPORTS)
    saved = get_object_or_404(SavedReport, pk=pk)
    form = FreezeForm(request.POST or None, initial={"seen": saved.frozen.count()})
    if request.method == "POST" and form.is_valid():
        try:
            frozen = freeze_report(by=request.user, report=saved, **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error(None, refusal.messages)
        else:
            messages.success(request, _("Kept as %(number)s.") % {"number": frozen.label})
            return redirect(frozen)
    kept = read_questions(saved.questions, reader=request.user)
    return render(request, "training/reports/freeze.html", {"saved": saved, "form": form, "rows": kept})
