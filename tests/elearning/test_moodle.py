"""Banks travel as Moodle XML: what Moodle wrote is read without loss, what we write reads back the same."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from lxml import etree

from elearning.bank.content import read_content
from elearning.bank.marking import mark
from elearning.bank.moodle.reading import MoodleError, read_bank
from elearning.bank.moodle.writing import BankQuestion, write_bank
from tests.elearning.questions import ONE_OF_EACH, RIGHT, contents

SAMPLE = Path(__file__).parent.parent / "data/questions/moodle-4.5-export.xml"


def bank(*questions):
    return f'<?xml version="1.0"?><quiz>{"".join(questions)}</quiz>'.encode()


def question(kind, inside, name="A name", text="What?", form="html"):
    said = f"<name><text>{name}</text></name><questiontext format='{form}'><text>{text}</text></questiontext>"
    return f"<question type='{kind}'>{said}{inside}</question>"


def answer(fraction, text, feedback=""):
    return f"<answer fraction='{fraction}'><text>{text}</text><feedback><text>{feedback}</text></feedback></answer>"


CHOICE = "<single>true</single>" + answer(100, "yes") + answer(0, "no")


def read(*questions, language="en"):
    return read_bank(bank(*questions), language)


def written(content, **more):
    known = {"name": "A question", "key": "k1", "tags": {}} | more
    return BankQuestion(content=content, **known)


# ---- what Moodle wrote


def test_the_bank_moodle_made_is_read_without_loss():
    found = read_bank(SAMPLE.read_bytes(), "en")
    assert found.left_out == []
    assert [(one.name, one.content.kind) for one in found.questions] == [
        ("Match", "matching"),
        ("Hash value", "single"),
        ("Hash value", "single"),
        ("Log entries", "multiple"),
        ("Retention", "numeric"),
        ("Кратко", "short_text"),
        ("Authority", "true_false"),
    ]
    assert not any(one.notes for one in found.questions)
    match, value, _double, log, days, words, authority = (one.content for one in found.questions)
    pairs = {match.texts["en"].pairs[one.key]: match.texts["en"].options[one.option] for one in match.pairs}
    assert pairs == {"Capture": "first", "Hash": "second", "Report": "third"}
    said = [
        (value.texts["en"].options[one.key], one.credit, value.texts["en"].feedback[one.key]) for one in value.options
    ]
    assert said == [
        ("show later that nothing was changed", 100, "Right: any change gives another value."),
        ("make the file smaller", 0, "No: a hash does not compress."),
        ("hide the address", 0, "No: the address is noted in clear."),
    ]
    assert [one.credit for one in log.options] == [50, 50, -50, -50]
    assert log.shuffle
    assert [(one.value, one.tolerance, one.credit) for one in days.accepted] == [("90", "5", 100)]
    assert [(words.texts["en"].accepted[one.key], one.credit) for one in words.accepted] == [
        ("Firearms Focal Point", 100),
        ("Точка за контакт за огнено оружје", 100),
        ("FFP", 50),
    ]
    assert mark(words, {"text": "tocka za kontakt za ogneno oruzje"}).credit == 1
    assert authority.texts["en"].feedback == {"true": "It is.", "false": "It is."}
    assert [(one.key, one.credit) for one in authority.options] == [("true", 100), ("false", 0)]


def test_the_bank_moodle_made_survives_a_round_trip():
    first = read_bank(SAMPLE.read_bytes(), "en").questions
    file = write_bank([written(one.content, name=one.name, key=str(one.place)) for one in first])
    again = read_bank(file, "en").questions
    assert [(one.name, one.content) for one in again] == [(one.name, one.content) for one in first]


# ---- what we write


@settings(max_examples=150, deadline=None)
@given(contents())
def test_every_question_in_every_language_survives_a_round_trip(content):
    known = {"name": "Работен наслов <1> & more", "key": "8f0f", "is_active": False, "category": "A/B"}
    tags = {"difficulty": "3", "topic": "weapons-categorization", "source": "Manual: p. 4"}
    file = write_bank([written(content, tags=tags, **known)])
    found = read_bank(file, "sq")
    assert found.left_out == []
    (one,) = found.questions
    assert one.content == content
    assert {name: getattr(one, name) for name in known} == known
    assert (one.difficulty, one.topic, one.source, one.notes) == (3, tags["topic"], tags["source"], ())


def test_one_language_can_be_written_alone_and_carries_no_mark():
    content = read_content(ONE_OF_EACH[0])
    file = write_bank([written(content)], ["mk"])
    assert b"multilang" not in file
    assert read_bank(file, "en").questions[0].content.texts == {"mk": content.texts["mk"]}


def test_moodles_filter_finds_every_language():
    texts = etree.fromstring(write_bank([written(read_content(ONE_OF_EACH[0]))]))
    stem = etree.HTML(texts.findtext(".//questiontext/text"))
    assert [(one.get("lang"), one.get("class")) for one in stem.iter("span")] == [
        ("en", "multilang"),
        ("mk", "multilang"),
    ]


def test_what_moodle_needs_of_each_kind_is_there():
    tree = etree.fromstring(write_bank([written(read_content(data)) for data in ONE_OF_EACH]))
    kinds = [one.get("type") for one in tree.iter("question")]
    assert kinds == ["multichoice", "multichoice", "truefalse", "numerical", "matching", "shortanswer"]
    assert tree.xpath("//question[@type='multichoice']/single/text()") == ["true", "false"]
    assert tree.xpath("//question[@type='numerical']/answer/tolerance/text()") == ["5", "20"]
    assert tree.xpath("//question[@type='truefalse']/answer/text/text()") == ["true", "false"]
    assert len(tree.xpath("//question[@type='matching']/subquestion")) == 3
    assert tree.xpath("//question[@type='shortanswer']/answer/@fraction") == ["100", "100", "50"]


@pytest.mark.parametrize("data", ONE_OF_EACH, ids=lambda data: data["kind"])
def test_what_came_through_moodle_without_our_marks_is_marked_the_same(data):
    """Moodle drops the attributes it does not know. Keys are new then; credits, texts and languages are not."""
    tree = etree.fromstring(write_bank([written(read_content(data))]))
    for element in tree.iter():
        for name in [name for name in element.attrib if name.startswith("evidenca")]:
            del element.attrib[name]
    (one,) = read_bank(etree.tostring(tree), "en").questions
    old, new = read_content(data), one.content
    told = RIGHT[data["kind"]]
    if "text" in told:
        assert mark(new, told).credit == mark(old, told).credit == 1
    assert set(new.languages) == {"en", "mk"}
    assert sorted(one.credit for one in new.options) == sorted(one.credit for one in old.options)
    assert {*new.texts["mk"].options.values()} == {*old.texts["mk"].options.values()}


# ---- texts


@pytest.mark.parametrize(
    ("text", "form", "said"),
    [
        ("<p>One</p><p>two<br/>lines</p>", "html", {"en": "One\n\ntwo\nlines"}),
        ("<ul><li>one</li><li>two</li></ul>", "html", {"en": "- one\n- two"}),
        ("a &lt;b&gt; c", "moodle_auto_format", {"en": "a <b> c"}),
        ("kept\nas it is", "moodle_auto_format", {"en": "kept\nas it is"}),
        ("<b>kept</b>", "plain_text", {"en": "<b>kept</b>"}),
        ("10<sup>3</sup> H<sub>2</sub>O", "html", {"en": "10³ H₂O"}),
        ("<script>alert(1)</script>kept", "html", {"en": "kept"}),
        ("{mlang en}One{mlang}{mlang mk,sq}Eden{mlang}", "html", {"en": "One", "mk": "Eden", "sq": "Eden"}),
        (
            'Q: <span lang="en" class="multilang">One</span> <span class="multilang" lang="sr_lt">Jedan</span>',
            "html",
            {"en": "Q: One", "sr-latn": "Q: Jedan"},
        ),
    ],
)
def test_texts_are_made_plain_and_told_apart_by_language(text, form, said):
    found = read(question("multichoice", CHOICE, text=f"<![CDATA[{text}]]>", form=form)).questions[0]
    assert {code: texts.stem for code, texts in found.content.texts.items()} == said


def test_what_names_no_language_belongs_to_all_there_are():
    stem = '<![CDATA[<span lang="en" class="multilang">Which?</span><span lang="mk" class="multilang">Кој?</span>]]>'
    texts = read(question("multichoice", CHOICE, text=stem)).questions[0].content.texts
    assert [*texts["en"].options.values()] == [*texts["mk"].options.values()] == ["yes", "no"]


@pytest.mark.parametrize(
    ("inside", "note"),
    [
        ("<hint><text>Think</text></hint>", "hints"),
        ("<tags><tag><text>exam 2024</text></tag></tags>", "“exam 2024”"),
    ],
)
def test_what_is_not_taken_over_is_said(inside, note):
    assert note in " ".join(read(question("multichoice", CHOICE + inside)).questions[0].notes)


def test_a_picture_in_a_text_is_said_to_be_left_out():
    found = read(question("multichoice", CHOICE, text="<![CDATA[Look <img src='@@PLUGINFILE@@/a.png'/>]]>"))
    assert "picture" in found.questions[0].notes[0]


# ---- what is left out, and what is refused


def test_what_we_have_no_kind_for_is_listed_by_name():
    found = read(
        question("essay", "", name="Write about it"),
        question("description", "", name="Read this first"),
        question("cloze", "", name="Gaps"),
        question("multichoice", CHOICE, name="Kept"),
        "<question type='category'><category><text>$course$/top/Evidence</text></category></question>",
        question("truefalse", answer(100, "true"), name="Also kept"),
        question("numerical", answer(100, "many"), name="No number"),
        question("multichoice", CHOICE, text="  ", name="Empty"),
    )
    assert [(one.name, one.category) for one in found.questions] == [("Kept", ""), ("Also kept", "Evidence")]
    assert [(one.kind, one.name) for one in found.left_out] == [
        ("essay", "Write about it"),
        ("description", "Read this first"),
        ("cloze", "Gaps"),
        ("numerical", "No number"),
        ("multichoice", "Empty"),
    ]
    assert found.left_out[3].why == "“many” is no number."


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "no XML"),
        (b"not XML", "no XML"),
        (b"<quiz><question></quiz>", "no XML"),
        (b"<rss/>", "begins with <rss>"),
        (b"<quiz></quiz>", "no question"),
        (b'<!DOCTYPE q [<!ENTITY a "b">]><quiz>&a;</quiz>', "entities"),
        (b'<!DOCTYPE q SYSTEM "file:///etc/passwd"><quiz/>', "entities"),
        (b'<?xml version="1.0" encoding="klingon"?><quiz/>', "no XML"),
        (bank("<question/>" * 2001), "at most 2000"),
    ],
)
def test_what_is_no_bank_is_refused_with_the_reason(data, why):
    with pytest.raises(MoodleError, match=why):
        read_bank(data, "en")


def test_credits_and_tolerances_with_many_digits_are_kept_to_five():
    inside = answer("33.3333333", "0,5").replace("</answer>", "<tolerance>0.01</tolerance></answer>")
    one = read(question("numerical", inside)).questions[0].content.accepted[0]
    assert (one.credit, one.value, one.tolerance) == (Decimal("33.33333"), "0.5", "0.01")
