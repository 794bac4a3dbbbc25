"""A table as results of an activity: an indicator for each measure, periods, targets, actuals with their dimensions."""

from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from math import ceil
from urllib.parse import parse_qs
from xml.etree import ElementTree

from django.utils import timezone
from django.utils.translation import gettext as _

from training.choices import Measure, Sex
from training.exports import wording
from training.exports.iati_words import add, said
from training.statistics.dimensions import NOT_BROKEN_DOWN, PERIODS, SPECIAL_LABELS
from training.statistics.report import Report, Target
from training.statistics.table import Cell, Codes, Table

OUTPUT, UNIT = "1", "1"  # codes of IATI's lists ResultType and IndicatorMeasure
SEXES = {Sex.WOMEN: "female", Sex.MEN: "male", Sex.NOT_RECORDED: "not recorded", NOT_BROKEN_DOWN: "not broken down"}
NARROWING_NOTHING = {"rows", "rows2", "columns", "measure", "share", "order", "parts", "project", "start", "end"}
Days = tuple[date, date]


@dataclass(frozen=True, kw_only=True)
class Slice:
    """The part of a table that one activity reports. project: its key, empty for several together. title: the project's
    as the table has it. places: dimensions (without the project), their codes, the cell.
    """

    report: Report
    table: Table
    project: str
    title: str
    places: tuple[tuple[Codes, Codes, Cell], ...]

    def jurisdictions(self) -> dict[str, str]:
        labels = self.table.labels.get("jurisdiction", {})
        return {
            code: labels[code]
            for names, codes, _cell in self.places
            for name, code in zip(names, codes, strict=True)
            if name == "jurisdiction"
        }

    @property
    def asked(self) -> dict[str, list[str]]:
        return parse_qs(self.table.address.lstrip("?"))

    def is_narrowed(self) -> bool:
        """Whether more than the project and the period narrows the table: then no target of the project fits it."""
        if self.table.address:
            return not set(self.asked) <= NARROWING_NOTHING
        return bool(self.table.filters)

    def days(self) -> Days:
        """The period the figures cover: as asked, else from the first day there is to the day of the report."""
        today = timezone.localdate(self.report.as_of)
        start, end = (_day(self.asked.get(name, [""])[0]) for name in ("start", "end"))
        known = next((one.start for one in self.report.activities if one.project == self.project), None)
        first = start or self.report.first_day or known or end or today
        return first, max(first, end or today)


def slices_of(report: Report, table: Table) -> Iterator[Slice]:
    """The table by activity."""
    places = list(_best_places(table))
    if "project" not in table.by:
        project = _only_project(report, table)
        yield Slice(report=report, table=table, project=project, title="", places=tuple(places))
        return
    for code, label in table.labels["project"].items():
        own = tuple(
            (_without(names, names), _without(codes, names), cell)
            for names, codes, cell in places
            if "project" in names and codes[names.index("project")] == code
        )
        if own:
            is_project = code not in SPECIAL_LABELS
            yield Slice(
                report=report,
                table=table,
                project=code if is_project else "",
                title=label if is_project else "",
                places=own,
            )


def _only_project(report: Report, table: Table) -> str:
    """The key of the one project that the table is about, if it is about one."""
    asked = parse_qs(table.address.lstrip("?")).get("project", [])
    told = [activity.project for activity in report.activities]
    return next((keys[0] for keys in (asked, told) if len(keys) == 1), "")


def _best_places(table: Table) -> Iterator[tuple[Codes, Codes, Cell]]:
    """Every cell and margin at the best precision there is, the widest first."""
    subsets = sorted({table.by, *table.totals, *table.better}, key=lambda names: (len(names), names))
    for names in subsets:
        cells = table.better.get(names) or (table.cells if names == table.by else table.totals[names])
        yield from ((names, cell.codes, cell) for cell in cells)


def _without(codes: Codes, names: Codes) -> Codes:
    return tuple(code for name, code in zip(names, codes, strict=True) if name != "project")


def add_results(activity: ElementTree.Element, report: Report, slices: list[Slice]) -> None:
    """The slices as results; each promised target stands in the first that counts the same, else in one of its own."""
    targets = [target for target in report.targets if any(_is_of(target, piece) for piece in slices)]
    for piece in slices:
        result = _result(activity, piece.table.title, _described(report, piece))
        for measure in piece.table.measures:
            fitting = [t for t in targets if t.measure == measure and not piece.is_narrowed()]
            targets = [target for target in targets if target not in fitting]
            _indicator(result, report, piece, measure, fitting)
        _settle(result, activity)
    if targets:
        _add_targets_alone(activity, targets)


def _is_of(target: Target, piece: Slice) -> bool:
    """Whether the target belongs to what the activity reports: its project, or all projects together."""
    return piece.project in {target.project, ""}


def _described(report: Report, piece: Slice) -> str:
    notes = [text for _code, text in piece.table.notes]
    left_out = _("What is not known or withheld is left out: none of it is zero.")
    return " ".join([wording.selection(piece.table), *notes, left_out, *wording.footnotes(report)])


def _result(activity: ElementTree.Element, title: str, description: str) -> ElementTree.Element:
    result = add(activity, "result", {"type": OUTPUT, "aggregation-status": "1"})
    add(result, "title", narrative=title)
    add(result, "description", narrative=description)
    return result


def _settle(result: ElementTree.Element, activity: ElementTree.Element) -> None:
    """A result can be added up only if each of its indicators can; one without any says nothing."""
    indicators = result.findall("indicator")
    if any(indicator.get("aggregation-status") == "0" for indicator in indicators):
        result.set("aggregation-status", "0")
    if not indicators:
        activity.remove(result)


def _indicator(result: ElementTree.Element, report: Report, piece: Slice, measure: str, targets: list[Target]) -> None:
    """Periods with targets and actuals. Unique people never add up; nor do rows of which a project has several."""
    adds_up = measure != Measure.PEOPLE and not piece.table.multiple
    indicator = _add_indicator(result, measure, adds_up=adds_up)
    periods: dict[Days, list[tuple[dict[str, str], Cell]]] = {piece.days(): []}
    for names, codes, cell in piece.places:
        days, rest = _placed(piece, dict(zip(names, codes, strict=True)))
        periods.setdefault(days, []).append((rest, cell))
    for target in targets:
        periods.setdefault((target.start, target.end), [])
    for days in sorted(periods, key=lambda days: (days[0], -days[1].toordinal())):
        own = [target for target in targets if (target.start, target.end) == days]
        period = _period(days)
        for target in own:
            _add_target(period, target)
        _add_actuals(period, report, piece, measure, periods[days])
        if len(period) > 2:
            indicator.append(period)
    if indicator.find("period") is None:
        result.remove(indicator)


def _add_indicator(result: ElementTree.Element, measure: str, *, adds_up: bool) -> ElementTree.Element:
    attributes = {"measure": UNIT, "ascending": "1", "aggregation-status": "1" if adds_up else "0"}
    indicator = add(result, "indicator", attributes)
    add(indicator, "title", narrative=str(Measure(measure).label))
    if measure == Measure.PEOPLE:
        told = _("Unique people do not add up: whoever stands in several groups or periods is one person in all.")
        add(indicator, "description", narrative=told)
    return indicator


def _placed(piece: Slice, codes: Mapping[str, str]) -> tuple[Days, dict[str, str]]:
    """The period of a cell by the finest of its times, and the dimensions that are left."""
    whole = piece.days()
    times = {name: code for name, code in codes.items() if name in PERIODS and code not in SPECIAL_LABELS}
    if not times:
        return whole, dict(codes)
    first, last = days_of(times[max(times, key=PERIODS.index)])
    start, end = (_day(piece.asked.get(name, [""])[0]) for name in ("start", "end"))
    inside = (max(first, start or first), min(last, end or last))
    rest = {name: code for name, code in codes.items() if name not in times}
    return (inside if inside[0] <= inside[1] else (first, last)), rest


def days_of(code: str) -> Days:
    """First and last day of `2021`, `2021-Q3` or `2021-07`."""
    year, _dash, part = code.partition("-")
    if not part:
        return date(int(year), 1, 1), date(int(year), 12, 31)
    first, last = (int(part[1:]) * 3 - 2, int(part[1:]) * 3) if part.startswith("Q") else (int(part), int(part))
    return date(int(year), first, 1), date(int(year), last, monthrange(int(year), last)[1])


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _period(days: Days) -> ElementTree.Element:
    period = ElementTree.Element("period")
    for name, day in zip(("period-start", "period-end"), days, strict=True):
        add(period, name, {"iso-date": day.isoformat()})
    return period


def _add_actuals(
    period: ElementTree.Element,
    report: Report,
    piece: Slice,
    measure: str,
    cells: list[tuple[dict[str, str], Cell]],
) -> None:
    hidden = 0
    once = {frozenset(codes.items()): (codes, cell) for codes, cell in cells}
    for codes, cell in once.values():
        value = None if cell.hidden else cell.values.get(measure)
        hidden += cell.hidden
        if value is not None:
            actual = add(period, "actual", {"value": str(value)})
            place = codes.get("jurisdiction")
            if place and place not in SPECIAL_LABELS:
                add(actual, "location", {"ref": place})
            for name, code in codes.items():
                add(actual, "dimension", {"name": name, "value": _in_words(piece.table, name, code)})
    if hidden:
        rule = _("%(count)d figures are left out, c in other files: %(rule)s") % {
            "count": hidden,
            "rule": wording.withheld(report),
        }
        period.append(ElementTree.Comment(said(rule)))


def _in_words(table: Table, name: str, code: str) -> str:
    """A code for people: its label, with the code where another one has the same label."""
    if name == "sex":
        return SEXES.get(code, code)
    label = table.labels[name][code]
    return label if list(table.labels[name].values()).count(label) == 1 else f"{label} ({code})"


def _add_target(period: ElementTree.Element, target: Target) -> None:
    """The promise, and of how many women where a share was promised: rounded up, since fewer would not keep it."""
    women = None if target.women_share is None else ceil(round(target.value * target.women_share / 100, 6))
    add(period, "target", {"value": str(target.value)})
    if women is not None:
        of_women = add(period, "target", {"value": str(women)})
        add(of_women, "dimension", {"name": "sex", "value": SEXES[Sex.WOMEN]})
        told = _("%(share)s of %(all)s") % {
            "share": f"{target.women_share:g} %",
            "all": wording.number(target.value),
        }
        add(of_women, "comment", narrative=told)


def _add_targets_alone(activity: ElementTree.Element, targets: list[Target]) -> None:
    """Promises that no table of the report counts by themselves."""
    result = _result(
        activity, _("Targets"), _("What was promised. The tables of this report count something narrower.")
    )
    for measure in dict.fromkeys(target.measure for target in targets):
        indicator = _add_indicator(result, measure, adds_up=measure != Measure.PEOPLE)
        own = [target for target in targets if target.measure == measure]
        for days in sorted({(target.start, target.end) for target in own}):
            period = _period(days)
            for target in own:
                if (target.start, target.end) == days:
                    _add_target(period, target)
            indicator.append(period)
    _settle(result, activity)
