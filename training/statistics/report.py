"""A report as plain data: tables under one title with everything they need to be understood, as of one moment.

`document` and `from_document` turn it into what a database keeps as JSON and back, so that a report frozen today can be
shown and written to files in ten years without asking the register again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import Any

from training.statistics.table import Cell, Codes, Table

FORM = 1  # of the document below; a change that old documents do not fit gets the next number


@dataclass(frozen=True, kw_only=True)
class Remark:
    """One contradiction that touches the report: what is said, its size, its quote and source, an editor's decision."""

    session: str
    message: str
    stated: int | None = None
    found: int | None = None
    quote: str = ""
    source: str = ""
    decision: str = ""


@dataclass(frozen=True, kw_only=True)
class Target:
    """What a project promised in a period, both days included. women_share: per cent, where one was promised."""

    project: str
    measure: str
    start: date
    end: date
    value: int
    women_share: float | None = None


@dataclass(frozen=True, kw_only=True)
class Activity:
    """What the register knows of a project that the report is about, so that a file can name it to others. project: its
    key; status: a code of `ProjectStatus`, empty where no source states it.
    """

    project: str
    title: str
    status: str = ""
    start: date | None = None
    end: date | None = None
    agencies: tuple[str, ...] = ()
    funders: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Report:
    """audience: a code of `Audience`; threshold: the smallest group shown where small cells are withheld.

    method: terms and what they mean here, in plain words. number: its number once it is frozen, or that of the
    disclosure in the trail. footnotes: in full, without the mark. targets, activities: of the projects it is about.
    first_day: of the sessions it counts, where any is dated.
    """

    title: str
    tables: tuple[Table, ...]
    as_of: datetime
    author: str
    audience: str
    threshold: int
    introduction: str = ""
    method: tuple[tuple[str, str], ...] = ()
    remarks: tuple[Remark, ...] = ()
    footnotes: tuple[str, ...] = ()
    targets: tuple[Target, ...] = ()
    activities: tuple[Activity, ...] = ()
    first_day: date | None = None
    number: str = ""


def document(report: Report) -> dict[str, Any]:
    """The report as JSON can carry it."""
    plain = {field.name: getattr(report, field.name) for field in fields(report) if field.name != "tables"}
    return {
        **plain,
        "form": FORM,
        "as_of": report.as_of.isoformat(),
        "remarks": [asdict(remark) for remark in report.remarks],
        "targets": [_days_document(asdict(target)) for target in report.targets],
        "activities": [_days_document(asdict(activity)) for activity in report.activities],
        "first_day": _day_document(report.first_day),
        "tables": [_table_document(table) for table in report.tables],
    }


def from_document(kept: Mapping[str, Any]) -> Report:
    """The report that `document` was made of. Raises ValueError for a form this version does not know."""
    if kept.get("form") != FORM:
        raise ValueError(f"a report of form {kept.get('form')!r}; this version reads {FORM}")
    rest = {name: value for name, value in kept.items() if name != "form"}
    return Report(
        **{
            **rest,
            "as_of": datetime.fromisoformat(kept["as_of"]),
            "method": _pairs(kept["method"]),
            "footnotes": tuple(kept["footnotes"]),
            "remarks": tuple(Remark(**remark) for remark in kept["remarks"]),
            "targets": tuple(Target(**_with_days(target)) for target in kept["targets"]),
            "activities": tuple(_activity(activity) for activity in kept["activities"]),
            "first_day": _day(kept["first_day"]),
            "tables": tuple(_table(table) for table in kept["tables"]),
        }
    )


def _day_document(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _day(kept: str | None) -> date | None:
    return date.fromisoformat(kept) if kept else None


def _days_document(plain: Mapping[str, Any]) -> dict[str, Any]:
    return {**plain, "start": _day_document(plain["start"]), "end": _day_document(plain["end"])}


def _with_days(kept: Mapping[str, Any]) -> dict[str, Any]:
    return {**kept, "start": _day(kept["start"]), "end": _day(kept["end"])}


def _activity(kept: Mapping[str, Any]) -> Activity:
    names = {name: tuple(kept[name]) for name in ("agencies", "funders")}
    return Activity(**{**_with_days(kept), **names})


def _table_document(table: Table) -> dict[str, Any]:
    plain = {field.name: getattr(table, field.name) for field in fields(table)}
    return {
        **plain,
        "labels": {name: list(labels.items()) for name, labels in table.labels.items()},
        "cells": [asdict(cell) for cell in table.cells],
        "totals": _margins_document(table.totals),
        "better": _margins_document(table.better),
    }


def _margins_document(margins: Mapping[Codes, Iterable[Cell]]) -> list[dict[str, Any]]:
    return [{"by": list(subset), "cells": [asdict(cell) for cell in cells]} for subset, cells in margins.items()]


def _table(kept: Mapping[str, Any]) -> Table:
    return Table(
        **{
            **kept,
            **{name: tuple(kept[name]) for name in ("by", "measures", "multiple", "percents") if name in kept},
            **{name: _pairs(kept[name]) for name in ("filters", "notes")},
            "labels": {name: dict(labels) for name, labels in kept["labels"].items()},
            "cells": tuple(_cell(cell) for cell in kept["cells"]),
            "totals": _margins(kept["totals"]),
            "better": _margins(kept["better"]),
        }
    )


def _margins(kept: Iterable[Mapping[str, Any]]) -> dict[Codes, tuple[Cell, ...]]:
    return {tuple(margin["by"]): tuple(_cell(cell) for cell in margin["cells"]) for margin in kept}


def _cell(kept: Mapping[str, Any]) -> Cell:
    return Cell(**{**kept, "codes": tuple(kept["codes"])})


def _pairs(kept: Iterable[Iterable[str]]) -> tuple[Any, ...]:
    return tuple(tuple(pair) for pair in kept)
