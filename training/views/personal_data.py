"""What the law gives a person over their record: reading it, having it put right, having it erased."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from training.forms.people import AnswerForm, AskForm, RecordForm
from training.models import DataRequest, Person
from training.permissions import Action, require
from training.services import trail
from training.services.data_requests import answer_request, ask_about_data, correct_record
from training.services.erasure import erase_person, reasons_against_erasing
from training.services.evidence import sheets_that_may_name
from training.services.held import as_json, held_about
from training.services.mentions import mentions_of
from training.services.retention import RULES

FILES = ("json", "pdf")


@login_not_required
@require_safe
def privacy(request):
    """The notice: who answers for what is kept, what that is, and for how long."""
    context = {
        "controller": settings.PRIVACY_CONTROLLER,
        "contact": settings.PRIVACY_CONTACT,
        "rules": RULES,
    }
    return render(request, "training/privacy.html", context)


def own_data(request):
    """What is held about whoever asks; POST asks for a correction or an erasure."""
    form = AskForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            ask_about_data(by=request.user, **form.cleaned_data)
        except ValidationError as refused:
            form.take(refused)
        else:
            messages.success(request, _("Asked. The answer will stand on this page."))
            return redirect("own_data")
    person = Person.objects.filter(account=request.user).first()
    context = {"sections": held_about(by=request.user), "person": person, "form": form if person else None}
    return render(request, "training/people/own_data.html", context)


@require_safe
def own_data_file(request, kind):
    return held_as_file(request, kind)


@require_safe
def person_data(request, pk):
    """The same for a coordinator, who answers somebody that asked by letter."""
    person = _kept(request, pk)
    context = {"sections": held_about(by=request.user, person=person), "person": person}
    return render(request, "training/people/data.html", context)


@require_safe
def person_data_file(request, pk, kind):
    return held_as_file(request, kind, person=_kept(request, pk))


def person_edit(request, pk):
    person = _kept(request, pk, erased=False)
    form = RecordForm(request.POST or None, instance=person)
    if request.method == "POST" and form.is_valid():
        try:
            correct_record(person=person, by=request.user, **form.cleaned_data)
        except ValidationError as refused:
            form.take(refused)
        else:
            messages.success(request, _("Saved."))
            return redirect("person", pk=pk)
    name = Person.objects.get(pk=pk).full_name  # the form has written into the other already
    return render(request, "training/people/edit.html", {"person": person, "name": name, "form": form})


@require_safe
def data_requests(request):
    require(request.user, Action.EDIT_PEOPLE)
    waiting = list(DataRequest.objects.kept_by(request.user).waiting().select_related("person__jurisdiction"))
    if waiting:
        ids = {"person": [one.person_id for one in waiting]}
        trail.record(by=request.user, action="data requests listed", records=ids)
    return render(request, "training/people/requests.html", {"waiting": waiting})


def data_request(request, pk):
    """Answer one request; `done` or `refuse` says how."""
    require(request.user, Action.EDIT_PEOPLE)
    waiting = DataRequest.objects.kept_by(request.user).waiting()
    found = get_object_or_404(waiting.select_related("person__jurisdiction", "person__institution"), pk=pk)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            answer_request(request=found, by=request.user, done="done" in request.POST, **form.cleaned_data)
        except ValidationError as refused:
            form.take(refused)
        else:
            messages.success(request, _("Answered."))
            return redirect("data_requests")
    return render(request, "training/people/request.html", {"asked": found, "form": form})


def _kept(request, pk, *, erased=True):
    require(request.user, Action.EDIT_PEOPLE)
    kept = Person.objects.kept_by(request.user)
    kept = kept if erased else kept.not_erased()
    return get_object_or_404(kept.select_related("account", "jurisdiction", "institution"), pk=pk)


def held_as_file(request, kind, **subject):
    """What is held about a `person` or an `account`, to take along."""
    if kind not in FILES:
        raise Http404
    sections = held_about(by=request.user, form=kind, **subject)
    headers = {"Content-Disposition": f'attachment; filename="personal-data.{kind}"'}
    if kind == "json":
        options = {"ensure_ascii": False, "indent": 2}
        return JsonResponse(as_json(sections), headers=headers, json_dumps_params=options)
    from training.printing.pdf import convert  # what it draws with is slow to import

    context = {"sections": sections, "as_of": timezone.now(), "language": get_language() or "en"}
    paper = convert(render_to_string("training/exports/held.html", context))
    return HttpResponse(paper, content_type="application/pdf", headers=headers)


def person_erase(request, pk):
    """GET says what goes, what stays and where else the name stands; POST with `sure` erases."""
    require(request.user, Action.ERASE_PEOPLE)
    kept = Person.objects.kept_by(request.user).not_erased()
    person = get_object_or_404(kept.select_related("account", "jurisdiction", "institution"), pk=pk)
    context = {"person": person}
    if request.method == "POST" and "sure" in request.POST:
        try:
            erased = erase_person(person=person, by=request.user)
        except ValidationError:
            pass  # the page says why
        else:
            messages.success(request, _("Erased. The record is called %(name)s now.") % {"name": erased.full_name})
            return redirect("person", pk=pk)
    elif request.method == "POST":
        context["unsure"] = True
    trail.record(by=request.user, action="mentions of a person searched", records={"person": [pk]})
    context |= {
        "against": reasons_against_erasing(person=person, by=request.user),
        "mentions": mentions_of(person),
        "sheets": sheets_that_may_name(person),
    }
    return render(request, "training/people/erase.html", context)
