"""A new edition of a manual while somebody is in the middle of the course's test."""

import pytest

from elearning.imports.applying import import_manual
from elearning.imports.planning import Choices
from elearning.models import AttemptQuestion, Course
from elearning.services.attempts import hand_in
from elearning.services.courses import open_edition
from elearning.services.enrolling import enrol
from tests.elearning.assessments import add_question, answer, begun
from tests.elearning.making import learner, modules_of, publish
from tests.elearning.manuals import styled
from tests.elearning.questions import SINGLE
from tests.factories import ProjectFactory, TopicFactory
from training.imports.workbook import Upload
from training.models import Account

pytestmark = pytest.mark.django_db
FIRST = "Access to the captures is limited to the team of the case and ends with it."
SECOND = "Whoever receives a capture signs for it and gives it back."


def test_importing_a_manual_again_changes_no_open_attempt(editor, officer):
    def bring(*chapters):
        return import_manual(upload=Upload("A.docx", styled(*chapters)), by=editor, choices=Choices(language="en"))

    learner(officer)
    course = bring(("Authority", [FIRST]), ("Evidence", [SECOND])).course
    Course.objects.filter(pk=course.pk).update(project=ProjectFactory(), topic=TopicFactory())
    course.refresh_from_db()
    publish(course.pages.get())
    add_question(course, SINGLE, module_key=modules_of(course)[0].key)
    open_edition(course=course, by=Account.objects.system())
    attempt = begun(enrol(course=course, by=officer, language="en"))
    answer(attempt, 1, {"option": "k3"})
    before = list(AttemptQuestion.objects.values())
    again = bring(("New", [SECOND + " Always."]), ("Authority", [FIRST + " Always."]), ("Evidence", [SECOND]))
    publish(course.pages.get())
    assert (again.course, len(modules_of(course))) == (course, 3)
    assert list(AttemptQuestion.objects.values()) == before
    assert hand_in(attempt=attempt, by=officer).score == 100
