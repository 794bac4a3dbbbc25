"""Counting rosters as tallies hold them (models/tallies.py). One query, however many sessions."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django.db.models import Case, Count, F, Sum, Value, When
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


def as_number(name: str) -> Any:
    """What participations have in common, as the number that stands for it in a cell."""
    if name not in WORDS:
        return Coalesce(F(f"{name}_id"), 0)
    return Case(*(When(**{name: word}, then=Value(number)) for number, word in enumerate(WORDS[name])))


NUMBERS = {f"{name}_number": as_number(name) for name in SHARED}


def cells_of(participations: ParticipationQuerySet) -> Iterator[tuple[int, bytes]]:
    """For each session of these participations the cells of its tally, counted now, in the order of the sessions' ids.

    A session in which nobody counts is left out.
    """
    grouped = participations.counted().annotate(**NUMBERS).values("session_id", *NUMBERS).annotate(**SUMS)
    rows = grouped.order_by("session_id", *NUMBERS).values_list("session_id", *NUMBERS, *SUMMED).iterator(AT_ONCE)
    for session, own in groupby(rows, key=lambda row: int(row[0])):
        yield session, b"".join(CELL.pack(*row[1:]) for row in own)
