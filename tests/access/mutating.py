"""Takes every check away, one at a time, and sees whether the matrix notices (`make mutate`).

The code as it is answers every question once, and it is noted which code each answer ran. A mutant is then asked only
what runs the code it changes, the quickest first, until an answer differs.
"""

import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial

from django.conf import settings

from tests.access import matrix
from tests.access.addresses import ours
from tests.access.commands import commands_of, run
from tests.access.mutants import Mutant, every_mutant, noting
from tests.access.rights import rights_of
from tests.access.secrets import secrets_from, told
from tests.access.walking import COLUMNS, Column, Visitor, asked, questions_of
from tests.access.world import World, build_world
from training.services.roles import ADMIN_RECORDS

Answers = list[tuple[str, str, list[str]]]  # each with its row, the outcome, and what it tells that it should not


@dataclass
class Question:
    """One thing an account may ask. Its answer runs the code named in `runs` and takes `seconds`."""

    column: Column
    answer: Callable[[], Answers]
    runs: set[str] = field(default_factory=set)
    seconds: float = 0

    def difference(self, expected: matrix.Table) -> str | None:
        for row, got, said in self.answer():
            wanted = expected.get(row, {}).get(self.column.name)
            if got != wanted or said:
                return f"{self.column.name}: {row}: {said[0] if said else f'{got}, not {wanted}'}"
        return None


def mutate(part: str = "") -> int:
    """One line for each mutant (whose name holds `part`): what noticed it, or that nothing did.

    The status is the number of survivors. A difference without any mutant is a fault of the run itself, which ends it.
    """
    world, expected = build_world(), matrix.read()
    questions = _noted(list(_every_question(world)), expected)
    if questions is None:
        return 1
    survivors = 0
    for mutant in every_mutant():
        if part in mutant.name:
            noticed = _first_difference(world, questions, expected, mutant)
            survivors += noticed is None
            _say(f"{mutant.name}\t{noticed or 'NOT NOTICED'}")
    return survivors


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _every_question(world: World) -> Iterator[Question]:
    addresses = ours()
    for column in COLUMNS:
        visitor, secrets = Visitor(world.accounts.get(column.role)), secrets_from(column, world)
        for address, ask in questions_of(column, addresses):
            yield Question(column, partial(_of_address, world, visitor, column, address, ask, secrets))
        for command in commands_of(world, column):
            yield Question(column, partial(_of_command, world, column, command))
        yield Question(column, partial(_of_rights, world, column))


def _of_address(world, visitor, column, address, ask, secrets) -> Answers:
    answer = asked(world, visitor, column, address, ask)
    return [(answer.row, answer.outcome, told(answer, column, secrets))]


def _of_command(world: World, column: Column, command: str) -> Answers:
    return [(f"manage.py:{command} RUN", run(world, column, command), [])]


def _of_rights(world: World, column: Column) -> Answers:
    return [(row, outcome, []) for row, outcome in rights_of(world, column)]


def _noted(questions: list[Question], expected: matrix.Table) -> list[Question] | None:
    """The questions, quickest first, with what the answer of each ran; None where the code as it is answers otherwise
    than the matrix says.
    """
    started = time.monotonic()
    with noting() as seen:
        for question in questions:
            seen.clear()
            begun = time.monotonic()
            difference = question.difference(expected)
            question.seconds, question.runs = time.monotonic() - begun, set(seen)
            if difference:
                _say(f"nothing changed\t{difference}")
                return None
    _say(f"nothing changed\tnothing noticed: {len(questions)} questions in {time.monotonic() - started:.0f} s")
    return sorted(questions, key=lambda one: one.seconds)


def _first_difference(world: World, questions: list[Question], expected: matrix.Table, mutant: Mutant) -> str | None:
    with mutant.applied():
        if settings.SECOND_FACTOR_REQUIRED:
            reached = Visitor(world.accounts[mutant.roles[0]]).client.get("/sessions/").status_code == 200
            return f"{mutant.roles[0]}: /sessions/ opens without a second factor" if reached else None
        for question in _fairly([one for one in questions if _may_notice(one, mutant)]):
            if difference := question.difference(expected):
                return difference
    return None


IN_WAGTAIL = {f"may {action.value}" for action in ADMIN_RECORDS}


def _may_notice(question: Question, mutant: Mutant) -> bool:
    """Rights in Wagtail's admin follow from the table without its being asked again."""
    if mutant.roles and question.column.role not in mutant.roles:
        return False
    return mutant.where in question.runs or mutant.where in IN_WAGTAIL


def _fairly(questions: list[Question]) -> Iterator[Question]:
    """In turn one question of each column, each column's quickest first: most mutants show in some columns only."""
    by_column = defaultdict(list)
    for question in questions:
        by_column[question.column].append(question)
    while by_column:
        for column in list(by_column):
            yield by_column[column].pop(0)
            if not by_column[column]:
                del by_column[column]
