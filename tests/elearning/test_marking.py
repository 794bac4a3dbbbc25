"""What an answer is worth, of every kind of question, whatever the script and the keyboard."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from elearning.bank.asking import shown
from elearning.bank.content import ContentError, fresh_key, read_content
from elearning.bank.gaps import differences, gaps, problems, untold
from elearning.bank.marking import ResponseError, hint, is_whole, mark, read_response, score_of
from elearning.bank.numbers import readings
from elearning.bank.telling import told
from tests.elearning.questions import (
    MATCHING,
    MULTIPLE,
    NUMERIC,
    ONE_OF_EACH,
    RIGHT,
    SHORT_TEXT,
    SINGLE,
    TRUE_FALSE,
    contents,
)

WHOLE, HALF, NOTHING = Decimal(1), Decimal("0.5"), Decimal(0)


def credit(data, raw):
    content = read_content(data)
    return mark(content, read_response(content, raw)).credit


@pytest.mark.parametrize("data", ONE_OF_EACH, ids=lambda data: data["kind"])
def test_the_right_answer_gives_everything_and_none_gives_nothing(data):
    content = read_content(data)
    assert problems(content) == []
    assert mark(content, RIGHT[data["kind"]]).is_right
    assert mark(content, {}).credit == NOTHING
    assert read_content(content.as_json()) == content


def test_one_option_gives_its_credit_and_its_feedback():
    content = read_content(SINGLE)
    marked = mark(content, {"option": "w2"})
    assert (marked.credit, marked.keys) == (HALF, ("w2",))


@pytest.mark.parametrize(
    ("options", "worth"),
    [
        (["a9", "b8"], WHOLE),
        (["a9"], HALF),
        (["a9", "c7"], NOTHING),
        (["a9", "b8", "c7", "d6"], NOTHING),
        (["c7"], NOTHING),
    ],
)
def test_of_several_right_ones_wrong_ones_take_away_and_never_below_nothing(options, worth):
    assert credit(MULTIPLE, {"options": options}) == worth


def test_three_thirds_are_the_whole():
    rows = [{"key": key, "correct": key != "d"} for key in "abcd"]
    data = {"kind": "multiple", "options": rows, "texts": {"en": {"stem": "?"}}}
    assert credit(data, {"options": ["a", "b", "c"]}) == WHOLE
    assert credit(data, {"options": ["a"]}) == Decimal("0.33333")
    assert "credits" not in " ".join(problems(read_content(data)))


def test_pairs_give_each_their_share():
    assert credit(MATCHING, {"pairs": {"l1": "r1", "l2": "r3"}}) == HALF
    assert not is_whole(read_content(MATCHING), {"pairs": {"l1": "r1"}})


@pytest.mark.parametrize(
    ("typed", "worth"),
    [
        ("90", WHOLE),
        ("85", WHOLE),
        ("95,0", WHOLE),
        ("95.01", HALF),
        ("110", HALF),
        ("110,5", NOTHING),
        ("ninety", NOTHING),
    ],
)
def test_a_number_counts_within_its_tolerance_both_ends_included(typed, worth):
    assert credit(NUMERIC, {"text": typed}) == worth


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2,5", ["2.5"]),
        ("2.5", ["2.5"]),
        (" −3 ", ["-3"]),
        ("1 000", ["1000"]),
        ("1\u202f000,5", ["1000.5"]),
        ("1.000", ["1.000", "1000"]),
        ("1,000", ["1.000", "1000"]),
        ("0,125", ["0.125"]),
        ("1.000.000", ["1000000"]),
        ("1.000,25", ["1000.25"]),
        ("1,000.25", ["1000.25"]),
        (",5", [".5"]),
        ("1.0,0.0", []),
        ("90 days", []),
        ("1e5", []),
        ("", []),
        ("9" * 60, []),
        ("٣", ["3"]),
    ],
)
def test_numbers_are_read_as_people_of_the_region_type_them(typed, meant):
    assert readings(typed) == [Decimal(value) for value in meant]


@pytest.mark.parametrize(
    ("typed", "worth"),
    [
        ("Firearms Focal Point", WHOLE),
        ("  firearms   focal point. ", WHOLE),
        ("ТОЧКА ЗА КОНТАКТ ЗА ОГНЕНО ОРУЖЈЕ", WHOLE),
        ("Tocka za kontakt za ogneno oruzje", WHOLE),
        ("Točka za kontakt za ogneno oružje", WHOLE),
        ("Tochka za kontakt za ogneno oruzhje", WHOLE),
        ("ffp", HALF),
        ("ФФП", HALF),
        ("Focal Point", NOTHING),
        ("...", NOTHING),
    ],
)
def test_words_count_in_either_script_and_without_diacritics(typed, worth):
    assert credit(SHORT_TEXT, {"text": typed}) == worth


def short(text, **more):
    return {
        "kind": "short_text", "accepted": [{"key": "x", "credit": 100}],
        "texts": {"en": {"stem": "?", "accepted": {"x": text}}}, **more,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("accepted", "typed", "fits"),
    [
        ("Đorđe", "Djordje", True),
        ("Gjorgji", "Ѓорѓи", True),
        ("7.62", "7,62", True),
        ("%", "%", True),
        ("%", "&", False),
        ("chain * custody", "chain of custody", True),
        ("chain*", "chain of custody", True),
        (r"a \* b", "a * b", True),
        (r"a \* b", "a of b", False),
        ("then", "ten", False),  # sounds are folded only where the text has letters that are typed in several ways
    ],
)
def test_stars_and_signs_in_accepted_texts(accepted, typed, fits):
    assert (credit(short(accepted), {"text": typed}) == WHOLE) == fits


def test_capitals_may_be_asked_for():
    data = short("FFP", case_sensitive=True)
    assert credit(data, {"text": "FFP"}) == WHOLE
    assert credit(data, {"text": "ffp"}) == NOTHING


def test_what_catches_the_rest_comes_last():
    accepted = [{"key": "all", "credit": 20, "value": "*"}, {"key": "n", "credit": 10, "value": "5"}]
    data = {"kind": "numeric", "accepted": accepted, "texts": {"en": {"stem": "?"}}}
    content = read_content(data)
    assert mark(content, {"text": "5"}).keys == ("n",)
    assert mark(content, {"text": "6"}).keys == ("all",)


@pytest.mark.parametrize(
    ("data", "raw"),
    [
        (SINGLE, {"option": "zz"}),
        (SINGLE, ["k3"]),
        (MULTIPLE, {"options": ["a9", "zz"]}),
        (MULTIPLE, {"options": "a9"}),
        (MATCHING, {"pairs": {"l1": "zz"}}),
        (MATCHING, {"pairs": {"zz": "r1"}}),
        (SHORT_TEXT, {"text": "x" * 501}),
    ],
)
def test_an_answer_to_another_question_is_refused(data, raw):
    with pytest.raises(ResponseError):
        read_response(read_content(data), raw)


def test_what_is_no_number_is_said_without_saying_what_is_right():
    content = read_content(NUMERIC)
    assert hint(content, {"text": "ninety"}) == "Write a number alone, such as 90 or 2,5."
    assert hint(content, {"text": "1"}) == ""
    assert hint(content, {}) == ""


@pytest.mark.parametrize(
    ("marks", "score"),
    [
        ([("1", "1"), ("1", "1"), ("1", "0")], "66.67"),
        ([("1", "0.33333"), ("1", "1")], "66.67"),
        ([("3", "1"), ("1", "0")], "75.00"),
        ([], "0.00"),
    ],
)
def test_a_score_has_two_decimals(marks, score):
    assert score_of([(Decimal(points), Decimal(credit)) for points, credit in marks]) == Decimal(score)


def test_a_question_says_what_it_lacks():
    half = {**SINGLE, "texts": {"en": SINGLE["texts"]["en"], "sq": {"stem": "Çfarë?", "options": {"k3": "Adresa"}}}}
    content = read_content(half)
    assert gaps(content, "en") == []
    assert gaps(content, "sq") == ["sq: answer without a text: 2."]
    assert gaps(content, "mk") == ["mk: what is asked is missing."]
    assert untold(content, "sq") == 3
    assert differences(content) == {"sq": ["answer without a text: 2."]}
    assert problems(content) == []
    alone = read_content({**half, "texts": {"sq": half["texts"]["sq"]}})
    assert problems(alone) == ["sq: answer without a text: 2."]


def test_nobody_is_asked_in_a_language_that_lacks_an_answer():
    half = {**SINGLE, "texts": {**SINGLE["texts"], "mk": {"stem": "Што?", "options": {"k3": "Адреса"}}}}
    content = read_content(half)
    asked = shown(content, order=["k3", "p7", "w2"], response={}, language="mk", name="q1")
    assert (asked.language, asked.stands_in, len(asked.choices)) == ("en", True, 3)
    assert told(content, {"option": "k3"}, language="mk", with_key=False).language == "en"


def test_half_a_credit_is_not_told_as_right():
    content = read_content(SINGLE)
    said = told(content, {"option": "p7"}, language="en", with_key=True)
    assert said.key == ["Address, time with zone, hash value"]
    (remark,) = told(content, {"option": "w2"}, language="en", with_key=True).remarks
    assert remark.is_right is None


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ({**SINGLE, "options": SINGLE["options"][1:], "texts": {"en": {"stem": "?"}}}, "One answer has to be right."),
        ({**TRUE_FALSE, "options": TRUE_FALSE["options"][:1], "texts": {"en": {"stem": "?"}}}, "Either true or false"),
        ({**NUMERIC, "accepted": [], "texts": {}}, "One accepted answer has to give all the points."),
        ({**SHORT_TEXT, "texts": {}}, "Write what is asked"),
        ({**MATCHING, "pairs": [], "texts": {"en": {"stem": "?"}}}, "At least two pairs"),
        ({**SINGLE, "points": 0}, "more than 0"),
        (short("x" * 1001), "at most 1000 letters"),
    ],
)
def test_a_question_nobody_could_answer_is_named(data, problem):
    assert problem in " ".join(problems(read_content(data)))


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ([], "an object"),
        ({"kind": "essay"}, "kind: one of single"),
        ({"kind": "single", "options": [{"key": "a", "credit": "much"}]}, "credit: 'much' is no number"),
        ({"kind": "single", "options": [{"key": "a"}, {"key": "a"}]}, "options: a key stands there twice"),
        ({"kind": "single", "texts": {"en": {"options": {"a": "?"}}}}, "texts.en.options: nothing has the key 'a'"),
        ({"kind": "matching", "pairs": [{"key": "a", "option": "b"}]}, "pairs: 'b' is no option"),
        ({"kind": "numeric", "accepted": [{"key": "a", "value": "NaN"}]}, "value: 'NaN' is no number"),
        ({"kind": "single", "options": [{}]}, "key: a short text"),
    ],
)
def test_what_is_no_content_is_refused_with_the_place(data, why):
    with pytest.raises(ContentError, match=why):
        read_content(data)


@settings(max_examples=60, deadline=None)
@given(contents())
def test_every_content_reads_back_as_it_was_written(content):
    again = read_content(content.as_json())
    assert again == content
    assert again.digest == content.digest


@settings(max_examples=60, deadline=None)
@given(contents(), st.text(max_size=30))
def test_no_answer_is_worth_less_than_nothing_or_more_than_all(content, typed):
    for raw in ({"text": typed}, {"options": [one.key for one in content.options]}):
        marked = mark(content, read_response(content, raw))
        assert NOTHING <= marked.credit <= WHOLE


def test_fresh_keys_are_none_of_those_taken():
    keys = set()
    for _number in range(200):
        keys.add(fresh_key(keys))
    assert len(keys) == 200
