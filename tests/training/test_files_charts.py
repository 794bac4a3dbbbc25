"""Charts as pictures: the table's own figures, told in words too, readable without colour."""

import io
from dataclasses import replace
from itertools import combinations
from xml.etree import ElementTree

import pytest
from PIL import Image, ImageColor

from tests.factories import ParticipationFactory, PersonFactory, SessionFactory, TopicFactory
from tests.training.filing import LETTERS, SHORT, answered, report_of, withheld
from training.choices import Outcome
from training.exports.bars import MOST_BARS, bars_of
from training.exports.charts import LOOKS, chart, draw, in_words

pytestmark = pytest.mark.django_db
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def report(published):
    return report_of(answered("Women and men by jurisdiction", "jurisdiction", "sex"))


def bars(report):
    return bars_of(report, report.tables[0])


def by_label(found):
    parts = {part.look: part.values for part in found.parts}
    return {label: {look: values[place] for look, values in parts.items()} for place, label in enumerate(found.labels)}


def test_each_bar_has_the_figures_of_its_line(report):
    found = bars(report)
    assert by_label(found)["Kosovo*"] == {"women": 39, "men": 292, "not_broken_down": 420}
    assert dict(zip(found.labels, found.total.values, strict=True))["Kosovo*"] == 751


def test_where_some_is_not_broken_down_nobody_says_zero(published):
    found = by_label(bars(report_of(answered("Projects", "project", "sex"))))
    assert found["Halting arms and lawbreaking trade (HALT)"]["women"] is None
    ParticipationFactory(person=PersonFactory(sex="M"), outcome=Outcome.ATTENDED)
    assert {"women": 0, "men": 1, "not_broken_down": 0} in by_label(
        bars(report_of(answered("Projects", "project", "sex")))
    ).values()


def test_it_is_a_picture_with_its_title_and_source(report):
    picture = Image.open(io.BytesIO(chart(report, report.tables[0], "png")))
    assert picture.info["Title"] == "Women and men by jurisdiction"
    assert picture.info["Source"] == "Source: Evidenca. As of 1 May 2026, 14:00 · No. 2026-007"
    assert picture.width == 1500


def test_the_drawing_tells_whoever_cannot_see_it(report):
    drawing = ElementTree.fromstring(chart(report, report.tables[0], "svg"))  # noqa: S314  our own
    assert drawing.get("role") == "img"
    assert [element.tag for element in drawing[:2]] == [f"{SVG}title", f"{SVG}desc"]
    assert drawing[0].text == "Women and men by jurisdiction"
    assert "Kosovo*: Women 39, Men 292, Not broken down 420" in drawing[1].text
    assert SHORT in drawing[1].text


@pytest.mark.parametrize("form", ["png", "svg"])
def test_the_same_report_gives_the_same_bytes(report, form):
    assert chart(report, report.tables[0], form) == chart(report, report.tables[0], form)


def test_parts_can_be_told_apart_without_colour():
    def lightness(look):
        red, green, blue = ImageColor.getrgb(LOOKS[look]["facecolor"])
        return (0.299 * red + 0.587 * green + 0.114 * blue) / 255

    for one, other in combinations(("women", "men", "not_recorded", "not_broken_down", "withheld"), 2):
        assert LOOKS[one]["hatch"] != LOOKS[other]["hatch"] or abs(lightness(one) - lightness(other)) > 0.4


def test_withheld_parts_are_c_and_no_bar_tells_them(report):
    found = bars(replace(report, tables=(withheld(report.tables[0], jurisdiction="XK"),)))
    assert by_label(found)["Kosovo*"] == {"women": None, "men": None, "not_broken_down": None}
    assert "Kosovo*: Women c, Men c, Not broken down c" in in_words(found)
    assert draw(found, "svg") != draw(bars(report), "svg")


def test_of_very_many_bars_the_largest_are_drawn_and_that_is_said(db):
    for number in range(MOST_BARS + 3):
        session = SessionFactory(topic=TopicFactory(key=f"topic-{number:02}"))
        for _again in range(1 + (number > 2)):
            ParticipationFactory(session=session, outcome=Outcome.ATTENDED)
    found = bars(report_of(answered("Topics", "topic")))
    assert len(found.labels) == MOST_BARS
    assert "Topic 00" not in found.labels
    assert "The 25 largest of " in found.description


def test_a_table_without_dimensions_has_no_chart(published):
    table = answered("Everything")
    assert chart(report_of(table), table, "png") is None


def test_every_letter_is_drawn_and_no_text_is_taken_for_a_formula_or_markup(db):
    topic = TopicFactory(key="letters", name=f"{LETTERS} $x_1$ <b>&amp;</b> 漢")
    ParticipationFactory(session=SessionFactory(topic=topic), outcome=Outcome.ATTENDED)
    report = report_of(answered("$\\frac{1}{2}$ <script>", "topic", "sex"))
    drawing = ElementTree.fromstring(chart(report, report.tables[0], "svg"))  # noqa: S314  our own
    assert f"{LETTERS} $x_1$ <b>&amp;</b> \ufffd" in drawing[1].text
    assert chart(report, report.tables[0], "png")
