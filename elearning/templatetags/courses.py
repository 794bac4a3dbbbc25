"""What templates of courses need: languages by their own names, tables as rows of cells."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe

from elearning import languages

register = template.Library()


@register.simple_tag
@cache
def language_options(chosen: str) -> SafeString:
    """What a list of the languages of courses offers. Each is called as its readers call it, whoever asks."""
    return format_html_join(
        "",
        '<option value="{}" lang="{}"{}>{}</option>',
        (
            (code, code, mark_safe(" selected") if code == chosen else "", name)
            for code, name in languages.named(languages.LANGUAGES)
        ),
    )


@register.filter
def own_name(language: str) -> str:
    return languages.own_name(language)


@dataclass(frozen=True)
class Cell:
    text: str
    tag: str
    scope: str
    colspan: int = 1
    rowspan: int = 1


@register.filter
def table_rows(table: Mapping[str, Any] | None) -> list[list[Cell]]:
    """The table as Wagtail keeps it, row by row; cells that a merged one covers are left out."""
    table = table or {}
    merged = {(one["row"], one["col"]): (one["rowspan"], one["colspan"]) for one in table.get("mergeCells") or ()}
    covered = {
        (row + down, column + right)
        for (row, column), (rows, columns) in merged.items()
        for down in range(rows)
        for right in range(columns)
        if down or right
    }
    found = []
    for row, texts in enumerate(table.get("data") or ()):
        cells = []
        for column, text in enumerate(texts):
            if (row, column) not in covered:
                rowspan, colspan = merged.get((row, column), (1, 1))
                scope = _scope(table, row, column)
                cells.append(Cell(text or "", "th" if scope else "td", scope, colspan, rowspan))
        found.append(cells)
    return found


def _scope(table: Mapping[str, Any], row: int, column: int) -> str:
    if row == 0 and table.get("first_row_is_table_header"):
        return "col"
    return "row" if column == 0 and table.get("first_col_is_header") else ""
