"""The paper of a day: the sheet that goes round to be signed, what came back, and how many signatures are on it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from training.forms.paper import CountForm, EvidenceForm, SheetForm
from training.models import SignedSheet
from training.permissions import Action, allows, allows_on, require
from training.services.evidence import keep_sheets, read_sheet, remove_sheet
from training.services.paper_counts import count_signatures, days_on_paper
from training.services.sign_in_sheets import empty_rows_for, print_sheet
from training.views.attendance import day_of_session, place_among_days
from training.views.register_page import why_closed

NOTHING_RUNS = "default-src 'none'; frame-ancestors 'none'"


@require_safe
def paper(request, key, date):
    return _page(request, _day(request, key, date))


@require_safe
def sign_in_sheet(request, key, date):
    """The sheet as PDF; `empty_rows` in the address says how many there are for walk-ins."""
    day = _day(request, key, date)
    form = SheetForm(request.GET)
    if not form.is_valid():
        return _page(request, day, sheet=form, status=400)
    try:
        pdf = print_sheet(day=day, by=request.user, empty_rows=form.cleaned_data["empty_rows"])
    except ValidationError as refusal:
        form.take(refusal)
        return _page(request, day, sheet=form, status=400)
    headers = {"Content-Disposition": f'inline; filename="{day.session.key}-{day}-sign-in.pdf"'}
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)


@require_POST
def sheets_keep(request, key, date):
    """Photographs and scans, any number of them."""
    day, form = _day(request, key, date), EvidenceForm(request.POST, request.FILES)
    require(request.user, Action.MARK_ATTENDANCE, day.session)
    if not form.is_valid():
        return _page(request, day, evidence=form, status=400)
    try:
        kept = keep_sheets(day=day, files=form.given, by=request.user)
    except ValidationError as refusal:
        form.take(refusal)
        return _page(request, day, evidence=form, status=400)
    said = ngettext("%(number)d file is kept for this day.", "%(number)d files are kept for this day.", len(kept))
    messages.success(request, said % {"number": len(kept)})
    return redirect("paper", key=key, date=date)


@require_POST
def paper_count(request, key, date):
    day, form = _day(request, key, date), CountForm(request.POST)
    require(request.user, Action.MARK_ATTENDANCE, day.session)
    if not form.is_valid():
        return _page(request, day, count=form, status=400)
    try:
        count_signatures(day=day, by=request.user, **form.cleaned_data)
    except ValidationError as refusal:
        form.take(refusal)
        return _page(request, day, count=form, status=400)
    messages.success(request, _("Saved."))
    return redirect("paper", key=key, date=date)


@require_safe
def signed_sheet(request, key, date, pk):
    """The file as it is kept; nothing in it runs."""
    sheet = _sheet(request, _day(request, key, date), pk)
    try:
        data = read_sheet(sheet=sheet, by=request.user)
    except FileNotFoundError as gone:
        raise Http404 from gone
    name = f"{key}-{sheet.day}-signed-{sheet.pk}.{sheet.ending}"
    headers = {"Content-Disposition": f'inline; filename="{name}"', "Content-Security-Policy": NOTHING_RUNS}
    return HttpResponse(data, content_type=sheet.content_type, headers=headers)


def signed_sheet_remove(request, key, date, pk):
    """GET asks, POST does."""
    sheet = _sheet(request, _day(request, key, date), pk)
    require(request.user, Action.MARK_ATTENDANCE, sheet.day.session)
    if request.method == "POST":
        try:
            remove_sheet(sheet=sheet, by=request.user)
            messages.success(request, _("The sheet is removed."))
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
        return redirect("paper", key=key, date=date)
    context = {"sheet": sheet, "day": sheet.day, "session": sheet.day.session}
    return render(request, "training/sheets/remove.html", context)


def _day(request, key, date):
    day = day_of_session(request, key, date)
    require(request.user, Action.READ_REGISTER, day.session)
    return day


def _sheet(request, day, pk):
    sheets = SignedSheet.objects.visible_to(request.user).select_related("day__session")
    return get_object_or_404(sheets, day=day, pk=pk)


def _page(request, day, *, sheet=None, evidence=None, count=None, status=200):
    people = day.session.participations.filter(withdrawn_at=None).count()
    (found,) = (one for one in days_on_paper(day.session) if one.day == day.date)
    sheets = day.signed_sheets.with_restriction().select_related("by", "day")
    context = {
        "day": day,
        "session": day.session,
        "people": people,
        "found": found,
        "sheets": sheets,
        "may_open_restricted": allows(request.user, Action.READ_RESTRICTED),
        "may_change": allows_on(request.user, Action.MARK_ATTENDANCE, day.session),
        "closed": why_closed(day),
        "sheet": sheet or SheetForm(initial={"empty_rows": empty_rows_for(people)}),
        "evidence": evidence or EvidenceForm(),
        "count": count or CountForm(initial={"signatures": found.signatures}),
        **place_among_days(day),
    }
    return render(request, "training/sheets/page.html", context, status=status)
