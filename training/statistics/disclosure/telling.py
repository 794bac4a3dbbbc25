"""A table as somebody outside gets it: withheld cells empty, and nothing beside the figures that tells of them."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from training.statistics.disclosure.groups import Place
from training.statistics.table import Cell, Codes, Table

# A note that counts something, without its numbers. Notes without numbers stay; others are left out.
WITHOUT_NUMBERS = {
    "not_named": _(
        "Not all participations are backed by names. For the others unique people and person-days are not known."
    ),
    "not_broken_down": _("Some participations were reported without a full breakdown by these dimensions."),
    "filter_not_told": _(
        "Some participations are left out: headcounts do not say whether the filters on people fit them."
    ),
    "not_placed": _("Some sessions without a date could not be placed in the period."),
    "no_register": _(
        "No register was kept for some participations: everyone on the roster counts, days are not known."
    ),
    "roster_beside_headcount": _(
        "For some sessions a headcount counts; rosters wait until a person confirms that they replace it."
    ),
}
# These count what the table shows anyway, if all of that is public.
OF_THE_TABLE = frozenset({"not_named", "not_broken_down"})


def for_outside(table: Table, hidden: Collection[Place]) -> Table:
    """The table without the figures in these places. Of the others nobody learns what they rest on, since that splits
    them into smaller ones; only what is wholly public keeps its parts.
    """

    def seen(subset: Codes, cells: tuple[Cell, ...]) -> tuple[Cell, ...]:
        return tuple(_seen(cell, (subset, cell.codes) in hidden) for cell in cells)

    def margins(found: Mapping[Codes, tuple[Cell, ...]]) -> dict[Codes, tuple[Cell, ...]]:
        return {subset: seen(subset, cells) for subset, cells in found.items()}

    all_public = all(cell.private == 0 for _place, cell in table.places())
    return replace(
        table,
        cells=seen(table.by, table.cells),
        totals=margins(table.totals),
        better=margins(table.better),
        notes=tuple(_notes(table, all_public)),
        note_counts={code: count for code, count in table.note_counts.items() if all_public and code in OF_THE_TABLE},
    )


def _seen(cell: Cell, hidden: bool) -> Cell:
    if cell.private <= 0:
        return cell
    if hidden:
        return cell.withheld()
    return Cell(codes=cell.codes, values=cell.values, untold=cell.participations, published=cell.published)


def _notes(table: Table, all_public: bool) -> Iterator[tuple[str, str]]:
    for code, text in table.notes:
        if all_public and code in OF_THE_TABLE:
            yield code, text
        elif code in WITHOUT_NUMBERS:
            yield code, str(WITHOUT_NUMBERS[code])
        elif not any(letter.isdigit() for letter in text):
            yield code, text
