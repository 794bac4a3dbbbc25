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
class Taken:
    """report: what the file shows. number: of the disclosure, the trail entry's, or of the kept report; it stands in
    the file and in its name.
    """

    report: Report
    data: bytes
    name: str
    content_type: str
    number: str


def asked(question: Question) -> tuple[str, Question, str]:
    """A question that did not come from an address: its title in words, itself, and the address it has."""
    layout = Layout(rows=question.by[:-1] or question.by, column=question.by[-1] if len(question.by) > 1 else "")
    title = title_of(question, layout) if question.by else measures_in_words(question)
    return title, question, address_of(question, layout)


@transaction.atomic
def take_answer(
    *, by: Account, question: Question, title: str, address: str, kind: str, audience: str, threshold: int
) -> Report:
    """The answer as its readers may have it, and an entry in the trail, whose number it bears; both or none. kind: how
    it will be shown.

    Raises PermissionDenied, or ValidationError where the question cannot be asked.
    """
    require(by, Action.VIEW_STATISTICS)
    detail = {"by": list(question.by), "format": kind, "for": audience}
    entry = trail.record(by=by, action="statistics downloaded" if kind in KINDS else "statistics asked", detail=detail)
    return answer(
        by,
        question=question,
        title=title,
        address=address,
        audience=audience,
        threshold=threshold,
        number=str(entry.pk),
    )


def answer(
    by: Account, *, question: Question, title: str, address: str, audience: str, threshold: int, number: str
) -> Report:
    """A report of this one question."""
    from training.statistics.composing import compose  # pandas is slow to import, and a frozen report needs none

    return compose(
        questions=[(title, question, address)],
        title=title,
        audience=audience,
        threshold=threshold,
        author=str(by),
        number=number,
    )


@transaction.atomic
def take_away(
    *, by: Account, question: Question, title: str, address: str, kind: str, audience: str, threshold: int
) -> Taken:
    """The answer as a file of that kind (a name of `KINDS`), and an entry in the trail; both or none.

    Raises PermissionDenied, or ValidationError where the question cannot be asked or does not fit such a file.
    """
    report = take_answer(
        by=by, question=question, title=title, address=address, kind=kind, audience=audience, threshold=threshold
    )
    made = KINDS[kind]
    return Taken(
        report=report,
        data=write_file(report, kind),
        name=f"evidenca-{'-'.join(question.by) or 'all'}-{report.number}.{made.ending}",
        content_type=made.content_type,
        number=report.number,
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
        return Taken(report=report, data=kept, name=f"{name}.json", content_type=JSON, number=frozen.label)
    made = KINDS[kind]
    return Taken(
        report=report,
        data=write_file(report, kind, table=table - 1),
        name=f"{name}-{table}.{made.ending}" if made.of_one_table else f"{name}.{made.ending}",
        content_type=made.content_type,
        number=frozen.label,
    )
