"""`manage.py issue_certificates`: what a session's people are due, each certificate once."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured, PermissionDenied, ValidationError
from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from certificates.choices import Kind
from certificates.models import Certificate
from certificates.services.issuing import Issued, issue_session
from certificates.services.letters import send_letters
from certificates.services.reading import read_session
from training.choices import SessionStatus
from training.management.acting import ActingCommand, acting_account, add_as_option
from training.models import Account, Session
from training.services.closing import sign_off


class Command(ActingCommand):
    help = "Issue the certificates a signed-off session is due. Repeating it adds none."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("session", metavar="SESSION", help="the session's key")
        parser.add_argument("--sign-off", action="store_true", help="sign the session off first, if it is not yet")
        parser.add_argument("--output", type=Path, metavar="DIR", help="and write every certificate to DIR/SERIAL.pdf")
        parser.add_argument("--report", choices=("json", "text"), default="text", help="how to report")
        add_as_option(parser)

    def handle(self, *_args: Any, **options: Any) -> None:
        account = acting_account(options["as_email"])
        session = Session.objects.visible_to(account).filter(key=options["session"]).first()
        if session is None:
            raise CommandError(f"There is no session {options['session']}: give its key.", returncode=2)
        before = set(Certificate.objects.of_session(session).values_list("pk", flat=True))
        signs_off = options["sign_off"] and session.status != SessionStatus.CLOSED
        try:
            if signs_off:
                session = sign_off(session=session, by=account)
            issued = issue_session(session=session, by=account)
            if signs_off:
                _add_what_came_by_itself(issued, session, before)
            send_letters(session)
            if options["output"]:
                _write(session, account, options["output"])
        except (ValidationError, PermissionDenied, ImproperlyConfigured) as refusal:
            raise CommandError(" ".join(getattr(refusal, "messages", [str(refusal)])), returncode=1) from refusal
        self.report(issued, as_json=options["report"] == "json")
        if issued.failed:
            raise CommandError(_("Not all that is due could be issued."), returncode=1)

    def report(self, issued: Issued, *, as_json: bool) -> None:
        failed = [
            {"participation": standing.participation.pk, "message": message} for standing, message in issued.failed
        ]
        if as_json:
            said = {
                "issued": [{"serial": one.serial, "kind": one.kind} for one in issued.made],
                "had_one": issued.had_one,
                "not_due": issued.not_due,
                "failed": failed,
            }
            self.stdout.write(json.dumps(said, ensure_ascii=False, indent=2))
            return
        for kind in Kind:
            number = sum(one.kind == kind for one in issued.made)
            self.stdout.write(_("%(kind)s: %(number)s issued") % {"kind": kind.label, "number": number})
        self.stdout.write(_("Issued before: %(number)s") % {"number": issued.had_one})
        self.stdout.write(_("Due none: %(number)s") % {"number": issued.not_due})
        for failure in failed:
            self.stdout.write(_("Participation %(participation)s: %(message)s") % failure)


def _add_what_came_by_itself(issued: Issued, session: Session, before: set[int]) -> None:
    """Signing off issues where the training's rule says so: that is this command's doing as well."""
    made = {one.pk for one in issued.made}
    came = list(Certificate.objects.of_session(session).exclude(pk__in=before | made).order_by("pk"))
    issued.made = [*came, *issued.made]
    issued.had_one -= len(came)


def _write(session: Session, account: Account, folder: Path) -> None:
    """Each certificate that stands, as it was issued. Raises CommandError where the folder cannot be written to."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for one, pdf in read_session(session=session, by=account):
            (folder / f"{one.serial}.pdf").write_bytes(pdf)
    except OSError as problem:
        raise CommandError(f"{folder} cannot be written to: {problem.strerror}.", returncode=2) from problem
