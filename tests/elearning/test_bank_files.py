"""A bank goes out as Moodle XML and comes in by page: looked over first, then all of it or nothing."""

from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from lxml import etree

from elearning.models import Attempt, Question, QuestionVersion
from elearning.services.bank_import import export_bank, import_bank, plan_bank
from elearning.services.questions import Facts, change_question
from tests.elearning.assessments import add_question, bank_course, begun, enrolled
from tests.elearning.making import learner
from tests.elearning.questions import ONE_OF_EACH, SINGLE, content_of
from tests.factories import AccountFactory
from training.models import TrailEntry

pytestmark = pytest.mark.django_db
SAMPLE = (Path(__file__).parent.parent / "data/questions/moodle-4.5-export.xml").read_bytes()
BROKEN = b"""<quiz><question type="multichoice"><name><text>Nothing is right</text></name>
<questiontext format="html"><text>Which?</text></questiontext><single>true</single>
<answer fraction="0"><text>A</text></answer><answer fraction="0"><text>B</text></answer></question>
<question type="essay"><name><text>Long</text></name><questiontext><text>Write.</text></questiontext></question>
<question type="truefalse"><name><text>Fine</text></name><questiontext><text>So it is.</text></questiontext>
<answer fraction="100"><text>true</text></answer><answer fraction="0"><text>false</text></answer></question></quiz>"""


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.DATA_DIR = tmp_path


@pytest.fixture
def course():
    return bank_course(contents=[])


def upload(client, course, data, **typed):
    file = SimpleUploadedFile("bank.xml", data)
    return client.post(
        reverse("bank_upload"), {"course": course.slug, "language": "en", "file": file, **typed}, follow=True
    )


def apply(client, page, **typed):
    sent = {"step": "apply", "basis": page.context["plan"].basis, **typed}
    return client.post(page.request["PATH_INFO"], sent, follow=True)


def taken(course, data, by):
    plan = plan_bank(course=course, data=data, language="en", by=by)
    return import_bank(course=course, data=data, language="en", basis=plan.basis, by=by)


def test_a_bank_moodle_made_is_looked_over_and_taken(course, editor, client_of):
    client = client_of(editor)
    page = upload(client, course, SAMPLE)
    assert "Nothing has been written yet" in page.content.decode()
    assert not Question.objects.exists()
    done = apply(client, page)
    assert "Added 7, changed 0, the same as before 0." in done.content.decode()
    assert Question.objects.of(course).pool().count() == 7
    entry = TrailEntry.objects.get(action="question bank imported")
    assert (entry.detail["added"], entry.by) == (7, editor)


def test_the_second_time_it_says_that_the_bank_has_it_all(course, editor, client_of):
    taken(course, SAMPLE, editor)
    page = upload(client_of(editor), course, SAMPLE)
    assert "The bank says all of this already." in page.content.decode()
    assert {one.state for one in page.context["plan"].questions} == {"same"}
    taken(course, SAMPLE, editor)
    assert QuestionVersion.objects.count() == 7


def test_one_bad_question_and_nothing_is_taken_with_every_reason(course, editor, client_of):
    client = client_of(editor)
    page = upload(client, course, BROKEN)
    said = page.content.decode()
    assert "One answer has to be right." in said
    assert "We have no question of this kind." in said
    assert [one.state for one in page.context["plan"].questions] == ["refused", "added"]
    again = apply(client, page)
    assert "Nothing was taken: 1 of its questions cannot be asked." in again.content.decode()
    assert not Question.objects.exists()


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "empty"),
        (b"<html></html>", "not &lt;quiz&gt;"),
        (b"<quiz></quiz>", "no question in this file"),
        (b'<!DOCTYPE q [<!ENTITY a SYSTEM "file:///etc/passwd">]><quiz>&a;</quiz>', "defines entities"),
    ],
)
def test_what_is_no_bank_is_refused_with_the_reason(data, why, course, editor, client_of):
    assert why in upload(client_of(editor), course, data).content.decode()


def test_what_goes_out_comes_back_the_same_and_moves_to_another_course(editor):
    course = bank_course(slug="first")
    data = export_bank(questions=Question.objects.of(course), by=editor)
    assert {one.state for one in plan_bank(course=course, data=data, language="en", by=editor).questions} == {"same"}
    other = bank_course(contents=[], slug="second")
    taken(other, data, editor)
    assert [one.content for one in Question.objects.of(other)] == [content_of(one) for one in ONE_OF_EACH]
    assert Question.objects.of(course).count() == len(ONE_OF_EACH)
    again = plan_bank(course=other, data=data, language="en", by=editor)
    assert {one.state for one in again.questions} == {"same"}


def test_a_question_that_went_through_moodle_keeps_its_keys_by_what_it_says(editor):
    course = bank_course(contents=ONE_OF_EACH[:-1])  # of short texts, which language accepts what is lost on the way
    tree = etree.fromstring(export_bank(questions=Question.objects.of(course), by=editor))
    for element in tree.iter():
        for name in [name for name in element.attrib if name.startswith("evidenca")]:
            del element.attrib[name]
    single = tree.xpath("//question[name/text='Question 1']")[0]
    single.find("answer").set("fraction", "0")
    single.findall("answer")[1].set("fraction", "100")
    plan = taken(course, etree.tostring(tree), editor)
    changed = [one.read.name for one in plan.questions if one.state == "changed"]
    assert changed == ["Question 1"]
    content = Question.objects.get(name="Question 1").content
    assert [(one.key, one.credit) for one in content.options] == [("k3", 0), ("p7", 100), ("w2", 50)]
    assert content.texts["mk"] == content_of(SINGLE).texts["mk"]


def test_importing_while_attempts_are_open_changes_none(editor, officer):
    course = bank_course(contents=[SINGLE])
    learner(officer)
    attempt = begun(enrolled(course, officer))
    before = Attempt.objects.get().questions.get().version
    file = export_bank(questions=Question.objects.of(course), by=editor).replace(b"beside a capture", b"now")
    plan = taken(course, file, editor)
    assert [one.state for one in plan.questions] == ["changed"]
    assert Question.objects.get().current.number == 2
    after = Attempt.objects.get(pk=attempt.pk).questions.get().version
    assert (after.pk, after.content) == (before.pk, before.content)


def test_what_was_agreed_to_is_what_is_done(editor):
    course = bank_course(contents=[SINGLE])
    question = Question.objects.get()
    file = export_bank(questions=[question], by=editor).replace(b"beside a capture", b"now")
    basis = plan_bank(course=course, data=file, language="en", by=editor).basis
    content = content_of({**SINGLE, "points": 2})
    change_question(question=question, facts=Facts.of(question), content=content, by=editor)
    with pytest.raises(ValidationError, match="not what this page showed"):
        import_bank(course=course, data=file, language="en", basis=basis, by=editor)


def test_the_list_goes_out_as_it_is_narrowed_and_that_is_in_the_trail(editor, client_of):
    course = bank_course()
    add_question(bank_course(contents=[], slug="other"), SINGLE, name="Elsewhere")
    answer = client_of(editor).get(reverse("bank_export"), {"course": course.slug, "kind": "numeric"})
    assert answer.headers["Cache-Control"] == "no-store"
    assert etree.fromstring(answer.content).xpath("//question/name/text/text()") == ["Question 4"]
    assert TrailEntry.objects.get(action="question bank exported").by == editor


@pytest.mark.parametrize("role", ["officer", "trainer", "manager", "auditor"])
def test_nobody_but_editors_moves_banks(role, course, client_of):
    client = client_of(AccountFactory(roles=[role]))
    assert client.get(reverse("bank_export")).status_code == 403
    assert upload(client, course, SAMPLE).status_code == 403
    assert not Question.objects.exists()


def test_a_file_is_its_own_editors_and_can_be_set_aside(course, editor, client_of):
    page = upload(client_of(editor), course, SAMPLE)
    other = client_of(AccountFactory(roles=["editor"]))
    said = other.get(page.request["PATH_INFO"], follow=True).content.decode()
    assert "Upload it again" in said
    client = client_of(editor)
    client.post(page.request["PATH_INFO"], {"step": "cancel"})
    assert "Upload it again" in client.get(page.request["PATH_INFO"], follow=True).content.decode()
