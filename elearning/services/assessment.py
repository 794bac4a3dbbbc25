"""Where somebody stands with the final assessment of a course: what is left, when, and why not now. Writes nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from elearning.bank.rules import AssessmentRules
from elearning.models import Attempt, Course, Enrolment, Question
from training.choices import SessionStatus


def rules_of(course: Course) -> AssessmentRules:
    """The rules an attempt would begin under now."""
    return AssessmentRules(**{name: getattr(course, name) for name in asdict(AssessmentRules())})


def has_assessment(course: Course) -> bool:
    """Whether there is anything to draw from."""
    return Question.objects.filter(course=course).pool().exists()


def passed_score(enrolment: Enrolment) -> Decimal | None:
    """The best score that passed; None where none has."""
    passed = Attempt.objects.filter(enrolment=enrolment, passed=True).order_by("-score").values_list("score", flat=True)
    return passed.first()


@dataclass(frozen=True)
class AssessmentState:
    """`left` is None where there is no limit; `next_at` when the waiting time ends, where it has not ended yet."""

    rules: AssessmentRules
    attempts: Sequence[Attempt]
    why_not: Sequence[str]
    next_at: datetime | None

    @property
    def open(self) -> Attempt | None:
        return next((one for one in self.attempts if not one.is_ended), None)

    @property
    def ended(self) -> list[Attempt]:
        return [one for one in self.attempts if one.is_ended]

    @property
    def best(self) -> Attempt | None:
        return max(self.ended, key=lambda one: one.score or Decimal(0), default=None)

    @property
    def passed(self) -> bool:
        return any(one.passed for one in self.attempts)

    @property
    def left(self) -> int | None:
        return max(self.rules.attempt_limit - len(self.attempts), 0) if self.rules.attempt_limit else None

    @property
    def next_number(self) -> int:
        return len(self.attempts) + 1

    @property
    def may_start(self) -> bool:
        return not self.why_not and self.open is None

    @property
    def key_may_be_told(self) -> bool:
        """What is right may be shown once it helps in no further attempt, and never while one is open."""
        return self.open is None and (self.passed or self.left == 0)


def assessment_state(enrolment: Enrolment, now: datetime | None = None) -> AssessmentState:
    """Of an enrolment with its edition, course, session and participation. Two queries."""
    now = now or timezone.now()
    rules = rules_of(enrolment.edition.course)
    attempts = list(Attempt.objects.filter(enrolment=enrolment).order_by("number"))
    ended = [one.ended_at for one in attempts if one.ended_at]
    free = max(ended) + timedelta(hours=rules.wait_hours) if ended else now
    next_at = free if free > now else None
    state = AssessmentState(rules, attempts, [], next_at)
    return AssessmentState(rules, attempts, list(_why_not(enrolment, state)), next_at)


def _why_not(enrolment: Enrolment, state: AssessmentState) -> Iterator[str]:
    if enrolment.participation.withdrawn_at is not None:
        yield _("You have withdrawn from this course.")
    if enrolment.participation.session.status != SessionStatus.OPEN:
        yield _("This course is not open at the moment.")
    if not has_assessment(enrolment.edition.course):
        yield _("This course has no final test.")
    if state.passed:
        yield _("You have passed already.")
    elif state.left == 0:
        yield _("All attempts are used.")
    elif state.next_at is not None:
        when = date_format(timezone.localtime(state.next_at), "j F Y, H:i")
        yield _("The next attempt is possible from %(when)s.") % {"when": when}
