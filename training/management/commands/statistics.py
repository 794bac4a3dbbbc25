"""`manage.py statistics`: ask the register from the command line."""

from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management.base import CommandError

from training.choices import Audience
from training.exports import tidy
from training.exports.files import KINDS
from training.exports.taking import Wanted, laid_out_as_usual, take_answer, take_away
from training.exports.terminal import to_table
from training.management.acting import ActingCommand, acting_account, add_as_option
from training.models import Account
from training.models.reports import DEFAULT_THRESHOLD, LEAST_THRESHOLD, MOST_THRESHOLD
from training.statistics.dimensions import DIMENSIONS, FILTERS
from training.statistics.question import MEASURES, SNAPSHOTS, Question
from training.statistics.report import Report

FORMATS = ("table", *KINDS)
# What a terminal cannot show.
BINARY = frozenset({"xlsx", "pdf", "png", "csv-with-notes"})


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


def group(text: str) -> int:
    if not text.isdecimal() or not LEAST_THRESHOLD <= int(text) <= MOST_THRESHOLD:
        raise ArgumentTypeError(f"{text!r} is not a number from {LEAST_THRESHOLD} to {MOST_THRESHOLD}")
    return int(text)


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
        parser.add_argument("--audience", choices=Audience.values, default="internal", help="who will read it")
        smallest = "the smallest group that donors are shown"
        parser.add_argument("--threshold", type=group, default=DEFAULT_THRESHOLD, metavar="N", help=smallest)
        parser.add_argument("--format", choices=FORMATS, default="table", help="how to write the answer")
        parser.add_argument("--output", type=Path, metavar="FILE", help="write to a file instead of the terminal")
        add_as_option(parser)

    def handle(self, **options: Any) -> None:
        if options["format"] in BINARY and not options["output"]:
            raise CommandError(f"{options['format']} is no text: name a file with --output.", returncode=2)
        try:
            self.answer(options, acting_account(options["as_email"]))
        except PermissionDenied as refusal:
            raise CommandError(str(refusal)) from refusal
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages), returncode=2) from refusal

    def answer(self, options: dict[str, Any], account: Account) -> None:
        question, kind = question_of(options, account), options["format"]
        wanted = Wanted(
            question=question,
            layout=laid_out_as_usual(question),
            audience=options["audience"],
            threshold=options["threshold"],
        )
        if kind == "table":
            report = take_answer(wanted, by=account, kind=kind)
            self.give(to_table(report, report.tables[0]).encode(), options["output"])
            return
        taken = take_away(wanted, by=account, kind=kind)
        self.give(taken.data, options["output"])
        if kind == "csv":
            self.say_beside(taken.report, options["output"])

    def give(self, data: bytes, path: Path | None) -> None:
        if path:
            write(path, data)
        else:
            text = data.decode()
            self.stdout.write(text, ending="" if text.endswith("\n") else "\n")

    def say_beside(self, report: Report, path: Path | None) -> None:
        """What a tidy CSV has no place for: into its companion, or to standard error."""
        (table,) = report.tables
        if path:
            write(path.with_name(f"{path.name}-metadata.json"), tidy.to_csv_metadata(report, table, path.name).encode())
        else:
            self.stderr.write("\n".join(tidy.said_beside(report, table)), self.style.NOTICE)


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


def write(path: Path, content: bytes) -> None:
    """Write the file whole or not at all."""
    try:
        path.write_bytes(content)
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror}.", returncode=2) from error
