"""Checking in, as the trainer has it: the code on the screen, who waits to be confirmed, and numbers for badges."""

import segno
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from training.models import CheckIn, Session
from training.permissions import Action, require
from training.services import check_in as checking
from training.services import check_in_numbers as numbers
from training.services import trail
from training.views.attendance import day_of_session, numbers_posted
from training.views.register_page import CheckedIn

NOTHING_NEW = 204


@require_safe
def screen(request, key, date):
    """For all in the room to see: no name is on it."""
    day = day_of_session(request, key, date)
    return render(request, "training/check_in/screen.html", _shown(request, day))


@require_safe
def screen_code(request, key, date):
    """What of the screen changes, for check-in.js."""
    day = day_of_session(request, key, date)
    context = _shown(request, day)
    return render(request, f"training/check_in/{'_no_code' if 'why_not' in context else '_code'}.html", context)


def _shown(request, day):
    require(request.user, Action.MARK_ATTENDANCE, day.session)
    context = {
        "day": day,
        "session": day.session,
        "spoken": numbers.language_for(day.session),
        "address": request.build_absolute_uri(reverse("check_in")),
    }
    try:
        shown = checking.shown_code(session=day.session, day=day, by=request.user)
    except ValidationError as refused:
        return context | {"why_not": " ".join(refused.messages)}
    there = CheckIn.objects.filter(day=day, participation__withdrawn_at=None)
    scanned = request.build_absolute_uri(reverse("check_in_scanned", args=[shown.code]))
    return context | {
        "shown_code": shown.in_groups,
        "left": round(shown.left.total_seconds() * 1000),
        "qr": _drawn(scanned),
        "there": there.count(),
        "waiting": there.to_confirm(day).count(),
    }


def _drawn(address):
    """A QR code in SVG, as wide as its place."""
    code = segno.make(address, error="m", micro=False)
    drawn = code.svg_inline(omitsize=True, border=2, svgclass=None, lineclass=None, dark="#17202a", light="#fff")
    return mark_safe(drawn)  # noqa: S308 made of modules alone


# ---- on the register


@require_safe
def checked_in(request, key, date):
    """That part of the register anew, for checked-in.js; nothing where it is what the page has (`known`)."""
    day = day_of_session(request, key, date)
    require(request.user, Action.MARK_ATTENDANCE, day.session)
    waiting = CheckedIn(day, request.user)
    if request.GET.get("known") == waiting.word:
        return HttpResponse(status=NOTHING_NEW)
    trail.record(by=request.user, action="check-ins opened", session=day.session, detail={"shown": len(waiting.rows)})
    context = {"day": day, "session": day.session, "checked_in": waiting}
    return render(request, "training/check_in/_checked_in.html", context)


@require_POST
def confirm(request, key, date):
    """Each `whose` is a participation whose check-in the trainer has seen to be true."""
    day = day_of_session(request, key, date)
    whose = numbers_posted(request.POST.getlist("whose"))
    try:
        done = checking.confirm(session=day.session, day=day, participation_ids=whose, by=request.user)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        count = len(done)
        said = ngettext("%(n)s person confirmed as present.", "%(n)s people confirmed as present.", count)
        messages.success(request, said % {"n": count})
    return redirect("register", key=key, date=date)


# ---- numbers


def check_in_numbers(request, key):
    """Badges to print, letters to send; each gives a number to whoever has none."""
    session = get_object_or_404(Session.objects.visible_to(request.user), key=key)
    require(request.user, Action.MARK_ATTENDANCE, session)
    if request.method == "POST":
        try:
            return _numbers_done(request, session)
        except ValidationError as refused:
            messages.error(request, " ".join(refused.messages))
            return redirect("check_in_numbers", key=key)
    context = {"session": session, "counted": numbers.how_many(session)}
    return render(request, "training/check_in/numbers.html", context)


def _numbers_done(request, session):
    step = request.POST.get("do")
    if step == "badges":
        answer = HttpResponse(numbers.badges(session=session, by=request.user), content_type="application/pdf")
        answer.headers["Content-Disposition"] = f'attachment; filename="badges-{session.key}.pdf"'
        return answer
    if step == "send":
        sent = numbers.send_numbers(session=session, by=request.user)
        said = ngettext("%(n)s letter sent.", "%(n)s letters sent.", sent.letters) % {"n": sent.letters}
        messages.success(request, said)
        if sent.stopped:
            messages.warning(
                request, _("The mail server stopped in between. Send once more to reach those who are left.")
            )
    elif step == "anew":
        made = numbers.give_numbers(session=session, by=request.user, anew=True)
        said = ngettext(
            "%(n)s new number. What was given before works no more.",
            "%(n)s new numbers. What was given before works no more.",
            made,
        )
        messages.success(request, said % {"n": made})
    return redirect("check_in_numbers", key=session.key)
