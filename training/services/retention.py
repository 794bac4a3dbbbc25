"""For how long personal data is kept, by kind of record, and what of it is due. Nothing here runs by itself.

The periods are settings (RETENTION_DAYS); docs/data-protection.md says why they are what they are. Figures, marks and
the trail have no period: figures name nobody, and the trail holds numbers of records only.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from allauth.usersessions.models import UserSession
from auditlog.context import disable_auditlog
from auditlog.models import LogEntry
from django.conf import settings
from django.contrib.sessions.models import Session as LogInSession
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from training.changes import forget
from training.models import (
    AccessRequest,
    Account,
    CheckIn,
    CheckInNumber,
    DataRequest,
    Invitation,
    Participation,
    Person,
    PersonMerge,
    RosterImport,
    SignedSheet,
    WalkIn,
)
from training.models.accounts import SYSTEM_EMAIL
from training.permissions import Action, RoleName, require
from training.services import trail
from training.services.erasure import erase_account, erase_person, forget_what_was_before
from training.services.evidence import remove_expired
from training.services.walk_ins import remove_undecided


@dataclass(frozen=True)
class Rule:
    """One kind of record. `due` gives those whose period has run out before a moment, `apply` does what is due."""

    key: str
    period: str
    what: Promise
    then: Promise
    due: Callable[[datetime], QuerySet[Any]]
    apply: Callable[[QuerySet[Any], Account], object]

    @property
    def days(self) -> int:
        return int(settings.RETENTION_DAYS[self.period])


@dataclass(frozen=True)
class Due:
    """What of one kind is due now: the numbers of the records, never a name."""

    rule: Rule
    since: datetime
    records: tuple[Any, ...]


def due_now() -> Iterator[Due]:
    """Every kind of record with what is due of it, in the order in which it is applied. A query for each."""
    for rule in RULES:
        since = timezone.now() - timedelta(days=rule.days)
        yield Due(rule, since, tuple(rule.due(since).order_by("pk").values_list("pk", flat=True)))


def apply_retention(*, by: Account) -> list[Due]:
    """Do what is due, one kind of record after the other; each whole or not at all. Returns what was done."""
    require(by, Action.APPLY_RETENTION)
    done = []
    for due in due_now():
        with transaction.atomic():
            records = due.rule.due(due.since)
            if due.records:
                due.rule.apply(records.filter(pk__in=list(due.records)), by)
                detail = {"kind": due.rule.key, "days": due.rule.days, "records": len(due.records)}
                trail.record(by=by, action="retention period applied", detail=detail)
        done.append(due)
    return done


def _people(before: datetime) -> QuerySet[Person]:
    """In no session and not logged in since. A session without dates keeps its people."""
    lately = Participation.objects.filter(person=OuterRef("pk")).filter(
        Q(session__end__gte=before.date()) | Q(session__end=None) | Q(last_activity_on__gte=before.date())
    )
    seen = Account.objects.filter(person=OuterRef("pk"), is_active=True)
    seen = seen.annotate(last=Coalesce(F("last_login"), F("date_joined"))).filter(last__gte=before)
    return Person.objects.not_erased().filter(~Exists(lately), ~Exists(seen), created_at__lt=before)


def _erase(people: QuerySet[Person], by: Account) -> None:
    for person in people:
        erase_person(person=person, by=by)


def _accounts(before: datetime) -> QuerySet[Account]:
    """Of nobody's record, and not logged in since. Whoever administers closes the account first, or somebody else."""
    seen = Coalesce(F("last_login"), F("date_joined"))
    found = Account.objects.not_erased().exclude(email=SYSTEM_EMAIL).annotate(seen=seen).filter(seen__lt=before)
    in_charge = Account.objects.of_role(RoleName.ADMINISTRATOR).filter(is_active=True)
    owned = Person.with_merged.filter(account=OuterRef("pk"))
    return found.filter(~Exists(owned), is_demo=False).exclude(pk__in=in_charge.values("pk"))


def _erase_accounts(accounts: QuerySet[Account], by: Account) -> None:
    for account in accounts:
        erase_account(account=account, by=by)


def _invitations(before: datetime) -> QuerySet[Invitation]:
    return Invitation.objects.annotate(ended=Coalesce(F("accepted_at"), F("withdrawn_at"), F("expires_at"))).filter(
        ended__lt=before
    )


def _access_requests(before: datetime) -> QuerySet[AccessRequest]:
    return AccessRequest.objects.annotate(ended=Coalesce(F("decided_at"), F("created_at"))).filter(ended__lt=before)


def _data_requests(before: datetime) -> QuerySet[DataRequest]:
    return DataRequest.objects.filter(answered_at__lt=before)


def _walk_ins(before: datetime) -> QuerySet[WalkIn]:
    return WalkIn.objects.filter(decided_at=None, at__lt=before)


def _numbers(before: datetime) -> QuerySet[CheckInNumber]:
    return CheckInNumber.objects.filter(participation__session__end__lt=before.date())


def _devices(before: datetime) -> QuerySet[CheckIn]:
    return CheckIn.objects.filter(at__lt=before).exclude(device="")


def _signed_sheets(before: datetime) -> QuerySet[SignedSheet]:
    return SignedSheet.objects.filter(day__date__lt=before.date()).exclude(file="")


def _imports(before: datetime) -> QuerySet[RosterImport]:
    return RosterImport.objects.filter(at__lt=before).exclude(filled=[])


def _merges(before: datetime) -> QuerySet[PersonMerge]:
    return PersonMerge.objects.filter(at__lt=before).exclude(before={}, put={}, stood={})


def _log_ins(before: datetime) -> QuerySet[UserSession]:
    found: QuerySet[UserSession] = UserSession.objects.filter(last_seen_at__lt=before)
    return found


def _end(log_ins: QuerySet[UserSession], _by: Account) -> None:
    LogInSession.objects.filter(session_key__in=list(log_ins.values_list("session_key", flat=True))).delete()
    log_ins.delete()


def _changes(before: datetime) -> QuerySet[LogEntry]:
    found: QuerySet[LogEntry] = LogEntry.objects.filter(timestamp__lt=before)
    return found


def _delete(records: QuerySet[Any], _by: Account) -> None:
    """Without keeping what they said as a change of theirs."""
    forget(records)
    with disable_auditlog():
        records.delete()


RULES = (
    Rule(
        "people", "people", _("People, after their last session and log-in"), _("erased; figures stay"), _people, _erase
    ),
    Rule(
        "accounts",
        "accounts",
        _("Accounts of nobody’s record, after their last log-in"),
        _("erased; what was done with them stays under a number"),
        _accounts,
        _erase_accounts,
    ),
    Rule("invitations", "access", _("Invitations that ended"), _("deleted"), _invitations, _delete),
    Rule(
        "access_requests", "access", _("Requests for access that were decided"), _("deleted"), _access_requests, _delete
    ),
    Rule(
        "data_requests",
        "requests",
        _("Requests about one’s data that were answered"),
        _("deleted"),
        _data_requests,
        _delete,
    ),
    Rule(
        "walk_ins",
        "walk_ins",
        _("Walk-ins that nobody decided on"),
        _("removed with their names; they counted nowhere"),
        _walk_ins,
        remove_undecided,
    ),
    Rule(
        "check_in_numbers",
        "check_ins",
        _("Numbers to check in with, after a session that nobody signed off"),
        _("deleted"),
        _numbers,
        _delete,
    ),
    Rule(
        "check_in_devices",
        "check_ins",
        _("With which device somebody checked in to such a session"),
        _("emptied"),
        _devices,
        lambda check_ins, _by: check_ins.update(device=""),
    ),
    Rule(
        "signed_sheets",
        "sheets",
        _("Signed sheets, after their day"),
        _("the file is deleted; its hash and the number of signatures stay"),
        _signed_sheets,
        remove_expired,
    ),
    Rule(
        "imports",
        "changes",
        _("What imports changed in records"),
        _("emptied; it cannot be put back then"),
        _imports,
        lambda imports, _by: imports.update(filled=[]),
    ),
    Rule(
        "merges",
        "changes",
        _("What merges changed in records"),
        _("emptied; they cannot be taken back then"),
        _merges,
        lambda merges, _by: forget_what_was_before(merges),
    ),
    Rule("changes", "changes", _("What changed on records, field by field"), _("deleted"), _changes, _delete),
    Rule("log_ins", "log_ins", _("Log-ins with their network addresses"), _("ended and deleted"), _log_ins, _end),
)
