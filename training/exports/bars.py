"""The chart of a table as plain data: a bar for each member of its first dimension, in parts by sex. PNG, SVG and XLSX
draw the same one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from training.choices import Measure, Sex
from training.exports.wording import footnotes, line_about, number, selection
from training.statistics.dimensions import NOT_BROKEN_DOWN
from training.statistics.report import Report
from training.statistics.table import Cell, Table

MOST_BARS = 25
ALONE = "all"
SEXES = {Sex.WOMEN.value: "women", Sex.MEN.value: "men", Sex.NOT_RECORDED.value: "not_recorded"}
PARTS = {**SEXES, NOT_BROKEN_DOWN: "not_broken_down"}


@dataclass(frozen=True, kw_only=True)
class Part:
    """A part of every bar; `look` says how it is drawn. values: one for each bar, None where not known or withheld."""

    look: str
    label: str
    values: tuple[int | None, ...]
    hidden: tuple[bool, ...]


@dataclass(frozen=True, kw_only=True)
class Bars:
    """total: what stands at the end of each bar; of unique people it may be less than the parts together."""

    title: str
    description: str
    source: str
    footnotes: tuple[str, ...]
    axis: str
    labels: tuple[str, ...]
    parts: tuple[Part, ...]
    total: Part


def bars_of(report: Report, table: Table) -> Bars | None:
    """The chart of one of the report's tables; None where there is nothing to draw."""
    if not table.by or not table.cells:
        return None
    axis = next((name for name in table.by if name != "sex"), "")
    measure = Measure.PARTICIPATIONS.value if Measure.PARTICIPATIONS in table.measures else table.measures[0]
    cells = _Cells(table)
    members = _members(table, axis, cells)
    drawn = _largest(members, cells, measure)
    return Bars(
        title=table.title,
        description=_described(table, measure, len(drawn), len(members)),
        source=_("Source: Evidenca. %(about)s") % {"about": line_about(report)},
        footnotes=tuple(footnotes(report)),
        axis=table.names.get(axis, ""),
        labels=tuple(table.labels[axis][codes[axis]] if axis else str(_("All")) for codes in drawn),
        parts=tuple(_parts(table, cells, drawn, measure)),
        total=_whole("total", str(_("Total")), cells, drawn, measure),
    )


class _Cells:
    """A table's cells by what they stand for."""

    def __init__(self, table: Table) -> None:
        self.found: dict[frozenset[tuple[str, str]], Cell] = {}
        for subset, cells in ((table.by, table.cells), *table.totals.items()):
            for cell in cells:
                self.found[frozenset(zip(subset, cell.codes, strict=True))] = cell

    def get(self, codes: Mapping[str, str]) -> Cell | None:
        return self.found.get(frozenset(codes.items()))


def _members(table: Table, axis: str, cells: _Cells) -> list[dict[str, str]]:
    """What the bars may stand for, in the table's order."""
    return [{axis: code} for code in table.labels[axis] if cells.get({axis: code})] if axis else [{}]


def _largest(members: list[dict[str, str]], cells: _Cells, measure: str) -> list[dict[str, str]]:
    """As many as can be read; of more the largest, in the same order."""

    def size(codes: dict[str, str]) -> int:
        cell = cells.get(codes)
        return (cell.count(measure) if cell else None) or 0

    largest = sorted(members, key=size, reverse=True)[:MOST_BARS]
    return [codes for codes in members if codes in largest]


def _parts(table: Table, cells: _Cells, drawn: list[dict[str, str]], measure: str) -> list[Part]:
    if "sex" not in table.by:
        return [_whole(ALONE, table.called(measure), cells, drawn, measure)]
    codes = [code for code in PARTS if code in table.labels["sex"]]
    codes += [code for code in table.labels["sex"] if code not in PARTS]
    parts = []
    for code in codes:
        found = [cells.get({**member, "sex": code}) for member in drawn]
        if any(found):
            is_open = [cells.get({**member, "sex": NOT_BROKEN_DOWN}) is not None for member in drawn]
            look = PARTS.get(code, "not_recorded")
            parts.append(_part(look, table.labels["sex"][code], found, measure, is_open))
    return parts


def _whole(look: str, label: str, cells: _Cells, drawn: list[dict[str, str]], measure: str) -> Part:
    return _part(look, label, [cells.get(codes) for codes in drawn], measure, [False] * len(drawn))


def _part(look: str, label: str, found: list[Cell | None], measure: str, may_be_missing: list[bool]) -> Part:
    """A cell that is not there is zero, but where some of the bar was not broken down nobody knows."""
    return Part(
        look=look,
        label=label,
        values=tuple(
            (None if missing else 0) if cell is None else cell.count(measure)
            for cell, missing in zip(found, may_be_missing, strict=True)
        ),
        hidden=tuple(cell is not None and cell.hidden for cell in found),
    )


def _described(table: Table, measure: str, drawn: int, there: int) -> str:
    """What is drawn, under which filters."""
    said = selection(replace(table, measures=(measure,)))
    if drawn < there:
        which = _("The %(drawn)s largest of %(there)s are drawn.")
        said = f"{said} {which % {'drawn': number(drawn), 'there': number(there)}}"
    return said
