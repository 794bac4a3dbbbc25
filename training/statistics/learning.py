"""What came of it: who completed, and what the tests say, by sex. Known of people on rosters only.

Completion is known once a session is over and if its register was kept; of self-paced learning at any time.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Avg, Count, F, FloatField, Q
from django.db.models.functions import Cast

from training.choices import Modality, Outcome, SessionStatus
from training.statistics.dimensions import DIMENSIONS
from training.statistics.question import Question
from training.statistics.scope import Participations, participations_of, sessions_of
from training.statistics.shares import share

SELF_PACED = Q(session__modality=Modality.SELF_PACED)
KNOWN = SELF_PACED | Q(session__status__in=SessionStatus.over(), days_attended__isnull=False)
RUNNING = ~SELF_PACED & Q(session__status=SessionStatus.OPEN)
COMPLETED = KNOWN & Q(outcome=Outcome.COMPLETED)
TESTED = Q(pre_score__isnull=False, post_score__isnull=False)


@dataclass(frozen=True, kw_only=True)
class Learning:
    """completed of known: participations. running: in sessions that are not over yet; no_register: completion is not
    known because no register was kept. tested: those with both scores; gain: the mean of score after less score before.
    """

    completed: int = 0
    known: int = 0
    running: int = 0
    no_register: int = 0
    tested: int = 0
    gain: float | None = None

    @property
    def percent(self) -> float | None:
        return share(self.completed, self.known)


def learning_by_sex(question: Question) -> dict[str, Learning]:
    """For each sex there is, by its code. One query."""
    sex = _sex(question)
    found = _participations(question).values(sex).annotate(**_figures()).order_by()
    return {str(row[sex]): _learning(row) for row in found}


def learning_by_session(question: Question, sex: str) -> Iterator[tuple[str, Learning]]:
    """The same for women, men or those not recorded, session by session: keys of sessions, the largest first."""
    rows = _participations(question).filter(**{_sex(question): sex}).values("session__key").annotate(**_figures())
    found = [(str(row["session__key"]), _learning(row)) for row in rows.order_by()]
    for key, own in sorted(found, key=lambda one: (-one[1].known, one[0])):
        if own.known or own.tested:
            yield key, own


def _participations(question: Question) -> Participations:
    return participations_of(question, sessions_of(question))


def _sex(question: Question) -> str:
    """Where a participation's sex stands."""
    dimension = DIMENSIONS["sex"]
    return str(dimension.path_now if question.snapshot == "now" else dimension.path)


def _figures() -> dict[str, Any]:
    gain = Cast(F("post_score") - F("pre_score"), FloatField())
    return {
        "completed": Count("pk", filter=COMPLETED),
        "known": Count("pk", filter=KNOWN),
        "running": Count("pk", filter=RUNNING),
        "counted": Count("pk"),
        "tested": Count("pk", filter=TESTED),
        "gain": Avg(gain, filter=TESTED),
    }


def _learning(row: Mapping[str, Any]) -> Learning:
    return Learning(
        completed=row["completed"],
        known=row["known"],
        running=row["running"],
        no_register=row["counted"] - row["known"] - row["running"],
        tested=row["tested"],
        gain=None if row["gain"] is None else round(row["gain"], 1),
    )
