"""The files of the statistics page: whose figures they are, of when and under which number."""

from dataclasses import replace

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from training.exports.files import KINDS, TIDY
from training.exports.taking import Wanted, answer, take_away
from training.exports.tidy import to_csv_metadata
from training.forms.statistics import QuestionForm
from training.permissions import Action, require
from training.statistics.question import MEASURES
from training.views.files import METADATA, number_taken, saved, with_number


@require_safe
def statistics_download(request: HttpRequest, format: str) -> HttpResponse:  # noqa: A002  the word in the address
    """The table of this address as a file; its number stands in the trail with whoever took it."""
    require(request.user, Action.VIEW_STATISTICS)
    if format not in {*KINDS, "csv-metadata"}:
        raise Http404
    form = QuestionForm(request.GET, reader=request.user)
    if not form.is_valid():
        return _refused(request, form)
    try:
        return _companion(request, form) if format == "csv-metadata" else _file(request, form, format)
    except ValidationError as refusal:
        form.add_error(None, refusal)
        return _refused(request, form)


def _refused(request: HttpRequest, form: QuestionForm) -> HttpResponse:
    return render(request, "training/statistics/table.html", {"form": form}, status=400)


def _file(request: HttpRequest, form: QuestionForm, kind: str) -> HttpResponse:
    taken = take_away(_wanted(form, kind), by=request.user, kind=kind)
    if kind != "csv":
        return saved(taken)
    metadata = reverse("statistics_download", args=["csv-metadata"])
    return saved(taken, described_at=with_number(request, metadata, taken.report.number))


def _companion(request: HttpRequest, form: QuestionForm) -> HttpResponse:
    """What a tidy CSV has no place for, under the number of the one that was taken."""
    number = number_taken(request, "statistics downloaded")
    report = answer(_wanted(form, "csv"), by=request.user, number=number)
    (table,) = report.tables
    return HttpResponse(to_csv_metadata(report, table, "statistics.csv"), content_type=METADATA)


def _wanted(form: QuestionForm, kind: str) -> Wanted:
    """The measures asked for; for programs every measure."""
    return Wanted(
        question=replace(form.question, measures=MEASURES) if kind in TIDY else form.question,
        layout=form.asked.layout,
        audience=form.cleaned_data["audience"],
        threshold=form.cleaned_data["threshold"],
    )
