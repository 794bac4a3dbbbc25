"""What counts as right is the same in every language, or nothing is published and no edition opened."""

import copy

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from wagtail.models import Locale
from wagtail_localize.models import Translation, TranslationSource

from elearning.models import CourseEdition, Question
from elearning.services.courses import open_edition
from elearning.services.questions import Facts, change_question
from elearning.services.translating import publish_translation
from tests.elearning.assessments import add_question
from tests.elearning.making import make_course
from tests.elearning.questions import NUMERIC, SINGLE, content_of
from training.models import Account

pytestmark = pytest.mark.django_db
NAMED = "“The note” in Македонски: answer without a text: 1."


def without_an_answer(data=SINGLE, language="mk"):
    """That question, of which a translator has not come to the third answer yet."""
    changed = copy.deepcopy(data)
    del changed["texts"][language]["options"]["w2"]
    return changed


@pytest.fixture
def course():
    made = make_course(languages=("en",), is_open=False)
    add_question(made, NUMERIC, name="The number")
    add_question(made, without_an_answer(), name="The note")
    return made


def mend(course):
    question = course.questions.get(name="The note")
    change_question(
        question=question, facts=Facts.of(question), content=content_of(SINGLE), by=Account.objects.system()
    )


def translated(course):
    """A draft of the course's page in Macedonian, as wagtail-localize makes it."""
    source, _made = TranslationSource.update_or_create_from_instance(course.pages.get())
    translation = Translation.objects.create(source=source, target_locale=Locale.objects.get(language_code="mk"))
    translation.save_target(publish=False)
    return course.pages.get(locale__language_code="mk")


def test_no_edition_opens_while_keys_differ(course, editor, client_of):
    with pytest.raises(ValidationError, match="The note") as refused:
        open_edition(course=course, by=editor)
    assert NAMED in refused.value.messages
    client = client_of(editor)
    page = client.post(reverse("course_edition", args=[course.slug]), {"step": "open"}, follow=True)
    assert NAMED in page.content.decode()
    assert not CourseEdition.objects.exists()
    mend(course)
    assert open_edition(course=course, by=editor).number == 1


def test_a_question_that_nobody_is_asked_in_the_test_stands_in_no_way(course, editor):
    Question.objects.filter(name="The note").update(in_assessment=False)
    assert open_edition(course=course, by=editor).number == 1


def test_no_translation_is_published_in_the_language_whose_key_differs(
    course, editor, django_capture_on_commit_callbacks
):
    source = course.pages.get()
    copies = {code: source.with_content_json(source.serializable_data()) for code in ("mk", "sq")}
    with pytest.raises(ValidationError, match="Македонски"):
        publish_translation(
            source=source, translated=copies["mk"], locale=Locale.objects.get(language_code="mk"), by=editor
        )
    with django_capture_on_commit_callbacks(execute=True):
        publish_translation(
            source=source, translated=copies["sq"], locale=Locale.objects.get(language_code="sq"), by=editor
        )
    assert set(course.pages.filter(live=True).values_list("locale__language_code", flat=True)) == {"en", "sq"}


def test_the_translators_page_refuses_with_the_question_and_the_language(
    course, editor, client_of, django_capture_on_commit_callbacks
):
    page = translated(course)
    client = client_of(editor)
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(address, {"action": "publish"}, follow=True)
    assert NAMED in answer.content.decode()
    assert not course.pages.get(pk=page.pk).live
    mend(course)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(address, {"action": "publish"})
    assert course.pages.get(pk=page.pk).live


def test_wagtails_own_page_keeps_what_was_typed_as_a_draft(course, editor, client_of):
    course.pages.get().unpublish()
    question = course.questions.get(name="The number")
    half = copy.deepcopy(SINGLE)
    half["texts"]["en"]["options"].pop("w2")
    add_question(course, half, name="Begun in English")
    page = course.pages.get()
    fields = {
        "title": "A new title", "slug": page.slug, "course": course.pk, "summary": "", "objectives": "null",
        "for_whom": "", "sources": "null", "action-publish": "1", "comments-TOTAL_FORMS": 0,
        "comments-INITIAL_FORMS": 0, "comments-MIN_NUM_FORMS": 0, "comments-MAX_NUM_FORMS": "",
    }  # fmt: skip
    answer = client_of(editor).post(reverse("wagtailadmin_pages:edit", args=[page.pk]), fields, follow=True)
    assert "“Begun in English” in English: answer without a text: 1." in answer.content.decode()
    page.refresh_from_db()
    assert not page.live
    assert page.get_latest_revision_as_object().title == "A new title"
    assert question.name not in answer.content.decode()


def test_nor_by_any_other_way(course):
    page = translated(course)
    with pytest.raises(ValidationError, match="The note"):
        page.save_revision().publish()


def test_the_view_of_translations_says_question_by_question_what_waits(course, editor, client_of):
    translated(course)
    address = reverse("course_freshness", args=[course.slug])
    page = client_of(editor).get(address).content.decode()
    assert "1 question has another key" in page
    assert "answer without a text: 1." in page
    assert "no edition is opened" in page
    mend(course)
    page = client_of(editor).get(address).content.decode()
    assert "another key" not in page
    assert "question waits" not in page


def test_a_source_that_changed_makes_its_translation_wait(course, editor, client_of):
    translated(course)
    mend(course)
    question = course.questions.get(name="The number")
    changed = copy.deepcopy(NUMERIC)
    changed["texts"]["en"]["stem"] = "How many days is it now?"
    change_question(question=question, facts=Facts.of(question), content=content_of(changed), by=editor)
    address = reverse("course_freshness", args=[course.slug])
    page = client_of(editor).get(address).content.decode()
    assert "1 question waits" in page
    assert "which changed in version 2" in page
    changed["texts"]["mk"]["stem"] = "Колку дена сега?"
    question.refresh_from_db()
    change_question(question=question, facts=Facts.of(question), content=content_of(changed), by=editor)
    assert "question waits" not in client_of(editor).get(address).content.decode()


@pytest.mark.parametrize("number", [1, 3])
def test_the_view_asks_the_same_whatever_the_number_of_questions(
    number, editor, client_of, django_assert_max_num_queries
):
    course = make_course(languages=("en", "mk"), modules=1)
    for which in range(number):
        add_question(course, SINGLE, name=f"Question {which}")
    client = client_of(editor)
    address = reverse("course_freshness", args=[course.slug])
    client.get(address)
    with django_assert_max_num_queries(18):
        client.get(address)
