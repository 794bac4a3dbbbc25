"""Importing a roster: a thousand people, and three thousand rows against openpyxl alone reading the same file."""

import csv
from datetime import date
from io import BytesIO, StringIO
from itertools import count

from openpyxl import Workbook, load_workbook

from tests.benchmarks.measuring import Figure, Run, medians
from training.choices import SessionStatus
from training.imports.roster import import_roster
from training.imports.workbook import Upload
from training.models import Account, Jurisdiction, Project, Session, SessionDay, Topic

HEADINGS = ["First name", "Last name", "Sex", "Jurisdiction", "Institution", "Position", "E-mail", "Day 1"]
CODES = ["AL", "BA", "XK", "ME", "MK", "RS"]
numbers = count(1)


def figures(run: Run) -> list[Figure]:
    account = Account.objects.system()
    import_1000 = medians(lambda: _import(_csv(1000), "list.csv", account), rounds=run.rounds(3))[0]
    # A file made for each round would be measured with it, so each has its own ready.
    files = [_workbook(3000) for _round in range(run.rounds(3) + 1)]
    ours, theirs = iter(files), iter(files)
    import_3000, reading = medians(
        lambda: _import(next(ours), "list.xlsx", account), lambda: _read(next(theirs)), rounds=run.rounds(3)
    )
    return [
        Figure("import_1000_s", import_1000, "s", "new people with marks of one day, from a CSV"),
        Figure("import_3000_s", import_3000, "s", "new people with marks of one day, from an XLSX"),
        Figure("import_3000_ratio", import_3000 / reading, "times", f"openpyxl alone {reading:.2f} s"),
    ]


def _import(data: bytes, name: str, account: Account) -> None:
    result = import_roster(session=_session(), upload=Upload(name, data), by=account)
    if result.roster_import is None:
        raise AssertionError("The benchmark's roster was refused.")


def _read(data: bytes) -> None:
    sheet = load_workbook(BytesIO(data), read_only=True, data_only=True).active
    for _row in sheet.iter_rows(values_only=True):
        pass


def _session() -> Session:
    session = Session.objects.create(
        key=f"bench-import-{next(numbers)}",
        title="Benchmark of an import",
        topic=Topic.objects.first(),
        project=Project.objects.filter(is_demo=True).first(),
        status=SessionStatus.OPEN,
        start=date(2026, 3, 2),
        end=date(2026, 3, 2),
    )
    SessionDay.objects.create(session=session, date=session.start)
    session.jurisdictions.set(Jurisdiction.objects.all())
    return session


def _rows(length: int) -> list[list[str]]:
    """People nobody knows yet, of ten institutions in each jurisdiction."""
    batch = next(numbers)
    return [
        [
            f"Arta{number}",
            f"Bench{batch}-Testi",
            "FM"[number % 2],
            CODES[number % len(CODES)],
            f"Bench office {number % 10}",
            "Inspector",
            f"arta{number}.{batch}@bench.example",
            "PPPPALE"[number % 7],
        ]
        for number in range(length)
    ]


def _csv(length: int) -> bytes:
    text = StringIO()
    csv.writer(text).writerows([HEADINGS, *_rows(length)])
    return text.getvalue().encode()


def _workbook(length: int) -> bytes:
    book, file = Workbook(write_only=True), BytesIO()
    sheet = book.create_sheet("Participants")
    for row in [HEADINGS, *_rows(length)]:
        sheet.append(row)
    book.save(file)
    return file.getvalue()
