"""Reconciliation: what contradicts itself, what an editor decides, and roster against headcount against published."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from training.forms.reconciliation import ReconciliationFilter
from training.models import Session
from training.permissions import Action, allows, require
from training.services.decisions import decide, withdraw_decision
from training.statistics.compared import compared
from training.statistics.footnotes import footnotes_for
from training.statistics.reconciliation_notes import reconciliation_notes


@require_safe
def contradictions_page(request):
    """Those in the sessions the account may open; those without a decision first. Below them every session whose
    figures can be compared; with only the undecided asked for, those with something left to decide.
    """
    require(request.user, Action.VIEW_STATISTICS)
    form = ReconciliationFilter(request.GET)
    sessions = form.sessions(Session.objects.visible_to(request.user))
    notes, comparisons = reconciliation_notes(sessions), compared(sessions)
    waiting = [note for note in notes if not note.decision]
    decided = [note for note in notes if note.decision]
    if form.is_valid() and form.cleaned_data["undecided"]:
        open_keys = {note.session_key for note in waiting}
        comparisons = [one for one in comparisons if one.waits or one.session_key in open_keys]
        decided = []
    context = {
        "form": form,
        "waiting": waiting,
        "decided": decided,
        "comparisons": comparisons,
        "differing": sum(one.differs for one in comparisons),
        "to_decide": _to_decide(request.user),
        "today": timezone.localdate(),
        **_footnotes(form, notes, comparisons),
    }
    status = 200 if form.is_valid() else 400
    return render(request, "training/contradictions/page.html", context, status=status)


def _to_decide(account):
    if not allows(account, Action.DECIDE):
        return set()
    return set(Session.objects.changeable_by(account).values_list("key", flat=True))


def _footnotes(form, notes, comparisons):
    """The wording of the project asked for, in the place of the page's own."""
    project = form.is_valid() and form.cleaned_data["project"]
    if not project:
        return {}
    said = [project.title, *(text for note in notes for text in (note.session_title, note.message, note.quote))]
    said += [text for one in comparisons for text in (one.session_title, *(figure.quote for figure in one.figures))]
    texts = footnotes_for(said, [project.key])
    return {"footnotes": texts} if texts else {}


@require_POST
def contradiction_decide(request):
    posted = request.POST
    return _do(
        request,
        lambda: decide(by=request.user, fingerprint=posted.get("fingerprint", ""), reason=posted.get("reason", "")),
        _("Your decision is kept. The figures stay as they were printed."),
    )


@require_POST
def contradiction_withdraw(request):
    fingerprint = request.POST.get("fingerprint", "")
    done = _("The decision is taken back.")
    return _do(request, lambda: withdraw_decision(by=request.user, fingerprint=fingerprint), done)


def _do(request, change, done):
    try:
        change()
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, done)
    narrowed = request.GET.urlencode()
    return redirect(f"{reverse('contradictions')}?{narrowed}" if narrowed else "contradictions")
