"""Figures of courses: enrolled, started, completed, passed, time and score, by what is known of whoever took them.

The answer is a table of the register's statistics, so that page and files show it as they show any other.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from statistics import fmean, median
from typing import Any

from django.db.models import Max, Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from elearning.languages import LANGUAGES, own_name
from elearning.models import Course, Enrolment
from training import permissions
from training.choices import Outcome
from training.models import Account, Session
from training.statistics.dimensions import DIMENSIONS, Dimension, Members
from training.statistics.disclosure import withhold_resting
from training.statistics.table import Cell, Codes, Table

# What a row stands for, by its path from a participation. As at the time: the participation's snapshot.
BY: dict[str, Dimension] = {
    **{name: DIMENSIONS[name] for name in ("sex", "jurisdiction", "institution_type")},
    "language": Dimension(
        name="language",
        label=gettext_lazy("Language"),
        path="enrolment__language",
        of_session=False,
        members=lambda: [(code, code, own_name(code)) for code in LANGUAGES],
    ),
    "course": Dimension(
        name="course",
        label=gettext_lazy("Course"),
        path="enrolment__edition__course_id",
        of_session=False,
        members=lambda: [(row.pk, row.slug, str(row)) for row in Course.objects.all()],
    ),
}
SCORE = "mean_score"
MEASURES: dict[str, str | Promise] = {
    "enrolled": gettext_lazy("Enrolled"),
    "started": gettext_lazy("Started"),
    "completed": gettext_lazy("Completed"),
    "passed": gettext_lazy("Passed the test"),
    "median_minutes": gettext_lazy("Median time, minutes"),
    SCORE: gettext_lazy("Mean score"),
    "scored": gettext_lazy("With a score"),
}
# The people that a figure counts or is made of, beside everybody enrolled; `timed` are those of the median.
KINDS = ("started", "completed", "passed", "timed", "scored")


@dataclass(frozen=True)
class Taken:
    """One enrolment. kinds: names of `KINDS`; time: from the first module to completion; score: the best, per cent."""

    code: str
    kinds: frozenset[str]
    time: timedelta | None
    score: Decimal | None


@dataclass(frozen=True, kw_only=True)
class CourseFigures:
    """table: the figures as readers inside get them. resting_on: how many of each kind they are made of."""

    table: Table
    resting_on: tuple[Table, ...]

    def for_donors(self, threshold: int) -> Table:
        """Without the rows in which a figure rests on few people, or that would tell of such a row."""
        return withhold_resting(self.table, self.resting_on, threshold)


def course_figures(*, by: str, account: Account, course: Course | None = None) -> CourseFigures:
    """A row for each code there is, in the order of its list, and all together; of one course, or of all. Only of
    sessions whose figures the account may read; whoever withdrew is left out. Two queries, whatever the number of
    courses and people.
    """
    members = Members(BY[by])
    groups: dict[str, list[Taken]] = defaultdict(list)
    for taken in _read(by, members, account, course):
        groups[taken.code].append(taken)
    everybody = [one for found in groups.values() for one in found]
    codes = sorted(groups, key=members.position)
    table = Table(
        title=_("Online courses by %(rows)s") % {"rows": _small(str(BY[by].label))},
        by=(by,),
        measures=tuple(MEASURES),
        names={by: str(BY[by].label), **{name: str(label) for name, label in MEASURES.items()}},
        labels={by: {code: members.label(code) for code in codes}},
        cells=tuple(_cell((code,), groups[code]) for code in codes),
        totals={(): (_cell((), everybody),) if everybody else ()},
        better={},
        percents=(SCORE,),
        filters=((str(BY["course"].label), str(course)),) if course else (),
        notes=notes(),
        sessions={},
    )
    return CourseFigures(table=table, resting_on=_resting_on(table, groups, everybody))


def notes() -> tuple[tuple[str, str], ...]:
    """What has to be known beside the figures: code and text."""
    return (
        ("enrolled", _("People as they were when they enrolled. Whoever withdrew is left out.")),
        ("time", _("Time from the first module to completion, of those who completed. Score: the best of each.")),
    )


def definitions() -> tuple[tuple[str, str], ...]:
    """What the terms mean."""
    return (
        (_("Enrolled"), _("One for each person and edition of a course. In all other figures a participation.")),
        (_("Started"), _("Has opened a module.")),
        (_("Completed"), _("Has read every module and, where the course has a final test, passed it.")),
        (_("Passed the test"), _("Has reached the pass mark in at least one attempt at the final test.")),
        (
            _("Median time"),
            _(
                "In whole minutes, from opening the first module to completing the course, breaks included: half of"
                " those who completed took longer, half less."
            ),
        ),
        (
            _("Mean score"),
            _("Per cent, of the best attempt of each who has one that was marked; how many stands beside it."),
        ),
        (
            _("As at training"),
            _("Sex, jurisdiction and institution are those written down at enrolment, the language the one last read."),
        ),
    )


def _small(label: str) -> str:
    return label[:1].lower() + label[1:]


def _read(by: str, members: Members, account: Account, course: Course | None) -> Iterable[Taken]:
    path = f"participation__{BY[by].path}".replace("participation__enrolment__", "")
    readable = Session.objects.filter(permissions.figures_scope(account))
    enrolments = Enrolment.objects.filter(
        edition__course__is_catalogue_only=False, participation__session__in=readable, participation__withdrawn_at=None
    )
    if course:
        enrolments = enrolments.filter(edition__course=course)
    rows = enrolments.annotate(
        best=Max("attempts__score"), has_passed=Max("pk", filter=Q(attempts__passed=True))
    ).order_by()
    for row in rows.values(path, "started_at", "completed_at", "participation__outcome", "best", "has_passed"):
        yield _taken(members.code(row[path]), row)


def _taken(code: str, row: Mapping[str, Any]) -> Taken:
    completed = row["participation__outcome"] == Outcome.COMPLETED
    both = completed and row["started_at"] and row["completed_at"]
    time = row["completed_at"] - row["started_at"] if both else None
    said = {
        "started": row["started_at"],
        "completed": completed,
        "passed": row["has_passed"],
        "timed": both,
        "scored": row["best"] is not None,
    }
    return Taken(code=code, kinds=frozenset(name for name in KINDS if said[name]), time=time, score=row["best"])


def _cell(codes: Codes, taken: Sequence[Taken]) -> Cell:
    times = [one.time.total_seconds() for one in taken if one.time is not None]
    scores = [float(one.score) for one in taken if one.score is not None]
    values = {
        "enrolled": len(taken),
        **{kind: sum(kind in one.kinds for one in taken) for kind in KINDS if kind in MEASURES},
        "median_minutes": round(median(times) / 60) if times else None,
        SCORE: round(fmean(scores), 1) if scores else None,
    }
    return Cell(codes=codes, values={name: values[name] for name in MEASURES}, named=len(taken))


def _resting_on(table: Table, groups: Mapping[str, Sequence[Taken]], everybody: Sequence[Taken]) -> tuple[Table, ...]:
    """A table of everybody, and one of each kind under the filters that tell it: its own, and whatever else is true of
    all of this kind, which somebody outside may know.
    """

    def counted(kind: str) -> Table:
        them = [one.kinds for one in everybody if kind in one.kinds]
        filters = [(other, "yes") for other in KINDS if all(other in kinds for kinds in them)]
        numbers = {code: sum(kind in one.kinds for one in groups[code]) for code in groups}
        cells = tuple(Cell(codes=cell.codes, values={}, named=numbers[cell.codes[0]]) for cell in table.cells)
        whole = (Cell(codes=(), values={}, named=sum(numbers.values())),)
        return replace(table, filters=(*table.filters, *filters), cells=cells, totals={(): whole})

    kinds = [kind for kind in KINDS if any(kind in one.kinds for one in everybody)]
    return (table, *map(counted, kinds))
