"""`manage.py statistics`: ask the register from the command line."""

import sys
from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management.base import CommandError

from training.exports.files import KINDS
from training.management.acting import ActingCommand, acting_account, add_as_option
from training.models import Account
from training.models.reports import DEFAULT_THRESHOLD
from training.permissions import Action, require
from training.services import trail
from training.statistics.dimensions import DIMENSIONS, FILTERS
from training.statistics.question import MEASURES, SNAPSHOTS, Question

TEXTS = ("table", "csv", "json")
FORMATS = (*TEXTS, *KINDS)
# What a terminal cannot show.
BINARY = frozenset({"xlsx", "pdf", "png"})


def words(text: str) -> tuple[str, ...]:
    found = tuple(word.strip() for word in text.split(",") if word.strip())
    if not found:
        raise ArgumentTypeError("give at least one, or leave the option out")
    return found


def day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is not a date: write it as 2026-05-14") from None


class Command(ActingCommand):
    help = "Sex-disaggregated statistics of the register, by any dimensions, under any filters."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--by", type=words, default=(), metavar="DIM,DIM", help=", ".join(DIMENSIONS))
        parser.add_argument("--measure", type=words, default=MEASURES, metavar="M,M", help=", ".join(MEASURES))
        for name in FILTERS:
            option = f"--{name.replace('_', '-')}"
            parser.add_argument(option, type=words, dest=f"filter_{name}", metavar="KEY", help=f"only this {name}")
        parser.add_argument("--from", type=day, dest="start", metavar="DATE", help="first day of the period")
        parser.add_argument("--to", type=day, dest="end", metavar="DATE", help="last day of the period")
        parser.add_argument("--first-time", action="store_true", help="only people without an earlier participation")
        parser.add_argument("--snapshot", choices=SNAPSHOTS, default="training", help="as at training, or as now")
        parser.add_argument("--audience", choices=("internal", "donor"), default="internal", help="who will read it")
        parser.add_argument("--format", choices=FORMATS, default="table", help="how to write the answer")
        parser.add_argument("--output", type=Path, metavar="FILE", help="write to a file instead of the terminal")
        add_as_option(parser)

    def handle(self, **options: Any) -> None:
        if options["audience"] == "donor":
            # Without the rule on small cells (design §3.10) a donor's table could point at single people.
            raise CommandError("Tables for donors are not offered yet: small cells would not be hidden.", returncode=2)
        if options["format"] in BINARY and not options["output"]:
            raise CommandError(f"{options['format']} is no text: name a file with --output.", returncode=2)
        account = acting_account(options["as_email"])
        try:
            require(account, Action.VIEW_STATISTICS)
            if options["format"] in KINDS:
                self.take(options, account)
                return
            text = self.answer(options, account)
        except PermissionDenied as refusal:
            raise CommandError(str(refusal)) from refusal
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages), returncode=2) from refusal
        trail.record(by=account, action="statistics asked", detail={"by": list(options["by"])})
        if options["output"]:
            write(options["output"], text)
            for name, companion in self.companions:
                write(options["output"].with_name(name), companion)
        else:
            self.stdout.write(text, ending="" if text.endswith("\n") else "\n")

    def take(self, options: dict[str, Any], account: Account) -> None:
        from training.exports.taking import asked, take_away  # pandas is slow to import: not for --help

        title, question, address = asked(question_of(options, account))
        taken = take_away(
            by=account,
            question=question,
            title=title,
            address=address,
            kind=options["format"],
            audience=options["audience"],
            threshold=options.get("threshold") or DEFAULT_THRESHOLD,
        )
        if options["output"]:
            write(options["output"], taken.data)
        else:
            self.stdout.write(taken.data.decode())

    def answer(self, options: dict[str, Any], account: Account) -> str:
        from training.exports import terminal, tidy  # as above
        from training.statistics.engine import ask

        answer = ask(question_of(options, account))
        self.companions: list[tuple[str, str]] = []
        if options["format"] == "csv" and options["output"]:
            name = options["output"].name
            self.companions = [(f"{name}-metadata.json", tidy.to_csv_metadata(answer, name))]
        elif options["format"] == "csv":
            for text in tidy.footnotes(answer):
                print(f"* {text}", file=sys.stderr)  # noqa: T201  a tidy file has no place for it
        return {"table": terminal.to_table, "csv": tidy.to_csv, "json": tidy.to_json}[options["format"]](answer)


def question_of(options: dict[str, Any], account: Account) -> Question:
    return Question(
        by=options["by"],
        measures=options["measure"],
        filters={name: options[f"filter_{name}"] for name in FILTERS if options[f"filter_{name}"]},
        start=options["start"],
        end=options["end"],
        first_time=options["first_time"],
        snapshot=options["snapshot"],
        reader=account,
    )


def write(path: Path, content: str | bytes) -> None:
    """Write the file whole or not at all."""
    try:
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror}.", returncode=2) from error
