"""Tests whose program is missing are left out aloud; the rest runs and passes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.programs import PROGRAMS, fetch

ROOT = Path(__file__).parent.parent.parent
SUITE = """
import pytest

@pytest.mark.browser
def test_in_a_browser():
    raise AssertionError("needs chromium")

def test_plain():
    pass
"""


def run_suite(tmp_path, path):
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    (tmp_path / "test_suite.py").write_text(SUITE)
    return subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-p",
            "tests.programs",
            "-p",
            "no:django",
            "-p",
            "no:cacheprovider",
            str(tmp_path),
        ],
        cwd=ROOT,
        env=os.environ | {"PATH": str(path)},
        capture_output=True,
        text=True,
    )


def test_without_its_program_a_test_is_left_out_and_named(tmp_path):
    done = run_suite(tmp_path, path=tmp_path / "no-programs")
    assert done.returncode == 0, done.stdout
    assert "1 passed, 1 deselected" in done.stdout
    assert "LEFT OUT: tests in a browser (mark 'browser'): chromium is not installed" in done.stdout


def test_with_its_program_a_test_runs(tmp_path):
    programs = tmp_path / "programs"
    programs.mkdir()
    for program in PROGRAMS:
        (programs / program.command).write_text("#!/bin/sh\n")
        (programs / program.command).chmod(0o755)
    done = run_suite(tmp_path, path=programs)
    assert done.returncode == 1
    assert "needs chromium" in done.stdout
    assert "LEFT OUT" not in done.stdout


@pytest.fixture
def calls():
    return []


def answering(calls, code):
    def run(command, **_options):
        calls.append(command)
        return subprocess.CompletedProcess(command, code)

    return run


def test_missing_programs_are_fetched_with_apt(calls):
    assert fetch(PROGRAMS[:1], allowed=True, run=answering(calls, code=0))
    assert [next(word for word in ("update", "install") if word in command) for command in calls] == [
        "update",
        "install",
    ]
    assert calls[1][-1] == "chromium"


def test_a_fetch_that_fails_is_no_error(calls):
    assert not fetch(PROGRAMS[:1], allowed=True, run=answering(calls, code=100))


def test_nothing_is_fetched_where_that_is_not_allowed(calls):
    assert not fetch(PROGRAMS[:1], allowed=False, run=answering(calls, code=0))
    assert calls == []
