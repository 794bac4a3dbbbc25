"""Tables with cells that stretch over columns and rows, and with the rows that head them."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from elearning.imports.elements import Line
from elearning.imports.manual import Cell, Table, Text, plain
from elearning.imports.package import Element, W
from elearning.imports.styles import number, switch, value

WIDEST = 63  # columns, in Word itself
FIRST_ROW = 0x0020
LONG = 80  # letters; what is longer is no heading of a column


@dataclass
class _Cell:
    lines: list[Text]
    bold: bool
    columns: int
    rows: int = 1


@dataclass
class Grid:
    """A table while it is being read, row by row."""

    rows: list[list[_Cell]] = field(default_factory=list)
    heads: list[bool] = field(default_factory=list)
    above: dict[int, _Cell] = field(default_factory=dict)  # the cell that stands in each column, as far as read
    at: int = 0

    def begin_row(self, properties: Element | None) -> None:
        self.rows.append([])
        self.heads.append(bool(switch(properties, "tblHeader")))
        self.at = 0
        if skipped := min(number(properties, "gridBefore") or 0, WIDEST):
            self._put(_Cell([], False, skipped))

    def add(self, cell: Element, lines: list[Line]) -> None:
        properties = cell.find(f"{W}tcPr")
        columns = max(1, min(number(properties, "gridSpan") or 1, WIDEST))
        merged = None if properties is None else properties.find(f"{W}vMerge")
        if merged is not None and merged.get(f"{W}val", "continue") == "continue" and self._goes_on(columns):
            return
        if value(properties, "hMerge") == "continue" and self.rows[-1]:
            self.rows[-1][-1].columns += columns
            self.at += columns
            return
        words = [line.text for line in lines if line.text]
        self._put(_Cell(words, bool(words) and all(line.bold for line in lines if line.text), columns))

    def _goes_on(self, columns: int) -> bool:
        """Whether the cell above stretches down into this one; then it is one row taller."""
        upper = self.above.get(self.at)
        if upper is None or upper.columns != columns or len(self.rows) < 2:
            return False
        upper.rows += 1
        self.at += columns
        return True

    def _put(self, cell: _Cell) -> None:
        self.rows[-1].append(cell)
        for column in range(self.at, self.at + cell.columns):
            self.above[column] = cell
        self.at += cell.columns

    def table(self, element: Element) -> Table | None:
        """The table; None where no cell says anything. Rows that only continue others stay, empty."""
        if not any(cell.lines for row in self.rows for cell in row):
            return None
        head = self._head(element)
        rows = (tuple(Cell(tuple(cell.lines), cell.columns, cell.rows) for cell in row) for row in self.rows)
        return Table(rows=tuple(rows), head=head)

    def _head(self, element: Element) -> int:
        marked = next((index for index, head in enumerate(self.heads) if not head), len(self.heads))
        if marked or len(self.rows) < 2:
            return marked if marked < len(self.rows) else 0
        first = self.rows[0]
        full = len(first) > 1 and all(0 < sum(len(plain(line)) for line in cell.lines) < LONG for cell in first)
        if full and (_first_row_apart(element) or all(cell.bold for cell in first)):
            return min(max(cell.rows for cell in first), len(self.rows) - 1)
        return 0


def _first_row_apart(table: Element) -> bool:
    """Whether the table's style sets its first row apart."""
    look = table.find(f"{W}tblPr/{W}tblLook")
    if look is None:
        return False
    said = look.get(f"{W}firstRow")
    if said is not None:
        return said in {"1", "true", "on"}
    try:
        return bool(int(look.get(f"{W}val", "0"), 16) & FIRST_ROW)
    except ValueError:
        return False


def spread(parent: Element, name: str, through: set[str]) -> Iterator[Element]:
    """The rows of a table or the cells of a row, those inside content controls and tracked insertions too."""
    for child in parent:
        if child.tag == f"{W}{name}":
            yield child
        elif child.tag == f"{W}sdt" or child.tag in through:
            yield from spread(child, name, through)
