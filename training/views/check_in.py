"""Checking in on one's own phone: where somebody is, who they are, done. No name is on these pages.

What was scanned, and with which browser, is in two signed cookies: an address that is sent on carries neither.
"""

import uuid
from datetime import datetime

from allauth.core import ratelimit
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe

from training.permissions import Action, allows
from training.services import check_in as checking

DEVICE, SCANNED = "device", "scanned"
A_DAY = 24 * 60 * 60
REFUSED = 403


@login_not_required
@never_cache
@sensitive_post_parameters("number", "code")
def check_in(request):
    """First the code, then who it is; whoever has done so is told that."""
    if request.GET.get("language") in dict(settings.LANGUAGES):
        return _in_language(request.GET["language"])
    device = _device(request)
    if limited := _limited(request, device):
        return limited
    if request.method == "POST" and "code" in request.POST:
        return _scan(request, device, request.POST["code"])
    day = _scanned(request, device)
    if request.method == "POST" and day is not None:
        return _say_who(request, device, day)
    return _page(request, device, day)


@login_not_required
@require_safe
@never_cache
def scanned(request, code):
    """Where the QR code leads. It is taken off the address at once."""
    device = _device(request)
    return _limited(request, device) or _scan(request, device, code)


def _scan(request, device, typed):
    try:
        day = checking.scan(typed)
    except ValidationError as refused:
        return _refused(request, device, None, refused)
    response = redirect("check_in")
    _keep(response, DEVICE, device, A_DAY)
    scan = f"{day.pk} {timezone.now().timestamp():.0f}"
    _keep(response, SCANNED, scan, checking.TO_SAY_WHO.seconds, salt=device)
    return response


def _say_who(request, device, day):
    by = request.user if "log_in" in request.POST and request.user.is_authenticated else None
    who = {"by": by} if by else {"number": request.POST.get("number", "")}
    try:
        done = checking.check_in(day=day, device=device, **who)
    except ValidationError as refused:
        return _refused(request, device, day, refused)
    return _page(request, device, day, done=done)


def _page(request, device, day, status=200, **said):
    may_log_in = allows(request.user, Action.CHECK_IN) if request.user.is_authenticated else None
    done = said.get("done") or (checking.with_device(day, device) if day else None)
    context = {"day": day, "may_log_in": may_log_in, "languages": settings.LANGUAGES, **said, "done": done}
    response = render(request, "training/check_in/page.html", context, status=status)
    _keep(response, DEVICE, device, A_DAY)
    return response


def _refused(request, device, day, refusal):
    """Counted against this device and this network address: who goes on guessing is not asked any more."""
    ratelimit.consume_or_429(request, action="check_in_refused", key=device, limit_get=True)
    said = {"refused": refusal.messages, "typed": "number" if day else "code"}
    return _page(request, device, day, status=REFUSED, **said)


def _limited(request, device):
    return ratelimit.consume_or_429(request, action="check_in_refused", key=device, limit_get=True, dry_run=True)


def _in_language(code):
    response = redirect("check_in")
    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, code, max_age=A_DAY, **_everywhere())
    return response


# ---- what the browser keeps


def _device(request):
    """The number of this browser, for a day."""
    return request.get_signed_cookie(_name(DEVICE), default=None, max_age=A_DAY) or uuid.uuid4().hex


def _scanned(request, device):
    """The day whose code this browser scanned, as long as that holds."""
    kept = request.get_signed_cookie(_name(SCANNED), default=None, salt=device, max_age=checking.TO_SAY_WHO.seconds)
    if not kept:
        return None
    day, at = map(int, kept.split())
    return checking.still_here(day, datetime.fromtimestamp(at, tz=timezone.get_current_timezone()))


def _keep(response, name, value, seconds, salt=""):
    response.set_signed_cookie(_name(name), value, salt=salt, max_age=seconds, **_everywhere())


def _name(name):
    """As the cookies of log-ins: held to this host where there is HTTPS."""
    return f"__Host-check-in-{name}" if settings.SESSION_COOKIE_SECURE else f"check-in-{name}"


def _everywhere():
    return {"httponly": True, "samesite": "Lax", "secure": settings.SESSION_COOKIE_SECURE}
