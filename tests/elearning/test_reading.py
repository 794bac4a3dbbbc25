"""An officer reads a course: enrols once, goes on where they stopped, and has completed it when all is read."""

import pytest
from django.urls import reverse

from elearning.languages import LANGUAGES, reading_order
from elearning.models import Enrolment
from tests.elearning.making import learner, make_course, modules_of
from tests.factories import InstitutionFactory, InstitutionTypeFactory
from training.choices import Outcome
from training.models import Account, Participation, TrailEntry
from training.signals import course_passed

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(officer, client_of):
    learner(officer)
    return client_of(officer)


def enrol(client, course):
    return client.post(reverse("course_enrol", args=[course.slug]))


def read(client, course, module):
    return client.post(reverse("module_read", args=[course.slug, module.slug]))


def test_an_officer_finds_the_course_takes_it_and_is_led_into_the_first_module(reader, officer):
    course = make_course()
    assert b"What it is about." in reader.get(reverse("courses")).content
    page = reader.get(reverse("course", args=[course.slug]))
    assert b"Take this course" in page.content
    assert enrol(reader, course).url == reverse("module", args=[course.slug, "module-1"])
    assert Participation.objects.get(person__account=officer).outcome == Outcome.REGISTERED
    assert b"Module 1 in English" in reader.get(reverse("module", args=[course.slug, "module-1"])).content
    participation = Participation.objects.get(person__account=officer)
    assert (participation.outcome, participation.session.modality) == (Outcome.ATTENDED, "self_paced")


def test_taking_a_course_twice_makes_one_participation(reader):
    course = make_course()
    enrol(reader, course)
    enrol(reader, course)
    assert (Enrolment.objects.count(), Participation.objects.count()) == (1, 1)


def test_a_course_is_completed_once_when_every_module_is_read(reader, officer, django_capture_on_commit_callbacks):
    course = make_course()
    told = []
    course_passed.connect(lambda **what: told.append(what["participation"]), weak=False, dispatch_uid="test")
    enrol(reader, course)
    with django_capture_on_commit_callbacks(execute=True):
        for module in [*modules_of(course), *modules_of(course)]:
            read(reader, course, module)
    course_passed.disconnect(dispatch_uid="test")
    participation = Participation.objects.get(person__account=officer)
    assert participation.outcome == Outcome.COMPLETED
    assert participation.completed_on is not None
    assert told == [participation]
    assert TrailEntry.objects.filter(action="course passed").count() == 1
    assert b"Completed" in reader.get(reverse("courses")).content


def test_the_course_leads_on_to_the_block_where_its_reader_stopped(reader, officer):
    course = make_course()
    second = modules_of(course)[1]
    block = second.body[1].id
    enrol(reader, course)
    reader.get(reverse("module", args=[course.slug, second.slug]))
    reader.post(reverse("module_place", args=[course.slug, second.slug]), {"block": block})
    page = reader.get(reverse("course", args=[course.slug])).content.decode()
    assert f'href="{reverse("module", args=[course.slug, second.slug])}#b-{block}"' in page


def test_another_language_is_the_same_course_with_the_same_progress_and_the_same_block(reader, officer):
    course = make_course(languages=("en", "mk"))
    enrol(reader, course)
    first, second = modules_of(course)[:2]
    read(reader, course, first)
    address = reverse("module", args=[course.slug, second.slug])
    back = reader.post(reverse("choose_language"), {"language": "mk", "next": address, "block": "ab-1"})
    assert back.url == f"{address}#b-ab-1"
    page = reader.get(address).content.decode()
    assert "Module 2 (mk)" in page
    assert 'lang="mk"' in page
    assert (Enrolment.objects.count(), Enrolment.objects.get().language) == (1, "mk")
    assert Account.objects.get(pk=officer.pk).language == "mk"
    assert "1 од 3" in reader.get(reverse("course", args=[course.slug])).content.decode()


def test_a_text_that_is_missing_in_a_language_is_shown_in_the_closest_one_and_says_so(reader, officer):
    course = make_course(languages=("en", "bs"))
    Account.objects.filter(pk=officer.pk).update(language="cnr")
    page = reader.get(reverse("course", args=[course.slug])).content.decode()
    assert "Evidence (bs)" in page
    assert "prikazano: bosanski" in page


def test_every_language_reads_in_its_own_first_and_always_finds_something():
    for language in LANGUAGES:
        assert reading_order(language)[0] == language
        assert set(reading_order(language)) == set(LANGUAGES)
    assert reading_order("cnr")[:3] == ("cnr", "bs", "sr-latn")


def test_a_course_for_others_is_neither_listed_nor_opened(reader):
    course = make_course(audience=[InstitutionTypeFactory(key="postal_operator")])
    assert b"What it is about." not in reader.get(reverse("courses")).content
    assert reader.get(reverse("course", args=[course.slug])).status_code == 404
    assert enrol(reader, course).status_code == 404


def test_a_course_for_ones_own_kind_of_institution_is_open(officer, client_of):
    kind = InstitutionTypeFactory(key="postal_operator")
    learner(officer, institution=InstitutionFactory(type=kind))
    course = make_course(audience=[kind])
    assert client_of(officer).get(reverse("course", args=[course.slug])).status_code == 200


def test_who_has_no_record_is_told_whom_to_ask(officer, client_of):
    course = make_course()
    page = client_of(officer).post(reverse("course_enrol", args=[course.slug]), follow=True)
    assert b"not tied to a person" in page.content
    assert not Participation.objects.exists()


def test_what_has_to_be_passed_before_is_named(reader):
    before, course = make_course(slug="before", modules=1), make_course(slug="after")
    course.prerequisites.add(before)
    page = reader.post(reverse("course_enrol", args=[course.slug]), follow=True)
    assert b"To be passed before: Before" in page.content
    enrol(reader, before)
    read(reader, before, modules_of(before)[0])
    enrol(reader, course)
    assert Enrolment.objects.count() == 2


def test_an_editor_reads_without_leaving_a_trace_and_an_auditor_not_at_all(editor, auditor, client_of):
    course = make_course()
    address = reverse("module", args=[course.slug, "module-1"])
    assert client_of(editor).get(address).status_code == 200
    assert client_of(auditor).get(address).status_code == 403
    assert not Enrolment.objects.exists()


@pytest.mark.parametrize("number", [1, 3])
def test_pages_ask_the_same_number_of_questions_whatever_the_size(number, reader, django_assert_max_num_queries):
    for which in range(number):
        enrol(reader, make_course(slug=f"course-{which}", modules=number, languages=("en", "mk", "sq")[:number]))
    for name, arguments, most in (
        ("courses", [], 12),
        ("course", ["course-0"], 12),
        ("module", ["course-0", "module-1"], 22),
    ):
        reader.get(reverse(name, args=arguments))
        with django_assert_max_num_queries(most):
            reader.get(reverse(name, args=arguments))
