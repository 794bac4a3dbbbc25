"""Keeping the tallies of rosters (models/tallies.py). The database drops them, here they are made.

A missing tally costs time, never truth, so nobody waits for anybody: a session that somebody else is changing at this
moment is left out, and taken the next time.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager

from django.db import connection, transaction
from django.db.models import Count

from training.models import Participation, RosterTally, Session
from training.models.participations import ParticipationQuerySet
from training.models.sessions import TALLIED, SessionQuerySet
from training.statistics.tallies import cells_of

AT_ONCE = 1000


@transaction.atomic
def keep_tallies(sessions: SessionQuerySet) -> int:
    """Tally those of `sessions` that are over anew. Returns how many. Three queries, and two more on PostgreSQL."""
    held = sessions.filter(TALLIED).order_by("pk").select_for_update(of=("self",), skip_locked=True)
    ids = set(held.values_list("pk", flat=True))
    ids -= _being_changed(ids)
    cells = dict(cells_of(Participation.objects.filter(session__in=ids)))
    RosterTally.objects.bulk_create(
        [RosterTally(session_id=session, cells=cells.get(session, b"")) for session in sorted(ids)],
        update_conflicts=True,
        unique_fields=["session"],
        update_fields=["version", "cells"],
    )
    return len(ids)


def keep_missing_tallies() -> int:
    """Tally every roster that should have a tally and has none, so many in a transaction. Returns how many."""
    rosters = Participation.objects.order_by().values("session")
    waiting = Session.objects.filter(TALLIED, tally=None, pk__in=rosters)
    return _keep(list(waiting.order_by("pk").values_list("pk", flat=True)))


@contextmanager
def tallied_again(participations: ParticipationQuerySet) -> Iterator[None]:
    """Change these participations inside: where their rosters were tallied, they are again afterwards."""
    sessions = participations.order_by().values("session")
    were = list(RosterTally.objects.filter(session__in=sessions).order_by("pk").values_list("pk", flat=True))
    yield
    _keep(were)


def _keep(ids: Sequence[int]) -> int:
    parts = [ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE)]
    return sum(keep_tallies(Session.objects.filter(pk__in=part)) for part in parts)


def _being_changed(ids: Collection[int]) -> set[int]:
    """Those of the sessions on whose rosters somebody else is at work, in a transaction that is not over yet.

    The rows of the others are held from here on.
    """
    if not connection.features.has_select_for_update:  # then there is one writer at a time
        return set()
    rosters = Participation.objects.filter(session__in=ids).order_by("pk")
    held = Counter(rosters.select_for_update(no_key=True, skip_locked=True).values_list("session", flat=True))
    there = rosters.order_by().values_list("session").annotate(rows=Count("pk"))
    return {session for session, rows in there if rows != held[session]}
