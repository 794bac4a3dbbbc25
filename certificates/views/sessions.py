"""A session's certificates: who is due which and why, issuing them, and deciding on one."""

import tempfile
import zipfile

from django.contrib import messages
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.paginator import Paginator
from django.http import FileResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from certificates.choices import Kind
from certificates.forms import OverrideForm, ReasonForm
from certificates.models import Certificate, IssuingRun
from certificates.pdf.signing import is_development
from certificates.services.background import start
from certificates.services.deciding import revoke, supersede
from certificates.services.eligibility import ground_of, standing_of, standings, why_not_yet
from certificates.services.issuing import issue_one
from certificates.services.reading import read_session
from certificates.services.renewing import renewed_here
from certificates.telling import told
from training.models import Participation, Session
from training.permissions import Action, allows_on, require
from training.printing.pdf import PdfError

PER_PAGE = 100
REFUSALS = (ValidationError, PdfError, ImproperlyConfigured)


def session_certificates(request, key):
    """GET shows what everybody is due, with reasons; POST issues it."""
    session = _session(request, key)
    if request.method == "POST":
        _issue_all(request, session)
        return redirect("session_certificates", session.key)
    found = standings(session)
    pending = [one for one in found if one.is_pending]
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "session": session,
        "page": page,
        "standings": list(page.object_list),
        "pending": {kind: sum(one.kind == kind for one in pending) for kind in Kind},
        "to_issue": len(pending),
        "issued": sum(one.certificate is not None for one in found),
        "why_not_yet": why_not_yet(session),
        "is_development": is_development(),
        **_progress(session, found),
        "may_decide": allows_on(request.user, Action.DECIDE_CERTIFICATES, session),
    }
    return render(request, "certificates/session/list.html", context)


@require_safe
def progress(request, key):
    """How far issuing is, asked again and again; once it is done the whole page loads anew."""
    session = _session(request, key)
    context = {"session": session, **_progress(session, standings(session))}
    response = render(request, "certificates/session/_progress.html", context)
    if not context["running"]:
        response.headers["HX-Refresh"] = "true"
    return response


def _progress(session, found):
    """`running` while a run is under way; `failed` whom the last one could not serve, with why."""
    run = IssuingRun.objects.last_of(session)
    why = {one["participation"]: one["message"] for one in run.failed} if run else {}
    return {
        "running": run is not None and run.finished_at is None,
        "done": sum(one.certificate is not None for one in found),
        "of": sum(one.certificate is not None or one.is_pending for one in found),
        "failed": [(one, why[one.participation.pk]) for one in found if one.is_pending and one.participation.pk in why],
    }


@require_safe
def session_zip(request, key):
    """Every certificate of the session that stands, each as it was issued."""
    session = _session(request, key)
    out = tempfile.TemporaryFile()  # noqa: SIM115  closed by the response
    try:
        with zipfile.ZipFile(out, "w") as archive:
            for one, pdf in read_session(session=session, by=request.user):
                person = one.participation.person
                name = f"{person.latin_family_name} {person.latin_given_name} {one.serial}.pdf"
                archive.writestr(name.replace("/", "-"), pdf)
    except REFUSALS as refusal:
        out.close()
        messages.error(request, _said(refusal))
        return redirect("session_certificates", session.key)
    out.seek(0)
    name = f"{session.key}-certificates.zip"
    return FileResponse(out, as_attachment=True, filename=name, content_type="application/zip")


def one(request, key, pk):
    """One person's certificate: what it says, and what may be decided about it; `step` says which form was sent."""
    session = _session(request, key)
    people = Participation.objects.filter(session=session).select_related("session", "person")
    participation = get_object_or_404(people, pk=pk)
    held = Certificate.objects.current().filter(participation=participation).first()
    renews = held.renews if held else renewed_here(participation)
    step = request.POST.get("step", "")
    forms = {
        "issue": OverrideForm(request.POST if step == "issue" else None, prefix="issue"),
        "supersede": ReasonForm(request.POST if step == "supersede" else None, prefix="supersede"),
        "revoke": ReasonForm(request.POST if step == "revoke" else None, prefix="revoke"),
    }
    if step in forms and forms[step].is_valid() and _decided(request, forms[step], step, participation, held):
        return redirect("session_certificates", session.key)
    context = {
        "session": session,
        "standing": standing_of(participation, ground_of(session), held, renews),
        "certificate": held,
        "told": told(held.content) if held else [],
        "earlier": Certificate.objects.filter(participation=participation, superseded_at__isnull=False),
        "forms": forms,
        "why_not_yet": why_not_yet(session),
        "may_decide": allows_on(request.user, Action.DECIDE_CERTIFICATES, session),
    }
    return render(request, "certificates/session/one.html", context)


def _session(request, key):
    session = get_object_or_404(Session.objects.visible_to(request.user).select_related("training"), key=key)
    require(request.user, Action.ISSUE_CERTIFICATES, session)
    return session


def _issue_all(request, session):
    """At once, or by a worker: then the page shows how far it is."""
    before = Certificate.objects.of_session(session).count()
    try:
        run = start(session=session, by=request.user)
    except REFUSALS as refusal:
        messages.error(request, _said(refusal))
        return
    run.refresh_from_db()
    if not run.finished_at:
        return
    number = Certificate.objects.of_session(session).count() - before
    sentence = ngettext("%(number)s certificate issued.", "%(number)s certificates issued.", number)
    messages.success(request, sentence % {"number": number})


def _decided(request, form, step, participation, held):
    """Whether it was done; a refusal stands in the form."""
    try:
        if step == "issue":
            issue_one(participation=participation, by=request.user, **form.cleaned_data)
            messages.success(request, _("The certificate is issued."))
        elif step == "supersede" and held:
            supersede(certificate=held, by=request.user, **form.cleaned_data)
            messages.success(request, _("A new certificate has taken its place."))
        elif held:
            revoke(certificate=held, by=request.user, **form.cleaned_data)
            messages.success(request, _("The certificate is revoked."))
    except REFUSALS as refusal:
        form.add_error(None, _said(refusal))
        return False
    return True


def _said(refusal):
    return " ".join(getattr(refusal, "messages", None) or [str(refusal)])
