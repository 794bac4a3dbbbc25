"""Which figures are small by themselves, and which go with them because only two categories share a split."""

from collections.abc import Iterable, Iterator

from training.choices import Measure, Sex
from training.statistics.dimensions import SPECIAL_LABELS
from training.statistics.disclosure.groups import Groups
from training.statistics.table import Cell, Table

WOMEN_AND_MEN = (str(Sex.WOMEN), str(Sex.MEN))


def is_small(number: int | None, threshold: int) -> bool:
    return number is not None and 1 <= number < threshold


def private_figures(cell: Cell) -> dict[str, int | None]:
    """Each measure of the part of a cell that no public source states. People and days come from rosters alone, which
    no public source has; participations are told by every table, asked for or not.
    """
    return {
        Measure.PARTICIPATIONS.value: cell.private,
        Measure.PEOPLE.value: cell.count(Measure.PEOPLE),
        Measure.PERSON_DAYS.value: cell.count(Measure.PERSON_DAYS),
    }


def has_small(cell: Cell, threshold: int) -> bool:
    """Whether the cell has to be withheld for its own sake (design §3.10)."""
    return cell.private > 0 and any(is_small(number, threshold) for number in private_figures(cell).values())


def small_groups(groups: Groups, threshold: int) -> set[int]:
    """The groups with a small figure in any of their cells."""
    return {
        number
        for number, group in enumerate(groups.all)
        if any(has_small(cell, threshold) for _table, _place, cell in group.cells)
    }


def with_partners(groups: Groups, chosen: Iterable[int]) -> set[int]:
    """These groups, and the other half of every split in two that one of them is half of."""
    found, open_ends = set(chosen), list(chosen)
    while open_ends:
        for partner in _partners(groups, open_ends.pop()):
            if partner not in found and groups.all[partner].private > 0:
                found.add(partner)
                open_ends.append(partner)
    return found


def _partners(groups: Groups, number: int) -> Iterator[int]:
    for table, (subset, codes), _cell in groups.all[number].cells:
        for name, code in zip(subset, codes, strict=True):
            pair = two_categories(groups.tables[table], name)
            if code in pair:
                (other,) = (one for one in pair if one != code)
                partner = groups.at(table, {**dict(zip(subset, codes, strict=True)), name: other})
                if partner is not None:
                    yield partner


def two_categories(table: Table, name: str) -> tuple[str, ...]:
    """The two codes that a dimension of the table is split in; none where there are more or fewer. Women and men are
    two whatever else is known of sex.
    """
    if name == "sex":
        return WOMEN_AND_MEN
    codes = tuple(code for code in table.labels.get(name, ()) if code not in SPECIAL_LABELS)
    return codes if len(codes) == 2 else ()
