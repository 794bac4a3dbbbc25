from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import CommandError, CommandParser

from training.management.acting import ActingCommand, acting_account, add_as_option
from training.roadmap import RoadmapError, load_roadmap
from training.roadmap.loading import FACTS


class Command(ActingCommand):
    help = "Load the published facts. Repeating it changes nothing; what a person has edited since is kept."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--file", type=Path, default=FACTS, metavar="PATH", help="the facts, as YAML")
        add_as_option(parser)

    def handle(self, **options: Any) -> None:
        try:
            report = load_roadmap(by=acting_account(options["as_email"]), path=options["file"])
        except OSError as error:
            raise CommandError(f"{options['file']}: {error.strerror}", returncode=2) from error
        except (RoadmapError, PermissionDenied) as error:
            raise CommandError(str(error), returncode=1) from error
        results = {"created": report.created, "changed": report.changed, "kept": report.kept}
        for word, lines in results.items():
            for line in lines:
                self.stdout.write(f"{word}: {line}")
        self.stdout.write(", ".join(f"{len(lines)} {word}" for word, lines in results.items()))
