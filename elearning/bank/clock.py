"""When an answer was given, by the clock of this server, and whether it still counts.

A device says how long ago an answer was given: its own clock may be wrong by years, but runs at the usual speed. An
answer counts when it was given before the end of the attempt and arrives while the attempt is open; that is until it is
handed in, or until GRACE after its end. So nobody loses an answer to a lost network, and nobody gains more than GRACE
by saying that an answer is older than it is.
"""

from datetime import datetime, timedelta

from elearning.bank.rules import GRACE


def given_at(*, received_at: datetime, seconds_ago: float, started_at: datetime) -> datetime:
    """Never after it arrived, never before the attempt began. What is no sensible age counts as given just now."""
    if not 0 <= seconds_ago < float("inf"):
        return received_at
    longest = (received_at - started_at).total_seconds()
    return received_at - timedelta(seconds=min(seconds_ago, max(longest, 0)))


def is_over(*, now: datetime, deadline: datetime | None) -> bool:
    """Whether no answer can be given any more; some may still be on their way."""
    return deadline is not None and now > deadline


def is_closed(*, now: datetime, deadline: datetime | None) -> bool:
    """Whether none that is on its way counts any more: the attempt is marked with what it has."""
    return deadline is not None and now > deadline + GRACE
