"""People who came without being on the roster: kept as they were typed, until somebody says who they are.

They are never made people by themselves, and never taken for somebody known: that would count one person twice, or two
as one. Until it is decided their marks wait with them, and count nowhere.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from training.choices import Sex
from training.models import Account, AttendanceEvent, Jurisdiction, Participation, Person, Session, SessionDay, WalkIn
from training.permissions import Action, require
from training.services import marks as registers
from training.services import trail
from training.services.history import kept_of
from training.services.institutions import LONGEST
from training.services.outcomes import recompute
from training.services.people import check_details, create_person
from training.services.registering import Registration, register, require_open_roster


@dataclass(frozen=True, kw_only=True)
class Typed:
    """Somebody who came without being on the roster, as typed on a device. Names and institution are tidied."""

    nonce: uuid.UUID
    given_name: str
    family_name: str
    sex: str
    institution_name: str
    at: datetime


def faults_of(typed: Typed) -> str:
    """What is wrong with it, in a sentence that says what would be taken; empty where nothing is."""
    try:
        check_details(typed.given_name, typed.family_name, typed.sex)
    except ValidationError as refused:
        return " ".join(refused.messages)
    if len(typed.institution_name) > LONGEST:
        return _("The name of an institution has at most %(n)s letters.") % {"n": LONGEST}
    return ""


def keep_typed(typed: Mapping[Typed, datetime], *, session: Session, device: uuid.UUID, by: Account) -> None:
    """Keep these, each with the time they came, to be decided on; those kept already stay as they are. One query."""
    made = [
        WalkIn(
            nonce=one.nonce,
            session=session,
            given_name=one.given_name,
            family_name=one.family_name,
            sex=one.sex,
            institution_name=one.institution_name,
            by=by,
            at=at,
            device=device,
        )
        for one, at in typed.items()
    ]
    if made:
        WalkIn.objects.bulk_create(made, ignore_conflicts=True)


@transaction.atomic
def recognise(*, walk_in: WalkIn, person: Person, by: Account) -> Participation:
    """Say that a walk-in is this person: they come on the roster, unless they are on it, with the walk-in's marks.

    Raises PermissionDenied without the right to change the roster, ValidationError where it takes no changes, for
    somebody withdrawn from it, and where it has been decided already.
    """
    session, walk_in = _locked(walk_in, by)
    on_roster = Participation.objects.filter(session=session, person=person).first()
    if on_roster and on_roster.withdrawn_at:
        raise ValidationError(_("This person has withdrawn from the session. Take them back in on the roster first."))
    if on_roster is None:
        sex = walk_in.sex if person.sex == Sex.NOT_RECORDED else ""
        on_roster = register(session=session, registration=Registration(person=person, sex=sex), by=by)
    _decide(walk_in, on_roster, by, "walk-in recognised")
    return on_roster


@transaction.atomic
def add_as_new(*, walk_in: WalkIn, jurisdiction: Jurisdiction, by: Account) -> Participation:
    """Make a walk-in a person whom nobody has recorded yet, and put them on the roster. Raises as `recognise` does."""
    session, walk_in = _locked(walk_in, by)
    person = create_person(
        by=by,
        session=session,
        given_name=walk_in.given_name,
        family_name=walk_in.family_name,
        sex=walk_in.sex,
        jurisdiction=jurisdiction,
        institution_name=walk_in.institution_name,
        anyway=True,
    )
    participation = register(session=session, registration=Registration(person=person), by=by)
    _decide(walk_in, participation, by, "walk-in added")
    return participation


@transaction.atomic
def remove(*, walk_in: WalkIn, by: Account) -> None:
    """Say that a walk-in was nobody: typed twice, or by mistake. Its marks stay on record and count nowhere."""
    _session, walk_in = _locked(walk_in, by)
    _decide(walk_in, None, by, "walk-in removed")


def remove_undecided(walk_ins: QuerySet[WalkIn], by: Account) -> int:
    """Take the names off these, which nobody has decided on; how many they were. Whoever asks has checked the right."""
    nobody = {"given_name": "", "family_name": "", "institution_name": ""}
    return walk_ins.filter(decided_at=None).update(**nobody, decided_by=by, decided_at=timezone.now())


def _locked(walk_in: WalkIn, by: Account) -> tuple[Session, WalkIn]:
    """The session, held until the transaction ends, and the walk-in as it is now: still to be decided on."""
    require(by, Action.EDIT_ROSTER, walk_in.session)
    session = Session.objects.select_for_update(of=("self",)).get(pk=walk_in.session_id)
    require_open_roster(session)
    fresh = WalkIn.objects.get(pk=walk_in.pk)
    if fresh.decided_at is not None:
        raise ValidationError(_("Somebody has decided on this walk-in already."))
    fresh.session = session
    return session, fresh


def _decide(walk_in: WalkIn, participation: Participation | None, by: Account, action: str) -> None:
    """Note what was decided, take the name off, and let the marks that waited count where they belong."""
    walk_in.participation, walk_in.decided_by, walk_in.decided_at = participation, by, timezone.now()
    walk_in.given_name = walk_in.family_name = walk_in.institution_name = ""
    walk_in.save()
    if participation:
        _bring_marks(walk_in, participation)
    ids = {"participation": [participation.pk]} if participation else {}
    trail.record(by=by, action=action, session=walk_in.session, records=ids)


def _bring_marks(walk_in: WalkIn, participation: Participation) -> None:
    events = AttendanceEvent.objects.filter(walk_in=walk_in)
    events.update(participation=participation)
    for day in SessionDay.objects.filter(pk__in=events.values("day")):
        own = [one for one in kept_of(day) if one.whose == participation.pk]
        last = own[-1]
        row = registers.Stands(participation.pk, last.event.after, last.way, last.by, last.event.at)
        registers.stand([row], day=day)
    recompute(walk_in.session, only=[participation.pk])
