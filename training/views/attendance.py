"""The register of one day, on a phone in the room: who is there, one tap a person; and its history."""

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from training.choices import Mark, Role
from training.models import AttendanceEvent, Participation, Session, SessionDay
from training.models.participations import mark_of
from training.names import search_key
from training.permissions import Action, allows_on, remember_changing, require
from training.services import attendance, trail

HISTORY_PER_PAGE = 50
CLEAR = "clear"
REFUSED = 422
LONGEST_ID = 18  # digits; more than the largest key has


@require_safe
def register(request, key, date):
    day = _day(request, key, date)
    require(request.user, Action.READ_REGISTER, day.session)
    rows = register_rows(day, request.user)
    listed = [row for row in rows if not row["withdrawn"]]
    trail.record(by=request.user, action="register opened", session=day.session, detail={"shown": len(listed)})
    typed = request.GET.get("q", "").strip()
    closed = _why_closed(day)
    context = {
        "day": day,
        "session": day.session,
        "rows": written([row for row in listed if _begins(row["key"], typed)], closed=bool(closed)),
        "typed": typed,
        "listed": len(listed),
        "withdrawn": len(rows) - len(listed),
        "tally": attendance.tally(day),
        "closed": closed,
        **_place_among_days(day),
    }
    return render(request, "training/register/page.html", context)


@require_POST
def mark(request, key, date):
    """Each field is a mark, each of its values a participation; `clear` takes marks away."""
    day, marks = _day(request, key, date), _marks(request.POST)

    def act():
        attendance.mark_each(session=day.session, day=day, marks=marks, by=request.user)
        return marks, ""  # a tap shows its own effect

    return _answered(request, day, act)


@require_POST
def mark_all(request, key, date):
    day = _day(request, key, date)

    def act():
        ids = attendance.mark_all(session=day.session, day=day, mark=Mark.PRESENT, by=request.user)
        return ids, _said_of_all(len(ids))

    return _answered(request, day, act)


@require_POST
def mark_undo(request, key, date):
    day = _day(request, key, date)

    def act():
        undone = attendance.undo(session=day.session, day=day, by=request.user)
        return undone.ids, _said_of_undo(len(undone.ids), undone.stayed)

    return _answered(request, day, act)


@require_safe
def register_history(request, key, date):
    day = _day(request, key, date)
    require(request.user, Action.VIEW_SESSION, day.session)
    events = AttendanceEvent.objects.filter(day=day)
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
        **_place_among_days(day),
    }
    return render(request, "training/register/history.html", context)


def register_rows(day, account, only=None):
    """The register as plain rows, in the order of a printed list, of those the account may see by name. One query."""
    found = Participation.objects.of_session(day.session, account).annotate(today=mark_of(day)).by_name()
    if only is not None:
        found = found.filter(pk__in=only)
    fields = (
        "pk", "today__mark", "person__family_name", "person__given_name", "person__search_key",
        "institution__short_name", "institution__name", "position", "role", "withdrawn_at",
    )  # fmt: skip
    return [_row(*values) for values in found.values_list(*fields)]


def _row(pk, mark, family, given, key, short, institution, position, role, withdrawn_at):
    unit = [short or institution, position, "" if role == Role.TRAINEE else Role(role).label]
    return {
        "id": str(pk),
        "mark": mark or "",
        "name": f"{family}, {given}",
        "unit": " · ".join(str(part) for part in unit if part),
        "key": key,
        "withdrawn": withdrawn_at is not None,
    }


def written(rows, *, oob=False, closed=False):
    """The rows in HTML. The template is rendered once for each mark and filled in for each person."""
    patterns = {mark: _pattern(mark, oob, closed) for mark in {row["mark"] for row in rows}}
    filled = [
        patterns[row["mark"]].format(id=row["id"], name=escape(row["name"]), unit=escape(row["unit"])) for row in rows
    ]
    return mark_safe("".join(filled))  # noqa: S308 what a person wrote is escaped


def _pattern(mark, oob, closed):
    words = {choice.value: choice.label for choice in Mark} | {CLEAR: _("Clear")}
    others = (
        {name: word for name, word in words.items() if name != mark}
        if mark
        else {name: words[name] for name in (Mark.LATE, Mark.EXCUSED, Mark.ABSENT)}
    )
    context = {"mark": mark, "label": words.get(mark), "oob": oob, "choices": [] if closed else [*others.items()]}
    return render_to_string("training/register/_row.html", context).strip()


def _day(request, key, date):
    """The day, where the account may open its session."""
    account = request.user
    days = SessionDay.objects.select_related("session").filter(session__key=key, date=date)
    day = days.filter(session__in=Session.objects.changeable_by(account).values("pk")).first()
    if day:
        remember_changing(account, day.session)
        return day
    return get_object_or_404(days, session__in=Session.objects.visible_to(account).values("pk"))


def _place_among_days(day):
    dates = list(SessionDay.objects.filter(session=day.session_id).values_list("date", flat=True))
    place = dates.index(day.date)
    return {
        "number": place + 1,
        "days": len(dates),
        "before": dates[place - 1] if place else None,
        "after": dates[place + 1] if place + 1 < len(dates) else None,
    }


def _begins(key, typed):
    return all(f" {word}" in key for word in search_key(typed).split())


def _why_closed(day):
    """Why nobody can be marked on that day, in a sentence; empty where they can."""
    try:
        attendance.require_markable(day.session, day)
    except ValidationError as refused:
        return " ".join(refused.messages)
    return ""


def _marks(posted):
    marks = {value: "" if name == CLEAR else name for name in (*Mark.values, CLEAR) for value in posted.getlist(name)}
    if not all(value.isascii() and value.isdecimal() and len(value) <= LONGEST_ID for value in marks):
        raise BadRequest("A participation is a number.")
    return {int(value): mark for value, mark in marks.items()}


def _answered(request, day, act):
    """Act, then answer: to htmx with the rows it was about and the new count, else by going back to the register."""
    try:
        ids, said = act()
    except ValidationError as refused:
        return _refused(request, day, " ".join(refused.messages))
    except PermissionDenied as refused:
        if not allows_on(request.user, Action.READ_REGISTER, day.session):
            raise
        return _refused(request, day, str(refused))  # theirs, and signed off in the meantime
    if request.htmx:
        rows = register_rows(day, request.user, only=ids) if ids else []
        context = {"rows": written(rows, oob=True), "tally": attendance.tally(day), "said": said, "oob": True}
        return HttpResponse(render_to_string("training/register/changed.html", context))
    if said:
        messages.success(request, said)
    return redirect("register", key=day.session.key, date=day.date)


def _refused(request, day, why):
    if request.htmx:
        return HttpResponse(why, status=REFUSED, content_type="text/plain; charset=utf-8")
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
