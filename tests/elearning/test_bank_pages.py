"""The pages of the question bank: finding questions, writing one of any kind, changing it beside its translation."""

import copy

import pytest
from django.urls import reverse

from elearning.bank.marking import mark
from elearning.choices import Difficulty, QuestionKind
from elearning.models import Attempt, Question
from tests.elearning.assessments import add_question, bank_course, begun, enrolled
from tests.elearning.making import learner, make_course, modules_of
from tests.elearning.questions import MULTIPLE, ONE_OF_EACH, SINGLE, content_of
from tests.factories import TopicFactory
from training.models import TrailEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def course():
    return make_course(languages=("en", "mk"), modules=2)


def filled(response, **changed):
    """What a browser would send of the form on that page, with `changed` typed over it."""
    form = response.context["form"]
    fields = {bound.html_name: bound.value() for bound in form}
    fields |= {f"{group}_rows": count for group, count in form.counts.items()}
    if response.context.get("question"):
        fields["seen"] = response.context["question"].current.number
    return {name: value for name, value in (fields | changed).items() if value not in (None, False)}


def new(client, course, kind, **typed):
    address = f"{reverse('bank_new')}?course={course.slug}&kind={kind}"
    return client.post(address, filled(client.get(address), **{"difficulty": 2, **typed}), follow=True)


WRITTEN = {
    "single": {
        "stem_en": "Which?", "option_0_text_en": "This", "option_0_right": "on", "option_1_text_en": "That",
        "option_0_feedback_en": "Yes.",
    },
    "multiple": {
        "stem_en": "Which of these?", "option_0_text_en": "One", "option_0_right": "on", "option_1_text_en": "Two",
        "option_1_right": "on", "option_2_text_en": "Three",
    },
    "true_false": {"stem_en": "So it is.", "answer": "false", "option_0_feedback_en": "No."},
    "numeric": {"stem_en": "How many?", "accepted_0_value": "2,5", "accepted_0_tolerance": "0.5"},
    "matching": {
        "stem_en": "Match.", "option_0_text_en": "right", "option_1_text_en": "left", "pair_0_text_en": "R",
        "pair_0_option": "1", "pair_1_text_en": "L", "pair_1_option": "2",
    },
    "short_text": {
        "stem_en": "Who?", "accepted_0_text_en": "Focal Point", "accepted_1_text_en": "FFP", "accepted_1_credit": "50",
    },
}  # fmt: skip


@pytest.mark.parametrize("kind", QuestionKind.values)
def test_a_question_of_every_kind_is_written_and_saved_again_as_it_is(kind, course, editor, client_of):
    client = client_of(editor)
    page = new(client, course, kind, name="Written", **WRITTEN[kind])
    question = Question.objects.get()
    assert (question.kind, question.course, question.current.number) == (kind, course, 1)
    assert question.content.texts["en"].stem == WRITTEN[kind]["stem_en"]
    assert "“Written” is in the bank." in page.content.decode()
    again = client.post(reverse("bank_question", args=[question.key]), filled(page), follow=True)
    assert "What is asked stays version 1." in again.content.decode()
    assert question.versions.count() == 1


def test_what_was_typed_counts_as_it_says(course, editor, client_of):
    client = client_of(editor)
    for kind, typed in WRITTEN.items():
        new(client, course, kind, name=kind, **typed)
    content = {question.kind: question.content for question in Question.objects.all()}
    first, second, third = (one.key for one in content["multiple"].options)
    assert mark(content["multiple"], {"options": [first, second]}).is_right
    assert mark(content["multiple"], {"options": [first, third]}).credit == 0
    assert mark(content["true_false"], {"option": "false"}).is_right
    assert mark(content["numeric"], {"text": "2.9"}).is_right
    assert mark(content["short_text"], {"text": "ffp"}).credit == 0.5
    left, right = content["matching"].pairs
    assert mark(content["matching"], {"pairs": {left.key: left.option, right.key: right.option}}).is_right


@pytest.mark.parametrize("data", ONE_OF_EACH, ids=lambda data: data["kind"])
def test_opening_and_saving_any_question_changes_nothing_of_it(data, course, editor, client_of):
    question = add_question(course, data, name="As it is")
    client = client_of(editor)
    address = reverse("bank_question", args=[question.key])
    client.post(address, filled(client.get(address)))
    question.refresh_from_db()
    assert question.versions.count() == 1
    assert question.content == content_of(data)


def test_a_change_is_a_new_version_and_open_attempts_keep_theirs(editor, officer, client_of):
    course = bank_course(contents=[SINGLE])
    learner(officer)
    attempt = begun(enrolled(course, officer))
    question = Question.objects.get()
    client = client_of(editor)
    address = reverse("bank_question", args=[question.key])
    page = client.get(address)
    assert "1 open attempt has this question" in page.content.decode()
    client.post(address, filled(page, stem_en="What is noted now?", option_2_gone="on"))
    question.refresh_from_db()
    assert question.current.number == 2
    assert [one.key for one in question.content.options] == ["k3", "p7"]
    assert set(question.content.texts["mk"].options) == {"k3", "p7"}
    asked = Attempt.objects.get(pk=attempt.pk).questions.get()
    assert (asked.version.number, asked.version.read) == (1, content_of(SINGLE))
    taken = client_of(officer).get(reverse("attempt", args=[course.slug, 1])).content.decode()
    assert "What is noted beside a capture?" in taken
    assert TrailEntry.objects.filter(action="question changed", by=editor).count() == 1


def test_a_translation_stands_beside_and_the_others_stay(course, editor, client_of):
    data = copy.deepcopy(SINGLE)
    data["texts"]["sq"] = {"stem": "Çfarë shënohet?", "options": {"k3": "Adresa", "p7": "Ora", "w2": "Asgjë"}}
    question = add_question(course, data, name="In three")
    client = client_of(editor)
    address = reverse("bank_question", args=[question.key])
    page = client.get(address, {"language": "mk"})
    assert "Што се запишува покрај снимката?" in page.content.decode()
    assert "Çfarë" not in page.content.decode()
    client.post(f"{address}?language=mk", filled(page, stem_mk="Што се запишува?"))
    question.refresh_from_db()
    texts = question.content.texts
    assert (texts["mk"].stem, texts["sq"].stem) == ("Што се запишува?", "Çfarë shënohet?")
    assert texts["en"] == content_of(SINGLE).texts["en"]


def test_an_answer_more_leaves_the_other_language_waiting_and_says_so(course, editor, client_of):
    question = add_question(course, SINGLE, name="The note")
    client = client_of(editor)
    address = reverse("bank_question", args=[question.key])
    said = client.post(address, filled(client.get(address), option_3_text_en="Nothing"), follow=True).content.decode()
    assert "Македонски: answer without a text: 1." in said
    listed = client.get(reverse("bank")).content.decode()
    assert "another key in a language" in listed


@pytest.mark.parametrize(
    ("kind", "typed", "why"),
    [
        ("single", {"option_0_text_en": "Alone", "option_0_right": "on"}, "At least two answers are needed."),
        ("single", {"option_0_text_en": "A", "option_1_text_en": "B"}, "One answer has to be right."),
        ("single", {"option_0_text_en": "A", "option_0_credit": "much"}, "is no number"),
        ("numeric", {}, "One accepted answer has to give all the points."),
        ("matching", {"pair_0_text_en": "L", "option_0_text_en": "R"}, "Say of each left side"),
        ("true_false", {}, "Say whether it is true or false."),
        ("short_text", {"stem_en": ""}, "Write what is asked, in at least one language."),
    ],
)
def test_what_nobody_could_answer_is_refused_with_the_reason_and_kept_in_the_form(
    kind, typed, why, course, editor, client_of
):
    page = new(client_of(editor), course, kind, name="Half", **{"stem_en": "Which?", **typed})
    assert why in page.content.decode()
    assert page.context["form"]["name"].value() == "Half"
    assert not Question.objects.exists()


def test_two_editors_at_once_do_not_overwrite_each_other(course, editor, client_of):
    question = add_question(course, SINGLE, name="Shared")
    client = client_of(editor)
    address = reverse("bank_question", args=[question.key])
    early = filled(client.get(address), stem_en="The second editor's")
    client.post(address, filled(client.get(address), stem_en="The first editor's"))
    said = client.post(address, early).content.decode()
    assert "Somebody changed this question in the meantime" in said
    question.refresh_from_db()
    assert question.content.texts["en"].stem == "The first editor's"


def test_more_rows_keep_what_was_typed(course, editor, client_of):
    client = client_of(editor)
    address = f"{reverse('bank_new')}?course={course.slug}&kind=single"
    page = client.post(address, filled(client.get(address), name="Long", option_0_text_en="First", step="rows"))
    form = page.context["form"]
    assert form.counts["option"] == 7
    assert form["option_0_text_en"].value() == "First"
    assert not Question.objects.exists()


def test_the_list_is_narrowed_by_what_the_address_says(course, editor, client_of):
    module, topic = modules_of(course)[1], TopicFactory()
    other = bank_course(contents=[MULTIPLE], slug="other")
    add_question(course, SINGLE, name="Plain")
    add_question(course, MULTIPLE, name="Marked", module_key=module.key, topic=topic, difficulty=Difficulty.HARD)
    client = client_of(editor)

    def names(**query):
        return [row["question"].name for row in client.get(reverse("bank"), query).context["rows"]]

    assert sorted(names()) == ["Marked", "Plain", "Question 1"]
    assert names(course=other.slug) == ["Question 1"]
    assert names(course=course.slug, module=str(module.key)) == ["Marked"]
    assert names(topic=topic.key) == names(difficulty=3) == ["Marked"]
    assert names(course=course.slug, kind="single") == ["Plain"]
    assert names(q="beside a capture") == names(q="покрај снимката") == ["Plain"]
    empty = client.get(reverse("bank"), {"q": "nothing says this"}).content.decode()
    assert "No question fits" in empty


def test_an_empty_bank_says_what_to_do(editor, client_of):
    assert "There is no question yet" in client_of(editor).get(reverse("bank")).content.decode()


def test_a_question_is_retired_and_taken_back(course, editor, client_of):
    question = add_question(course, SINGLE, name="Old")
    client = client_of(editor)
    address = reverse("bank_retire", args=[question.key])
    assert "not asked any more" in client.post(address, {"step": "retire"}, follow=True).content.decode()
    assert client.get(reverse("bank")).context["rows"] == []
    assert len(client.get(reverse("bank"), {"state": "retired"}).context["rows"]) == 1
    client.post(address, {"step": "retire"})
    client.post(address, {"step": "take-back"})
    assert Question.objects.get().is_active
    assert TrailEntry.objects.filter(action__startswith="questions ").count() == 2


@pytest.mark.parametrize("role", ["officer", "trainer", "manager", "auditor", "coordinator"])
def test_nobody_but_editors_sees_the_bank(role, course, client_of):
    from tests.factories import AccountFactory

    question = add_question(course, SINGLE, name="Secret")
    client = client_of(AccountFactory(roles=[role]))
    for address in (reverse("bank"), reverse("bank_question", args=[question.key])):
        assert client.get(address).status_code == 403
    assert client.get(reverse("bank_new"), {"course": course.slug, "kind": "single"}).status_code == 403


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_asks_the_same_whatever_its_length(number, course, editor, client_of, django_assert_max_num_queries):
    for which in range(number):
        add_question(course, SINGLE, name=f"Question {which}")
    client = client_of(editor)
    client.get(reverse("bank"))
    with django_assert_max_num_queries(10):
        client.get(reverse("bank"))
