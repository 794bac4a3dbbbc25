"""Two records of people side by side: what each says, where both were, and what speaks against their being one."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from training.choices import Mark
from training.models import Account, Attendance, DifferentPeople, Participation, Person, Session
from training.permissions import Action, require
from training.services import trail
from training.services.person_merging import reasons_against


@dataclass(frozen=True)
class Together:
    """A day on which both were there: in one session, or each in one of their own."""

    date: date
    sessions: Sequence[Session]

    @property
    def is_one_session(self) -> bool:
        return len(self.sessions) == 1


@dataclass(frozen=True)
class Comparison:
    """`keep` stays and `away` goes, each with `participation_list`. `against` are reasons that refuse a merge."""

    keep: Person
    away: Person
    together: Sequence[Together]
    against: Sequence[str]
    told_apart: DifferentPeople | None


def compare(*, keep: Person, away: Person, by: Account) -> Comparison:
    """Everything there is to look at before two records become one: a disclosure, so it goes into the trail.

    A constant number of queries, however many sessions they were in.
    """
    require(by, Action.MERGE_PEOPLE)
    people = (keep, away)
    rows = Participation.objects.filter(person__in=people).select_related("session").order_by("session__end", "pk")
    listed: dict[int, list[Participation]] = defaultdict(list)
    for row in rows:
        listed[row.person_id].append(row)
    for person in people:
        person.participation_list = listed[person.pk]  # type: ignore[attr-defined]
    trail.record(by=by, action="people compared", records={"person": [person.pk for person in people]})
    told_apart = DifferentPeople.objects.of(keep, away).select_related("by").first()
    return Comparison(keep, away, _together(keep, away), reasons_against(keep=keep, away=away), told_apart)


def met(pairs: Collection[tuple[int, int]]) -> set[tuple[int, int]]:
    """Those of these pairs of people of whom both were there on one day of one session. One query."""
    days: dict[int, set[int]] = defaultdict(set)
    people = {pk for pair in pairs for pk in pair}
    there = Attendance.objects.filter(participation__person__in=people, mark__in=Mark.there())
    for person, day in there.values_list("participation__person", "day"):
        days[person].add(day)
    return {(first, second) for first, second in pairs if days[first] & days[second]}


def _together(keep: Person, away: Person) -> list[Together]:
    """The days both were there, one session first: nobody is in two places, or twice in one."""
    there = Attendance.objects.filter(participation__person__in=[keep, away], mark__in=Mark.there())
    there = there.select_related("day__session", "participation").order_by("day__date", "pk")
    by_date: dict[date, dict[int, list[Session]]] = defaultdict(lambda: defaultdict(list))
    for mark in there:
        by_date[mark.day.date][mark.participation.person_id].append(mark.day.session)
    found = [
        Together(day, sessions)
        for day, where in by_date.items()
        if len(where) == len({keep.pk, away.pk})
        for sessions in _places(where.values())
    ]
    return sorted(found, key=lambda one: (not one.is_one_session, one.date))


def _places(where: Iterable[Sequence[Session]]) -> list[list[Session]]:
    """Each session that both were in; where there is none, one of each."""
    ones, others = where
    shared = [[session] for session in ones if session in others]
    return shared or [[ones[0], others[0]]]
