"""Files taken apart again for somebody with a solver: what they show, in the form that `attack.py` reads."""

from urllib.parse import urlencode

from tests.training.filing import sheet_rows
from training.exports.columns import laid_out
from training.exports.wording import HIDDEN, known_better
from training.statistics.dimensions import DIMENSIONS


def document_of_json(tables):
    """Some JSON files (already read) of one report, as the report's document."""
    return {"tables": [_table_of_json(one) for one in tables]}


def _table_of_json(one):
    by, measures = tuple(one["question"]["by"]), one["question"]["measures"]
    margins = {"totals": {}, "better": {}}
    for kind, rows in (("totals", one["totals"]), ("better", one["margins"])):
        for row in rows:
            margins[kind].setdefault(tuple(row["by"]), []).append(row)
    if not by or not one["rows"]:
        margins["totals"] = {}  # the row is the total itself; or there is none
    asked = one["question"]
    words = {**asked["filters"], **({"start": asked["from"], "end": asked["to"]} if asked["from"] else {})}
    words |= {"first_time": "on"} if asked["first_time"] else {}
    return {
        **_frame(by, measures, one["sessions"]["events"], [note["code"] for note in one["notes"]]),
        "address": urlencode(words, doseq=True),
        "labels": {name: [(row[name], "") for row in one["rows"]] for name in by},
        "cells": [_cell([row[name] for name in by], row) for row in one["rows"]],
        **{
            kind: [
                {"by": list(s), "cells": [_cell([row[name] for name in s], row) for row in rows]}
                for s, rows in own.items()
            ]
            for kind, own in margins.items()
        },
    }


def document_of_workbook(data, report):
    """The same from a workbook. `report` tells what its rows and columns stand for; the figures are the sheets'."""
    many = len(report.tables) > 1
    tables = []
    for place, table in enumerate(report.tables, start=1):
        found = {"cells": {}, "totals": {}, "better": {}}
        for kind, codes, measure, value in _on_sheet(sheet_rows(data, f"Table {place}" if many else "Table"), table):
            own = found[kind].setdefault(tuple(name for name in table.by if name in codes), {})
            own.setdefault(tuple(codes[name] for name in table.by if name in codes), {})[measure] = value
        layers = {kind: [{"by": list(s), "cells": [_cell(codes, row) for codes, row in rows.items()]}
                         for s, rows in own.items()] for kind, own in found.items()}  # fmt: skip
        tables.append(
            {
                **_frame(table.by, table.measures, table.sessions["events"], [code for code, _text in table.notes]),
                "address": table.address,
                "labels": {name: list(labels.items()) for name, labels in table.labels.items()},
                **layers,
                "cells": layers["cells"][0]["cells"] if layers["cells"] else [],
            }
        )
    return {"tables": tables}


def _on_sheet(rows, table):
    """(kind, codes, measure, value) of every figure on a sheet, but for zeros where there is no cell."""
    laid = laid_out(table)
    labels, heads = len(laid.headings), [figures.head for figures in laid.figures]
    head = next(place for place, row in enumerate(rows) if [*row[labels : labels + len(heads)]] == heads)
    for row, line in zip(rows[head + 1 :], laid.lines, strict=False):
        for value, column, entry in zip(row[labels:], laid.grid.columns, line.entries, strict=False):
            if entry.cell is not None or entry.hidden:
                kind = "cells" if set(entry.codes) == set(table.by) else "totals"
                yield kind, entry.codes, column.measure, value
    for line in laid.grid.below:
        start = next(place for place, row in enumerate(rows) if row[0] == known_better(line))
        for row, entry in zip(rows[start + 1 :], line.entries, strict=False):
            assert row[0] == entry.label
            yield "better", entry.codes, "participations", row[1]


def _frame(by, measures, events, notes):
    return {
        "by": list(by),
        "measures": list(measures),
        "multiple": [name for name in by if DIMENSIONS[name].multiple],
        "notes": [(code, "") for code in notes],
        "sessions": {"events": events},
    }


def _cell(codes, row):
    hidden = row["participations"] == HIDDEN
    values = {
        name: None if hidden else row[name] for name in ("participations", "people", "person_days") if name in row
    }
    parts = {"named": 0, "unnamed": 0, "whole": 0, "untold": 0 if hidden else row["participations"]}
    return {"codes": list(codes), "values": values, "hidden": hidden, **parts}
