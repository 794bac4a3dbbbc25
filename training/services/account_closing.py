"""Closing an account and opening it again. Nobody logs in with a closed one; what was done with it stays on record."""

from collections.abc import Iterator

from allauth.usersessions.models import UserSession
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from training.models import Account
from training.models.accounts import SYSTEM_EMAIL
from training.permissions import Action, RoleName, require, roles_to_give
from training.services import trail


@transaction.atomic
def close_account(*, account: Account, by: Account) -> Account:
    """End every log-in of the account and let nobody in with it; twice is once. Everybody may close their own.

    Raises PermissionDenied unless the account is `by`'s own or one that `by` keeps, ValidationError with everything
    that speaks against it (`reasons_against_closing`).
    """
    found = _held(account, by)
    if not found.is_active:
        return found
    if reasons := reasons_against_closing(account=found, by=by):
        raise ValidationError(reasons)
    found.is_active = False
    found.save(update_fields=["is_active"])
    ended = end_log_ins(found)
    trail.record(by=by, action="account closed", records={"account": [found.pk]}, detail={"log-ins ended": ended})
    return found


@transaction.atomic
def open_account(*, account: Account, by: Account) -> Account:
    """Let the account in again, with the roles and the second factor it had; twice is once."""
    require(by, Action.KEEP_ACCOUNTS)
    found = _held(account, by)
    if found.is_active:
        return found
    if reasons := list(_beyond(found, by)):
        raise ValidationError(reasons)
    found.is_active = True
    found.save(update_fields=["is_active"])
    trail.record(by=by, action="account opened again", records={"account": [found.pk]})
    return found


def end_log_ins(account: Account) -> int:
    """Whoever is logged in with the account is not any more; how many log-ins that were."""
    standing = list(UserSession.objects.filter(user=account))
    for log_in in standing:
        log_in.end()
    return len(standing)


def reasons_against_closing(*, account: Account, by: Account) -> list[str]:
    """Why `by` cannot close this account, in sentences; empty where it can."""
    return [*_beyond(account, by), *_last_administrator(account)]


def _held(account: Account, by: Account) -> Account:
    """The account as it is now, held until the transaction ends."""
    if account.pk != by.pk:
        require(by, Action.KEEP_ACCOUNTS)
        if not Account.objects.kept_by(by).not_erased().filter(pk=account.pk).exists():
            raise PermissionDenied(_("This account is not among those you keep."))
    return Account.objects.select_for_update().get(pk=account.pk)


def _beyond(account: Account, by: Account) -> Iterator[str]:
    """Whoever could not have given a role does not take it away either. Of a closed account `role_names` says none."""
    roles = set(account.groups.values_list("name", flat=True))
    if account.pk != by.pk and (account.is_superuser or roles - roles_to_give(by)) and not _may_all(by):
        yield _("This account has a role that is not yours to give: ask an administrator.")


def _may_all(by: Account) -> bool:
    return roles_to_give(by) == frozenset(RoleName)


def _last_administrator(account: Account) -> Iterator[str]:
    """Asks the rows that count under a lock, so that two administrators cannot close each other at one moment."""
    administrators = Account.objects.of_role(RoleName.ADMINISTRATOR).filter(is_active=True).exclude(email=SYSTEM_EMAIL)
    held = Account.objects.select_for_update().filter(pk__in=administrators.values("pk")).order_by("pk")
    if [one.pk for one in held] == [account.pk]:
        yield _("This is the last administrator: invite another one first.")
