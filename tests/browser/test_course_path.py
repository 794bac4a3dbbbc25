"""An officer's whole way through a course on a phone, from enrolling to standing in the statistics, once."""

import io
import json
import re

import pytest
from django.core.management import call_command
from playwright.sync_api import expect

from elearning.models import Answer, Attempt, Course, Enrolment
from tests.browser.conftest import DESKTOP, PHONE
from tests.elearning.assessments import add_question
from tests.elearning.making import learner, make_course
from tests.elearning.questions import MATCHING, MULTIPLE, NUMERIC, SHORT_TEXT, SINGLE, TRUE_FALSE
from tests.factories import AccountFactory
from training.models import Participation
from training.services.roles import ensure_roles

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NETWORK = "ERR_INTERNET_DISCONNECTED"


@pytest.fixture
def course(transactional_db):
    ensure_roles()
    made = make_course(languages=("en", "mk"), modules=2, shuffle=False, pass_mark=80, attempt_limit=1)
    for content in (SINGLE, MULTIPLE, TRUE_FALSE, NUMERIC, MATCHING, SHORT_TEXT):
        add_question(made, content, name=content["kind"])
    return made


@pytest.fixture
def officer(transactional_db):
    ensure_roles()
    account = AccountFactory(email="officer@example.org", roles=["officer"])
    learner(account, sex="F")
    return account


def statistics(*by):
    told = io.StringIO()
    call_command("statistics", "--by", *by, "--modality", "self_paced", "--format", "json", stdout=told)
    return json.loads(told.getvalue())["rows"]


def said(visitor, words):
    expect(visitor.page.locator("#attempt [data-said]")).to_have_text(re.compile(words))


def choose(visitor, position, *texts):
    for text in texts:
        visitor.page.locator(f"#q{position} label", has_text=text).click()


def test_from_enrolling_to_the_statistics_once(visit, course, officer):
    phone = visit(PHONE)
    phone.log_in(officer)
    enrols_and_reads(phone)
    begins_and_loses_the_network(phone)
    comes_back_and_changes_the_language(phone)
    hands_in_and_looks_again(phone, course)

    assert (Enrolment.objects.count(), Participation.objects.count(), Attempt.objects.count()) == (1, 1, 1)
    assert [(row["outcome"], row["participations"], row["people"]) for row in statistics("outcome")] == [
        ("completed", 1, 1)
    ]
    (row,) = statistics("sex")
    assert (row["sex"], row["participations"]) == ("F", 1)
    manager_reads_the_figures(visit, course)


def enrols_and_reads(phone):
    page = phone.page
    phone.go("/courses/")
    page.get_by_role("link", name="Evidence").first.click()
    page.wait_for_url(re.compile("/courses/evidence/$"))
    phone.check()
    phone.press("Take this course")
    expect(page.get_by_role("heading", name="Module 1", level=1)).to_be_visible()
    phone.press("Read, go on")
    expect(page.get_by_role("heading", name="Module 2", level=1)).to_be_visible()
    phone.press("Read, finish")
    expect(page.locator("main")).to_contain_text("You have read every module")
    page.get_by_role("link", name="Final test").click()
    page.wait_for_url(re.compile("/test/$"))
    phone.check()
    phone.press("Begin the test")


def begins_and_loses_the_network(phone):
    page = phone.page
    choose(phone, 1, "Address, time with zone, hash value")
    said(phone, "Saved and sent")
    assert Answer.objects.count() == 1
    page.context.set_offline(True)
    choose(phone, 2, "The legal basis", "Date and time")
    said(phone, "Unsent: 1. Kept on this device.")
    choose(phone, 3, "True")
    said(phone, "Unsent: 2. Kept on this device.")
    expect(page.locator("#attempt [data-said]")).to_be_in_viewport()
    phone.check()
    assert Answer.objects.count() == 1
    assert any(NETWORK in fault for fault in phone.faults)
    phone.faults = [fault for fault in phone.faults if NETWORK not in fault]


def comes_back_and_changes_the_language(phone):
    page = phone.page
    page.context.set_offline(False)
    said(phone, "Saved and sent")
    assert Attempt.objects.get().questions.get(position=2).response == {"options": ["a9", "b8"]}
    page.get_by_label("Language", exact=True).select_option("mk")
    page.wait_for_function("document.querySelector('#q1')?.lang === 'mk'")
    phone.check()
    expect(page.locator("#q2 label", has_text="Правната основа").locator("input")).to_be_checked()
    expect(page.locator("#q3 input:checked")).to_have_count(1)
    page.locator("#q4 input[type=text]").fill("90")
    page.locator("#q5 select").nth(0).select_option(label="прво")
    page.locator("#q5 select").nth(1).select_option(label="последно")
    page.locator("#q6 input[type=text]").fill("точка за контакт за огнено оружје")
    expect(page.locator("#attempt [data-answered]")).to_contain_text("6")


def hands_in_and_looks_again(phone, course):
    page = phone.page
    with page.expect_navigation(url=re.compile("/result/$")):
        page.locator("#attempt [data-hand-in]").click()
    phone.check()
    expect(page.locator("h1")).to_have_text("Положено")
    attempt = Attempt.objects.get()
    assert (attempt.passed, attempt.score) == (True, 100)
    assert [one.answered_in for one in attempt.questions.all()] == ["en"] * 3 + ["mk"] * 3
    # The back button and another look make nothing twice.
    page.go_back()
    phone.go(f"{course.get_absolute_url()}test/1/")
    page.wait_for_url(re.compile("/result/$"))
    phone.go(course.get_absolute_url())
    expect(page.locator(".chip.ok", has_text="Завршен").first).to_be_visible()


def manager_reads_the_figures(visit, course):
    manager = AccountFactory(email="manager@example.org", roles=["manager"])
    manager.projects.add(course.project)
    desk = visit(DESKTOP)
    desk.log_in(manager)
    desk.go("/statistics/courses/")
    cells = desk.page.locator("main tbody tr").first.locator("td, th").all_inner_texts()
    assert cells[:5] == ["Evidence", "1", "1", "1", "1"]
    desk.go("/statistics/table/?rows=outcome&modality=self_paced")
    expect(desk.page.locator("main table").first).to_contain_text("Completed")
    desk.go(f"/sessions/{course.editions.get().session.key}/cohort/")
    expect(desk.page.locator("main table tbody tr")).to_have_count(1)
    assert Course.objects.count() == 1
