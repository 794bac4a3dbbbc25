"""The register on a device in the room: what makes it open without a network, and what the two exchange."""

import hashlib
import json
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.staticfiles import finders
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from training.choices import SessionStatus
from training.forms.sync import NotUnderstoodError, read_sent
from training.models import Session
from training.permissions import Action, require
from training.services import trail
from training.services.attendance import Tally
from training.services.syncing import take
from training.statistics.footnotes import SHORT
from training.views.attendance import day_of_session
from training.views.register_page import Register, now_in_ms, patterns
from training.views.sessions import day_of

NOT_UNDERSTOOD, FORBIDDEN, NOT_FOUND, REFUSED = 400, 403, 404, 409
SHELLS = ("today", "register")
MODULES = (
    "checked-in", "clock", "everywhere", "finding", "keeping", "register", "rows", "sending", "standing", "store",
    "telling", "today", "walking-in",
)  # fmt: skip
FILES = (
    "project/evidenca.css", "project/favicon.svg", "training/register.css",
    *(f"training/attendance/{name}.js" for name in MODULES),
)  # fmt: skip
WORKER = "training/attendance/worker.js"
ICONS = {"192x192": "any", "512x512": "maskable"}


@require_safe
def today(request):
    """The account's sessions of today, each with the way to its register. The device takes their rosters along."""
    require(request.user, Action.MARK_ATTENDANCE)
    return render(request, "training/register/today.html", day_of(request.user))


@require_safe
def people(request, key, date):
    """Who is on a day's register and what stands, for a device to keep: of people name, sex and institution alone."""
    day = day_of_session(request, key, date)
    require(request.user, Action.READ_REGISTER, day.session)
    state = Register(day, request.user).state()
    detail = {"shown": len(state["people"])}
    trail.record(by=request.user, action="register opened", session=day.session, detail=detail)
    return JsonResponse(state, json_dumps_params={"ensure_ascii": False})


@require_POST
def sync(request, key, date):
    """Takes a batch, answers for each mark by itself. A refusal of all says why; the device keeps its marks then."""
    try:
        day = day_of_session(request, key, date)
    except Http404:
        return _refused(_("This session is not among yours any more."), NOT_FOUND)
    try:
        sent = read_sent(request.body)
    except NotUnderstoodError as problem:
        return _refused(_("Not understood: %(why)s") % {"why": problem}, NOT_UNDERSTOOD)
    if sent.account != request.user.pk:
        return _refused(_("These marks were made with another account. Log in with that one to send them."), REFUSED)
    batch = {"device": sent.device, "taps": sent.taps, "walk_ins": sent.walk_ins}
    try:
        taken = take(session=day.session, day=day, by=request.user, **batch)
    except ValidationError as refused:
        return _refused(" ".join(refused.messages), REFUSED, day)
    except PermissionDenied as refused:
        return _refused(str(refused), FORBIDDEN, day)
    return JsonResponse(_told(taken, sent.refused))


def _told(taken, not_understood):
    return {
        "now": now_in_ms(),
        "kept": taken.kept,
        "refused": {str(nonce): why for nonce, why in (not_understood | taken.refused).items()},
        "marks": {str(whose): mark for whose, mark in taken.marks.items()},
        "disagreements": taken.disagreements,
        "waiting": taken.waiting,
        "roster": taken.roster,
    }


def _refused(why, status, day=None):
    signed_off = day and Session.objects.filter(pk=day.session_id, status=SessionStatus.CLOSED).exists()
    return JsonResponse({"now": now_in_ms(), "why": why, "signed_off": bool(signed_off)}, status=status)


# ---- the app: nothing of anybody is in these, so they need no log-in


@login_not_required
@require_safe
@never_cache
def shell(request, page):
    """An empty page that the service worker keeps; the device fills it with what it knows."""
    if page not in SHELLS:
        raise Http404
    return HttpResponse(_shell(page))


@login_not_required
@require_safe
@never_cache
def worker(request):
    """The service worker, with what it has to keep. A change of any of it makes another one, which browsers take up."""
    files = [static(name) for name in FILES]
    shells = {page: reverse("attendance_shell", args=[page]) for page in SHELLS}
    found = [Path(finders.find(name)).read_bytes() for name in (*FILES, WORKER)]
    version = hashlib.sha256(b"".join([*map(str.encode, [*files, *map(_shell, SHELLS)]), *found])).hexdigest()[:16]
    known = {"VERSION": version, "ROOT": reverse("attendance"), "SHELLS": shells, "FILES": files}
    head = "".join(f"const {name} = {json.dumps(value)};\n" for name, value in known.items())
    return HttpResponse(head + found[-1].decode(), content_type="text/javascript; charset=utf-8")


@login_not_required
@require_safe
def manifest(request):
    """What makes the attendance pages an app that can be put beside the others on a phone."""
    icons = [
        {"src": static(f"training/attendance/icon-{size.partition('x')[0]}.png"), "sizes": size, "type": "image/png",
         "purpose": purpose} for size, purpose in ICONS.items()
    ]  # fmt: skip
    told = {
        "name": _("Evidenca attendance"),
        "short_name": _("Attendance"),
        "id": reverse("attendance"),
        "start_url": reverse("attendance"),
        "scope": reverse("attendance"),
        "display": "standalone",
        "background_color": "#fbfaf7",
        "theme_color": "#0b5a66",
        "icons": icons,
    }
    return JsonResponse(told, content_type="application/manifest+json")


def _shell(page):
    context = {"patterns": patterns(), "tally": Tally(), "footnotes": [SHORT], "csrf_cookie": settings.CSRF_COOKIE_NAME}
    return render_to_string(f"training/register/shell_{page}.html", context)
