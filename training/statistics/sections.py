"""A report's tables as pages show them. No record is read for them, so a kept report shows what it kept."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.http import QueryDict

from training.choices import Measure
from training.statistics.addresses import completed
from training.statistics.asking_again import Kept
from training.statistics.charts import Bars, bars
from training.statistics.layout import ORDERS, SHARES, Grid, Layout, lay_out, usual_layout
from training.statistics.table import Table


@dataclass(frozen=True, kw_only=True)
class Section:
    """One question of a report: its table laid out; or, where there is none, why. number: its place, from 1. chart: of
    women and men, where the table has them across. records: the address of the records behind its figures; empty for
    what was kept, since the register may say something else by now, and for what is for donors.
    """

    number: int
    title: str
    address: str
    table: Table | None = None
    grid: Grid | None = None
    layout: Layout | None = None
    chart: Bars | None = None
    records: str = ""
    why: str = ""


def sections_of(tables: Iterable[tuple[Kept, Table | None]], *, records_at: str) -> list[Section]:
    """The questions of a report answered again, in their order. records_at: where the records behind a question are;
    empty where others will read the report, for then figures lead nowhere.
    """
    return [
        replace(section_of(number, table), records=records_at and f"{records_at}{table.address}")
        if table
        else Section(number=number, title=kept.title, address=kept.address, why=kept.why)
        for number, (kept, table) in enumerate(tables, start=1)
    ]


def section_of(number: int, table: Table) -> Section:
    layout = layout_of(table)
    return Section(
        number=number,
        title=table.title,
        address=table.address,
        table=table,
        grid=lay_out(table, layout),
        layout=layout,
        chart=_chart(table, layout),
    )


def _chart(table: Table, layout: Layout) -> Bars | None:
    measure = Measure.PARTICIPATIONS.value
    if layout.column != "sex" or len(layout.rows) != 1 or measure not in table.measures or not table.cells:
        return None
    drawn = bars(lay_out(replace(table, measures=(measure,)), replace(layout, share="")))
    return drawn if drawn.longest else None


def layout_of(table: Table) -> Layout:
    """As its address says; as usual where that does not fit the table."""
    words = completed(QueryDict(table.address))
    rows = tuple(str(words[name]) for name in ("rows", "rows2") if words.get(name))
    column = str(words.get("columns", ""))
    if (*rows, *([column] if column else [])) != table.by:
        return usual_layout(table)
    share, order = words.get("share", ""), words.get("order", "")
    return Layout(
        rows=rows, column=column, share=share if share in SHARES else "", order=order if order in ORDERS else ""
    )
