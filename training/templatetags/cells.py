"""The cells of tables and the marks of charts, written without templates: a page has hundreds of them."""

from collections.abc import Callable, Mapping
from urllib.parse import quote

from django import template
from django.urls import reverse
from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from training.choices import Measure
from training.statistics.charts import Bar, kind_of
from training.statistics.layout import Column, Entry, Grid, Layout, Line
from training.templatetags.figures import figure, percent

register = template.Library()
Behind = Callable[[Mapping[str, str]], str]


def behind(address: str) -> Behind:
    """Writes the address of the records behind each figure of a table, ready for an attribute."""
    table = f"{reverse('records')}?{escape(address)}"
    return lambda codes: table + "".join(f"&amp;cell={name}%3A{quote(code)}" for name, code in codes.items())


@register.simple_tag
def marks(bar: Bar, address: str) -> SafeString:
    """The marks of one bar, each a link. The same figures stand beside them, so the keyboard passes these by."""
    to, label = behind(address), escape(bar.line.labels[0])
    return mark_safe(  # noqa: S308  every part is escaped or a number
        "".join(
            f'<a href="{to(mark.entry.codes)}" tabindex="-1"><title>{label}, {escape(mark.column.label)}: '
            f'{figure(mark.entry.value)}</title><rect class="{mark.kind}" x="{mark.start}%" width="{mark.width}%"'
            ' height="22"></rect></a>'
            for mark in bar.marks
        )
    )


@register.simple_tag
def chart_cells(grid: Grid, line: Line, address: str) -> SafeString:
    """The figures beside a bar, for a table whose lines become blocks on a small screen."""
    to, cells = behind(address), []
    for column, entry in zip(grid.columns, line.entries, strict=True):
        kind = "all" if column.code is None else kind_of(column)
        none = "" if entry.value else " none"
        cells.append(f'<td class="n {kind}{none}" role="cell">{_linked(entry, to)}</td>')
    return mark_safe("".join(cells) + f'<td class="n share" role="cell">{_women(line)}</td>')  # noqa: S308


@register.simple_tag
def grid_cells(grid: Grid, line: Line, address: str, layout: Layout | None = None, parts: bool = False) -> SafeString:
    """The figures of a line, each with its share and what it rests on where these are asked for. A table without an
    address was kept, and its figures lead nowhere.
    """
    to, shares = behind(address) if address else None, bool(layout and layout.share)
    cells = [
        f'<td class="n">{_linked(entry, to)}{_under(entry) if shares else ""}'
        f"{_parts(column, entry) if parts else ''}</td>"
        for column, entry in zip(grid.columns, line.entries, strict=True)
    ]
    women = [f'<td class="n">{_women(line)}</td>'] if grid.has_women else []
    return mark_safe("".join(cells + women))  # noqa: S308


def _linked(entry: Entry, to: Behind | None) -> str:
    if entry.hidden:
        return f'<abbr title="{escape(_("withheld"))}">c</abbr>'
    shown = figure(entry.value)
    return f'<a href="{to(entry.codes)}">{shown}</a>' if to and entry.has_records else shown


def _women(line: Line) -> str:
    shown = percent(line.women_percent)
    if not line.women or not line.women[1]:
        return shown
    return f'{shown} <span class="note">{escape(_("of %(all)s") % {"all": figure(line.women[1])})}</span>'


def _under(entry: Entry) -> str:
    return "" if entry.share is None else f'<span class="under">{percent(entry.share)}</span>'


def _parts(column: Column, entry: Entry) -> str:
    """A full circle for names, half of one for people beside a roster, an empty one for a whole headcount."""
    cell = entry.cell
    if cell is None or not entry.has_records or column.measure != Measure.PARTICIPATIONS:
        return ""
    told = (
        ("●", cell.named, _("named")),
        ("◐", cell.unnamed, _("unnamed, beside a roster")),
        ("○", cell.whole, _("headcount of a whole session")),
    )
    shown = (
        f'<span><span aria-hidden="true">{sign}</span> {figure(number)}'
        f'<span class="visually-hidden"> {conditional_escape(words)}</span></span>'
        for sign, number, words in told
        if number
    )
    return f'<span class="parts">{" ".join(shown)}</span>'
