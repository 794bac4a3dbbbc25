"""What came of a list of past sessions, for scripts and for people."""

from typing import Any

from django.utils.translation import gettext as _

from training.imports.past.plan import Plan
from training.imports.past.rows import Entry
from training.imports.refusal import Fault
from training.imports.report import line_of, say_ignored


def as_json(plan: Plan, *, applied: bool) -> dict[str, Any]:
    """Sessions and participations are what was written, or would be; none where refused.

    A repeat names the row above it repeats (`of`), or the session that is in the register already (`session`).
    """
    written = [] if plan.refused else plan.new
    return {
        "applied": applied,
        "rows": len(plan.entries),
        "sessions": len(written),
        "participations": plan.participations if written else 0,
        "repeats": [
            {"row": entry.row, "of": entry.repeat_of, "session": entry.known_as or None} for entry in plan.repeats
        ],
        "contradictions": [{"row": each.entry.row, "message": each.message} for each in plan.contradictions],
        "notes": plan.notes,
        "errors": [fault.as_json() for fault in plan.faults],
    }


def as_json_of_refusal(message: str) -> dict[str, Any]:
    """The same report for a file that could not be read, or an account that may not bring it in."""
    counts: dict[str, Any] = dict.fromkeys(("rows", "sessions", "participations"), 0)
    lists: dict[str, Any] = {name: [] for name in ("repeats", "contradictions", "notes")}
    return {"applied": False, **counts, **lists, "errors": [Fault(message=message).as_json()]}


def as_text(plan: Plan, *, applied: bool) -> list[str]:
    """The same for a terminal, one thing a line."""
    lines = [_heading(plan, applied=applied), _counts(plan), *say_ignored(plan.layout), *plan.notes]
    lines += [say_repeat(entry) for entry in plan.repeats]
    lines += [
        _("Row %(row)s, kept as it stands: %(what)s") % {"row": each.entry.row, "what": each.message}
        for each in plan.contradictions
    ]
    return lines + [line_of(fault) for fault in plan.faults]


def say_repeat(entry: Entry) -> str:
    if entry.known_as:
        text = _("Row %(row)s is in the register already, as %(key)s, and is left alone.")
        return text % {"row": entry.row, "key": entry.known_as}
    return _("Row %(row)s repeats row %(of)s.") % {"row": entry.row, "of": entry.repeat_of}


def _heading(plan: Plan, *, applied: bool) -> str:
    if plan.refused:
        return _("Refused. Nothing was written.")
    if not plan.new:
        return _("Nothing is new: every session of the list is in the register already.")
    return _("Imported.") if applied else _("Nothing stands in the way. Nothing was written yet.")


def _counts(plan: Plan) -> str:
    return _("%(rows)s rows: %(new)s new sessions, %(repeats)s repeats, %(against)s contradictions kept.") % {
        "rows": len(plan.entries),
        "new": len(plan.new),
        "repeats": len(plan.repeats),
        "against": len(plan.contradictions),
    }
