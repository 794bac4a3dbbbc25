"""Programs some tests drive, in one list: make test fetches them, and tests whose program is missing are left out.

A test that needs one carries its mark (`pytestmark = pytest.mark.browser`). Left out means deselected, with a line
at the end that says so; nothing is skipped silently. As a module: fetch what is missing, where apt may be used.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Program:
    mark: str
    command: str
    package: str
    what: str

    def missing(self) -> bool:
        return shutil.which(self.command) is None


PROGRAMS = [
    Program("browser", "chromium", "chromium", "tests in a browser"),
    Program("calc", "soffice", "libreoffice-calc", "tests that open a table in LibreOffice Calc"),
    Program("pdf", "pdftotext", "poppler-utils", "tests that read a PDF"),
]


def pytest_configure(config):
    for program in PROGRAMS:
        config.addinivalue_line("markers", f"{program.mark}: needs {program.command} (Debian's {program.package})")


def pytest_collection_modifyitems(config, items):
    missing = {program.mark for program in PROGRAMS if program.missing()}
    out = [item for item in items if any(item.get_closest_marker(mark) for mark in missing)]
    if out:
        items[:] = [item for item in items if item not in out]
        config.hook.pytest_deselected(items=out)


def pytest_terminal_summary(terminalreporter):
    for program in wanted():
        if program.missing():
            terminalreporter.write_line(
                f"LEFT OUT: {program.what} (mark '{program.mark}'): {program.command} is not installed; "
                f"Debian has it as {program.package}."
            )


def wanted() -> list[Program]:
    """The programs that some test asks for."""
    sources = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.rglob("test_*.py"))
    return [program for program in PROGRAMS if f"mark.{program.mark}" in sources]


def fetch(
    missing: list[Program],
    *,
    allowed: bool,
    run: Callable[..., subprocess.CompletedProcess] = subprocess.run,
) -> bool:
    """Install what is missing with apt. False when that is not allowed or did not work; the tests run all the same."""
    if not allowed:
        return False
    apt = ["apt-get", "-q", "-o", "Acquire::Retries=2", "-o", "Acquire::http::Timeout=30"]
    packages = [program.package for program in missing]
    options = {"env": os.environ | {"DEBIAN_FRONTEND": "noninteractive"}, "stdin": subprocess.DEVNULL}
    run([*apt, "update"], stdout=subprocess.DEVNULL, check=False, **options)
    command = [*apt, "install", "-y", "--no-install-recommends", *packages]
    return run(command, stdout=subprocess.DEVNULL, check=False, **options).returncode == 0


def main() -> None:
    missing = [program for program in wanted() if program.missing()]
    if not missing:
        return
    names = ", ".join(program.package for program in missing)
    allowed = os.geteuid() == 0 and shutil.which("apt-get") is not None
    sys.stdout.write(f"Fetching Debian's {names} for the tests\n" if allowed else "")
    sys.stdout.flush()
    if not fetch(missing, allowed=allowed):
        sys.stdout.write(f"Not installed: {names}. The tests that need it are left out.\n")


if __name__ == "__main__":
    main()
