"""The final test as its learner meets it: state, attempt with and without a script, result; nobody else's."""

import re
from datetime import timedelta
from html import unescape
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from elearning.models import Answer, Attempt, Question
from elearning.services.attempts import hand_in
from elearning.services.reading import mark_read
from tests.elearning.assessments import add_question, answer_all, begun, enrolled
from tests.elearning.making import learner, make_course, modules_of
from tests.elearning.questions import MATCHING, MULTIPLE, NUMERIC, ONE_OF_EACH, RIGHT, SHORT_TEXT, SINGLE, TRUE_FALSE
from training.choices import Outcome
from training.models import Account, Participation

pytestmark = pytest.mark.django_db


def course_with_test(contents=ONE_OF_EACH, **rules):
    course = make_course(**{"modules": 1, "shuffle": False, "attempt_limit": 2, **rules})
    for number, content in enumerate(contents, start=1):
        add_question(course, content, name=f"Question {number}")
    return course


@pytest.fixture
def reader(officer, client_of):
    learner(officer)
    return client_of(officer)


def url(name, course, *rest):
    return reverse(name, args=[course.slug, *rest])


def page(client, name, course, *rest):
    response = client.get(url(name, course, *rest))
    assert response.status_code == 200
    return unescape(response.content.decode())


def begin(client, course, number=1):
    return client.post(url("test_start", course), {"number": number})


def send(client, course, position, fields, *, number=1, nonce=None, **more):
    data = {"position": position, "nonce": nonce or uuid4(), "language": "en", **fields, **more}
    return client.post(url("attempt_answer", course, number), data)


def place_of(attempt, position, key):
    return attempt.questions.get(position=position).option_order.index(key) + 1


# ---- where one stands


def test_the_state_says_the_rules_and_what_is_left(reader, officer):
    course = course_with_test(pass_mark=75, time_limit_minutes=30, wait_hours=24)
    enrolment = enrolled(course, officer)
    enrolment.extra_time_percent = 25
    enrolment.save()
    said = page(reader, "test", course)
    for words in ("75 % or more", "2 of 2 left", "24 hours", "30 minutes", "25 % more for you", "Begin the test"):
        assert words in said
    assert b"Final test" in reader.get(reverse("course", args=[course.slug])).content


def test_beginning_twice_leads_to_the_same_attempt(reader, officer):
    course = course_with_test()
    enrolled(course, officer)
    assert begin(reader, course).url == begin(reader, course).url == url("attempt", course, 1)
    assert "Attempt 1 is open." in page(reader, "test", course)
    assert Attempt.objects.count() == 1


def test_what_speaks_against_an_attempt_is_said(reader, officer):
    course = course_with_test(attempt_limit=1)
    hand_in(attempt=begun(enrolled(course, officer)), by=officer)
    said = page(reader, "test", course)
    assert "All attempts are used." in said
    assert "Begin" not in said
    assert begin(reader, course, 2).url == url("test", course)
    assert "All attempts are used." in page(reader, "test", course)


def test_a_course_without_questions_has_no_test(reader, officer):
    course = course_with_test(contents=[])
    enrolled(course, officer)
    assert "This course has no final test." in page(reader, "test", course)
    assert b"Final test" not in reader.get(reverse("course", args=[course.slug])).content


def test_nobody_meets_a_test_they_do_not_take_or_anybody_elses_attempt(reader, officer, client_of, trainer, editor):
    course = course_with_test()
    assert reader.get(url("test", course)).status_code == 404
    enrolled(course, officer)
    begin(reader, course)
    for account in (trainer, editor):
        other = client_of(account)
        for name in ("attempt", "attempt_state", "attempt_result"):
            assert other.get(url(name, course, 1)).status_code == 404
        assert send(other, course, 1, {"q1": "1"}).status_code == 404
    assert reader.get(url("attempt", course, 2)).status_code == 404


# ---- an attempt, answer by answer


def test_every_kind_of_answer_is_sent_by_its_place_and_comes_back_with_the_page(reader, officer):
    course = course_with_test(contents=[SINGLE, MULTIPLE, TRUE_FALSE, NUMERIC, MATCHING, SHORT_TEXT])
    enrolled(course, officer)
    begin(reader, course)
    attempt = Attempt.objects.get()
    right = {
        1: {"q1": place_of(attempt, 1, "k3")},
        2: {"q2": [place_of(attempt, 2, key) for key in ("a9", "b8")]},
        3: {"q3": 1},
        4: {"q4": " 90,0 "},
        5: {"q5-1": place_of(attempt, 5, "r1"), "q5-2": place_of(attempt, 5, "r2")},
        6: {"q6": "точка за контакт за огнено оружје"},
    }
    for position, fields in right.items():
        response = send(reader, course, position, fields)
        assert response.json()["fate"] == "saved"
    said = page(reader, "attempt", course, 1)
    assert said.count(" checked>") == 4
    assert said.count(" selected>") >= 2
    assert 'value="90,0"' in said
    assert 'value="точка за контакт за огнено оружје"' in said
    assert hand_in(attempt=attempt, by=officer).score == 100


def test_an_answer_that_is_none_is_refused_for_good_and_what_is_no_number_is_said(reader, officer):
    course = course_with_test(contents=[SINGLE, NUMERIC])
    enrolled(course, officer)
    begin(reader, course)
    assert send(reader, course, 1, {"q1": "99"}).status_code == 422
    assert send(reader, course, 1, {"q1": "1"}, nonce="no-nonce").status_code == 422
    assert send(reader, course, 1, {"q1": "1"}, seconds_ago="long").status_code == 422
    assert send(reader, course, 7, {"q7": "1"}).status_code == 404
    assert not Answer.objects.exists()
    assert "Write a number alone" in send(reader, course, 2, {"q2": "ninety"}).json()["hint"]


def test_another_device_hears_what_stands(reader, officer):
    course = course_with_test(contents=[SINGLE])
    enrolled(course, officer)
    begin(reader, course)
    send(reader, course, 1, {"q1": "2"})
    answer = send(reader, course, 1, {"q1": "3"}, seconds_ago=3600).json()
    assert answer["standing"] == [["q1", "2"]]  # that one was given before
    state = reader.get(url("attempt_state", course, 1)).json()
    assert state.keys() == {"ended", "seconds_left", "csrf"}


def test_texts_come_in_the_readers_language_and_what_stands_in_is_said(reader, officer):
    course = course_with_test(contents=[SINGLE])
    enrolled(course, officer)
    begin(reader, course)
    send(reader, course, 1, {"q1": "1"})
    for language, words in (("mk", "Што се запишува"), ("sq", "What is noted")):
        Account.objects.update(language=language)
        said = page(reader, "attempt", course, 1)
        assert words in said
        assert said.count(" checked>") == 1
    assert 'class="note" lang="sq"' in said
    assert Attempt.objects.count() == 1


# ---- an attempt without a script


def form_of(said):
    """The fields of the page's form as a browser would send them, unchanged."""
    fields = {
        name: unescape(value)
        for name, value in re.findall(r'<input type="hidden" name="(was-\d+)" value="([^"]*)"', said)
    }
    assert fields
    return fields


def test_a_form_sends_what_changed_and_an_old_page_overwrites_nothing(reader, officer):
    course = course_with_test(contents=[SINGLE, TRUE_FALSE])
    enrolled(course, officer)
    begin(reader, course)
    old = form_of(reader.get(url("attempt", course, 1)).content.decode())
    send(reader, course, 1, {"q1": "2"})  # meanwhile, on another device
    response = reader.post(url("attempt", course, 1), {**old, "q2": "1", "step": "save"})
    assert response.url == url("attempt", course, 1)
    attempt = Attempt.objects.get()
    assert [one.response for one in attempt.questions.all()] == [
        {"option": attempt.questions.first().option_order[1]},
        {"option": "true"},
    ]


def test_handing_in_names_what_is_open_first_and_then_ends(reader, officer):
    course = course_with_test(contents=[SINGLE, TRUE_FALSE])
    enrolled(course, officer)
    begin(reader, course)
    fields = form_of(reader.get(url("attempt", course, 1)).content.decode()) | {"q2": "1"}
    response = reader.post(url("attempt", course, 1), {**fields, "step": "hand-in"})
    assert response.url.endswith("?check#unanswered")
    said = unescape(reader.get(response.url).content.decode())
    assert '<a href="#q1">question 1</a>' in said
    assert '<a href="#q2">' not in said
    response = reader.post(url("attempt", course, 1), {**fields, "step": "hand-in-all-the-same"})
    assert response.url == url("attempt_result", course, 1)
    assert reader.get(url("attempt", course, 1)).url == url("attempt_result", course, 1)
    assert Attempt.objects.get().score == 50


def test_a_form_with_an_answer_to_another_question_keeps_nothing(reader, officer):
    course = course_with_test(contents=[SINGLE, TRUE_FALSE])
    enrolled(course, officer)
    begin(reader, course)
    fields = form_of(reader.get(url("attempt", course, 1)).content.decode())
    response = reader.post(url("attempt", course, 1), {**fields, "q1": "1", "q2": "9", "step": "save"})
    assert "This is no answer to that question." in unescape(response.content.decode())
    assert not Answer.objects.exists()


def test_once_time_is_up_nothing_can_be_filled_in_and_what_was_counts(reader, officer):
    course = course_with_test(contents=[SINGLE], time_limit_minutes=20)
    enrolled(course, officer)
    begin(reader, course)
    attempt = Attempt.objects.get()
    send(reader, course, 1, {"q1": place_of(attempt, 1, "k3")})
    fields = form_of(reader.get(url("attempt", course, 1)).content.decode())
    back = timedelta(minutes=21)
    Attempt.objects.update(started_at=attempt.started_at - back, deadline=attempt.deadline - back)
    assert "Time is up." in page(reader, "attempt", course, 1)
    assert send(reader, course, 1, {"q1": "2"}).json()["fate"] == "late"
    reader.post(url("attempt", course, 1), {**fields, "q1": "2", "step": "hand-in"})
    attempt = Attempt.objects.get()
    assert (attempt.score, attempt.ending) == (100, "time")
    assert "Time was up." in page(reader, "attempt_result", course, 1)


# ---- the result


def test_remarks_come_with_the_result_and_the_key_once_it_helps_no_more(reader, officer):
    course = course_with_test(contents=[SINGLE], attempt_limit=2)
    enrolment = enrolled(course, officer)
    for number, keys in ((1, False), (2, True)):
        attempt = begun(enrolment, number)
        send(reader, course, 1, {"q1": place_of(attempt, 1, "p7")}, number=number)
        hand_in(attempt=attempt, by=officer)
        said = page(reader, "attempt_result", course, number)
        assert "No: an address is not enough." in said
        assert "A capture stands only with its note." in said
        assert ("Address, time with zone, hash value" in said) == keys


def test_no_remark_is_shown_while_another_attempt_is_open(reader, officer):
    course = course_with_test(contents=[SINGLE])
    enrolment = enrolled(course, officer)
    attempt = begun(enrolment)
    send(reader, course, 1, {"q1": place_of(attempt, 1, "p7")})
    hand_in(attempt=attempt, by=officer)
    begun(enrolment, 2)
    said = page(reader, "attempt_result", course, 1)
    assert "No: an address is not enough." not in said
    assert "once no attempt is open" in said


def test_passing_completes_the_course_once_everything_is_read(reader, officer):
    course = course_with_test(contents=ONE_OF_EACH)
    enrolment = enrolled(course, officer)
    attempt = begun(enrolment)
    answer_all(attempt, RIGHT)
    hand_in(attempt=attempt, by=officer)
    assert "1 module is still to be read" in page(reader, "attempt_result", course, 1)
    assert Participation.objects.get(person__account=officer).outcome == Outcome.ATTENDED
    mark_read(enrolment=enrolment, module_key=modules_of(course)[0].key, by=officer)
    participation = Participation.objects.get(person__account=officer)
    assert (participation.outcome, participation.post_score) == (Outcome.COMPLETED, 100)


def test_reading_everything_does_not_complete_a_course_that_has_a_test(officer):
    course = course_with_test(contents=[SINGLE])
    enrolment = enrolled(course, officer)
    assert not mark_read(enrolment=enrolment, module_key=modules_of(course)[0].key, by=officer)
    assert Participation.objects.get().outcome == Outcome.ATTENDED


# ---- checks inside modules


def test_a_check_is_marked_and_forgotten(reader, officer):
    course = course_with_test(contents=[SINGLE, NUMERIC])
    enrolled(course, officer)
    single, numeric = Question.objects.order_by("order")
    address = url("check", course, single.key)
    said = unescape(reader.get(address).content.decode())
    assert "What is noted beside a capture?" in said
    assert "No: an address is not enough." not in said
    place = re.search(r'value="(\d)"> <span>Only the address</span>', said)[1]
    said = unescape(reader.post(address, {"c": place}).content.decode())
    assert "No: an address is not enough." in said
    assert "Address, time with zone, hash value</b>" not in said
    part = reader.post(url("check", course, numeric.key), {"c": "90"}, headers={"X-Part": "check"}).content.decode()
    assert "That is it." in part
    assert "<html" not in part
    assert not Attempt.objects.exists()


def test_a_check_without_an_answer_says_so_and_one_of_a_retired_question_is_gone(reader, officer):
    course = course_with_test(contents=[SINGLE])
    enrolled(course, officer)
    address = url("check", course, Question.objects.get().key)
    assert "Choose or write an answer first." in reader.post(address).content.decode()
    assert "Choose or write an answer first." in reader.post(address, {"c": "77"}).content.decode()
    Question.objects.update(is_active=False)
    assert reader.get(address).status_code == 404


def test_a_question_of_the_open_test_is_not_marked_beside_it(reader, officer):
    course = course_with_test(contents=[SINGLE])
    attempt = begun(enrolled(course, officer))
    address = url("check", course, Question.objects.get().key)
    said = unescape(reader.post(address, {"c": "1"}).content.decode())
    assert "what is right is told once that has ended" in said
    assert "Right" not in said.replace("Right:", "")
    hand_in(attempt=attempt, by=officer)
    assert "once that has ended" not in reader.post(address, {"c": "1"}).content.decode()


def test_whoever_does_not_take_the_course_is_led_to_it(reader):
    course = course_with_test(contents=[SINGLE])
    assert reader.get(url("check", course, Question.objects.get().key)).url == url("course", course)


# ---- how much it costs


@pytest.mark.parametrize("number", [1, 6])
def test_the_attempts_page_asks_as_often_for_one_question_as_for_six(
    reader, officer, number, django_assert_max_num_queries
):
    course = course_with_test(contents=ONE_OF_EACH[:number])
    begun(enrolled(course, officer))
    with django_assert_max_num_queries(9):
        page(reader, "attempt", course, 1)


@pytest.mark.parametrize("number", [1, 3])
def test_the_state_asks_as_often_for_one_attempt_as_for_three(reader, officer, number, django_assert_max_num_queries):
    course = course_with_test(contents=[SINGLE], attempt_limit=5)
    enrolment = enrolled(course, officer)
    for one in range(1, number + 1):
        hand_in(attempt=begun(enrolment, one), by=officer)
    with django_assert_max_num_queries(11):
        page(reader, "test", course)


def test_a_result_asks_as_often_whatever_its_number_of_questions(reader, officer, django_assert_max_num_queries):
    course = course_with_test()
    hand_in(attempt=begun(enrolled(course, officer)), by=officer)
    with django_assert_max_num_queries(11):
        page(reader, "attempt_result", course, 1)


def test_an_overdue_attempt_ends_when_its_learner_looks_at_where_they_stand(reader, officer):
    course = course_with_test(contents=[SINGLE], time_limit_minutes=20)
    attempt = begun(enrolled(course, officer))
    back = timedelta(minutes=31)
    Attempt.objects.update(started_at=attempt.started_at - back, deadline=attempt.deadline - back)
    assert "Not passed" in page(reader, "test", course)
    assert Attempt.objects.get().ended_at < timezone.now()
