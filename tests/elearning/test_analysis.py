"""What answers say about questions: how hard, how telling, what was chosen; n always beside it."""

import copy

import pytest
from django.urls import reverse

from elearning.analysis import SMALL, item_analysis
from elearning.models import Question
from elearning.services.attempts import hand_in
from elearning.services.questions import Facts, change_question
from tests.elearning.assessments import answer, answer_all, bank_course, begun, enrolled
from tests.elearning.questions import MATCHING, MULTIPLE, RIGHT, SHORT_TEXT, SINGLE, TRUE_FALSE, content_of
from tests.factories import AccountFactory

pytestmark = pytest.mark.django_db


def sits(course, answers, *, language="en", number=1, account=None):
    """Somebody answers each question by its kind and hands in."""
    account = account or AccountFactory(roles=["officer"])
    enrolment = getattr(getattr(account, "person", None), "kept_enrolment", None) or enrolled(course, account)
    account.person.kept_enrolment = enrolment
    attempt = begun(enrolment, number)
    for asked in attempt.questions.select_related("version"):
        said = answers.get(asked.version.content["kind"])
        if said:
            answer(attempt, asked.position, said, language=language)
    hand_in(attempt=attempt, by=account)
    return account


def by_kind(course, editor):
    return {one.question.kind: one for one in item_analysis(course, editor)}


def test_half_a_credit_is_counted_but_not_as_right(editor):
    course = bank_course(contents=[SINGLE, TRUE_FALSE])
    sits(course, RIGHT)
    sits(course, {"single": {"option": "w2"}, "true_false": {"option": "false"}})
    single = by_kind(course, editor)["single"]
    assert (single.n, single.easiness) == (2, 75.0)
    told = {choice.text: (choice.n, choice.share, choice.credit, choice.is_right) for choice in single.choices}
    assert told == {
        "Address, time with zone, hash value": (1, 50.0, 100, True),
        "Only the address": (0, 0.0, 0, False),
        "Only the time": (1, 50.0, 50, False),
    }


def test_of_several_right_options_each_is_right(editor):
    course = bank_course(contents=[MULTIPLE])
    sits(course, {"multiple": {"options": ["a9", "c7"]}})
    (several,) = item_analysis(course, editor)
    assert [(one.n, one.is_right) for one in several.choices] == [(1, True), (0, True), (1, False), (0, False)]


def test_pairs_and_typed_words_are_told_as_they_were_given(editor):
    course = bank_course(contents=[MATCHING, SHORT_TEXT])
    sits(course, {"matching": {"pairs": {"l1": "r2", "l2": "r2"}}, "short_text": {"text": "FFP"}})
    sits(course, {"matching": {"pairs": {"l1": "r1"}}, "short_text": {"text": "ffp"}})
    found = by_kind(course, editor)
    assert [(one.text, one.n, one.is_right) for one in found["matching"].choices] == [
        ("Capture → first", 1, True),
        ("Capture → last", 1, False),
        ("Report → last", 1, True),
    ]
    (typed,) = found["short_text"].choices
    assert (typed.text, typed.n, typed.credit, typed.is_right) == ("ffp", 2, 50, False)


def test_discrimination_goes_with_the_rest_of_the_test(editor):
    """Two who know answer all of it, two who do not answer nothing: the question tells them apart entirely."""
    course = bank_course(contents=[SINGLE, TRUE_FALSE, MULTIPLE])
    for _one in range(2):
        sits(course, RIGHT)
        sits(course, {"single": {"option": "p7"}, "true_false": {"option": "false"}, "multiple": {"options": ["c7"]}})
    found = by_kind(course, editor)
    assert found["single"].discrimination == 1.0
    assert found["single"].is_small
    assert found["single"].n < SMALL


def test_a_key_that_is_wrong_shows_as_misleading(editor):
    """Whoever knows everything else answers what the key calls wrong."""
    course = bank_course(contents=[SINGLE, TRUE_FALSE, MULTIPLE])
    for _one in range(SMALL // 2):
        sits(course, RIGHT | {"single": {"option": "p7"}})
        sits(course, {"single": {"option": "k3"}, "true_false": {"option": "false"}, "multiple": {"options": ["c7"]}})
    found = by_kind(course, editor)
    assert found["single"].misleads
    assert not found["multiple"].misleads


def test_each_person_counts_once_and_an_open_attempt_not_at_all(editor):
    course = bank_course(contents=[SINGLE, TRUE_FALSE])
    again = sits(course, {"single": {"option": "p7"}, "true_false": {"option": "true"}})
    sits(course, RIGHT, number=2, account=again)
    answer_all(begun(enrolled(course, AccountFactory(roles=["officer"]))), RIGHT)
    single = by_kind(course, editor)["single"]
    assert (single.n, single.easiness) == (1, 0.0)


def test_languages_are_told_apart(editor):
    course = bank_course(contents=[SINGLE, TRUE_FALSE])
    sits(course, RIGHT)
    sits(course, RIGHT)
    sits(course, {"single": {"option": "p7"}, "true_false": {"option": "true"}}, language="mk")
    single = by_kind(course, editor)["single"]
    assert [(one.language, one.n, one.easiness) for one in single.languages] == [
        ("English", 2, 100.0),
        ("Македонски", 1, 0.0),
    ]


def test_answers_to_an_earlier_version_are_named_and_not_mixed_in(editor):
    course = bank_course(contents=[SINGLE])
    sits(course, RIGHT)
    changed = copy.deepcopy(SINGLE)
    changed["texts"]["en"]["stem"] = "What now?"
    question = Question.objects.get()
    change_question(question=question, facts=Facts.of(question), content=content_of(changed), by=editor)
    sits(course, {"single": {"option": "p7"}})
    (single,) = item_analysis(course, editor)
    assert (single.n, single.older, single.easiness) == (1, 1, 0.0)


def test_the_page_says_n_and_that_few_are_few(editor, client_of):
    course = bank_course(contents=[SINGLE, TRUE_FALSE])
    address = reverse("bank_analysis", args=[course.slug])
    client = client_of(editor)
    assert "Nobody has answered" in client.get(address).content.decode()
    sits(course, {"single": {"option": "w2"}})
    page = client.get(address).content.decode()
    assert "n = 1" in page
    assert "few" in page
    assert "1 without an answer" in page


@pytest.mark.parametrize("role", ["officer", "trainer", "manager", "auditor"])
def test_nobody_but_editors_reads_it(role, client_of):
    course = bank_course(contents=[SINGLE])
    assert client_of(AccountFactory(roles=[role])).get(reverse("bank_analysis", args=[course.slug])).status_code == 403


@pytest.mark.parametrize("number", [1, 3])
def test_it_asks_the_same_whatever_the_number_of_answers(number, editor, client_of, django_assert_max_num_queries):
    course = bank_course(contents=[SINGLE, TRUE_FALSE][: 1 if number == 1 else 2])
    for _one in range(number):
        sits(course, RIGHT)
    client = client_of(editor)
    address = reverse("bank_analysis", args=[course.slug])
    client.get(address)
    with django_assert_max_num_queries(8):
        client.get(address)
