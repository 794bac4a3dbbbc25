"""What the tables and scopes themselves say of each account, where a second check would hide that the first is gone."""

from collections.abc import Iterator

from django.apps import apps

from tests.access.walking import Column
from tests.access.world import World
from training.permissions import Action, allows, may_plan_in

SCOPED = [
    model
    for label in ("training", "certificates")
    for model in apps.get_app_config(label).get_models()
    if hasattr(model._default_manager, "visible_to")
]


PLANS = "may:plan-in-this-project"


def every_right() -> list[str]:
    actions = (f"may:{action.value.replace(' ', '-')}" for action in Action)
    return [*actions, PLANS, *(f"sees:{m.__name__}" for m in SCOPED)]


def rights_of(world: World, column: Column) -> Iterator[tuple[str, str]]:
    """Each action's row, `yes` or `no`; whether sessions may be planned in the project of the place; and of each kind
    of record whether the account sees `all`, `some` or `none`.
    """
    account = world.accounts.get(column.role)
    if account is None or column.place not in {"Near", "Far"}:
        return
    yield f"{PLANS} ASK", "yes" if may_plan_in(account, world.places[column.place].project.pk) else "no"
    if column.place != "Near":
        return
    for action in Action:
        yield f"may:{action.value.replace(' ', '-')} ASK", "yes" if allows(account, action) else "no"
    for model in SCOPED:
        there, seen = model._default_manager.count(), model._default_manager.visible_to(account).count()
        yield f"sees:{model.__name__} READ", "all" if seen == there else "some" if seen else "none"
