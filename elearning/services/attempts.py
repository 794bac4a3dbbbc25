"""Attempts at a final assessment: beginning one, handing it in, ending what ran out.

Everything that concerns one learner's attempts first locks their participation, so that two tabs and two devices wait
for each other: there is one open attempt at the most, and never one more than the rules give.
"""

import random
from collections import Counter
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from elearning.bank.drawing import Candidate, draw, order_of
from elearning.bank.marking import mark, score_of
from elearning.bank.rules import AssessmentRules
from elearning.choices import Ending
from elearning.models import Attempt, AttemptQuestion, Enrolment, Question
from elearning.services.assessment import assessment_state
from elearning.services.completing import complete_if_met
from training.choices import SessionStatus
from training.models import Account, Participation
from training.permissions import Action, require
from training.services import self_paced, trail


@transaction.atomic
def start(
    *, enrolment: Enrolment, number: int, language: str, by: Account, rng: random.Random | None = None
) -> Attempt:
    """Begin attempt `number`: draw questions, mix their answers, keep versions and rules as they are now.

    An attempt of that number, or one that is open, is what is given back where there is one: a second tap, the back
    button or a second device begins nothing. Raises ValidationError with every reason why none may begin.
    """
    require_own(enrolment, by)
    enrolment = lock(enrolment)
    now = timezone.now()
    for attempt in enrolment.attempts.overdue(now):
        _end(attempt, now, by)
    known = enrolment.attempts.filter(number=number).first() or enrolment.attempts.open().first()
    if known is not None:
        return known
    state = assessment_state(enrolment, now)
    if state.why_not:
        raise ValidationError(list(state.why_not))
    if number != state.next_number:
        raise ValidationError(_("This page is out of date. Reload it."))
    attempt = Attempt.objects.create(
        enrolment=enrolment,
        number=number,
        language=language,
        rules=state.rules.as_json(),
        extra_time_percent=enrolment.extra_time_percent,
        started_at=now,
        deadline=state.rules.deadline(now, enrolment.extra_time_percent),
    )
    _draw(attempt, state.rules, rng or random.SystemRandom())
    self_paced.note_activity(participation=enrolment.participation, by=by)
    _record(attempt, by, "attempt begun")
    return attempt


@transaction.atomic
def hand_in(*, attempt: Attempt, by: Account) -> Attempt:
    """End the attempt and mark what was answered. Handed in before, or ended by time: the same attempt as it is."""
    require_own(attempt.enrolment, by)
    hold(attempt.enrolment)
    attempt = Attempt.objects.select_related(*WITH).get(pk=attempt.pk)
    return attempt if attempt.is_ended else _end(attempt, timezone.now(), by)


@transaction.atomic
def end_if_overdue(*, attempt: Attempt, by: Account) -> Attempt:
    """For whoever looks at an attempt: where its time is up for good, it ends with what it has."""
    if not attempt.is_overdue(timezone.now()):
        return attempt
    hold(attempt.enrolment)
    attempt = Attempt.objects.select_related(*WITH).get(pk=attempt.pk)
    return _end(attempt, timezone.now(), by) if attempt.is_overdue(timezone.now()) else attempt


def end_overdue(*, by: Account) -> int:
    """End every attempt whose time is up, whoever's it is; returns how many. Each is a transaction of its own."""
    require(by, Action.END_ATTEMPTS)
    ended = 0
    for attempt in Attempt.objects.overdue(timezone.now()).select_related(*WITH):
        ended += end_if_overdue(attempt=attempt, by=by).is_ended
    return ended


WITH = ("enrolment__participation__session", "enrolment__participation__person", "enrolment__edition__course")


def require_own(enrolment: Enrolment, by: Account) -> None:
    """One's own course, and still allowed to take courses."""
    require(by, Action.TAKE_COURSES)
    if enrolment.participation.person.account_id != by.pk:
        raise PermissionDenied(_("That is somebody else's course."))


def hold(enrolment: Enrolment) -> None:
    """Whoever works on the same participation waits until this transaction ends."""
    Participation.objects.select_for_update(of=("self",)).only("pk").get(pk=enrolment.participation_id)


def lock(enrolment: Enrolment) -> Enrolment:
    """The enrolment as it stands once it is held."""
    hold(enrolment)
    related = [name.removeprefix("enrolment__") for name in WITH]
    return Enrolment.objects.select_related(*related).get(pk=enrolment.pk)


def _draw(attempt: Attempt, rules: AssessmentRules, rng: random.Random) -> None:
    pool = list(Question.objects.of(attempt.enrolment.edition.course).pool())
    before = AttemptQuestion.objects.filter(attempt__enrolment=attempt.enrolment)
    seen = Counter(before.values_list("version__question", flat=True))
    candidates = [Candidate(one.pk, one.module_key or one.topic_id, seen[one.pk]) for one in pool]
    by_id = {one.pk: one for one in pool}
    drawn = draw(candidates, rules.questions_drawn, shuffle=rules.shuffle, rng=rng)
    AttemptQuestion.objects.bulk_create(
        AttemptQuestion(
            attempt=attempt,
            position=position,
            version=by_id[pk].current,
            option_order=order_of(by_id[pk].content, shuffle=rules.shuffle, rng=rng),
        )
        for position, pk in enumerate(drawn, start=1)
    )


def _end(attempt: Attempt, now: datetime, by: Account) -> Attempt:
    """Mark every answer as it stands. Whoever passes may have completed the course with it."""
    questions = list(attempt.questions.select_related("version"))
    for one in questions:
        one.credit = mark(one.version.read, one.response).credit
    AttemptQuestion.objects.bulk_update(questions, ["credit"])
    ran_out = attempt.deadline is not None and now > attempt.deadline
    attempt.ended_at = attempt.deadline if ran_out else now
    attempt.ending = Ending.TIME if ran_out else Ending.HANDED_IN
    attempt.score = score_of([(one.version.read.points, one.credit) for one in questions if one.credit is not None])
    attempt.passed = attempt.read_rules.passes(attempt.score)
    attempt.save(update_fields=["ended_at", "ending", "score", "passed"])
    _record(attempt, by, "attempt ended")
    if attempt.passed and _is_running(attempt.enrolment):
        complete_if_met(enrolment=attempt.enrolment, by=by)
    return attempt


def _is_running(enrolment: Enrolment) -> bool:
    """Who withdrew meanwhile, and a course that was closed, complete nothing; the attempt is marked all the same."""
    participation = enrolment.participation
    return participation.withdrawn_at is None and participation.session.status == SessionStatus.OPEN


def _record(attempt: Attempt, by: Account, action: str) -> None:
    records = {"attempt": [attempt.pk], "participation": [attempt.enrolment.participation_id]}
    trail.record(by=by, action=action, session=attempt.enrolment.participation.session, records=records)
