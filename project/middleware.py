"""What a request brings along: where it came from, and whether its account may go on without a second factor."""

from collections.abc import Callable

from allauth.account.adapter import get_adapter
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from training.models import Account
from training.permissions import SECOND_FACTOR_ROLES
from training.services import trail


class TrailOriginMiddleware:
    """What a request changes or discloses is recorded with the network address it came from."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with trail.coming_from(address_of(request)):
            return self.get_response(request)


def address_of(request: HttpRequest) -> str:
    """The client's network address as allauth finds it, behind proxies too; empty over a socket that has none."""
    try:
        return str(get_adapter().get_client_ip(request))
    except PermissionDenied:
        return ""


class SecondFactorMiddleware:
    """Whoever holds a role that reaches other people's records enrols a second factor before anything else opens.

    A log-in with one enrolled asks for it already; here are those who have none yet. Log-out, the enrolment itself and
    what needs no log-in stay open.
    """

    OPEN = ("/account/", "/health/", "/static/", "/verify/")

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(self.OPEN) or not needs_second_factor(request.user):
            return self.get_response(request)
        if is_mfa_enabled(request.user):
            return self.get_response(request)
        return redirect("second_factor")


def needs_second_factor(account: Account | AnonymousUser) -> bool:
    """Whether the account may go nowhere without a second factor: by its roles, unless the site runs without."""
    if not settings.SECOND_FACTOR_REQUIRED or not isinstance(account, Account):
        return False
    return bool(account.role_names & SECOND_FACTOR_ROLES)
