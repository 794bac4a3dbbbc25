"""What the law gives a person over their record, as a coordinator carries it out: erasing it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from training.models import Person
from training.permissions import Action, require
from training.services import trail
from training.services.erasure import erase_person, reasons_against_erasing
from training.services.mentions import mentions_of


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
    }
    return render(request, "training/people/erase.html", context)
