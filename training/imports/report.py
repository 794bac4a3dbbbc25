"""What came of an import, for scripts (design §6) and for people. Neither names anybody."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from training.imports.layout import C, Layout
from training.imports.plan import Correction, Difference, Plan
from training.imports.refusal import Fault


def as_json(plan: Plan, *, applied: bool) -> dict[str, Any]:
    """The report of design §6. People and participations are what was written, or would be; none where refused.

    `differences` is there where rows differ from the records of the people they mean, `corrections` where they change
    what the roster says of people on it already.
    """
    written = not plan.refused
    report: dict[str, Any] = {
        "applied": applied,
        "rows": len(plan.entries),
        "people": {"new": len(plan.new) if written else 0, "known": len(plan.known) if written else 0},
        "participations": len(plan.joining) if written else 0,
        "repeats": [{"row": entry.row, "of": entry.repeat_of} for entry in plan.repeats],
        "near": [
            {"row": near.entry.row, "person": near.person.pk if near.person else None, "why": near.why}
            for near in plan.near
        ],
        "errors": [fault.as_json() for fault in plan.faults],
    }
    if plan.differences:
        report["differences"] = [
            {"row": each.entry.row, "person": each.person.pk, "field": each.field} for each in plan.differences
        ]
    if plan.corrections:
        report["corrections"] = [
            {"row": each.entry.row, "person": each.participation.person_id, "field": each.field}
            for each in plan.corrections
        ]
    return report


def as_json_of_refusal(message: str) -> dict[str, Any]:
    """The same report for a file that could not be read, or a session that takes no roster."""
    return {
        "applied": False,
        "rows": 0,
        "people": {"new": 0, "known": 0},
        "participations": 0,
        "repeats": [],
        "near": [],
        "errors": [Fault(message=message).as_json()],
    }


def as_text(plan: Plan, *, applied: bool) -> list[str]:
    """The same for a terminal, one thing a line."""
    lines = [_heading(plan, applied=applied), _counts(plan), *say_ignored(plan.layout), *plan.notes]
    lines += [
        _("Row %(row)s repeats row %(of)s.") % {"row": entry.row, "of": entry.repeat_of} for entry in plan.repeats
    ]
    lines += [_correction(each) for each in plan.corrections] + [_difference(each) for each in plan.differences]
    for near in plan.near:
        said = _(" Decided: %(decision)s.") % {"decision": near.decision} if near.decision else ""
        lines.append(_("Row %(row)s: %(why)s") % {"row": near.entry.row, "why": near.why} + said)
    return lines + [line_of(fault) for fault in plan.faults]


def line_of(fault: Fault) -> str:
    """One fault as a line: where, what stands there, what would be accepted."""
    if fault.row is None:
        return fault.message
    where = _("%(sheet)s, row %(row)s, %(column)s") % {"sheet": fault.sheet, "row": fault.row, "column": fault.column}
    value = f" “{fault.value}”" if fault.value else ""
    return f"{where}{value}: {fault.message}"


def why_refused(plan: Plan) -> str:
    """One sentence on why nothing was written."""
    if plan.faults:
        return count_faults(plan.faults)
    count = len(plan.undecided)
    text = ngettext(
        "%(count)s row comes near somebody without fitting. Decide with --near match or --near new. "
        "Nothing was written.",
        "%(count)s rows come near somebody without fitting. Decide with --near match or --near new. "
        "Nothing was written.",
        count,
    )
    return text % {"count": count}


def count_faults(faults: Sequence[Fault]) -> str:
    text = ngettext("%(count)s error. Nothing was written.", "%(count)s errors. Nothing was written.", len(faults))
    return text % {"count": len(faults)}


def say_ignored(layout: Layout[C]) -> list[str]:
    """A line on the columns not read, if there are any."""
    ignored = ", ".join(column.heading for column in layout.ignored)
    return [_("Columns not read: %(columns)s.") % {"columns": ignored}] if ignored else []


def _heading(plan: Plan, *, applied: bool) -> str:
    if applied:
        return _("Imported into “%(session)s”.") % {"session": plan.session.title}
    if plan.refused:
        return _("Refused. Nothing was written to “%(session)s”.") % {"session": plan.session.title}
    return _("Nothing stands in the way. Nothing was written to “%(session)s” yet.") % {"session": plan.session.title}


def _counts(plan: Plan) -> str:
    return _("%(rows)s rows: %(new)s new people, %(known)s known, %(joining)s to the roster, %(repeats)s repeats.") % {
        "rows": len(plan.entries),
        "new": len(plan.new),
        "known": len(plan.known),
        "joining": len(plan.joining),
        "repeats": len(plan.repeats),
    }


def _difference(each: Difference) -> str:
    text = (
        _("Row %(row)s differs from the record in: %(field)s. The record stays; this session keeps the row's.")
        if each.kept
        else _("Row %(row)s differs from the record in: %(field)s. The record stays and the roster stays as it is.")
    )
    return text % {"row": each.entry.row, "field": each.field}


def _correction(each: Correction) -> str:
    text = _("Row %(row)s corrects the roster, which has this person already, in: %(field)s.")
    return text % {"row": each.entry.row, "field": each.field}
