"""Small cells (design §3.10): what leaves the house tells of no group smaller than the report's threshold.

`withhold` gives the report that its audience may have, `withhold_table` a table that stands alone; `would_hide` says
beforehand what that would take away.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import overload

from django.core.exceptions import ValidationError
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from training.choices import Audience
from training.statistics.disclosure.groups import Groups, Place
from training.statistics.disclosure.small import small_groups
from training.statistics.disclosure.telling import for_outside
from training.statistics.report import Report
from training.statistics.table import Table

__all__ = ["Hidden", "Place", "Reason", "withhold", "withhold_resting", "withhold_table", "would_hide"]


# Each figure may have to be looked at by the solver: so many take seconds, and ten times as many would take minutes.
MOST_FIGURES = 2_000


class Reason(StrEnum):
    """Why a figure would be hidden: it is small itself, or a small one could be computed from it."""

    SMALL = "small"
    BESIDE = "beside"


Hidden = Mapping[Place, Reason]


def withhold(report: Report) -> Report:
    """The report as its audience may have it: for whoever is outside, with small cells withheld and without what its
    notes and parts would tell of them. An internal report is returned as it is.

    The report has to come with all its figures: raises ValueError where some are withheld already, and ValidationError
    for more figures than can be gone through. Its remarks are left to whoever composes it, who knows which of them are
    public.
    """
    if report.audience == Audience.INTERNAL:
        return report
    hidden = _hidden(report.tables, report.threshold)
    tables = tuple(for_outside(table, set(places)) for table, places in zip(report.tables, hidden, strict=True))
    return replace(report, tables=tables)


def withhold_table(table: Table, threshold: int) -> Table:
    """The same for a table that stands alone, for whoever is outside."""
    return for_outside(table, set(would_hide(table, threshold)))


def withhold_resting(table: Table, resting_on: Sequence[Table], threshold: int) -> Table:
    """The same for a table that shows more than its participations: figures that count some of them, or are means over
    some. `resting_on` are tables over the same dimensions, one of each of these parts and one of the whole. A place
    goes with all its figures where any of them has to go there.
    """
    return for_outside(table, {place for hidden in _hidden(resting_on, threshold) for place in hidden})


@overload
def would_hide(shown: Table, threshold: int) -> Hidden: ...
@overload
def would_hide(shown: Report, threshold: int | None = None) -> tuple[Hidden, ...]: ...
def would_hide(shown: Table | Report, threshold: int | None = None) -> Hidden | tuple[Hidden, ...]:
    """The places, each its dimensions and codes, that donors would not see, and why: of a table that stands alone, or
    of each table of a report. A table among others may have to hide more than alone.
    """
    if isinstance(shown, Report):
        return _hidden(shown.tables, shown.threshold if threshold is None else threshold)
    if threshold is None:
        raise ValueError("a table has no threshold of its own")
    return _hidden((shown,), threshold)[0]


def _hidden(tables: Sequence[Table], threshold: int) -> tuple[Hidden, ...]:
    if any(table.has_hidden for table in tables):
        raise ValueError("some of these figures are withheld already: what else has to go cannot be told")
    groups = Groups(tables)
    small = small_groups(groups, threshold)
    found: tuple[dict[Place, Reason], ...] = tuple({} for _table in tables)
    if not small and len(tables) < 2:
        return found
    if len(groups.all) > MOST_FIGURES:
        raise ValidationError(
            _(
                "For donors small groups are withheld from at most %(most)s figures at once; these are %(count)s. Ask"
                " for fewer rows or dimensions, or narrow the question."
            )
            % {"most": number_format(MOST_FIGURES), "count": number_format(len(groups.all))}
        )
    from training.statistics.disclosure.choosing import with_complements  # scipy is slow to import

    for number in sorted(with_complements(groups, small, threshold)):
        reason = Reason.SMALL if number in small else Reason.BESIDE
        for table, place, cell in groups.all[number].cells:
            if cell.private > 0:
                found[table][place] = reason
    return found
