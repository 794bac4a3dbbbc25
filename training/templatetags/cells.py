"""The cells of tables and the marks of charts, written without templates: a page has hundreds of them."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from html import escape
from typing import Any
from urllib.parse import quote

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from training.choices import Measure, Sex
from training.statistics.charts import Bar, Bars, OverTime, Quarter, kind_of
from training.statistics.disclosure import Reason
from training.statistics.layout import Column, Entry, Grid, Layout, Line
from training.templatetags.figures import address_with, figure, percent

register = template.Library()
Behind = Callable[[Mapping[str, str]], str]
# What donors would not see, by the codes it stands for, and why.
Marks = Mapping[frozenset[tuple[str, str]], Reason]


def behind(address: str) -> Behind:
    """Writes the address of the records behind each figure of a table, ready for an attribute. `address` is that of the
    records behind the whole table.
    """
    table = escape(address)
    return lambda codes: table + "".join(_cell(name, code) for name, code in codes.items())


@lru_cache(maxsize=5_000)
def _cell(name: str, code: str) -> str:
    """One parameter of such an address; a page has each of them many times."""
    return f"&amp;cell={name}%3A{quote(code)}"


@register.simple_tag(takes_context=True)
def bar_lines(context: dict[str, Any], chart: Bars, address: str) -> SafeString:
    """The lines of a bar chart: a name, which narrows the page to it where a filter can, its bar, its figures."""
    to, lines = behind(address), []
    for bar in chart.bars:
        name = escape(bar.line.labels[0])
        if bar.filter:
            name = f'<a href="{escape(address_with(context, *bar.filter))}">{name}</a>'
        lines.append(
            f'<tr role="row"><th scope="row" role="rowheader">{name}</th><td class="strip" role="cell">'
            f'<svg width="100%" height="22" aria-hidden="true" focusable="false">{_marks(bar, to)}</svg></td>'
            f"{_chart_cells(chart.grid, bar.line, to)}</tr>"
        )
    return mark_safe("".join(lines))  # noqa: S308  every part is escaped or a number


def _marks(bar: Bar, to: Behind) -> str:
    """The marks of one bar, each a link. The same figures stand beside them, so the keyboard passes these by."""
    label = escape(bar.line.labels[0])
    return "".join(
        f'<a href="{to(mark.entry.codes)}" tabindex="-1"><title>{label}, {escape(mark.column.label)}: '
        f'{figure(mark.entry.value)}</title><rect class="{mark.kind}" x="{mark.start}%" width="{mark.width}%"'
        ' height="22"></rect></a>'
        for mark in bar.marks
    )


@register.simple_tag
def swatch(kind: str) -> SafeString:
    """What the marks of this kind look like."""
    return mark_safe(  # noqa: S308  one of our own words
        '<svg class="swatch" width="12" height="12" aria-hidden="true" focusable="false">'
        f'<rect class="{kind}" width="12" height="12"></rect></svg>'
    )


@register.simple_tag
def quarters(chart: OverTime, address: str) -> SafeString:
    """The axis of time: a column for each quarter, a link, and what stands below it."""
    to = behind(address)
    return mark_safe("".join(_column(quarter, to) + _below(quarter) for quarter in chart.quarters))  # noqa: S308


def _column(quarter: Quarter, to: Behind) -> str:
    if quarter.line is None:
        return ""
    kind = "unknown" if quarter.percent is None else "women"
    women, known = (figure(number) for number in quarter.line.women or (None, None))
    (left, width), shown = quarter.column, percent(quarter.percent)
    return (
        f'<a href="{to(quarter.codes)}"><title>{quarter.year} {quarter.name}: {shown} ({women} / {known})</title>'
        f'<rect class="room" x="{quarter.left}%" width="{quarter.width}%" y="0" height="212"></rect>'
        f'<rect class="{kind}" x="{left}%" width="{width}%" y="{quarter.y}" height="{quarter.height}"></rect>'
        f'<text class="value" x="{quarter.middle}%" y="{quarter.y - 6}">{shown}</text></a>'
    )


def _below(quarter: Quarter) -> str:
    """The quarter's name, and its year where one begins; dots for a longer time without training."""
    year = f'<text class="year" x="{quarter.middle}%" y="228">{quarter.year}</text>' if quarter.starts_year else ""
    return f'<text class="tick" x="{quarter.middle}%" y="208">{quarter.name or "⋯"}</text>{year}'


@register.simple_tag
def chart_cells(grid: Grid, line: Line, address: str) -> SafeString:
    """The figures beside a bar, for a table whose lines become blocks on a small screen."""
    return mark_safe(_chart_cells(grid, line, behind(address)))  # noqa: S308


def _chart_cells(grid: Grid, line: Line, to: Behind) -> str:
    cells = []
    for column, entry in zip(grid.columns, line.entries, strict=True):
        kind = "all" if column.code is None else kind_of(column)
        none = "" if entry.value else " none"
        cells.append(f'<td class="n {kind}{none}" role="cell">{_linked(entry, to)}</td>')
    return "".join(cells) + f'<td class="n share" role="cell">{_women(line)}</td>'


@register.simple_tag
def grid_cells(
    grid: Grid,
    line: Line,
    address: str,
    layout: Layout | None = None,
    parts: bool = False,
    marks: Marks | None = None,
) -> SafeString:
    """The figures of a line, each with its share and what it rests on where these are asked for, and a sign where
    donors would not see it. A table without an address was kept, or is for others: its figures lead nowhere.
    """
    to, shares = behind(address) if address else None, bool(layout and layout.share)
    cells = [
        f'<td class="n">{_marked(entry, marks)}{_linked(entry, to)}{_under(entry) if shares else ""}'
        f"{_parts(column, entry) if parts else ''}</td>"
        for column, entry in zip(grid.columns, line.entries, strict=True)
    ]
    if grid.has_women:
        cells.append(f'<td class="n">{_marked_women(line, marks)}{_women(line)}</td>')
    return mark_safe("".join(cells))  # noqa: S308


@register.simple_tag
def mark(entry: Entry, marks: Marks | None = None) -> SafeString:
    """The sign of one figure that stands outside the lines."""
    return mark_safe(_marked(entry, marks))  # noqa: S308


def _marked(entry: Entry, marks: Marks | None) -> str:
    reason = marks.get(frozenset(entry.codes.items())) if marks and entry.cell and entry.cell.private > 0 else None
    return _sign(reason) if reason else ""


def _marked_women(line: Line, marks: Marks | None) -> str:
    """A share of women goes with either of its numbers."""
    parts = [entry for entry in line.entries if entry.codes.get("sex") in (Sex.WOMEN, Sex.MEN)]
    return _sign(Reason.BESIDE) if any(_marked(entry, marks) for entry in parts) else ""


def _sign(reason: Reason) -> str:
    """The c that donors would find: dark where the figure is small, light where it goes with a small one."""
    told = escape(_("too small for donors") if reason == Reason.SMALL else _("would give away a small group"))
    sign = f'<abbr title="{told}">c</abbr><span class="visually-hidden">, {told}:</span>'
    return f'<span class="c {reason}">{sign}</span> '


def _linked(entry: Entry, to: Behind | None) -> str:
    if entry.hidden:
        return _withheld()
    shown = figure(entry.value) if entry.percent is None else percent(entry.percent)
    return f'<a href="{to(entry.codes)}">{shown}</a>' if to and entry.has_records else shown


def _withheld() -> str:
    return f'<abbr title="{escape(_("withheld"))}">c</abbr>'


def _women(line: Line) -> str:
    if line.women_hidden:
        return _withheld()
    shown = percent(line.women_percent)
    if not line.women or not line.women[1]:
        return shown
    return f'{shown} <span class="note">{escape(_("of %(all)s") % {"all": figure(line.women[1])})}</span>'


def _under(entry: Entry) -> str:
    """The share; of a figure that is withheld itself nothing more is said."""
    if entry.hidden or (entry.share is None and not entry.share_hidden):
        return ""
    return f'<span class="under">{_withheld() if entry.share_hidden else percent(entry.share)}</span>'


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
        f'<span class="visually-hidden"> {escape(words)}</span></span>'
        for sign, number, words in told
        if number
    )
    return f'<span class="parts">{" ".join(shown)}</span>'
