"""Modules can be split, joined, renamed and dropped before anything is made; no block is lost on the way."""

from itertools import pairwise

from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st

from elearning.imports.arranging import arranged, drop, join, rename, split, suggested
from tests.elearning.manuals import PARAGRAPHS, mark, paragraph, raw, read, run, saved, styled, with_footnotes

CHAPTERS = [
    ("One", [PARAGRAPHS[0], "## One and a half", PARAGRAPHS[1], PARAGRAPHS[2]]),
    ("Two", ["## Two and a half", PARAGRAPHS[0], "## Nearly three", PARAGRAPHS[1]]),
    ("Three", [PARAGRAPHS[2]]),
]
MANUAL = read(styled(*CHAPTERS))
LINES = [block.plain for block in MANUAL.blocks]
PARTS = suggested(MANUAL)


def titles(parts):
    return [module.title for module in arranged(MANUAL, parts)]


def words(parts, index):
    return [(getattr(b.content, "level", 0), b.plain) for b in arranged(MANUAL, parts)[index].blocks]


def test_a_module_split_at_a_heading_is_named_by_it():
    parts = split(MANUAL, PARTS, LINES.index("One and a half"))
    assert titles(parts) == ["One", "One and a half", "Two", "Three"]
    assert words(parts, 1) == [(0, PARAGRAPHS[1]), (0, PARAGRAPHS[2])]


def test_a_module_split_at_a_paragraph_is_named_by_its_number():
    parts = split(MANUAL, PARTS, LINES.index(PARAGRAPHS[2]))
    assert titles(parts) == ["One", "Module 4", "Two", "Three"]
    assert words(parts, 1) == [(0, PARAGRAPHS[2])]


def test_splitting_where_a_module_begins_already_changes_nothing():
    assert split(MANUAL, PARTS, LINES.index("Two")) == PARTS
    assert split(MANUAL, PARTS, 0) == split(MANUAL, PARTS, 10_000) == PARTS


def test_a_joined_module_keeps_its_title_as_a_heading_and_what_stood_below_it_below():
    parts = join(PARTS, 1)
    assert titles(parts) == ["One", "Three"]
    assert [each for each in words(parts, 0) if each[0]] == [
        (2, "One and a half"), (2, "Two"), (3, "Two and a half"), (3, "Nearly three"),
    ]  # fmt: skip
    assert join(PARTS, 0) == PARTS


def test_a_module_renamed_with_nothing_keeps_its_name():
    assert titles(rename(PARTS, {0: "  First   things ", 1: "   "})) == ["First things", "Two", "Three"]


def test_a_dropped_module_is_not_made_and_can_be_taken_back():
    dropped = drop(PARTS, 1, dropped=True)
    assert titles(dropped) == ["One", "Three"]
    assert titles(drop(dropped, 1, dropped=False)) == ["One", "Two", "Three"]


def test_what_stands_before_the_first_chapter_can_be_split_off():
    document = Document()
    document.add_heading("Manual", 0)
    document.add_paragraph("Edition 1.")
    document.add_paragraph("For officers.")
    for title in ("One", "Two"):
        document.add_heading(title, 1)
        document.add_paragraph(PARAGRAPHS[0])
    manual = read(document)
    assert [m.title for m in arranged(manual, split(manual, suggested(manual), 1))] == ["Module 3", "One", "Two"]


def test_each_module_has_the_footnotes_it_refers_to_whatever_is_joined():
    document = Document()
    for number, title in enumerate(("One", "Two"), start=1):
        document.add_heading(title, 1)
        raw(document, paragraph(run("A rule") + mark(number)))
    manual = read(with_footnotes(saved(document), "Article 5.", "Article 6."))
    [whole] = arranged(manual, join(suggested(manual), 1))
    assert [block.plain for block in whole.blocks] == ["A rule", "Two", "A rule", "Article 5.\nArticle 6."]


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("split"), st.integers(0, len(LINES))),
        st.tuples(st.just("join"), st.integers(0, 5)),
        st.tuples(st.just("rename"), st.integers(0, 5)),
    ),
    max_size=8,
)


@settings(max_examples=150, deadline=None)
@given(STEPS)
def test_however_modules_are_split_and_joined_every_word_stays_in_its_order(steps):
    parts = PARTS
    for step, at in steps:
        match step:
            case "split":
                parts = split(MANUAL, parts, at)
            case "join":
                parts = join(parts, at)
            case "rename":
                parts = rename(parts, {at: "Named anew"})
    assert parts[0].start == 0
    assert [part.start for part in parts] == sorted({part.start for part in parts})
    kept = [block.plain for module in arranged(MANUAL, parts) for block in module.blocks]
    named = {LINES[part.heading] for part in parts if part.heading is not None}
    assert kept == [line for line in LINES if line not in named]
    for module in arranged(MANUAL, parts):
        levels = [1, *(b.content.level for b in module.blocks if hasattr(b.content, "level"))]
        assert all(deeper <= above + 1 for above, deeper in pairwise(levels))
