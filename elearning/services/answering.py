"""Answers, one by one, as they come in: late, twice, out of order, from a second device.

Every answer that is taken is kept (models/attempts.py), and the one given last stands. The same nonce is the same
answer, however often it arrives; what it is told then is what it would have been told the first time.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from elearning.bank.asking import Fields, response_of, sent
from elearning.bank.clock import given_at, is_over
from elearning.bank.marking import ResponseError, hint, read_response
from elearning.choices import Ending
from elearning.models import Answer, Attempt, AttemptQuestion
from elearning.services.attempts import end_if_overdue, hold, require_own
from training.models import Account

# Typing and changing one's mind make a few dozen; what makes more is no person.
MOST_ANSWERS = 500


class Fate(StrEnum):
    """What became of an answer."""

    SAVED = "saved"
    LATE = "late"  # given after the end, or so long ago that the attempt was closed
    ENDED = "ended"  # the attempt was handed in before it arrived


@dataclass(frozen=True, kw_only=True)
class Given:
    """An answer as its sender has it. `seconds_ago` is how long it waited there, by the sender's own clock; `after` are
    answers to the same question that the same page has sent before.
    """

    position: int
    response: Mapping[str, Any]
    nonce: UUID
    seconds_ago: float = 0
    language: str = ""
    after: Collection[UUID] = ()


@dataclass(frozen=True)
class Taken:
    """`standing` is the answer that counts now: another device may have given a later one. `hint` helps typing."""

    fate: Fate
    standing: Mapping[str, Any] = field(default_factory=dict)
    hint: str = ""


@transaction.atomic
def take(*, attempt: Attempt, given: Given, by: Account) -> Taken:
    """Take one answer. Raises ValidationError for one that does not fit its question; nothing is kept then."""
    require_own(attempt.enrolment, by)
    now = timezone.now()
    hold(attempt.enrolment)
    attempt = Attempt.objects.select_related("enrolment").get(pk=attempt.pk)
    if attempt.is_overdue(now):
        attempt = end_if_overdue(attempt=attempt, by=by)
    asked = attempt.questions.select_related("version").filter(position=given.position).first()
    if asked is None:
        raise ValidationError(_("There is no such question in this attempt."))
    try:
        response = read_response(asked.version.read, given.response)
    except ResponseError as wrong:
        raise ValidationError(_("This is no answer to that question.")) from wrong
    known = asked.answers.filter(nonce=given.nonce).first()
    if known is None:
        when = given_at(received_at=now, seconds_ago=given.seconds_ago, started_at=attempt.started_at)
        # How long a request is on its way varies: whoever changes their mind at once is not to be taken back by it.
        before = asked.answers.filter(nonce__in=given.after).aggregate(latest=Max("given_at"))["latest"]
        when = max(when, before or when)
        if attempt.is_ended:
            return Taken(Fate.LATE if attempt.ending == Ending.TIME else Fate.ENDED, asked.response)
        if is_over(now=when, deadline=attempt.deadline):
            return Taken(Fate.LATE, asked.response)
        _keep(asked, given, response, when, now)
    return Taken(Fate.SAVED, asked.response, hint(asked.version.read, asked.response))


@transaction.atomic
def take_form(*, attempt: Attempt, fields: Fields, language: str, by: Account) -> list[Taken]:
    """Take what a whole form says otherwise than when it was shown, as answers given now: all of them or none.

    A form carries, as `was-POSITION`, what each question said when it was made. Without that comparison an old page
    would overwrite what another device answered since. Raises ValidationError as `take` does.
    """
    taken = []
    for asked in attempt.questions.select_related("version"):
        name = field_name(asked.position)
        was = fields.get(f"was-{asked.position}", [""])[0]
        if urlencode(sent(fields, name)) != was:
            response = read_fields(asked, fields)
            if response != asked.response:
                given = Given(position=asked.position, response=response, nonce=uuid4(), language=language)
                taken.append(take(attempt=attempt, given=given, by=by))
    return taken


def read_fields(asked: AttemptQuestion, fields: Fields) -> dict[str, Any]:
    """The answer to that question that a browser's fields give. Raises ValidationError for none it could send."""
    content = asked.version.read
    try:
        found = response_of(content, order=asked.option_order, fields=fields, name=field_name(asked.position))
        return read_response(content, found)
    except ResponseError as wrong:
        raise ValidationError(_("This is no answer to that question.")) from wrong


def field_name(position: int) -> str:
    return f"q{position}"


def _keep(asked: AttemptQuestion, given: Given, response: Mapping[str, Any], when: datetime, now: datetime) -> None:
    if asked.answers.count() >= MOST_ANSWERS:
        raise ValidationError(_("This question was answered too many times."))
    Answer.objects.create(
        attempt_question=asked, nonce=given.nonce, response=response, language=given.language, given_at=when,
        received_at=now,
    )  # fmt: skip
    if asked.answered_at is None or when >= asked.answered_at:
        asked.response, asked.answered_at, asked.answered_in = response, when, given.language
        asked.save(update_fields=["response", "answered_at", "answered_in"])
