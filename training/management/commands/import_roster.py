"""`manage.py import_roster`: a roster file into a session, all or nothing."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from training.imports import report
from training.imports.matching import DECISIONS
from training.imports.plan import Choices
from training.imports.roster import Result, check_roster, import_roster, record_look
from training.imports.workbook import Upload
from training.management.importing import ImportCommand, Outcome
from training.models import Account, Session


class Command(ImportCommand):
    help = "Import a roster (.xlsx or .csv) into a session. Writes all of it, or nothing and every reason."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("session", metavar="SESSION", help="the session's key")
        parser.add_argument(
            "--near",
            choices=DECISIONS,
            default="",
            help="take every near match for the person known (match) or for somebody else (new)",
        )
        super().add_arguments(parser)

    def bring_in(self, upload: Upload, account: Account, options: dict[str, Any]) -> Outcome:
        session = Session.objects.visible_to(account).filter(key=options["session"]).first()
        if session is None:
            raise CommandError(f"There is no session {options['session']}: give its key.", returncode=2)
        asked: dict[str, Any] = {"session": session, "by": account, "choices": Choices(near=options["near"])}
        if options["dry_run"]:
            result = Result(check_roster(upload=upload, **asked))
            record_look(plan=result.plan, by=account)
        else:
            result = import_roster(upload=upload, **asked)
        plan, applied = result.plan, result.roster_import is not None
        return Outcome(
            as_json=report.as_json(plan, applied=applied),
            as_text=report.as_text(plan, applied=applied),
            why_refused=report.why_refused(plan) if plan.refused else "",
        )

    def refused(self, message: str) -> dict[str, Any]:
        return report.as_json_of_refusal(message)
