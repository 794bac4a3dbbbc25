from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from training.demo.removal import remove
from training.management.acting import ActingCommand, acting_account, add_as_option


class Command(ActingCommand):
    help = "Remove every demo record, and nothing else. What real records need stays, and is named."

    def add_arguments(self, parser: CommandParser) -> None:
        add_as_option(parser)

    def handle(self, **options: Any) -> None:
        try:
            removed = remove(by=acting_account(options["as_email"]))
        except ValidationError as error:
            raise CommandError(" ".join(error.messages), returncode=1) from error
        except PermissionDenied as error:
            raise CommandError(str(error), returncode=1) from error
        count = sum(removed.counts.values())
        self.stdout.write(_("Removed %(count)s demo records.") % {"count": f"{count:,}"})
        for sentence in removed.kept:
            self.stdout.write(sentence)
