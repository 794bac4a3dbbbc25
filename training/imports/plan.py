"""What a file would do to a session: read, matched and decided as far as it can be. Reads only, writes nothing."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from django.utils.translation import gettext as _

from training.choices import Modality, Sex
from training.imports import correcting, matching
from training.imports.headings import Layout, find_layout, remapped
from training.imports.layout import first_list
from training.imports.matching import MATCH, Near, People, Rows
from training.imports.places import Places
from training.imports.refusal import Fault, RefusedError
from training.imports.rows import Entry, read_rows
from training.imports.workbook import Sheet
from training.models import Participation, Person, Session, SessionDay


@dataclass(frozen=True, kw_only=True)
class Choices:
    """What a person has decided: on near matches, for all or by row; on columns, by index (headings.remapped).

    `basis` is that of the plan they looked at (Plan.basis), where they did.
    """

    near: str = ""
    by_row: Mapping[int, str] = field(default_factory=dict)
    columns: Mapping[int, str] = field(default_factory=dict)
    basis: str = ""


@dataclass(frozen=True)
class Difference:
    """A row that says otherwise than the record of the person it means; `kept` if the roster takes the row's."""

    entry: Entry
    person: Person
    field: str
    kept: bool

    @property
    def field_label(self) -> str:
        return str(getattr(Person._meta.get_field(self.field), "verbose_name", self.field))


@dataclass(frozen=True)
class Correction:
    """A row that changes what the roster says of somebody on it already."""

    entry: Entry
    participation: Participation
    field: str

    @property
    def field_label(self) -> str:
        return str(getattr(Participation._meta.get_field(self.field), "verbose_name", self.field))


@dataclass
class Plan:
    """Everything an import would write, and everything that stands against it."""

    session: Session
    layout: Layout
    places: Places
    days: list[SessionDay]
    entries: list[Entry] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    near: list[Near] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    corrections: list[Correction] = field(default_factory=list)
    roster: dict[int, Participation] = field(default_factory=dict)  # by the person's primary key
    basis: str = ""

    @property
    def undecided(self) -> list[Near]:
        return [near for near in self.near if not near.decision]

    @property
    def refused(self) -> bool:
        return bool(self.faults or self.undecided)

    @cached_property
    def repeats(self) -> list[Entry]:
        return [entry for entry in self.entries if entry.repeat_of is not None]

    @cached_property
    def people(self) -> list[Entry]:
        """One entry for each person who would be on the roster: readable, no repeat, not waiting for a decision."""
        waiting = {near.entry.row for near in self.undecided}
        return [e for e in self.entries if not e.faulty and e.repeat_of is None and e.row not in waiting]

    @cached_property
    def new(self) -> list[Entry]:
        return [entry for entry in self.people if entry.person is None]

    @cached_property
    def known(self) -> list[Entry]:
        return [entry for entry in self.people if entry.person is not None]

    @cached_property
    def joining(self) -> list[Entry]:
        """Those not on the session's roster yet."""
        return [e for e in self.people if e.person is None or e.person.pk not in self.roster]

    @property
    def on_roster(self) -> list[tuple[Entry, Participation]]:
        """Those on it already, each with their participation."""
        return [(e, self.roster[e.person.pk]) for e in self.known if e.person and e.person.pk in self.roster]


def make_plan(session: Session, sheets: Sequence[Sheet], choices: Choices | None = None) -> Plan:
    """The plan of a file for a session. Raises RefusedError where none holds a list. A constant number of queries."""
    choices = choices or Choices()
    layout, notes = first_list(sheets, find_layout, none_found=_say_no_list())
    layout = remapped(layout, choices.columns)
    days = [] if session.modality == Modality.SELF_PACED else list(session.days.all())
    places = Places(session)
    reading = read_rows(layout, days, places.codes)
    if not reading.entries and not reading.faults:
        raise RefusedError(_("There is nobody below the headings of sheet “%(sheet)s”.") % {"sheet": layout.sheet.name})
    plan = Plan(session, layout, places, days, reading.entries, reading.faults, notes + reading.notes)
    on_roster = Participation.objects.filter(session=session)
    plan.roster = {participation.person_id: participation for participation in on_roster}
    _settle(plan, choices)
    _compare(plan)
    _refuse_scores_of_a_course(plan)
    plan.faults.sort(key=lambda fault: fault.row or 0)
    return plan


def _refuse_scores_of_a_course(plan: Plan) -> None:
    """A self-paced session takes its scores from its course."""
    columns = [column for column in plan.layout.columns if column.field in correcting.SCORES]
    if plan.session.modality != Modality.SELF_PACED or not columns:
        return
    message = _("A self-paced session takes its scores from the test of its course. Leave this column out.")
    sheet, row = plan.layout.sheet.name, plan.layout.row
    plan.faults += [Fault(sheet=sheet, row=row, column=one.heading, message=message) for one in columns]


def _say_no_list() -> str:
    return _(
        "No list was found. One of the first 30 rows must hold headings, such as First name, Last name, Sex, "
        "Jurisdiction, Institution, Position, E-mail, Day 1; a column of names is needed."
    )


def _settle(plan: Plan, choices: Choices) -> None:
    """Say of every readable entry where and who it is."""
    entries = [entry for entry in plan.entries if not entry.faulty]
    people = People()
    plan.places.load(entries)
    people.load(entries)
    for entry in entries:
        _settle_place(plan, entry, people)
    entries = [entry for entry in entries if not entry.faulty]
    nears = {entry.row: near for entry in entries if (near := matching.know_by_name(entry, people))}
    unknown = [entry for entry in entries if entry.person is None and entry.row not in nears]
    people.load_sounds(unknown)
    nears |= {entry.row: near for entry in unknown if (near := matching.near_by_sound(entry, people))}
    plan.basis = _basis(entries, nears)
    rows = Rows()
    for entry in entries:
        _settle_row(plan, entry, nears.get(entry.row), rows, choices)


def _settle_place(plan: Plan, entry: Entry, people: People) -> None:
    """Jurisdiction: the row's own, its institution's, that of the person whose address it gives, the session's only."""
    plan.places.settle_by_own_words(entry)
    plan.places.settle_institution(entry)
    matching.know_by_address(entry, people)
    if entry.jurisdiction is None and entry.person is not None:
        entry.jurisdiction = entry.person.jurisdiction
    problem = plan.places.settle_by_session(entry)
    if problem:
        column = next((c.heading for c in plan.layout.columns if c.field == "jurisdiction"), _("Jurisdiction"))
        plan.faults.append(Fault(sheet=plan.layout.sheet.name, row=entry.row, column=column, message=problem))
        entry.faulty = True
    if entry.institution is None:
        plan.places.settle_institution(entry)


def _settle_row(plan: Plan, entry: Entry, near: Near | None, rows: Rows, choices: Choices) -> None:
    """Repeat, near match, known or new: in the order of the list, for each row looks at those above."""
    above = rows.repeated_by(entry)
    if above is not None:
        _repeat(plan, entry, above)
        return
    near = near or rows.near(entry)
    if near is not None:
        decision = matching.decided(near, choices.by_row, choices.near)
        near = Near(entry=entry, why=near.why, person=near.person, other_row=near.other_row, decision=decision)
        plan.near.append(near)
        above = _decide(plan, near, rows)
        if above is not None:
            _repeat(plan, entry, above)
            return
    rows.add(entry)


def _decide(plan: Plan, near: Near, rows: Rows) -> Entry | None:
    """Carry out what was decided; the row above, where that makes this one its repeat."""
    entry = near.entry
    if near.decision == MATCH:
        if near.other_row is not None:
            return next(other for other in plan.entries if other.row == near.other_row)
        entry.person = near.person
        return rows.of_person(near.person) if near.person else None
    if entry.person is not None and rows.of_person(entry.person):
        entry.person = None
    return None


def _repeat(plan: Plan, entry: Entry, above: Entry) -> None:
    entry.repeat_of = above.row
    if entry.marks != above.marks:
        plan.notes.append(
            _("Row %(row)s repeats row %(of)s with other marks: those of row %(of)s count.")
            % {"row": entry.row, "of": above.row}
        )


def _compare(plan: Plan) -> None:
    """List where rows differ from records and roster, and who stays withdrawn."""
    for entry, there in plan.on_roster:
        plan.corrections += [Correction(entry, there, name) for name in correcting.corrected(entry, there)]
    for entry in plan.known:
        person = entry.person
        if person is None:
            continue
        participation = plan.roster.get(person.pk)
        for name in differing(entry, person):
            plan.differences.append(Difference(entry, person, name, _kept(entry, participation, name)))
        if participation is not None and participation.withdrawn_at is not None:
            plan.notes.append(
                _("Row %(row)s: this person was withdrawn from the session and stays so; the row is left out.")
                % {"row": entry.row}
            )


def _kept(entry: Entry, participation: Participation | None, name: str) -> bool:
    """Whether the roster says what the row says once it is imported. It holds no addresses."""
    if participation is None or name == "email":
        return name != "email"
    return participation.withdrawn_at is None and name in correcting.given(entry)


def differing(entry: Entry, person: Person) -> list[str]:
    """The fields in which both the row and the record say something, and not the same."""
    institution = entry.institution
    pairs = {
        "sex": (entry.sex != Sex.NOT_RECORDED and person.sex != Sex.NOT_RECORDED, entry.sex, person.sex),
        "jurisdiction": (True, entry.jurisdiction and entry.jurisdiction.pk, person.jurisdiction_id),
        "institution": (institution and person.institution_id, institution and institution.pk, person.institution_id),
        "position": (entry.position and person.position, entry.position, person.position),
        "email": (entry.email and person.email, entry.email, person.email),
    }
    return [name for name, (both, row, record) in pairs.items() if both and row != record]


def _basis(entries: Sequence[Entry], nears: Mapping[int, Near]) -> str:
    """A digest of who was found for each row before anybody decided: it changes when the register has since."""
    found = [(e.row, e.person.pk if e.person else None) for e in entries]
    close = [(row, near.person.pk if near.person else None) for row, near in nears.items()]
    return hashlib.sha256(repr((found, close)).encode()).hexdigest()[:32]
