"""Every page of courses, tests and the question bank on a phone: axe finds nothing, nothing hangs out sideways."""

import copy

import pytest

from elearning.bank.moodle.writing import BankQuestion, write_bank
from elearning.models import Question
from elearning.services.attempts import hand_in
from tests.browser.conftest import DESKTOP, PHONE
from tests.elearning.assessments import add_question, answer_all, begun, enrolled
from tests.elearning.making import block, learner, make_course, modules_of, publish
from tests.elearning.questions import ONE_OF_EACH, RIGHT, SINGLE
from tests.factories import AccountFactory
from training.services.roles import ensure_roles

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def course(transactional_db, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    ensure_roles()
    made = make_course(languages=("en", "mk"), modules=2, attempt_limit=3, time_limit_minutes=60)
    for content in ONE_OF_EACH:
        add_question(made, content, name=f"The {content['kind']} one")
    module = modules_of(made)[0]
    module.body = [*module.body.raw_data, block("check", {"question": str(Question.objects.first().key)})]
    publish(module)
    return made


def account(role):
    return AccountFactory(email=f"{role}@example.org", roles=[role])


def looks(visitor, *paths):
    for path in paths:
        visitor.go(path)
        visitor.check_width(DESKTOP)


def test_of_an_officer(visit, course):
    officer = account("officer")
    learner(officer)
    phone = visit(PHONE)
    phone.log_in(officer)
    base = course.get_absolute_url()
    looks(phone, "/courses/", base)
    phone.press("Take this course")
    check = f"{base}check/{Question.objects.first().key}/"
    looks(phone, f"{base}module-1/", f"{base}module-1/saved/", f"{base}search/?q=module", f"{base}search/?q=nothing")
    looks(phone, check, f"{base}test/")
    phone.press("Begin the test")
    looks(phone, f"{base}test/1/", f"{base}test/1/?check#unanswered", f"{base}test/", check)
    phone.page.locator("label.answer").first.click()
    phone.press("Check answer")
    attempt = officer.person.participations.get().enrolment.attempts.get()
    hand_in(attempt=attempt, by=officer)
    looks(phone, f"{base}test/1/result/", f"{base}test/", check)
    phone.page.locator("label.answer").first.click()
    phone.press("Check answer")
    second = begun(attempt.enrolment, 2)
    answer_all(second, RIGHT)
    hand_in(attempt=second, by=officer)
    looks(phone, f"{base}test/2/result/", f"{base}test/", base)


def test_of_editors_and_trainers(visit, course):
    editor, trainer, officer = account("editor"), account("trainer"), account("officer")
    session = course.editions.get().session
    session.trainers.add(trainer)
    enrolment = enrolled(course, officer)
    attempt = begun(enrolment)
    answer_all(attempt, RIGHT)
    half = copy.deepcopy(SINGLE)
    del half["texts"]["mk"]["options"]["w2"]
    add_question(course, half, name="Half of it")
    bank, slug = "/courses/manage/bank/", course.slug
    phone = visit(PHONE)
    phone.log_in(editor)
    looks(phone, bank, f"{bank}?course={slug}", f"{bank}?course={slug}&q=nothing", f"{bank}analysis/{slug}/")
    looks(phone, *(f"{bank}{question.key}/" for question in Question.objects.all()))
    looks(phone, *(f"{bank}new/?course={slug}&kind={kind}" for kind in ("single", "matching", "true_false")))
    hand_in(attempt=attempt, by=officer)
    looks(phone, f"{bank}analysis/{slug}/", f"/courses/{slug}/translations/?language=mk", f"/courses/{slug}/")
    brings_a_bank(phone, course)
    held = visit(PHONE)
    held.log_in(trainer)
    cohort = f"/sessions/{session.key}/cohort/"
    looks(held, cohort, f"{cohort}{enrolment.participation_id}/time/")
    held.page.get_by_label("Per cent more").fill("25")
    held.page.get_by_label("Who decided it").fill("Decided by the academy.")
    held.press("Save")
    looks(held, f"{cohort}{enrolment.participation_id}/time/", "/statistics/courses/")


def brings_a_bank(phone, course):
    """One that cannot be taken, then one that can."""
    page, content = phone.page, Question.objects.first().content
    good = write_bank([BankQuestion(name="Comes", key="", content=content, tags={"topic": "unknown"})])
    for data in (good.replace(b'fraction="100"', b'fraction="0"'), good):
        phone.go(f"/courses/manage/bank/import/?course={course.slug}")
        page.get_by_label("File").set_input_files({"name": "bank.xml", "mimeType": "text/xml", "buffer": data})
        phone.press("Read the file")
        phone.check_width(DESKTOP)
    phone.press("Take 1 question")
    assert Question.objects.filter(name="Comes").exists()
