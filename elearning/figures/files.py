"""The figures of courses as a file: the same kinds as the statistics' own, with a number that stands in the trail."""

from dataclasses import replace

from django.db import transaction
from django.utils import timezone

from elearning.figures.counting import course_figures, definitions
from elearning.models import Course
from training.choices import Audience
from training.exports.files import KINDS, TIDY, write_file
from training.exports.taking import Taken
from training.models import Account
from training.permissions import Action, require
from training.services import trail
from training.statistics.footnotes import footnotes_for
from training.statistics.report import Report
from training.statistics.table import Table

# Not IATI: its results are those of trainings.
FORMATS = tuple(kind for kind in KINDS if kind != "iati")


def table_for(*, by: str, course: Course | None, account: Account, audience: str, threshold: int) -> Table:
    """The figures as their readers may have them. Raises ValidationError for too many of them for donors."""
    found = course_figures(by=by, account=account, course=course)
    return found.for_donors(threshold) if audience == Audience.DONOR else found.table


def footnotes_of(table: Table, course: Course | None) -> list[str]:
    """In the wording of the course's project; none where nothing needs one."""
    labels = [label for own in table.labels.values() for label in own.values()]
    said = [words for _label, words in table.filters]
    projects = [course.project.key] if course and course.project else []
    return footnotes_for([*labels, *said], projects)


@transaction.atomic
def take_course_figures(
    *, by: str, course: Course | None, account: Account, kind: str, audience: str, threshold: int
) -> Taken:
    """The table in a file of that kind and an entry in the trail; both or none. For donors small cells are withheld.

    Raises PermissionDenied, and ValidationError where there are too many figures for donors or none to draw.
    """
    require(account, Action.VIEW_STATISTICS)
    detail = {"by": [by], "format": kind, "for": audience}
    records = {"course": [course.pk]} if course else {}
    entry = trail.record(by=account, action="course figures downloaded", records=records, detail=detail)
    table = table_for(by=by, course=course, account=account, audience=audience, threshold=threshold)
    report = Report(
        title=table.title,
        tables=(_with_definitions(table) if kind in TIDY else table,),
        as_of=timezone.now(),
        author=str(account),
        audience=audience,
        threshold=threshold,
        method=definitions(),
        footnotes=tuple(footnotes_of(table, course)),
        number=str(entry.pk),
    )
    made = KINDS[kind]
    name = f"evidenca-courses-{by}-{report.number}.{made.ending}"
    return Taken(report=report, data=write_file(report, kind), name=name, content_type=made.content_type)


def _with_definitions(table: Table) -> Table:
    """What files for programs have no other place for."""
    said = (("definition", f"{term}: {meaning}") for term, meaning in definitions())
    return replace(table, notes=(*table.notes, *said))
