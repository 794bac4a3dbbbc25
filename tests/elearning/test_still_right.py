"""A translation that is still right, though its source says something else now: said once, for one place."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from wagtail.models import Page
from wagtail_localize.models import StringTranslation

from elearning.freshness import freshness_of, published_pair
from elearning.services.translating import keep_translation
from tests.elearning.making import make_course, modules_of, text, translate
from tests.factories import AccountFactory
from training.models import Account, TrailEntry

pytestmark = pytest.mark.django_db
MK = "mk"
TRANSLATED = "<p>Што да се направи</p>"


@pytest.fixture
def course(django_capture_on_commit_callbacks):
    """In English and Macedonian, with a block of text in its first module that is translated."""
    found = make_course(modules=1, is_open=False)
    with django_capture_on_commit_callbacks(execute=True):
        translate(found, MK, by=Account.objects.system())
    module = modules_of(found, MK)[0]
    module.body[1].value.source = TRANSLATED
    module.save_revision().publish()
    return found


def says(course, words, place=1):
    """The source says something else in one block."""
    module = modules_of(course)[0]
    module.body[place].value.source = f"<p>{words}</p>"
    module.save_revision().publish()


def waiting(course):
    return [place for page in freshness_of(course, MK) for place in page.places if not place.is_fresh]


def say(client, course, place, **other):
    data = {"language": MK, "page": modules_of(course)[0].pk, "place": place.name, "seen": place.seen}
    return client.post(reverse("translation_still_right", args=[course.slug]), {**data, **other})


def test_an_editor_says_that_it_holds_and_it_waits_again_when_the_source_changes(course, editor, client_of):
    client, address = client_of(editor), reverse("course_freshness", args=[course.slug])
    says(course, "What is to be done")
    page = client.get(address).content.decode()
    assert "Still right" in page
    assert "Што да се направи" in page
    (place,) = waiting(course)
    before = Page.objects.get(pk=modules_of(course, MK)[0].pk).latest_revision_id
    answer = say(client, course, place)
    assert answer.url == f"{address}?language={MK}"
    assert waiting(course) == []
    page = client.get(address).content.decode()
    assert "Still right" not in page
    translated = modules_of(course, MK)[0]
    assert translated.body[1].value.source == TRANSLATED
    assert translated.latest_revision_id == before
    entry = TrailEntry.objects.get(action="translation still right")
    assert entry.by == editor
    assert entry.detail == {"language": MK, "block": place.name}
    assert entry.records == {"page": [modules_of(course)[0].pk, translated.pk]}
    says(course, "What is to be done now")
    assert [one.text for one in waiting(course)] == ["What is to be done now"]


def test_what_was_said_is_what_a_translator_finds_when_going_on(course, editor, client_of):
    says(course, "What is to be done")
    (place,) = waiting(course)
    say(client_of(editor), course, place)
    kept = StringTranslation.objects.get(translation_of__data="What is to be done", locale__language_code=MK)
    assert (kept.data, kept.last_translated_by) == ("Што да се направи", editor)


def test_of_two_places_only_the_one_is_meant(course, editor, client_of):
    module = modules_of(course)[0]
    module.body[0].value["text"] = "Another heading"
    module.save_revision().publish()
    says(course, "What is to be done")
    heading, block = waiting(course)
    assert heading.seen != block.seen
    say(client_of(editor), course, block)
    assert [one.name for one in waiting(course)] == [heading.name]


def test_a_heading_that_was_never_translated_cannot_hold(course):
    """Where the published page says what the source says, there is no translation."""
    says(course, "Што да се направи")
    (place,) = waiting(course)
    assert (place.seen, place.pairs) == ("", ())


def test_what_changed_since_it_was_looked_at_is_looked_at_again(course, editor, client_of):
    says(course, "What is to be done")
    (place,) = waiting(course)
    says(course, "What is never to be done")
    answer = client_of(editor).post(
        reverse("translation_still_right", args=[course.slug]),
        {"language": MK, "page": modules_of(course)[0].pk, "place": place.name, "seen": place.seen},
        follow=True,
    )
    assert "Look at it again" in answer.content.decode()
    assert len(waiting(course)) == 1
    assert not TrailEntry.objects.filter(action="translation still right").exists()


def test_a_source_of_more_pieces_has_to_be_translated(course):
    says(course, "What is to be done</p><p>And what is not")
    (place,) = waiting(course)
    assert (place.waiting, place.seen) == (2, "")


@pytest.mark.parametrize(
    "other", [{"language": "bs"}, {"language": "en"}, {"language": "none"}, {"page": "0"}, {"page": "x"}, {"page": ""}]
)
def test_what_there_is_not_is_not_found(other, course, editor, client_of):
    says(course, "What is to be done")
    (place,) = waiting(course)
    assert say(client_of(editor), course, place, **other).status_code == 404
    elsewhere = make_course(slug="other", modules=1, is_open=False)
    assert say(client_of(editor), course, place, page=modules_of(elsewhere)[0].pk).status_code == 404


def test_nobody_else_says_so(course, client_of):
    says(course, "What is to be done")
    (place,) = waiting(course)
    source, translated = published_pair(course, MK, modules_of(course)[0].pk)
    for role in ("officer", "trainer", "manager", "coordinator", "auditor"):
        account = AccountFactory(roles=[role])
        assert say(client_of(account), course, place).status_code == 403
        with pytest.raises(PermissionDenied):
            keep_translation(source=source, translated=translated, place=place.name, seen=place.seen, by=account)
    assert len(waiting(course)) == 1


@pytest.mark.parametrize("number", [1, 3])
def test_looking_asks_the_same_number_of_questions_whatever_there_is(
    number, editor, client_of, django_assert_max_num_queries, django_capture_on_commit_callbacks
):
    course = make_course(modules=number, is_open=False, body=[text("More")])
    with django_capture_on_commit_callbacks(execute=True):
        translate(course, MK, by=Account.objects.system())
    address, client = reverse("course_freshness", args=[course.slug]), client_of(editor)
    client.get(address)
    with django_assert_max_num_queries(18):
        client.get(address)
