"""The documentation is tested: what it names exists, and what exists is named."""

import re
from pathlib import Path

import pytest
from django.core.management import BaseCommand, get_commands, load_command_class

ROOT = Path(__file__).parent.parent.parent
OURS = sorted(
    name for name, app in get_commands().items() if app in {"training", "project", "elearning", "certificates"}
)
STABLE = {"load_roadmap", "load_demo", "remove_demo", "statistics", "import_roster", "check_register"}
STABLE |= {"issue_certificates", "verify_certificate"}
PAGES = ["README.md", "CHANGELOG.md", *sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("docs/**/*.md"))]


def text_of(page):
    return (ROOT / page).read_text(encoding="utf-8")


def options_of(command):
    parser = load_command_class(get_commands()[command], command).create_parser("manage.py", command)
    common = BaseCommand().create_parser("manage.py", command)
    django = {option for action in common._actions for option in action.option_strings}
    return {
        action.option_strings[-1]: action
        for action in parser._actions
        if action.option_strings and not django & set(action.option_strings)
    }


def section(command):
    found = re.search(rf"^## {command}\n(.*?)(?=^## |\Z)", text_of("docs/commands.md"), flags=re.DOTALL | re.MULTILINE)
    assert found, f"docs/commands.md has no section on {command}"
    return found.group(1)


def test_the_commands_promised_are_there():
    assert set(OURS) >= STABLE
    assert all(command in text_of("README.md") for command in STABLE)


@pytest.mark.parametrize("command", OURS)
def test_every_option_of_a_command_is_documented_and_every_documented_one_exists(command):
    rows = [line.split("|")[1] for line in section(command).splitlines() if line.startswith("| `")]
    documented = {option for row in rows for option in re.findall(r"--[a-z][a-z-]*", row)}
    assert documented == set(options_of(command))


@pytest.mark.parametrize("command", OURS)
def test_every_choice_of_an_option_is_documented(command):
    written = section(command)
    choices = {choice for action in options_of(command).values() for choice in action.choices or ()}
    assert {choice for choice in choices if not re.search(rf"\b{choice}\b", written)} == set()


def test_every_command_in_the_documentation_exists():
    named = {name for page in PAGES for name in re.findall(r"manage\.py ([a-z_]+)", text_of(page))}
    assert named <= set(get_commands())
    assert set(re.findall(r"^## (\w+)$", text_of("docs/commands.md"), flags=re.MULTILINE)) == set(OURS)


def test_the_dimensions_in_the_documentation_are_those_there_are():
    from training.statistics.dimensions import DIMENSIONS

    listed = re.search(r"the dimensions: ([a-z_, ]+) \|", section("statistics"))
    assert set(listed.group(1).strip().split(", ")) == set(DIMENSIONS)


@pytest.mark.parametrize("page", PAGES)
def test_every_make_target_in_the_documentation_exists(page):
    targets = set(re.findall(r"^([a-z]+):", text_of("Makefile"), flags=re.MULTILINE))
    written = re.findall(r"(?:`|^    )make\s+([a-z]+)", text_of(page), flags=re.MULTILINE)
    assert set(written) <= targets


@pytest.mark.parametrize("page", PAGES)
def test_links_inside_the_repository_lead_somewhere(page):
    links = re.findall(r"(?<!!)\[[^]]*\]\(([^)#:]+)\)", text_of(page))
    assert [link for link in links if not ((ROOT / page).parent / link).exists()] == []


def test_ci_calls_the_test_command_of_the_readme():
    assert "    make test " in text_of("README.md")
    assert re.search(r"^env -u DATABASE_URL make test$", text_of(".ci/run"), flags=re.MULTILINE)


def test_the_places_in_the_architecture_exist():
    table = re.findall(r"^\|[^|]*\| ?`?([^|]*)\|", text_of("docs/architecture.md"), flags=re.MULTILINE)
    paths = {path for row in table for path in re.findall(r"\b((?:services|statistics|imports|roadmap)/\w+\.py)", row)}
    assert paths
    assert {path for path in paths if not (ROOT / "training" / path).exists()} == set()
