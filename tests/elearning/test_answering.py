"""Answers arrive late, twice, out of order and from two devices: none is lost, and the one given last stands."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from elearning.bank.clock import given_at
from elearning.models import Answer, Attempt
from elearning.services.answering import Fate, Given, take
from elearning.services.attempts import hand_in
from tests.elearning.assessments import answer, bank_course, begun, enrolled
from tests.elearning.questions import MATCHING, NUMERIC, SINGLE

pytestmark = pytest.mark.django_db
LEFT, OTHER = {"option": "k3"}, {"option": "p7"}


@pytest.fixture
def attempt(officer):
    started = begun(enrolled(bank_course(contents=[SINGLE], time_limit_minutes=20), officer))
    Attempt.objects.update(
        started_at=started.started_at - timedelta(minutes=10), deadline=started.deadline - timedelta(minutes=10)
    )
    return Attempt.objects.get()


def standing(attempt):
    return attempt.questions.get().response


def move_deadline(attempt, **by):
    deadline = timezone.now() + timedelta(**by)
    Attempt.objects.update(deadline=deadline, started_at=deadline - timedelta(minutes=20))


def test_an_answer_is_kept_and_stands(attempt):
    taken = answer(attempt, 1, LEFT, language="mk")
    assert (taken.fate, taken.standing) == (Fate.SAVED, LEFT)
    asked = attempt.questions.get()
    assert (asked.response, asked.answered_in) == (LEFT, "mk")
    kept = Answer.objects.get()
    assert (kept.response, kept.language, kept.given_at) == (LEFT, "mk", asked.answered_at)


def test_the_same_answer_sent_again_is_one_answer(attempt):
    nonce = uuid4()
    for _time in range(3):
        assert answer(attempt, 1, LEFT, nonce=nonce).fate == Fate.SAVED
    assert Answer.objects.count() == 1


def test_one_that_was_given_earlier_and_arrives_later_is_kept_but_does_not_stand(attempt):
    answer(attempt, 1, LEFT)
    taken = answer(attempt, 1, OTHER, seconds_ago=60)
    assert (taken.fate, taken.standing) == (Fate.SAVED, LEFT)
    assert Answer.objects.count() == 2
    assert standing(attempt) == LEFT


def test_an_answer_can_be_taken_back(attempt):
    answer(attempt, 1, LEFT)
    answer(attempt, 1, {})
    assert standing(attempt) == {}


def test_given_in_time_it_counts_when_it_arrives_within_the_grace(attempt):
    move_deadline(attempt, minutes=-5)
    assert answer(attempt, 1, LEFT, seconds_ago=5 * 60 + 10).fate == Fate.SAVED
    assert answer(attempt, 1, OTHER, seconds_ago=60).fate == Fate.LATE
    assert standing(attempt) == LEFT
    assert Answer.objects.count() == 1


def test_after_the_grace_nothing_counts_and_the_attempt_has_ended(attempt):
    answer(attempt, 1, LEFT)
    move_deadline(attempt, minutes=-11)
    taken = answer(attempt, 1, OTHER, seconds_ago=12 * 60)
    assert (taken.fate, taken.standing) == (Fate.LATE, LEFT)
    assert Attempt.objects.get().is_ended


def test_after_handing_in_nothing_counts_but_what_was_saved_is_still_said_to_be(attempt, officer):
    nonce = uuid4()
    answer(attempt, 1, LEFT, nonce=nonce)
    hand_in(attempt=attempt, by=officer)
    assert answer(attempt, 1, OTHER).fate == Fate.ENDED
    assert answer(attempt, 1, LEFT, nonce=nonce).fate == Fate.SAVED
    assert standing(attempt) == LEFT


def test_a_clock_cannot_put_an_answer_before_the_beginning_or_after_its_arrival():
    arrived = timezone.now()
    began = arrived - timedelta(minutes=10)
    for ago, minutes in ((60, 1), (3600, 10), (1e12, 10), (-50, 0), (float("nan"), 0), (float("inf"), 0)):
        given = given_at(received_at=arrived, seconds_ago=ago, started_at=began)
        assert given == arrived - timedelta(minutes=minutes)


def test_a_mind_changed_at_once_stays_changed_however_long_the_first_answer_was_on_its_way(attempt):
    """What a request took to arrive looks like time that passed before the answer was given."""
    first, second = uuid4(), uuid4()
    answer(attempt, 1, LEFT, nonce=first)
    answer(attempt, 1, OTHER, nonce=second, seconds_ago=2, after=[first])
    assert attempt.questions.get(position=1).response == OTHER
    answer(attempt, 1, LEFT, seconds_ago=5)  # another device, earlier
    assert attempt.questions.get(position=1).response == OTHER


def test_nobody_answers_for_somebody_else(attempt, trainer, administrator):
    given = Given(position=1, response=LEFT, nonce=uuid4())
    for by in (trainer, administrator):
        with pytest.raises(PermissionDenied):
            take(attempt=attempt, given=given, by=by)
    assert not Answer.objects.exists()


@pytest.mark.parametrize(
    ("position", "response"), [(9, LEFT), (1, {"option": "zz"}), (1, {"pairs": {"l1": "r1"}, "option": 3})]
)
def test_what_is_no_answer_to_a_question_is_refused_and_not_kept(attempt, position, response):
    with pytest.raises(ValidationError):
        answer(attempt, position, response)
    assert not Answer.objects.exists()


def test_a_machine_that_answers_without_end_is_stopped(attempt, monkeypatch):
    monkeypatch.setattr("elearning.services.answering.MOST_ANSWERS", 2)
    answer(attempt, 1, LEFT)
    answer(attempt, 1, OTHER)
    with pytest.raises(ValidationError, match="too many times"):
        answer(attempt, 1, LEFT)
    assert standing(attempt) == OTHER


def test_what_is_no_number_is_kept_and_said(officer):
    started = begun(enrolled(bank_course(contents=[NUMERIC, MATCHING], shuffle=False), officer))
    taken = answer(started, 1, {"text": "ninety"})
    assert (taken.fate, taken.hint) == (Fate.SAVED, "Write a number alone, such as 90 or 2,5.")
    assert started.questions.get(position=1).response == {"text": "ninety"}


def test_taking_an_answer_costs_the_same_at_one_question_and_at_six(officer, django_assert_max_num_queries):
    started = begun(enrolled(bank_course(), officer))
    started = Attempt.objects.select_related("enrolment__participation__person").get(pk=started.pk)
    officer.role_names  # noqa: B018 (known in every request)
    with django_assert_max_num_queries(11):
        answer(started, 1, {})
