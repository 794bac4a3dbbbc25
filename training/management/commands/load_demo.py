from argparse import ArgumentTypeError
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from training.demo.accounts import PASSWORD, logins
from training.demo.loading import Loaded, is_loaded, load
from training.management.acting import ActingCommand, acting_account, add_as_option
from training.models import Jurisdiction, Topic


def whole_number(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError(f"{text!r} is not a whole number from 1 on")
    return int(text)


class Command(ActingCommand):
    help = "Load fictional people and sessions. Repeating it changes nothing but adds a session to mark today."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--scale",
            type=whole_number,
            default=1,
            metavar="N",
            help="and N thousand participations in bulk, from 2 on",
        )
        add_as_option(parser)

    def handle(self, **options: Any) -> None:
        account = acting_account(options["as_email"])
        try:
            if not is_loaded() and not (Jurisdiction.objects.exists() and Topic.objects.exists()):
                call_command("load_roadmap", as_email=options["as_email"], stdout=self.stdout)
            loaded = load(by=account, scale=options["scale"], progress=self.progress)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages), returncode=1) from error
        except PermissionDenied as error:
            raise CommandError(str(error), returncode=1) from error
        self.report(loaded)

    def progress(self, done: int, wanted: int) -> None:
        if self.stdout.isatty():
            self.stdout.write(f"\r{done * 1000:,} of {wanted * 1000:,} participations", ending="")
            self.stdout.flush()

    def report(self, loaded: Loaded) -> None:
        if loaded.base:
            self.stdout.write(_("Demo data loaded: fictional people and sessions."))
        if loaded.today:
            self.stdout.write(_("Added a session for today: %(title)s.") % {"title": loaded.today.title})
        if loaded.participations:
            self.stdout.write(_("Added %(count)s participations in bulk.") % {"count": f"{loaded.participations:,}"})
        for login in logins():
            self.stdout.write(f"  {login.role:<14} {login.email:<28} {PASSWORD}")
