"""Attempts: how they begin and end, what they are worth, and that nothing done to the bank touches them."""

import random
from collections import Counter
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.utils import timezone

from elearning.bank.content import read_content
from elearning.bank.drawing import Candidate, draw
from elearning.choices import Ending
from elearning.models import Attempt, AttemptQuestion, Course, Enrolment, ExtraTime, Question
from elearning.services.assessment import assessment_state
from elearning.services.attempts import end_if_overdue, end_overdue, hand_in
from elearning.services.extra_time import give_extra_time
from elearning.services.questions import Facts, change_question, set_asked
from tests.elearning.assessments import add_question, answer, answer_all, bank_course, begun, enrolled
from tests.elearning.questions import MATCHING, MULTIPLE, RIGHT, SINGLE, TRUE_FALSE
from training.choices import Outcome, SessionStatus
from training.models import Account, Participation, Session, TrailEntry

pytestmark = pytest.mark.django_db
WRONG = {
    "single": {"option": "p7"}, "multiple": {"options": ["c7"]}, "true_false": {"option": "false"},
    "numeric": {"text": "3"}, "matching": {"pairs": {"l1": "r3"}}, "short_text": {"text": "nobody"},
}  # fmt: skip


def seeded(number):
    return random.Random(number)  # noqa: S311 (a test that fails fails again)


def why_not(enrolment, number):
    with pytest.raises(ValidationError) as refused:
        begun(enrolment, number)
    return refused.value.messages


def age(attempt, **ago):
    """Make an attempt as if it had begun that long ago."""
    back = timedelta(**ago)
    values = {
        name: getattr(attempt, name) - back for name in ("started_at", "deadline", "ended_at") if getattr(attempt, name)
    }
    Attempt.objects.filter(pk=attempt.pk).update(**values)
    return Attempt.objects.get(pk=attempt.pk)


# ---- beginning


def test_an_attempt_keeps_what_was_drawn_and_the_rules_it_began_under(officer):
    enrolment = enrolled(bank_course(time_limit_minutes=20), officer)
    attempt = begun(enrolment)
    assert attempt.questions.count() == 6
    assert (attempt.number, attempt.read_rules.pass_mark, attempt.read_rules.time_limit_minutes) == (1, 80, 20)
    assert attempt.deadline - attempt.started_at == timedelta(minutes=20)
    participation = Participation.objects.get()
    assert (participation.outcome, participation.last_activity_on) == (Outcome.ATTENDED, timezone.localdate())
    assert TrailEntry.objects.filter(action="attempt begun", by=officer).count() == 1


def test_beginning_the_same_attempt_again_gives_the_one_there_is(officer):
    enrolment = enrolled(bank_course(), officer)
    first = begun(enrolment)
    assert begun(enrolment) == first
    assert begun(enrolment, 2) == first  # open on another device
    hand_in(attempt=first, by=officer)
    assert begun(enrolment) == first  # an old page's button begins nothing
    assert begun(enrolment, 2) != first
    assert Attempt.objects.count() == 2


def test_attempts_end_with_the_limit(officer):
    enrolment = enrolled(bank_course(attempt_limit=1), officer)
    hand_in(attempt=begun(enrolment), by=officer)
    assert why_not(enrolment, 2) == ["All attempts are used."]
    assert assessment_state(enrolment).left == 0


def test_without_a_limit_one_may_try_as_often_as_one_likes(officer):
    enrolment = enrolled(bank_course(attempt_limit=0), officer)
    for number in (1, 2, 3):
        hand_in(attempt=begun(enrolment, number), by=officer)
    assert assessment_state(enrolment).left is None


def test_the_next_attempt_waits_as_long_as_the_rules_say(officer):
    enrolment = enrolled(bank_course(wait_hours=24), officer)
    attempt = hand_in(attempt=begun(enrolment), by=officer)
    assert "The next attempt is possible from" in why_not(enrolment, 2)[0]
    age(attempt, hours=25)
    assert begun(enrolment, 2).number == 2


def test_whoever_has_passed_is_done(officer):
    enrolment = enrolled(bank_course(), officer)
    attempt = begun(enrolment)
    answer_all(attempt, RIGHT)
    hand_in(attempt=attempt, by=officer)
    assert why_not(enrolment, 2) == ["You have passed already."]


@pytest.mark.parametrize("happens", ["withdrawn", "closed", "no questions"])
def test_nobody_begins_where_nothing_is_to_be_taken(officer, happens):
    course = bank_course()
    enrolment = enrolled(course, officer)
    if happens == "withdrawn":
        Participation.objects.update(outcome=Outcome.WITHDRAWN, withdrawn_at=timezone.now())
    elif happens == "closed":
        Session.objects.update(status=SessionStatus.CLOSED)
    else:
        set_asked(questions=list(Question.objects.all()), asked=False, by=Account.objects.system())
    enrolment = Enrolment.objects.get(pk=enrolment.pk)
    assert len(why_not(enrolment, 1)) == 1
    assert not Attempt.objects.exists()


def test_an_attempt_of_a_number_far_ahead_is_an_old_page(officer):
    assert why_not(enrolled(bank_course(), officer), 5) == ["This page is out of date. Reload it."]


def test_nobody_begins_or_ends_somebody_elses_attempt(officer, trainer, administrator):
    enrolment = enrolled(bank_course(), officer)
    attempt = begun(enrolment)
    from elearning.services.attempts import start

    for by in (trainer, administrator):
        with pytest.raises(PermissionDenied):
            start(enrolment=enrolment, number=1, language="en", by=by)
        with pytest.raises(PermissionDenied):
            hand_in(attempt=attempt, by=by)


# ---- drawing


def test_a_draw_takes_from_every_module_alike_and_what_was_not_seen_first(officer):
    course = bank_course(contents=[], questions_drawn=4, attempt_limit=0)
    modules = [uuid4(), uuid4()]
    for number in range(8):
        add_question(course, SINGLE, name=f"Q{number}", module_key=modules[number % 2])
    enrolment = enrolled(course, officer)
    drawn = []
    for number in (1, 2):
        attempt = begun(enrolment, number)
        asked = attempt.questions.values_list("version__question", "version__question__module_key")
        assert Counter(module for _pk, module in asked) == {modules[0]: 2, modules[1]: 2}
        drawn += [pk for pk, _module in asked]
        hand_in(attempt=attempt, by=officer)
    assert len(set(drawn)) == 8


def test_a_small_module_gives_what_it_has():
    pool = [Candidate(1, "a"), *[Candidate(number, "b") for number in range(2, 7)]]
    for seed in range(20):
        drawn = draw(pool, 4, shuffle=True, rng=seeded(seed))
        assert len(set(drawn)) == 4
        assert 1 in drawn
    assert draw(pool, 0, shuffle=False, rng=seeded(1)) == [1, 2, 3, 4, 5, 6]
    assert draw(pool, 99, shuffle=False, rng=seeded(1)) == [1, 2, 3, 4, 5, 6]


def test_answers_are_mixed_but_true_and_false_and_pairs_never_lie_beside_their_match(officer):
    orders = {"single": set(), "true_false": set(), "matching": set()}
    course = bank_course(contents=[SINGLE, TRUE_FALSE, MATCHING], attempt_limit=0)
    enrolment = enrolled(course, officer)
    for number in range(1, 25):
        attempt = begun(enrolment, number, rng=seeded(number))
        for asked in attempt.questions.select_related("version"):
            orders[asked.version.content["kind"]].add(tuple(asked.option_order))
        hand_in(attempt=attempt, by=officer)
    assert len(orders["single"]) == 6
    assert len(orders["matching"]) == 6
    assert orders["true_false"] == {("true", "false")}
    Course.objects.update(shuffle=False)
    enrolment = Enrolment.objects.get()
    last = {tuple(one.option_order) for one in begun(enrolment, 25).questions.filter(version__question__kind="single")}
    assert last == {("k3", "p7", "w2")}


# ---- ending


def test_handing_in_marks_and_a_second_time_changes_nothing(officer):
    enrolment = enrolled(bank_course(pass_mark=100), officer)
    attempt = begun(enrolment)
    answer_all(attempt, RIGHT)
    ended = hand_in(attempt=attempt, by=officer)
    assert (ended.score, ended.passed, ended.ending) == (Decimal(100), True, Ending.HANDED_IN)
    again = hand_in(attempt=attempt, by=officer)
    assert (again.pk, again.ended_at, again.score) == (ended.pk, ended.ended_at, ended.score)
    assert TrailEntry.objects.filter(action="attempt ended").count() == 1
    participation = Participation.objects.get()
    assert (participation.outcome, participation.post_score) == (Outcome.COMPLETED, Decimal(100))


@pytest.mark.parametrize(("mark", "passes"), [(50, True), (51, False)])
def test_the_pass_mark_itself_passes(officer, mark, passes):
    enrolment = enrolled(bank_course(contents=[SINGLE, TRUE_FALSE], pass_mark=mark), officer)
    attempt = begun(enrolment)
    for asked in attempt.questions.select_related("version"):
        kind = asked.version.content["kind"]
        answer(attempt, asked.position, (RIGHT if kind == "single" else WRONG)[kind])
    ended = hand_in(attempt=attempt, by=officer)
    assert (ended.score, ended.passed) == (Decimal(50), passes)
    assert (Participation.objects.get().outcome == Outcome.COMPLETED) == passes


def test_points_weigh(officer):
    heavy = {**TRUE_FALSE, "points": 3}
    enrolment = enrolled(bank_course(contents=[SINGLE, heavy]), officer)
    attempt = begun(enrolment)
    answer(attempt, attempt.questions.get(version__question__kind="true_false").position, {"option": "true"})
    assert hand_in(attempt=attempt, by=officer).score == Decimal(75)


def test_whoever_hands_in_nothing_has_nothing(officer):
    attempt = hand_in(attempt=begun(enrolled(bank_course(), officer)), by=officer)
    assert (attempt.score, attempt.passed) == (Decimal(0), False)


@pytest.mark.parametrize("happens", ["withdrawn", "closed"])
def test_an_attempt_is_marked_where_the_course_ended_meanwhile_but_completes_nothing(officer, happens):
    enrolment = enrolled(bank_course(), officer)
    attempt = begun(enrolment)
    answer_all(attempt, RIGHT)
    if happens == "withdrawn":
        Participation.objects.update(outcome=Outcome.WITHDRAWN, withdrawn_at=timezone.now())
    else:
        Session.objects.update(status=SessionStatus.CLOSED)
    assert hand_in(attempt=attempt, by=officer).passed
    assert Participation.objects.get().outcome != Outcome.COMPLETED


# ---- time


def test_after_the_end_and_the_grace_whoever_looks_next_ends_it_with_what_it_has(officer):
    enrolment = enrolled(bank_course(contents=[SINGLE], time_limit_minutes=20), officer)
    attempt = begun(enrolment)
    answer(attempt, 1, {"option": "k3"})
    within = age(attempt, minutes=25)
    assert not end_if_overdue(attempt=within, by=officer).is_ended  # answers may still be on their way
    attempt = age(attempt, minutes=31)
    ended = end_if_overdue(attempt=attempt, by=officer)
    assert (ended.ending, ended.ended_at, ended.score) == (Ending.TIME, ended.deadline, Decimal(100))
    assert end_if_overdue(attempt=ended, by=officer) == ended


def test_a_new_attempt_ends_the_one_that_ran_out_first(officer):
    enrolment = enrolled(bank_course(time_limit_minutes=20), officer)
    age(begun(enrolment), minutes=31)
    second = begun(enrolment, 2)
    assert second.number == 2
    assert [one.ending for one in Attempt.objects.all()] == [Ending.TIME, ""]


def test_the_command_ends_what_ran_out_and_only_the_administrator_may(officer, capsys):
    system = Account.objects.system()
    enrolment = enrolled(bank_course(contents=[SINGLE], time_limit_minutes=20), officer)
    attempt = begun(enrolment)
    answer(attempt, 1, {"option": "k3"})
    call_command("end_attempts")
    assert capsys.readouterr().out == "0 attempts ended.\n"
    age(attempt, minutes=31)
    call_command("end_attempts")
    assert capsys.readouterr().out == "1 attempt ended.\n"
    assert Participation.objects.get().outcome == Outcome.COMPLETED
    assert end_overdue(by=system) == 0
    with pytest.raises(PermissionDenied):
        end_overdue(by=officer)


def test_extra_time_lengthens_what_begins_and_what_is_open(officer, manager, trainer, other_trainer):
    course = bank_course(time_limit_minutes=20)
    session = Session.objects.get()
    session.trainers.add(trainer)
    enrolment = enrolled(course, officer)
    give_extra_time(enrolment=enrolment, percent=25, reason="Decided by the academy.", by=trainer)
    attempt = begun(Enrolment.objects.get())
    assert attempt.deadline - attempt.started_at == timedelta(minutes=25)
    give_extra_time(enrolment=enrolment, percent=50, reason="Decided anew.", by=trainer)
    attempt.refresh_from_db()
    assert attempt.deadline - attempt.started_at == timedelta(minutes=30)
    give_extra_time(enrolment=enrolment, percent=0, reason="Not needed any more.", by=trainer)
    attempt.refresh_from_db()
    assert attempt.deadline - attempt.started_at == timedelta(minutes=30)
    assert [one.percent for one in ExtraTime.objects.all()] == [0, 50, 25]
    entry = TrailEntry.objects.filter(action="extra time given").first()
    assert entry.detail == {"percent": 0}
    for by in (other_trainer, manager, officer):
        with pytest.raises(PermissionDenied):
            give_extra_time(enrolment=enrolment, percent=50, reason="Please.", by=by)


@pytest.mark.parametrize(
    ("percent", "reason", "field"), [(301, "x", "percent"), (-1, "x", "percent"), (50, " ", "reason")]
)
def test_extra_time_has_bounds_and_a_reason(officer, administrator, percent, reason, field):
    enrolment = enrolled(bank_course(), officer)
    with pytest.raises(ValidationError) as refused:
        give_extra_time(enrolment=enrolment, percent=percent, reason=reason, by=administrator)
    assert set(refused.value.message_dict) == {field}


# ---- nothing done to the bank touches an attempt that is open


def test_changing_translating_retiring_and_new_rules_change_no_open_attempt(officer, editor):
    course = bank_course(contents=[SINGLE, MULTIPLE])
    enrolment = enrolled(course, officer)
    attempt = begun(enrolment)
    before = [(one.version.content, one.option_order) for one in attempt.questions.select_related("version")]
    single, multiple = Question.objects.order_by("order")
    wrong_now = {**SINGLE, "options": [{**one, "credit": 100 - one["credit"]} for one in SINGLE["options"]]}
    change_question(question=single, facts=Facts(name="Changed"), content=read_content(wrong_now), by=editor)
    translated = {
        **MULTIPLE["texts"],
        "sq": {"stem": "Cilat?", "options": dict.fromkeys(["a9", "b8", "c7", "d6"], "x")},
    }
    translated["sq"]["options"] = {key: f"x{key}" for key in translated["sq"]["options"]}
    content = read_content({**MULTIPLE, "texts": translated})
    change_question(question=multiple, facts=Facts.of(multiple), content=content, by=editor)
    set_asked(questions=[single, multiple], asked=False, by=editor)
    add_question(course, TRUE_FALSE)
    Course.objects.update(pass_mark=100, attempt_limit=1, time_limit_minutes=1)
    attempt = Attempt.objects.get()
    assert [(one.version.content, one.option_order) for one in attempt.questions.select_related("version")] == before
    assert attempt.read_rules.pass_mark == 80
    answer_all(attempt, RIGHT)
    ended = hand_in(attempt=attempt, by=officer)
    assert (ended.score, ended.passed) == (Decimal(100), True)
    assert AttemptQuestion.objects.filter(version=single.current).count() == 1
