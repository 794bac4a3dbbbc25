"""Writing the trail. Every service that changes or discloses something ends here, in the same transaction."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from training.models import Account, Session, TrailEntry

IDS_KEPT = 5000
_origin: ContextVar[str] = ContextVar("origin", default="")


@contextmanager
def coming_from(origin: str) -> Iterator[None]:
    """What is recorded inside came from there: a network address, or `command NAME`."""
    token = _origin.set(origin[:60])
    try:
        yield
    finally:
        _origin.reset(token)


def origin() -> str:
    """Where what happens now comes from; empty where nobody said."""
    return _origin.get()


def record(
    *,
    by: Account,
    action: str,
    session: Session | None = None,
    records: Mapping[str, Iterable[int]] | None = None,
    detail: dict[str, Any] | None = None,
) -> TrailEntry:
    """Add one entry. `records` maps a model's name to ids; `detail` may hold field names and counts, never values."""
    ids = {model: list(values)[:IDS_KEPT] for model, values in (records or {}).items()}
    return TrailEntry.objects.create(
        by=by, action=action, session=session, records=ids, detail=detail or {}, origin=_origin.get()
    )
