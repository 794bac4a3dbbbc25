"""What the records say beside the figures of an answer: which sessions it rests on, which could not be placed."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Count, Exists, OuterRef, Q, Sum

from training.choices import Role, Scope
from training.models import Headcount, Participation, Project, Session
from training.models.sessions import SessionQuerySet
from training.prepared import Prepared
from training.statistics.fetching import Ids, fetched
from training.statistics.headcounts import SINGLE_VALUED
from training.statistics.question import Question
from training.statistics.scope import WHOLE_HEADCOUNTS, filter_values, not_placed, placed

DEMO = Prepared(lambda: Project.objects.filter(is_demo=True).order_by().values_list("pk"))
FEW = 500  # sessions that are asked for by their ids
ROSTER = Participation.objects.filter(session=OuterRef("pk")).order_by()
HEADCOUNTS = Headcount.objects.filter(scope__in=[Scope.WHOLE, Scope.UNNAMED]).order_by()


class _Unnamed(NamedTuple):
    """A session with nobody in the answer who is known by name. behind: whether the answer rests on it all the same.
    without_figures: whether nobody knows how many came. waiting: whether its roster waits beside a headcount.
    """

    pk: int
    number: int | None
    behind: bool
    without_figures: bool
    waiting: bool


@dataclass(frozen=True, kw_only=True)
class SessionsCount:
    """number: how many sessions the events stand for, where that is known. events: records. unknown: events whose
    number of sessions is not known. without_figures: events of which nobody knows how many came.
    """

    number: int
    events: int
    unknown: int
    without_figures: int


@dataclass(frozen=True, kw_only=True)
class Beside:
    """What the records say beside the figures, whatever they are broken down by. sessions: those behind the answer.
    not_placed: sessions that may lie in the period or not, of so many people. waiting: sessions whose roster waits
    beside a headcount. demonstration: whether people who do not exist are among them.
    """

    sessions: SessionsCount
    not_placed: int
    not_placed_people: int
    waiting: int
    demonstration: bool

    @classmethod
    def of(cls, question: Question, sessions: SessionQuerySet, named: frozenset[int]) -> "Beside":
        """Beside the answer to `question`, whose reader may know of `sessions`; `named` are the ids of those of them
        with somebody in it who is known by name.
        """
        missing, people = not_placed(sessions, question), 0
        count = missing.count() if question.has_period else 0
        if count:
            figures = HEADCOUNTS.filter(session__in=missing.values("pk"))
            people = figures.aggregate(total=Sum("total"))["total"] or 0
        projects = _added_up(sessions)
        unnamed = _unnamed(question, sessions, [pk for own in projects for pk in own.ids - named])
        demo = {pk for (pk,) in DEMO.rows()}
        return cls(
            sessions=_count(projects, unnamed),
            not_placed=count,
            not_placed_people=people,
            waiting=sum(one.waiting for one in unnamed),
            demonstration=any(own.project in demo and not own.ids.isdisjoint(named) for own in projects),
        )


def sessions_behind(
    question: Question, sessions: SessionQuerySet, named: frozenset[int], *columns: str
) -> list[tuple[Any, ...]]:
    """The columns of those of `sessions` with somebody in the answer who is known by name (`named`, their ids), and of
    those in which nobody counts and whose own facts fit its filters; in the order of `sessions`. Two queries.
    """
    rows = fetched(sessions.values_list("pk", *columns))
    unnamed = _unnamed(question, sessions, [pk for pk, *_own in rows if pk not in named])
    others = {one.pk for one in unnamed if one.behind}
    return [tuple(own) for pk, *own in rows if pk in named or pk in others]


class _OfProject(NamedTuple):
    """The sessions of a project: their ids, of how many of them the number of sessions is known, and its sum."""

    project: int | None
    ids: frozenset[int]
    known: int
    number: int


def _added_up(sessions: SessionQuerySet) -> list[_OfProject]:
    """By project, as rows of single sessions would take longer. One query."""
    figures = {"ids": Ids("pk"), "known": Count("number_of_sessions"), "number": Sum("number_of_sessions")}
    rows = fetched(sessions.order_by().values("project").annotate(**figures).values_list("project", *figures))
    return [
        _OfProject(project, frozenset(map(int, ids.split(","))), known, number or 0)
        for project, ids, known, number in rows
    ]


def _unnamed(question: Question, sessions: SessionQuerySet, ids: Collection[int]) -> list[_Unnamed]:
    """Those of `sessions` with these ids, as what they are beside the answer. One query, or none."""
    if not ids:
        return []
    asked = Session.objects.filter(pk__in=ids) if len(ids) <= FEW else sessions
    flags = {
        "behind": _fitting(question, sessions),
        "without_figures": _without_figures(),
        "waiting": _waiting(question, sessions),
    }
    own = set(ids)
    rows = fetched(asked.order_by().annotate(**flags).values_list("pk", "number_of_sessions", *flags))
    return [_Unnamed(*row) for row in rows if row[0] in own]


def _count(projects: Collection[_OfProject], unnamed: Collection[_Unnamed]) -> SessionsCount:
    """All sessions of the projects but those of the unnamed ones that are not behind the answer."""
    others = [one for one in unnamed if not one.behind]
    return SessionsCount(
        number=sum(own.number for own in projects) - sum(one.number or 0 for one in others),
        events=sum(len(own.ids) for own in projects) - len(others),
        unknown=sum(len(own.ids) - own.known for own in projects) - sum(one.number is None for one in others),
        without_figures=sum(one.behind and one.without_figures for one in unnamed),
    )


def _fitting(question: Question, sessions: SessionQuerySet) -> Q:
    """Those of `sessions` in which nobody counts and whose own facts fit the question's filters."""
    if question.first_time:
        return Q(pk__in=[])
    fitting, fits = ~Q(Exists(ROSTER.counted())), facts_fit(question)
    if fits or question.has_period:
        fitting &= Q(pk__in=placed(sessions, question).filter(fits).values("pk"))
    return fitting


def facts_fit(question: Question) -> Q:
    """Sessions whose own facts fit the filters on people."""
    fits = Q()
    for name, codes in question.people_filters.items():
        if name == "role" and Role.TRAINEE not in codes:
            return Q(pk__in=[])
        if name in SINGLE_VALUED:
            fits &= Q(**{f"{SINGLE_VALUED[name]}__in": filter_values(question, name)})
    return fits


def _without_figures() -> Q:
    """Sessions of which nobody knows how many came."""
    return ~Q(pk__in=HEADCOUNTS.values("session")) & ~Q(Exists(ROSTER))


def _waiting(question: Question, sessions: SessionQuerySet) -> Q:
    """Those of `sessions` in the question's period whose roster waits, since a headcount stands for all of them."""
    waiting = Q(pk__in=WHOLE_HEADCOUNTS) & Q(Exists(ROSTER))
    return waiting & Q(pk__in=placed(sessions, question).values("pk")) if question.has_period else waiting
