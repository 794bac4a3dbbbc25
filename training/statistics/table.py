"""A table of figures as plain data: what the engine answered, before it is laid out, withheld in part, kept or written
to a file. Whatever shows figures to anybody starts from here, so that page, file and report cannot differ.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from training.choices import Measure
from training.statistics.dimensions import DIMENSIONS, Members
from training.statistics.tables import Figures

if TYPE_CHECKING:  # a kept report needs no engine to be shown
    from training.statistics.engine import Answer

Codes = tuple[str, ...]
PARTS = ("named", "unnamed", "whole")
RESTING_ON = ("participations", "backed", "unnamed", "published")


@dataclass(frozen=True, kw_only=True)
class Cell:
    """The figures of one combination of codes.

    values: each measure's figure, None where it is not known. named, unnamed, whole: what its participations rest on, a
    roster, headcounts beside a roster, headcounts of whole sessions; untold: those of whom the audience does not learn
    which; together they are the participations. published: how many of them a public source states. hidden: withheld
    from the audience; then nothing else is told.
    """

    codes: Codes
    values: Mapping[str, float | None]
    named: int = 0
    unnamed: int = 0
    whole: int = 0
    untold: int = 0
    published: int = 0
    hidden: bool = False

    @property
    def participations(self) -> int:
        return self.named + self.unnamed + self.whole + self.untold

    @property
    def private(self) -> int:
        """How many of the participations no public source states."""
        return self.participations - self.published

    def count(self, measure: str) -> int | None:
        """The figure of a measure that counts."""
        value = self.values.get(measure)
        return None if value is None else int(value)

    def withheld(self) -> "Cell":
        """The same place with nothing in it."""
        return Cell(codes=self.codes, values=dict.fromkeys(self.values), hidden=True)


@dataclass(frozen=True, kw_only=True)
class Table:
    """One question and its figures.

    by: names of dimensions. names: their labels, and that of a measure that is called otherwise here. labels: for each
    dimension the codes that occur, in order, and what they mean. cells: one for each combination there is. totals: for
    each smaller set of the dimensions, () included, what the rows and columns of this table add up to (participations),
    or have together (unique people, person-days). better: margins that know more than the cells add up to, at their own
    precision; they stand on lines of their own. multiple: dimensions whose rows do not sum. percents: measures that are
    per cent with one decimal, all others whole numbers. address: the question as a query string. filters: it in words.
    notes: code and text of each; note_counts: what the notes of these codes count.
    """

    title: str
    by: Codes
    measures: Codes
    names: Mapping[str, str]
    labels: Mapping[str, Mapping[str, str]]
    cells: tuple[Cell, ...]
    totals: Mapping[Codes, tuple[Cell, ...]]
    better: Mapping[Codes, tuple[Cell, ...]]
    multiple: Codes = ()
    percents: Codes = ()
    address: str = ""
    filters: tuple[tuple[str, str], ...] = ()
    notes: tuple[tuple[str, str], ...] = ()
    note_counts: Mapping[str, int] = field(default_factory=dict)
    sessions: Mapping[str, int]

    def called(self, measure: str) -> str:
        """What a measure is called here."""
        return self.names.get(measure) or str(Measure(measure).label)

    @property
    def total(self) -> Cell:
        """Everything together."""
        found = self.totals[()] if self.by else self.cells
        return found[0] if found else Cell(codes=(), values=dict.fromkeys(self.measures, 0))

    @property
    def has_hidden(self) -> bool:
        return any(cell.hidden for _place, cell in self.places())

    def places(self) -> Iterator[tuple[Codes, Cell]]:
        """Every cell of the table with its dimensions: its own cells, its totals, its better-known margins."""
        yield from ((self.by, cell) for cell in self.cells)
        for found in (self.totals, self.better):
            yield from ((subset, cell) for subset, cells in found.items() for cell in cells)

    def women(self) -> tuple[int, int] | None:
        """(women, women and men) at the best precision there is; None where the table is not about sex, or if either
        is withheld.
        """
        if "sex" not in self.by:
            return None
        return women_of(self._by_sex)

    @property
    def hides_women(self) -> bool:
        """Whether `women` is withheld."""
        return hides_women(self._by_sex)

    @property
    def _by_sex(self) -> tuple[Cell, ...]:
        """The margin by sex alone, at the best precision there is."""
        alone = ("sex",)
        return self.cells if self.by == alone else self.better.get(alone, self.totals.get(alone, ()))


def women_of(cells: tuple[Cell, ...]) -> tuple[int, int] | None:
    """(women, women and men) of cells over the one dimension sex. None if either is withheld."""
    if hides_women(cells):
        return None
    numbers = {cell.codes[0]: cell.participations for cell in cells}
    women = numbers.get("F", 0)
    return women, women + numbers.get("M", 0)


def hides_women(cells: tuple[Cell, ...]) -> bool:
    """Whether women or men are withheld in cells over the one dimension sex, and so the share of women."""
    return any(cell.hidden for cell in cells if cell.codes[0] in ("F", "M"))


def table_of(
    answer: "Answer",
    *,
    title: str,
    address: str = "",
    filters: tuple[tuple[str, str], ...] = (),
    with_notes: bool = True,
) -> Table:
    """The engine's answer as plain data; without its notes and sessions where another table beside it has them."""
    notes = answer.notes if with_notes else ()
    by = answer.question.by
    cells = _cells(answer.figures[by], answer.question.measures)
    return Table(
        title=title,
        by=by,
        measures=answer.question.measures,
        names={name: str(DIMENSIONS[name].label) for name in by},
        labels={name: _labels(answer.members[name], name, answer) for name in by},
        cells=cells,
        totals={subset: _totals(answer, subset, cells) for subset in answer.figures if subset != by},
        better={subset: _cells(answer.figures[subset], answer.question.measures) for subset in answer.better},
        multiple=tuple(name for name in by if DIMENSIONS[name].multiple),
        address=address,
        filters=filters,
        notes=tuple((note.code, note.text) for note in notes),
        note_counts={note.code: note.count for note in notes if note.count is not None},
        sessions=vars(answer.sessions) if with_notes else {},
    )


def _labels(members: Members, name: str, answer: "Answer") -> dict[str, str]:
    """The dimension's codes that occur anywhere in the answer, in its order."""
    asked = [answer.question.by, *(subset for subset in answer.better if name in subset)]
    codes = {codes[subset.index(name)] for subset in asked for codes in answer.figures[subset].rows}
    return {code: members.label(code) for code in sorted(codes, key=members.position)}


def _cells(figures: Figures, measures: Codes) -> tuple[Cell, ...]:
    resting_on = [figures.column(name) for name in RESTING_ON]
    asked = [figures.column(name) for name in measures]
    return tuple(
        Cell(
            codes=own,
            values=dict(zip(measures, values, strict=True)),
            named=named,
            unnamed=unnamed,
            whole=participations - named - unnamed,
            published=published,
        )
        for own, participations, named, unnamed, published, *values in zip(
            figures.rows, *resting_on, *asked, strict=True
        )
    )


def _totals(answer: "Answer", subset: Codes, cells: tuple[Cell, ...]) -> tuple[Cell, ...]:
    """The margin as the table has it: its participations are what its cells add up to, where they do add up."""
    by, measures = answer.question.by, answer.question.measures
    own = _cells(answer.figures[subset], measures)
    if any(DIMENSIONS[name].multiple for name in by if name not in subset):
        return own
    exact = {cell.codes: cell for cell in own}
    places = [by.index(name) for name in subset]
    summed: dict[Codes, list[Cell]] = {}
    for cell in cells:
        summed.setdefault(tuple(cell.codes[place] for place in places), []).append(cell)
    in_order = [cell.codes for cell in own if cell.codes in summed]
    in_order += [codes for codes in summed if codes not in exact]
    return tuple(_summed(codes, summed[codes], exact.get(codes), measures) for codes in in_order)


def _summed(codes: Codes, cells: list[Cell], exact: Cell | None, measures: Codes) -> Cell:
    parts = {name: sum(getattr(cell, name) for cell in cells) for name in (*PARTS, "published")}
    values: dict[str, float | None] = dict(exact.values) if exact else dict.fromkeys(measures)
    if "participations" in measures:
        values["participations"] = sum(parts[name] for name in PARTS)
    return Cell(codes=codes, values=values, **parts)
