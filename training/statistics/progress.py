"""Who got how far: the people of a training, a project or a series, and what became of each in each of its sessions.

Trainees only, and only those whose participation the account may see by name. Jurisdiction and institution are those of
the last of these sessions a person is in, as they were then. A constant number of queries, however many people.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Count, F, Q, QuerySet

from training.choices import Outcome, Role, SessionKind, SessionStatus
from training.models import Account, Institution, Jurisdiction, Participation, Person, Project, Session, Training
from training.models.participations import ParticipationQuerySet

Name = tuple[int, str, str]
Names = QuerySet[Person, Name]
LONGEST_ID = 18  # digits; the databases hold no longer numbers


@dataclass(frozen=True)
class Subject:
    """What a progress list is about: a series, a project or a training, and the sessions that are its items."""

    kind: str
    key: str
    pk: int
    title: str
    items: tuple[Session, ...]

    @property
    def model(self) -> str:
        """The name of the model it is a record of, as the trail has it."""
        return "session" if self.kind == "series" else self.kind

    @property
    def projects(self) -> list[str]:
        """The keys of the items' projects, whose wording the footnotes take."""
        return sorted({item.project.key for item in self.items if item.project})

    def last(self, most: int) -> "Subject":
        """The same with its last sessions only."""
        return replace(self, items=self.items[-most:])


@dataclass(frozen=True)
class Line:
    """One person; `states` has an outcome for each item, empty where they are not on its roster."""

    person: int
    family: str
    given: str
    jurisdiction: str
    institution: str
    states: tuple[str, ...]

    @property
    def completed(self) -> int:
        return self.states.count(Outcome.COMPLETED.value)


@dataclass(frozen=True)
class Hidden:
    """How many people the list leaves out altogether, and how many participations, theirs among them."""

    people: int
    participations: int


@dataclass
class _Person:
    """One person while the participations are being read; `last` is the item the snapshot is from."""

    states: list[str]
    last: int = -1
    jurisdiction: int = 0
    institution: int | None = None


@dataclass(frozen=True)
class Tally:
    """How many of the people shown are in an item, and how many of them stand at each outcome."""

    people: int = 0
    outcomes: Mapping[str, int] = field(default_factory=dict)

    @property
    def completed(self) -> int:
        return self.outcomes.get(Outcome.COMPLETED.value, 0)


def find_subject(kind: str, key: str, account: Account) -> Subject:
    """The subject of that key with the sessions the account may open: held or to come, none that restates others.

    Raises ObjectDoesNotExist where there is none, or none of its sessions is the account's business.
    """
    subject, found = _named(kind, key, account)
    items = Session.objects.visible_to(account).without_parents().filter(found).select_related("project")
    items = items.exclude(status=SessionStatus.CANCELLED).order_by(F("start").asc(nulls_last=True), "pk")
    if not items and kind != "series":
        raise ObjectDoesNotExist
    return Subject(kind, key, subject.pk, str(subject), tuple(items))


def _named(kind: str, key: str, account: Account) -> tuple[Session | Project | Training, Q]:
    """The record, and the condition on its sessions."""
    if kind == "series":
        series = Session.objects.visible_to(account).get(kind=SessionKind.SERIES, key=key)
        return series, Q(parent=series.pk)
    if kind == "project":
        project = Project.objects.get(key=key)
        return project, Q(project=project.pk)
    if kind == "training" and key.isascii() and key.isdecimal() and len(key) <= LONGEST_ID:
        training = Training.objects.get(pk=int(key))
        return training, Q(training=training.pk)
    raise ObjectDoesNotExist


def trainees_of(subject: Subject) -> ParticipationQuerySet:
    """Every trainee's participation in the items, visible or not."""
    return Participation.objects.filter(session__in=[item.pk for item in subject.items], role=Role.TRAINEE)


def people_of(subject: Subject, account: Account) -> Names:
    """The people of the list: key, last and first name, in the order of a printed list whatever the script."""
    shown = trainees_of(subject).visible_to(account)
    people = Person.objects.filter(pk__in=shown.values("person")).order_by("search_key", "pk")
    return people.values_list("pk", "family_name", "given_name")


def hidden_from(account: Account, subject: Subject) -> Hidden:
    """What of the items' rosters the account may not see by name. Two queries."""
    counts = {"people": Count("person", distinct=True), "participations": Count("pk")}
    everyone = trainees_of(subject).aggregate(**counts)
    shown = trainees_of(subject).visible_to(account).aggregate(**counts)
    return Hidden(**{name: everyone[name] - shown[name] for name in counts})


def read_lines(subject: Subject, account: Account, people: Sequence[Name] | None = None) -> list[Line]:
    """A line for each of `people`, some of `people_of`; for everybody where none are given."""
    shown = trainees_of(subject).visible_to(account)
    if people is not None:
        shown = shown.filter(person__in=[pk for pk, _family, _given in people])
    found = _read(subject, shown)
    homes = {person.institution for person in found.values() if person.institution}
    institutions = dict(Institution.objects.filter(pk__in=homes).values_list("pk", "name"))
    places = dict(Jurisdiction.objects.values_list("pk", "name"))
    listed = list(people_of(subject, account)) if people is None else people
    return [
        Line(
            pk,
            family,
            given,
            places[found[pk].jurisdiction],
            institutions.get(found[pk].institution or 0, ""),
            tuple(found[pk].states),
        )
        for pk, family, given in listed
        if pk in found
    ]


def _read(subject: Subject, shown: QuerySet[Participation]) -> dict[int, _Person]:
    places = {item.pk: index for index, item in enumerate(subject.items)}
    found: dict[int, _Person] = {}
    rows = shown.order_by().values_list("person_id", "session_id", "outcome", "jurisdiction_id", "institution_id")
    for person, session, outcome, jurisdiction, institution in rows:
        index = places[session]
        line = found.setdefault(person, _Person([""] * len(places)))
        line.states[index] = outcome
        if index > line.last:
            line.last, line.jurisdiction, line.institution = index, jurisdiction, institution
    return found


def tally(subject: Subject, account: Account) -> list[Tally]:
    """For each item the people shown, by outcome. One query."""
    outcomes: dict[int, Counter[str]] = {item.pk: Counter() for item in subject.items}
    shown = trainees_of(subject).visible_to(account).order_by()
    for session, outcome, number in shown.values_list("session", "outcome").annotate(number=Count("pk")):
        outcomes[session][outcome] = number
    return [Tally(found.total(), found) for found in outcomes.values()]
