"""Counting rosters as tallies hold them (models/tallies.py). One query, however many sessions."""

from collections.abc import Collection, Iterator
from itertools import groupby
from typing import Any

from django.db.models import Count, Sum
from django.db.models.functions import Coalesce

from training.models.participations import GAIN, TESTED, ParticipationQuerySet
from training.models.tallies import CELL, SHARED, SUMMED, WORDS

AT_ONCE = 10_000
SUMS = {
    "participations": Count("pk"),
    "days": Coalesce(Sum("days_attended"), 0),
    "registered": Count("days_attended"),
    "tested": Count("pk", filter=TESTED),
    "gain": Coalesce(GAIN, 0),
}


def cells_of(participations: ParticipationQuerySet) -> Iterator[tuple[int, bytes]]:
    """For each session of these participations the cells of its tally, counted now, in the order of the sessions' ids.

    A session in which nobody counts is left out.
    """
    grouped = participations.counted().values("session_id", *SHARED).annotate(**SUMS).order_by("session_id", *SHARED)
    rows = grouped.values_list("session_id", *SHARED, *SUMMED).iterator(AT_ONCE)
    for session, own in groupby(rows, key=lambda row: int(row[0])):
        yield session, b"".join(CELL.pack(*_numbers(row[1:])) for row in own)


def _numbers(row: Collection[Any]) -> Iterator[int]:
    for name, value in zip((*SHARED, *SUMMED), row, strict=True):
        yield WORDS[name].index(value) if name in WORDS else value or 0
