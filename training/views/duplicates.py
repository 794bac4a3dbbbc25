"""People recorded twice: who may be, two records side by side, making them one, and taking that back."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from training.filters import PersonFilter
from training.forms.people import OtherPersonForm
from training.models import Person, PersonMerge
from training.permissions import Action, require
from training.services import trail
from training.services.duplicates import forget_different, likely_duplicates, remember_different
from training.services.person_comparison import compare, met
from training.services.person_merging import merge_people, undo_person_merge

PER_PAGE = 25


@require_safe
def duplicate_list(request):
    """Pairs among the people this account keeps who may be one person, the most likely first."""
    listed = PersonFilter(request.GET, queryset=_kept(request))
    page = Paginator(likely_duplicates(listed.qs), PER_PAGE).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    wanted = Person.objects.filter(pk__in={pk for one in shown for pk in (one.first, one.second)})
    people = {person.pk: person for person in wanted.select_related("jurisdiction", "institution").with_use()}
    together = met([(one.first, one.second) for one in shown])
    pairs = [
        {
            "people": [people[one.first], people[one.second]],
            "reasons": one.reasons,
            "met": (one.first, one.second) in together,
        }
        for one in shown
    ]
    if people:
        trail.record(by=request.user, action="likely duplicates listed", records={"person": sorted(people)})
    return render(request, "training/people/duplicates.html", {"filter": listed, "page": page, "pairs": pairs})


def person_merge(request, pk):
    """GET lays `?into=` and this one side by side; POST makes them one."""
    away = get_object_or_404(_kept(request).select_related("jurisdiction", "institution", "account"), pk=pk)
    choice = OtherPersonForm(request.POST or request.GET, person=away, account=request.user)
    if not choice.is_valid():
        messages.error(request, _("Choose another person of those you keep."))
        return redirect("person", pk=pk)
    keep = choice.cleaned_data["into"]
    if request.method == "POST":
        try:
            merge_people(keep=keep, away=away, by=request.user)
        except ValidationError:
            pass  # the page says why
        else:
            messages.success(request, _("They are one person now. It can be taken back from this page."))
            return redirect("person", pk=keep.pk)
    context = {"seen": compare(keep=keep, away=away, by=request.user), "tried": request.method == "POST"}
    return render(request, "training/people/merge.html", context)


@require_POST
def different(request, pk):
    """Remember that `into` and this one are two people; `forget` takes that back."""
    one = get_object_or_404(_kept(request), pk=pk)
    choice = OtherPersonForm(request.POST, person=one, account=request.user)
    if not choice.is_valid():
        messages.error(request, _("Choose another person of those you keep."))
        return redirect("person", pk=pk)
    other = choice.cleaned_data["into"]
    if "forget" in request.POST:
        forget_different(one=one, other=other, by=request.user)
        messages.success(request, _("They may be offered as one person again."))
    else:
        remember_different(one=one, other=other, by=request.user)
        said = _("%(one)s and %(other)s are two people. They are not offered again.")
        messages.success(request, said % {"one": one.full_name, "other": other.full_name})
    return redirect("duplicates")


@require_safe
def person_merges(request):
    require(request.user, Action.MERGE_PEOPLE)
    found = PersonMerge.objects.visible_to(request.user).select_related("keep", "away", "by", "undone_by")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    people = {pk for merge in page.object_list for pk in (merge.keep_id, merge.away_id)}
    if people:
        trail.record(by=request.user, action="merges of people listed", records={"person": sorted(people)})
    return render(request, "training/people/merges.html", {"page": page})


def person_merge_undo(request, pk):
    """GET asks whether it is meant; POST takes the merge back."""
    require(request.user, Action.MERGE_PEOPLE)
    visible = PersonMerge.objects.visible_to(request.user).select_related("keep", "away", "by")
    merge = get_object_or_404(visible, pk=pk)
    refused = []
    if request.method == "POST":
        try:
            undo_person_merge(merge=merge, by=request.user)
        except ValidationError as refusal:
            refused = refusal.messages
        else:
            messages.success(request, _("They are two records again."))
            return redirect("person", pk=merge.away_id)
    return render(request, "training/people/undo.html", {"merge": merge, "refused": refused})


def _kept(request):
    require(request.user, Action.MERGE_PEOPLE)
    return Person.objects.kept_by(request.user)
