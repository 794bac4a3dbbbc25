"""What the register costs on this machine: `make bench`, or `python -m tests.benchmarks [--quick] [--rows N]`.

One line for each figure: name, value, unit and, where one helps, a note, separated by tabs. Ratios are taken within
one run, both sides in turn, and are medians. Lines whose name starts with `moodle_` are what was measured of Moodle 4.5
with its attendance plugin on this kind of machine, to read ours beside. Everything happens in a database of its own (a
SQLite file, or with DATABASE_URL=postgres://… a new database on that server), which is dropped at the end.

--quick takes a tenth of the rows and few rounds: it shows that the benchmarks run, not what things cost.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.database import own_database
from tests.benchmarks.measuring import Run, show

PARTS = ("statistics", "imports", "pages", "sync", "progress", "cold", "courses", "certificates")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__.split("\n")[0])
    parser.add_argument("--quick", action="store_true", help="a tenth of the rows, few rounds")
    parser.add_argument("--rows", type=int, default=1_000_000, help="participations of the larger statistics table")
    parser.add_argument("--only", default="", metavar="PARTS", help=f"of: {', '.join(PARTS)}")
    return parser.parse_args()


def main() -> int:
    options = arguments()
    run = Run(quick=options.quick, rows=options.rows)
    parts = set(options.only.split(",")) if options.only else set(PARTS)
    with tempfile.TemporaryDirectory(prefix="evidenca-bench-") as folder, own_database(Path(folder)):
        measure(run, parts, Path(folder))
    return 0


def measure(run: Run, parts: set[str], folder: Path) -> None:
    """Every figure, as soon as it is known. The models can be imported only now that there is a database."""
    from tests.benchmarks import certifying, cold, counting, courses, importing, moodle, pages, progress, syncing

    counting.grow_to(run.smaller)
    if "cold" in parts:
        show(cold.figures())
    if "pages" in parts:
        show(pages.figures(run))
    if "sync" in parts:
        show(syncing.figures(run))
    if "progress" in parts:
        show(progress.figures(run))
    if "courses" in parts:
        show(courses.figures(run, folder))
    if "certificates" in parts:
        show(certifying.figures(run))
    if "imports" in parts:
        show(importing.figures(run))
    if "statistics" in parts:
        show(counting.figures(run))
    show(moodle.FIGURES)


if __name__ == "__main__":
    sys.exit(main())
