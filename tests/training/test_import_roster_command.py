"""`manage.py import_roster`: what scripts rely on."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.factories import InstitutionFactory, JurisdictionFactory, PersonFactory, SessionFactory
from tests.training.rosters import SAMPLES, people
from training.models import Participation, Person, RosterImport, TrailEntry

KEYS = {"applied", "rows", "people", "participations", "repeats", "near", "errors"}


@pytest.fixture
def session(db):
    region = [JurisdictionFactory(code=code) for code in ("AL", "BA", "XK", "ME", "MK", "RS")]
    return SessionFactory(key="held-in-may", length=3, jurisdictions=region)


def run(session, file, *options):
    """The exit status and the JSON report, None if there was none."""
    out = StringIO()
    try:
        call_command("import_roster", session, str(file), "--report", "json", *options, stdout=out)
        status = 0
    except CommandError as refusal:
        status = refusal.returncode
    return status, json.loads(out.getvalue()) if out.getvalue() else None


@pytest.fixture
def file(tmp_path):
    def save(upload):
        path = tmp_path / upload.name
        path.write_bytes(upload.data)
        return path

    return save


def test_an_applied_list_is_reported(session):
    assert run("held-in-may", SAMPLES / "1-english.xlsx") == (
        0,
        {
            "applied": True,
            "rows": 8,
            "people": {"new": 8, "known": 0},
            "participations": 8,
            "repeats": [],
            "near": [],
            "errors": [],
        },
    )


def test_repeats_are_reported_by_row(session):
    session.jurisdictions.set([JurisdictionFactory(code="MK")])
    _status, report = run("held-in-may", SAMPLES / "2-macedonian.xlsx")
    assert report["repeats"] == [{"row": 10, "of": 5}]
    assert (report["rows"], report["people"], report["participations"]) == (5, {"new": 4, "known": 0}, 4)


def test_a_refused_list_is_reported_with_every_error(session):
    status, report = run("held-in-may", SAMPLES / "4-serbian-with-errors.xlsx")
    assert status == 1
    assert set(report) == KEYS
    assert not report["applied"]
    assert [error["row"] for error in report["errors"]] == [3, 4, 5, 6, 7, 7]
    assert all(set(error) == {"sheet", "row", "column", "value", "message"} for error in report["errors"])
    assert not Person.objects.exists()


def test_a_dry_run_writes_nothing(session):
    status, report = run("held-in-may", SAMPLES / "1-english.xlsx", "--dry-run")
    assert (status, report["applied"], report["people"]["new"]) == (0, False, 8)
    assert not Person.objects.exists()
    assert not RosterImport.objects.exists()


def test_a_dry_run_of_a_bad_list_is_refused(session):
    assert run("held-in-may", SAMPLES / "4-serbian-with-errors.xlsx", "--dry-run")[0] == 1


def test_near_matches_stop_it_until_decided(session, file):
    home = InstitutionFactory(name="MUP")
    known = PersonFactory(given_name="Ana", family_name="Test", institution=home, jurisdiction=home.jurisdiction)
    path = file(people(["Ana", "Test", "F", "MK", ""]))
    status, report = run("held-in-may", path)
    assert (status, [(near["row"], near["person"]) for near in report["near"]]) == (1, [(2, known.pk)])
    assert set(report["near"][0]) == {"row", "person", "why"}
    assert not Participation.objects.exists()
    assert run("held-in-may", path, "--near", "match")[0] == 0
    assert Participation.objects.get().person == known


def test_near_matches_may_be_new_people(session, file):
    home = InstitutionFactory(name="MUP")
    PersonFactory(given_name="Ana", family_name="Test", institution=home, jurisdiction=home.jurisdiction)
    status, report = run("held-in-may", file(people(["Ana", "Test", "F", "MK", ""])), "--near", "new")
    assert (status, report["people"]) == (0, {"new": 1, "known": 0})


def test_a_file_that_is_no_list_is_refused_with_a_reason(session, tmp_path):
    path = tmp_path / "list.xlsx"
    path.write_bytes(b"%PDF-1.7")
    status, report = run("held-in-may", path)
    assert (status, set(report), len(report["errors"])) == (1, KEYS, 1)


@pytest.mark.parametrize(("key", "name"), [("no-such-session", "1-english.xlsx"), ("held-in-may", "no-such-file.xlsx")])
def test_a_wrong_call_ends_with_two(session, key, name):
    assert run(key, SAMPLES / name) == (2, None)


def test_it_acts_as_the_account_given(session, trainer):
    session.trainers.add(trainer)
    assert run("held-in-may", SAMPLES / "1-english.xlsx", "--as", trainer.email)[0] == 0
    assert RosterImport.objects.get().by == trainer
    assert TrailEntry.objects.get(action="roster imported").by == trainer


def test_an_account_without_the_right_is_refused(session, auditor):
    status, report = run("held-in-may", SAMPLES / "1-english.xlsx", "--as", auditor.email)
    assert (status, report["applied"]) == (1, False)
    assert not Person.objects.exists()


def test_the_text_report_names_rows_and_what_would_be_accepted(session):
    out = StringIO()
    with pytest.raises(CommandError, match="6 errors"):
        call_command("import_roster", "held-in-may", str(SAMPLES / "4-serbian-with-errors.xlsx"), stdout=out)
    assert "Sheet, row 3, E-mail “not-an-address”: Write one e-mail address" in out.getvalue()


def test_differences_from_the_records_are_listed(session, file):
    home = InstitutionFactory(name="MUP")
    known = PersonFactory(given_name="Ana", family_name="Test", institution=home, position="Chief",
                          jurisdiction=home.jurisdiction)  # fmt: skip
    _status, report = run("held-in-may", file(people(["Ana", "Test", "F", "MK", "MUP", "Inspector"])))
    assert report["differences"] == [{"row": 2, "person": known.pk, "field": "position"}]
