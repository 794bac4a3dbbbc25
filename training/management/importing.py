"""What the commands that bring a file in share: their options, how they report, and how they end."""

import json
from abc import abstractmethod
from argparse import ArgumentParser
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management.base import CommandError

from training.imports.refusal import RefusedError, sentence
from training.imports.safety import MAX_UPLOAD
from training.imports.workbook import Upload
from training.management.acting import ActingCommand, acting_account, add_as_option
from training.models import Account


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of it, for scripts and for people; `why_refused` is empty where nothing stood in the way."""

    as_json: dict[str, Any]
    as_text: list[str]
    why_refused: str = ""


class ImportCommand(ActingCommand):
    """Reads one file, all or nothing. Exit status 0 when done, 1 when refused, 2 when the call is wrong."""

    file_help = "a list as .xlsx or .csv"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help=self.file_help)
        parser.add_argument("--dry-run", action="store_true", help="check and report, write nothing")
        parser.add_argument("--report", choices=("json", "text"), default="text", help="how to report")
        add_as_option(parser)

    @abstractmethod
    def bring_in(self, upload: Upload, account: Account, options: dict[str, Any]) -> Outcome:
        """Check the file, or apply it. May raise what an import refuses with."""

    @abstractmethod
    def refused(self, message: str) -> dict[str, Any]:
        """The report on a file that could not be read at all."""

    def handle(self, *_args: Any, **options: Any) -> None:
        account = acting_account(options["as_email"])
        upload = _upload_of(options["file"])
        try:
            outcome = self.bring_in(upload, account, options)
        except (RefusedError, ValidationError, PermissionDenied) as refusal:
            outcome = Outcome(as_json=self.refused(sentence(refusal)), as_text=[], why_refused=sentence(refusal))
        if options["report"] == "json":
            self.stdout.write(json.dumps(outcome.as_json, ensure_ascii=False, indent=2))
        elif outcome.as_text:
            self.stdout.write("\n".join(outcome.as_text))
        if outcome.why_refused:
            raise CommandError(outcome.why_refused, returncode=1)


def _upload_of(path: Path) -> Upload:
    try:
        with path.open("rb") as file:
            return Upload(path.name, file.read(MAX_UPLOAD + 1))
    except OSError as problem:
        raise CommandError(f"{path} cannot be read: {problem.strerror}.", returncode=2) from problem
