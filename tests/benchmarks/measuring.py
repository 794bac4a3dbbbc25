"""Clocks, medians and lines."""

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from statistics import median
from time import perf_counter, process_time

Action = Callable[[], object]
Clock = Callable[[], float]

__all__ = ["Action", "Clock", "Figure", "Run", "medians", "perf_counter", "process_time", "show", "size"]


@dataclass(frozen=True)
class Run:
    quick: bool
    rows: int

    @property
    def smaller(self) -> int:
        return 10_000 if self.quick else 100_000

    @property
    def larger(self) -> int:
        return min(self.rows, 20_000) if self.quick else self.rows

    def rounds(self, wanted: int) -> int:
        return min(wanted, 3) if self.quick else wanted


@dataclass(frozen=True)
class Figure:
    name: str
    value: float
    unit: str
    note: str = ""

    def __str__(self) -> str:
        value = f"{self.value:.3g}" if abs(self.value) < 100 else f"{self.value:.0f}"
        return "\t".join([self.name, value, self.unit, *([self.note] if self.note else [])])


def show(figures: Iterable[Figure]) -> None:
    for figure in figures:
        sys.stdout.write(f"{figure}\n")
        sys.stdout.flush()


def medians(*actions: Action, rounds: int, clock: Clock = perf_counter, before: Action | None = None) -> list[float]:
    """The median seconds of each action, taken in turn; one round before the first is not counted.

    `before` sets the stage for each action, outside what is measured.
    """
    taken: list[list[float]] = [[] for _action in actions]
    for number in range(rounds + 1):
        for action, times in zip(actions, taken, strict=True):
            if before:
                before()
            started = clock()
            action()
            if number:
                times.append(clock() - started)
    return [median(times) for times in taken]


def size(rows: int) -> str:
    """1000000 as 1m, 100000 as 100k."""
    return f"{rows // 1_000_000}m" if rows % 1_000_000 == 0 else f"{rows // 1000}k"
