"""What a request brings along: where it came from, and whether its account may go on without a second factor."""

from collections.abc import Callable

from allauth.account.adapter import get_adapter
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.middleware import get_user
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import get_supported_language_variant
from django.utils.translation.trans_real import parse_accept_lang_header

from training.models import Account
from training.permissions import SECOND_FACTOR_ROLES, RoleName
from training.services import trail

CHECK_IN = "/check-in/"
# Written alike, where there is no catalogue.
NEAREST = {"hr": "bs", "sh": "bs", "me": "cnr"}


class WhoMiddleware:
    """The account itself in `request.user`, not what Django puts there to look it up later: every page asks for it, and
    most of them dozens of times.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.user = get_user(request)
        return self.get_response(request)


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


class LanguageMiddleware:
    """Courses, and every page of whoever only takes courses, in the language its account has chosen; English else.

    Whoever checks in may have no account: then the language chosen on that page, or that of their phone.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with translation.override(language_of(request)):
            return self.get_response(request)


def language_of(request: HttpRequest) -> str:
    account = request.user
    if not isinstance(account, Account) or not account.language:
        return phones_language(request) if request.path.startswith(CHECK_IN) else settings.LANGUAGE_CODE
    if request.path.startswith(CHECK_IN):
        return account.language
    only_learns = account.role_names == {RoleName.OFFICER}
    return account.language if only_learns or request.path.startswith("/courses/") else settings.LANGUAGE_CODE


def phones_language(request: HttpRequest) -> str:
    """The first of the languages a phone asks for that there is a catalogue for."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    if chosen in dict(settings.LANGUAGES):
        return chosen
    for wanted, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        language = wanted.partition("-")[0]
        try:
            return get_supported_language_variant(NEAREST.get(language, wanted))
        except LookupError:
            continue
    return settings.LANGUAGE_CODE


class SecondFactorMiddleware:
    """Whoever holds a role that reaches other people's records enrols a second factor before anything else opens.

    A log-in with one enrolled asks for it already; here are those who have none yet. Log-out, the enrolment itself and
    what needs no log-in stay open.
    """

    OPEN = ("/account/", "/health/", "/static/", "/verify/", CHECK_IN)

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
