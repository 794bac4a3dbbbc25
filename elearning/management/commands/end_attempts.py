from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import CommandError, CommandParser
from django.utils.translation import ngettext

from elearning.services.attempts import end_overdue
from training.management.acting import ActingCommand, acting_account, add_as_option


class Command(ActingCommand):
    help = "End the attempts whose time is up, with what was answered."

    def add_arguments(self, parser: CommandParser) -> None:
        add_as_option(parser)

    def handle(self, **options: Any) -> None:
        try:
            ended = end_overdue(by=acting_account(options["as_email"]))
        except PermissionDenied as refusal:
            raise CommandError(str(refusal), returncode=1) from refusal
        said = ngettext("%(count)s attempt ended.", "%(count)s attempts ended.", ended)
        self.stdout.write(said % {"count": ended})
