"""Figures of courses, the people of an edition, what is held about a person, and what goes with the demo data."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from elearning.figures.counting import course_figures
from elearning.languages import LANGUAGES
from elearning.models import Attempt, Course, CourseEdition, Enrolment, ModuleProgress
from elearning.services.held import courses_held
from tests.elearning.making import make_course, modules_of
from tests.factories import AccountFactory, ParticipationFactory, PersonFactory, ProjectFactory
from training.choices import Outcome, Sex
from training.models import Account, Project, TrailEntry

pytestmark = pytest.mark.django_db


def takes(course, *, sex=Sex.WOMEN, language="en", hours=None, score=None, read=0, name="Arta", **facts):
    """Somebody in the open edition; with `hours` they completed it that long after they had started."""
    edition = course.editions.get(closed_at=None)
    outcome = Outcome.COMPLETED if hours else Outcome.ATTENDED
    person = PersonFactory(sex=sex, given_name=name)
    participation = ParticipationFactory(session=edition.session, person=person, outcome=outcome, **facts)
    now = timezone.now()
    enrolment = Enrolment.objects.create(
        participation=participation,
        edition=edition,
        language=language,
        started_at=now - timedelta(hours=hours) if hours else None,
        completed_at=now if hours else None,
    )
    for module in modules_of(course)[:read]:
        ModuleProgress.objects.create(enrolment=enrolment, module_key=module.key, read_at=now)
    if score is not None:
        Attempt.objects.create(
            enrolment=enrolment, number=1, language=language, rules={}, started_at=now - timedelta(hours=1),
            ended_at=now, ending="handed_in", score=score, passed=score >= 80,
        )  # fmt: skip
    return enrolment


def test_figures_by_sex_add_up_to_all_and_know_time_and_score(manager):
    course = make_course()
    takes(course, hours=2, score=90)
    takes(course, hours=4, score=70)
    takes(course, sex=Sex.MEN)
    table = course_figures(course=course, by="sex", account=manager).table
    women, men = (list(cell.values.values()) for cell in table.cells)
    assert table.measures == ("enrolled", "started", "completed", "passed", "median_minutes", "mean_score", "scored")
    assert women == [2, 2, 2, 1, 180, 80.0, 2]
    assert men == [1, 0, 0, 0, None, None, 0]
    assert list(table.total.values.values()) == [3, 2, 2, 1, 180, 80.0, 2]


@pytest.mark.parametrize("by", ["sex", "jurisdiction", "institution_type", "language", "course"])
def test_every_dimension_counts_everybody_once(by, manager, client_of):
    course = make_course(languages=("en", "mk"))
    takes(course)
    takes(course, language="mk", sex=Sex.NOT_RECORDED)
    table = course_figures(course=course, by=by, account=manager).table
    assert sum(cell.count("enrolled") for cell in table.cells) == table.total.count("enrolled") == 2
    page = client_of(manager).get(reverse("course_figures"), {"by": by, "course": course.slug})
    assert page.status_code == 200
    assert all(label in page.content.decode() for label in table.labels[by].values())


def test_figures_are_refused_to_who_reads_none(officer, editor, manager, client_of):
    for account in (officer, editor):
        assert client_of(account).get(reverse("course_figures")).status_code == 403
    assert "Nobody has taken" in client_of(manager).get(reverse("course_figures")).content.decode()


def test_a_trainer_counts_only_their_own_sessions(trainer):
    course = make_course()
    takes(course)
    assert course_figures(course=course, by="sex", account=trainer).table.total.count("enrolled") == 0
    course.editions.get().session.trainers.add(trainer)
    assert course_figures(course=course, by="sex", account=trainer).table.total.count("enrolled") == 1


def test_its_trainer_sees_how_far_each_is_and_that_is_a_disclosure(trainer, other_trainer, client_of):
    course = make_course()
    session = course.editions.get().session
    session.trainers.add(trainer)
    takes(course, read=2, score=85, name="Vesa")
    page = client_of(trainer).get(reverse("cohort", args=[session.key])).content.decode()
    assert "Vesa" in page
    assert "2 / 3" in page
    assert "85.0 %" in page
    assert TrailEntry.objects.filter(action="cohort opened", session=session, by=trainer).count() == 1
    assert client_of(other_trainer).get(reverse("cohort", args=[session.key])).status_code == 404


@pytest.mark.parametrize("number", [1, 3])
def test_a_cohort_asks_the_same_number_of_questions_whatever_its_size(
    number, administrator, client_of, django_assert_max_num_queries
):
    course = make_course()
    for _one in range(number):
        takes(course, read=1, score=50)
    client = client_of(administrator)
    address = reverse("cohort", args=[course.editions.get().session.key])
    client.get(address)
    with django_assert_max_num_queries(12):
        client.get(address)


def test_what_is_held_about_a_person_tells_their_courses():
    enrolment = takes(make_course(), hours=1, score=90)
    (section,) = courses_held(enrolment.participation.person)
    (row,) = section.rows
    assert (row["course"], row["attempts"], row["score"]) == ("Evidence", 1, 90)


def test_demo_editions_go_with_the_demo_data_and_the_course_stays():
    project = ProjectFactory(key="demo-courses", is_demo=True)
    course = make_course(project=project)
    takes(course, score=90, read=1)
    call_command("remove_demo")
    assert not Project.objects.filter(key="demo-courses").exists()
    assert not CourseEdition.objects.exists()
    assert Course.objects.get().project is None


def test_an_editor_opens_the_next_edition_and_who_is_in_the_first_stays_there(editor, client_of):
    course = make_course()
    first = takes(course).edition
    client_of(editor).post(reverse("course_edition", args=[course.slug]), {"step": "open"})
    assert [one.number for one in course.editions.filter(closed_at=None)] == [2]
    assert Enrolment.objects.get().edition == first
    client_of(editor).post(reverse("course_edition", args=[course.slug]), {"step": "close"})
    assert not course.editions.filter(closed_at=None).exists()


def test_nobody_else_opens_editions(client_of):
    course = make_course()
    for role in ("officer", "trainer", "manager"):
        client = client_of(AccountFactory(roles=[role]))
        assert client.post(reverse("course_edition", args=[course.slug]), {"step": "open"}).status_code == 403
    assert course.editions.count() == 1


def test_translations_say_block_by_block_what_the_source_has_changed(
    editor, client_of, django_capture_on_commit_callbacks
):
    from tests.elearning.making import translate

    course = make_course(modules=2)
    with django_capture_on_commit_callbacks(execute=True):
        translate(course, "mk", by=Account.objects.system())
    address = reverse("course_freshness", args=[course.slug])
    assert "all translated" in client_of(editor).get(address).content.decode()
    module = modules_of(course)[0]
    module.body[1].value.source = "<p>Another sentence</p>"
    module.save_revision().publish()
    page = client_of(editor).get(address).content.decode()
    assert "1 place waits" in page
    assert "Another sentence" in page
    assert page.count("all translated") == 2


def test_every_language_has_a_name_of_its_own():
    assert len(LANGUAGES) == 7
