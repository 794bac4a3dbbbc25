"""Which of all the marks given to somebody on a day counts: a pure function of them, whatever order they came in.

Marks come late, twice and out of order: devices keep them while there is no network. So no mark overwrites another.
Every one is kept, the latest counts, and equal times are settled by the nonce, so that any order and any repetition end
in the same register.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple


class Event(NamedTuple):
    """A mark given: what stood before whoever gave it, and what they made of it; empty is not marked.

    `nonce` and `device` are empty for what was marked on the server itself; between two of those `number` settles, the
    key under which it is stored. `looked`: somebody has seen that it disagrees with the one before it.
    """

    at: datetime
    nonce: str
    before: str
    after: str
    device: str = ""
    number: int = 0
    looked: bool = False

    @property
    def place(self) -> tuple[datetime, str, int]:
        """Its place in the one order of all events."""
        return (self.at, self.nonce, self.number)


class Settled(NamedTuple):
    """The mark that counts and the event that gave it (none: nobody ever gave one). `under` and `over` disagree: the
    later one was made on another device without knowing the one before it, and nobody has looked at it yet."""

    mark: str = ""
    last: Event | None = None
    under: Event | None = None
    over: Event | None = None


def settled(events: Iterable[Event]) -> Settled:
    """What stands of all events of one person on one day."""
    last = under = over = None
    for event in sorted({event.place: event for event in events}.values(), key=lambda event: event.place):
        if last is not None and _disagrees(event, last):
            under, over = last, event
        last = event
    return Settled(last.after if last else "", last, under, over)


def _disagrees(event: Event, last: Event) -> bool:
    unaware = event.before != last.after and event.device != last.device
    return unaware and event.after != last.after and not event.looked
