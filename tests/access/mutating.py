"""Takes every check away, one at a time, and sees whether the matrix notices (`make mutate`)."""

import sys
from collections.abc import Iterator
from contextlib import nullcontext

from django.conf import settings

from tests.access import matrix
from tests.access.addresses import ours
from tests.access.commands import run_all
from tests.access.mutants import Mutant, every_mutant
from tests.access.rights import rights_of
from tests.access.secrets import secrets_from, told
from tests.access.walking import COLUMNS, Column, Visitor, walk
from tests.access.world import World, build_world
from training.permissions import RoleName


def mutate() -> int:
    """One line for each mutant: what noticed it, or that nothing did. The status is the number of survivors.

    The last line is the code as it is: whatever is noticed there says that the run itself was at fault.
    """
    world, expected = build_world(), matrix.read()
    survivors = 0
    for mutant in every_mutant():
        with mutant.applied():
            noticed = _first_difference(world, expected, mutant)
        survivors += noticed is None
        sys.stdout.write(f"{mutant.name}\t{noticed or 'NOT NOTICED'}\n")
        sys.stdout.flush()
    drift = _first_difference(world, expected, Mutant("nothing", nullcontext))
    sys.stdout.write(f"nothing changed\t{drift or 'nothing noticed'}\n")
    return survivors


def _first_difference(world: World, expected: matrix.Table, mutant: Mutant) -> str | None:
    """The first row the mutated site answers otherwise. Records in Wagtail's admin and the log-in come last."""
    if settings.SECOND_FACTOR_REQUIRED:
        reached = Visitor(world.accounts[mutant.roles[0]]).client.get("/sessions/").status_code == 200
        return f"{mutant.roles[0]}: /sessions/ opens without a second factor" if reached else None
    columns = [column for column in COLUMNS if not mutant.roles or column.role in mutant.roles]
    columns.sort(key=lambda column: column.role == RoleName.ADMINISTRATOR)
    addresses = ours()
    first = [one for one in addresses if not one.record and not one.route.startswith("account/")]
    for chosen in (first, [one for one in addresses if one not in first]):
        for column in columns:
            for row, got, said in _answers(world, column, chosen, with_commands=chosen is first):
                wanted = expected.get(row, {}).get(column.name)
                if got != wanted or said:
                    return f"{column.name}: {row}: {said[0] if said else f'{got}, not {wanted}'}"
    return None


def _answers(
    world: World, column: Column, addresses: list, *, with_commands: bool
) -> Iterator[tuple[str, str, list[str]]]:
    secrets = secrets_from(column, world)
    for answer in walk(world, column, addresses):
        yield answer.row, answer.outcome, told(answer, column, secrets)
    if with_commands:
        for row, outcome in (*run_all(world, column), *rights_of(world, column)):
            yield row, outcome, []
