"""Tests that need the official schemas are left out aloud where these are missing; the rest runs and passes."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
WITHOUT = """
from pathlib import Path
from tests import iati_schemas

iati_schemas.CACHE = Path(__file__).parent / "nothing-here"
"""
SUITE = """
import pytest

@pytest.mark.iati
def test_against_the_schema():
    raise AssertionError("needs the schemas")

def test_plain():
    pass
"""


def test_without_the_schemas_a_test_is_left_out_and_named(tmp_path):
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    (tmp_path / "conftest.py").write_text(WITHOUT)
    (tmp_path / "test_suite.py").write_text(SUITE)
    options = ["-p", "tests.iati_schemas", "-p", "no:django", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, str(tmp_path)], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout
    assert "1 passed, 1 deselected" in done.stdout
    assert "LEFT OUT: tests that validate IATI files (mark 'iati')" in done.stdout
