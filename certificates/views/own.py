"""One's own certificates, and the file of any that one may see."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from certificates.models import Certificate
from certificates.serials import read_serial
from certificates.services.reading import read_pdf
from training.permissions import Action, require


@require_safe
def own_certificates(request):
    require(request.user, Action.READ_OWN_CERTIFICATES)
    found = Certificate.objects.filter(participation__person__account=request.user)
    return render(request, "certificates/own/list.html", {"certificates": found.select_related("superseded_by")})


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
