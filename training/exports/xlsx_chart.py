"""A native chart on a sheet of its own, above the figures it draws. Patterns keep it readable in black and
white, as in charts.py.
"""

from typing import Any

from training.exports import wording
from training.exports.bars import ALONE, Bars, Part
from training.exports.charts import LOOKS
from training.exports.xlsx_sheet import WHOLE, Sheet

LABEL, FIGURE, TEXT = 42.0, 14.5, 92.0  # widths in letters: of labels, of figures, least of running text
PATTERNS = {"////": "wdUpDiag", "....": "pct20", "xxxx": "diagCross"}
BAR, FRAME, WIDTH, LINE = (
    0.75,
    2.8,
    18.5,
    0.53,
)  # centimetres: a bar, what is around them, the chart, a row of the sheet


def write_chart(sheet: Sheet, bars: Bars) -> None:
    """A sheet with the chart and its figures."""
    from openpyxl.chart import Reference

    widths = [LABEL, *[FIGURE] * len(bars.parts)]
    while sum(widths) < TEXT:
        widths.append(FIGURE)
    sheet.widths(widths)
    sheet.span = len(widths)
    sheet.text(bars.title, look="title")
    sheet.text(bars.description, look="quiet")
    height = FRAME + BAR * len(bars.labels)
    anchor = f"A{sheet.row + 1}"
    sheet.row += int(height / LINE) + 3
    first = _write_figures(sheet, bars)
    last = first + len(bars.labels)
    chart = _chart(bars, height)
    for place in range(len(bars.parts)):
        values = Reference(sheet.page, min_col=2 + place, min_row=first, max_row=last)
        chart.add_data(values, titles_from_data=True)
    chart.set_categories(Reference(sheet.page, min_col=1, min_row=first + 1, max_row=last))
    for series, part in zip(chart.series, bars.parts, strict=True):
        _paint(series, part)
    sheet.page.add_chart(chart, anchor)
    sheet.row += 1
    for text in (bars.source, *bars.footnotes):
        sheet.text(text, look="quiet")
    sheet.finish(repeat=None, landscape=False)


def _write_figures(sheet: Sheet, bars: Bars) -> int:
    """The chart's figures as a small table; returns the row of its headings."""
    first = sheet.row
    for column, text in enumerate((bars.axis, *(part.label for part in bars.parts)), start=1):
        cell = sheet.put(column, text, look="head")
        cell.fill, cell.border = sheet.looks.shade, sheet.looks.under
        cell.alignment = sheet.looks.head if column == 1 else sheet.looks.head_of_numbers
    sheet.next(2)
    for place, label in enumerate(bars.labels):
        sheet.put(1, label).alignment = sheet.looks.wrapped
        for column, part in enumerate(bars.parts, start=2):
            cell = sheet.put(column, wording.HIDDEN if part.hidden[place] else part.values[place])
            cell.number_format = WHOLE
            cell.alignment = sheet.looks.right
        for column in range(1, len(bars.parts) + 2):
            sheet.page.cell(sheet.row, column).border = sheet.looks.between
        sheet.next(sheet.lines(label, sheet.width[0]))
    return first


def _chart(bars: Bars, height: float) -> Any:
    from openpyxl.chart import BarChart

    chart: Any = BarChart()
    chart.type, chart.grouping, chart.overlap, chart.gapWidth = "bar", "stacked", 100, 45
    chart.height, chart.width = height, WIDTH
    chart.x_axis.scaling.orientation = "maxMin"
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.y_axis.crosses = "max"
    chart.y_axis.number_format = WHOLE
    chart.y_axis.majorGridlines.spPr = _line("C9C6BC")
    chart.display_blanks = "gap"
    chart.legend.position = "b"
    if bars.parts[0].look == ALONE:
        chart.legend = None
    return chart


def _paint(series: Any, part: Part) -> None:
    from openpyxl.chart.shapes import GraphicalProperties
    from openpyxl.drawing.colors import ColorChoice
    from openpyxl.drawing.fill import PatternFillProperties

    look = LOOKS[part.look]
    fill, edge = look["facecolor"].lstrip("#"), look["edgecolor"].lstrip("#")
    series.graphicalProperties = GraphicalProperties(solidFill=None if look["hatch"] else fill)
    if look["hatch"]:
        colours: dict[str, Any] = {"fgClr": {"srgbClr": edge}, "bgClr": {"srgbClr": fill}}
        pattern: Any = PATTERNS[look["hatch"]]
        series.graphicalProperties.pattFill = PatternFillProperties(
            prst=pattern, **{name: ColorChoice(**colour) for name, colour in colours.items()}
        )
    series.graphicalProperties.line.solidFill = edge
    series.graphicalProperties.line.width = 6350


def _line(colour: str) -> Any:
    from openpyxl.chart.shapes import GraphicalProperties

    properties = GraphicalProperties()
    properties.line.solidFill = colour
    return properties
