"""The files a report can be taken away as: their names in addresses and options, their types, what writes them. What
writes them is slow to import, and so imported when asked.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from training.statistics.report import Report


@dataclass(frozen=True, kw_only=True)
class Kind:
    """label: for people. ending: of the file's name. of_one_table: whether it shows one table of the report only."""

    label: str | Promise
    content_type: str
    ending: str
    write: Callable[[Report, int], bytes]
    of_one_table: bool = False


def _xlsx(report: Report, _table: int) -> bytes:
    from training.exports.xlsx import to_xlsx

    return to_xlsx(report)


def _pdf(report: Report, _table: int) -> bytes:
    from training.exports.pdf import to_pdf

    return to_pdf(report)


def _iati(report: Report, _table: int) -> bytes:
    from training.exports.iati import to_iati

    return to_iati(report)


def _chart(form: str) -> Callable[[Report, int], bytes]:
    def write(report: Report, table: int) -> bytes:
        from training.exports.charts import chart

        drawn = chart(report, report.tables[table], form)
        if drawn is None:
            raise ValidationError(_("There is nothing to draw: ask for at least one dimension, of something counted."))
        return drawn

    return write


def _csv(report: Report, table: int) -> bytes:
    from training.exports.tidy import to_csv

    return to_csv(report.tables[table]).encode()


def _csv_with_notes(report: Report, table: int) -> bytes:
    from training.exports.tidy import to_csv_with_notes

    return to_csv_with_notes(report, report.tables[table])


def _json(report: Report, table: int) -> bytes:
    from training.exports.tidy import to_json

    return to_json(report, report.tables[table]).encode()


JSON = "application/json; charset=utf-8"
SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KINDS = {
    "xlsx": Kind(label="Excel", content_type=SPREADSHEET, ending="xlsx", write=_xlsx),
    "pdf": Kind(label="PDF", content_type="application/pdf", ending="pdf", write=_pdf),
    "iati": Kind(label="IATI", content_type="application/xml; charset=utf-8", ending="xml", write=_iati),
    "png": Kind(label="PNG", content_type="image/png", ending="png", write=_chart("png"), of_one_table=True),
    "svg": Kind(label="SVG", content_type="image/svg+xml", ending="svg", write=_chart("svg"), of_one_table=True),
    "csv": Kind(label="CSV", content_type="text/csv; charset=utf-8", ending="csv", write=_csv, of_one_table=True),
    "csv-with-notes": Kind(
        label=gettext_lazy("CSV with its notes"),
        content_type="application/zip",
        ending="zip",
        write=_csv_with_notes,
        of_one_table=True,
    ),
    "json": Kind(label="JSON", content_type=JSON, ending="json", write=_json, of_one_table=True),
}


# For programs: they take every measure there is, in tidy rows.
TIDY = frozenset({"csv", "csv-with-notes", "json"})


def write_file(report: Report, kind: str, *, table: int = 0) -> bytes:
    """The report as a file; `table` is the place of the one that it shows. Raises ValidationError if it cannot be."""
    made = KINDS[kind]
    if made.of_one_table and not 0 <= table < len(report.tables):
        raise ValidationError(_("The report has no table %(place)s.") % {"place": table + 1})
    return made.write(report, table)
