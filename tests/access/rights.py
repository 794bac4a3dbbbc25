"""What the tables and scopes themselves say of each account, where a second check would hide that the first is gone."""

from collections.abc import Iterator

from django.apps import apps

from tests.access.walking import Column
from tests.access.world import World
from training.permissions import Action, allows

SCOPED = [
    model
    for label in ("training", "certificates")
    for model in apps.get_app_config(label).get_models()
    if hasattr(model._default_manager, "visible_to")
]


def every_right() -> list[str]:
    return [*(f"may:{action.value.replace(' ', '-')}" for action in Action), *(f"sees:{m.__name__}" for m in SCOPED)]


def rights_of(world: World, column: Column) -> Iterator[tuple[str, str]]:
    """Each action's row, `yes` or `no`; and of each kind of record whether the account sees `all`, `some` or `none`."""
    account = world.accounts.get(column.role)
    if account is None or column.place != "Near":
        return
    for action in Action:
        yield f"may:{action.value.replace(' ', '-')} ASK", "yes" if allows(account, action) else "no"
    for model in SCOPED:
        there, seen = model._default_manager.count(), model._default_manager.visible_to(account).count()
        yield f"sees:{model.__name__} READ", "all" if seen == there else "some" if seen else "none"
