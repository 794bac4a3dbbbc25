"""The commands that change or disclose, run as each account: what comes of it, and nothing is kept."""

import io
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command, get_commands
from django.db import transaction

from tests.access.walking import Column
from tests.access.world import World
from tests.elearning.manuals import SAMPLE

# `prepare` brings the embedded default up to date, `work` and `keep_tallies` do what waits; whether a certificate is
# genuine may be asked by anybody.
WITHOUT_ACCOUNT = {"prepare", "work", "keep_tallies", "verify_certificate"}
OURS = ("training", "elearning", "certificates", "project")


def every_command() -> list[str]:
    return sorted(name for name, app in get_commands().items() if app in OURS and name not in WITHOUT_ACCOUNT)


def arguments_of(command: str, world: World, place: str) -> list[str]:
    """What the command needs beside `--as`; a command that needs nothing has no line here."""
    records = world.places[place]
    if command == "statistics":
        return ["--by", "sex"]
    if command == "issue_certificates":
        return [records.certified.key]
    if command == "import_roster":
        return [records.session.key, _file(records.kept(None, "roster_files").upload)]
    if command == "import_sessions":
        return [_file(records.kept(None, "past_files").upload)]
    if command == "import_manual":
        return [str(SAMPLE)]
    return []


def run_all(world: World, column: Column) -> Iterator[tuple[str, str]]:
    """Each command's row and what came of it: `done`, or `refused` to this account."""
    for command in commands_of(world, column):
        yield f"manage.py:{command} RUN", run(world, column, command)


def commands_of(world: World, column: Column) -> list[str]:
    if world.accounts.get(column.role) is None or column.place not in {"Near", "Far"}:
        return []
    return [name for name in every_command() if column.place == "Near" or name.startswith(("import_", "issue_"))]


def run(world: World, column: Column, command: str) -> str:
    arguments = arguments_of(command, world, column.place)
    return _outcome(command, [*arguments, "--as", world.accounts[column.role].email])


def _outcome(command: str, arguments: list[str]) -> str:
    quiet = {"stdout": io.StringIO(), "stderr": io.StringIO()}
    with transaction.atomic():
        try:
            call_command(command, *arguments, **quiet)
        except (CommandError, PermissionDenied):
            return "refused"
        except SystemExit:  # an answer with findings
            return "done"
        finally:
            transaction.set_rollback(True)
    return "done"


def _file(upload) -> str:
    path = Path(settings.DATA_DIR) / upload.name
    path.write_bytes(upload.data)
    return str(path)
