"""Questions that a saved report holds: read again, answered again, and what no longer fits the register."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.http import QueryDict

from training.models import Account, SavedReport
from training.statistics import addresses
from training.statistics.dimensions import Lists
from training.statistics.report import Report
from training.statistics.table import Table


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A question of a report. asked: what its address asks; None where it can no longer be asked, and why."""

    title: str
    address: str
    asked: addresses.Asked | None = None
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class Answered:
    """A report, and its questions in their order: each with its table, or with None where it cannot be asked."""

    report: Report
    tables: tuple[tuple[Kept, Table | None], ...]

    @property
    def misfits(self) -> tuple[Kept, ...]:
        return tuple(kept for kept, table in self.tables if table is None)


def read_questions(questions: Iterable[Mapping[str, str]], *, reader: Account) -> list[Kept]:
    """`{"title": …, "address": …}` as questions of this reader, each that cannot be asked with its reason."""
    lists = Lists()
    return [_read(one["title"], one["address"], reader, lists) for one in questions]


def _read(title: str, address: str, reader: Account, lists: Lists) -> Kept:
    try:
        asked = addresses.read(QueryDict(address), reader=reader, lists=lists)
    except ValidationError as refusal:
        return Kept(title=title, address=address, why=" ".join(refusal.messages))
    return Kept(title=title, address=address, asked=asked)


def answer_again(saved: SavedReport, *, reader: Account) -> Answered:
    """The saved report with the figures of this moment. Raises ValidationError where it cannot be composed at all."""
    return _answer(
        read_questions(saved.questions, reader=reader),
        title=saved.title,
        introduction=saved.introduction,
        audience=saved.audience,
        threshold=saved.threshold,
        author=str(reader),
    )


def ask_again(kept: Report, *, reader: Account) -> Answered:
    """The questions of a kept report with the figures of this moment, for the same audience."""
    questions = [{"title": table.title, "address": table.address} for table in kept.tables]
    return _answer(
        read_questions(questions, reader=reader),
        title=kept.title,
        introduction=kept.introduction,
        audience=kept.audience,
        threshold=kept.threshold,
        author=str(reader),
    )


def _answer(kept: list[Kept], *, title: str, introduction: str, audience: str, threshold: int, author: str) -> Answered:
    from training.statistics.composing import compose  # brings pandas, which pages that show no figures do without

    report = compose(
        questions=[(one.title, one.asked.question, one.address) for one in kept if one.asked],
        title=title,
        introduction=introduction,
        audience=audience,
        threshold=threshold,
        author=author,
    )
    tables = iter(report.tables)
    return Answered(report=report, tables=tuple((one, next(tables) if one.asked else None) for one in kept))
