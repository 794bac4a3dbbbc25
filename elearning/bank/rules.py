"""The rules of a final assessment, as they stood when an attempt began."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

# For how long after the end answers that were given in time may still arrive: a lift, a tunnel, a lost signal.
GRACE = timedelta(minutes=10)


@dataclass(frozen=True, kw_only=True)
class AssessmentRules:
    """`attempt_limit`, `wait_hours`, `time_limit_minutes`: 0 is none. `questions_drawn`: 0 is all of the bank."""

    pass_mark: int = 80
    attempt_limit: int = 0
    wait_hours: int = 0
    time_limit_minutes: int = 0
    questions_drawn: int = 0
    shuffle: bool = True

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    def deadline(self, start: datetime, extra_time_percent: int) -> datetime | None:
        """When an attempt that begins then ends; None where nothing ends it but its learner."""
        if not self.time_limit_minutes:
            return None
        return start + timedelta(minutes=self.time_limit_minutes) * (100 + extra_time_percent) / 100

    def passes(self, score: Decimal) -> bool:
        """The mark itself passes."""
        return score >= self.pass_mark
