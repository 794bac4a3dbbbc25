"""Answers as tidy rows, for programs: CSV and JSON, one row a combination, codes beside labels, no rows of totals."""

import csv
import io
import json
from collections.abc import Sequence
from typing import Any

import pandas as pd

from training.exports.companion import metadata
from training.exports.formulas import harmless
from training.statistics.engine import Answer
from training.statistics.footnotes import footnotes_for
from training.statistics.shares import share


def rows(answer: Answer, frame: pd.DataFrame, dimensions: Sequence[str]) -> list[dict[str, Any]]:
    """The frame's rows: `DIM` and `DIM_label` for each dimension, then the measures asked for; unknown is None."""
    found = []
    for record in frame.to_dict("records"):
        row: dict[str, Any] = {}
        for name in dimensions:
            row[name] = record[name]
            row[f"{name}_label"] = answer.label(name, record[name])
        for measure in answer.question.measures:
            row[measure] = None if pd.isna(record[measure]) else int(record[measure])
        found.append(row)
    return found


def columns(answer: Answer) -> list[str]:
    dimensions = [column for name in answer.question.by for column in (name, f"{name}_label")]
    return [*dimensions, *answer.question.measures]


def to_csv(answer: Answer) -> str:
    """RFC 4180 text with one line of headings. A cell that a spreadsheet would take for a formula is made harmless."""
    out = io.StringIO()
    writer = csv.DictWriter(out, columns(answer), lineterminator="\r\n")
    writer.writeheader()
    for row in rows(answer, answer.cells, answer.question.by):
        writer.writerow({name: harmless(value) for name, value in row.items()})
    return out.getvalue()


def to_csv_metadata(answer: Answer, csv_name: str) -> str:
    """Notes and footnotes beside a tidy CSV."""
    notes = [*(note.text for note in answer.notes), *(f"*{text}" for text in footnotes(answer))]
    return metadata(csv_name, columns(answer), notes)


def to_json(answer: Answer) -> str:
    """`rows`; `margins` that know more than the rows add up to; `totals` of every margin; `sessions`, `notes` …"""
    return json.dumps(document(answer), ensure_ascii=False, indent=2)


def document(answer: Answer) -> dict[str, Any]:
    question = answer.question
    total = {measure: answer.total[measure] for measure in question.measures}
    women = answer.women()
    return {
        "question": {
            "by": list(question.by),
            "measures": list(question.measures),
            "filters": {name: list(codes) for name, codes in question.filters.items()},
            "from": question.start.isoformat() if question.start else None,
            "to": question.end.isoformat() if question.end else None,
            "first_time": question.first_time,
            "snapshot": question.snapshot,
        },
        "rows": rows(answer, answer.cells, question.by),
        "margins": [{"by": list(s), **row} for s in answer.better for row in rows(answer, answer.margins[s], s)],
        "totals": [{"by": [], **total}]
        + [{"by": list(s), **row} for s, frame in answer.margins.items() if s for row in rows(answer, frame, s)],
        "women": {"women": women[0], "of": women[1], "percent": share(*women)} if women else None,
        "sessions": vars(answer.sessions),
        "named": answer.total["backed"],
        "notes": [{"code": note.code, "text": note.text, "count": note.count} for note in answer.notes],
        "footnotes": footnotes(answer),
    }


def footnotes(answer: Answer) -> list[str]:
    """The footnotes for the labels that stand in the answer."""
    labels = [answer.label(name, code) for name in answer.question.by for code in answer.cells[name].unique()]
    return footnotes_for(labels, answer.question.filters.get("project", ()))
