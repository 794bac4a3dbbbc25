"""What stands behind the figures: sessions, those the account may open as links. Names stay on the sessions' own pages,
for those who may see them. pandas is slow to import: only when asked.
"""

from collections.abc import Container, Iterable
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from training.forms.statistics import QuestionForm
from training.models import Session
from training.permissions import Action, require
from training.statistics.addresses import narrowing
from training.statistics.dimensions import DIMENSIONS

PER_PAGE = 50


@require_safe
def records(request: HttpRequest) -> HttpResponse:
    """The sessions behind a figure of a table, with how many of its participations each holds."""
    form = _form(request)
    from training.statistics.engine import behind

    try:
        codes = codes_of_figure(request)
        figures = behind(form.question, codes, of_margin="margin" in request.GET)
    except ValidationError as error:
        raise Http404(error.messages[0]) from error
    rows = [(row.session, row) for row in figures.itertuples(index=False)]
    context = {"total": int(figures["participations"].sum()), "named": int(figures["backed"].sum())}
    return _shown(request, form, rows, context, codes)


@require_safe
def of_learning(request: HttpRequest) -> HttpResponse:
    """The sessions behind completion and test gain of women, of men, or of those whose sex is not recorded."""
    form = _form(request)
    from training.statistics.learning import learning_by_session

    codes = codes_of_figure(request)
    if set(codes) != {"sex"}:
        raise Http404(_("Completion is shown by sex."))
    rows = list(learning_by_session(form.question, codes["sex"]))
    context = {
        "completed": sum(learning.completed for _key, learning in rows),
        "known": sum(learning.known for _key, learning in rows),
        "tested": sum(learning.tested for _key, learning in rows),
    }
    return _shown(request, form, rows, {"learning": True, **context}, codes)


@require_safe
def of_sessions(request: HttpRequest) -> HttpResponse:
    """The sessions that an answer rests on; or those that are planned, which it does not count."""
    form = _form(request)
    from training.statistics.engine import sessions_behind
    from training.statistics.planned import planned_sessions

    if planned := "planned" in request.GET:
        found = planned_sessions(form.question).order_by(F("end").desc(nulls_last=True), "title")
        rows = list(found.values_list("key", "number_of_sessions"))
    else:
        rows = sessions_behind(form.question)
    known = sum(number for _key, number in rows if number is not None)
    return _shown(request, form, rows, {"sessions": True, "planned": planned, "known": known})


def _form(request: HttpRequest) -> QuestionForm:
    require(request.user, Action.VIEW_STATISTICS)
    form = QuestionForm(request.GET, reader=request.user)
    if not form.is_valid():
        raise Http404(_("There is no such figure."))
    return form


def _shown(
    request: HttpRequest, form: QuestionForm, rows: Iterable[tuple[str, Any]], context: dict, codes: dict | None = None
) -> HttpResponse:
    """A page of these sessions (by key), each with its figures."""
    page = Paginator(list(rows), PER_PAGE).get_page(request.GET.get("page"))
    sessions = Session.objects.select_related("project").in_bulk([key for key, _own in page], field_name="key")
    may_open = set(Session.objects.visible_to(request.user).filter(key__in=sessions).values_list("key", flat=True))
    said = [(DIMENSIONS[name].label, form.code_label(name, code)) for name, code in (codes or {}).items()]
    context |= {
        "form": form,
        "said": said,
        "narrowing": urlencode(narrowing(form.question)),
        "page": page,
        "rows": [{"session": sessions[key], "figures": own, "may_open": key in may_open} for key, own in page],
    }
    return render(request, "training/statistics/records.html", context)


def codes_of_figure(request: HttpRequest, dimensions: Container[str] = DIMENSIONS) -> dict[str, str]:
    """`cell=jurisdiction:XK` from the address: the codes the figure stands for."""
    pairs = [pair.partition(":") for pair in request.GET.getlist("cell")]
    if any(name not in dimensions or not code for name, _colon, code in pairs):
        raise Http404(_("A cell is written as dimension:code."))
    return {name: code for name, _colon, code in pairs}
