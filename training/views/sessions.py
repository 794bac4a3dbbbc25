"""Sessions: the list, the page of one, making, changing and copying it, and the steps of its life."""

from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef, Prefetch, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from training.choices import SessionStatus
from training.filters import SessionFilter
from training.forms.sessions import CopyForm, SessionForm
from training.models import Account, Jurisdiction, Project, Session, Training
from training.permissions import READABLE_FOR, Action, allows, allows_on, may_plan_in, require
from training.services.sessions import copy_session, create_session, update_session
from training.statistics.of_sessions import added_up, figures_of
from training.views.headcounts import headcount_panel
from training.views.imports import import_panel
from training.views.roster import roster_panel
from training.views.session_steps import steps_of
from training.views.sign_off import sign_off_panel

PER_PAGE = 25
LONGEST_ID = 18  # digits; the databases hold no longer numbers
LISTED = (
    "key", "title", "status", "kind", "start", "end", "place", "project__title", "project__is_demo", "topic__name",
    "parent__title",
)  # fmt: skip


def for_list(sessions):
    """With all that a row of a list shows."""
    names = Prefetch("jurisdictions", Jurisdiction.objects.only("pk", "name", "position"))
    return sessions.select_related("project", "topic", "parent").only(*LISTED).prefetch_related(names)


def with_figures(sessions, account):
    """The sessions as a list, each with its figures where the account may see figures."""
    sessions = list(sessions)
    found = figures_of(sessions) if allows(account, Action.VIEW_STATISTICS) else {}
    for session in sessions:
        session.figures = found.get(session.pk)
    return sessions


@require_safe
def session_list(request):
    listed = SessionFilter(request.GET, queryset=for_list(Session.objects.visible_to(request.user)))
    page = Paginator(listed.qs, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "filter": listed,
        "page": page,
        "sessions": with_figures(page.object_list, request.user),
        "may_create": allows(request.user, Action.CREATE_SESSION),
        "may_import": allows(request.user, Action.IMPORT_SESSIONS),
        "apart": request.GET.get("sort", "new") == "new",
    }
    return render(request, "training/session/list.html", context)


@require_safe
def session_page(request, key):
    session = get_object_or_404(_whole(request.user), key=key)
    template = "training/session/series.html" if session.is_series else "training/session/page.html"
    account = request.user
    context = {**_head(session, account), **_body(session, account), **headcount_panel(session, account)}
    context |= sign_off_panel(session, account)
    if not session.is_series:
        context |= roster_panel(session, account, request.GET.get("page", 1))
        context |= import_panel(session, context["may_edit"])
    return render(request, template, context)


def _whole(account):
    # Training, series and source are looked up when there is one, which is cheaper than joining them always.
    sessions = Session.objects.visible_to(account).select_related("project", "topic")
    children = Session.objects.filter(parent=OuterRef("pk")).order_by()
    sessions = sessions.annotate(has_children=Exists(children))
    trainers = Prefetch("trainers", Account.objects.only("name", "email"))
    return sessions.prefetch_related("jurisdictions", "audience", "institutions", trainers)


def _head(session, account):
    may_edit = allows_on(account, Action.EDIT_SESSION, session)
    steps = steps_of(session) if may_edit else []
    return {
        "session": session,
        "may_edit": may_edit,
        "may_read_changes": may_edit or allows(account, Action.READ_TRAIL),
        "may_copy": may_plan_in(account, session.project_id),
        "may_open_register": allows_on(account, Action.READ_REGISTER, session),
        "may_see_figures": allows(account, Action.VIEW_STATISTICS),
        "steps": steps,
        "other_steps": [step for step in steps if not step.main],
        "is_closed": session.status in {SessionStatus.CLOSED, SessionStatus.CANCELLED},
        "readable_days": READABLE_FOR.days if _only_reads(session, account, may_edit) else None,
    }


def _only_reads(session, account, may_edit):
    """Whether it has to be said why somebody who changes sessions cannot change this one: it is signed off."""
    return session.status == SessionStatus.CLOSED and not may_edit and allows(account, Action.EDIT_SESSION)


def _body(session, account):
    if session.is_series:
        children = with_figures(for_list(session.children.visible_to(account)).order_by("start", "pk"), account)
        counted = [child.figures for child in children if child.figures and child.figures.counts]
        return {"children": children, "sum": added_up(counted)}
    figures = figures_of([session])[session.pk] if allows(account, Action.VIEW_STATISTICS) else None
    children = session.children.visible_to(account) if session.has_children else []
    return {"figures": figures, "days": days_of(session), "children": children}


def days_of(session):
    """The session's days, each with `marked`: how many who have not withdrawn carry a mark."""
    there = Q(attendance__participation__withdrawn_at__isnull=True)
    return session.days.annotate(marked=Count("attendance", filter=there)).order_by("date")


def session_new(request):
    require(request.user, Action.CREATE_SESSION)
    if request.method == "POST":
        form = SessionForm(request.POST, account=request.user)
        session = form.is_valid() and _try(form, lambda: create_session(by=request.user, once=True, **form.details()))
        if session:
            messages.success(request, _("The session is planned. Now add the people who will come."))
            return redirect(session)
    else:
        form = SessionForm(account=request.user, initial=_suggested(request))
    said = form.non_field_errors().as_data()
    twin = next((error.params["session"] for error in said if error.code == "twice"), None)
    return render(request, "training/session/form.html", {"form": form, "twin": twin})


def _suggested(request):
    """What a new session most likely is; `?training=` and `?parent=` in the address say more."""
    asked = request.GET
    initial = {"modality": "in_person"}
    number = asked.get("training", "")
    known = number.isdecimal() and len(number) <= LONGEST_ID
    training = Training.objects.filter(pk=number).first() if known else None
    if training:
        initial |= {"training": training, "title": training.title, "topic": training.topic_id}
    parent = Session.objects.visible_to(request.user).filter(key=asked.get("parent", "")).first()
    if parent:
        initial |= {"parent": parent, "project": parent.project_id, "topic": parent.topic_id}
    elif len(request.user.project_ids) == 1:
        initial["project"] = Project.objects.get(pk__in=request.user.project_ids)
    return initial


def session_edit(request, key):
    session = get_object_or_404(Session.objects.visible_to(request.user), key=key)
    require(request.user, Action.EDIT_SESSION, session)
    if request.method != "POST":
        form = SessionForm(instance=session, account=request.user)
        return render(request, "training/session/form.html", {"form": form, "session": session})
    form = SessionForm(request.POST, instance=session, account=request.user)
    if form.is_valid():
        seen = parse_datetime(form.cleaned_data["version"] or "")
        details = {"version": seen, **form.details()}
        if _try(form, lambda: update_session(by=request.user, session=session, **details)):
            messages.success(request, _("Saved."))
            return redirect(session)
    now = Session.objects.get(pk=session.pk)
    context = {"form": form, "session": now}
    if form.has_error("__all__", "conflict"):
        context["differing"] = _differing(form, now)
        form.data = form.data.copy()
        form.data["version"] = now.updated_at.isoformat()
    return render(request, "training/session/form.html", context)


def _differing(form, now):
    """Where what was typed differs from what somebody else saved in the meantime."""
    saved = SessionForm(instance=now, account=form.account)
    return [
        {"label": field.label, "saved": _said(saved, name)}
        for name, field in form.fields.items()
        if name != "version" and field.has_changed(saved.initial.get(name), form[name].data)
    ]


def _said(form, name):
    field, value = form.fields[name], form.initial.get(name)
    if hasattr(field, "queryset"):
        values = value if isinstance(value, list) else [value]
        return ", ".join(str(choice) for choice in values if choice) or "–"
    return dict(getattr(field, "choices", [])).get(value, value) or "–"


def _try(form, service):
    """The service's answer, or None with its refusal on the form: on the whole of it where it lacks the field."""
    try:
        return service()
    except ValidationError as refusal:
        if not hasattr(refusal, "error_dict"):
            form.add_error(None, refusal)
            return None
        for name, errors in refusal.error_dict.items():
            form.add_error(name if name in form.fields else None, errors)
        return None


def session_copy(request, key):
    session = get_object_or_404(Session.objects.visible_to(request.user), key=key)
    require(request.user, Action.CREATE_SESSION)
    if not may_plan_in(request.user, session.project_id):
        raise PermissionDenied(_("A copy stays in its project, and this project is not one of yours."))
    form = CopyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        copy = _try(form, lambda: copy_session(session=session, by=request.user, **form.cleaned_data))
        if copy:
            messages.success(request, _("This is the copy. It is planned, and its roster is empty."))
            return redirect(copy)
    return render(request, "training/session/copy.html", {"form": form, "session": session})


def day_of(account):
    """What the home page shows of an account's own work: sessions today, next and lately."""
    today = timezone.localdate()
    own = Session.objects.work_of(account) if allows(account, Action.MARK_ATTENDANCE) else None
    sessions = for_list((own if own is not None else Session.objects.visible_to(account)).without_parents())
    alive = sessions.exclude(status=SessionStatus.CANCELLED)
    running = alive.filter(days__date=today).exclude(status=SessionStatus.CLOSED)
    recent = alive.filter(end__lt=today, end__gte=today - timedelta(days=365)).order_by("-end", "title")
    return {
        "date": today,
        "today": with_figures(running.order_by("title"), account) if own is not None else [],
        "next": with_figures(alive.filter(start__gt=today).order_by("start", "title")[:5], account),
        "recent": with_figures(recent[:5], account),
        "is_own": own is not None,
    }
