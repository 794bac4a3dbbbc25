"""The test scores of a session as a grid: a row for each trainee, a cell before and one after."""

import json

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from training.forms.scores import seen, typed
from training.models import Session
from training.permissions import Action, allows_on, require
from training.services import trail
from training.services.scores import (
    COLUMNS,
    RefusedScoresError,
    require_scorable,
    said,
    save_scores,
    scored,
    summary_of,
)

PER_PAGE = 100


def score_sheet(request, key):
    """GET shows the grid, POST saves what was typed otherwise; where a cell is refused, all stay as they were typed."""
    session = get_object_or_404(Session.objects.visible_to(request.user).select_related("training"), key=key)
    require(request.user, Action.READ_REGISTER, session)
    if request.method != "POST":
        return _page(request, session)
    require(request.user, Action.EDIT_ROSTER, session)
    cells = typed(request.POST)
    try:
        changed = save_scores(session=session, typed=cells, seen=seen(request.POST), by=request.user)
    except RefusedScoresError as refusal:
        return _page(request, session, cells=cells, wrong=refusal.cells)
    except ValidationError as refusal:
        return _page(request, session, cells=cells, refused=refusal.messages)
    messages.success(request, _said(len(changed)))
    return redirect(f"{reverse('scores', args=[key])}?page={_number(request)}")


def _page(request, session, *, cells=None, wrong=None, refused=()):
    people = scored(session).by_name()
    page = Paginator(people, PER_PAGE).get_page(_number(request))
    rows = [_row(one, cells or {}, wrong or {}) for one in page.object_list]
    trail.record(by=request.user, action="scores opened", session=session, detail={"shown": len(rows)})
    closed = _why_closed(session)
    context = {
        "session": session,
        "page": page,
        "rows": rows,
        "seen": json.dumps({str(row["pk"]): [cell["stands"] for cell in row["cells"]] for row in rows}),
        "summary": summary_of(session),
        "wrong": len(wrong or ()),
        "refused": refused,
        "closed": closed,
        "may_change": not closed and allows_on(request.user, Action.EDIT_ROSTER, session),
    }
    return render(request, "training/scores/page.html", context, status=422 if wrong or refused else 200)


def _row(participation, cells, wrong):
    pk, gain = participation.pk, None
    if participation.pre_score is not None and participation.post_score is not None:
        gain = participation.post_score - participation.pre_score
    return {
        "pk": pk,
        "name": str(participation.person),
        "unit": participation.institution.short_name or participation.institution.name
        if participation.institution
        else "",
        "gain": gain,
        "faults": [wrong[pk, which] for which in COLUMNS if (pk, which) in wrong],
        "cells": [_cell(participation, which, cells, wrong) for which in COLUMNS],
    }


def _cell(participation, which, cells, wrong):
    stands = said(getattr(participation, COLUMNS[which]))
    cell = participation.pk, which
    return {"name": which, "stands": stands, "text": cells.get(cell, stands), "wrong": wrong.get(cell, "")}


def _why_closed(session):
    try:
        require_scorable(session)
    except ValidationError as refusal:
        return " ".join(refusal.messages)
    return ""


def _number(request):
    asked = request.GET.get("page", "1")
    return asked if asked.isascii() and asked.isdecimal() and len(asked) < 7 else "1"


def _said(number):
    if not number:
        return _("Nothing was typed otherwise than it stood.")
    return ngettext("Scores of %(number)d trainee saved.", "Scores of %(number)d trainees saved.", number) % {
        "number": number
    }
