"""The courses that come with the product load whole, once, and leave what an editor changed."""

import pytest
from django.core.management import call_command

from elearning.content.files import course_files, read_course
from elearning.content.markup import inline, paragraphs
from elearning.content.reading import CourseFileError
from elearning.models import Course, CourseEdition, CoursePage, ModulePage, Question
from elearning.texts import text_of
from tests.factories import ProjectFactory

pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")]
WRITTEN = [one for one in course_files() if one.texts]


def load(django_capture_on_commit_callbacks):
    ProjectFactory(key="online")
    with django_capture_on_commit_callbacks(execute=True):
        call_command("load_courses", project="online")


def test_every_course_has_its_modules_its_questions_and_a_picture():
    assert len(WRITTEN) >= 4
    for course in WRITTEN:
        text = course.texts["en"]
        assert 4 <= len(text.modules) <= 6, course.slug
        assert len(course.questions) >= 30, course.slug
        kinds = {block["type"] for module in text.modules for block in module.blocks}
        assert {"text", "heading", "list", "table", "image", "callout", "case", "glossary", "check"} <= kinds, (
            course.slug
        )
        asked = {question["key"] for question in course.questions}
        assert {question["module"] for question in course.questions} == {module.slug for module in text.modules}
        assert len(asked) == len(course.questions)
        assert text.sources


def test_the_first_course_is_there_in_albanian_and_macedonian_and_says_that_no_lawyer_has_read_it():
    (first,) = [one for one in WRITTEN if one.slug == "online-investigation"]
    assert {"en", "sq", "mk"} <= first.texts.keys()
    for language in ("sq", "mk"):
        assert not first.texts[language].is_reviewed
        assert all(language in question["content"]["texts"] for question in first.questions)


def test_loading_publishes_pages_in_their_languages_and_a_second_time_changes_nothing(
    django_capture_on_commit_callbacks,
):
    load(django_capture_on_commit_callbacks)
    course = Course.objects.get(slug="online-investigation")
    counts = [model.objects.count() for model in (Course, CoursePage, ModulePage, Question, CourseEdition)]
    text = text_of(course, "mk")
    assert (text.language, {module.language for module in text.modules}) == ("mk", {"mk"})
    english = text_of(course, "en")
    assert [one.key for one in text.modules] == [one.key for one in english.modules]
    source, translated = (ModulePage.objects.get(pk=one.modules[0].page.pk) for one in (english, text))
    assert [block.id for block in source.body] == [block.id for block in translated.body]
    page = CoursePage.objects.get(course=course, locale__language_code="en")
    page.title = "Changed by an editor"
    page.save_revision().publish()
    with django_capture_on_commit_callbacks(execute=True):
        call_command("load_courses", project="online")
    assert [model.objects.count() for model in (Course, CoursePage, ModulePage, Question, CourseEdition)] == counts
    assert text_of(course, "en").page.title == "Changed by an editor"


def test_a_manual_that_stays_on_paper_is_announced_and_cannot_be_taken(django_capture_on_commit_callbacks):
    load(django_capture_on_commit_callbacks)
    course = Course.objects.get(is_catalogue_only=True)
    assert not CourseEdition.objects.filter(course=course).exists()
    assert not Question.objects.filter(course=course).exists()


def test_a_translation_with_other_blocks_is_refused_by_name(tmp_path):
    folder = tmp_path / "broken"
    folder.mkdir()
    (folder / "course.yaml").write_text("title: Broken\ntopic: broken\n")
    module = "modules: [{key: one, title: One, blocks: [{id: %s, text: Words}]}]\n"
    (folder / "en.yaml").write_text("title: Broken\n" + module % "first")
    (folder / "sq.yaml").write_text("title: E prishur\n" + module % "other")
    with pytest.raises(CourseFileError, match=r"broken/sq.yaml: module “one”"):
        read_course(folder)


def test_marks_become_html_and_nothing_else_does():
    assert inline("**a** *b* <script> [c](https://example.org)") == (
        '<b>a</b> <i>b</i> &lt;script&gt; <a href="https://example.org">c</a>'
    )
    assert paragraphs("One\n\n- a\n- b") == "<p>One</p><ul><li>a</li><li>b</li></ul>"
