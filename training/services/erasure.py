"""Erasing a person: whatever names them goes, every figure stays. What was erased cannot be brought back.

The record keeps its id, sex, jurisdiction and institution, which figures rest on, and is called by a number. Marks,
outcomes and snapshots stay as they are, but for the position, which may name somebody by itself.
"""

import logging
from pathlib import PurePath

from auditlog.models import LogEntry
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.db.models import CharField, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.db.utils import OperationalError
from django.utils import timezone
from django.utils.translation import gettext as _

from training.changes import forget
from training.changes import forget_names as forget_account_names
from training.choices import AnswerState, RequestState
from training.models import (
    AccessRequest,
    Account,
    DataRequest,
    Invitation,
    Participation,
    Person,
    PersonMerge,
    RosterImport,
)
from training.names import match_key
from training.permissions import Action, RoleName, require
from training.services import trail
from training.services.account_closing import end_log_ins, reasons_against_closing
from training.services.check_in_numbers import forget_numbers_of
from training.services.day_registers import forget_names
from training.services.evidence import sheets_that_may_name
from training.services.references import references_to
from training.signals import person_erased

ERASED = "Erased"
# Of these apps every row that points to an account belongs to its holder: addresses, authenticators, log-ins.
LOG_IN_APPS = {"account", "mfa", "usersessions", "socialaccount"}
ADDRESS = Concat(Value("erased-"), Cast("pk", CharField()), Value("@evidenca.invalid"), output_field=CharField())


@transaction.atomic
def erase_person(*, person: Person, by: Account) -> Person:
    """Take the name and everything that leads to it out of every record. Safe to repeat.

    Signed sheets of their sessions are kept locked from then on (models/paper.py), until their period has run out.

    With the person go the records that were merged into them, their account, invitations and requests, what imports and
    merges kept of them, and the files waiting to be imported. Raises PermissionDenied unless the person is the
    account's to keep right, ValidationError for one's own record or, but for administrators, an account with a role
    beyond that of an officer.
    """
    require(by, Action.ERASE_PEOPLE)
    found = Person.objects.kept_by(by).select_for_update(of=("self",), no_key=True).filter(pk=person.pk).first()
    if found is None:
        raise PermissionDenied(_("This person is not among those you keep."))
    if found.erased_at is not None:
        return found
    records = _records_of(found)
    accounts = [record.account for record in records if record.account is not None]
    _require_erasable(accounts, by)
    addresses = {record.email for record in records} | {account.email for account in accounts}
    _clear_requests(records, accounts, addresses - {""}, by)
    _clear_imports(records)
    _clear_merges(records)
    Participation.objects.filter(person__in=records).exclude(position="").update(position="")
    ids = [record.pk for record in records]
    forget_numbers_of(ids)
    for record in records:
        _clear_record(record)
    forget_account_names(accounts)
    for account in accounts:
        _clear_account(account)
    _forget_changes(records, accounts)
    printed_anew = forget_names(ids)
    person_erased.send(sender=Person, people=ids)
    touched = {"person": ids, "account": [account.pk for account in accounts]}
    touched |= {"dayregister": printed_anew} if printed_anew else {}
    locked = [sheet.pk for sheet in sheets_that_may_name(found)]
    touched |= {"signedsheet": locked} if locked else {}
    trail.record(by=by, action="person erased", records=touched)
    _leave_no_trace_in_the_file()
    return Person.objects.get(pk=found.pk)


@transaction.atomic
def erase_account(*, account: Account, by: Account) -> Account:
    """Take the name and the address out of an account that belongs to nobody's record. Safe to repeat.

    What was done with it stays, under its number. Raises PermissionDenied but for administrators, ValidationError for
    one's own account, the last administrator's, and one that belongs to a person, who is erased with it.
    """
    require(by, Action.ERASE_PEOPLE)
    kept = Account.objects.kept_by(by).filter(pk=account.pk).values("pk")
    found = Account.objects.select_for_update().filter(pk__in=kept).first()
    if found is None:
        raise PermissionDenied(_("This account is not among those you keep."))
    if found.erased_at is not None:
        return found
    if reasons := reasons_against_erasing_account(account=found, by=by):
        raise ValidationError(reasons)
    _clear_requests([], [found], {found.email}, by)
    forget_account_names([found])
    _clear_account(found)
    _forget_changes([], [found])
    trail.record(by=by, action="account erased", records={"account": [found.pk]})
    _leave_no_trace_in_the_file()
    return found


def reasons_against_erasing_account(*, account: Account, by: Account) -> list[str]:
    """Why `by` cannot erase this account, in sentences; empty where it can."""
    reasons = reasons_against_closing(account=account, by=by)
    if account.pk == by.pk:
        reasons.append(_("This is your own account. Somebody else has to erase it."))
    if Person.with_merged.filter(account=account).exists():
        reasons.append(_("It belongs to somebody’s record: erase that person, and the account goes with them."))
    return reasons


def reasons_against_erasing(*, person: Person, by: Account) -> list[str]:
    """Why this account cannot erase this person, in sentences; empty where it can."""
    try:
        _require_erasable([one.account for one in _records_of(person) if one.account is not None], by)
    except ValidationError as refusal:
        return refusal.messages
    return []


def _records_of(person: Person) -> list[Person]:
    """The person's record and all that were merged into it, and into those."""
    records, level = [person], [person.pk]
    while level:
        merged = list(Person.with_merged.filter(merged_into__in=level).select_related("account").order_by("pk"))
        records += merged
        level = [one.pk for one in merged]
    return records


def _require_erasable(accounts: list[Account], by: Account) -> None:
    for account in accounts:
        if account.pk == by.pk:
            raise ValidationError(_("This is your own record. Somebody else has to erase it."))
        if account.role_names - {RoleName.OFFICER} and RoleName.ADMINISTRATOR not in by.role_names:
            raise ValidationError(_("Their account has a role beyond that of an officer: ask an administrator."))


def _clear_record(record: Person) -> None:
    record.given_name, record.family_name = f"Person {record.pk}", ERASED
    record.email, record.position, record.account = "", "", None
    record.erased_at = timezone.now()
    record.save()


def _clear_account(account: Account) -> None:
    """Nobody can log in with it any more; what was done with it stays on record, under its number."""
    end_log_ins(account)
    for field in references_to(Account):
        if field.model._meta.app_label in LOG_IN_APPS:
            field.model._base_manager.filter(**{field.name: account}).delete()
    account.groups.clear()
    account.name, account.email = "", f"erased-{account.pk}@evidenca.invalid"
    account.is_active = account.is_superuser = False
    account.erased_at = timezone.now()
    account.set_unusable_password()
    account.save()


def _clear_requests(records: list[Person], accounts: list[Account], addresses: set[str], by: Account) -> None:
    """Invitations to them, requests for access from their addresses, and what they asked about their data."""
    theirs = Q(person__in=records) | Q(account__in=accounts) | Q(email__in=addresses, person=None)
    found = dict(Invitation.objects.filter(theirs).values_list("pk", "email"))
    invitations = Invitation.objects.filter(pk__in=found)
    invitations.filter(accepted_at=None, withdrawn_at=None).update(withdrawn_at=timezone.now())
    invitations.update(name="", email=ADDRESS)
    forget(invitations)
    same = AccessRequest.objects.filter(email__in=addresses | set(found.values()))
    asked = AccessRequest.objects.filter(pk__in=list(same.values_list("pk", flat=True)))
    asked.filter(state=RequestState.OPEN).update(state=RequestState.REFUSED, decided_by=by, decided_at=timezone.now())
    asked.update(name=ERASED, email=ADDRESS, institution="", reason="")
    forget(asked)
    wanted = DataRequest.objects.filter(person__in=records)
    wanted.filter(state=AnswerState.OPEN).update(state=AnswerState.DONE, answered_by=by, answered_at=timezone.now())
    wanted.update(text="", answer="")


def _clear_imports(records: list[Person]) -> None:
    """What imports kept to put back into their records, and the names of files that were called after them."""
    people = {record.pk for record in records}
    rows = set(Participation.objects.filter(person__in=people).values_list("pk", flat=True))
    names = {word for record in records for word in match_key(record.family_name).split()}
    changed = []
    for kept in RosterImport.objects.order_by("pk"):
        filled = [
            one for one in kept.filled if one.get("person") not in people and one.get("participation") not in rows
        ]
        called_after = names & set(match_key(kept.file_name).split())
        if called_after or len(filled) < len(kept.filled):
            kept.filled = filled
            kept.file_name = f"{ERASED.lower()}{PurePath(kept.file_name).suffix}" if called_after else kept.file_name
            changed.append(kept)
    RosterImport.objects.bulk_update(changed, ["filled", "file_name"], batch_size=200)


def _clear_merges(records: list[Person]) -> None:
    forget_what_was_before(PersonMerge.objects.filter(Q(keep__in=records) | Q(away__in=records)))


def forget_what_was_before(merges: QuerySet[PersonMerge]) -> int:
    """Empty what these merges kept for an undo, which is not possible then any more; how many they were."""
    return merges.update(before={}, put={}, stood={})


def _forget_changes(records: list[Person], accounts: list[Account]) -> None:
    """The values that were kept of what changed on their records, those of this erasure among them."""
    forget(Person.with_merged.filter(pk__in=[record.pk for record in records]))
    forget(Participation.objects.filter(person__in=records))
    forget(Account.objects.filter(pk__in=[account.pk for account in accounts]))
    # Of what they changed on others' records, who it was stays by number.
    LogEntry.objects.filter(actor__in=accounts).update(actor_email=None)


def _leave_no_trace_in_the_file() -> None:
    """SQLite leaves what was overwritten in its file and its log until the space is needed: write both anew."""
    waiting = [entry[1] for entry in connection.run_on_commit]
    if connection.vendor == "sqlite" and _write_file_anew not in waiting:
        transaction.on_commit(_write_file_anew)


def _write_file_anew() -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except OperationalError:
        # Somebody else is writing. Everything is erased; only the file still holds what was there before.
        logging.getLogger("evidenca.security").warning(
            '{"event": "the database file was not written anew after an erasure: run VACUUM"}'
        )
