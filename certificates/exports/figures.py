"""A table of certificates as a file: the same kinds as the statistics' own, with a number that stands in the trail."""

from dataclasses import replace

from django.db import transaction
from django.utils import timezone

from certificates.statistics.asking import CertificateQuestion
from certificates.statistics.counting import Reading, notes_of
from certificates.statistics.overview import method
from training.exports.files import KINDS, write_file
from training.exports.taking import Taken
from training.models import Account
from training.permissions import Action, require
from training.services import trail
from training.statistics.disclosure import withhold
from training.statistics.footnotes import footnotes_for
from training.statistics.report import Report
from training.statistics.table import Table

# Not IATI: its results are those of trainings.
FORMATS = tuple(kind for kind in KINDS if kind != "iati")


def footnotes_of(asked: CertificateQuestion, tables: list[Table]) -> list[str]:
    """In the wording of the projects asked about; none where nothing needs one."""
    labels = [label for table in tables for own in table.labels.values() for label in own.values()]
    said = [words for _label, words in asked.filters]
    filters = asked.question.filters
    return footnotes_for([*labels, *said], filters.get("project", ()), filters.get("funder", ()))


@transaction.atomic
def take_figures(asked: CertificateQuestion, *, by: Account, kind: str, audience: str, threshold: int) -> Taken:
    """The table in a file of that kind and an entry in the trail; both or none. For donors small cells are withheld.

    Raises PermissionDenied, and ValidationError where there are too many figures for donors or none to draw.
    """
    require(by, Action.VIEW_STATISTICS)
    detail = {"by": list(asked.by), "format": kind, "for": audience}
    entry = trail.record(by=by, action="certificate figures downloaded", detail=detail)
    table = replace(Reading(asked, asked.by).table(asked), notes=notes_of(asked))
    report = withhold(
        Report(
            title=asked.title,
            tables=(table,),
            as_of=timezone.now(),
            author=str(by),
            audience=audience,
            threshold=threshold,
            method=method(),
            footnotes=tuple(footnotes_of(asked, [table])),
            number=str(entry.pk),
        )
    )
    made = KINDS[kind]
    name = f"evidenca-certificates-{'-'.join(asked.by)}-{report.number}.{made.ending}"
    return Taken(report=report, data=write_file(report, kind), name=name, content_type=made.content_type)
