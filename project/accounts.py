"""One's own account: second factor, password, and where one is logged in."""

from allauth.account.decorators import reauthentication_required
from allauth.mfa.utils import is_mfa_enabled
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from project.middleware import needs_second_factor
from training.models import Account
from training.services import trail
from training.services.account_closing import close_account, reasons_against_closing


@require_safe
def own_account(request: HttpRequest) -> HttpResponse:
    """What belongs to the account, and each of its log-ins with a way to end it."""
    context = {
        "has_second_factor": is_mfa_enabled(request.user),
        "needs_second_factor": needs_second_factor(request.user),
        "log_ins": _log_ins(request),
    }
    return render(request, "account/own.html", context)


def _log_ins(request: HttpRequest) -> list[UserSession]:
    """Those that still stand, the present one first."""
    found = UserSession.objects.purge_and_list(request.user)
    return sorted(found, key=lambda one: (one.session_key != request.session.session_key, -one.created_at.timestamp()))


@require_POST
def log_in_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End one of one's own log-ins: whoever uses it has to log in again."""
    found = get_object_or_404(UserSession, pk=pk, user=request.user)
    found.end()
    trail.record(by=found.user, action="log-in ended", records={"account": [found.user.pk]})
    messages.success(request, _("That log-in has ended."))
    return redirect("own_account")


@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required(app="project")
def close_own(request: HttpRequest) -> HttpResponse:
    """GET says what closing does; POST closes the account of whoever asks, and logs them out."""
    own = request.user
    assert isinstance(own, Account)  # noqa: S101  every page asks for a log-in
    against = reasons_against_closing(account=own, by=own)
    if request.method == "POST":
        try:
            close_account(account=own, by=own)
        except ValidationError as refused:
            against = refused.messages
        else:
            logout(request)
            messages.success(request, _("Your account is closed. Whoever keeps your record can open it again."))
            return redirect("account_login")
    return render(request, "account/close.html", {"against": against})


@require_safe
def second_factor(request: HttpRequest) -> HttpResponse:
    """The way in for whoever needs a second factor and has none yet."""
    if is_mfa_enabled(request.user):
        return redirect("home")
    return render(request, "account/second_factor.html")
