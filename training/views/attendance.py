"""The register of one day, on a phone in the room: who is there, one tap a person; and its history."""

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from training.choices import Mark
from training.models import AttendanceEvent, Session, SessionDay
from training.permissions import Action, allows_on, remember_changing, require
from training.services import attendance, trail
from training.services.history import look_at_disagreements
from training.views.register_page import CLEAR, CheckedIn, Register

HISTORY_PER_PAGE = 50
LONGEST_ID = 18  # digits; more than the largest key has


@require_safe
def register(request, key, date):
    """With all that a device in the room keeps; without JavaScript the same buttons post the form."""
    day = day_of_session(request, key, date)
    require(request.user, Action.READ_REGISTER, day.session)
    found = Register(day, request.user)
    trail.record(by=request.user, action="register opened", session=day.session, detail={"shown": len(found.listed)})
    typed = request.GET.get("q", "").strip()
    context = {
        "day": day,
        "session": day.session,
        "register": found,
        "rows": found.rows(typed),
        "typed": typed,
        "tally": attendance.tally(day),
        "checked_in": None if found.closed else CheckedIn(day, request.user),
        **place_among_days(day),
    }
    return render(request, "training/register/page.html", context)


@require_safe
def register_before(request, key, date):
    """The address the register had once: it stands in links and bookmarks."""
    return redirect("register", key=key, date=date)


@require_POST
def mark(request, key, date):
    """Each field is a mark, each of its values a participation; `clear` takes marks away."""
    day, marks = day_of_session(request, key, date), _marks(request.POST)

    def act():
        attendance.mark_each(session=day.session, day=day, marks=marks, by=request.user)
        return ""  # a tap shows its own effect

    return _answered(request, day, act)


@require_POST
def mark_all(request, key, date):
    day = day_of_session(request, key, date)

    def act():
        ids = attendance.mark_all(session=day.session, day=day, mark=Mark.PRESENT, by=request.user)
        return _said_of_all(len(ids))

    return _answered(request, day, act)


@require_POST
def mark_undo(request, key, date):
    day = day_of_session(request, key, date)

    def act():
        undone = attendance.undo(session=day.session, day=day, by=request.user)
        return _said_of_undo(len(undone.ids), undone.stayed)

    return _answered(request, day, act)


@require_POST
def mark_looked(request, key, date):
    """Each `event` is one that disagreed with another and has been looked at."""
    day = day_of_session(request, key, date)
    events = numbers_posted(request.POST.getlist("event"))

    def act():
        look_at_disagreements(session=day.session, day=day, events=events, by=request.user)
        return ""  # they are gone from the page

    return _answered(request, day, act)


@require_safe
def register_history(request, key, date):
    day = day_of_session(request, key, date)
    require(request.user, Action.VIEW_SESSION, day.session)
    events = AttendanceEvent.objects.filter(day=day, participation__isnull=False)
    visible = events.visible_to(request.user).select_related("participation__person", "by")
    page = Paginator(visible, HISTORY_PER_PAGE).get_page(request.GET.get("page"))
    if page.object_list:
        shown = {"shown": len(page.object_list)}
        trail.record(by=request.user, action="register history opened", session=day.session, detail=shown)
    context = {
        "day": day,
        "session": day.session,
        "page": page,
        "hidden": events.count() - page.paginator.count,
        **place_among_days(day),
    }
    return render(request, "training/register/history.html", context)


def day_of_session(request, key, date):
    """The day, where the account may open its session."""
    account = request.user
    days = SessionDay.objects.select_related("session").filter(session__key=key, date=date)
    day = days.filter(session__in=Session.objects.changeable_by(account).values("pk")).first()
    if day:
        remember_changing(account, day.session)
        return day
    return get_object_or_404(days, session__in=Session.objects.visible_to(account).values("pk"))


def place_among_days(day):
    dates = list(SessionDay.objects.filter(session=day.session_id).values_list("date", flat=True))
    place = dates.index(day.date)
    return {
        "number": place + 1,
        "days": len(dates),
        "before": dates[place - 1] if place else None,
        "after": dates[place + 1] if place + 1 < len(dates) else None,
    }


def _marks(posted):
    marks = {value: "" if name == CLEAR else name for name in (*Mark.values, CLEAR) for value in posted.getlist(name)}
    return dict(zip(numbers_posted(marks), marks.values(), strict=True))


def numbers_posted(values):
    """The numbers of records as they were posted. Raises BadRequest for what is none."""
    values = list(values)
    if not all(value.isascii() and value.isdecimal() and len(value) <= LONGEST_ID for value in values):
        raise BadRequest("A record is named by its number.")
    return [int(value) for value in values]


def _answered(request, day, act):
    """Act, go back to the register and say what was done, or why not."""
    try:
        said = act()
    except ValidationError as refused:
        return _refused(request, day, " ".join(refused.messages))
    except PermissionDenied as refused:
        if not allows_on(request.user, Action.READ_REGISTER, day.session):
            raise
        return _refused(request, day, str(refused))  # theirs, and signed off in the meantime
    if said:
        messages.success(request, said)
    return redirect("register", key=day.session.key, date=day.date)


def _refused(request, day, why):
    messages.error(request, why)
    return redirect("register", key=day.session.key, date=day.date)


def _said_of_all(number):
    if not number:
        return _("Everyone has a mark already.")
    return ngettext("%(number)d person marked present.", "%(number)d people marked present.", number) % {
        "number": number
    }


def _said_of_undo(number, stayed):
    if not number and not stayed:
        return _("There is nothing of yours to undo on this day.")
    said = ngettext("%(number)d mark taken back.", "%(number)d marks taken back.", number) % {"number": number}
    if not stayed:
        return said
    kept = ngettext("%(number)d stayed: it was changed since.", "%(number)d stayed: they were changed since.", stayed)
    return f"{said} {kept % {'number': stayed}}"
