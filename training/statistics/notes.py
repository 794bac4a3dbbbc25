"""What an answer says beside its figures: what they rest on, and what they leave out."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, Sum
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from training.choices import Role, Scope
from training.models import Headcount, Participation, Project
from training.models.sessions import SessionQuerySet
from training.prepared import Prepared
from training.statistics.dimensions import DIMENSIONS
from training.statistics.fetching import fetched
from training.statistics.headcounts import SINGLE_VALUED
from training.statistics.question import Question
from training.statistics.scope import (
    filter_values,
    not_placed,
    placed,
    with_whole_headcount,
)
from training.statistics.tables import Figures

DEMO = Prepared(lambda: Project.objects.filter(is_demo=True).order_by().values_list("pk"))
FEW = 500  # sessions that are asked for by their ids


@dataclass(frozen=True, kw_only=True)
class Note:
    """A sentence for people; `code` and `count` for programs. What is counted depends on the code."""

    code: str
    text: str
    count: int | None = None


def sessions_behind(
    question: Question, sessions: SessionQuerySet, named: Collection[int], *columns: str
) -> list[tuple[Any, ...]]:
    """The columns of those of `sessions` with somebody in the answer who is known by name (`named`, their ids), and of
    those in which nobody counts and whose own facts fit its filters; in the order of `sessions`. Behind them stands
    whether nobody knows how many came. Two queries.
    """
    rows = fetched(sessions.values_list("pk", *columns))
    rest = [pk for pk, *_own in rows if pk not in named]
    asked = sessions.filter(pk__in=rest) if len(rest) <= FEW else sessions
    fitting = asked.filter(_fitting(question, sessions)).order_by().annotate(without_figures=_without_figures())
    without_figures = dict(fetched(fitting.values_list("pk", "without_figures")))
    return [(*own, bool(without_figures.get(pk))) for pk, *own in rows if pk in named or pk in without_figures]


def _fitting(question: Question, sessions: SessionQuerySet) -> Q:
    """Those of `sessions` in which nobody counts and whose own facts fit the question's filters."""
    if question.first_time:
        return Q(pk__in=[])
    counted = Participation.objects.counted().filter(session=OuterRef("pk")).order_by()
    fitting, fits = ~Q(Exists(counted)), facts_fit(question)
    if fits or question.has_period:
        fitting &= Q(pk__in=placed(sessions, question).filter(fits).values("pk"))
    return fitting


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
    def of(cls, question: Question, sessions: SessionQuerySet, named: Collection[int]) -> "Beside":
        missing, people = not_placed(sessions, question), 0
        count = missing.count() if question.has_period else 0
        if count:
            figures = Headcount.objects.filter(session__in=missing.values("pk"), scope__in=[Scope.WHOLE, Scope.UNNAMED])
            people = figures.aggregate(total=Sum("total"))["total"] or 0
        rosters = Participation.objects.filter(session=OuterRef("pk")).order_by()
        behind = sessions_behind(question, sessions.order_by(), named, "number_of_sessions", "pk", "project")
        numbers = [number for number, *_rest in behind]
        demo = {pk for (pk,) in DEMO.rows()}
        return cls(
            sessions=SessionsCount(
                number=sum(filter(None, numbers)),
                events=len(behind),
                unknown=numbers.count(None),
                without_figures=sum(without for *_columns, without in behind),
            ),
            not_placed=count,
            not_placed_people=people,
            waiting=with_whole_headcount(placed(sessions, question)).filter(Exists(rosters)).count(),
            demonstration=any(project in demo and pk in named for _number, pk, project, _without in behind),
        )


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
    headcounts = Headcount.objects.filter(scope__in=[Scope.WHOLE, Scope.UNNAMED]).order_by()
    rosters = Participation.objects.filter(session=OuterRef("pk")).order_by()
    return ~Q(pk__in=headcounts.values("session")) & ~Q(Exists(rosters))


def notes_for(*, question: Question, beside: Beside, cells: Figures, whole: Figures, not_told: int) -> tuple[Note, ...]:
    """Every note an answer needs, the weightiest first. `whole` is the margin of everything: one row or none."""
    notes = [
        *_about_people(question, whole),
        *_about_rows(question, cells),
        *_about_what_is_left_out(beside, not_told),
        *_about_rosters(beside, whole),
        *_about_demonstration(beside),
    ]
    return tuple(notes)


def _counting(code: str, text: str, count: int, **besides: int) -> Note:
    """A note about so many, its numbers written as tables write them."""
    written = {name: number_format(number) for name, number in {"count": count, **besides}.items()}
    return Note(code=code, text=text % written, count=count)


def _about_people(question: Question, whole: Figures) -> list[Note]:
    notes = []
    total, named = whole.sum("participations"), whole.sum("backed")
    if "people" in question.measures and question.by and named:
        text = _("Unique people do not add up: whoever stands in several rows is one person in the total.")
        notes.append(Note(code="people_do_not_add_up", text=text))
    if named < total:
        text = _(
            "%(named)s of %(total)s participations are backed by names. For the others unique people and person-days"
            " are not known."
        )
        notes.append(_counting("not_named", text, total - named, named=named, total=total))
    return notes


def _about_rows(question: Question, cells: Figures) -> list[Note]:
    notes = []
    if question.has_multiple:
        names = ", ".join(str(DIMENSIONS[name].label) for name in question.by if DIMENSIONS[name].multiple)
        text = _(
            "A project may have several of these: %(names)s. Its participations stand under each, so rows do not sum."
        )
        notes.append(Note(code="rows_do_not_sum", text=text % {"names": names}))
    elif count := cells.unknown():
        text = _("%(count)s participations were reported without a full breakdown by these dimensions.")
        notes.append(_counting("not_broken_down", text, count))
    return notes


def _about_what_is_left_out(beside: Beside, not_told: int) -> list[Note]:
    notes = []
    if not_told:
        text = _("%(count)s participations are left out: headcounts do not say whether the filters on people fit them.")
        notes.append(_counting("filter_not_told", text, not_told))
    count = beside.not_placed
    if count:
        text = ngettext(
            "%(count)s session without a date could not be placed in the period (headcounts: %(people)s).",
            "%(count)s sessions without a date could not be placed in the period (headcounts: %(people)s).",
            count,
        )
        notes.append(_counting("not_placed", text, count, people=beside.not_placed_people))
    return notes


def _about_rosters(beside: Beside, whole: Figures) -> list[Note]:
    notes = []
    without_register = whole.sum("without_register")
    if without_register:
        text = _(
            "No register was kept for %(count)s participations: everyone on the roster counts, days are not known."
        )
        notes.append(_counting("no_register", text, without_register))
    waiting = beside.waiting
    if waiting:
        text = ngettext(
            "In %(count)s session a headcount counts; its roster waits until a person confirms that it replaces it.",
            "In %(count)s sessions a headcount counts; rosters wait until a person confirms that they replace it.",
            waiting,
        )
        notes.append(_counting("roster_beside_headcount", text, waiting))
    return notes


def _about_demonstration(beside: Beside) -> list[Note]:
    if not beside.demonstration:
        return []
    return [Note(code="demonstration", text=_("Demonstration data about people who do not exist are among them."))]
