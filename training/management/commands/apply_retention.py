import json
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from training.management.acting import ActingCommand, acting_account, add_as_option
from training.permissions import Action, require
from training.services.retention import Due, apply_retention, due_now


class Command(ActingCommand):
    help = "List the personal data whose retention period has run out; with --apply, do what is due."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--apply", action="store_true", help="erase, delete or empty what is due")
        parser.add_argument("--report", choices=["text", "json"], default="text", help="how to report")
        add_as_option(parser)

    def handle(self, **options: Any) -> None:
        account = acting_account(options["as_email"])
        try:
            require(account, Action.APPLY_RETENTION)
            found = apply_retention(by=account) if options["apply"] else list(due_now())
        except (PermissionDenied, ValidationError) as refusal:
            raise CommandError(str(refusal), returncode=1) from refusal
        if options["report"] == "json":
            report = {"applied": options["apply"], "kinds": [as_json(due) for due in found]}
            self.stdout.write(json.dumps(report, ensure_ascii=False, indent=2))
            return
        self.stdout.write(_("Done:") if options["apply"] else _("Due, and left as it is (--apply does it):"))
        for due in found:
            self.stdout.write(as_text(due))


def as_text(due: Due) -> str:
    return _("%(number)6d  %(what)s: after %(days)d days %(then)s") % {
        "number": len(due.records),
        "what": due.rule.what,
        "days": due.rule.days,
        "then": due.rule.then,
    }


def as_json(due: Due) -> dict[str, Any]:
    return {"kind": due.rule.key, "days": due.rule.days, "since": due.since.isoformat(), "records": list(due.records)}
