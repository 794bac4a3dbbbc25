"""Who a command acts as: every command that changes or discloses takes `--as EMAIL`."""

from argparse import ArgumentParser
from typing import Any

from auditlog.context import set_actor
from django.core.management.base import BaseCommand, CommandError

from training.models import Account
from training.services import trail


class ActingCommand(BaseCommand):
    """A command that changes or discloses: what it records says from which command it came."""

    def execute(self, *args: Any, **options: Any) -> str | None:
        origin = trail.coming_from(f"command {type(self).__module__.rpartition('.')[2]}")
        with origin, set_actor(acting_account(options.get("as_email"))):
            return super().execute(*args, **options)


def add_as_option(parser: ArgumentParser) -> None:
    parser.add_argument("--as", dest="as_email", metavar="EMAIL", help="the account that acts; the system's by default")


def acting_account(email: str | None) -> Account:
    """The active account of that address, or the system's. Ends the command with status 2 if there is none."""
    if not email:
        return Account.objects.system()
    account = Account.objects.filter(email__iexact=email, is_active=True).first()
    if account is None:
        raise CommandError(
            f"There is no active account {email}: give the address of one that can log in.", returncode=2
        )
    return account
