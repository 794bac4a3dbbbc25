"""People who came without being on the roster: the list of those to decide on, and deciding."""

from django.contrib import messages
from django.core.exceptions import BadRequest, ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from training.choices import SEX_OF_A_PERSON
from training.imports.likely_people import likely_people
from training.models import AttendanceEvent, Jurisdiction, Person, Session, WalkIn
from training.permissions import Action, require
from training.services import people, trail, walk_ins

LONGEST_ID = 18  # digits; more than the largest key has


@require_safe
def walk_in_list(request, key):
    """Each with whom it may be. Who is shown has been disclosed: their numbers go into the trail."""
    session = get_object_or_404(Session.objects.visible_to(request.user), key=key)
    require(request.user, Action.EDIT_ROSTER, session)
    waiting = list(WalkIn.objects.visible_to(request.user).filter(session=session).to_decide().select_related("by"))
    found = likely_people(session, waiting)
    marks = _marks_of(waiting)
    shown = sorted({likely.person.pk for own in found.values() for likely in own})
    if shown:
        trail.record(by=request.user, action="people like a new one shown", session=session, records={"person": shown})
    context = {
        "session": session,
        "waiting": [_row(walk_in, found[walk_in.pk], marks) for walk_in in waiting],
        "jurisdictions": session.jurisdictions.all() or Jurisdiction.objects.all(),
    }
    return render(request, "training/walk_ins/list.html", context)


@require_POST
def walk_in_decide(request, key, pk):
    """`person` says who it is, `jurisdiction` that it is somebody new, of there; `remove` that it is nobody."""
    session = get_object_or_404(Session.objects.visible_to(request.user), key=key)
    require(request.user, Action.EDIT_ROSTER, session)
    walk_in = get_object_or_404(WalkIn.objects.visible_to(request.user).filter(session=session), pk=pk)
    try:
        messages.success(request, _decided(request, session, walk_in))
    except (ValidationError, people.SearchLimitError) as refused:
        messages.error(request, " ".join(refused.messages))
    return redirect("walk_ins", key=session.key)


def _decided(request, session, walk_in):
    """What was decided, in a sentence."""
    if "person" in request.POST:
        person = _person(request, session)
        walk_ins.recognise(walk_in=walk_in, person=person, by=request.user)
        return _("%(name)s is on the roster, with the marks of this walk-in.") % {"name": person.full_name}
    if "remove" in request.POST:
        walk_ins.remove(walk_in=walk_in, by=request.user)
        return _("Removed.")
    home = get_object_or_404(Jurisdiction, pk=_number(request.POST.get("jurisdiction", "")))
    name = f"{walk_in.given_name} {walk_in.family_name}"
    walk_ins.add_as_new(walk_in=walk_in, jurisdiction=home, by=request.user)
    return _("%(name)s is on the roster now.") % {"name": name}


def _person(request, session):
    number = _number(request.POST["person"])
    on_roster = Person.objects.filter(pk=number, participations__session=session).first()
    try:
        return on_roster or people.pick(session=session, pk=number, by=request.user)
    except Person.DoesNotExist:
        raise Http404 from None


def _number(value):
    if not (value.isascii() and value.isdecimal() and len(value) <= LONGEST_ID):
        raise BadRequest("A record is named by its number.")
    return int(value)


def _marks_of(waiting):
    """The marks that wait with them, by the day."""
    found = {}
    events = (
        AttendanceEvent.objects.filter(walk_in__in=waiting).select_related("day").order_by("day__date", "at", "nonce")
    )
    for event in events:
        found.setdefault(event.walk_in_id, {})[event.day.date] = event.get_after_display()
    return found


def _row(walk_in, likely, marks):
    return {
        "walk_in": walk_in,
        "sex": SEX_OF_A_PERSON[walk_in.sex],
        "likely": likely,
        "marks": [(day, mark) for day, mark in marks.get(walk_in.pk, {}).items() if mark],
    }
