"""Putting people on a session's roster: the one place that fills a participation's snapshot."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from training.choices import Outcome, Role, SessionStatus, Sex
from training.models import Account, Institution, Jurisdiction, Participation, Person, RosterImport, Session
from training.permissions import Action, require
from training.services import trail
from training.services.institutions import institution_named
from training.services.outcomes import recompute


@dataclass(frozen=True, kw_only=True)
class Registration:
    """One person to register. What is given here goes into the snapshot; what is not comes from the person's record."""

    person: Person
    role: str = Role.TRAINEE
    jurisdiction: Jurisdiction | None = None
    institution: Institution | None = None
    position: str = ""
    sex: str = ""

    def participation(self, session: Session) -> Participation:
        person = self.person
        return Participation(
            session=session,
            person=person,
            role=self.role,
            jurisdiction=self.jurisdiction or person.jurisdiction,
            institution=self.institution or person.institution,
            position=self.position or person.position,
            sex=self.sex or person.sex,
        )


def require_open_roster(session: Session) -> None:
    """Raise ValidationError where a session takes no changes to its roster: signed off, cancelled, or a series."""
    if session.is_series:
        raise ValidationError(_("A series has no roster of its own: add people to its sessions."))
    if session.status == SessionStatus.CLOSED:
        raise ValidationError(_("This session is signed off. Reopen it before changing its roster."))
    if session.status == SessionStatus.CANCELLED:
        raise ValidationError(_("This session is cancelled and takes no changes."))


@transaction.atomic
def register(*, session: Session, registration: Registration, by: Account) -> Participation:
    """Add one person. Raises ValidationError if they are on the roster already, PermissionDenied without the right."""
    session = _locked(session, by)
    if Participation.objects.filter(session=session, person=registration.person).exists():
        raise ValidationError(_("%(name)s is on the roster already.") % {"name": registration.person.full_name})
    return _add(session, [registration], by)[0]


@transaction.atomic
def register_many(
    *, session: Session, registrations: Sequence[Registration], by: Account, roster_import: RosterImport | None = None
) -> list[Participation]:
    """Add people who are not on the roster yet, all or none; outcomes follow. A constant number of queries."""
    return _add(_locked(session, by), registrations, by, roster_import)


@transaction.atomic
def change(
    *,
    participation: Participation,
    by: Account,
    role: str | None = None,
    position: str | None = None,
    sex: str | None = None,
    jurisdiction: Jurisdiction | None = None,
    institution_name: str | None = None,
) -> None:
    """Correct the snapshot of this session alone: what is None stays as it is. What does not change writes nothing.

    An `institution_name` is looked for in the jurisdiction and added, to be confirmed, where nobody knows it; an
    empty one takes the institution away.
    """
    session = _locked(participation.session, by)
    wanted = {
        "role": role,
        "position": position if position is None else " ".join(position.split()),
        "sex": sex,
        "jurisdiction": jurisdiction,
    }
    new: dict[str, Any] = {
        name: value for name, value in wanted.items() if value is not None and value != getattr(participation, name)
    }
    _require_known_codes(new)
    if institution_name is not None:
        home = jurisdiction or participation.jurisdiction
        named = institution_named(institution_name, home, by=by, session=session) if institution_name.strip() else None
        if named != participation.institution:
            new["institution"] = named
    if not new:
        return
    for name, value in new.items():
        setattr(participation, name, value)
    kept = [field.name for field in Participation._meta.fields if new.get(field.name) is None]
    participation.clean_fields(exclude=kept)
    participation.save(update_fields=[*new, "updated_at"])
    ids = {"participation": [participation.pk]}
    trail.record(by=by, action="participation changed", session=session, records=ids, detail={"fields": sorted(new)})


def _require_known_codes(new: Mapping[str, Any]) -> None:
    if new.get("role") not in {None, *Role.values}:
        raise ValidationError({"role": _("A role is one of: %(roles)s.") % {"roles": ", ".join(Role.values)}})
    if new.get("sex") not in {None, *Sex.values}:
        raise ValidationError({"sex": _("Sex is one of: %(codes)s.") % {"codes": ", ".join(Sex.values)}})


@transaction.atomic
def withdraw(*, participation: Participation, by: Account, back: bool = False) -> None:
    """Take a person out of the session's figures (or `back` in). Their marks and history stay."""
    session = _locked(participation.session, by)
    participation.refresh_from_db()
    if (participation.withdrawn_at is None) == back:
        return
    Participation.objects.filter(pk=participation.pk).update(
        withdrawn_at=None if back else timezone.now(), outcome=Outcome.REGISTERED if back else Outcome.WITHDRAWN
    )
    if back:
        _hold([participation.person_id])
        _refuse_merged(session)
    recompute(session, only=[participation.pk])
    participation.refresh_from_db()
    action = "participation taken back in" if back else "participation withdrawn"
    trail.record(by=by, action=action, session=session, records={"participation": [participation.pk]})


def _hold(people: Iterable[int]) -> None:
    """Wait for merges of these people under way, and let none begin until this transaction ends.

    A reference to a person waits for nobody by itself: PostgreSQL looks at it when the transaction ends, too late.
    """
    held = Person.with_merged.select_for_update(of=("self",), no_key=True).filter(pk__in=set(people))
    list(held.order_by("pk").values_list("pk", flat=True))


def _refuse_merged(session: Session) -> None:
    """A record merged into another stands for nobody. Asked after writing, with the people held."""
    merged = Participation.objects.filter(session=session, withdrawn_at=None, person__merged_into__isnull=False)
    names = [one.person.full_name for one in merged.select_related("person")]
    if names:
        raise ValidationError(
            _("Recorded twice and merged since: %(names)s. Look for the record that stayed, and choose that one.")
            % {"names": "; ".join(names)}
        )


def _locked(session: Session, by: Account) -> Session:
    """The session as it stands now, held until the transaction ends, for someone who may change its roster."""
    require(by, Action.EDIT_ROSTER, session)
    fresh = Session.objects.select_for_update(of=("self",)).select_related("training").get(pk=session.pk)
    require_open_roster(fresh)
    return fresh


def _add(
    session: Session, registrations: Sequence[Registration], by: Account, roster_import: RosterImport | None = None
) -> list[Participation]:
    drafts = [registration.participation(session) for registration in registrations]
    for draft in drafts:
        draft.registered_by = by
        draft.roster_import = roster_import
    _hold(draft.person_id for draft in drafts)
    made = Participation.objects.bulk_create(drafts, batch_size=1000)
    _refuse_merged(session)
    recompute(session, only=[participation.pk for participation in made])
    ids = {"participation": [participation.pk for participation in made]}
    trail.record(by=by, action="people registered", session=session, records=ids)
    return made
