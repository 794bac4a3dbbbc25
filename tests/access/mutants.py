"""Mutants of the permissions: the code as it is, but for one check.

A check is a row of a table, a condition, a function that decides, or a queryset method that narrows to an account. The
code of the running functions is exchanged, so that whoever imported them has the mutant too.
"""

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from types import FunctionType
from typing import Any

from django.apps import apps
from django.conf import settings

from project import middleware, walls
from training import permissions
from training.permissions import RoleName
from training.services.roles import ensure_roles

NARROWING = ("visible_to", "kept_by", "changeable_by", "work_of", "of_session")
EVERY_ROLE = frozenset(RoleName)
SCOPES = [name for name in vars(permissions) if name.endswith("_scope") and name != "_scope"]
# What a function that decides says once its check is gone.
GONE = {
    "allows": "return True",
    "allows_on": "return True",
    "known_to_change": "return True",
    "is_unlimited": "return True",
    "may_plan_in": "return True",
    "require": "return None",
    "roles_to_give": "return frozenset(RoleName)",
    "_readable": "return EVERYBODY",
}


@dataclass
class Mutant:
    """`applied` makes it so for a while. `where` is the code it changes: a question that does not run that code is
    answered as before. `roles` whose answers it may change; none: anybody's.
    """

    name: str
    applied: Callable[[], AbstractContextManager[None]]
    where: str
    roles: tuple[str, ...] = ()


def every_mutant() -> Iterator[Mutant]:
    yield from _of_tables()
    for name, function in inspect.getmembers(permissions, inspect.isfunction):
        if function.__module__ == permissions.__name__:
            yield from _of_function(name, function)
    for name, method in _narrowing():
        yield Mutant(name, _running(method, _body("return self.all()")), name)


def _narrowing() -> Iterator[tuple[str, FunctionType]]:
    """The querysets' methods that narrow to an account, by model."""
    for label in ("training", "elearning", "certificates"):
        for model in apps.get_app_config(label).get_models():
            methods = vars(type(model._default_manager.all()))
            for name in NARROWING:
                if name in methods and "account" in inspect.signature(methods[name]).parameters:
                    yield f"{model.__name__}.{name}", methods[name]


@contextmanager
def noting() -> Iterator[set[str]]:
    """While this lasts, the set it gives takes in where mutants could make a difference: each function that runs, each
    action that is asked for.
    """
    NOTED.clear()
    functions = [
        (name, one)
        for name, one in inspect.getmembers(permissions, inspect.isfunction)
        if one.__module__ == permissions.__name__
    ]
    with ExitStack() as stack:
        for name, function in (*functions, *_narrowing()):
            noted = f"{name!r}, f'may {{action.value}}'" if name == "allows" else repr(name)
            stack.enter_context(_run(function, _first(f"from {__name__} import note; note({noted})")))
        yield NOTED


NOTED: set[str] = set()


def note(*what: str) -> None:
    NOTED.update(what)


def _of_tables() -> Iterator[Mutant]:
    allowed, give = permissions.ALLOWED, permissions.MAY_GIVE
    for action in allowed:
        yield Mutant(f"any role may {action.value}", partial(_allowed_to_all, action), f"may {action.value}")
    for role in give.keys() - {RoleName.ADMINISTRATOR}:
        yield Mutant(f"{role} gives any role", partial(_entry, give, role, EVERY_ROLE), "roles_to_give", (role,))
    for role in sorted(permissions.SECOND_FACTOR_ROLES):
        yield Mutant(f"no second factor for {role}", partial(_without_second_factor, role), "second factor", (role,))


def _of_function(name: str, function: FunctionType) -> Iterator[Mutant]:
    if name in GONE:
        yield Mutant(f"{name}: {GONE[name]}", _running(function, _body(GONE[name])), name)
    for number, node in enumerate(ast.walk(_tree(function))):
        if isinstance(node, ast.Dict):
            for index, (key, value) in enumerate(zip(node.keys, node.values, strict=True)):
                if ast.unparse(key).startswith("R.") and ast.unparse(value) != "_everything":
                    role = RoleName[ast.unparse(key).removeprefix("R.")]
                    yield Mutant(f"{name}: all for {role}", _running(function, _row(number, index)), name, (role,))
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitAnd) and name in SCOPES:
            yield Mutant(f"{name}: without {ast.unparse(node.right)}", _running(function, _left(number)), name)
        elif isinstance(node, ast.If) and ast.unparse(node.body[0]) == "return False":
            yield Mutant(f"{name}: without “if {ast.unparse(node.test)}”", _running(function, _unasked(number)), name)


# ---- changes to a function's tree: each takes it and changes it in place

Change = Callable[[ast.FunctionDef], None]


def _body(statement: str) -> Change:
    def change(tree: ast.FunctionDef) -> None:
        tree.body = ast.parse(f"def f():\n    {statement}").body[0].body

    return change


def _first(statement: str) -> Change:
    def change(tree: ast.FunctionDef) -> None:
        tree.body[:0] = ast.parse(statement).body

    return change


def _row(number: int, index: int) -> Change:
    def change(tree: ast.FunctionDef) -> None:
        _node(tree, number).values[index] = ast.Name("_everything", ast.Load())

    return change


def _left(number: int) -> Change:
    def change(tree: ast.FunctionDef) -> None:
        node = _node(tree, number)
        node.op, node.right = ast.BitAnd(), ast.Name("EVERYBODY", ast.Load())

    return change


def _unasked(number: int) -> Change:
    def change(tree: ast.FunctionDef) -> None:
        _node(tree, number).test = ast.Constant(False)

    return change


def _node(tree: ast.FunctionDef, number: int) -> Any:
    return list(ast.walk(tree))[number]


def _tree(function: FunctionType) -> ast.FunctionDef:
    """Without annotations and decorators, whose names may not be there any more."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
    assert isinstance(tree, ast.FunctionDef)
    for node in ast.walk(tree):
        if isinstance(node, ast.arg):
            node.annotation = None
        if isinstance(node, ast.FunctionDef):
            node.returns, node.decorator_list = None, []
    return tree


def _running(function: FunctionType, change: Change) -> Callable[[], AbstractContextManager[None]]:
    return partial(_run, function, change)


@contextmanager
def _run(function: FunctionType, change: Change) -> Iterator[None]:
    """Let the function run changed code for a while."""
    tree = _tree(function)
    change(tree)
    module = ast.fix_missing_locations(ast.Module([tree], []))
    names: dict[str, Any] = dict(function.__globals__)
    exec(compile(module, f"mutant of {function.__name__}", "exec"), names)  # noqa: S102 our own code, changed
    before, function.__code__ = function.__code__, names[tree.name].__code__
    try:
        yield
    finally:
        function.__code__ = before


# ---- changes to tables


@contextmanager
def _entry(table: dict[Any, Any], key: Any, value: Any) -> Iterator[None]:
    before, table[key] = table[key], value
    try:
        yield
    finally:
        table[key] = before


@contextmanager
def _allowed_to_all(action: permissions.Action) -> Iterator[None]:
    """With the rights in Wagtail's admin that follow from the table."""
    with _entry(permissions.ALLOWED, action, EVERY_ROLE):
        ensure_roles()
        yield
    ensure_roles()


@contextmanager
def _without_second_factor(role: str) -> Iterator[None]:
    before, places = permissions.SECOND_FACTOR_ROLES, (permissions, middleware, walls)
    for place in places:
        place.SECOND_FACTOR_ROLES = before - {role}
    settings.SECOND_FACTOR_REQUIRED = True
    try:
        yield
    finally:
        settings.SECOND_FACTOR_REQUIRED = False
        for place in places:
            place.SECOND_FACTOR_ROLES = before
