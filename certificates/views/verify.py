"""Checking a certificate, open to all. No name is shown to who does not bring it along: typed, in the file, or in
the QR code. That statement stands behind the # of the address, which browsers keep to themselves: verify.js checks it.
"""

from base64 import b64encode

from allauth.core import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe

from certificates.choices import Kind
from certificates.forms import CheckForm, FileForm, NameForm
from certificates.keys import signing_key, statement_keys
from certificates.serials import read_serial
from certificates.services.checking import check_file, check_serial
from certificates.services.revocations import signed_list
from certificates.telling import statement_terms, told

NOT_FOUND = 404


@login_not_required
@never_cache
def verify(request):
    """Asks for a serial, or for the file, and checks what it got."""
    if request.method == "POST" and (limited := _limited(request)):
        return limited
    by_serial = "serial" in request.POST
    forms = {
        "serial": CheckForm(request.POST if by_serial else None),
        "file": FileForm(request.POST, request.FILES) if request.method == "POST" and not by_serial else FileForm(),
    }
    if by_serial and forms["serial"].is_valid():
        typed = forms["serial"].cleaned_data["serial"]
        if serial := read_serial(typed):
            return redirect("verify_serial", serial)
        forms["serial"].add_error("serial", _("This is no serial: it has EV and sixteen letters and digits."))
    if request.method == "POST" and not by_serial and forms["file"].is_valid():
        answer = check_file(forms["file"].cleaned_data["file"].read())
        return render(request, "certificates/verify/answer.html", _told(answer) | {"with_name": True})
    return render(request, "certificates/verify/ask.html", {"forms": forms, "proof": _proof()})


@login_not_required
@never_cache
@sensitive_post_parameters("name")
def verify_serial(request, serial):
    """What the certificate of this serial says, but the name: that is compared with what is typed."""
    if limited := _limited(request):
        return limited
    form = NameForm(request.POST or None)
    name = form.cleaned_data["name"] if request.method == "POST" and form.is_valid() else ""
    answer = check_serial(serial, name=name)
    context = _told(answer) | {"form": form, "proof": _proof()}
    return render(request, "certificates/verify/answer.html", context, status=200 if answer.certificate else NOT_FOUND)


@login_not_required
@require_safe
def keys(request):
    """The public halves of all keys that ever signed statements."""
    return JsonResponse(_keys(), json_dumps_params={"indent": 2})


@login_not_required
@require_safe
@never_cache
def revoked(request):
    if limited := _limited(request):
        return limited
    return JsonResponse(signed_list())


def _limited(request) -> HttpResponse | None:
    return ratelimit.consume_or_429(request, action="verify_certificate", limit_get=True)


def _told(answer):
    certificate = answer.certificate
    own = certificate.content["footnotes"] if certificate else []
    return ({"footnotes": own} if own else {}) | {
        "answer": answer,
        "certificate": certificate,
        "told": told(certificate.content) if certificate else [],
        "successor": getattr(certificate, "superseded_by", None) if certificate else None,
    }


def _keys():
    signing_key()
    found = [
        {"id": key.id, "algorithm": "Ed25519", "public": b64encode(key.raw).decode(), "signs": key.private is not None}
        for key in statement_keys()
    ]
    return {"keys": found}


def _proof():
    """What the page checks statements with, whether or not there is a network by then; and the words it needs."""
    words = {kind.value: str(kind.label) for kind in Kind}
    return {**_keys(), "revocations": signed_list(), "labels": statement_terms(), "words": words}
