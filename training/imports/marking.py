"""The marks of a list: written in bulk with their history, so that they can be taken back as one."""

import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from training.choices import Way
from training.imports.plan import Plan
from training.models import Account, Attendance, Participation, RosterImport, Session
from training.permissions import Action, require
from training.services.marks import Change, Entry, write
from training.services.opening import open_session_if_planned

NAMESPACE = uuid.UUID("6d1c1a52-52a4-4f65-9d27-0e6f3f5f2b11")


def batch_of(record: RosterImport) -> uuid.UUID:
    """The batch of every mark this import set."""
    return uuid.uuid5(NAMESPACE, str(record.pk))


def undo_batch_of(record: RosterImport) -> uuid.UUID:
    """The batch that takes them back."""
    return uuid.uuid5(NAMESPACE, f"{record.pk} taken back")


def mark(plan: Plan, made: Mapping[int, Participation], record: RosterImport, by: Account) -> list[dict[str, Any]]:
    """Write the plan's marks. `made` are the participations made just now, by person.

    Returns what changed on those known before, as `RosterImport.marks` keeps it. Opens a planned session.
    """
    if not any(entry.marks for entry in plan.people):
        return []
    require(by, Action.MARK_ATTENDANCE, plan.session)
    standing = _standing(plan.session)
    changes = [change for change in _wanted(plan, made, standing) if change.before != change.after]
    if changes:
        open_session_if_planned(plan.session, by)
        write(changes, Entry(by=by, way=Way.IMPORT, batch=batch_of(record)))
    known = {participation.pk for participation in plan.roster.values()}
    return [
        {"participation": change.participation, "day": change.day, "mark": change.before}
        for change in changes
        if change.participation in known
    ]


def _standing(session: Session) -> dict[tuple[int, int], str]:
    marks = Attendance.objects.filter(participation__session=session)
    return {(who, day): mark for who, day, mark in marks.values_list("participation", "day", "mark")}


def _wanted(plan: Plan, made: Mapping[int, Participation], standing: Mapping[tuple[int, int], str]) -> Iterator[Change]:
    for entry in plan.people:
        if entry.person is None:
            continue
        participation = made.get(entry.person.pk) or plan.roster[entry.person.pk]
        if participation.withdrawn_at is not None:
            continue
        for day, mark in entry.marks.items():
            yield Change(participation.pk, day, standing.get((participation.pk, day), ""), mark)
