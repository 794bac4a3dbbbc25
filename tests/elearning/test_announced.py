"""A manual that is only announced: what an editor says of it, and that there is nothing to take."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from elearning.models import Course, CoursePage
from elearning.services.courses import first_page
from tests.elearning.making import learner, make_course
from tests.factories import AccountFactory, TopicFactory
from training.models import TrailEntry

pytestmark = pytest.mark.django_db
PAPER, ASK = "A manual that stays on paper.", "Ask your coordinator for it."
NONE_OF_IT = ("Modules", "0 modules", "No module is published", "not open at the moment", "What you can do afterwards")


@pytest.fixture
def announced():
    """As it comes with the product: without a page."""
    return Course.objects.create(slug="on-paper", title="On paper", topic=TopicFactory(), is_catalogue_only=True)


def describe(course, **texts):
    """What an editor publishes of it."""
    page = course.pages.get()
    for name, words in texts.items():
        setattr(page, name, words)
    page.save_revision().publish()


def test_without_a_page_it_stands_in_the_list_and_says_where_manuals_are(announced, officer, client_of):
    learner(officer)
    client = client_of(officer)
    for address in (reverse("courses"), announced.get_absolute_url()):
        page = client.get(address).content.decode()
        assert PAPER in page
        assert ASK in page
    assert "Write its page" not in page


def test_an_editor_begins_its_page_from_there_and_what_it_says_is_shown(announced, editor, officer, client_of):
    client = client_of(editor)
    assert "Write its page" in client.get(announced.get_absolute_url()).content.decode()
    answer = client.post(reverse("course_first_page", args=[announced.slug]))
    page = announced.pages.get()
    assert answer.url == reverse("wagtailadmin_pages:edit", args=[page.pk])
    form = client.get(answer.url).content.decode()
    assert "where it can be asked for on paper" in form
    assert TrailEntry.objects.get(action="course page begun").by == editor
    describe(
        announced,
        summary="For units that are equipped for it.",
        objectives="<p>Whom to call, and what to leave alone.</p>",
        for_whom="Specialised units",
        sources="<p>The library of the academy.</p>",
    )
    learner(officer)
    shown = client_of(officer).get(announced.get_absolute_url()).content.decode()
    for said in ("For units that are equipped", "Whom to call", "Specialised units", "The library of", PAPER):
        assert said in shown
    for heading in ("What it is about", "Where to ask for it"):
        assert heading in shown
    assert ASK not in shown
    assert not any(words in shown for words in NONE_OF_IT)
    listed = client_of(officer).get(reverse("courses")).content.decode()
    assert "For units that are equipped" in listed
    assert "0 modules" not in listed
    assert f'href="{announced.get_absolute_url()}"' in listed


def test_whoever_says_nothing_of_where_leaves_it_to_the_coordinators(announced, editor, client_of):
    first_page(course=announced, by=editor)
    describe(announced, summary="For specialised units.")
    assert ASK in client_of(editor).get(announced.get_absolute_url()).content.decode()


def test_a_second_time_leads_to_the_same_page(announced, editor, client_of):
    address = reverse("course_first_page", args=[announced.slug])
    assert client_of(editor).post(address).url == client_of(editor).post(address).url
    assert CoursePage.objects.filter(course=announced).count() == 1


def test_nobody_else_begins_a_page(announced, client_of):
    for role in ("officer", "trainer", "manager", "auditor"):
        account = AccountFactory(roles=[role])
        answer = client_of(account).post(reverse("course_first_page", args=[announced.slug]))
        assert answer.status_code == 403
        with pytest.raises(PermissionDenied):
            first_page(course=announced, by=account)
    assert not CoursePage.objects.exists()


def test_a_course_with_modules_is_shown_as_before(editor, client_of):
    course = make_course()
    page = client_of(editor).get(course.get_absolute_url()).content.decode()
    assert "3 modules" in page
    assert "Module 3" in page
    assert PAPER not in page


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_costs_the_same_whatever_is_announced(number, editor, client_of, django_assert_max_num_queries):
    for one in range(number):
        make_course(slug=f"paper-{one}", modules=0, is_open=False, is_catalogue_only=True)
    client = client_of(editor)
    client.get(reverse("courses"))
    with django_assert_max_num_queries(10):
        client.get(reverse("courses"))
