"""What stands in a list: one entry for each of its rows, every fault on the way, and remarks that stop nothing."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from training.imports.layout import C, Layout
from training.imports.refusal import BadValueError, Fault
from training.imports.workbook import Cell, Row, text_of

T = TypeVar("T")


class OfRow(Protocol):
    row: int
    faulty: bool


E = TypeVar("E", bound=OfRow)


@dataclass
class Reading(Generic[C, E]):
    """A list while it is being read."""

    layout: Layout[C]
    entries: list[E] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def fault(self, row: int, column: str, cell: Cell, message: str) -> None:
        name = self.layout.sheet.name
        self.faults.append(Fault(sheet=name, row=row, column=column, value=text_of(cell), message=message))

    def tried(self, row: Row, column: C, reader: Callable[[Cell], T]) -> T | None:
        """What `reader` makes of the cell; None and a fault where it cannot be read."""
        cell = row.cell(column.index)
        try:
            return reader(cell)
        except BadValueError as problem:
            self.fault(row.number, column.heading, cell, str(problem))
            return None

    def finish(self) -> None:
        """Put the faults in the order of the rows, and mark the entries they are about."""
        self.faults.sort(key=lambda fault: fault.row or 0)
        faulty = {fault.row for fault in self.faults}
        for entry in self.entries:
            entry.faulty = entry.faulty or entry.row in faulty
