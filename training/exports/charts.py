"""Charts as PNG and SVG, readable in black and white: women dark, men hatched, the rest light. matplotlib is slow to
import: only when a chart is drawn.
"""

import io
import re
import textwrap
import threading
from html import escape
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from training.exports.bars import ALONE, Bars, Part, bars_of
from training.exports.wording import HIDDEN, number
from training.printing.letters import drawable
from training.statistics.report import Report
from training.statistics.table import Table

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH, BAR, LINE = 7.5, 0.3, 0.17  # inches: of the picture, for each bar, for each line of small text
LEFT, RIGHT, LABEL = 2.3, 1.45, 30  # inches beside the bars, letters in a line of a label
INK, QUIET, RULE = "#17202a", "#4a5663", "#c9c6bc"
LOOKS: dict[str, dict[str, str]] = {
    "women": {"facecolor": "#5b2a86", "edgecolor": "#2f1547", "hatch": ""},
    "men": {"facecolor": "#f0c67e", "edgecolor": "#6b4a10", "hatch": "////"},
    "not_recorded": {"facecolor": "#ffffff", "edgecolor": "#4a5663", "hatch": "...."},
    "not_broken_down": {"facecolor": "#ffffff", "edgecolor": "#8b949e", "hatch": "xxxx"},
    ALONE: {"facecolor": "#4a5663", "edgecolor": INK, "hatch": ""},
    "withheld": {"facecolor": "#ffffff", "edgecolor": INK, "hatch": "", "linestyle": ":"},
}
STYLE: Any = {
    "font.family": "DejaVu Sans",
    "font.size": 8.5,
    "hatch.linewidth": 0.7,
    "text.parse_math": False,
    "text.color": INK,
    "svg.fonttype": "path",
    "svg.hashsalt": "evidenca",
}
# The settings of matplotlib belong to the whole process.
_ONE_AT_A_TIME = threading.Lock()


def chart(report: Report, table: Table, form: str) -> bytes | None:
    """The chart of one of the report's tables as "png" or "svg"; None where there is nothing to draw. The same report
    always gives the same bytes.
    """
    bars = bars_of(report, table)
    return None if bars is None else draw(bars, form)


def draw(bars: Bars, form: str, *, dpi: int = 200) -> bytes:
    from matplotlib import rc_context

    out = io.BytesIO()
    with _ONE_AT_A_TIME, rc_context(STYLE):
        figure = _Drawing(bars).figure()
        if form == "svg":
            figure.savefig(out, format="svg", metadata={"Date": None, "Creator": "Evidenca"})
            return _told(out.getvalue(), bars)
        said = {"Software": "Evidenca", "Title": bars.title, "Description": bars.description, "Source": bars.source}
        figure.savefig(out, format="png", dpi=dpi, metadata={name: drawable(text) for name, text in said.items()})
    return out.getvalue()


def in_words(bars: Bars) -> str:
    """The chart for whoever cannot see it."""
    lines = []
    for place, label in enumerate(bars.labels):
        parts = [part for part in bars.parts if part.hidden[place] or part.values[place] is not None]
        lines.append(f"{label}: {', '.join(f'{part.label} {_written(part, place)}' for part in parts)}")
    return f"{bars.description} {'; '.join(lines)}. {bars.source}. {' '.join(bars.footnotes)}".strip()


def _told(svg: bytes, bars: Bars) -> bytes:
    """The SVG with its title and description first, where screen readers look (SVG 1.1, 5.4)."""
    told = f"<title>{escape(drawable(bars.title))}</title><desc>{escape(drawable(in_words(bars)))}</desc>"
    text = svg.decode()
    return re.sub(r"(<svg [^>]*)>", lambda found: f'{found[1]} role="img">{told}', text, count=1).encode()


def _written(part: Part, place: int) -> str:
    return HIDDEN if part.hidden[place] else number(part.values[place])


class _Drawing:
    """One chart on its way to a picture; everything is measured in inches from the top."""

    def __init__(self, bars: Bars) -> None:
        self.bars = bars
        self.title = textwrap.wrap(drawable(bars.title), 72)
        self.description = textwrap.wrap(drawable(bars.description), 104)
        wrap = textwrap.TextWrapper(LABEL, max_lines=4, placeholder=" …")
        self.labels = ["\n".join(wrap.wrap(drawable(label))) for label in bars.labels]
        self.foot = [line for text in (bars.source, *bars.footnotes) for line in textwrap.wrap(drawable(text), 116)]
        self.heights = [max(BAR, LINE * (1 + label.count("\n"))) + 0.06 for label in self.labels]
        self.longest = max([1, *(self._length(place) for place in range(len(bars.labels)))])

    def figure(self) -> "Figure":
        from matplotlib.figure import Figure

        legend = 0.3 if self.bars.parts[0].look != ALONE else 0
        head = 0.25 + 0.24 * len(self.title) + LINE * len(self.description) + 0.15 + legend
        foot = 0.35 + LINE * len(self.foot) + 0.15
        height = head + sum(self.heights) + foot
        figure = Figure(figsize=(WIDTH, height), facecolor="white")
        body = sum(self.heights) / height
        axes = figure.add_axes((LEFT / WIDTH, foot / height, (WIDTH - LEFT - RIGHT) / WIDTH, body))
        self._bars(axes)
        self._texts(figure, height)
        self._legend(figure, 1 - (head - 0.28) / height)
        return figure

    def _length(self, place: int) -> int:
        shown = sum(part.values[place] or 0 for part in self.bars.parts)
        return max(shown, self.bars.total.values[place] or 0)

    def _bars(self, axes: "Axes") -> None:
        from matplotlib.ticker import FuncFormatter, MaxNLocator

        axes.set_xlim(0, self.longest)
        axes.set_ylim(sum(self.heights), 0)
        axes.xaxis.set_major_locator(MaxNLocator(nbins=6, integer=True))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _position: number(int(value))))
        axes.tick_params(axis="x", length=0, labelsize=7.5, labelcolor=QUIET)
        axes.grid(axis="x", color=RULE, linewidth=0.5)
        axes.set_axisbelow(True)
        axes.set_yticks([])
        for side in ("top", "right", "bottom"):
            axes.spines[side].set_visible(False)
        top = 0.0
        for place, height in enumerate(self.heights):
            self._bar(axes, place, top + height / 2)
            top += height

    def _bar(self, axes: "Axes", place: int, middle: float) -> None:
        start, thick = 0, BAR * 0.72
        for part in self.bars.parts:
            value = part.values[place] or 0
            if value:
                axes.barh(middle, value, thick, left=start, linewidth=0.7, **_look(part.look))
                self._inside(axes, part, value, start + value / 2, middle)
                start += value
        rest = (self.bars.total.values[place] or 0) - start
        if rest > 0 and any(part.hidden[place] for part in self.bars.parts):
            axes.barh(middle, rest, thick, left=start, linewidth=0.9, **_look("withheld"))
            start += rest
        beside: dict[str, Any] = {"textcoords": "offset points", "va": "center", "annotation_clip": False}
        paper = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}
        axes.annotate(self._end(place), (start, middle), (5, 0), bbox=paper, **beside)
        axes.annotate(self.labels[place], (0, middle), (-7, 0), ha="right", **beside)

    def _end(self, place: int) -> str:
        """What stands at the end of a bar: its total, and how many of them are women."""
        said = _written(self.bars.total, place)
        women = next((part for part in self.bars.parts if part.look == "women"), None)
        if women is None:
            return said
        return _("%(total)s (women: %(women)s)") % {"total": said, "women": _written(women, place)}

    def _inside(self, axes: "Axes", part: Part, value: int, across: float, middle: float) -> None:
        """The figure on its part of the bar, where there is room for it."""
        written = number(value)
        room = value / self.longest * (WIDTH - LEFT - RIGHT)
        if len(self.bars.parts) > 1 and room > 0.085 * len(written) + 0.12:
            dark = part.look in {"women", ALONE}
            box = None if dark else {"facecolor": "white", "edgecolor": "none", "pad": 1.2}
            colour = "white" if dark else INK
            axes.text(across, middle, written, ha="center", va="center", fontsize=7.5, color=colour, bbox=box)

    def _texts(self, figure: "Figure", height: float) -> None:
        def line(text: str, inches: float, **look: Any) -> None:
            figure.text(0.15 / WIDTH, 1 - inches / height, text, va="top", ha="left", **look)

        inches = 0.15
        for text in self.title:
            line(text, inches, fontsize=11.5, fontweight="bold")
            inches += 0.24
        for text in self.description:
            line(text, inches + 0.02, color=QUIET)
            inches += LINE
        inches = height - LINE * len(self.foot) - 0.1
        for text in self.foot:
            line(text, inches, fontsize=7.5, color=QUIET)
            inches += LINE

    def _legend(self, figure: "Figure", middle: float) -> None:
        from matplotlib.patches import Patch

        looks = [(part.look, part.label) for part in self.bars.parts if part.look != ALONE]
        if any(any(part.hidden) for part in self.bars.parts) and looks:
            looks.append(("withheld", f"{HIDDEN}: {_('withheld')}"))
        if looks:
            handles = [Patch(label=drawable(label), linewidth=0.7, **_look(look)) for look, label in looks]
            place: dict[str, Any] = {
                "loc": "center left",
                "bbox_to_anchor": (0.15 / WIDTH, middle),
                "borderaxespad": 0,
                "borderpad": 0,
            }
            figure.legend(handles=handles, ncols=len(handles), frameon=False, handlelength=2.2, **place)


def _look(name: str) -> Any:
    return LOOKS[name]
