"""Imports and merges pass one at a time: neither may decide on what another is changing."""

from training.models import Jurisdiction


def wait_for_other_imports() -> None:
    """Two lists that name the same new people, or the same sessions, must not both make them; none may name a person
    or an institution while it becomes another.

    Call it inside the transaction that plans and applies. The lock leaves alone whoever only refers to a
    jurisdiction, so nobody else waits.
    """
    list(Jurisdiction.objects.select_for_update(no_key=True).order_by("pk").values_list("pk"))
