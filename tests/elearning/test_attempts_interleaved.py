"""Two tabs and two devices in whatever order: no answer that was taken is lost, and nobody gets one try too many.

First in turn, with a clock that jumps and a network that loses answers on their way there and back; then at the same
moment, with real threads, on PostgreSQL and on a SQLite file.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from uuid import UUID, uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from elearning.bank.marking import mark, score_of
from elearning.bank.rules import GRACE
from elearning.models import Answer, Attempt, Enrolment
from elearning.services.answering import Fate, Given, take
from elearning.services.attempts import hand_in, start
from tests.elearning.assessments import bank_course, enrolled
from tests.elearning.questions import SINGLE, TRUE_FALSE
from tests.factories import AccountFactory
from tests.together import asked
from training.services.roles import ensure_roles

CONTENTS = [SINGLE, TRUE_FALSE]
LIMIT = 2
POSITIONS = st.sampled_from([1, 2])
CHOICES = st.sampled_from([0, 1, None])
EXAMPLES = 200
# A SQLite file lets one write at a time; two hundred times over that is waiting, not testing.
EXAMPLES_OF_THREADS = 200 if connection.vendor == "postgresql" else 25
SHARED = {"deadline": None, "suppress_health_check": [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]}


def learner(course, number=0):
    account = AccountFactory(email=f"officer{number}@example.org", roles=["officer"])
    return enrolled(course, account), account


def response_of(question, choice):
    """An answer by the place of an option; None takes the answer back."""
    return {} if choice is None else {"option": question.version.content["options"][choice]["key"]}


def agrees(enrolment):
    """What must hold whatever happened."""
    attempts = list(Attempt.objects.filter(enrolment=enrolment).order_by("number"))
    assert len(attempts) <= LIMIT
    assert [one.number for one in attempts] == list(range(1, len(attempts) + 1))
    assert sum(not one.is_ended for one in attempts) <= 1
    for attempt in attempts:
        questions = list(attempt.questions.select_related("version"))
        for question in questions:
            answers = list(question.answers.all())
            last = max(answers, key=lambda one: (one.given_at, one.pk), default=None)
            assert question.response == (last.response if last else {})
            for one in answers:
                assert attempt.started_at <= one.given_at <= one.received_at
                if attempt.deadline is not None:
                    assert one.given_at <= attempt.deadline
                    assert one.received_at <= attempt.deadline + GRACE
        if attempt.is_ended:
            marked = [mark(one.version.read, one.response).credit for one in questions]
            assert [one.credit for one in questions] == marked
            assert attempt.score == score_of([(one.version.read.points, one.credit) for one in questions])


def kept_of(enrolment):
    """The nonces of all answers that are kept, once what must hold does."""
    agrees(enrolment)
    answers = Answer.objects.filter(attempt_question__attempt__enrolment=enrolment)
    return set(answers.values_list("nonce", flat=True))


# ---- in turn


@dataclass
class Device:
    """What one browser does: it keeps answers until it hears that they arrived, and sends them again until then."""

    enrolment: Enrolment
    account: object
    waiting: list = field(default_factory=list)
    told: dict = field(default_factory=dict)

    def attempt(self):
        found = Attempt.objects.filter(enrolment=self.enrolment).order_by("-number").first()
        return found and Attempt.objects.select_related("enrolment__participation__person").get(pk=found.pk)

    def begin(self):
        number = Attempt.objects.filter(enrolment=self.enrolment, ended_at__isnull=False).count() + 1
        try:
            start(enrolment=self.enrolment, number=number, language="en", by=self.account)
        except ValidationError:
            return

    def answer(self, position, choice, now):
        attempt = self.attempt()
        if attempt is not None and not attempt.is_over(now):
            response = response_of(attempt.questions.select_related("version").get(position=position), choice)
            self.waiting.append((attempt, position, response, uuid4(), now))

    def send(self, now, place, heard):
        if not self.waiting:
            return
        item = self.waiting[place % len(self.waiting)]
        attempt, position, response, nonce, given = item
        ago = (now - given).total_seconds()
        sent = Given(position=position, response=response, nonce=nonce, seconds_ago=ago)
        fate = take(attempt=attempt, given=sent, by=self.account).fate
        before = self.told.setdefault(nonce, fate)
        assert fate == before or before != Fate.SAVED  # what was saved once is never said to be lost
        if heard:
            self.waiting.remove(item)

    def hand_in(self):
        attempt = self.attempt()
        if attempt is not None:
            hand_in(attempt=attempt, by=self.account)


STEPS = st.one_of(
    st.tuples(st.just("begin")),
    st.tuples(st.just("answer"), POSITIONS, CHOICES),
    st.tuples(st.just("answer"), POSITIONS, CHOICES),
    st.tuples(st.just("send"), st.integers(0, 3), st.booleans()),
    st.tuples(st.just("send"), st.integers(0, 3), st.booleans()),
    st.tuples(st.just("hand in")),
    st.tuples(st.just("wait"), st.sampled_from([1, 60, 8 * 60, 15 * 60])),
)
PLANS = st.lists(st.tuples(st.sampled_from([0, 1]), STEPS), min_size=5, max_size=12)


def run(plan, devices, clock):
    for who, (step, *more) in [(0, ("begin",)), *plan]:
        clock["now"] += timedelta(seconds=1)
        if step == "wait":
            clock["now"] += timedelta(seconds=more[0])
        elif step == "answer":
            devices[who].answer(*more, clock["now"])
        elif step == "send":
            devices[who].send(clock["now"], *more)
        else:
            {"begin": devices[who].begin, "hand in": devices[who].hand_in}[step]()
    for device in devices:  # at last both have a network that works
        while device.waiting:
            device.send(clock["now"], 0, heard=True)


@pytest.mark.django_db
def test_no_order_of_two_devices_loses_an_answer_or_grants_a_try(monkeypatch):
    clock = {"now": timezone.now()}
    monkeypatch.setattr(timezone, "now", lambda: clock["now"])
    course = bank_course(contents=CONTENTS, attempt_limit=LIMIT, time_limit_minutes=20, pass_mark=100)
    enrolment, account = learner(course)

    @settings(max_examples=EXAMPLES, **SHARED)
    @given(PLANS)
    def any_order(plan):
        with transaction.atomic():
            devices = [Device(enrolment, account), Device(enrolment, account)]
            run(plan, devices, clock)
            told = {nonce for one in devices for nonce, fate in one.told.items() if fate == Fate.SAVED}
            assert kept_of(enrolment) == told
            transaction.set_rollback(True)

    any_order()


# ---- at the same moment


def work_of(steps, enrolment, account, saved):
    """What one thread does, step by step; `saved` gathers the nonces it was told are kept."""

    def newest():
        attempts = Attempt.objects.filter(enrolment=enrolment).order_by("-number")
        return attempts.select_related("enrolment__participation__person").first()

    def one(step, *more):
        attempt = newest()
        if step == "begin":
            return start(enrolment=enrolment, number=more[0], language="en", by=account)
        if attempt is None:
            return None
        if step == "hand in":
            return hand_in(attempt=attempt, by=account)
        position, choice, nonce = more
        question = attempt.questions.select_related("version").get(position=position)
        sent = Given(position=position, response=response_of(question, choice), nonce=nonce)
        if take(attempt=attempt, given=sent, by=account).fate == Fate.SAVED:
            saved.append(nonce)
        return None

    def run():
        for step in steps:
            try:
                one(*step)
            except ValidationError:
                continue

    return run


NONCES = st.integers(1, 6).map(lambda number: UUID(int=number))
MOVES = st.one_of(
    st.tuples(st.just("begin"), st.sampled_from([1, 2, 2, 3])),
    st.tuples(st.just("answer"), POSITIONS, CHOICES, NONCES),
    st.tuples(st.just("answer"), POSITIONS, CHOICES, NONCES),
    st.tuples(st.just("hand in")),
)
THREADS = st.lists(
    st.lists(MOVES, min_size=1, max_size=4).map(lambda moves: [("begin", 1), *moves]), min_size=2, max_size=3
)


def in_advance(course):
    """Learners without end, made many at a time: a connection for each would take longer than the test."""
    for first in count(step=50):
        yield from asked(lambda first=first: [learner(course, first + number) for number in range(50)])


@pytest.fixture
def course(transactional_db):
    ensure_roles()
    return bank_course(contents=CONTENTS, attempt_limit=LIMIT, pass_mark=100)


@pytest.mark.django_db(transaction=True)
def test_no_threads_at_once_lose_an_answer_or_grant_a_try(together, course):
    together.begin()
    learners = in_advance(course)

    @settings(max_examples=EXAMPLES_OF_THREADS, **SHARED)
    @given(THREADS)
    def any_moment(plans):
        enrolment, account = next(learners)
        saved = [[] for _plan in plans]
        works = [work_of(plan, enrolment, account, kept) for plan, kept in zip(plans, saved, strict=True)]
        _results, errors = together(*works)
        assert errors == []
        assert asked(lambda: kept_of(enrolment)) == {nonce for nonces in saved for nonce in nonces}

    any_moment()


@pytest.mark.django_db(transaction=True)
def test_two_tabs_and_two_devices_that_begin_the_last_attempt_at_once_get_one(together, course):
    together.begin()
    for number in range(5):
        enrolment, account = asked(lambda number=number: learner(course, number))

        def begin(number, enrolment=enrolment, account=account):
            return lambda: start(enrolment=enrolment, number=number, language="en", by=account)

        asked(lambda begin=begin, account=account: hand_in(attempt=begin(1)(), by=account))
        results, errors = together(*[begin(LIMIT) for _tab in range(4)])
        assert errors == []
        assert len({attempt.pk for attempt in results}) == 1
        assert asked(Attempt.objects.filter(enrolment=enrolment).count) == LIMIT
        asked(lambda results=results, account=account: hand_in(attempt=results[0], by=account))
        results, errors = together(*[begin(LIMIT + 1) for _tab in range(4)])
        assert [error.messages for error in errors] == [["All attempts are used."]] * 4
        assert asked(Attempt.objects.filter(enrolment=enrolment).count) == LIMIT


@pytest.mark.django_db(transaction=True)
def test_answering_and_handing_in_at_once_count_the_answer_or_say_that_they_do_not(together, course):
    together.begin()
    for number in range(10):
        enrolment, account = asked(lambda number=number: learner(course, number))
        attempt = asked(lambda e=enrolment, a=account: start(enrolment=e, number=1, language="en", by=a))
        single = asked(attempt.questions.filter(version__question__kind="single").get).position
        sent = Given(position=single, response={"option": "k3"}, nonce=uuid4())
        results, errors = together(
            lambda a=attempt, s=sent, by=account: take(attempt=a, given=s, by=by).fate,
            lambda a=attempt, by=account: hand_in(attempt=a, by=by).score,
        )
        assert errors == []
        assert results in ([Fate.SAVED, 50], [Fate.ENDED, 0])
