"""The files of the statistics pages. Those for people say whose figures they are, of when and under which number."""

from dataclasses import replace

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from training.choices import Audience
from training.exports.files import KINDS
from training.forms.statistics import QuestionForm
from training.models.reports import DEFAULT_THRESHOLD, LEAST_THRESHOLD, MOST_THRESHOLD
from training.permissions import Action, require
from training.services import trail
from training.statistics.question import MEASURES

TIDY = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json; charset=utf-8",
    "csv-metadata": "application/csvm+json; charset=utf-8",
}


def statistics_download(request: HttpRequest, format: str) -> HttpResponse:  # noqa: A002  the word in the address
    """The table of this address as a file; its number stands in the trail with whoever took it."""
    require(request.user, Action.VIEW_STATISTICS)
    if format not in {*TIDY, *KINDS}:
        raise Http404
    form = QuestionForm(request.GET, reader=request.user)
    if not form.is_valid():
        return _refused(request, form)
    try:
        return _tidy(request, form, format) if format in TIDY else _file(request, form, format)
    except ValidationError as refusal:
        form.add_error(None, refusal)
        return _refused(request, form)


def _refused(request: HttpRequest, form: QuestionForm) -> HttpResponse:
    return render(request, "training/statistics/table.html", {"form": form}, status=400)


def _file(request: HttpRequest, form: QuestionForm, kind: str) -> HttpResponse:
    """For people: the measures asked for, laid out as on the page."""
    from training.exports.taking import take_away  # pandas is slow to import

    audience, threshold = _readers(request)
    taken = take_away(
        by=request.user,
        question=form.question,
        title=form.asked.title,
        address=form.asked.address,
        kind=kind,
        audience=audience,
        threshold=threshold,
    )
    headers = {"Content-Disposition": f'attachment; filename="{taken.name}"'}
    return HttpResponse(taken.data, content_type=taken.content_type, headers=headers)


def _readers(request: HttpRequest) -> tuple[str, int]:
    """Who will read the file, and the smallest group it shows them."""
    audience = request.GET.get("audience") or Audience.INTERNAL.value
    threshold = request.GET.get("threshold") or str(DEFAULT_THRESHOLD)
    if audience not in Audience.values:
        raise ValidationError(_("Unknown readers: %(given)s. Possible: internal, donor.") % {"given": audience})
    if not threshold.isdecimal() or not LEAST_THRESHOLD <= int(threshold) <= MOST_THRESHOLD:
        span = {"least": LEAST_THRESHOLD, "most": MOST_THRESHOLD}
        raise ValidationError(_("The smallest group shown is a number from %(least)d to %(most)d.") % span)
    return audience, int(threshold)


def _tidy(request: HttpRequest, form: QuestionForm, kind: str) -> HttpResponse:
    """For programs: every measure, tidy rows."""
    from training.exports import tidy
    from training.statistics.engine import ask

    answer = ask(replace(form.question, measures=MEASURES))
    if kind == "csv-metadata":
        return HttpResponse(tidy.to_csv_metadata(answer, "statistics.csv"), content_type=TIDY[kind])
    text = {"csv": tidy.to_csv, "json": tidy.to_json}[kind](answer)
    entry = trail.record(by=request.user, action="statistics downloaded", detail={"by": list(form.question.by)})
    name = f"evidenca-{'-'.join(form.question.by)}-{entry.pk}.{kind}"
    metadata = f"{reverse('statistics_download', args=['csv-metadata'])}?{request.GET.urlencode()}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Link": f'<{metadata}>; rel="describedby"'}
    return HttpResponse(text, content_type=TIDY[kind], headers=headers)
