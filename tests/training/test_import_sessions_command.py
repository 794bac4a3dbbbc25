"""`manage.py import_sessions`: what scripts rely on."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.training.past_lists import HEADINGS, ROW, make_register, row, sessions
from training.models import Session, TrailEntry

KEYS = {"applied", "rows", "sessions", "participations", "repeats", "contradictions", "notes", "errors"}


@pytest.fixture(autouse=True)
def borders(db):
    return make_register()


@pytest.fixture
def file(tmp_path):
    def save(*rows, **more):
        upload = sessions(*rows, **more)
        path = tmp_path / upload.name
        path.write_bytes(upload.data)
        return path

    return save


def run(path, *options):
    """The exit status and the JSON report, None if there was none."""
    out = StringIO()
    try:
        call_command("import_sessions", str(path), "--report", "json", *options, stdout=out)
        status = 0
    except CommandError as refusal:
        status = refusal.returncode
    return status, json.loads(out.getvalue()) if out.getvalue() else None


def test_an_applied_list_is_reported(file):
    status, report = run(file(ROW, row(title="Second", women=8)))
    assert status == 0
    assert report == {
        "applied": True,
        "rows": 2,
        "sessions": 2,
        "participations": 48,
        "repeats": [],
        "contradictions": [
            {"row": 3, "message": "By sex the figures add up to 25, the stated total is 24: 1 too many."}
        ],
        "notes": [],
        "errors": [],
    }
    assert Session.objects.count() == 2


def test_the_second_time_everything_is_a_repeat(file):
    path = file(ROW)
    run(path)
    status, report = run(path)
    assert (status, report["sessions"]) == (0, 0)
    assert report["repeats"] == [{"row": 2, "of": None, "session": "basic-course-2021-05-13"}]
    assert Session.objects.count() == 1


def test_a_dry_run_writes_nothing(file):
    status, report = run(file(ROW), "--dry-run")
    assert (status, report["applied"], report["sessions"]) == (0, False, 1)
    assert not Session.objects.exists()
    assert not TrailEntry.objects.exists()


@pytest.mark.parametrize("options", [[], ["--dry-run"]])
def test_a_refused_list_is_reported_with_every_error(file, options):
    status, report = run(file(ROW, row(topic="x", total="many")), *options)
    assert (status, set(report), report["applied"], report["sessions"]) == (1, KEYS, False, 0)
    assert [(error["row"], error["column"]) for error in report["errors"]] == [(3, "Topic"), (3, "Total")]
    assert not Session.objects.exists()


def test_a_file_that_is_no_list_is_refused_with_a_reason(tmp_path):
    path = tmp_path / "list.xlsx"
    path.write_bytes(b"%PDF-1.7")
    status, report = run(path)
    assert (status, set(report), len(report["errors"])) == (1, KEYS, 1)


def test_a_file_that_is_not_there_is_a_wrong_call(tmp_path):
    assert run(tmp_path / "no-such-file.xlsx") == (2, None)


def test_a_list_of_separated_values_is_read_too(tmp_path):
    path = tmp_path / "list.csv"
    cells = [["Назив", "Тема", "Проект", "Датум", "Вкупно", "Жени", "Мажи"],
             ["Обука", "weapons categorization", "borders", "13–15.05.2021", "24", "7", "17"]]  # fmt: skip
    path.write_text("\n".join(";".join(line) for line in cells), encoding="cp1251")
    assert run(path)[1]["participations"] == 24


def test_it_acts_as_the_account_given(file, manager, borders):
    manager.projects.add(borders)
    assert run(file(ROW), "--as", manager.email)[0] == 0
    assert TrailEntry.objects.get(action="past sessions imported").by == manager


def test_an_account_without_the_right_is_refused(file, trainer):
    status, report = run(file(ROW), "--as", trainer.email)
    assert (status, report["applied"]) == (1, False)
    assert not Session.objects.exists()


def test_the_text_report_names_rows_and_what_would_be_accepted(file):
    out = StringIO()
    with pytest.raises(CommandError, match="1 error"):
        call_command("import_sessions", str(file(ROW, row(total="many"))), stdout=out)
    assert "List, row 3, Total “many”: Write a whole number" in out.getvalue()


def test_the_text_report_lists_columns_not_read_repeats_and_contradictions(file):
    run(file(ROW))
    out = StringIO()
    path = file([*ROW, "x"], [*row(title="Second", men=18), "x"], headings=[*HEADINGS, "Remarks"])
    call_command("import_sessions", str(path), stdout=out)
    for line in ("Columns not read: Remarks.", "Row 2 is in the register already", "Row 3, kept as it stands: By sex"):
        assert line in out.getvalue()
