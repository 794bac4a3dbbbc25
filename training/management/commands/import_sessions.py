"""`manage.py import_sessions`: past sessions with their figures from a project's own list, all or nothing."""

from typing import Any

from training.imports.past import report
from training.imports.past.sessions import Result, check_sessions, import_sessions
from training.imports.report import count_faults
from training.imports.workbook import Upload
from training.management.importing import ImportCommand, Outcome
from training.models import Account


class Command(ImportCommand):
    help = "Bring past sessions in (.xlsx or .csv), one row a session. Writes all of it, or nothing and every reason."

    def bring_in(self, upload: Upload, account: Account, options: dict[str, Any]) -> Outcome:
        if options["dry_run"]:
            result = Result(check_sessions(upload=upload, by=account))
        else:
            result = import_sessions(upload=upload, by=account)
        applied = result.applied and not options["dry_run"]
        return Outcome(
            as_json=report.as_json(result.plan, applied=applied),
            as_text=report.as_text(result.plan, applied=applied),
            why_refused=count_faults(result.plan.faults) if result.plan.refused else "",
        )

    def refused(self, message: str) -> dict[str, Any]:
        return report.as_json_of_refusal(message)
