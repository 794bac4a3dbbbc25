"""Who is in the cells of tallies, held by this process (docs/decisions/0010-people-of-tallies.md).

Unique people do not add up, so a tally cannot tell them. The ids of people are read from the records once for each
version of a tally; nothing else of a person is held.
"""

from collections.abc import Collection

import numpy as np
from django.db.models import Max

from training.models import Participation
from training.models.sessions import SessionQuerySet
from training.statistics.fetching import Ids, fetched
from training.statistics.rows import Numbers
from training.statistics.tallies import NUMBERS

MOST = 5_000_000  # ids; where there are more, only those of the last answer stay
FEW = 500  # tallies that are asked for by their sessions
Tally = tuple[int, int]  # session, version
NOBODY = np.zeros(0, dtype=np.int64)


class Held:
    """Ids of people by session, and of which version of its tally: one for each participation, cell after cell."""

    def __init__(self) -> None:
        self._held: dict[int, tuple[int, Numbers]] = {}

    def people(self, tallies: Collection[Tally], told: SessionQuerySet) -> list[Numbers] | None:
        """The people of each of these tallies, which are those of the sessions `told`. Where some are not known they
        are read, in one query, and None is the answer: they may have changed since the tallies were.
        """
        held = [self._held.get(session, (None, NOBODY)) for session, _version in tallies]
        missing = [session for (session, version), (known, _ids) in zip(tallies, held, strict=True) if known != version]
        if missing:
            self._read(missing, told, keeping={session for session, _version in tallies})
            return None
        return [ids for _version, ids in held]

    def _read(self, missing: Collection[int], told: SessionQuerySet, keeping: Collection[int]) -> None:
        asked = told.filter(pk__in=missing) if len(missing) <= FEW else told
        known = self._held | _people_of(asked)
        if sum(len(ids) for _version, ids in known.values()) > MOST:
            known = {session: one for session, one in known.items() if session in keeping}
        self._held = known  # whoever reads meanwhile has the one or the other, whole


def _people_of(sessions: SessionQuerySet) -> dict[int, tuple[int, Numbers]]:
    """By session, for those that are tallied and in which somebody counts: the version, and its people. One query."""
    tallied = Participation.objects.counted().filter(session__in=sessions.filter(tally__isnull=False).values("pk"))
    listed = {"ids": Ids("person_id"), **{name: Ids(number) for name, number in NUMBERS.items()}}
    # A session has one tally: the greatest version is its own, and takes no sorting.
    rosters = tallied.values("session_id").annotate(version=Max("session__tally__version"), **listed).order_by()
    rows = fetched(rosters.values_list("session_id", "version", *listed))
    if not rows:
        return {}
    sessions_in_order, versions, *texts = zip(*rows, strict=True)
    lengths = [text.count(",") + 1 for text in texts[0]]
    ids, *numbers = [np.fromstring(",".join(column), dtype=np.int64, sep=",") for column in texts]
    by_cell = ids[np.lexsort([*reversed(numbers), np.repeat(np.arange(len(rows)), lengths)])]
    people = np.split(by_cell, np.cumsum(lengths)[:-1])
    return dict(zip(sessions_in_order, zip(versions, people, strict=True), strict=True))


HELD = Held()
