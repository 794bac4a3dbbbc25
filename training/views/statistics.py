"""The dashboard and the table builder. numpy is slow to import: only when asked."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from training.forms.statistics import QuestionForm
from training.permissions import Action, allows, require
from training.statistics.addresses import LAYOUT, narrowing, tidied
from training.statistics.footnotes import footnotes_for


@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    """What is asked every week, under the filters in the address. An address of a table, or one for donors, leads to
    the table: the dashboard is for the house.
    """
    require(request.user, Action.VIEW_STATISTICS)
    address = tidied(request.GET)
    if any(name in address for name in (*LAYOUT, "audience")):
        return redirect(f"{reverse('statistics_table')}?{address.urlencode()}")
    if address != request.GET:
        return redirect(f"{request.path}?{address.urlencode()}")
    form = QuestionForm(request.GET, reader=request.user)
    if not form.is_valid():
        return render(request, "training/statistics/dashboard.html", {"form": form}, status=400)
    from training.statistics.dashboard import dashboard_of

    board = dashboard_of(form.question, form.lists)
    context = {
        "form": form,
        "board": board,
        "women_codes": {"sex": "F"},
        "may_see_targets": allows(request.user, Action.VIEW_TARGETS),
        "table_at": reverse("statistics_table"),
        "records_at": f"{reverse('records')}?",
        "learned_at": f"{reverse('records_of_learning')}?",
        **_footnotes(form, board.tables),
    }
    return render(request, "training/statistics/dashboard.html", context)


@require_safe
def table(request: HttpRequest) -> HttpResponse:
    """Any dimensions down and across. A question that cannot be asked shows its errors and keeps what was chosen."""
    require(request.user, Action.VIEW_STATISTICS)
    address = tidied(request.GET)
    if address != request.GET:
        return redirect(f"{request.path}?{address.urlencode()}")
    form = QuestionForm(request.GET, reader=request.user)
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        try:
            context |= _laid_out(form) | {"may_keep": allows(request.user, Action.KEEP_REPORTS)}
        except ValidationError as refusal:
            form.add_error(None, refusal)
    return render(request, "training/statistics/table.html", context, status=200 if form.is_valid() else 400)


def _laid_out(form: QuestionForm) -> dict[str, Any]:
    from training.statistics.disclosure import withhold_table, would_hide
    from training.statistics.engine import ask
    from training.statistics.layout import lay_out
    from training.statistics.table import table_of

    asked, threshold = form.asked, form.cleaned_data["threshold"]
    table = table_of(ask(asked.question), title=asked.title, address=asked.address, filters=asked.filters)
    marks = {}
    if form.is_for_donors:
        table = withhold_table(table, threshold)
    elif form.cleaned_data["marked"]:
        marks = {frozenset(zip(*place, strict=True)): reason for place, reason in would_hide(table, threshold).items()}
    return {
        "title": asked.title,
        "table": table,
        "grid": lay_out(table, asked.layout),
        "layout": asked.layout,
        "parts": form.cleaned_data["parts"] and not form.is_for_donors,
        "marks": marks,
        # What donors get has no doors into the register.
        "records": "" if form.is_for_donors else f"{reverse('records')}?{asked.address}",
        "threshold": threshold,
        "notes": [text for _code, text in table.notes],
        "narrowing": urlencode(narrowing(asked.question)),
        **_footnotes(form, [table]),
    }


def _footnotes(form: QuestionForm, tables: Iterable[Any]) -> dict[str, Any]:
    """The wording of the projects asked about, in the place of the page's own; nothing where it is not needed."""
    labels = [label for table in tables for own in table.labels.values() for label in own.values()]
    said = [words for _label, words in form.asked.filters]
    filters = form.question.filters
    texts = footnotes_for([*labels, *said], filters.get("project", ()), filters.get("funder", ()))
    return {"footnotes": texts} if texts else {}
