"""`manage.py verify_certificate`: whether a certificate is genuine and stands, by file, serial or statement."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from certificates.serials import read_serial
from certificates.services.checking import Answer, check_file, check_serial, check_statement
from certificates.statements import looks_like_one

LARGEST = 20_000_000  # bytes of a file; ours have a tenth of a million

TOLD = ("serial", "kind", "title", "place", "start", "end", "hours", "issued_on", "expires_on", "issuer")


class Command(BaseCommand):
    help = "Check a certificate by its PDF, its serial, or the statement in its QR code."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", metavar="FILE-OR-SERIAL-OR-STATEMENT", help="what there is to check")
        parser.add_argument(
            "--offline", action="store_true", help="ask no database: by the signatures and the keys known here alone"
        )
        parser.add_argument("--report", choices=("json", "text"), default="text", help="how to report")

    def handle(self, *_args: Any, **options: Any) -> None:
        answer = _answer(options["what"], offline=options["offline"])
        if options["report"] == "json":
            self.stdout.write(json.dumps(as_json(answer), ensure_ascii=False, indent=2))
        else:
            self.stdout.write("\n".join(_as_text(answer)))
        if not answer.is_good:
            raise CommandError(answer.problem or f"The certificate is {answer.state.label.lower()}.", returncode=1)


def _answer(what: str, *, offline: bool) -> Answer:
    """By what it is: a QR code's whole address, a statement, a serial, else a file."""
    statement = what.rpartition("#")[2]
    if looks_like_one(statement):
        return check_statement(statement, offline=offline)
    if read_serial(what):
        if offline:
            raise CommandError(
                "A serial says nothing by itself: without the database give the file or the statement.", returncode=2
            )
        return check_serial(what)
    path = Path(what)
    if not path.is_file():
        raise CommandError("This is neither a file, nor a serial, nor a statement as it was issued.", returncode=1)
    if path.stat().st_size > LARGEST:
        raise CommandError(f"{path} is larger than any certificate.", returncode=1)
    return check_file(path.read_bytes(), offline=offline)


def as_json(answer: Answer) -> dict[str, Any]:
    """What was found out; what the certificate says is there only as far as it came along with what was checked."""
    found: dict[str, Any] = {"valid": answer.is_good, "state": answer.state.value, "problem": answer.problem}
    if answer.certificate:
        content = dict(answer.certificate.content)
        if answer.statement is None and answer.signature is None:
            del content["name"]
        found["content"] = content
    if answer.statement:
        found["statement"] = vars(answer.statement)
    if answer.signature:
        found["signature"] = vars(answer.signature)
    return found


def _as_text(answer: Answer) -> list[str]:
    said = [f"{answer.state.label}"]
    shown = answer.certificate.content if answer.certificate else vars(answer.statement) if answer.statement else {}
    said += [f"{name.replace('_', ' ')}: {shown[name]}" for name in TOLD if shown.get(name)]
    if answer.signature:
        said.append(f"signed by: {answer.signature.signer}")
        if answer.signature.timestamp:
            said.append(f"signed at, by a timestamp authority: {answer.signature.timestamp}")
    return said
