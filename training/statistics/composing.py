"""Questions in, one report out: their tables, what the terms mean, what contradicts them, their footnotes.

Page, files and frozen reports all come from here, so that they say the same.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from training.choices import Audience
from training.models import Session, Source
from training.statistics import about
from training.statistics.addresses import filters_in_words
from training.statistics.engine import Answer, ask
from training.statistics.footnotes import footnotes_for
from training.statistics.method import method_of
from training.statistics.question import Question
from training.statistics.reconciliation_notes import reconciliation_notes
from training.statistics.report import Remark, Report
from training.statistics.table import Table, table_of

# Contradictions of a stated figure with itself: they tell nothing of what only the register knows.
OF_THE_SOURCE_ALONE = frozenset({"cells", "breakdowns"})


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
    beside them. Raises ValidationError for a filter's code that does not exist.

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
        remarks=tuple(_remarks(sessions, audience)) if own else (),
        targets=about.targets(projects),
        activities=about.activities(projects),
        first_day=about.first_day(sessions) if own else None,
    )
    report = _for_audience(report)
    method = method_of(questions=own, tables=report.tables, audience=audience, threshold=threshold)
    return replace(report, method=method, footnotes=_footnotes(report, asked))


def _for_audience(report: Report) -> Report:
    """The report as its readers may have it."""
    if report.audience == Audience.INTERNAL:
        return report
    raise ValidationError(_("Reports for donors wait until small groups can be withheld."))


def _table(one: Asked, answer: Answer) -> Table:
    return table_of(
        answer, title=one.title, address=one.address, filters=filters_in_words(answer.question, answer.members)
    )


def _remarks(sessions: QuerySet[Session], audience: str) -> Iterator[Remark]:
    """The contradictions in these sessions and in the series these belong to. For donors only those that stand within
    what one public source states: the others would tell what the register alone knows.
    """
    parents = Q(pk__in=sessions.values("parent"))
    found = reconciliation_notes(Session.objects.filter(Q(pk__in=sessions.values("pk")) | parents))
    public = set(Source.objects.filter(is_public=True).values_list("key", flat=True)) if found else set()
    for one in found:
        if audience == Audience.INTERNAL or (one.kind in OF_THE_SOURCE_ALONE and one.source_key in public):
            yield Remark(
                session=one.session_title,
                message=one.message,
                stated=one.stated,
                found=one.found,
                quote=one.quote,
                source=one.source,
                decision=one.decision,
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
