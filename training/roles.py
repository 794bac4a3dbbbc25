"""The one table of roles: which there are, and which may do a thing at all. Of which records: permissions.py."""

from enum import StrEnum


class RoleName(StrEnum):
    """The groups accounts belong to; a person may hold several.

    A coordinator has jurisdictions, a manager projects, a trainer the sessions they created or are assigned to.
    """

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
    READ_REGISTER = "read this session's register"  # *
    READ_RESTRICTED = "read what is kept restricted"
    EDIT_SESSION = "change this session"  # *
    REOPEN_SESSION = "reopen this session"  # *
    EDIT_ROSTER = "change this session's roster"  # *
    MARK_ATTENDANCE = "mark attendance in this session"  # *
    CHECK_IN = "check in with one's log-in"
    EDIT_HEADCOUNTS = "change this session's headcounts"  # *
    ISSUE_CERTIFICATES = "issue certificates in this session"  # *
    DECIDE_CERTIFICATES = "decide on certificates in this session"  # *
    READ_CERTIFICATES = "read the register of certificates"
    READ_OWN_CERTIFICATES = "read one's own certificates"
    DECIDE = "decide on contradictions"
    READ_REPORTS = "read reports"
    KEEP_REPORTS = "keep reports and freeze them"
    EDIT_PEOPLE = "change people"
    ERASE_PEOPLE = "erase people"
    APPLY_RETENTION = "apply the retention periods"
    INVITE = "invite people"
    DECIDE_ACCESS = "decide who gets in"
    KEEP_ACCOUNTS = "close accounts and open them again"
    READ_TRAIL = "read the trail"
    MERGE_PEOPLE = "merge people"
    KEEP_INSTITUTIONS = "keep institutions"
    KEEP_COURSES = "keep courses"
    READ_COURSES = "read courses"
    TAKE_COURSES = "take courses"
    GIVE_EXTRA_TIME = "give extra time in this session"  # *
    END_ATTEMPTS = "end attempts that ran out"
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
    Action.READ_REGISTER: frozenset({R.ADMINISTRATOR, R.MANAGER, R.TRAINER}),
    # Paper with the name of somebody erased on it, until its period has run out.
    Action.READ_RESTRICTED: frozenset({R.ADMINISTRATOR}),
    Action.EDIT_SESSION: frozenset({R.ADMINISTRATOR, R.MANAGER, R.TRAINER}),
    Action.REOPEN_SESSION: frozenset({R.ADMINISTRATOR, R.MANAGER}),
    Action.EDIT_ROSTER: frozenset({R.ADMINISTRATOR, R.MANAGER, R.TRAINER}),
    Action.MARK_ATTENDANCE: frozenset({R.ADMINISTRATOR, R.MANAGER, R.TRAINER}),
    # For themselves, where they are on the roster. Whoever has a number needs no account.
    Action.CHECK_IN: frozenset({R.OFFICER}),
    Action.EDIT_HEADCOUNTS: frozenset({R.ADMINISTRATOR, R.MANAGER, R.TRAINER}),
    Action.ISSUE_CERTIFICATES: frozenset({R.ADMINISTRATOR, R.MANAGER, R.TRAINER}),
    # Giving one against the rule, putting another in its place, revoking it.
    Action.DECIDE_CERTIFICATES: frozenset({R.ADMINISTRATOR, R.MANAGER}),
    # Names and all, of the people whom the account may see by name anyway.
    Action.READ_CERTIFICATES: frozenset({R.ADMINISTRATOR, R.COORDINATOR, R.MANAGER}),
    Action.READ_OWN_CERTIFICATES: frozenset({R.OFFICER}),
    Action.DECIDE: frozenset({R.ADMINISTRATOR, R.MANAGER}),
    Action.READ_REPORTS: frozenset({R.ADMINISTRATOR, R.COORDINATOR, R.MANAGER, R.AUDITOR}),
    Action.KEEP_REPORTS: frozenset({R.ADMINISTRATOR, R.MANAGER}),
    Action.EDIT_PEOPLE: frozenset({R.ADMINISTRATOR, R.COORDINATOR}),
    Action.ERASE_PEOPLE: frozenset({R.ADMINISTRATOR, R.COORDINATOR}),
    Action.APPLY_RETENTION: frozenset({R.ADMINISTRATOR}),
    Action.INVITE: frozenset({R.ADMINISTRATOR, R.COORDINATOR, R.MANAGER, R.TRAINER}),
    Action.DECIDE_ACCESS: frozenset({R.ADMINISTRATOR, R.COORDINATOR}),
    Action.KEEP_ACCOUNTS: frozenset({R.ADMINISTRATOR, R.COORDINATOR}),
    Action.READ_TRAIL: frozenset({R.ADMINISTRATOR, R.AUDITOR}),
    Action.MERGE_PEOPLE: frozenset({R.ADMINISTRATOR, R.COORDINATOR}),
    Action.KEEP_INSTITUTIONS: frozenset({R.ADMINISTRATOR, R.COORDINATOR}),
    Action.KEEP_COURSES: frozenset({R.ADMINISTRATOR, R.EDITOR}),
    Action.READ_COURSES: frozenset(
        {R.ADMINISTRATOR, R.EDITOR, R.OFFICER, R.TRAINER, R.COORDINATOR, R.MANAGER},
    ),
    Action.TAKE_COURSES: frozenset({R.OFFICER}),
    Action.GIVE_EXTRA_TIME: frozenset({R.ADMINISTRATOR, R.MANAGER, R.TRAINER}),
    Action.END_ATTEMPTS: frozenset({R.ADMINISTRATOR}),
    Action.KEEP_RECORDS: frozenset({R.ADMINISTRATOR}),
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
