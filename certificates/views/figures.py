"""Certificates in the statistics: the overview, tables of any two dimensions, what is behind each figure, and files."""

from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from certificates.exports.figures import FORMATS, footnotes_of, take_figures
from certificates.filters import CertificatesForm
from certificates.statistics.counting import Reading, behind, notes_of
from certificates.statistics.dimensions import BY
from certificates.statistics.overview import overview_of
from training.models import Session
from training.permissions import Action, allows, require
from training.statistics.addresses import tidied
from training.statistics.disclosure import withhold_table
from training.statistics.layout import lay_out
from training.views.files import saved
from training.views.records import codes_of_figure

PER_PAGE = 50
OF_A_TABLE = ("rows", "columns", "audience")


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """What is eligible, pending and issued, and who has it. An address of a table leads to the table."""
    require(request.user, Action.VIEW_STATISTICS)
    address = tidied(request.GET)
    if any(name in address for name in OF_A_TABLE):
        return redirect(f"{reverse('certificate_table')}?{address.urlencode()}")
    if address != request.GET:
        return redirect(f"{request.path}?{address.urlencode()}")
    form = CertificatesForm(request.GET, reader=request.user)
    if not form.is_valid():
        return render(request, "certificates/figures/overview.html", {"form": form}, status=400)
    found = overview_of(form.asked)
    context = {"form": form, "overview": found, **_around(request, form), **_footnotes(form, found.tables)}
    return render(request, "certificates/figures/overview.html", context)


@require_safe
def table(request: HttpRequest) -> HttpResponse:
    """One dimension down and one across, as readers inside or outside get it."""
    require(request.user, Action.VIEW_STATISTICS)
    address = tidied(request.GET)
    if address != request.GET:
        return redirect(f"{request.path}?{address.urlencode()}")
    form = CertificatesForm(request.GET, reader=request.user)
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        try:
            context |= _laid_out(form) | _around(request, form)
        except ValidationError as refusal:
            form.add_error(None, refusal)
    return render(request, "certificates/figures/table.html", context, status=200 if form.is_valid() else 400)


@require_safe
def records(request: HttpRequest) -> HttpResponse:
    """The sessions behind a figure, with how many of its certificates each holds."""
    require(request.user, Action.VIEW_STATISTICS)
    form = CertificatesForm(request.GET, reader=request.user)
    if not form.is_valid():
        raise Http404(_("There is no such figure."))
    codes = codes_of_figure(request, BY)
    try:
        found = behind(form.asked, codes)
    except ValidationError as refusal:
        raise Http404(refusal.messages[0]) from refusal
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    keys = [key for key, _number in page]
    sessions = Session.objects.select_related("project").in_bulk(keys, field_name="key")
    may_open = set(Session.objects.visible_to(request.user).filter(key__in=keys).values_list("key", flat=True))
    context = {
        "form": form,
        "said": [(BY[name].label, form.code_label(name, code)) for name, code in codes.items()],
        "page": page,
        "rows": [(sessions[key], number, key in may_open) for key, number in page],
        "total": sum(number for _key, number in found),
        "in_register": urlencode(form.asked.narrowed_to(codes)),
        **_around(request, form),
    }
    return render(request, "certificates/figures/records.html", context)


@require_safe
def download(request: HttpRequest, format: str) -> HttpResponse:  # noqa: A002  the word in the address
    """The table of this address as a file; its number stands in the trail with whoever took it."""
    require(request.user, Action.VIEW_STATISTICS)
    if format not in FORMATS:
        raise Http404
    form = CertificatesForm(request.GET, reader=request.user)
    if form.is_valid():
        readers = {name: form.cleaned_data[name] for name in ("audience", "threshold")}
        try:
            taken = take_figures(form.asked, by=request.user, kind=format, **readers)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            return saved(taken)
    return render(request, "certificates/figures/table.html", {"form": form}, status=400)


def _laid_out(form: CertificatesForm) -> dict[str, Any]:
    asked, threshold = form.asked, form.cleaned_data["threshold"]
    found = Reading(asked, asked.by).table(asked)
    if form.is_for_donors:
        found = withhold_table(found, threshold)
    return {
        "title": asked.title,
        "table": found,
        "grid": lay_out(found, asked.layout),
        "layout": asked.layout,
        # What donors get has no doors into the register.
        "behind": "" if form.is_for_donors else f"{reverse('certificate_records')}?{asked.address}",
        "threshold": threshold,
        "notes": [text for _code, text in notes_of(asked)],
        **_footnotes(form, [found]),
    }


def _around(request: HttpRequest, form: CertificatesForm) -> dict[str, Any]:
    """Where the figures lead."""
    return {
        "narrowing": urlencode(form.asked.narrowing),
        "records_at": f"{reverse('certificate_records')}?",
        "table_at": reverse("certificate_table"),
        "may_read_register": allows(request.user, Action.READ_CERTIFICATES),
    }


def _footnotes(form: CertificatesForm, tables: list[Any]) -> dict[str, Any]:
    """The wording of the projects asked about, in the place of the page's own; nothing where it is not needed."""
    texts = footnotes_of(form.asked, tables)
    return {"footnotes": texts} if texts else {}
