"""Courses with a bank and people who take them, without the pages nobody reads in these tests."""

import uuid

from elearning.bank.content import read_content
from elearning.models import Course, CourseEdition, Enrolment
from elearning.services.answering import Given, take
from elearning.services.attempts import start
from elearning.services.questions import Facts, make_question
from tests.elearning.questions import ONE_OF_EACH
from tests.factories import ParticipationFactory, PersonFactory, ProjectFactory, SessionFactory, TopicFactory
from training.choices import Modality
from training.models import Account


def bank_course(*, contents=ONE_OF_EACH, slug="evidence", **rules):
    """A course open to whoever takes it, with these questions in its bank; `rules` are fields of the course."""
    rules = {"pass_mark": 80, "attempt_limit": 2, "shuffle": True, **rules}
    course = Course.objects.create(
        slug=slug, title=slug.capitalize(), topic=TopicFactory(), project=ProjectFactory(), **rules
    )
    session = SessionFactory(
        key=f"{slug}-1", start=None, modality=Modality.SELF_PACED, project=course.project, topic=course.topic
    )
    CourseEdition.objects.create(course=course, number=1, session=session)
    for number, content in enumerate(contents, start=1):
        add_question(course, content, name=f"Question {number}")
    return course


def add_question(course, content, *, name="A question", **facts):
    system = Account.objects.system()
    return make_question(course=course, facts=Facts(name=name, **facts), content=read_content(content), by=system)


def enrolled(course, account, language="en"):
    """The person behind the account takes the course."""
    edition = course.editions.get()
    person = getattr(account, "person", None) or PersonFactory(account=account)
    participation = ParticipationFactory(session=edition.session, person=person)
    return Enrolment.objects.create(participation=participation, edition=edition, language=language)


def begun(enrolment, number=1, **more):
    account = enrolment.participation.person.account
    return start(enrolment=enrolment, number=number, language="en", by=account, **more)


def answer(attempt, position, response, *, nonce=None, **more):
    given = Given(position=position, response=response, nonce=nonce or uuid.uuid4(), **more)
    return take(attempt=attempt, given=given, by=attempt.enrolment.participation.person.account)


def answer_all(attempt, right):
    """Answer every question as `right` says for its kind."""
    for asked in attempt.questions.select_related("version"):
        answer(attempt, asked.position, right[asked.version.content["kind"]])
