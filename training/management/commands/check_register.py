import json
import sys
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from training.management.acting import ActingCommand, acting_account, add_as_option
from training.models import Session
from training.permissions import Action, require
from training.services import trail
from training.statistics.footnotes import footnotes_for
from training.statistics.reconciliation import Contradiction
from training.statistics.rules import findings


class Command(ActingCommand):
    help = "List every contradiction and broken rule. Exit status 1 while one has no editor's decision."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--report", choices=["json"], help="write the answer as JSON")
        add_as_option(parser)

    def handle(self, **options: Any) -> None:
        account = acting_account(options["as_email"])
        try:
            require(account, Action.VIEW_STATISTICS)
        except PermissionDenied as refusal:
            raise CommandError(str(refusal), returncode=1) from refusal
        found = findings(Session.objects.visible_to(account))
        waiting = [one for one in found if one.decision is None]
        decided = [one for one in found if one.decision is not None]
        trail.record(by=account, action="register checked", detail={"waiting": len(waiting), "decided": len(decided)})
        if options["report"]:
            report = {"contradictions": [as_json(one) for one in waiting], "decided": [as_json(one) for one in decided]}
            self.stdout.write(json.dumps(report, ensure_ascii=False, indent=2))
        else:
            self.write(waiting, decided)
        if waiting:
            sys.exit(1)

    def write(self, waiting: list[Contradiction], decided: list[Contradiction]) -> None:
        headings = ((_("%(count)s without a decision"), waiting), (_("%(count)s decided"), decided))
        lines = []
        for heading, found in headings:
            lines += [heading % {"count": len(found)}, *map(as_text, found)]
        lines += [f"* {text}" for text in footnotes_for(lines)]
        self.stdout.write("\n".join(lines))


def as_text(one: Contradiction) -> str:
    lines = [f"- {one.session_key}: {one.message}"]
    if one.quote:
        lines.append(f"    “{one.quote}”")
    if one.source:
        lines.append(f"    {one.source} ({one.source_key})")
    if one.decision:
        lines.append(f"    {one.decision.at:%Y-%m-%d} {one.decision.by}: {one.decision.reason}")
    return "\n".join(lines)


def as_json(one: Contradiction) -> dict[str, Any]:
    row: dict[str, Any] = {
        "kind": one.kind,
        "fingerprint": one.fingerprint,
        "session": one.session_key,
        "title": one.session_title,
        "message": one.message,
        "stated": one.stated,
        "found": one.found,
        "quote": one.quote,
        "source": one.source_key,
        "source_label": one.source,
    }
    if one.decision:
        decision = one.decision
        row["decision"] = {"reason": decision.reason, "by": decision.by.email, "at": decision.at.isoformat()}
    return row
