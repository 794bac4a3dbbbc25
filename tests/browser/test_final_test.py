"""An officer takes the final test on a phone: without a network for a while, in two languages, by keyboard alone."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from elearning.models import Answer, Attempt, Question
from tests.browser.conftest import DESKTOP, PHONE
from tests.elearning.assessments import add_question
from tests.elearning.making import learner, make_course
from tests.elearning.questions import MATCHING, MULTIPLE, NUMERIC, SHORT_TEXT, SINGLE, TRUE_FALSE
from training.choices import Outcome
from training.models import Account, Participation
from training.services.roles import ensure_roles

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ALL = [SINGLE, MULTIPLE, TRUE_FALSE, NUMERIC, MATCHING, SHORT_TEXT]
RIGHT = {
    "single": ["Address, time with zone, hash value", "Адреса, време со зона, хеш-вредност"],
    "multiple": ["The legal basis", "Date and time"],
}


@pytest.fixture
def officer_of(transactional_db):
    """Makes a course with a test and an officer who takes it; returns both."""

    def make(contents=ALL, **rules):
        ensure_roles()
        officer = Account.objects.filter(email="officer@example.org").first()
        if officer is None:
            from tests.factories import AccountFactory

            officer = AccountFactory(email="officer@example.org", roles=["officer"])
            learner(officer)
        course = make_course(languages=("en", "mk"), modules=1, **{"shuffle": False, "pass_mark": 80, **rules})
        for number, content in enumerate(contents, start=1):
            add_question(course, content, name=f"Question {number}")
        return course, officer

    return make


def enrolled_visitor(visit, course, officer, viewport=PHONE):
    visitor = visit(viewport)
    visitor.log_in(officer)
    visitor.go(f"/courses/{course.slug}/")
    visitor.press("Take this course")
    return visitor


def said(visitor, text):
    expect(visitor.page.locator("#attempt [data-said]")).to_have_text(re.compile(text))


def choose(visitor, position, text):
    visitor.page.locator(f"#q{position} label", has_text=text).click()


def test_a_lost_network_another_language_and_a_reload_lose_nothing(visit, officer_of):
    course, officer = officer_of()
    visitor = enrolled_visitor(visit, course, officer)
    page = visitor.page
    visitor.press("Read, finish")
    visitor.go(f"/courses/{course.slug}/test/")
    visitor.press("Begin the test")
    said(visitor, "Saved and sent")
    choose(visitor, 1, RIGHT["single"][0])
    said(visitor, "Saved and sent")
    expect(page.locator("#attempt [data-answered]")).to_have_text("1 of 6 answered")

    page.context.set_offline(True)
    for text in RIGHT["multiple"]:
        choose(visitor, 2, text)
    choose(visitor, 3, "True")
    page.locator("#q4 input[type=text]").fill("90,0")
    page.locator("#q4 input[type=text]").press("Tab")
    said(visitor, "Unsent: 3")
    page.get_by_role("button", name="Hand in").click()
    expect(page.locator("#attempt [data-trouble]")).to_contain_text("Not handed in")
    assert Answer.objects.count() == 1
    visitor.faults = [fault for fault in visitor.faults if "ERR_INTERNET_DISCONNECTED" not in fault]

    page.context.set_offline(False)
    said(visitor, "Saved and sent")
    attempt = Attempt.objects.get()
    assert attempt.questions.get(position=4).response == {"text": "90,0"}

    page.get_by_label("Language", exact=True).select_option("mk")
    page.wait_for_function("document.querySelector('#q1').lang === 'mk'")
    expect(page.locator("#q1 label", has_text=RIGHT["single"][1]).locator("input")).to_be_checked()
    expect(page.locator("#q4 input[type=text]")).to_have_value("90,0")
    page.locator("#q5 select").nth(0).select_option(label="прво")
    page.locator("#q5 select").nth(1).select_option(label="последно")
    page.locator("#q6 input[type=text]").fill("ffp")
    visitor.check()
    with page.expect_navigation(url=re.compile("/result/$")):
        page.locator("#attempt [data-hand-in]").click()
    visitor.check()
    attempt = Attempt.objects.get()
    assert (attempt.passed, float(attempt.score)) == (True, 91.67)
    assert [one.answered_in for one in attempt.questions.all()] == ["en"] * 4 + ["mk"] * 2
    participation = Participation.objects.get()
    assert (participation.outcome, participation.post_score) == (Outcome.COMPLETED, attempt.score)
    assert page.evaluate("Object.keys(localStorage).length") == 0


def test_answers_that_wait_survive_a_reload_and_a_log_in_that_ran_out(visit, officer_of):
    course, officer = officer_of([SINGLE, NUMERIC])
    visitor = enrolled_visitor(visit, course, officer)
    page = visitor.page
    visitor.go(f"/courses/{course.slug}/test/")
    visitor.press("Begin the test")
    session = [cookie for cookie in page.context.cookies() if cookie["name"] == "sessionid"]
    page.context.clear_cookies(name="sessionid")
    choose(visitor, 1, RIGHT["single"][0])
    said(visitor, "Unsent: 1. Log in again")
    expect(page.get_by_role("link", name="Log in", exact=True)).to_be_visible()
    visitor.check()
    assert not Answer.objects.exists()
    page.context.add_cookies(session)
    page.reload()
    said(visitor, "Saved and sent")
    expect(page.locator("#q1 label", has_text=RIGHT["single"][0]).locator("input")).to_be_checked()
    assert Answer.objects.count() == 1
    visitor.faults = [fault for fault in visitor.faults if "403" not in fault]


def test_two_devices_go_on_from_each_other(visit, officer_of):
    course, officer = officer_of([SINGLE, TRUE_FALSE])
    phone = enrolled_visitor(visit, course, officer)
    phone.go(f"/courses/{course.slug}/test/")
    phone.press("Begin the test")
    desk = visit(DESKTOP)
    desk.log_in(officer)
    desk.go(f"/courses/{course.slug}/test/")
    desk.page.get_by_role("link", name="Go on").click()
    choose(desk, 1, RIGHT["single"][0])
    said(desk, "Saved and sent")
    expect(desk.page.locator("#attempt [data-answered]")).to_have_text("1 of 2 answered")
    choose(phone, 2, "True")
    said(phone, "Saved and sent")
    expect(phone.page.locator("#attempt [data-answered]")).to_have_text("1 of 2 answered")
    with phone.page.expect_navigation(url=re.compile("/result/$")):  # its own page never saw the first answer
        phone.page.get_by_role("button", name="Hand in").click()
    assert Attempt.objects.get().score == 100


def test_the_whole_test_can_be_taken_by_keyboard_alone(visit, officer_of):
    course, officer = officer_of(attempt_limit=1)
    visitor = enrolled_visitor(visit, course, officer, DESKTOP)
    page = visitor.page
    visitor.go(f"/courses/{course.slug}/test/")

    def tab_to(selector):
        for _press in range(60):
            page.keyboard.press("Tab")
            if page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
        raise AssertionError(f"no way to {selector} by keyboard")

    tab_to("form[action$='/start/'] button")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    tab_to("#q1 input")
    page.keyboard.press("Space")
    tab_to("#q2 input")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    tab_to("#q3 input")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    tab_to("#q4 input")
    page.keyboard.type("90")
    page.keyboard.press("Enter")
    for place in (1, 2):
        tab_to(f"#q5-{place}")
        page.keyboard.press("ArrowDown")
    tab_to("#q6 input")
    page.keyboard.type("FFP")
    tab_to("[data-hand-in]")
    said(visitor, "Saved and sent")
    with page.expect_navigation(url=re.compile("/result/$")):
        page.keyboard.press("Enter")
    visitor.check()
    attempt = Attempt.objects.get()
    assert attempt.is_ended
    assert all(one.response for one in attempt.questions.all())


def test_when_time_is_up_the_attempt_is_handed_in_by_itself(visit, officer_of):
    course, officer = officer_of([SINGLE, TRUE_FALSE], time_limit_minutes=1)
    visitor = enrolled_visitor(visit, course, officer)
    visitor.go(f"/courses/{course.slug}/test/")
    visitor.press("Begin the test")
    choose(visitor, 1, RIGHT["single"][0])
    said(visitor, "Saved and sent")
    back = timedelta(seconds=52)
    attempt = Attempt.objects.get()
    Attempt.objects.update(started_at=attempt.started_at - back, deadline=attempt.deadline - back)
    visitor.page.reload()
    expect(visitor.page.locator("#attempt [data-left]")).to_have_text(re.compile("0:0"))
    visitor.page.wait_for_url(re.compile("/result/$"))
    visitor.check()
    assert (Attempt.objects.get().ending, Attempt.objects.get().score) == ("time", 50)


def test_a_check_is_answered_where_it_stands(visit, officer_of):
    course, officer = officer_of([SINGLE])
    question = Question.objects.get()
    from tests.elearning.making import block, modules_of, publish

    for language in ("en", "mk"):
        module = modules_of(course, language)[0]
        module.body = [*module.body.raw_data, block("check", {"question": str(question.key)})]
        publish(module)
    visitor = enrolled_visitor(visit, course, officer)
    page = visitor.page
    place = page.locator("[data-check]")
    place.scroll_into_view_if_needed()
    expect(place.locator("legend")).to_have_text("What is noted beside a capture?")
    place.get_by_label("Only the address").check()
    place.get_by_role("button", name="Check answer").click()
    expect(place.locator(".told")).to_contain_text("No: an address is not enough.")
    visitor.check()
    place.get_by_role("link", name="Try again").click()
    place.get_by_label(RIGHT["single"][0]).check()
    place.get_by_role("button", name="Check answer").click()
    expect(place.locator(".told")).to_contain_text("Right")
