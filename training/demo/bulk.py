"""Demo records by the hundred thousand, for benchmarks. Written in bulk, yet as consistent as if taken by the services.

They come in units of a thousand participations. A unit has its own seed, so the same unit is the same everywhere, and
growing from 100 to 1,000 adds units 101 to 1,000. Each holds 340 people, each in three sessions on average; every
fifth session kept no register. Marks are written for the others, so that outcomes and days follow from them, but no
history of each mark and no trail for each row: nobody took these marks.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from math import ceil
from operator import attrgetter
from random import Random
from typing import Any

from django.db.models import Model

from training.choices import Mark, Modality, Outcome, Role, SessionStatus, Way
from training.demo.people import DERIVED, Workplaces, invent
from training.demo.rows import Row, field, insert, moment, reserve
from training.models import Attendance, Participation, Person, Project, Session, SessionDay, Topic
from training.models.sessions import DEFAULT_ATTENDANCE_SHARE

KEY = "demo-scaled-"
UNIT = 1000
PEOPLE = 340
ON_A_ROSTER = 25
FIRST_DAY = date(2021, 1, 4)
FIRST_NUMBER = 100_000  # addresses of these people count from here, well above those of the people in detail
YEARS = 5
LENGTHS, LENGTH_WEIGHTS = (1, 2, 3, 5), (55, 25, 15, 5)
MODALITIES = (Modality.IN_PERSON.value, Modality.IN_PERSON.value, Modality.ONLINE.value, Modality.HYBRID.value)
MARKS = (Mark.PRESENT.value, Mark.LATE.value, Mark.EXCUSED.value, Mark.ABSENT.value)
MARK_WEIGHTS = (84, 6, 4, 6)
THERE = frozenset(Mark.there())
WITHOUT_REGISTER = 5  # every fifth session
WITHDRAWN = 0.015
WITHDRAWN_AT = datetime(2026, 1, 5, 12, tzinfo=UTC)
WRITTEN_AT = datetime(2026, 1, 6, 12, tzinfo=UTC)
NOON = time(12)
PERSON = (
    "given_name", "family_name", *DERIVED, "sex", "jurisdiction", "institution", "position", "email", "is_demo",
    "created_at", "updated_at",
)  # fmt: skip
PARTICIPATION = (
    "id", "session", "person", "role", "jurisdiction", "institution", "position", "sex",
    "outcome", "days_attended", "withdrawn_at", "created_at", "updated_at",
)  # fmt: skip
ATTENDANCE = ("participation", "day", "mark", "way", "at")
BATCH = 5000


@dataclass(frozen=True)
class Ground:
    """What every unit stands on."""

    projects: Sequence[Project]
    topics: Sequence[Topic]
    workplaces: Workplaces


@dataclass(frozen=True)
class Roster:
    """One session before it is saved: its length, its people, and their marks, day by day (none: no register)."""

    session: Session
    people: Sequence[Person]
    withdrawn: Sequence[bool]
    marks: Sequence[Sequence[str]]


def write_units(ground: Ground, units: Iterable[int]) -> int:
    """Write these units and say how many participations they hold. Call it inside a transaction."""
    rosters: list[Roster] = []
    for unit in units:
        random = Random(f"2026:{unit}")  # noqa: S311 (fictional people, no secrets)
        people = invent(random, ground.workplaces, PEOPLE, start=FIRST_NUMBER + unit * PEOPLE)
        for person in people:
            person.created_at = person.updated_at = moment(WRITTEN_AT)
        _save(Person, PERSON, people)
        rosters.extend(_rosters(random, ground, unit, people))
    sessions = [roster.session for roster in rosters]
    signed_off = [session for session in sessions if session.status == SessionStatus.CLOSED]
    for session in signed_off:
        session.status = SessionStatus.DELIVERED  # what is signed off takes no roster any more
    Session.objects.bulk_create(sessions, batch_size=BATCH)
    _place(rosters)
    days = [SessionDay(session_id=roster.session.pk, date=day) for roster in rosters for day in _dates(roster.session)]
    _save(SessionDay, ("session", "date"), days)
    count = sum(len(roster.people) for roster in rosters)
    ids = reserve(Participation, count)
    insert(Participation, PARTICIPATION, _participations(rosters, ids))
    insert(Attendance, ATTENDANCE, _marks(rosters, days, ids))
    Session.objects.filter(pk__in=[session.pk for session in signed_off]).update(status=SessionStatus.CLOSED)
    return count


def _save(model: type[Model], fields: Sequence[str], records: Sequence[Any]) -> None:
    """As bulk_create, with `fields` alone written."""
    for record, number in zip(records, reserve(model, len(records)), strict=True):
        record.pk = number
    names = [field(model, name).attname for name in ("id", *fields)]
    insert(model, ("id", *fields), map(attrgetter(*names), records))


def _rosters(random: Random, ground: Ground, unit: int, people: Sequence[Person]) -> Iterator[Roster]:
    places = len(ground.workplaces)
    for number in range(UNIT // ON_A_ROSTER):
        session = _session(random, ground, key=f"{unit}-{number + 1}")
        length = len(list(_dates(session)))
        chosen = random.sample(people[number % places :: places], ON_A_ROSTER)  # one jurisdiction's: see invent()
        withdrawn = [random.random() < WITHDRAWN for _person in chosen]
        kept = number % WITHOUT_REGISTER != 0
        marks = [random.choices(MARKS, MARK_WEIGHTS, k=length) if kept else [] for _person in chosen]
        yield Roster(session, chosen, withdrawn, marks)


def _session(random: Random, ground: Ground, *, key: str) -> Session:
    start = FIRST_DAY + timedelta(days=random.randrange(YEARS * 365))
    topic = random.choice(ground.topics)
    return Session(
        key=f"{KEY}{key}",
        title=f"Demonstration: {topic.name} {key}",
        topic=topic,
        project=random.choice(ground.projects),
        modality=random.choice(MODALITIES),
        status=random.choice(SessionStatus.over()),
        start=start,
        end=start + timedelta(days=random.choices(LENGTHS, LENGTH_WEIGHTS)[0] - 1),
    )


def _dates(session: Session) -> Iterator[date]:
    if session.start is None or session.end is None:
        return
    for number in range((session.end - session.start).days + 1):
        yield session.start + timedelta(days=number)


def _place(rosters: Sequence[Roster]) -> None:
    """Each session is for the jurisdiction of its people."""
    through = Session.jurisdictions.through
    links = [
        through(session_id=roster.session.pk, jurisdiction_id=roster.people[0].jurisdiction_id) for roster in rosters
    ]
    through.objects.bulk_create(links, batch_size=BATCH)


def _participations(rosters: Sequence[Roster], ids: Iterable[int]) -> Iterator[Row]:
    following, written, withdrawn_at = iter(ids), moment(WRITTEN_AT), moment(WITHDRAWN_AT)
    for roster in rosters:
        session = roster.session.pk
        needed = ceil(len(list(_dates(roster.session))) * DEFAULT_ATTENDANCE_SHARE / 100)
        role = Role.TRAINER.value  # the first of each roster
        for person, withdrawn, marks in zip(roster.people, roster.withdrawn, roster.marks, strict=True):
            there = sum(mark in THERE for mark in marks) if marks else None
            outcome = Outcome.WITHDRAWN.value if withdrawn else _outcome(there, needed)
            work = (person.jurisdiction_id, person.institution_id, person.position, person.sex)
            end = (outcome, there, withdrawn_at if withdrawn else None, written, written)
            yield next(following), session, person.pk, role, *work, *end
            role = Role.TRAINEE.value


def _outcome(there: int | None, needed: int) -> str:
    """The rule of services/outcomes.py for a session that is over; `there` is None where no register was kept."""
    if there is None:
        return Outcome.ATTENDED.value
    if there >= needed:
        return Outcome.COMPLETED.value
    return Outcome.ATTENDED.value if there else Outcome.ABSENT.value


def _marks(rosters: Sequence[Roster], days: Sequence[SessionDay], ids: Iterable[int]) -> Iterator[Row]:
    """The marks of all rosters; `days` and the participations' `ids` stand in the rosters' order."""
    following, day = iter(ids), iter(days)
    for roster in rosters:
        own = [next(day) for _date in _dates(roster.session)]
        held = [(one.pk, moment(datetime.combine(one.date, NOON, tzinfo=UTC))) for one in own]
        for marks in roster.marks:
            participation = next(following)
            for (day_id, at), mark in zip(held, marks, strict=False):  # no marks where no register was kept
                yield participation, day_id, mark, Way.PAPER.value, at
