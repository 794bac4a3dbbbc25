"""Who may see and do what, in one place: pages, Wagtail's admin, commands and exports all ask here.

`roles.py` is the table of who may do a thing at all; the scopes below say of which records. The module knows no model:
scopes are conditions on field names, so that the models' own `visible_to` can use them. What all of it comes to,
address by address, is written down in `tests/access/matrix.txt` and tested.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from training.choices import SessionStatus
from training.roles import ALLOWED, MAY_GIVE, SECOND_FACTOR_ROLES, Action, R, RoleName

if TYPE_CHECKING:
    from training.models import Account

__all__ = ["ALLOWED", "MAY_GIVE", "SECOND_FACTOR_ROLES", "Action", "RoleName"]  # the table is asked for here too

NOBODY = Q(pk__in=[])
# Not an empty Q: that one vanishes beside others, and `Q() | x` is x.
EVERYBODY = ~NOBODY


# How long a session's trainers may still read its names once it is signed off. Then they see its figures only.
READABLE_FOR = timedelta(days=30)


def allows(account: "Account", action: Action) -> bool:
    """Whether one of the account's roles carries `action` at all."""
    return bool(account.is_active and account.role_names & ALLOWED[action])


def allows_on(account: "Account", action: Action, session: Any) -> bool:
    """Whether the account may do `action` to this session. One query at the most, and none once it may change it."""
    if not allows(account, action):
        return False
    if known_to_change(account, session):
        return True
    scope = SCOPES.get(action, changing_scope)
    if not type(session)._default_manager.filter(scope(account), pk=session.pk).exists():
        return False
    if scope is changing_scope:
        remember_changing(account, session)
    return True


def known_to_change(account: "Account", session: Any) -> bool:
    """Whether it is known without a query that the session is among those the account may change.

    Such an account may also open the session and see everybody on its roster by name: the scopes of names below
    hold every session of the scope of changes.
    """
    return is_unlimited(account) or session.pk in account.sessions_to_change


def is_unlimited(account: "Account") -> bool:
    """Whether no jurisdiction, project or session bounds what the account may do."""
    return R.ADMINISTRATOR in account.role_names


def remember_changing(account: "Account", session: Any) -> None:
    """Keep, as long as this account object lives (one request), that the session is in its `changing_scope`."""
    account.sessions_to_change.add(session.pk)


def forget_changing(account: "Account", session: Any) -> None:
    """Signing off may have ended it."""
    account.sessions_to_change.discard(session.pk)


def require(account: "Account", action: Action, session: Any = None) -> None:
    """Raise PermissionDenied unless the account may do `action` (to `session`, where one is given)."""
    granted = allows(account, action) if session is None else allows_on(account, action, session)
    if granted:
        return
    if session is not None and _signed_off_work(account, session):
        raise PermissionDenied(_("This session is signed off: only a manager of its project can reopen it."))
    # Without the address: the sentence ends in logs.
    raise PermissionDenied(_("This account may not %(action)s.") % {"action": action.value})


def _signed_off_work(account: "Account", session: Any) -> bool:
    """Asks the database: somebody else may have signed it off since `session` was read."""
    own = type(session)._default_manager.filter(work_scope(account), status=SessionStatus.CLOSED, pk=session.pk)
    return bool(own.exists())


# ---- scopes: of each table, an account has what any of its roles has


def _everything() -> Q:
    return EVERYBODY


def _scope(account: "Account", by_role: Mapping[RoleName, Callable[[], Q]]) -> Q:
    """Only the rows of the account's own roles are worked out: a row may cost a query."""
    scope = NOBODY
    for role in account.role_names & by_role.keys():
        rows = by_role[RoleName(role)]()
        if rows == EVERYBODY:
            return EVERYBODY
        scope |= rows
    return scope


def session_scope(account: "Account") -> Q:
    """The sessions an account may open; what they say about people is a question of its own."""
    return _scope(
        account,
        {
            R.ADMINISTRATOR: _everything,
            R.COORDINATOR: _everything,
            R.MANAGER: _everything,
            R.AUDITOR: _everything,
            R.TRAINER: lambda: own_sessions(account),
            R.OFFICER: lambda: Q(pk__in=account.attended_session_ids()),
        },
    )


def figures_scope(account: "Account") -> Q:
    """The sessions whose figures an account may read."""
    return _scope(
        account,
        {
            R.ADMINISTRATOR: _everything,
            R.COORDINATOR: _everything,
            R.MANAGER: _everything,
            R.AUDITOR: _everything,
            R.TRAINER: lambda: own_sessions(account),
        },
    )


def work_scope(account: "Account") -> Q:
    """The sessions that are an account's own work, signed off or not."""
    return _scope(
        account,
        {
            R.ADMINISTRATOR: _everything,
            R.MANAGER: lambda: Q(project__in=account.project_ids),
            R.TRAINER: lambda: own_sessions(account),
        },
    )


def named_scope(account: "Account") -> Q:
    """The sessions whose whole roster and register an account may read."""
    return _scope(
        account,
        {
            R.ADMINISTRATOR: _everything,
            R.MANAGER: lambda: Q(project__in=account.project_ids),
            R.TRAINER: lambda: own_sessions(account) & _readable(),
        },
    )


def changing_scope(account: "Account") -> Q:
    """The sessions an account may change. A session that is signed off takes only its reopening."""
    return _scope(
        account,
        {
            R.ADMINISTRATOR: _everything,
            R.MANAGER: lambda: Q(project__in=account.project_ids),
            R.TRAINER: lambda: own_sessions(account) & ~Q(status=SessionStatus.CLOSED),
        },
    )


def participation_scope(account: "Account") -> Q:
    """The participations whose person an account may see by name."""
    return _scope(
        account,
        {
            R.ADMINISTRATOR: _everything,
            R.COORDINATOR: lambda: Q(jurisdiction__in=account.jurisdiction_ids),
            R.MANAGER: lambda: Q(session__project__in=account.project_ids),
            R.TRAINER: lambda: own_sessions(account, via="session") & _readable(via="session__"),
            R.OFFICER: lambda: Q(person__account=account.pk),
        },
    )


def person_scope(account: "Account", participations: Any) -> Q:
    """The people an account may see by name; `participations` is every participation it may see."""

    def seen() -> Q:
        return Q(pk__in=participations.values("person"))

    return _scope(
        account,
        {
            R.ADMINISTRATOR: _everything,
            R.COORDINATOR: lambda: Q(jurisdiction__in=account.jurisdiction_ids),
            R.MANAGER: seen,
            R.TRAINER: seen,
            R.OFFICER: lambda: Q(account=account.pk),
        },
    )


def course_scope(account: "Account") -> Q:
    """The online courses an account may know of: those for everybody and for its person's kind of institution."""

    def addressed() -> Q:
        return Q(audience=None) | Q(audience__in=account.institution_type_ids())

    return _scope(
        account,
        {
            R.ADMINISTRATOR: _everything,
            R.EDITOR: _everything,
            R.OFFICER: addressed,
            R.TRAINER: addressed,
            R.COORDINATOR: addressed,
            R.MANAGER: addressed,
        },
    )


# What a session has to be in for an action that does not change it; the others ask for `changing_scope`.
SCOPES: dict[Action, Callable[["Account"], Q]] = {
    Action.VIEW_SESSION: session_scope,
    Action.READ_REGISTER: named_scope,
    # After the sign-off, when a trainer may change nothing any more.
    Action.ISSUE_CERTIFICATES: named_scope,
}


def home_scope(account: "Account", via: str = "") -> Q:
    """The people or institutions an account keeps right; `via` names the field that leads to them, if one does."""
    jurisdiction = f"{via}__jurisdiction__in" if via else "jurisdiction__in"
    return _scope(
        account,
        {R.ADMINISTRATOR: _everything, R.COORDINATOR: lambda: Q(**{jurisdiction: account.jurisdiction_ids})},
    )


def keeping_scope(account: "Account") -> Q:
    """The projects whose targets an account may keep, and into which it may bring past sessions."""
    return _scope(account, {R.ADMINISTRATOR: _everything, R.MANAGER: lambda: Q(pk__in=account.project_ids)})


def planning_scope(account: "Account") -> Q:
    """The projects an account may plan sessions in."""
    return _scope(
        account,
        {R.ADMINISTRATOR: _everything, R.TRAINER: _everything, R.MANAGER: lambda: Q(pk__in=account.project_ids)},
    )


def may_plan_in(account: "Account", project_id: int | None) -> bool:
    """Whether the project of that id is one the account may plan sessions in; None is no project. No query."""
    if not allows(account, Action.CREATE_SESSION):
        return False
    return planning_scope(account) == EVERYBODY or project_id in account.project_ids


def imports_scope(account: "Account") -> Q:
    """The trail entries of imports an account may take back: its own, an administrator's all."""
    return _scope(account, {R.ADMINISTRATOR: _everything, R.MANAGER: lambda: Q(by=account.pk)})


def invitation_scope(account: "Account") -> Q:
    """The invitations an account may see: its own, and those to people of the jurisdictions it coordinates."""

    def own() -> Q:
        return Q(invited_by=account.pk)

    return _scope(
        account,
        {
            R.ADMINISTRATOR: _everything,
            R.COORDINATOR: lambda: own() | Q(person__jurisdiction__in=account.jurisdiction_ids),
            R.MANAGER: own,
            R.TRAINER: own,
        },
    )


def request_scope(account: "Account") -> Q:
    """The requests for access an account decides on."""
    return _scope(
        account,
        {R.ADMINISTRATOR: _everything, R.COORDINATOR: lambda: Q(jurisdiction__in=account.jurisdiction_ids)},
    )


def own_sessions(account: "Account", via: str = "") -> Q:
    """Sessions the account created or is assigned to; `via` names the field that leads to the session, if one does."""
    session, creator = (f"{via}__in", f"{via}__created_by") if via else ("pk__in", "created_by")
    return Q(**{creator: account.pk}) | Q(**{session: account.assigned_session_ids()})


def _readable(via: str = "") -> Q:
    """Sessions not signed off, or not long ago; `via` is the prefix of the session's fields."""
    lately = Q(**{f"{via}closed_at__gt": timezone.now() - READABLE_FOR})
    return ~Q(**{f"{via}status": SessionStatus.CLOSED}) | lately


def roles_to_give(account: "Account") -> frozenset[RoleName]:
    """The roles this account may invite others to."""
    return frozenset().union(*(given for role, given in MAY_GIVE.items() if role in account.role_names))
