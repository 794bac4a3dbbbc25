"""The matrix as a file: one line for each question to an address, one column for each account and place."""

import sys
from pathlib import Path

from tests.access.addresses import ours
from tests.access.commands import run_all
from tests.access.rights import rights_of
from tests.access.walking import COLUMNS, walk
from tests.access.world import World, build_world

FILE = Path(__file__).with_name("matrix.txt")
NOT_ASKED = "-"
Table = dict[str, dict[str, str]]
HEAD = """\
# Who gets what from every address: tests/access/test_matrix.py asks and compares; an address without a row fails.
# `done`: a record was changed. `log-in`: the way leads to the log-in first. A number: the status; 302 leads on without
# a change, 403 is said of what one may know of, 404 of what one may not. `-`: not asked, it names no record there.
# A role stands for its account and its own records; `:far` are those of another jurisdiction, project and trainer,
# `:signed` a session of their own just signed off, `:past` one signed off more than thirty days ago.
# `manage.py:` are the commands, run `--as` that account.
# `may:` is what the account's roles allow at all, `sees:` how many of all records of a kind its scope holds.
# PUT, PATCH, DELETE, OPTIONS and TRACE have no lines: every address refuses them with 405.
"""


def read() -> Table:
    lines = [line for line in FILE.read_text().splitlines() if line and not line.startswith("#")]
    columns = lines[0].split()[2:]
    table = {}
    for line in lines[1:]:
        address, method, *cells = line.split()
        table[f"{address} {method}"] = dict(zip(columns, cells, strict=True))
    return table


def written(table: Table) -> str:
    names = [column.name for column in COLUMNS]
    rows = [["address", "method", *names]]
    rows += [[*row.split(), *(cells.get(name, NOT_ASKED) for name in names)] for row, cells in table.items()]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return HEAD + "\n" + "\n".join(lines) + "\n"


def answered(world: World) -> Table:
    """What the site answers now, in the order of its addresses."""
    table: Table = {}
    for column in COLUMNS:
        for answer in walk(world, column, ours()):
            table.setdefault(answer.row, {})[column.name] = answer.outcome
    for column in COLUMNS:
        for row, outcome in (*run_all(world, column), *rights_of(world, column)):
            table.setdefault(row, {})[column.name] = outcome
    return table


def write() -> int:
    """Keep what the site answers now; say which rows that adds, changes and takes away."""
    before, now = read() if FILE.exists() else {}, answered(build_world())
    FILE.write_text(written(now))
    for word, rows in (("new", now.keys() - before.keys()), ("gone", before.keys() - now.keys())):
        sys.stdout.writelines(f"{word}: {row}\n" for row in sorted(rows))
    changed = [
        row
        for row in now.keys() & before.keys()
        if now[row] != {n: c for n, c in before[row].items() if c != NOT_ASKED}
    ]
    sys.stdout.writelines(f"changed: {row}\n" for row in sorted(changed))
    return 0
