"""Checking a certificate, open to all. No name is shown to who does not bring it along: typed, in the file, or in
the QR code. That statement stands behind the # of the address, which browsers keep to themselves: verify.js checks it.
"""

from allauth.core import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe

from certificates.forms import CheckForm, FileForm, NameForm, StatementForm
from certificates.serials import read_serial
from certificates.services.checking import check_file, check_serial, check_statement
from certificates.services.revocations import signed_list
from certificates.telling import proof, public_keys, told

NOT_FOUND = 404
FORMS = {"serial": CheckForm, "statement": StatementForm, "file": FileForm}


@login_not_required
@never_cache
@sensitive_post_parameters("statement")
def verify(request):
    """Asks for a serial, for what a QR code holds, or for the file, and checks what it got."""
    if refusal := limited(request):
        return refusal
    forms = {name: form() for name, form in FORMS.items()}
    if request.method == "POST":
        sent = next((name for name in ("serial", "statement") if name in request.POST), "file")
        forms[sent] = FORMS[sent](request.POST, request.FILES)
        if forms[sent].is_valid() and (answer := _checked(request, sent, forms[sent])):
            return answer
    return render(request, "certificates/verify/ask.html", {"forms": forms, "proof": proof()})


@login_not_required
@never_cache
@sensitive_post_parameters("name")
def verify_serial(request, serial):
    """What the certificate of this serial says, but the name: that is compared with what is typed."""
    if refusal := limited(request):
        return refusal
    form = NameForm(request.POST or None)
    name = form.cleaned_data["name"] if request.method == "POST" and form.is_valid() else ""
    answer = check_serial(serial, name=name)
    context = _told(answer) | {"form": form, "proof": proof()}
    return render(request, "certificates/verify/answer.html", context, status=200 if answer.certificate else NOT_FOUND)


@login_not_required
@require_safe
def keys(request):
    """The public halves of all keys that ever signed statements."""
    return JsonResponse({"keys": public_keys()}, json_dumps_params={"indent": 2})


@login_not_required
@require_safe
@never_cache
def revoked(request):
    if refusal := limited(request):
        return refusal
    return JsonResponse(signed_list())


def limited(request) -> HttpResponse | None:
    """A refusal for whoever asks too often."""
    return ratelimit.consume_or_429(request, action="verify_certificate", limit_get=True)


def _checked(request, sent, form):
    """What there is to say; None where it is no serial at all, which the form says."""
    if sent == "serial":
        if serial := read_serial(form.cleaned_data["serial"]):
            return redirect("verify_serial", serial)
        form.add_error("serial", _("This is no serial: it has EV and sixteen letters and digits."))
        return None
    if sent == "statement":
        answer = check_statement(form.cleaned_data["statement"])
    else:
        answer = check_file(form.cleaned_data["file"].read())
    return render(request, "certificates/verify/answer.html", _told(answer) | {"brought": sent})


def _told(answer):
    certificate = answer.certificate
    own = certificate.content["footnotes"] if certificate else []
    return ({"footnotes": own} if own else {}) | {
        "answer": answer,
        "certificate": certificate,
        "told": told(certificate.content) if certificate else [],
        "successor": getattr(certificate, "superseded_by", None) if certificate else None,
        "renewal": certificate.renewals.standing().order_by("-pk").first() if certificate else None,
    }
