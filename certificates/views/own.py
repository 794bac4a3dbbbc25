"""One's own certificates and transcript, the file of any certificate that one may see, and transcripts of others."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from certificates.exports.transcript import take_transcript
from certificates.models import Certificate
from certificates.serials import read_serial
from certificates.services.reading import read_pdf
from certificates.services.renewing import ways_of
from training.models import Participation, Person
from training.permissions import Action, require
from training.views.files import saved


@require_safe
def own_certificates(request):
    """Those that stand, each with how it can be prolonged; below, what another has taken the place of."""
    require(request.user, Action.READ_OWN_CERTIFICATES)
    found = Certificate.objects.filter(participation__person__account=request.user).select_related("superseded_by")
    current = [one for one in found if not one.superseded_at]
    ways = ways_of(current)
    context = {
        "certificates": [(one, ways.get(one.pk)) for one in current],
        "superseded": [one for one in found if one.superseded_at],
        "attended": Participation.objects.counted().filter(person__account=request.user).count(),
    }
    return render(request, "certificates/own/list.html", context)


@require_safe
def own_transcript(request):
    """Everything one attended, as a PDF."""
    require(request.user, Action.READ_OWN_CERTIFICATES)
    person = Person.objects.filter(account=request.user).first()
    if person is None:
        raise Http404
    return _paper(request, person, "own_certificates")


@require_safe
def transcript(request, pk):
    """The same of somebody whose record the account keeps."""
    require(request.user, Action.EDIT_PEOPLE)
    person = get_object_or_404(Person.objects.kept_by(request.user).not_erased(), pk=pk)
    return _paper(request, person, "person", pk)


def _paper(request, person, back, *arguments):
    try:
        taken = take_transcript(person=person, by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect(back, *arguments)
    response = saved(taken)
    response.headers["Cache-Control"] = "private, no-store"
    return response


@require_safe
def certificate_file(request, serial):
    """The PDF, byte for byte as it was issued."""
    visible = Certificate.objects.visible_to(request.user).select_related("participation__session")
    certificate = get_object_or_404(visible, serial=read_serial(serial))
    try:
        pdf = read_pdf(certificate=certificate, by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("home")
    response = HttpResponse(pdf, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{certificate.serial}.pdf"'
    response.headers["Cache-Control"] = "private, no-store"
    return response
