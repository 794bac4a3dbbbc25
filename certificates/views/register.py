"""The register of certificates, for coordinators and managers: the list, one entry, and files. Showing names is a
disclosure, so whose certificates were shown goes into the trail.
"""

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from certificates.exports.register import FORMATS, companion, ids_of, take_register
from certificates.filters import RegisterForm
from certificates.models import Certificate
from certificates.serials import read_serial
from certificates.services.renewing import running_out, ways_of
from certificates.statistics.listing import certificates_for
from certificates.telling import told
from training.permissions import Action, allows_on, require
from training.services import trail
from training.statistics.addresses import tidied
from training.views.files import METADATA, number_taken, saved, with_number

PER_PAGE = 50
COMPANION = "csv-metadata"


@require_safe
def register(request):
    """What fits, of the people whom the account may see by name, with what can be done about those that run out."""
    require(request.user, Action.READ_CERTIFICATES)
    address = tidied(request.GET)
    if address != request.GET:
        return redirect(f"{request.path}?{address.urlencode()}")
    form = RegisterForm(request.GET, reader=request.user)
    if not form.is_valid():
        return render(request, "certificates/register/list.html", {"form": form}, status=400)
    page = Paginator(certificates_for(request.user, form.wanted), PER_PAGE).get_page(request.GET.get("page"))
    found = list(page.object_list)
    if found:
        detail = {"by": form.wanted.narrowed_by, "shown": len(found)}
        trail.record(by=request.user, action="certificates listed", records=ids_of(found), detail=detail)
    ways = ways_of(found)
    context = {
        "form": form,
        "page": page,
        "rows": [(one, ways.get(one.pk)) for one in found],
        "running_out": running_out(Certificate.objects.visible_to(request.user)).count(),
        "narrowing": urlencode(form.asked.narrowing),
    }
    return render(request, "certificates/register/list.html", context)


@require_safe
def download(request, format):  # noqa: A002  the word in the address
    """The whole list as a file. Its number stands in the trail with whoever took it."""
    require(request.user, Action.READ_CERTIFICATES)
    form = RegisterForm(request.GET, reader=request.user)
    if format not in {*FORMATS, COMPANION} or not form.is_valid():
        raise Http404
    if format == COMPANION:
        number = number_taken(request, "certificates downloaded")
        return HttpResponse(companion(form.wanted, by=request.user, number=number), content_type=METADATA)
    taken = take_register(form.wanted, by=request.user, kind=format)
    if format != "csv":
        return saved(taken)
    beside = reverse("certificate_register_file", args=[COMPANION])
    return saved(taken, described_at=with_number(request, beside, taken.number))


@require_safe
def entry(request, serial):
    """One certificate: what it says, what became of it, and those before and after it."""
    require(request.user, Action.READ_CERTIFICATES)
    visible = Certificate.objects.visible_to(request.user)
    about = ("participation__person", "participation__session", "issued_by", "revoked_by", "supersedes", "renews")
    found = get_object_or_404(visible.select_related(*about, "superseded_by"), serial=read_serial(serial))
    trail.record(by=request.user, action="certificate viewed", records=ids_of([found]))
    session = found.participation.session
    context = {
        "certificate": found,
        "told": told(found.content),
        "way": ways_of([found]).get(found.pk),
        "renewals": Certificate.objects.current().filter(renews__participation=found.participation_id),
        "may_work_on": allows_on(request.user, Action.ISSUE_CERTIFICATES, session),
    }
    return render(request, "certificates/register/entry.html", context)
