"""Who may see and do what, in one place: pages, Wagtail's admin, commands and exports all ask here.

The module knows no model: scopes are conditions on field names, so that the models' own `visible_to` can use them.

| role          | figures | names                                        | changes                                   |
|---------------|---------|----------------------------------------------|-------------------------------------------|
| administrator | all     | all                                          | everything                                |
| coordinator   | all     | people of their jurisdictions                | institutions and people of theirs         |
| manager       | all     | sessions of their own projects               | sessions and targets of theirs, decisions |
| trainer       | own     | sessions they created or are assigned to     | those sessions                            |
| editor        | none    | none                                         | reference records, courses                |
| auditor       | all     | none                                         | nothing                                   |
| officer       | none    | their own record                             | nothing                                   |
"""

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from training.models import Account

NOBODY = Q(pk__in=[])
EVERYBODY = Q()


class RoleName(StrEnum):
    """The groups accounts belong to; a person may hold several."""

    ADMINISTRATOR = "administrator"
    COORDINATOR = "coordinator"
    MANAGER = "manager"
    TRAINER = "trainer"
    EDITOR = "editor"
    AUDITOR = "auditor"
    OFFICER = "officer"


R = RoleName


class Action(StrEnum):
    """What an account may want to do. Those marked * are asked about one session."""

    VIEW_STATISTICS = "view statistics"
    VIEW_TARGETS = "view targets"
    KEEP_TARGETS = "keep targets"
    CREATE_SESSION = "create a session"
    IMPORT_SESSIONS = "bring past sessions in"
    VIEW_SESSION = "view this session"  # *
    EDIT_SESSION = "change this session"  # *
    EDIT_ROSTER = "change this session's roster"  # *
    MARK_ATTENDANCE = "mark attendance in this session"  # *
    EDIT_HEADCOUNTS = "change this session's headcounts"  # *
    DECIDE = "decide on contradictions"
    READ_REPORTS = "read reports"
    KEEP_REPORTS = "keep reports and freeze them"
    EDIT_PEOPLE = "change people"
    INVITE = "invite people"
    DECIDE_ACCESS = "decide who gets in"
    READ_TRAIL = "read the trail"
    MERGE_PEOPLE = "merge people"
    KEEP_INSTITUTIONS = "keep institutions"
    KEEP_RECORDS = "keep the reference records"
    LOAD_DATA = "load or remove data"


ALLOWED: dict[Action, frozenset[RoleName]] = {
    Action.VIEW_STATISTICS: frozenset({R.ADMINISTRATOR, R.COORDINATOR, R.MANAGER, R.TRAINER, R.AUDITOR}),
    # How far a target is tells the figures of everybody's sessions, and a trainer reads those of their own only.
    Action.VIEW_TARGETS: frozenset({R.ADMINISTRATOR, R.COORDINATOR, R.MANAGER, R.AUDITOR}),
    Action.KEEP_TARGETS: frozenset({R.ADMINISTRATOR, R.MANAGER}),
    Action.CREATE_SESSION: frozenset({R.ADMINISTRATOR, R.MANAGER, R.TRAINER}),
    Action.IMPORT_SESSIONS: frozenset({R.ADMINISTRATOR, R.MANAGER}),
    Action.VIEW_SESSION: frozenset(
        {R.ADMINISTRATOR, R.COORDINATOR, R.MANAGER, R.TRAINER, R.AUDITOR, R.OFFICER},
    ),
    Action.EDIT_SESSION: frozenset({R.ADMINISTRATOR, R.MANAGER, R.TRAINER}),
    Action.EDIT_ROSTER: frozenset({R.ADMINISTRATOR, R.MANAGER, R.TRAINER}),
    Action.MARK_ATTENDANCE: frozenset({R.ADMINISTRATOR, R.MANAGER, R.TRAINER}),
    Action.EDIT_HEADCOUNTS: frozenset({R.ADMINISTRATOR, R.MANAGER, R.TRAINER}),
    Action.DECIDE: frozenset({R.ADMINISTRATOR, R.MANAGER}),
    Action.READ_REPORTS: frozenset({R.ADMINISTRATOR, R.COORDINATOR, R.MANAGER, R.AUDITOR}),
    Action.KEEP_REPORTS: frozenset({R.ADMINISTRATOR, R.MANAGER}),
    Action.EDIT_PEOPLE: frozenset({R.ADMINISTRATOR, R.COORDINATOR}),
    Action.INVITE: frozenset({R.ADMINISTRATOR, R.COORDINATOR, R.MANAGER, R.TRAINER}),
    Action.DECIDE_ACCESS: frozenset({R.ADMINISTRATOR, R.COORDINATOR}),
    Action.READ_TRAIL: frozenset({R.ADMINISTRATOR, R.AUDITOR}),
    Action.MERGE_PEOPLE: frozenset({R.ADMINISTRATOR, R.COORDINATOR}),
    Action.KEEP_INSTITUTIONS: frozenset({R.ADMINISTRATOR, R.COORDINATOR}),
    Action.KEEP_RECORDS: frozenset({R.ADMINISTRATOR, R.EDITOR}),
    Action.LOAD_DATA: frozenset({R.ADMINISTRATOR}),
}

# Which roles an account may invite others to; nobody hands on more than they hold.
MAY_GIVE: dict[RoleName, frozenset[RoleName]] = {
    R.ADMINISTRATOR: frozenset(RoleName),
    R.COORDINATOR: frozenset({R.TRAINER, R.OFFICER}),
    R.MANAGER: frozenset({R.TRAINER, R.OFFICER}),
    R.TRAINER: frozenset({R.OFFICER}),
}

# Roles that reach other people's records: a password alone does not open them.
SECOND_FACTOR_ROLES = frozenset({R.ADMINISTRATOR, R.COORDINATOR, R.MANAGER, R.EDITOR, R.AUDITOR})

# Actions that change a session: whoever may do them at all, may do them where their own work is,
# not wherever they may look.
CHANGES = frozenset({Action.EDIT_SESSION, Action.EDIT_ROSTER, Action.MARK_ATTENDANCE, Action.EDIT_HEADCOUNTS})


def allows(account: "Account", action: Action) -> bool:
    """Whether one of the account's roles carries `action` at all."""
    return bool(account.is_active and account.role_names & ALLOWED[action])


def allows_on(account: "Account", action: Action, session: Any) -> bool:
    """Whether the account may do `action` to this session. One query at the most, and none once it may change it."""
    if not allows(account, action):
        return False
    if known_to_change(account, session):
        return True
    scope = changing_scope(account) if action in CHANGES else session_scope(account)
    if not type(session)._default_manager.filter(scope, pk=session.pk).exists():
        return False
    if action in CHANGES:
        remember_changing(account, session)
    return True


def known_to_change(account: "Account", session: Any) -> bool:
    """Whether it is known without a query that the session is among those the account may change.

    Such an account may also open the session and see everybody on its roster by name: the scopes of names below
    hold every session of the scope of changes.
    """
    return R.ADMINISTRATOR in account.role_names or session.pk in account.sessions_to_change


def remember_changing(account: "Account", session: Any) -> None:
    """Keep, as long as this account object lives (one request), that the session is in its `changing_scope`."""
    account.sessions_to_change.add(session.pk)


def require(account: "Account", action: Action, session: Any = None) -> None:
    """Raise PermissionDenied unless the account may do `action` (to `session`, where one is given)."""
    granted = allows(account, action) if session is None else allows_on(account, action, session)
    if not granted:
        # Without the address: the sentence ends in logs.
        raise PermissionDenied(_("This account may not %(action)s.") % {"action": action.value})


def keeping_scope(account: "Account") -> Q:
    """The projects whose targets an account may keep, and into which it may bring past sessions: a manager's own."""
    if R.ADMINISTRATOR in account.role_names:
        return EVERYBODY
    return Q(pk__in=account.project_ids) if R.MANAGER in account.role_names else NOBODY


def session_scope(account: "Account") -> Q:
    """The sessions an account may open; what they say about people is a question of its own."""
    roles = account.role_names
    if roles & {R.ADMINISTRATOR, R.COORDINATOR, R.MANAGER, R.AUDITOR}:
        return EVERYBODY
    scope = NOBODY
    if R.TRAINER in roles:
        scope |= own_sessions(account)
    if R.OFFICER in roles:
        scope |= Q(pk__in=account.attended_session_ids())
    return scope


def figures_scope(account: "Account") -> Q:
    """The sessions whose figures an account may read: a trainer's own, everybody's for the others who may at all."""
    roles = account.role_names
    if roles & {R.ADMINISTRATOR, R.COORDINATOR, R.MANAGER, R.AUDITOR}:
        return EVERYBODY
    return own_sessions(account) if R.TRAINER in roles else NOBODY


def changing_scope(account: "Account") -> Q:
    """The sessions an account may change."""
    roles = account.role_names
    if R.ADMINISTRATOR in roles:
        return EVERYBODY
    scope = NOBODY
    if R.MANAGER in roles:
        scope |= Q(project__in=account.project_ids)
    if R.TRAINER in roles:
        scope |= own_sessions(account)
    return scope


def imports_scope(account: "Account") -> Q:
    """The trail entries of imports an account may take back: its own, an administrator's all."""
    return EVERYBODY if R.ADMINISTRATOR in account.role_names else Q(by=account.pk)


def own_sessions(account: "Account", via: str = "") -> Q:
    """Sessions the account created or is assigned to; `via` names the field that leads to the session, if one does."""
    session, creator = (f"{via}__in", f"{via}__created_by") if via else ("pk__in", "created_by")
    return Q(**{creator: account.pk}) | Q(**{session: account.assigned_session_ids()})


def participation_scope(account: "Account") -> Q:
    """The participations whose person an account may see by name."""
    roles = account.role_names
    if R.ADMINISTRATOR in roles:
        return EVERYBODY
    scope = NOBODY
    if R.COORDINATOR in roles:
        scope |= Q(jurisdiction__in=account.jurisdiction_ids)
    if R.MANAGER in roles:
        scope |= Q(session__project__in=account.project_ids)
    if R.TRAINER in roles:
        scope |= own_sessions(account, via="session")
    if R.OFFICER in roles:
        scope |= Q(person__account=account.pk)
    return scope


def person_scope(account: "Account", participations: Any) -> Q:
    """The people an account may see by name; `participations` is every participation it may see."""
    roles = account.role_names
    if R.ADMINISTRATOR in roles:
        return EVERYBODY
    scope = NOBODY
    if R.COORDINATOR in roles:
        scope |= Q(jurisdiction__in=account.jurisdiction_ids)
    if roles & {R.MANAGER, R.TRAINER}:
        scope |= Q(pk__in=participations.values("person"))
    if R.OFFICER in roles:
        scope |= Q(account=account.pk)
    return scope


def roles_to_give(account: "Account") -> frozenset[RoleName]:
    """The roles this account may invite others to."""
    return frozenset().union(*(given for role, given in MAY_GIVE.items() if role in account.role_names))


def invitation_scope(account: "Account") -> Q:
    """The invitations an account may see: all, or its own and those to people of its jurisdictions."""
    roles = account.role_names
    if R.ADMINISTRATOR in roles:
        return EVERYBODY
    scope = Q(invited_by=account.pk) if roles & ALLOWED[Action.INVITE] else NOBODY
    if R.COORDINATOR in roles:
        scope |= Q(person__jurisdiction__in=account.jurisdiction_ids)
    return scope


def request_scope(account: "Account") -> Q:
    """The requests for access an account decides on: a coordinator those from their own jurisdictions."""
    roles = account.role_names
    if R.ADMINISTRATOR in roles:
        return EVERYBODY
    return Q(jurisdiction__in=account.jurisdiction_ids) if R.COORDINATOR in roles else NOBODY


def home_scope(account: "Account", via: str = "") -> Q:
    """The people or institutions an account keeps right; `via` names the field that leads to them, if one does."""
    roles = account.role_names
    if R.ADMINISTRATOR in roles:
        return EVERYBODY
    if R.COORDINATOR in roles:
        return Q(**{f"{via}__jurisdiction__in" if via else "jurisdiction__in": account.jurisdiction_ids})
    return Q(**{f"{via}__in": []}) if via else NOBODY
