"""What is asked of each address: its arguments from a place, and what is sent where an empty request would not do.

An address that needs neither has no line here. `Ask.label` tells several questions to one address apart.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.utils import timezone

from elearning.services.bank_import import plan_bank
from tests.access.addresses import RECORDS, Address
from tests.access.world import Place
from tests.training.devices import Phone
from tests.training.papers import scan
from training.models import Account
from training.permissions import RoleName
from training.services.check_list import what_is_missing
from training.services.closing import fingerprint

ASKED = ("GET", "POST")
Sent = Callable[[Place, Any], dict[str, Any]]


@dataclass(frozen=True)
class Ask:
    method: str
    label: str = ""
    sent: Sent = lambda _place, _account: {}
    as_json: bool = False


# By the name of the address. Sessions' addresses all begin with the key of a session.
ARGUMENTS: dict[str, Sent] = {
    "log_in_end": lambda p, a: {"pk": p.log_in_of(a).pk},
    "account_reset_password_from_key": lambda p, a: {"uidb36": "1", "key": "no-such-key"},
    "mfa_remove_webauthn": lambda p, a: {"pk": 1},
    "mfa_edit_webauthn": lambda p, a: {"pk": 1},
    "openid_connect_login": lambda p, a: {"provider_id": "agency"},
    "openid_connect_callback": lambda p, a: {"provider_id": "agency"},
    "picture": lambda p, a: {"name": p.image.file.name},
    "wagtaildocs_serve": lambda p, a: {"pk": p.document.pk, "name": p.document.filename},
    "participation": lambda p, a: {"pk": p.participation.pk},
    "participation_withdraw": lambda p, a: {"pk": p.participation.pk},
    **dict.fromkeys(("sign_off_record", "day_register"), lambda p, a: {"pk": p.sign_off.pk}),
    "walk_in_decide": lambda p, a: {"pk": p.walk_in.pk},
    "check_in_scanned": lambda p, a: {"code": "acdf34"},
    **dict.fromkeys(("signed_sheet", "signed_sheet_remove"), lambda p, a: {"pk": p.signed_sheet.pk}),
    "attendance_shell": lambda p, a: {"page": "today"},
    "roster_import_preview": lambda p, a: {"token": p.kept(a, "roster_files").token},
    "roster_import_undo": lambda p, a: {"pk": p.roster_import.pk},
    "past_preview": lambda p, a: {"token": p.kept(a, "past_files").token},
    "manual_review": lambda p, a: {"token": p.kept(a, "manual_files").token},
    "bank_review": lambda p, a: {"token": p.kept(a, "bank_files").token},
    "past_undo": lambda p, a: {"pk": p.past_import.pk},
    "progress": lambda p, a: {"kind": "project", "key": p.project.key},
    "progress_csv": lambda p, a: {"kind": "project", "key": p.project.key},
    "progress_csv_metadata": lambda p, a: {"kind": "project", "key": p.project.key},
    "statistics_download": lambda p, a: {"format": "csv"},
    "headcount_edit": lambda p, a: {"pk": p.headcount.pk},
    "headcount_delete": lambda p, a: {"pk": p.headcount.pk},
    "headcount_counts": lambda p, a: {"pk": p.headcount.pk},
    "invitation_change": lambda p, a: {"pk": p.invitation_of(a).pk},
    "record_changes": lambda p, a: {"kind": "person", "pk": p.waiting.pk},
    "access_request": lambda p, a: {"pk": p.access_request.pk},
    **dict.fromkeys(("account", "account_change"), lambda p, a: {"pk": p.account.pk}),
    **dict.fromkeys(("account_data", "account_erase"), lambda p, a: {"pk": p.lone_account.pk}),
    "account_data_file": lambda p, a: {"pk": p.lone_account.pk, "kind": "json"},
    "invitation": lambda p, a: {"token": f"{p.word}-0"},
    "target_edit": lambda p, a: {"pk": p.target.pk},
    "target_remove": lambda p, a: {"pk": p.target.pk},
    **dict.fromkeys(
        ("report", "report_edit", "report_add", "report_remove", "report_freeze"), lambda p, a: {"pk": p.report.pk}
    ),
    **dict.fromkeys(
        ("frozen_report", "frozen_changes"), lambda p, a: {"year": p.frozen.year, "number": p.frozen.number}
    ),
    "frozen_download": lambda p, a: {"year": p.frozen.year, "number": p.frozen.number, "format": "xlsx"},
    "institution": lambda p, a: {"pk": p.new_institution.pk},
    "institution_merge": lambda p, a: {"pk": p.new_institution.pk},
    "institution_merge_undo": lambda p, a: {"pk": p.institution_merge.pk},
    "session_certificate": lambda p, a: {"pk": p.participation.pk},
    **dict.fromkeys(
        ("certificate_pdf", "certificate_entry", "verify_serial"), lambda p, a: {"serial": p.certificate.serial}
    ),
    **dict.fromkeys(
        ("certificate_register_file", "certificate_download", "course_figures_download"), lambda p, a: {"format": "csv"}
    ),
    **dict.fromkeys(("person_erase", "person_edit", "person_data"), lambda p, a: {"pk": p.waiting.pk}),
    "person_data_file": lambda p, a: {"pk": p.waiting.pk, "kind": "json"},
    "own_data_file": lambda p, a: {"kind": "json"},
    **dict.fromkeys(
        (
            "course",
            "course_enrol",
            "course_search",
            "course_edition",
            "course_first_page",
            "course_freshness",
            "translation_still_right",
        ),
        lambda p, a: {"slug": p.course.slug},
    ),
    **dict.fromkeys(
        ("module", "module_read", "module_place", "module_saved"),
        lambda p, a: {"slug": p.course.slug, "module": "module-1"},
    ),
    "course_picture": lambda p, a: {"slug": p.course.slug, "pk": p.picture.pk, "width": 360},
    "course_document": lambda p, a: {"slug": p.course.slug, "pk": p.file.pk},
    **dict.fromkeys(("test", "test_start"), lambda p, a: {"slug": p.tested.slug}),
    **dict.fromkeys(
        ("attempt", "attempt_answer", "attempt_state", "attempt_result"),
        lambda p, a: {"slug": p.tested.slug, "number": 1},
    ),
    "check": lambda p, a: {"slug": p.tested.slug, "key": p.question.key},
    "bank_analysis": lambda p, a: {"slug": p.tested.slug},
    "extra_time": lambda p, a: _learner(p),
    **dict.fromkeys(("bank_question", "bank_retire"), lambda p, a: {"key": p.question.key}),
    "data_request": lambda p, a: {"pk": p.data_request.pk},
    **dict.fromkeys(("person", "transcript", "person_merge", "different_people"), lambda p, a: {"pk": p.waiting.pk}),
    "person_merge_undo": lambda p, a: {"pk": p.person_merge.pk},
}


def _learner(place: Place) -> dict[str, Any]:
    """Somebody in an edition of a course; sessions that are over have none, only people."""
    participation = place.attempt.enrolment.participation if "attempt" in vars(place) else place.participation
    return {"key": participation.session.key, "pk": participation.pk}


def _agreed(place: Place) -> str:
    """What an editor who looked over the bank that waits agrees to."""
    data = next(iter(place.bank_files.values())).upload.data
    return plan_bank(course=place.tested, data=data, language="en", by=Account.objects.system()).basis


def _promise(place: Place, _account: Any) -> dict[str, Any]:
    return {"project": place.project.pk, "measure": "people", "value": 9, "start": "2026-01-01", "end": "2026-12-31"}


def _session(place: Place, _account: Any) -> dict[str, Any]:
    """What the form of a session takes, unchanged."""
    one = place.session
    return {
        "title": one.title, "topic": one.topic_id, "kind": one.kind, "modality": "in_person", "start": one.start,
        "end": one.end, "project": one.project_id, "number_of_sessions": 1, "place": "Elsewhere",
        "trainers": [place.trainer.pk],
    }  # fmt: skip


def _batch(place: Place, account: Any) -> dict[str, Any]:
    """What a device sends: one mark."""
    phone = Phone()
    return phone.request(account or place.trainer, phone.tap(place.participation, "late", timezone.now()))


def _report(place: Place, _account: Any) -> dict[str, Any]:
    return {"title": "Changed", "audience": "internal", "threshold": 5}


def _invited(role: RoleName) -> Sent:
    def sent(place: Place, _account: Any) -> dict[str, Any]:
        scopes = {"jurisdictions": [place.jurisdiction.pk], "projects": [place.project.pk]}
        return {"email": "new@example.org", "role": role.value, **scopes}

    return sent


SENT: dict[str, list[Ask]] = {
    # Under another title: the same again within minutes is refused.
    "session_new": [Ask("GET"), Ask("POST", "", lambda p, a: _session(p, a) | {"title": "New session"})],
    "session_edit": [Ask("GET"), Ask("POST", "", _session)],
    "session_copy": [Ask("GET"), Ask("POST", "", lambda p, a: {"start": "2026-06-01"})],
    "session_status": [
        Ask("GET", "to=delivered", lambda p, a: {"to": "delivered"}),
        Ask("GET", "to=reopen", lambda p, a: {"to": "reopen"}),
        Ask("POST", "to=delivered", lambda p, a: {"to": "delivered"}),
        Ask("POST", "to=closed", lambda p, a: {"to": "closed"}),
        Ask("POST", "to=reopen", lambda p, a: {"to": "reopen", "reason": "A list turned up"}),
    ],
    "test_start": [Ask("GET"), Ask("POST", "", lambda p, a: {"number": 1})],
    "attempt": [Ask("GET"), Ask("POST", "", lambda p, a: {"q1": "1", "was-1": "", "step": "hand-in"})],
    "attempt_answer": [
        Ask("GET"),
        Ask("POST", "", lambda p, a: {"position": 1, "q1": "1", "nonce": "00000000-0000-4000-8000-000000000001"}),
    ],
    "bank_new": [Ask("GET", "course", lambda p, a: {"course": p.course.slug, "kind": "single"}), Ask("POST")],
    "check": [Ask("GET"), Ask("POST", "", lambda p, a: {"c": "1"})],
    "session_sign_off": [
        Ask("GET"),
        # With a reason: a walk-in that nobody has decided on blocks.
        Ask(
            "POST",
            "",
            lambda p, a: {"seen": fingerprint(what_is_missing(p.session)), "reason": "The walk-in left again"},
        ),
    ],
    "roster_add": [Ask("GET"), Ask("POST", "", lambda p, a: {"person": p.waiting.pk})],
    "person_new": [
        Ask("GET"),
        Ask(
            "POST",
            "",
            lambda p, a: {
                "given_name": "Nova",
                "family_name": "Nova-Test",
                "sex": "F",
                "jurisdiction": p.jurisdiction.pk,
                "role": "trainee",
            },
        ),
    ],
    "participation": [
        Ask("GET"),
        Ask(
            "POST",
            "",
            lambda p, a: {"role": "observer", "sex": "M", "jurisdiction": p.jurisdiction.pk, "position": "Inspector"},
        ),
    ],
    "roster_import_preview": [Ask("GET"), Ask("POST", "apply", lambda p, a: {"step": "apply"})],
    "past_preview": [Ask("GET"), Ask("POST", "apply", lambda p, a: {"step": "apply"})],
    "extra_time": [Ask("GET"), Ask("POST", "", lambda p, a: {"percent": 25, "reason": "Decided by the academy."})],
    "bank_review": [Ask("GET"), Ask("POST", "apply", lambda p, a: {"step": "apply", "basis": _agreed(p)})],
    "manual_review": [Ask("GET"), Ask("POST", "apply", lambda p, a: {"step": "apply"})],
    "mark": [Ask("GET"), Ask("POST", "", lambda p, a: {"late": p.participation.pk})],
    "check_in": [Ask("GET"), Ask("POST", "code", lambda p, a: {"code": "ACDF34"})],
    "check_in_confirm": [Ask("GET"), Ask("POST", "", lambda p, a: {"whose": p.check_in.participation_id})],
    "check_in_numbers": [
        Ask("GET"),
        *[Ask("POST", step, lambda p, a, step=step: {"do": step}) for step in ("badges", "send", "anew")],
    ],
    "mark_looked": [Ask("GET"), Ask("POST", "", lambda p, a: {"event": p.day.events.last().pk})],
    "walk_in_decide": [
        Ask("GET"),
        Ask("POST", "person", lambda p, a: {"person": p.person.pk}),
        Ask("POST", "new", lambda p, a: {"jurisdiction": p.jurisdiction.pk}),
        Ask("POST", "remove", lambda p, a: {"remove": "on"}),
    ],
    "scores": [
        Ask("GET"),
        Ask(
            "POST",
            "",
            lambda p, a: {f"post-{p.participation.pk}": "70", "seen": json.dumps({p.participation.pk: ["", ""]})},
        ),
    ],
    "sheets_keep": [Ask("GET"), Ask("POST", "", lambda p, a: {"files": BytesIO(scan())})],
    "paper_count": [Ask("GET"), Ask("POST", "", lambda p, a: {"signatures": 9})],
    "sync": [Ask("GET"), Ask("POST", "", _batch, as_json=True)],
    "headcount_new": [
        Ask("GET"),
        Ask("POST", "", lambda p, a: {"scope": "published", "total": 9, "quote": "Nine people"}),
    ],
    "headcount_edit": [
        Ask("GET"),
        Ask("POST", "", lambda p, a: {"scope": "unnamed", "total": 9, "reason": "Names are not recorded"}),
    ],
    "headcount_check": [Ask("GET"), Ask("POST", "", lambda p, a: {"scope": "whole", "total": 9})],
    "statistics_table": [Ask("GET", "rows=project", lambda p, a: {"rows": "project"}), Ask("POST")],
    "records": [Ask("GET", "cell", lambda p, a: {"cell": "sex:F"}), Ask("POST")],
    "certificate_records": [Ask("GET", "cell", lambda p, a: {"cell": "sex:F"}), Ask("POST")],
    "records_of_learning": [Ask("GET", "cell", lambda p, a: {"cell": "sex:F"}), Ask("POST")],
    "records_of_sessions": [Ask("GET", "planned", lambda p, a: {"planned": 1}), Ask("GET"), Ask("POST")],
    "invite": [
        Ask("GET"),
        Ask("GET", "person", lambda p, a: {"person": p.waiting.pk}),
        *[Ask("POST", role.value, _invited(role)) for role in RoleName],
    ],
    "invitation_change": [Ask("GET"), Ask("POST", "", lambda p, a: {"do": "withdraw"})],
    "account_change": [Ask("GET"), Ask("POST", "", lambda p, a: {"do": "close"})],
    "account_erase": [Ask("GET"), Ask("POST", "", lambda p, a: {"sure": "on"})],
    "access_request": [Ask("GET"), Ask("POST", "", lambda p, a: {"do": "refuse"})],
    "target_new": [Ask("GET"), Ask("POST", "", _promise)],
    "target_edit": [Ask("GET"), Ask("POST", "", _promise)],
    "report_new": [Ask("GET"), Ask("POST", "", _report)],
    "report_edit": [Ask("GET"), Ask("POST", "", _report)],
    "report_add": [
        Ask("GET"),
        Ask("POST", "", lambda p, a: {"question_title": "By role", "question_address": "rows=role"}),
    ],
    "report_freeze": [Ask("GET"), Ask("POST", "", lambda p, a: {"note": "To whom it goes", "seen": 1})],
    **{
        name: [Ask("GET"), Ask("POST", "", lambda p, a: {"fingerprint": f"x:{p.session.key}:x", "reason": "Because"})]
        for name in ("contradiction_decide", "contradiction_withdraw")
    },
    "institution": [Ask("GET"), Ask("POST", "", lambda p, a: {"name": f"{p.word} new name", "sector": "public"})],
    "institution_merge": [
        Ask("GET", "into", lambda p, a: {"into": p.known_institution.pk}),
        Ask("POST", "into", lambda p, a: {"into": p.known_institution.pk, "change_kind": "on"}),
    ],
    "person_merge": [
        Ask("GET", "into", lambda p, a: {"into": p.twin.pk}),
        Ask("POST", "into", lambda p, a: {"into": p.twin.pk}),
    ],
    "person_erase": [Ask("GET"), Ask("POST", "", lambda p, a: {"sure": "on"})],
    "different_people": [Ask("GET"), Ask("POST", "", lambda p, a: {"into": p.twin.pk})],
}


def asks_of(address: Address) -> Iterable[Ask]:
    return SENT.get(address.name) or [Ask(method) for method in ASKED]


def arguments_of(address: Address, place: Place, account: Any) -> dict[str, Any]:
    """The arguments of this address for the records of a place. Raises LookupError if it lacks a line."""
    if not address.arguments:
        return {}
    if address.record:
        return {name: RECORDS[address.record].objects.first().pk for name in address.arguments}
    given = ARGUMENTS[address.name](place, account) if address.name in ARGUMENTS else {}
    known = {"key": place.session.key, "date": place.day.date} | given
    if missing := set(address.arguments) - known.keys():
        raise LookupError(f"{address.name} needs a line in ARGUMENTS (tests/access/asking.py) for {sorted(missing)}.")
    return {name: known[name] for name in address.arguments}
