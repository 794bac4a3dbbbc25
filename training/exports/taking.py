"""Taking figures away: a question becomes a report, a report a file, and the trail knows who has it."""

import json
from dataclasses import dataclass

from django.db import transaction

from training.exports.files import JSON, KINDS, write_file
from training.models import Account, FrozenReport
from training.permissions import Action, require
from training.services import trail
from training.statistics.addresses import address_of, measures_in_words, title_of
from training.statistics.layout import Layout
from training.statistics.question import Question
from training.statistics.report import Report, from_document


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A question and who will read its answer. layout: how it is laid out; threshold: the smallest group that readers
    outside are shown.
    """

    question: Question
    layout: Layout
    audience: str
    threshold: int

    @property
    def title(self) -> str:
        return title_of(self.question, self.layout) if self.question.by else measures_in_words(self.question)


@dataclass(frozen=True, kw_only=True)
class Taken:
    """report: what the file shows; its number stands in the file and in its name."""

    report: Report
    data: bytes
    name: str
    content_type: str


def laid_out_as_usual(question: Question) -> Layout:
    """For a question that did not come from an address: dimensions down, the last one across."""
    return Layout(rows=question.by[:-1] or question.by, column=question.by[-1] if len(question.by) > 1 else "")


def answer(wanted: Wanted, *, by: Account, number: str) -> Report:
    """The answer as its readers may have it. Raises ValidationError where the question cannot be asked."""
    from training.statistics.composing import compose  # pandas is slow to import, and a frozen report needs none

    return compose(
        questions=[(wanted.title, wanted.question, address_of(wanted.question, wanted.layout))],
        title=wanted.title,
        audience=wanted.audience,
        threshold=wanted.threshold,
        author=str(by),
        number=number,
    )


@transaction.atomic
def take_answer(wanted: Wanted, *, by: Account, kind: str) -> Report:
    """The answer and an entry in the trail, whose number it bears; both or none. kind: how it will be shown.

    Raises PermissionDenied, or ValidationError where the question cannot be asked.
    """
    require(by, Action.VIEW_STATISTICS)
    detail = {"by": list(wanted.question.by), "format": kind, "for": wanted.audience}
    entry = trail.record(by=by, action="statistics downloaded" if kind in KINDS else "statistics asked", detail=detail)
    return answer(wanted, by=by, number=str(entry.pk))


@transaction.atomic
def take_away(wanted: Wanted, *, by: Account, kind: str) -> Taken:
    """The same as a file of that kind, a name of `KINDS`. Raises ValidationError too where it fits no such file."""
    report, made = take_answer(wanted, by=by, kind=kind), KINDS[kind]
    return Taken(
        report=report,
        data=write_file(report, kind),
        name=f"evidenca-{'-'.join(wanted.question.by) or 'all'}-{report.number}.{made.ending}",
        content_type=made.content_type,
    )


@transaction.atomic
def take_frozen(*, by: Account, frozen: FrozenReport, kind: str, table: int = 1) -> Taken:
    """A kept report as a file of that kind, or as `json` just what was kept, and an entry in the trail; both or none.
    `table` is the place of the one whose chart is drawn. Raises ValidationError where there is nothing to draw.
    """
    require(by, Action.READ_REPORTS)
    detail = {"number": frozen.label, "format": kind}
    trail.record(by=by, action="report downloaded", records={"frozenreport": [frozen.pk]}, detail=detail)
    name, report = f"evidenca-{frozen.label}", from_document(frozen.document)
    if kind == "json":
        kept = json.dumps(frozen.document, ensure_ascii=False, indent=2).encode()
        return Taken(report=report, data=kept, name=f"{name}.json", content_type=JSON)
    made = KINDS[kind]
    return Taken(
        report=report,
        data=write_file(report, kind, table=table - 1),
        name=f"{name}-{table}.{made.ending}" if made.of_one_table else f"{name}.{made.ending}",
        content_type=made.content_type,
    )
