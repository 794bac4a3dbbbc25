"""Questions in, one report out: their tables, what the terms mean, what contradicts them, their footnotes.

Page, files and frozen reports all come from here, so that they say the same.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from django.utils import timezone

from training.statistics import about
from training.statistics.addresses import filters_in_words
from training.statistics.disclosure import withhold
from training.statistics.engine import Answer, ask
from training.statistics.footnotes import footnotes_for
from training.statistics.method import method_of
from training.statistics.question import Question
from training.statistics.reconciliation_notes import remarks_about
from training.statistics.report import Report
from training.statistics.table import Table, table_of


class Asked(NamedTuple):
    """One question of a report: what stands above its table, the question, and its query string."""

    title: str
    question: Question
    address: str = ""


def compose(
    *,
    questions: Sequence[tuple[str, Question, str]],
    title: str,
    audience: str,
    threshold: int,
    author: str,
    introduction: str = "",
    number: str = "",
) -> Report:
    """Answer the questions as of now. For donors small cells are withheld, in the tables and in all that is said
    beside them. Raises ValidationError for a filter's code that does not exist, or for too many figures for donors.

    The number of queries grows with the questions, never with the records.
    """
    asked = [Asked(*one) for one in questions]
    own = [one.question for one in asked]
    as_of = timezone.now()
    tables = tuple(_table(one, ask(one.question)) for one in asked)
    sessions = about.sessions_asked_about(own)
    projects = about.projects_of(sessions) if own else []
    report = Report(
        title=title,
        introduction=introduction,
        tables=tables,
        as_of=as_of,
        author=author,
        audience=audience,
        threshold=threshold,
        number=number,
        remarks=remarks_about(sessions, audience) if own else (),
        targets=about.targets(projects),
        activities=about.activities(projects),
        first_day=about.first_day(sessions) if own else None,
    )
    report = withhold(report)
    method = method_of(questions=own, tables=report.tables, audience=audience, threshold=threshold)
    return replace(report, method=method, footnotes=_footnotes(report, asked))


def _table(one: Asked, answer: Answer) -> Table:
    return table_of(
        answer, title=one.title, address=one.address, filters=filters_in_words(answer.question, answer.members)
    )


def _footnotes(report: Report, asked: Sequence[Asked]) -> tuple[str, ...]:
    """Each question's footnotes in the wording of its projects and funders, once each."""
    beside = [report.title, report.introduction, *(activity.title for activity in report.activities)]
    beside += [text for remark in report.remarks for text in (remark.session, remark.message, remark.quote)]
    found: dict[str, None] = {}
    for one, table in zip(asked, report.tables, strict=True):
        labels = [label for own in table.labels.values() for label in own.values()]
        said = [value for _name, value in table.filters]
        filters = one.question.filters
        for text in footnotes_for(
            [one.title, *labels, *said, *beside], filters.get("project", ()), filters.get("funder", ())
        ):
            found[text] = None
    return tuple(found)
