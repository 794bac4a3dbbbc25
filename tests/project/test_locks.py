"""What is installed is written down: every dependency locked with hashes, from no particular registry."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
PINNED = re.compile(r"^([a-z0-9][a-z0-9._-]*)(?:\[[^]]*\])?==", flags=re.MULTILINE)


def normal(requirement):
    return re.sub(r"[-_.]+", "-", re.match(r"[A-Za-z0-9._-]+", requirement).group()).lower()


def project():
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


@pytest.mark.parametrize(
    ("lock", "wanted"),
    [
        ("requirements.txt", project()["project"]["dependencies"]),
        ("requirements-dev.txt", project()["project"]["dependencies"] + project()["dependency-groups"]["dev"]),
    ],
)
def test_a_lock_pins_every_dependency_with_hashes(lock, wanted):
    text = (ROOT / lock).read_text()
    pinned = PINNED.findall(text)
    assert {normal(requirement) for requirement in wanted} <= set(pinned)
    blocks = re.split(
        r"\n(?=[a-z0-9])", "\n" + "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    )
    assert all("--hash=sha256:" in block for block in blocks if "==" in block)


@pytest.mark.parametrize("lock", ["requirements.txt", "requirements-dev.txt"])
def test_a_lock_names_no_registry(lock):
    text = (ROOT / lock).read_text()
    assert "://" not in text
    assert "index" not in text


def test_both_locks_agree():
    run, develop = (
        dict(re.findall(r"^([a-z0-9][a-z0-9._-]*)(?:\[[^]]*\])?==(\S+)", (ROOT / lock).read_text(), flags=re.MULTILINE))
        for lock in ("requirements.txt", "requirements-dev.txt")
    )
    assert {name: version for name, version in run.items() if develop.get(name) != version} == {}
