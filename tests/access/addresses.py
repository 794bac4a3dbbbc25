"""Every address the site answers: the URL patterns of the project, of what it includes, and Wagtail's admin."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLResolver, get_resolver
from wagtail import hooks
from wagtail.admin.viewsets.base import ViewSetGroup

OURS = {"training", "elearning", "certificates"}


def _registered() -> Iterator[Any]:
    """Every list of records that an app of ours has put into Wagtail's admin, alone or in a group."""
    for register in hooks.get_hooks("register_admin_viewset"):
        if register.__module__.partition(".")[0] in OURS:
            found = register()
            for viewset in found if isinstance(found, list) else [found]:
                yield from viewset.items if isinstance(viewset, ViewSetGroup) else [viewset]


# Of Wagtail's admin, what lists and edits records of ours, by the name of the model.
RECORDS = {viewset.model._meta.model_name: viewset.model for viewset in _registered()}


@dataclass(frozen=True)
class Address:
    """`route` as the URLconf has it, `name` with its namespace, and what its arguments are called."""

    route: str
    name: str
    arguments: tuple[str, ...]
    view: Any

    @property
    def record(self) -> str:
        """The model whose records Wagtail's admin shows there; empty elsewhere."""
        return self.name.partition(":")[0] if ":" in self.name and self.name.partition(":")[0] in RECORDS else ""

    @property
    def is_wagtails(self) -> bool:
        """Whether it belongs to Wagtail's own admin rather than to a list or form of ours in it."""
        return self.route.startswith("admin/") and not self.record and self.name != "admin_door"


def every_address() -> list[Address]:
    return list(_walk(get_resolver()))


def ours() -> list[Address]:
    """All but Wagtail's own: the matrix has rows for each of these."""
    return [address for address in every_address() if not address.is_wagtails]


def wagtails() -> list[Address]:
    return [address for address in every_address() if address.is_wagtails]


def _walk(
    resolver: Any, before: str = "", spaces: tuple[str, ...] = (), captured: tuple[str, ...] = ()
) -> Iterator[Address]:
    for pattern in resolver.url_patterns:
        route = before + str(pattern.pattern)
        arguments = (*captured, *pattern.pattern.regex.groupindex)
        if isinstance(pattern, URLResolver):
            inside = (*spaces, pattern.namespace) if pattern.namespace else spaces
            yield from _walk(pattern, route, inside, arguments)
        else:
            yield Address(route, ":".join((*spaces, pattern.name or "")), arguments, pattern.callback)
