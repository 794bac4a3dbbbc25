"""Getting in, seen from outside: accepting an invitation and asking for one. No log-in; nothing told about anybody."""

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from training.forms.access import AcceptForm, RequestForm, take
from training.models import Account
from training.services import access

GONE = 410


@login_not_required
@never_cache
@sensitive_post_parameters("password", "again")
def invitation(request, token):
    """Take an invitation on. An address that has an account already is asked to log in first."""
    if limited := ratelimit.consume_or_429(request, action="accept_invitation", limit_get=True):
        return limited
    found = access.invitation_of(token)
    if found is None:
        return render(request, "training/access/gone.html", status=GONE)
    known = Account.objects.filter(email=found.email).exists()
    own = request.user.is_authenticated and request.user.email == found.email
    form = AcceptForm(request.POST or None, initial={"name": found.name}) if not known else None
    context = {"invitation": found, "form": form, "known": known, "own": own}
    if request.method == "POST" and (own or (form and form.is_valid())):
        given = {"account": request.user} if own else {key: form.cleaned_data[key] for key in ("name", "password")}
        try:
            access.accept(token=token, **given)
        except ValidationError as refused:
            if form is None:
                context["refused"] = refused.messages
            else:
                take(form, refused)
        else:
            messages.success(request, _("Your access is ready."))
            return redirect("home" if own else "account_login")
    return render(request, "training/access/accept.html", context)


@login_not_required
@never_cache
def access_ask(request):
    """Ask for access. The answer is the same whatever is known about the address."""
    form = RequestForm(request.POST or None)
    if request.method == "POST":
        if limited := ratelimit.consume_or_429(request, action="ask_for_access"):
            return limited
        if form.is_valid():
            access.ask_for_access(**form.cleaned_data)
            return render(request, "training/access/asked.html")
    return render(request, "training/access/ask.html", {"form": form})
