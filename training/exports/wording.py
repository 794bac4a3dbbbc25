"""What files say beside and instead of figures, in one wording: XLSX, PDF and charts differ in looks only."""

from collections.abc import Iterable, Iterator, Mapping

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from training.choices import Audience
from training.statistics.layout import Entry, Line
from training.statistics.report import Remark, Report
from training.statistics.shares import share
from training.statistics.table import Table

UNKNOWN, HIDDEN = "–", "c"
Pairs = Iterator[tuple[str, str]]


def number(value: int | None) -> str:
    return UNKNOWN if value is None else number_format(value, force_grouping=True)


def figure(entry: Entry) -> str:
    return HIDDEN if entry.hidden else number(entry.value)


def percent(value: float | None) -> str:
    return UNKNOWN if value is None else f"{value} %"


def as_of(report: Report) -> str:
    return date_format(timezone.localtime(report.as_of), "j F Y, H:i")


def about(report: Report) -> Pairs:
    """Whose figures these are, of when and for whom."""
    if report.number:
        yield _("Number"), report.number
    yield _("As of"), as_of(report)
    yield _("Prepared by"), report.author
    yield _("For"), str(Audience(report.audience).label)
    if report.audience == Audience.DONOR:
        yield _("Smallest group shown"), number(report.threshold)
    else:
        yield _("Small groups"), _("shown as they are: not to be passed on outside the house")


def line_about(report: Report) -> str:
    """Number and moment in one line, for the foot of every page."""
    said = {"as_of": as_of(report), "number": report.number}
    return _("As of %(as_of)s · No. %(number)s") % said if report.number else _("As of %(as_of)s") % said


def selection(table: Table) -> str:
    """What is counted, under which filters."""
    counted = ", ".join(table.called(name) for name in table.measures)
    said = "; ".join(f"{name}: {value}" for name, value in table.filters)
    return f"{counted}. {said or _('No filter')}."


def women(table: Table) -> str:
    """The share of women with its denominator; empty where the table is not about sex or nobody's sex is known."""
    known = table.women()
    if table.hides_women:
        return _("Women: %(sign)s (withheld).") % {"sign": HIDDEN}
    if known is None or not known[1]:
        return ""
    return _("Women: %(percent)s (%(women)s of %(of)s whose sex is known).") % {
        "percent": percent(share(*known)),
        "women": number(known[0]),
        "of": number(known[1]),
    }


def sessions(counted: Mapping[str, int]) -> str:
    """How many sessions the table rests on, and what is not known about them."""
    return _(
        "%(number)s sessions in %(events)s events; the number of sessions is not known for %(unknown)s of them,"
        " the attendance for %(without)s."
    ) % {
        "number": number(counted["number"]),
        "events": number(counted["events"]),
        "unknown": number(counted["unknown"]),
        "without": number(counted["without_figures"]),
    }


def basis(table: Table) -> list[str]:
    """What stands below a table: the share of women, its sessions, its notes."""
    nothing = "" if table.cells else _("Nothing to count: no delivered training fits this question.")
    counted = sessions(table.sessions) if table.sessions else ""
    lines = (nothing, women(table), counted, *(text for _code, text in table.notes))
    return [line for line in lines if line]


def signs(report: Report, tables: tuple[Table, ...] | None = None, *, unknown: str = UNKNOWN) -> Pairs:
    """The signs that stand instead of figures in these tables, all of them if none are named, and what they mean.
    `unknown`: what stands where a figure is not known.
    """
    cells = [cell for table in tables or report.tables for _by, cell in table.places()]
    if any(cell.hidden for cell in cells):
        yield HIDDEN, withheld(report)
    if any(value is None for cell in cells if not cell.hidden for value in cell.values.values()):
        yield unknown, _("not known, which is not zero")


def empty() -> str:
    """What is said of a cell with nothing in it, which is how some files show what is not known."""
    return _("Empty")


def withheld(report: Report) -> str:
    """The rule on small groups, where something is withheld."""
    return _(
        "withheld, and not zero: it rests on fewer than %(threshold)d people of whom no public source tells, or such"
        " a figure could be computed from it"
    ) % {"threshold": report.threshold}


def known_better(line: Line) -> str:
    """The heading of what is known better than a table's lines add up to."""
    return known_by(line.labels[0].split(", "))


def known_by(dimensions: Iterable[str]) -> str:
    """The same, from the dimensions' names."""
    names = [name if name.isupper() else name[:1].lower() + name[1:] for name in dimensions]
    return _("Known for all together, by %(dimensions)s alone") % {"dimensions": ", ".join(names)}


def footnotes(report: Report) -> list[str]:
    return [f"* {text}" for text in report.footnotes]


def contradiction(remark: Remark) -> Pairs:
    """A remark's parts with their names, as far as there are any."""
    if remark.stated is not None:
        yield _("Stated"), number(remark.stated)
    if remark.found is not None:
        yield _("Found"), number(remark.found)
    if remark.quote:
        yield _("Quote"), f"“{remark.quote}”"
    if remark.source:
        yield _("Source"), remark.source
    yield _("Decision"), remark.decision or _("none yet")
