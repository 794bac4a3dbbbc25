"""How far each target is: what a project promised against what the counting engine says, and what is still needed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q, Sum
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import ngettext

from training.choices import Measure, Scope, Sex
from training.models import Account, Target
from training.statistics.question import Question
from training.statistics.scope import not_placed, sessions_of
from training.statistics.shares import share
from training.statistics.standing import Counted, Promise, ShareOfWomen, Standing, share_of_women, standing_of

if TYPE_CHECKING:
    from training.statistics.engine import Answer

Counts = Mapping[str, Any]
SEXES = {Sex.WOMEN.value: "women", Sex.MEN.value: "men"}


@dataclass(frozen=True, kw_only=True)
class Progress:
    """One target and how far it is, as plain data. due: what pro rata should be reached by now.

    notes: what is not known and what could not be placed, in sentences.
    """

    target_id: int
    project_id: int
    project_key: str
    project_title: str
    promise: Promise
    counted: Counted
    due: int
    standing: Standing
    women: ShareOfWomen | None
    notes: tuple[str, ...]

    @property
    def measure_label(self) -> str:
        return str(Measure(self.promise.measure).label)

    @property
    def percent(self) -> float | None:
        """Reached of what was promised; at least that where the counted number is not the whole of it."""
        return None if self.counted.number is None else share(self.counted.number, self.promise.value)

    @property
    def needed(self) -> int | None:
        """Still needed; at most that where the counted number is not the whole of it. None: not known."""
        return None if self.counted.number is None else max(0, self.promise.value - self.counted.number)


def progress_of(targets: Iterable[Target], *, reader: Account | None, today: date | None = None) -> list[Progress]:
    """The progress of each target, in their order; each comes with its `project` selected.

    `reader` is whoever asks, None for whoever may know all figures. Targets of one period are asked for together: the
    number of queries grows with the periods, not with the targets or their projects.
    """
    wanted = list(targets)
    day = today or timezone.localdate()
    periods = {(target.start, target.end): set[str]() for target in wanted}
    for target in wanted:
        periods[(target.start, target.end)].add(target.project.key)
    asked = {period: _Asked(*period, sorted(keys), reader) for period, keys in periods.items()}
    return [_progress(target, asked[(target.start, target.end)], day) for target in wanted]


class _Asked:
    """What the engine says about some projects in one period."""

    def __init__(self, start: date, end: date, projects: Iterable[str], reader: Account | None) -> None:
        from training.statistics.engine import ask  # numpy is slow to import: only where there is a target

        filters = {"project": tuple(projects)}
        question = Question(by=("project", "sex"), filters=filters, start=start, end=end, reader=reader)
        self.figures = _by_project(ask(question))
        self.not_placed = _not_placed(question)


def _by_project(answer: "Answer") -> dict[str, dict[str, Any]]:
    """The figures of each project, and under `women` and `men` those of one sex alone."""
    found = {row["project"]: row for row in answer.figures[("project",)].records()}
    for row in answer.figures[answer.question.by].records():
        if row["sex"] in SEXES:
            found[row["project"]][SEXES[row["sex"]]] = row
    return found


def _not_placed(question: Question) -> dict[str, str]:
    """For each project, what to say of its sessions that may lie in the period or not. One query."""
    headcounts = Q(headcounts__scope__in=[Scope.WHOLE, Scope.UNNAMED])
    missing = not_placed(sessions_of(question), question).order_by().values("project__key")
    rows = missing.annotate(sessions=Count("pk", distinct=True), people=Sum("headcounts__total", filter=headcounts))
    return {row["project__key"]: _said_of_missing(row["sessions"], row["people"] or 0) for row in rows}


def _said_of_missing(sessions: int, people: int) -> str:
    text = ngettext(
        "%(count)s session without a date could not be placed in the period (headcounts: %(people)s).",
        "%(count)s sessions without a date could not be placed in the period (headcounts: %(people)s).",
        sessions,
    )
    return text % {"count": number_format(sessions), "people": number_format(people)}


def _progress(target: Target, asked: _Asked, today: date) -> Progress:
    figures = asked.figures.get(target.project.key, {})
    promise = Promise(
        measure=target.measure,
        value=target.value,
        start=target.start,
        end=target.end,
        women_share=target.women_share,
    )
    counted = counted_of(target.measure, figures)
    missing = asked.not_placed.get(target.project.key)
    return Progress(
        target_id=target.pk,
        project_id=target.project_id,
        project_key=target.project.key,
        project_title=target.project.title,
        promise=promise,
        counted=counted,
        due=promise.due(today),
        standing=standing_of(promise, counted, today),
        women=share_of_women(promise, counted, today),
        notes=(*_not_known(target.measure, figures), *([missing] if missing else [])),
    )


def counted_of(measure: str, figures: Counts) -> Counted:
    """What a project's figures say about a measure. Without any, nothing took place: a zero that is known."""
    if not figures:
        return Counted()
    number = at_most = figures[measure]
    women, men = (figures.get(sex, {}).get(measure) or 0 for sex in ("women", "men"))
    if measure == Measure.PEOPLE:
        at_most = (number or 0) + _without_name(figures)
    elif measure == Measure.PERSON_DAYS and _without_days(figures):
        at_most = None
    return Counted(number=number, at_most=at_most, women=women, men=men)


def _not_known(measure: str, figures: Counts) -> list[str]:
    """What keeps the measure from being known in full."""
    if measure == Measure.PEOPLE and (count := _without_name(figures)):
        text = ngettext(
            "%(count)s participation has no name behind it: whether that is one more person is not known.",
            "%(count)s participations have no names behind them: how many people they are is not known.",
            count,
        )
        return [text % {"count": number_format(count)}]
    if measure == Measure.PERSON_DAYS and (count := _without_days(figures)):
        text = ngettext(
            "The days of %(count)s participation are not known: it has no name behind it, or no register.",
            "The days of %(count)s participations are not known: they have no names behind them, or no register.",
            count,
        )
        return [text % {"count": number_format(count)}]
    return []


def _without_name(figures: Counts) -> int:
    return int(figures["participations"] - figures["backed"]) if figures else 0


def _without_days(figures: Counts) -> int:
    return int(_without_name(figures) + figures["without_register"]) if figures else 0
