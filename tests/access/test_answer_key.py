"""While an attempt is open, no answer of any address tells its learner what is right: everything is asked and read.

Secrets are words that stand nowhere but in the key: keys of options, remarks, accepted words and numbers. The same walk
finds them once the attempt has ended, so it would find them before.
"""

import pytest
from django.urls import reverse

from elearning.models import Attempt, Course, Enrolment, Question
from elearning.services.attempts import hand_in, start
from tests.access.addresses import ours
from tests.access.walking import Column, Visitor, walk
from tests.elearning.assessments import add_question
from tests.elearning.making import block, modules_of, publish
from training.models import Account

# Wagtail leaves the file of a picture it made smaller to the collector.
unclosed = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
pytestmark = [pytest.mark.django_db, unclosed]
SECRETS = [
    "zqkeyright",
    "zqkeywrong",
    "zqremarkright",
    "zqremarkwrong",
    "zqgeneral",
    "zqaccepted",
    "48917",
    "zqlanguage",
]
CHOICE = {
    "kind": "single",
    "options": [{"key": "zqkeyright", "credit": 100}, {"key": "zqkeywrong", "credit": 0}],
    "texts": {
        "en": {
            "stem": "Which one?",
            "options": {"zqkeyright": "This one", "zqkeywrong": "That one"},
            "feedback": {"zqkeyright": "zqremarkright", "zqkeywrong": "zqremarkwrong"},
            "general": "zqgeneral",
        },
        "mk": {
            "stem": "Кое?",
            "options": {"zqkeyright": "Ова", "zqkeywrong": "Она"},
            "feedback": {"zqkeyright": "zqlanguage"},
        },
    },
}
NUMBER = {
    "kind": "numeric",
    "accepted": [{"key": "zqkeyright", "credit": 100, "value": "48917", "tolerance": "2"}],
    "texts": {"en": {"stem": "How many?", "feedback": {"zqkeyright": "zqremarkright"}}},
}
WORDS = {
    "kind": "short_text",
    "accepted": [{"key": "zqkeyright", "credit": 100}],
    "texts": {"en": {"stem": "Who?", "accepted": {"zqkeyright": "zqaccepted"}}},
}
PAIRS = {
    "kind": "matching",
    "options": [{"key": "zqkeyright"}, {"key": "zqkeywrong"}],
    "pairs": [{"key": "zqkeyleft", "option": "zqkeyright"}, {"key": "zqkeyother", "option": "zqkeywrong"}],
    "texts": {
        "en": {
            "stem": "Match.",
            "options": {"zqkeyright": "one", "zqkeywrong": "two"},
            "pairs": {"zqkeyleft": "first", "zqkeyother": "second"},
        }
    },
}


@pytest.fixture
def officer(world, monkeypatch):
    """The officer of the world, in an open attempt that has every kind of question, one of them checked in a module."""
    place, account = world.places["Near"], world.accounts["officer"]
    Attempt.objects.all().delete()
    questions = [add_question(place.tested, content) for content in (CHOICE, NUMBER, WORDS, PAIRS)]
    Question.objects.filter(pk=place.question.pk).update(is_active=False)
    monkeypatch.setattr(place, "question", questions[0])
    (module,) = modules_of(place.tested)
    module.body = [*module.body.raw_data, block("check", {"question": str(questions[0].key)})]
    publish(module)
    enrolment = Enrolment.objects.get(edition__course=place.tested)
    start(enrolment=enrolment, number=1, language="en", by=account)
    return account


def told(world, addresses):
    """Each address that gives something away, with what."""
    answers = walk(world, Column("officer"), addresses)
    found = {answer.row: [secret for secret in SECRETS if secret in answer.text] for answer in answers}
    return {row: secrets for row, secrets in found.items() if secrets}


def of_courses():
    return [address for address in ours() if address.route.startswith("courses/")]


def test_nothing_tells_what_is_right_before_the_attempt_has_ended(world, officer):
    assert told(world, ours()) == {}
    Account.objects.filter(pk=officer.pk).update(language="mk")
    assert told(world, of_courses()) == {}


def test_nothing_tells_it_whatever_is_answered_to_the_check_or_sent(world, officer):
    place = world.places["Near"]
    client = Visitor(officer).client
    check = reverse("check", args=[place.tested.slug, place.question.key])
    module = modules_of(place.tested)[0]
    pages = [client.get(reverse("module", args=[place.tested.slug, module.slug]))]
    for choice in ("1", "2"):
        pages.append(client.post(check, {"c": choice}))
        pages.append(client.post(check, {"c": choice}, headers={"X-Part": "check"}))
    for position in range(1, 5):
        for fields in ({f"q{position}": "1"}, {f"q{position}-1": "1"}, {f"q{position}": "48915"}):
            sent = {"position": position, "nonce": f"00000000-0000-4000-8000-00000000000{position}", **fields}
            pages.append(client.post(reverse("attempt_answer", args=[place.tested.slug, 1]), sent))
    text = " ".join(page.content.decode() for page in pages)
    assert "once that has ended" in text
    assert '"saved"' in text
    assert [secret for secret in SECRETS if secret in text] == []


def test_the_same_walk_finds_it_once_the_attempt_has_ended(world, officer):
    attempt = Attempt.objects.get(enrolment__edition__course=world.places["Near"].tested)
    Attempt.objects.filter(pk=attempt.pk).update(rules=attempt.rules | {"attempt_limit": 1})
    Course.objects.filter(pk=world.places["Near"].tested.pk).update(attempt_limit=1)
    hand_in(attempt=attempt, by=officer)
    found = told(world, of_courses())
    assert any("/result/" in row for row in found)
    assert any("/check/" in row for row in found)
    assert not any("/test/<int:number>/ " in row for row in found)
