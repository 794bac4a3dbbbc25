"""The people a coordinator keeps right: the list of them, and the page of each."""

from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from training.filters import PersonFilter
from training.models import Participation, Person, PersonMerge
from training.permissions import Action, require
from training.services import trail
from training.services.duplicates import duplicates_of

PER_PAGE = 50
SUGGESTED = 5


@require_safe
def person_list(request):
    """Whoever is listed has been disclosed: their ids go into the trail, what was typed does not."""
    require(request.user, Action.EDIT_PEOPLE)
    kept = Person.objects.kept_by(request.user).select_related("jurisdiction", "institution", "account")
    listed = PersonFilter(request.GET, queryset=kept.order_by("search_key", "pk"))
    page = Paginator(listed.qs, PER_PAGE).get_page(request.GET.get("page"))
    people = list(page.object_list)
    if people:
        records = {"person": [person.pk for person in people]}
        trail.record(by=request.user, action="people listed", records=records)
    return render(request, "training/people/list.html", {"filter": listed, "page": page, "people": people})


@require_safe
def person(request, pk):
    require(request.user, Action.EDIT_PEOPLE)
    kept = Person.objects.kept_by(request.user)
    found = get_object_or_404(kept.select_related("jurisdiction", "institution", "account"), pk=pk)
    trail.record(by=request.user, action="person viewed", records={"person": [pk]})
    participations = Participation.objects.filter(person=found).select_related("session", "institution")
    likely = duplicates_of(found, kept.filter(jurisdiction=found.jurisdiction_id))[:SUGGESTED]
    others = Person.objects.in_bulk([one.second if one.first == pk else one.first for one in likely])
    context = {
        "person": found,
        "participations": participations.order_by("-session__end", "-pk"),
        "suggestions": [(others[one.second if one.first == pk else one.first], one.reasons) for one in likely],
        "merges": PersonMerge.objects.visible_to(request.user)
        .filter(keep=found)
        .standing()
        .select_related("away", "by"),
    }
    return render(request, "training/people/page.html", context)
