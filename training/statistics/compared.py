"""Roster against headcount against published, session by session, with which of them counts and why (design §3.4)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from training.choices import Scope, SessionStatus, Sex
from training.models import Session
from training.statistics.headcounts import Count
from training.statistics.stated import ROSTER, Figures, Stated, in_count, read_figures

COUNTING = (Scope.WHOLE.value, Scope.UNNAMED.value)


@dataclass(frozen=True, kw_only=True)
class ComparedFigure:
    """One of a session's figures. kind: `roster` (its trainees who count) or the scope of a headcount.

    women, men: as far as it tells, None where it tells of neither. counts: whether it is part of what is counted.
    difference: how much more it is than what is counted; None for what counts itself and where nothing does.
    """

    kind: str
    total: int
    women: int | None
    men: int | None
    counts: bool = False
    difference: int | None = None
    quote: str = ""
    source: str = ""

    @property
    def not_known(self) -> int:
        """Those of whom it does not tell whether they are women or men."""
        return self.total - (self.women or 0) - (self.men or 0)

    @property
    def label(self) -> str:
        return {
            ROSTER: _("Roster"),
            Scope.WHOLE.value: _("Headcount of the whole session"),
            Scope.UNNAMED.value: _("Headcount beside the roster"),
            Scope.PUBLISHED.value: _("Published"),
        }[self.kind]


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """The figures of one session of which there are at least two of roster, headcount and published, as plain data.

    counted: how many count for it, None where nothing of its own does. why: which figure counts and why, in words.
    waits: a roster stands beside a headcount of the whole, and nobody has confirmed yet that it replaces it.
    """

    session_key: str
    session_title: str
    project_key: str
    project_title: str
    start: date | None
    end: date | None
    figures: tuple[ComparedFigure, ...]
    counted: int | None
    why: str
    waits: bool

    @property
    def differs(self) -> bool:
        return any(figure.difference for figure in self.figures)

    @property
    def counts_several(self) -> bool:
        return sum(figure.counts for figure in self.figures) > 1


def compared(sessions: QuerySet[Session]) -> list[Comparison]:
    """Those of these sessions that have two of the three or all, by project and title. A constant number of queries."""
    found = read_figures(sessions)
    columns = ("pk", "start", "end", "project__key", "project__title")
    own = sessions.filter(pk__in=found).order_by("project__title", "title", "key").values(*columns)
    parents = {one.parent for one in found.values()}
    rows = ((row, found[row["pk"]]) for row in own)
    return [_comparison(row, one, one.pk in parents) for row, one in rows if _has_two(one)]


def _has_two(one: Figures) -> bool:
    scopes = {stated.scope for stated in one.stated}
    return sum([one.roster is not None, not scopes.isdisjoint(COUNTING), Scope.PUBLISHED.value in scopes]) > 1


def _comparison(row: Mapping[str, Any], one: Figures, has_parts: bool) -> Comparison:
    counting = _counting(one, has_parts)
    counted = sum(_total(one, kind) for kind in counting) if counting else None
    return Comparison(
        session_key=one.key,
        session_title=one.title,
        project_key=row["project__key"] or "",
        project_title=row["project__title"] or "",
        start=row["start"],
        end=row["end"],
        figures=tuple(_figures(one, counting, counted)),
        counted=counted,
        why=_why(one, has_parts),
        waits=ROSTER not in counting and Scope.WHOLE.value in counting and one.roster is not None,
    )


def _counting(one: Figures, has_parts: bool) -> frozenset[str]:
    """The kinds of figures that make up what is counted."""
    does_count = one.is_counted and not one.is_series and not has_parts
    return one.counting if does_count else frozenset()


def _total(one: Figures, kind: str) -> int:
    if kind == ROSTER:
        return one.roster.total if one.roster else 0
    return sum(stated.total for stated in one.stated if stated.scope == kind)


def _figures(one: Figures, counting: frozenset[str], counted: int | None) -> Iterable[ComparedFigure]:
    """The roster, then the headcounts: what can count before what is only compared."""
    order = list(Scope.values)
    if one.roster is not None:
        yield _figure(ROSTER, one.roster, counting, counted)
    for stated in sorted(one.stated, key=lambda stated: order.index(stated.scope)):
        count = Count(total=stated.total, facts=one.facts, divisions=stated.divisions)
        yield _figure(stated.scope, count, counting, counted, stated)


def _figure(
    kind: str, count: Count, counting: frozenset[str], counted: int | None, stated: Stated | None = None
) -> ComparedFigure:
    women, men = (in_count(count, {"sex": sex.value}).least for sex in (Sex.WOMEN, Sex.MEN))
    tells = women or men or not count.total
    return ComparedFigure(
        kind=kind,
        total=count.total,
        women=women if tells else None,
        men=men if tells else None,
        counts=kind in counting,
        difference=None if counted is None or kind in counting else count.total - counted,
        quote=stated.quote if stated else "",
        source=stated.source if stated else "",
    )


def _why(one: Figures, has_parts: bool) -> str:
    scopes = {stated.scope for stated in one.stated}
    said = [_what_counts(one, has_parts, scopes)]
    if Scope.PUBLISHED in scopes:
        said.append(_("What was published is only compared."))
    return " ".join(said)


def _what_counts(one: Figures, has_parts: bool, scopes: set[str]) -> str:
    if not one.is_counted:
        return _("Nothing counts: the session is %(status)s.") % {
            "status": str(SessionStatus(one.status).label).lower()
        }
    if one.is_series or has_parts:
        return _("Nothing counts here: it restates other sessions, and these count.")
    if Scope.WHOLE in scopes and one.roster is not None:
        return _("The headcount counts: it stands for the whole until a person confirms that the roster replaces it.")
    if Scope.WHOLE in scopes:
        return _("The headcount counts: it stands for the whole session.")
    if one.roster is None:
        return _("The headcount counts: the names of these people may not be recorded.")
    if Scope.UNNAMED in scopes:
        return _("The roster counts, and with it the people whose names may not be recorded.")
    return _("The roster counts: no headcount stands for the whole session.")
