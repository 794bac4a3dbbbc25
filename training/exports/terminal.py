"""Answers as a table of plain text, for people at a terminal."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from training.exports.tidy import footnotes, rows
from training.statistics.dimensions import DIMENSIONS
from training.statistics.engine import Answer
from training.statistics.shares import share

UNKNOWN = "–"


def to_table(answer: Answer) -> str:
    """The rows, the total, the margins that are known better, the notes and the footnotes."""
    question = answer.question
    heads = [*(str(DIMENSIONS[name].label) for name in question.by), *question.measures]
    body = [_line(row, question.by, question.measures) for row in rows(answer, answer.cells, question.by)]
    last = ["Total", *[""] * (len(question.by) - 1)] if question.by else []
    total = [*last, *(_number(answer.total[measure]) for measure in question.measures)]
    parts = [_grid([heads, *body, total] if question.by else [heads, total], len(question.by)), *_below(answer)]
    return "\n".join(parts)


def _line(row: dict, by: Sequence[str], measures: Sequence[str]) -> list[str]:
    return [*(row[f"{name}_label"] for name in by), *(_number(row[measure]) for measure in measures)]


def _number(value: int | None) -> str:
    return UNKNOWN if value is None else f"{value:,}"


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


def _below(answer: Answer) -> list[str]:
    lines = [""]
    for subset in answer.better:
        known = [
            f"{', '.join(row[f'{name}_label'] for name in subset) or 'all'} {_number(row['participations'])}"
            for row in rows(answer, answer.margins[subset], subset)
            if "participations" in row
        ]
        lines.append(f"Known in all by {', '.join(subset) or 'total'}: {'; '.join(known)}.")
    women = answer.women()
    if women and women[1]:
        lines.append(f"Women: {share(*women)} % ({women[0]} of {women[1]} with sex known).")
    lines.append(sessions_line(answer))
    lines += [note.text for note in answer.notes]
    lines += [f"* {text}" for text in footnotes(answer)]
    return lines


def sessions_line(answer: Answer) -> str:
    """How many sessions the answer rests on, and what is not known about them."""
    return _(
        "%(number)d sessions in %(events)d events; the number of sessions is not known for %(unknown)d of them,"
        " the attendance for %(without)d."
    ) % {
        "number": answer.sessions.number,
        "events": answer.sessions.events,
        "unknown": answer.sessions.unknown,
        "without": answer.sessions.without_figures,
    }
