"""The roster of a session: the panel on its page, adding people in one field, role and position, withdrawing."""

from django.contrib import messages
from django.core.exceptions import BadRequest, ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from training.choices import SEX_OF_A_PERSON, Outcome, Role
from training.forms.roster import ParticipationForm, PersonForm
from training.models import Participation, Person, Session
from training.permissions import Action, allows_on, known_to_change, require
from training.services import people, registering, trail

PER_PAGE = 100
TOO_MANY = 429
LONGEST_ID = 18  # digits; more than the largest key has


def roster_panel(session, account, page=1):
    """What `_roster.html` shows: those the account may see by name, and how many others there are.

    A constant number of queries. Showing names is a disclosure, so it goes into the trail.
    """
    may_edit = allows_on(account, Action.EDIT_ROSTER, session) and _open(session)
    everyone = Participation.objects.filter(session=session)
    listed = Paginator(_rows_of(Participation.objects.of_session(session, account)), PER_PAGE).get_page(page)
    shown = _written(list(listed.object_list), session.days.count(), may_edit)
    if shown:
        trail.record(by=account, action="roster opened", session=session, detail={"shown": len(listed.object_list)})
    return {
        "roster": shown,
        "roster_page": listed,
        "roster_size": listed.paginator.count,
        "roster_hidden": 0 if known_to_change(account, session) else everyone.count() - listed.paginator.count,
        "may_edit_roster": may_edit,
    }


@require_safe
def roster_search(request, key):
    """People to add. `fragment` asks for the list alone; without it the answer is a page."""
    session = _session(request, key)
    typed, status = request.GET.get("q", ""), 200
    context = {"session": session, "typed": typed}
    try:
        context["found"] = people.find(session=session, typed=typed, by=request.user)
    except people.SearchLimitError as refused:
        context["refused"], status = " ".join(refused.messages), TOO_MANY
    template = "found" if "fragment" in request.GET else "search"
    return render(request, f"training/roster/{template}.html", context, status=status)


@require_POST
def roster_add(request, key):
    session = _session(request, key)
    require(request.user, Action.EDIT_ROSTER, session)
    asked = request.POST.get("person", "")
    if not (asked.isascii() and asked.isdecimal() and len(asked) <= LONGEST_ID):
        raise BadRequest("A person is a number.")
    try:
        person = people.pick(session=session, pk=int(asked), by=request.user)
    except Person.DoesNotExist:
        raise Http404 from None
    except people.SearchLimitError as refused:
        messages.error(request, " ".join(refused.messages))
        return redirect(_roster_of(session))
    return _done(request, session, lambda: _register(request.user, session, person), _added(person))


def person_new(request, key):
    session = _session(request, key)
    require(request.user, Action.EDIT_ROSTER, session)
    form = PersonForm(request.POST or None, session=session, initial=_names_in(request.GET.get("name", "")))
    context = {"session": session, "form": form}
    if request.method == "POST" and form.is_valid():
        try:
            person = people.create_person(by=request.user, session=session, **form.person())
        except people.AlikeError as found:
            context |= {"alike": found.people, "elsewhere": found.elsewhere}
        except ValidationError as refused:
            form.take(refused)
        else:
            role = form.cleaned_data["role"]
            return _done(request, session, lambda: _register(request.user, session, person, role), _added(person))
    return render(request, "training/roster/person.html", context)


def participation(request, key, pk):
    session, found = _participation(request, key, pk)
    form = ParticipationForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        try:
            _correct(request.user, found.pk, form)
        except ValidationError as refused:
            form.add_error(None, refused.messages)
        else:
            messages.success(request, _("Saved."))
            return redirect(_roster_of(session))
    context = {"session": session, "participation": found, "form": form}
    return render(request, "training/roster/participation.html", context)


def participation_withdraw(request, key, pk):
    """GET asks whether it is meant; POST withdraws, or takes `back` in."""
    session, found = _participation(request, key, pk)
    if request.method != "POST":
        return render(request, "training/roster/withdraw.html", {"session": session, "participation": found})
    back = "back" in request.POST
    said = _("%(name)s is back on the roster.") if back else _("%(name)s has withdrawn and counts no more.")
    return _done(
        request,
        session,
        lambda: registering.withdraw(participation=found, by=request.user, back=back),
        said % {"name": found.person.full_name},
    )


def _session(request, key):
    return get_object_or_404(Session.objects.visible_to(request.user), key=key)


def _participation(request, key, pk):
    """The session and one of its participations, for someone who may change the roster.

    404 where the account may not even know of it, 403 where it may not change it.
    """
    session = _session(request, key)
    visible = Participation.objects.filter(session=session).visible_to(request.user)
    found = get_object_or_404(visible.select_related("person", "institution", "session"), pk=pk)
    require(request.user, Action.EDIT_ROSTER, session)
    return session, found


def _roster_of(session):
    return f"{session.get_absolute_url()}#roster"


def _open(session):
    try:
        registering.require_open_roster(session)
    except ValidationError:
        return False
    return True


def _register(account, session, person, role=Role.TRAINEE):
    registration = registering.Registration(person=person, role=role)
    registering.register(session=session, registration=registration, by=account)


@transaction.atomic
def _correct(account, pk, form):
    """Correct the snapshot and, where it is ticked, the person's record with it."""
    found = Participation.objects.select_related("session", "institution", "jurisdiction").get(pk=pk)
    registering.change(participation=found, by=account, **form.corrections())
    if form.cleaned_data["also_person"]:
        people.correct_person(
            participation=found,
            by=account,
            no_institution=found.institution is None and "institution" in form.changed_data,
            **{name: getattr(found, name) for name in form.changed_data if name not in {"role", "also_person"}},
        )


def _added(person):
    return _("%(name)s is on the roster now.") % {"name": person.full_name}


def _done(request, session, act, said):
    """Act and go back to the roster, saying what was done or why not."""
    try:
        act()
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, said)
    return redirect(_roster_of(session))


def _names_in(typed):
    """What was typed into the search, as a first guess at first and last name."""
    given, _space, family = " ".join(typed.split()).rpartition(" ")
    return {"given_name": given, "family_name": family} if given else {"given_name": family}


def _rows_of(participations):
    return participations.by_name().values_list(
        "pk", "person__family_name", "person__given_name", "institution__name", "position", "jurisdiction__name",
        "sex", "role", "days_attended", "outcome",
    )  # fmt: skip


def _written(rows, days, may_edit):
    """The rows in HTML. The template and the labels are looked up once and filled in for each person."""
    pattern = render_to_string("training/roster/_row.html", {"may_edit": may_edit}).strip()
    labels = {
        "sex": {code: escape(label) for code, label in SEX_OF_A_PERSON.items()},
        "role": {choice.value: escape(choice.label) for choice in Role},
        "outcome": {choice.value: escape(choice.label) for choice in Outcome},
        "days": escape(_("%(attended)d of %(days)d")),
    }
    filled = [pattern.format(**_words(*row, days, labels)) for row in rows]
    return mark_safe("".join(filled))  # noqa: S308 what a person wrote is escaped


def _words(pk, family, given, institution, position, jurisdiction, sex, role, attended, outcome, days, labels):
    return {
        "id": pk,
        "name": escape(f"{family}, {given}"),
        "institution": escape(institution or ""),
        "position": escape(position),
        "jurisdiction": escape(jurisdiction),
        "sex": labels["sex"][sex],
        "role": labels["role"][role],
        "days": "–" if attended is None else labels["days"] % {"attended": attended, "days": days},
        "outcome": labels["outcome"][outcome],
        "state": outcome,
    }
