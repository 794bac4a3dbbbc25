"""Headcounts of a session: the panel on its page, entering, changing, deleting, and the roster that replaces one."""

from dataclasses import dataclass, field

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from training.choices import Scope, SessionStatus
from training.forms.headcounts import HeadcountForm
from training.models import Headcount, Session
from training.permissions import Action, allows, allows_on, require
from training.services.headcounts import (
    confirm_roster_replaces,
    delete_headcount,
    let_headcount_count,
    roster_size,
    save_headcount,
)
from training.statistics.dimensions import DIMENSIONS
from training.statistics.reconciliation import contradictions, while_typing
from training.statistics.stated import of_headcount, stated

FINAL = {SessionStatus.CLOSED, SessionStatus.CANCELLED}


@dataclass
class Table:
    """A breakdown for people to read: sex across where something else goes down; `rest` is not broken down."""

    title: str
    columns: list[str]
    rows: list[tuple[str, list[int | None]]]
    rest: int


@dataclass
class Card:
    """One headcount on the session's page."""

    headcount: Headcount
    tables: list[Table] = field(default_factory=list)
    contradictions: list = field(default_factory=list)


def headcount_panel(session, account):
    """What `_headcounts.html` shows; `headcounts` is None for accounts that see no figures."""
    if not allows(account, Action.VIEW_STATISTICS):
        return {"headcounts": None}
    paths = [f"breakdowns__cells__{name}" for name in ("jurisdiction", "institution_type", "institution")]
    found = list(session.headcounts.select_related("source").prefetch_related(*paths))
    cards = {headcount.pk: Card(headcount, tables_of(headcount)) for headcount in found}
    for contradiction in contradictions(Session.objects.filter(pk=session.pk)) if cards else []:
        cards[contradiction.headcount_id].contradictions.append(contradiction)
    may_edit = session.status not in FINAL and allows_on(account, Action.EDIT_HEADCOUNTS, session)
    return {
        "headcounts": list(cards.values()),
        "whole": next((headcount for headcount in found if headcount.scope == Scope.WHOLE), None),
        "roster_people": roster_size(session) if cards else 0,
        "may_edit_headcounts": may_edit,
    }


def tables_of(headcount):
    """The headcount's breakdowns as tables."""
    said = of_headcount(headcount)
    return [_table(division, said) for division in said.divisions]


def _table(division, said):
    across = division.dimensions[-1:] if len(division.dimensions) > 1 else ()
    down = division.dimensions[: len(division.dimensions) - len(across)]
    columns, rows = {}, {}
    for codes, number in division.cells:
        column = said.label({name: codes[name] for name in across}) or _("People")
        columns[column] = None
        rows.setdefault(said.label({name: codes[name] for name in down}), {})[column] = number
    title = _(" and ").join(str(DIMENSIONS[name].label).lower() for name in division.dimensions)
    return Table(
        title=_("By %(dimensions)s") % {"dimensions": title},
        columns=list(columns),
        rows=[(label, [numbers.get(column) for column in columns]) for label, numbers in rows.items()],
        rest=max(0, said.total - division.total),
    )


def headcount_new(request, key):
    session = _session_to_change(request, key)
    return _form_page(request, session, None)


def headcount_edit(request, key, pk):
    session = _session_to_change(request, key)
    return _form_page(request, session, get_object_or_404(Headcount, session=session, pk=pk))


def _form_page(request, session, headcount):
    form = HeadcountForm(request.POST if request.method == "POST" else None, session=session, headcount=headcount)
    saved_meanwhile = None
    if request.method == "POST" and form.is_valid():
        try:
            saved = save_headcount(session=session, by=request.user, headcount=headcount, **form.headcount())
        except ValidationError as refusal:
            form.add_error(None, refusal)
            saved_meanwhile = _take_newest_version(form, headcount)
        else:
            _say_saved(request, session, saved)
            return redirect(session)
    context = {"form": form, "session": session, "headcount": headcount, "said": _said(form, session, headcount)}
    context["saved_meanwhile"] = saved_meanwhile
    return render(request, "training/headcounts/form.html", context)


def _take_newest_version(form, headcount):
    """After a conflict: what somebody else saved, and a form that would put what was typed in its place."""
    if not form.has_error("__all__", "conflict"):
        return None
    now = Headcount.objects.get(pk=headcount.pk)
    form.data = form.data.copy()
    form.data["version"] = now.updated_at.isoformat()
    return now


def _say_saved(request, session, saved):
    found = contradictions(Session.objects.filter(pk=session.pk))
    against = [one.message for one in found if one.headcount_id == saved.pk]
    if against:
        messages.warning(request, _("Saved as given. %(contradictions)s") % {"contradictions": " ".join(against)})
    else:
        messages.success(request, _("The headcount is saved."))


@require_POST
def headcount_check(request, key):
    """What the figures typed so far contradict; saves nothing."""
    session = _session_to_change(request, key)
    pk = request.POST.get("headcount", "")
    headcount = get_object_or_404(Headcount, session=session, pk=pk) if pk.isdecimal() else None
    form = HeadcountForm(request.POST, session=session, headcount=headcount)
    form.is_valid()
    return render(request, "training/headcounts/_check.html", {"said": _said(form, session, headcount)})


def _said(form, session, headcount):
    """What a form's figures contradict, as far as they can be read."""
    if not form.is_bound or form.cleaned_data.get("total") is None:
        return []
    draft = stated(
        form.cleaned_data["total"],
        form.breakdowns(),
        scope=form.cleaned_data.get("scope", Scope.WHOLE),
        headcount_id=headcount.pk if headcount else None,
    )
    return while_typing(session, draft)


def headcount_delete(request, key, pk):
    session = _session_to_change(request, key)
    headcount = get_object_or_404(Headcount, session=session, pk=pk)
    if request.method != "POST":
        return render(request, "training/headcounts/delete.html", {"session": session, "headcount": headcount})
    done = _("The headcount is deleted.")
    return _do(request, session, lambda: delete_headcount(headcount=headcount, by=request.user), done)


@require_POST
def roster_replaces(request, key):
    session = _session_to_change(request, key)
    done = _("The roster counts now. The headcount stays, to compare with.")
    return _do(request, session, lambda: confirm_roster_replaces(session=session, by=request.user), done)


@require_POST
def headcount_counts(request, key, pk):
    """The way back from `roster_replaces`."""
    session = _session_to_change(request, key)
    headcount = get_object_or_404(Headcount, session=session, pk=pk)
    done = _("The headcount counts again, instead of the roster.")
    return _do(request, session, lambda: let_headcount_count(headcount=headcount, by=request.user), done)


def _do(request, session, change, done):
    """Make the change and say so, or say why not; back to the session either way."""
    try:
        change()
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, done)
    return redirect(session)


def _session_to_change(request, key):
    """404 for a session the account may not open, 403 for one it may not change."""
    session = get_object_or_404(Session.objects.visible_to(request.user), key=key)
    require(request.user, Action.EDIT_HEADCOUNTS, session)
    return session
