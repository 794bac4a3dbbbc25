"""Who gets in: inviting, accepting, asking and deciding. Accounts of people are made only here.

An account is always tied to the person it was made for, never to a second record of them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from secrets import token_urlsafe

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from training.choices import RequestState
from training.models import (
    AccessRequest,
    Account,
    Invitation,
    Jurisdiction,
    Participation,
    Person,
    Project,
    Session,
)
from training.models.invitations import expiry, token_hash
from training.names import person_key, tidied
from training.permissions import Action, RoleName, is_unlimited, require, roles_to_give
from training.services import trail
from training.services.letters import send_invitation

TOKEN_BYTES = 32


@dataclass(frozen=True)
class RosterInvited:
    """What became of inviting a whole roster, in numbers of people."""

    invited: int = 0
    waiting: int = 0
    have_account: int = 0
    without_email: int = 0


@transaction.atomic
def invite(
    *,
    by: Account,
    email: str,
    role: RoleName,
    name: str = "",
    person: Person | None = None,
    jurisdictions: Iterable[Jurisdiction] = (),
    projects: Iterable[Project] = (),
) -> Invitation:
    """Invite an address to a role and send its letter once this is committed.

    Raises PermissionDenied where `by` may not give that role, or may not see that person; ValidationError where the
    address has it already, where an invitation is open, or where the person has an account.
    """
    require(by, Action.INVITE)
    email = email.strip().lower()
    places, works = list(jurisdictions), list(projects)
    _require_own(by, role, person, places, works)
    if person is not None and not Person.objects.select_for_update(of=("self",), no_key=True).filter(pk=person.pk):
        raise ValidationError(_("This record was merged into another since: choose that one."))
    _refuse_known(email, role, person)
    token = token_urlsafe(TOKEN_BYTES)
    Invitation.objects.filter(email=email, role=role, accepted_at=None, withdrawn_at=None).update(
        withdrawn_at=timezone.now()
    )  # only expired ones are left
    invitation = Invitation(
        email=email, name=tidied(name), role=role, person=person, token=token_hash(token), invited_by=by
    )
    invitation.full_clean(exclude=["token", "account"])
    invitation.save()
    invitation.jurisdictions.set(places)
    invitation.projects.set(works)
    records = {"invitation": [invitation.pk], "person": [person.pk] if person else []}
    trail.record(by=by, action="person invited", records=records, detail={"role": role.value})
    transaction.on_commit(lambda: send_invitation(invitation, token))
    return invitation


def _require_own(
    by: Account,
    role: RoleName,
    person: Person | None,
    jurisdictions: Sequence[Jurisdiction],
    projects: Sequence[Project],
) -> None:
    """Nobody hands on a role, a jurisdiction or a project that is not theirs."""
    if role not in roles_to_give(by):
        raise PermissionDenied(_("This account may not invite to the role %(role)s.") % {"role": role.value})
    if person is not None and not Person.objects.visible_to(by).filter(pk=person.pk).exists():
        raise PermissionDenied(_("This account may not invite this person."))
    if is_unlimited(by):
        return
    if {place.pk for place in jurisdictions} - by.jurisdiction_ids or {work.pk for work in projects} - by.project_ids:
        raise PermissionDenied(_("This account may not give access to more than its own jurisdictions and projects."))


def _refuse_known(email: str, role: RoleName, person: Person | None) -> None:
    if Account.objects.filter(email=email, groups__name=role).exists():
        raise ValidationError({"email": _("This address has that role already.")})
    if Invitation.objects.open().filter(email=email, role=role).exists():
        raise ValidationError({"email": _("This address has an open invitation to that role.")})
    if person is None:
        return
    if person.erased_at:
        raise ValidationError(_("This person has been erased."))
    if person.account_id and person.account and person.account.email != email:
        raise ValidationError(_("This person has an account with another address."))
    other = Person.objects.filter(account__email=email).exclude(pk=person.pk)
    if other.exists():
        raise ValidationError({"email": _("The account of this address belongs to somebody else's record.")})


@transaction.atomic
def invite_roster(*, session: Session, by: Account) -> RosterInvited:
    """Invite everyone on a session's roster as officers: those with an address, without an account, not yet invited.

    People whose name `by` may not see are left out. Everybody or nobody: one transaction.
    """
    require(by, Action.EDIT_ROSTER, session)
    require(by, Action.INVITE)
    roster = Participation.objects.visible_to(by).filter(session=session, withdrawn_at=None)
    people = list(Person.objects.filter(pk__in=roster.values("person")).select_related("account"))
    open_to = set(Invitation.objects.open().filter(role=RoleName.OFFICER).values_list("email", flat=True))
    accounts = set(Account.objects.filter(email__in=[p.email for p in people]).values_list("email", flat=True))
    counts = dict.fromkeys(("invited", "waiting", "have_account", "without_email"), 0)
    for person in people:
        if person.account_id or (person.email and person.email in accounts):
            counts["have_account"] += 1
        elif not person.email:
            counts["without_email"] += 1
        elif person.email in open_to:
            counts["waiting"] += 1
        else:
            invite(by=by, email=person.email, role=RoleName.OFFICER, name=person.full_name, person=person)
            open_to.add(person.email)
            counts["invited"] += 1
    return RosterInvited(**counts)


@transaction.atomic
def send_again(*, invitation: Invitation, by: Account) -> None:
    """A new letter with a new link; the old link dies, and the two weeks begin anew."""
    invitation = _open_for(invitation, by)
    token = token_urlsafe(TOKEN_BYTES)
    invitation.token, invitation.expires_at = token_hash(token), expiry()
    invitation.save(update_fields=["token", "expires_at"])
    trail.record(by=by, action="invitation sent again", records={"invitation": [invitation.pk]})
    transaction.on_commit(lambda: send_invitation(invitation, token))


@transaction.atomic
def withdraw_invitation(*, invitation: Invitation, by: Account) -> None:
    """The link in the letter no longer works."""
    invitation = _open_for(invitation, by)
    invitation.withdrawn_at = timezone.now()
    invitation.save(update_fields=["withdrawn_at"])
    trail.record(by=by, action="invitation withdrawn", records={"invitation": [invitation.pk]})


def _open_for(invitation: Invitation, by: Account) -> Invitation:
    require(by, Action.INVITE)
    found = Invitation.objects.visible_to(by).filter(pk=invitation.pk).values("pk")
    locked = Invitation.objects.select_for_update().filter(pk__in=found).first()
    if locked is None:
        raise PermissionDenied(_("This account may not change this invitation."))
    if locked.accepted_at or locked.withdrawn_at:
        raise ValidationError(_("This invitation has been accepted or withdrawn already."))
    return locked


def invitation_of(token: str) -> Invitation | None:
    """The open invitation of a link, or None: whoever holds the link learns no more about closed ones."""
    return Invitation.objects.open().filter(token=token_hash(token)).select_related("person").first()


@transaction.atomic
def accept(*, token: str, name: str = "", password: str = "", account: Account | None = None) -> Account:
    """Take an invitation on: with a new account, or with `account`, whose address must be the invited one.

    Raises ValidationError for a link that no longer works, a weak password, or an account of another address.
    """
    invitation = Invitation.objects.select_for_update().open().filter(token=token_hash(token)).first()
    if invitation is None:
        raise ValidationError(_("This link no longer works. Ask for a new invitation."))
    known = Account.objects.filter(email=invitation.email).first()
    if known is not None and (account is None or account.pk != known.pk):
        raise ValidationError(_("This address has an account: log in with it, then open the link again."))
    if known is None:
        account = _make_account(invitation, name, password)
    assert account is not None  # noqa: S101  either known and given, or just made
    _hand_over(invitation, account)
    return account


def _make_account(invitation: Invitation, name: str, password: str) -> Account:
    draft = Account(email=invitation.email, name=tidied(name) or invitation.name)
    try:
        validate_password(password, draft)
    except ValidationError as weak:
        raise ValidationError({"password": weak.messages}) from weak
    account = Account.objects.create_user(invitation.email, password, name=draft.name)
    # The link came to this address and to nobody else.
    EmailAddress.objects.create(user=account, email=account.email, primary=True, verified=True)
    return account


def _hand_over(invitation: Invitation, account: Account) -> None:
    account.groups.add(Group.objects.get(name=invitation.role))
    account.jurisdictions.add(*invitation.jurisdictions.all())
    account.projects.add(*invitation.projects.all())
    person = invitation.person
    if person is not None:
        if person.account_id not in {None, account.pk} or Person.objects.filter(account=account).exclude(pk=person.pk):
            raise ValidationError(_("This record belongs to another account by now. Ask for a new invitation."))
        person.account = account
        person.save(update_fields=["account", "updated_at"])
    invitation.accepted_at, invitation.account = timezone.now(), account
    invitation.save(update_fields=["accepted_at", "account"])
    records = {"invitation": [invitation.pk], "account": [account.pk], "person": [person.pk] if person else []}
    trail.record(by=account, action="invitation accepted", records=records, detail={"role": invitation.role})


@transaction.atomic
def ask_for_access(*, name: str, email: str, jurisdiction: Jurisdiction, institution: str, reason: str) -> None:
    """Keep a request for the coordinator of that jurisdiction. Nobody learns whether the address is known here."""
    email = email.strip().lower()
    if AccessRequest.objects.filter(email=email, state=RequestState.OPEN).exists():
        return
    request = AccessRequest(
        name=tidied(name),
        email=email,
        jurisdiction=jurisdiction,
        institution=tidied(institution),
        reason=reason.strip(),
    )
    request.full_clean(validate_constraints=False)
    request.save()
    trail.record(by=Account.objects.system(), action="access asked for", records={"accessrequest": [request.pk]})


def likely_people(request: AccessRequest) -> list[Person]:
    """The people of that jurisdiction whom the request may be from: same address, or the same name in any script."""
    people = Person.objects.filter(jurisdiction=request.jurisdiction).select_related("institution", "account")
    given, _space, family = request.name.rpartition(" ")
    keys = {person_key(given, family), person_key(family, given)}
    same = people.filter(email=request.email) | people.filter(match_key__in=keys)
    return list(same.order_by("pk")[:20])


@transaction.atomic
def approve(
    *, request: AccessRequest, by: Account, person: Person | None = None, new_person: Person | None = None
) -> Invitation:
    """Invite whoever asked, tied to the record of them that exists; `new_person` is saved where there is none."""
    request = _undecided(request, by)
    if (person is None) == (new_person is None):
        raise ValidationError(_("Choose the record of this person, or make a new one."))
    if new_person is not None:
        new_person.jurisdiction = request.jurisdiction
        new_person.full_clean(exclude=["match_key", "search_key", "latin_given_name", "latin_family_name"])
        new_person.save()
        trail.record(by=by, action="person added", records={"person": [new_person.pk]})
    chosen = person or new_person
    invitation = invite(by=by, email=request.email, role=RoleName.OFFICER, name=request.name, person=chosen)
    _decided(request, by, RequestState.APPROVED)
    return invitation


@transaction.atomic
def refuse(*, request: AccessRequest, by: Account) -> None:
    """Close a request without an invitation. Whoever asked is not told, so that nobody can probe for names."""
    _decided(_undecided(request, by), by, RequestState.REFUSED)


def _undecided(request: AccessRequest, by: Account) -> AccessRequest:
    require(by, Action.DECIDE_ACCESS)
    found = AccessRequest.objects.visible_to(by).filter(pk=request.pk).values("pk")
    locked = AccessRequest.objects.select_for_update(of=("self",)).filter(pk__in=found).first()
    if locked is None:
        raise PermissionDenied(_("This account may not decide on this request."))
    if locked.state != RequestState.OPEN:
        raise ValidationError(_("This request has been decided on already."))
    return locked


def _decided(request: AccessRequest, by: Account, state: RequestState) -> None:
    request.state, request.decided_by, request.decided_at = state, by, timezone.now()
    request.save(update_fields=["state", "decided_by", "decided_at"])
    trail.record(by=by, action=f"access request {state.value}", records={"accessrequest": [request.pk]})
