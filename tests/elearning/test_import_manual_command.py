"""`manage.py import_manual`: what scripts rely on."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from elearning.models import Course, ManualEdition, ModulePage
from tests.elearning.manuals import PARAGRAPHS, SAMPLE, styled
from training.models import TrailEntry

KEYS = {"title", "language", "modules", "added", "changed", "removed"}
SHARED = "Službenik bilježi svrhu i odobrenje prije nego što počne. Nalazi se uvijek dostavljaju uobičajenim putem."


@pytest.fixture(autouse=True)
def _database(db):
    pass


@pytest.fixture
def file(tmp_path):
    def save(data, name="manual.docx"):
        (tmp_path / name).write_bytes(data)
        return tmp_path / name

    return save


def run(path, *options):
    """The exit status and the JSON report, None if there was none; and what was said beside it."""
    out, err = StringIO(), StringIO()
    try:
        call_command("import_manual", str(path), "--report", "json", *options, stdout=out, stderr=err)
        status = 0
    except CommandError as refusal:
        status = refusal.returncode
    return status, json.loads(out.getvalue()) if out.getvalue() else None, err.getvalue()


def test_the_sample_manual_is_reported_with_its_modules_and_blocks():
    status, report, said = run(SAMPLE)
    assert status == 0
    assert set(report) == KEYS
    assert (report["title"], report["language"]) == ("Open-source research for firearms investigators", "en")
    assert [(m["title"], [block["type"] for block in m["blocks"]]) for m in report["modules"]] == [
        ("1. Authority and necessity", ["text", "text", "heading", "table", "heading", "list"]),
        ("2. Keeping evidence", ["text", "image", "list"]),
        ("3. Indicators and reporting", ["heading", "text", "heading", "text"]),
    ]
    assert (report["added"], report["changed"], report["removed"]) == (13, 0, 0)
    assert "1 picture has no words" in said
    ids = [block["id"] for module in report["modules"] for block in module["blocks"]]
    assert [block.id for page in ModulePage.objects.order_by("path") for block in page.body] == ids


def test_a_dry_run_reports_the_same_and_writes_nothing():
    _status, dry, _said = run(SAMPLE, "--dry-run")
    assert not Course.objects.exists()
    assert not TrailEntry.objects.filter(action="manual imported").exists()
    assert run(SAMPLE)[1] == dry


def test_a_second_edition_counts_what_is_different(file):
    chapters = [("One", PARAGRAPHS), ("Two", PARAGRAPHS[:1])]
    _status, first, _said = run(file(styled(*chapters)))
    edited = [PARAGRAPHS[0].replace("act", "deed"), PARAGRAPHS[1]]
    status, second, said = run(file(styled(("One", edited), chapters[1], ("Three", PARAGRAPHS[2:]))))
    assert status == 0
    assert [second[each] for each in ("added", "changed", "removed")] == [0, 1, 0]
    assert second["modules"][0]["blocks"] == first["modules"][0]["blocks"][:2]
    assert second["modules"][2]["blocks"] == first["modules"][0]["blocks"][2:]
    assert said == ""
    assert Course.objects.count() == 1


def test_what_is_refused_says_why_and_writes_nothing(file):
    status, report, _said = run(file(b"%PDF-1.7"))
    assert status == 1
    assert report == {
        "title": "", "language": "", "modules": [], "added": 0, "changed": 0, "removed": 0,
        "errors": ["This is a PDF. Open the manual in Word or LibreOffice and save it as a Word document (.docx)."],
    }  # fmt: skip
    status, report, _said = run(file(styled(("One", ["Few words."]), ("Two", ["And few."]))))
    assert (status, report["errors"]) == (1, ["The language of the text cannot be told. Say which it is."])
    assert not Course.objects.exists()


def test_the_language_is_the_one_said_and_what_else_it_could_be_is_told(file):
    uncertain = file(styled(("Prvo", [SHARED] * 2), ("Drugo", [SHARED]), title="Priručnik"))
    status, report, said = run(uncertain, "--dry-run")
    assert (status, report["language"]) == (0, "bs")
    assert "crnogorski" in said
    assert run(uncertain, "--dry-run", "--language", "cnr")[1]["language"] == "cnr"


def test_the_parent_is_where_courses_lie_or_the_course_itself(file):
    run(file(styled(("One", PARAGRAPHS), ("Two", PARAGRAPHS))))
    course = Course.objects.get()
    other = file(styled(("Else", [PARAGRAPHS[2] * 3]), title="Another title"))
    assert run(other, "--language", "en", "--parent", "/courses/")[0] == 0
    assert Course.objects.count() == 2
    assert run(other, "--language", "en", "--parent", f"courses/{course.slug}")[0] == 0
    assert ManualEdition.objects.filter(course=course).count() == 2
    assert run(other, "--language", "en", "--new")[0] == 0
    assert Course.objects.count() == 3


@pytest.mark.parametrize("options", [("--parent", "/nowhere/"), ("--as", "nobody@example.org")])
def test_a_wrong_call_ends_with_2(options):
    assert run(SAMPLE, *options)[0] == 2
    assert not Course.objects.exists()


def test_who_acts_has_to_keep_courses(editor, officer):
    assert run(SAMPLE, "--as", officer.email)[0] == 1
    assert run(SAMPLE, "--as", editor.email)[0] == 0
    assert TrailEntry.objects.get(action="manual imported").by == editor


def test_for_people_it_is_told_in_lines():
    out = StringIO()
    call_command("import_manual", str(SAMPLE), stdout=out)
    assert out.getvalue().splitlines() == [
        "Made, as drafts: “Open-source research for firearms investigators” (en).",
        "13 blocks",
        "1. Authority and necessity: 6 blocks",
        "2. Keeping evidence: 3 blocks",
        "3. Indicators and reporting: 4 blocks",
        "1 picture has no words for those who do not see it: add some before publishing.",
    ]
