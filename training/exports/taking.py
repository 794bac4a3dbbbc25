"""Taking figures away: a question becomes a report, a report a file, and the trail knows who has it."""

import json
from dataclasses import dataclass

from django.db import transaction

from training.exports.files import KINDS, write_file
from training.models import Account, FrozenReport
from training.permissions import Action, require
from training.services import trail
from training.statistics.addresses import address_of, measures_in_words, title_of
from training.statistics.layout import Layout
from training.statistics.question import Question
from training.statistics.report import from_document

JSON = "application/json; charset=utf-8"


@dataclass(frozen=True, kw_only=True)
class Taken:
    """number: of the disclosure, the trail entry's; it stands in the file and in its name."""

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
def take_away(
    *, by: Account, question: Question, title: str, address: str, kind: str, audience: str, threshold: int
) -> Taken:
    """The answer as a file of that kind (a name of `KINDS`), and an entry in the trail; both or none.

    Raises PermissionDenied, or ValidationError where the question cannot be asked or does not fit such a file.
    """
    from training.statistics.composing import compose  # pandas is slow to import, and a frozen report needs none

    require(by, Action.VIEW_STATISTICS)
    detail = {"by": list(question.by), "format": kind, "for": audience}
    entry = trail.record(by=by, action="statistics downloaded", detail=detail)
    report = compose(
        questions=[(title, question, address)],
        title=title,
        audience=audience,
        threshold=threshold,
        author=str(by),
        number=str(entry.pk),
    )
    made = KINDS[kind]
    return Taken(
        data=write_file(report, kind),
        name=f"evidenca-{'-'.join(question.by) or 'all'}-{entry.pk}.{made.ending}",
        content_type=made.content_type,
        number=str(entry.pk),
    )


@transaction.atomic
def take_frozen(*, by: Account, frozen: FrozenReport, kind: str, table: int = 1) -> Taken:
    """A kept report as a file of that kind, or as `json` just what was kept, and an entry in the trail; both or none.
    `table` is the place of the one whose chart is drawn. Raises ValidationError where there is nothing to draw.
    """
    require(by, Action.READ_REPORTS)
    detail = {"number": frozen.label, "format": kind}
    trail.record(by=by, action="report downloaded", records={"frozenreport": [frozen.pk]}, detail=detail)
    name = f"evidenca-{frozen.label}"
    if kind == "json":
        kept = json.dumps(frozen.document, ensure_ascii=False, indent=2).encode()
        return Taken(data=kept, name=f"{name}.json", content_type=JSON, number=frozen.label)
    made = KINDS[kind]
    return Taken(
        data=write_file(from_document(frozen.document), kind, table=table - 1),
        name=f"{name}-{table}.{made.ending}" if made.of_one_table else f"{name}.{made.ending}",
        content_type=made.content_type,
        number=frozen.label,
    )
