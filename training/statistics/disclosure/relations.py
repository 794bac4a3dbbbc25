"""Which relations hold between the figures of a report: within a figure, within a table, between tables."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import product

from training.statistics.disclosure.groups import (
    FIRST_TIME,
    Conditions,
    Groups,
    Values,
    allows_several,
    contains,
    finer,
    within,
)
from training.statistics.disclosure.knowledge import DAYS, PARTICIPATIONS, PEOPLE, Figure, Gathering, Relations
from training.statistics.disclosure.small import is_small
from training.statistics.table import Cell, Codes, Table

Figures = Mapping[str, Figure]


def relations_of(groups: Groups, threshold: int) -> Relations:
    """Everything that is known to whoever reads these tables, public sources included."""
    gathering = Gathering(groups=groups, threshold=threshold)
    _within_figures(gathering)
    for position in range(len(groups.tables)):
        _within_table(gathering, position)
    _between_tables(gathering)
    _nested_tables(gathering)
    return gathering.done()


def _within_figures(gathering: Gathering) -> None:
    """People are not more than participations; days not fewer, where a register was kept; and so on."""
    groups = gathering.groups
    cells = [(number, *found) for number, group in enumerate(groups.all) for found in group.cells]
    longest = max((-(-(cell.count(DAYS) or 0) // max(cell.named, 1)) for *_rest, cell in cells), default=1)
    for number, table, place, cell in cells:
        figures = gathering.figures(number, cell)
        events = groups.tables[table].sessions.get("events", 0)
        _within_cell(gathering, cell, figures, longest=max(longest, 1), events=events)
        everybody = figures[PARTICIPATIONS].number
        if place == ((), ()) and everybody is not None:
            attended = events - groups.tables[table].sessions.get("without_figures", 0)
            gathering.is_at_most({everybody: -1}, cell.participations - max(attended, 0))


def _within_cell(gathering: Gathering, cell: Cell, figures: Figures, *, longest: int, events: int) -> None:
    counted, people, days = (figures.get(measure) for measure in (PARTICIPATIONS, PEOPLE, DAYS))
    all_named = cell.named == cell.private
    _at_most(gathering, people, counted)
    _at_most(gathering, days, counted, times=longest)
    if all_named:
        _at_most(gathering, counted, days)
        _at_most(gathering, people, days)
        _at_most(gathering, counted, people, times=max(events, 1))


def _at_most(gathering: Gathering, one: Figure | None, other: Figure | None, *, times: int = 1) -> None:
    """one <= times x other, where it is so."""
    if one and other and one.number is not None and other.number is not None:
        slack = times * other.value - one.value
        gathering.is_at_most({one.number: 1, other.number: -times}, slack)


def _within_table(gathering: Gathering, position: int) -> None:
    """Each layer of the table against those with one dimension fewer: its totals, and what is known better."""
    table = gathering.groups.tables[position]
    for subset, cells in layers(table):
        for place, name in enumerate(subset):
            rest = (*subset[:place], *subset[place + 1 :])
            parts: dict[Codes, list[Cell]] = defaultdict(list)
            for cell in cells:
                parts[(*cell.codes[:place], *cell.codes[place + 1 :])].append(cell)
            for layer, wholes in layers(table):
                if layer == rest:
                    for whole in wholes:
                        own = [_figures(gathering, position, subset, cell) for cell in parts.get(whole.codes, ())]
                        of = _figures(gathering, position, rest, whole)
                        gathering.sums(own, of, single=not allows_several(name))


def layers(table: Table) -> Iterator[tuple[Codes, tuple[Cell, ...]]]:
    """The table's cells, and each of its margins."""
    yield table.by, table.cells
    yield from table.totals.items()
    yield from table.better.items()


def _figures(gathering: Gathering, table: int, subset: Codes, cell: Cell) -> Figures:
    return gathering.figures(gathering.groups.by_place[(table, (subset, cell.codes))], cell)


def _between_tables(gathering: Gathering) -> None:
    """A group against whichever groups divide it, from whatever table; and one figure against its other versions."""
    groups = gathering.groups
    narrowed: dict[tuple[Conditions, str], list[tuple[Values, int]]] = defaultdict(list)
    for number, group in enumerate(groups.all):
        _versions(gathering, number)
        for name, values in group.conditions:
            narrowed[(group.conditions - {(name, values)}, name)].append((values, number))
    for (rest, name), entries in narrowed.items():
        for wide, whole in entries:
            inside = [(values, number) for values, number in entries if values != wide and within(values, wide)]
            _families(gathering, name, inside, whole)
        if rest in groups.by_conditions:
            _families(gathering, name, entries, groups.by_conditions[rest])


def _families(gathering: Gathering, name: str, inside: list[tuple[Values, int]], whole: int) -> None:
    for family in finer(inside):
        _family(gathering, name, [number for _values, number in family], whole)


def _family(gathering: Gathering, name: str, members: list[int], whole: int) -> None:
    """Each version of the whole against the fullest version of its parts. What a filter leaves out can be subtracted:
    where it is little, it is a group of its own.
    """
    groups = gathering.groups
    parts = [_fullest(gathering, number) for number in members]
    single = not allows_several(name)
    subtracts = any(_filtered(groups, number, name) for number in members) and (single or len(members) == 1)
    for of in _versions_of(gathering, whole):
        rest = gathering.sums(parts, of, single=single)
        if subtracts and is_small(rest, gathering.threshold):
            gathering.leaves([part[PARTICIPATIONS] for part in parts], of[PARTICIPATIONS], rest)
        if name == FIRST_TIME:
            _newcomers(gathering, parts[0], of)


def _newcomers(gathering: Gathering, part: Figures, of: Figures) -> None:
    """Whoever is somewhere for the first time is one of its people; where nothing came before, all of them are."""
    if PEOPLE in of:
        first, people = part[PARTICIPATIONS], of[PEOPLE]
        gathering.is_part(first, people)
        rest = people.value - first.value
        if is_small(rest, gathering.threshold):
            gathering.leaves([first], people, rest)


def _filtered(groups: Groups, number: int, name: str) -> bool:
    """Whether a table is narrowed to this group by a filter of that name."""
    return any(name in groups.populations[table] for table, _place, _cell in groups.all[number].cells)


def _versions_of(gathering: Gathering, number: int) -> list[Figures]:
    """The group's figures as its cells have them, the same ones once."""
    found = [gathering.figures(number, cell) for _table, _place, cell in gathering.groups.all[number].cells]
    return [figures for place, figures in enumerate(found) if figures not in found[:place]]


def _fullest(gathering: Gathering, number: int) -> Figures:
    return max(_versions_of(gathering, number), key=lambda figures: figures[PARTICIPATIONS].value)


def _versions(gathering: Gathering, number: int) -> None:
    """One group counted with more and with less detail: the fuller count is the larger one."""
    for one, other in product(_versions_of(gathering, number), repeat=2):
        for measure in one.keys() & other.keys():
            if one[measure].number != other[measure].number:
                _at_most(gathering, one[measure], other[measure])


def _nested_tables(gathering: Gathering) -> None:
    """A table narrowed twice over against the wider one, figure by figure."""
    groups = gathering.groups
    for wide, narrow in product(range(len(groups.tables)), repeat=2):
        if wide == narrow or not contains(groups.populations[wide], groups.populations[narrow]):
            continue
        for subset, cell in groups.tables[narrow].places():
            inside = groups.by_place[(narrow, (subset, cell.codes))]
            around = groups.at(wide, dict(zip(subset, cell.codes, strict=True)))
            if around is not None and _conditions_apart(groups, inside, around) > 1:
                _part_of(gathering, inside, around)


def _conditions_apart(groups: Groups, inside: int, around: int) -> int:
    return len(groups.all[inside].conditions - groups.all[around].conditions)


def _names(groups: Groups, number: int) -> set[str]:
    return {name for name, _values in groups.all[number].conditions}


def _part_of(gathering: Gathering, inside: int, around: int) -> None:
    part = _fullest(gathering, inside)
    groups = gathering.groups
    for of in _versions_of(gathering, around):
        for measure in (PARTICIPATIONS, PEOPLE, DAYS):
            _at_most(gathering, part.get(measure), of.get(measure))
        if FIRST_TIME in _names(groups, inside) - _names(groups, around):
            _at_most(gathering, part[PARTICIPATIONS], of.get(PEOPLE))
        rest = of[PARTICIPATIONS].value - part[PARTICIPATIONS].value
        if is_small(rest, gathering.threshold):
            gathering.leaves([part[PARTICIPATIONS]], of[PARTICIPATIONS], rest)
