"""A table as tidy rows, for programs: CSV and JSON, one row a combination, codes beside labels, no rows of totals.

What is not known is empty in CSV and null in JSON; what is withheld is c in both; neither is ever zero.
"""

import csv
import io
import json
import zipfile
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qs

from training.choices import Audience
from training.exports import wording
from training.exports.companion import metadata
from training.exports.formulas import harmless
from training.statistics.dimensions import FILTERS
from training.statistics.report import Report
from training.statistics.shares import share
from training.statistics.table import Cell, Codes, Table

Row = dict[str, Any]


def rows(table: Table, subset: Codes, cells: Iterable[Cell]) -> list[Row]:
    """Cells over some of the table's dimensions: `DIM` and `DIM_label` for each of them, then the measures."""
    return [{**_labelled(table, subset, cell), **figures(table, cell)} for cell in cells]


def _labelled(table: Table, subset: Codes, cell: Cell) -> Row:
    found: Row = {}
    for name, code in zip(subset, cell.codes, strict=True):
        found |= {name: code, f"{name}_label": table.labels[name][code]}
    return found


def figures(table: Table, cell: Cell) -> Row:
    """The cell's measures: numbers, None where not known, c where withheld."""
    return {measure: wording.HIDDEN if cell.hidden else cell.values.get(measure) for measure in table.measures}


def columns(table: Table) -> list[str]:
    return [*(column for name in table.by for column in (name, f"{name}_label")), *table.measures]


def to_csv(table: Table) -> str:
    """RFC 4180 text with one line of headings. A cell that a spreadsheet would take for a formula is made harmless."""
    out = io.StringIO()
    writer = csv.DictWriter(out, columns(table), lineterminator="\r\n")
    writer.writeheader()
    for row in rows(table, table.by, table.cells):
        writer.writerow({name: harmless(value) for name, value in row.items()})
    return out.getvalue()


def to_csv_metadata(report: Report, table: Table, csv_name: str) -> str:
    """What a tidy CSV has no place for: whose figures, of when, under which filters and number, notes and footnotes."""
    return metadata(csv_name, columns(table), said_beside(report, table), _described(report, table))


def said_beside(report: Report, table: Table) -> list[str]:
    """All that has to be known beside the rows, in sentences."""
    return [
        f"{table.title}. {wording.selection(table)}",
        *(f"{term}: {meaning}." for term, meaning in wording.about(report)),
        *wording.basis(table),
        *(f"{sign}: {meaning}." for sign, meaning in wording.signs(report, (table,), unknown=wording.empty())),
        *wording.footnotes(report),
    ]


def _described(report: Report, table: Table) -> dict[str, str]:
    """The same for programs, as terms of Dublin Core."""
    said = {
        "dc:title": table.title,
        "dc:identifier": report.number,
        "dc:date": report.as_of.isoformat(),
        "dc:creator": report.author,
        "dc:audience": report.audience,
    }
    return {term: value for term, value in said.items() if value}


def to_csv_with_notes(report: Report, table: Table) -> bytes:
    """The CSV and its companion as one ZIP, the companion under the name that the standard looks for."""
    name = f"evidenca-{report.number or 'figures'}.csv"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as both:
        both.writestr(name, to_csv(table))
        both.writestr(f"{name}-metadata.json", to_csv_metadata(report, table, name))
    return out.getvalue()


def to_json(report: Report, table: Table) -> str:
    """What `document` says."""
    return json.dumps(document(report, table), ensure_ascii=False, indent=2)


def document(report: Report, table: Table) -> dict[str, Any]:
    """`rows`; `totals`, what they add up to; `margins` that know more than that; and what has to be known beside."""
    total = table.total
    return {
        "title": table.title,
        "number": report.number,
        "as_of": report.as_of.isoformat(),
        "author": report.author,
        "audience": report.audience,
        "threshold": report.threshold if report.audience == Audience.DONOR else None,
        "question": _question(table),
        "filters": [{"name": name, "value": value} for name, value in table.filters],
        "rows": rows(table, table.by, table.cells),
        "margins": [{"by": list(s), **row} for s, cells in table.better.items() for row in rows(table, s, cells)],
        "totals": [{"by": [], **figures(table, total)}]
        + [{"by": list(s), **row} for s, cells in table.totals.items() if s for row in rows(table, s, cells)],
        "women": _women(table),
        "sessions": dict(table.sessions),
        "named": wording.HIDDEN if total.hidden or total.untold else total.named,
        "notes": [{"code": code, "text": text, "count": table.note_counts.get(code)} for code, text in table.notes],
        "signs": dict(wording.signs(report, (table,), unknown="null")),
        "footnotes": list(report.footnotes),
    }


def _question(table: Table) -> dict[str, Any]:
    """What was asked, in codes."""
    words = parse_qs(table.address)
    day = {name: words[name][-1] if name in words else None for name in ("start", "end")}
    return {
        "by": list(table.by),
        "measures": list(table.measures),
        "filters": {name: words[name] for name in FILTERS if name in words},
        "from": day["start"],
        "to": day["end"],
        "first_time": "first_time" in words,
        "snapshot": words.get("snapshot", ["training"])[-1],
    }


def _women(table: Table) -> dict[str, int | float | None] | str | None:
    """None where the table is not about sex."""
    if table.hides_women:
        return wording.HIDDEN
    known = table.women()
    return {"women": known[0], "of": known[1], "percent": share(*known)} if known else None
