"""What a list of sessions would do to the register. Reads only, writes nothing."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import Q
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from training.choices import Scope
from training.imports.layout import first_list
from training.imports.past.headings import Layout, find_layout, remapped
from training.imports.past.known import Known
from training.imports.past.rows import Entry, read_rows
from training.imports.past.template import SHEETS
from training.imports.refusal import Fault, RefusedError
from training.imports.workbook import Sheet
from training.models import Account, Headcount, Session
from training.names import match_key
from training.statistics.reconciliation import within
from training.statistics.stated import stated

MOST_ROWS = 500


@dataclass(frozen=True)
class Said:
    """A row whose figures cannot all be right. They are kept as they stand."""

    entry: Entry
    message: str


@dataclass
class Plan:
    """Everything an import would write, and everything that stands against it."""

    layout: Layout
    known: Known
    entries: list[Entry] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    basis: str = ""

    @property
    def refused(self) -> bool:
        return bool(self.faults)

    @cached_property
    def repeats(self) -> list[Entry]:
        return [entry for entry in self.entries if entry.is_repeat]

    @cached_property
    def new(self) -> list[Entry]:
        """The sessions to be made: readable, and no repeat."""
        return [entry for entry in self.entries if not entry.faulty and not entry.is_repeat]

    @cached_property
    def contradictions(self) -> list[Said]:
        """What the new rows' figures say against each other, in the words of statistics/reconciliation.py."""
        return [Said(entry, message) for entry in self.new for message in _against_itself(entry)]

    @property
    def participations(self) -> int:
        """The new sessions' totals, those that are known."""
        return sum(entry.total or 0 for entry in self.new)

    @property
    def women(self) -> int:
        """The women the new rows state for whole sessions."""
        return sum(entry.women or 0 for entry in self.new)

    @property
    def men(self) -> int:
        return sum(entry.men or 0 for entry in self.new)


def make_plan(*, by: Account, sheets: Sequence[Sheet], columns: Mapping[int, str] | None = None) -> Plan:
    """The plan of a file that `by` would import; `columns` are those a person has decided on (headings.remapped).

    Raises RefusedError where it holds no list of sessions. A constant number of queries.
    """
    known = Known(by)
    own = [sheet for sheet in sheets if sheet.name not in SHEETS] or sheets
    layout, notes = first_list(own, lambda sheet: find_layout(sheet, known.places), none_found=_say_no_list())
    layout = remapped(layout, columns or {})
    reading = read_rows(layout, known)
    if not reading.entries:
        text = _("There is no session below the headings of sheet “%(sheet)s”.")
        raise RefusedError(text % {"sheet": layout.sheet.name})
    if len(reading.entries) > MOST_ROWS:
        raise RefusedError(_("The list has more than %(rows)s rows. Split it.") % {"rows": MOST_ROWS})
    plan = Plan(layout, known, reading.entries, reading.faults, notes + reading.notes)
    _find_repeats(plan)
    plan.faults.sort(key=lambda fault: fault.row or 0)
    plan.basis = hashlib.sha256(repr([(e.row, e.known_as, e.faulty) for e in plan.entries]).encode()).hexdigest()[:32]
    return plan


def _say_no_list() -> str:
    return _(
        "No list of sessions was found. One of the first 30 rows must hold headings, such as Title, Topic, Project, "
        "Start, End, Place, Jurisdictions, Total, Women, Men, Women XK; a column of titles or topics is needed."
    )


def _find_repeats(plan: Plan) -> None:
    """Rows whose project, title and dates are those of a session, or of a row above."""
    readable = [entry for entry in plan.entries if not entry.faulty]
    sessions = _sessions_like(readable)
    above: dict[tuple[Any, ...], Entry] = {}
    for entry in readable:
        entry.known_as = sessions.get(entry.identity, "")
        first = above.setdefault(entry.identity, entry)
        if first is not entry and not entry.known_as:
            _repeat_or_refuse(plan, entry, first)
    _compare_totals(plan, [entry for entry in readable if entry.known_as])


def _sessions_like(entries: Sequence[Entry]) -> dict[tuple[Any, ...], str]:
    """Identity → key of the sessions that the entries may repeat. One query."""
    days = [entry.start for entry in entries if entry.start]
    near = Q(start__isnull=True)
    if days:
        near |= Q(start__range=(min(days), max(days)))
    projects = {entry.project.pk for entry in entries if entry.project}
    found = Session.objects.filter(near, project__in=projects).order_by("-pk")
    return {
        (project, match_key(title), start, end): key
        for project, title, start, end, key in found.values_list("project", "title", "start", "end", "key")
    }


def _compare_totals(plan: Plan, repeats: Sequence[Entry]) -> None:
    """A note for each row whose session has another headcount in the register. One query."""
    whole = Headcount.objects.filter(scope=Scope.WHOLE, session__key__in=[entry.known_as for entry in repeats])
    totals = dict(whole.values_list("session__key", "total"))
    text = _("Row %(row)s gives %(new)s people, the session in the register %(old)s. The register stays as it is.")
    for entry in repeats:
        old = totals.get(entry.known_as)
        if entry.total is not None and old is not None and entry.total != old:
            words = {"row": entry.row, "new": number_format(entry.total), "old": number_format(old)}
            plan.notes.append(text % words)


def _repeat_or_refuse(plan: Plan, entry: Entry, first: Entry) -> None:
    """The same row again is left out; another session of the same name needs something to be told by."""
    if entry.figures == first.figures and entry.place == first.place and entry.topic == first.topic:
        entry.repeat_of = first.row
        return
    heading = next((column.heading for column in plan.layout.columns if column.field == "title"), _("Title"))
    text = _(
        "Row %(row)s has the same project, title and dates and says something else. Give one of them another title, "
        "such as one with the place, or remove it."
    )
    message = text % {"row": first.row}
    plan.faults.append(
        Fault(sheet=plan.layout.sheet.name, row=entry.row, column=heading, value=entry.title, message=message)
    )
    entry.faulty = True


def _against_itself(entry: Entry) -> list[str]:
    if entry.total is None:
        return []
    said = [found.message for found in within(stated(entry.total, entry.breakdowns))]
    own = {place.code for place in entry.jurisdictions}
    foreign = {figure.code for figure, number in entry.figures.items() if number and figure.code and own} - own
    text = _("A headcount gives figures for %(jurisdiction)s, which is not among the session's jurisdictions.")
    return said + [text % {"jurisdiction": place} for code, place in entry.by_code.items() if code in foreign]
