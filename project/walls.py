"""The walls around every page: what a request may be, what each answer carries, and when a log-in ends.

docs/security.md says which requirement each of them meets.
"""

import json
import logging
import time
from collections.abc import Callable
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from project import agency_log_in
from project.log_ins import SEEN
from project.middleware import address_of
from training.permissions import SECOND_FACTOR_ROLES

security = logging.getLogger("evidenca.security")
Answer = Callable[[HttpRequest], HttpResponse]

POLICY = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
# Wagtail's admin brings inline scripts and styles of its own, and shows previews in frames.
ADMIN_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'self'; frame-ancestors 'self'; "
    "script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'"
)
NOT_NEEDED = ("camera", "display-capture", "geolocation", "microphone", "midi", "payment", "serial", "usb")
METHODS = ("GET", "HEAD", "POST")
REFUSALS = {400, 403, 405, 413, 429}
BY_ITSELF = "X-By-Itself"  # a page asks with nobody's hand at it
NOTED_EVERY = 60  # seconds between two notes that an account is at work


class HeadersMiddleware:
    """Nothing from elsewhere, nothing inline: a page of ours loads its own files only, and asks for no device."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        policy = ADMIN_POLICY if request.path.startswith("/admin/") else POLICY
        # Browsers hold the redirect to an agency's log-in against the form it began with.
        forms = " ".join(["'self'", *agency_log_in.origins()])
        response.headers.setdefault("Content-Security-Policy", f"{policy}; form-action {forms}")
        response.headers.setdefault("Permissions-Policy", ", ".join(f"{name}=()" for name in NOT_NEEDED))
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response


class RequestsMiddleware:
    """What no page here takes is refused before anything looks at it: other methods, bodies beyond all measure."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in METHODS:
            return HttpResponseNotAllowed(METHODS)
        length = request.headers.get("Content-Length") or "0"
        if not length.isdecimal() or int(length) > settings.LARGEST_REQUEST:
            return HttpResponse(_("That is too much at once."), status=413, content_type="text/plain; charset=utf-8")
        return self.get_response(request)


class RefusalsMiddleware:
    """Each refusal is one structured line of the security log: who, from where, and the address without its values."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code in REFUSALS:
            account = getattr(request, "user", None)
            line = {
                "event": "refused",
                "status": response.status_code,
                "method": request.method,
                "address": request.resolver_match.route if request.resolver_match else None,
                "account": account.pk if account else None,
                "from": address_of(request),
            }
            security.warning(json.dumps(line))
        return response


class LogInsMiddleware:
    """Whoever reaches other people's records and does nothing for a while logs in again. What the pages of somebody
    logged in say is kept by no browser.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return self.get_response(request)
        if request.user.role_names & SECOND_FACTOR_ROLES:
            now = int(time.time())
            seen = request.session.setdefault(SEEN, now)
            if now - seen > settings.IDLE_SECONDS:
                return self._ended(request)
            if now - seen >= NOTED_EVERY and BY_ITSELF not in request.headers:
                request.session[SEEN] = now
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    def _ended(self, request: HttpRequest) -> HttpResponse:
        security.info(json.dumps({"event": "log-in ended, idle", "account": request.user.pk}))
        logout(request)
        messages.info(request, _("You were logged out after a while without work. Log in to go on."))
        where = {"next": request.get_full_path()} if request.method == "GET" else {}
        return redirect(f"{reverse('account_login')}?{urlencode(where)}")
