"""What changed between a kept report and today's answer to the same questions.

Both are taken as their readers may have them: what is withheld is compared as withheld, so hidden values never show.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from training.choices import Measure
from training.statistics.asking_again import Answered
from training.statistics.report import Remark, Report
from training.statistics.table import Cell, Codes, Table

OF_SESSIONS = {
    "number": gettext_lazy("Sessions"),
    "events": gettext_lazy("Events"),
    "unknown": gettext_lazy("Events whose number of sessions is not known"),
    "without_figures": gettext_lazy("Events of which nobody knows how many came"),
}


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One figure as it was shown. value: None where it is not known, withheld (hidden) or not in the table (absent)."""

    value: int | None = None
    hidden: bool = False
    absent: bool = False


ABSENT = Figure(absent=True)


@dataclass(frozen=True, kw_only=True)
class Change:
    """A figure that differs: what it stands for in words, which measure, then and now."""

    place: str
    measure: str
    then: Figure
    now: Figure

    @property
    def difference(self) -> int | None:
        """Now less then; None unless both are numbers."""
        if self.then.value is None or self.now.value is None:
            return None
        return self.now.value - self.then.value


@dataclass(frozen=True, kw_only=True)
class TableChanges:
    """All that differs in one table. why: the sentence where its question cannot be asked any more."""

    title: str
    changes: tuple[Change, ...] = ()
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class Changes:
    """All that changed. new, gone: contradictions."""

    tables: tuple[TableChanges, ...]
    new: tuple[Remark, ...]
    gone: tuple[Remark, ...]

    @property
    def are_none(self) -> bool:
        return not (self.new or self.gone or any(one.changes or one.why for one in self.tables))


def changes_of(kept: Report, today: Answered) -> Changes:
    """A kept report against the answer of today to the same questions, in the same order."""
    pairs = zip(kept.tables, today.tables, strict=True)
    new, gone = compare_remarks(kept.remarks, today.report.remarks)
    return Changes(
        tables=tuple(
            compare(then, now) if now else TableChanges(title=then.title, why=question.why)
            for then, (question, now) in pairs
        ),
        new=new,
        gone=gone,
    )


def compare(then: Table, now: Table) -> TableChanges:
    """Every figure of two answers to one question that is not the same, the widest first."""
    before, after = _figures(then), _figures(now)
    found = []
    for key in dict.fromkeys((*before, *after)):
        subset, codes, known_better, measure = key
        old, new = before.get(key, ABSENT), after.get(key, ABSENT)
        if old != new:
            place = _place(subset, codes, (then, now), known_better=known_better)
            found.append(Change(place=place, measure=str(Measure(measure).label), then=old, now=new))
    return TableChanges(title=then.title, changes=(*_of_sessions(then.sessions, now.sessions), *found))


def compare_remarks(then: Sequence[Remark], now: Sequence[Remark]) -> tuple[tuple[Remark, ...], tuple[Remark, ...]]:
    """The contradictions that are new, and those that are gone. A decision alone makes none new."""
    before = {(one.session, one.message) for one in then}
    after = {(one.session, one.message) for one in now}
    new = tuple(one for one in now if (one.session, one.message) not in before)
    return new, tuple(one for one in then if (one.session, one.message) not in after)


def _figures(table: Table) -> dict[tuple[Codes, Codes, bool, str], Figure]:
    """Every figure of the table by where it stands; totals before what they are totals of."""
    found = {}
    for known_better, subset, cell in sorted(_places(table), key=lambda place: (len(place[1]), place[0])):
        for measure in table.measures:
            value = None if cell.hidden else cell.count(measure)
            found[(subset, cell.codes, known_better, measure)] = Figure(value=value, hidden=cell.hidden)
    return found


def _places(table: Table) -> Iterator[tuple[bool, Codes, Cell]]:
    yield from ((False, table.by, cell) for cell in table.cells)
    for known_better, margins in ((False, table.totals), (True, table.better)):
        yield from ((known_better, subset, cell) for subset, cells in margins.items() for cell in cells)


def _place(subset: Codes, codes: Codes, tables: tuple[Table, Table], *, known_better: bool) -> str:
    words = ", ".join(_label(name, code, tables) for name, code in zip(subset, codes, strict=True)) or _("All")
    return _("%(place)s, known in all") % {"place": words} if known_better else words


def _label(name: str, code: str, tables: tuple[Table, Table]) -> str:
    return next((table.labels[name][code] for table in reversed(tables) if code in table.labels.get(name, {})), code)


def _of_sessions(then: Mapping[str, int | None], now: Mapping[str, int | None]) -> Iterator[Change]:
    for name, label in OF_SESSIONS.items():
        if then.get(name) != now.get(name):
            old, new = Figure(value=then.get(name)), Figure(value=now.get(name))
            yield Change(place=_("All"), measure=str(label), then=old, now=new)
