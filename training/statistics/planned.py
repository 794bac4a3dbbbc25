"""What is ahead: planned sessions, which no figure counts and every figure should be read beside."""

from dataclasses import dataclass

from training.choices import SessionStatus
from training.models import Session
from training.models.sessions import SessionQuerySet
from training.statistics.beside import facts_fit
from training.statistics.question import Question
from training.statistics.scope import narrowed, placed


@dataclass(frozen=True, kw_only=True)
class Planned:
    """number: records. undated: those of them without a date. places: how many can come, where that is stated."""

    number: int = 0
    undated: int = 0
    places: int | None = None


def planned_sessions(question: Question) -> SessionQuerySet:
    """Planned sessions in the question's period, under its filters as far as their own facts can tell."""
    ahead = Session.objects.filter(status=SessionStatus.PLANNED).without_parents().order_by()
    fitting: SessionQuerySet = placed(narrowed(ahead, question), question).filter(facts_fit(question)).distinct()
    return fitting


def planned(question: Question) -> Planned:
    """How many there are. One query."""
    rows = list(planned_sessions(question).values_list("pk", "end", "capacity"))
    places = [capacity for _pk, _end, capacity in rows if capacity is not None]
    return Planned(
        number=len(rows),
        undated=sum(end is None for _pk, end, _capacity in rows),
        places=sum(places) if places else None,
    )
