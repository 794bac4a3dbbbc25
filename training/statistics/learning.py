"""What came of it: who completed, and what the tests say, by sex. Known of people on rosters only.

Completion is known once a session is over and if its register was kept; of self-paced learning at any time.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from operator import itemgetter

import numpy as np
from django.db.models import Count, Q
from django.db.models.functions import Coalesce

from training.choices import Modality, Outcome, SessionStatus
from training.models.participations import GAIN, TESTED
from training.models.tallies import WORDS
from training.statistics.dimensions import DIMENSIONS, Members
from training.statistics.keys import Keys
from training.statistics.named import FIGURES, Named, read
from training.statistics.question import Question
from training.statistics.rows import Numbers, Rows
from training.statistics.scope import sessions_of
from training.statistics.shares import share
from training.statistics.told import Cells, Summed

SELF_PACED = Q(session__modality=Modality.SELF_PACED)
KNOWN = SELF_PACED | Q(session__status__in=SessionStatus.over(), days_attended__isnull=False)
RUNNING = ~SELF_PACED & Q(session__status=SessionStatus.OPEN)
COMPLETED = KNOWN & Q(outcome=Outcome.COMPLETED)


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


def _completed(cells: Cells) -> Numbers:
    """Of the sessions that are tallied, which are over, all whose days are known are known."""
    completed: Numbers = np.where(cells["outcome"] == WORDS["outcome"].index(Outcome.COMPLETED), cells["registered"], 0)
    return completed


SUMS = {
    "completed": Summed(Count("pk", filter=COMPLETED), _completed),
    "known": Summed(Count("pk", filter=KNOWN), itemgetter("registered")),
    "running": Summed(Count("pk", filter=RUNNING), lambda cells: np.zeros(len(cells), dtype=np.int64)),
    "counted": Summed(Count("pk"), itemgetter("participations")),
    "tested": Summed(Count("pk", filter=TESTED), itemgetter("tested")),
    "gain": Summed(Coalesce(GAIN, 0), itemgetter("gain")),
}


def learning_by_sex(named: Named, *, of_trainees: bool) -> dict[str, Learning]:
    """For each sex there is, by its code. `FIGURES` and `SUMS` are the sums of what is read."""
    rows = named.added_up(("sex",), len(FIGURES) + len(SUMS), of_trainees=of_trainees)
    return {codes[0]: learning for codes, learning in _learning(rows, named.keys, ("sex",))}


def learning_by_session(question: Question, sex: str) -> Iterator[tuple[str, Learning]]:
    """The same for women, men or those not recorded, session by session: keys of sessions, the largest first."""
    keys = Keys(("sex", "session"), question.snapshot)
    rows = read(question, sessions_of(question), keys, SUMS).added_up(("sex", "session"), len(SUMS))
    found = [(codes[1], own) for codes, own in _learning(rows, keys, ("sex", "session")) if codes[0] == sex]
    for key, own in sorted(found, key=lambda one: (-one[1].known, one[0])):
        if own.known or own.tested:
            yield key, own


def _learning(rows: Rows, keys: Keys, by: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Learning]]:
    """For each combination there is, the codes and what came of it."""
    members = [Members(DIMENSIONS[name]) for name in by]
    for values, sums in rows.sums(keys.of(by)).items():
        completed, known, running, counted, tested, gain = sums[-len(SUMS) :]
        codes = tuple(own.code(value) for own, value in zip(members, values, strict=True))
        yield (
            codes,
            Learning(
                completed=completed,
                known=known,
                running=running,
                no_register=counted - known - running,
                tested=tested,
                gain=round(gain / 100 / tested, 1) if tested else None,
            ),
        )
