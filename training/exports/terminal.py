"""A table as plain text, for people at a terminal."""

from django.utils.translation import gettext as _

from training.exports import wording
from training.exports.tidy import figures
from training.statistics.report import Report
from training.statistics.table import Cell, Table


def to_table(report: Report, table: Table) -> str:
    """The rows, the total, the margins that are known better, and what has to be known beside them."""
    heads = [*(table.names[name] for name in table.by), *table.measures]
    body = [_line(table, cell) for cell in table.cells] if table.by else []
    labels = [_("Total"), *[""] * (len(table.by) - 1)] if table.by else []
    grid = _grid([heads, *body, [*labels, *_figures(table, table.total)]], len(table.by))
    return "\n".join([grid, "", *_below(report, table)])


def _line(table: Table, cell: Cell) -> list[str]:
    labels = [table.labels[name][code] for name, code in zip(table.by, cell.codes, strict=True)]
    return [*labels, *_figures(table, cell)]


def _figures(table: Table, cell: Cell) -> list[str]:
    return [value if isinstance(value, str) else wording.number(value) for value in figures(table, cell).values()]


def _grid(lines: list[list[str]], texts: int) -> str:
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    drawn = [
        "  ".join(
            cell.ljust(width) if index < texts else cell.rjust(width)
            for index, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    ]
    rule = "-" * max(len(line) for line in drawn)
    return "\n".join([drawn[0], rule, *drawn[1:-1], *([rule] if len(drawn) > 2 else []), drawn[-1]])


def _below(report: Report, table: Table) -> list[str]:
    lines = []
    for subset, cells in table.better.items():
        known = "; ".join(_told(table, subset, cell) for cell in cells)
        lines.append(f"{wording.known_by([table.names[name] for name in subset])}: {known}.")
    lines += wording.basis(table)
    lines += [f"{sign}: {meaning}." for sign, meaning in wording.signs(report, (table,))]
    lines += [wording.selection(table), f"{wording.line_about(report)}."]
    return lines + wording.footnotes(report)


def _told(table: Table, subset: tuple[str, ...], cell: Cell) -> str:
    labels = ", ".join(table.labels[name][code] for name, code in zip(subset, cell.codes, strict=True))
    return f"{labels} {wording.HIDDEN if cell.hidden else wording.number(cell.participations)}"
