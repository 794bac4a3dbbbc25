"""Queries whose SQL is put together once give what Django's own give, at once and for other values."""

import pytest

from elearning.models import Course
from elearning.texts import text_of, texts_of
from tests.elearning.making import make_course, modules_of
from training.prepared import Prepared

pytestmark = pytest.mark.django_db


def _keys(*pks):
    return Course.objects.filter(pk__in=pks).order_by("pk").values_list("pk", "key", "hours", "is_restricted")


def _called(start, *pks):
    return Course.objects.filter(title__startswith=start, pk__in=pks).values_list("title", "created_at")


def test_rows_are_those_of_the_query_whatever_the_values_and_their_number():
    courses = [make_course(slug=f"course-{number}", modules=1, hours="2.5") for number in range(3)]
    Course.objects.filter(pk=courses[1].pk).update(title="50% o'clock_")
    keys, called = Prepared(_keys), Prepared(_called)
    pks = [course.pk for course in courses]
    for some in (pks[:1], pks, pks[2:], pks[1:]):
        assert keys.rows(*some) == list(_keys(*some))
        for start in ("Course-1", "50", "Nothing"):
            assert called.rows(start, *some) == list(_called(start, *some))


def test_what_is_published_is_there_at_once(django_assert_num_queries):
    course = make_course(languages=("en", "mk"), modules=2)
    assert [one.page.title for one in text_of(course, "en").modules] == ["Module 1", "Module 2"]
    module = modules_of(course)[0]
    module.title = "Another title"
    module.save_revision().publish()
    modules_of(course)[1].unpublish()
    with django_assert_num_queries(2):
        text = text_of(course, "en")
    assert [one.page.title for one in text.modules] == ["Another title"]
    assert texts_of([], "en") == {}
