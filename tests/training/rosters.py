"""Lists for tests of the import: small workbooks and files of separated values, and the samples everybody has."""

import io
from pathlib import Path

from openpyxl import Workbook

from training.imports.plan import Choices
from training.imports.roster import check_roster, import_roster
from training.imports.workbook import Upload

SAMPLES = Path(__file__).resolve().parent.parent / "data" / "rosters"
HEADINGS = ["First name", "Last name", "Sex", "Jurisdiction", "Institution", "Position", "E-mail"]


def sample(name):
    return Upload(name, (SAMPLES / name).read_bytes())


def workbook(*rows, name="list.xlsx", more=()):
    """An uploaded workbook of these rows; `more` are further sheets as (title, rows)."""
    book = Workbook()
    book.active.title = "List"
    for row in rows:
        book.active.append(row)
    for title, others in more:
        sheet = book.create_sheet(title)
        for row in others:
            sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return Upload(name, stream.getvalue())


def people(*rows, headings=HEADINGS, **more):
    """An uploaded workbook of people under the usual headings."""
    return workbook(headings, *rows, **more)


def check(session, upload, by, **choices):
    return check_roster(session=session, upload=upload, by=by, choices=Choices(**choices))


def apply(session, upload, by, **choices):
    return import_roster(session=session, upload=upload, by=by, choices=Choices(**choices))
