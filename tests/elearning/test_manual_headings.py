"""Headings are told by style, and by look where the author used no styles; their nesting is kept."""

import io

import pytest
from docx import Document
from docx.enum.style import WD_STYLE_TYPE

from tests.elearning.manuals import PARAGRAPHS, looking, outline, paragraph, raw, read, run, said, styled


def test_headings_by_the_names_other_programs_and_languages_give_their_styles():
    document = Document()
    for name in ("Наслов 1", "Naslov 2", "My own"):
        document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    document.styles["My own"].base_style = document.styles["Heading 2"]
    for text, style in [
        ("A", "Наслов 1"),
        ("B", "Naslov 2"),
        ("a", None),
        ("C", "Наслов 1"),
        ("D", "My own"),
        ("d", None),
    ]:
        document.add_paragraph(text, style)
    assert outline(document) == [("A", ["2 B", "text a"]), ("C", ["2 D", "text d"])]


def test_headings_by_an_outline_level_set_by_hand():
    document = Document()
    for text in ("One", "Two"):
        raw(document, paragraph(f'<w:pPr><w:outlineLvl w:val="0"/></w:pPr>{run(text)}'))
        document.add_paragraph("Text.")
    assert outline(document) == [("One", ["text Text."]), ("Two", ["text Text."])]


def without_styles():
    document = Document()
    looking(document, "Evidence from the internet", 24, bold=True)
    document.add_paragraph("For officers of all six jurisdictions.")
    for chapter, sections in (("Authority", ("Who approves", "What is logged")), ("Evidence", ("Capture", "Reports"))):
        looking(document, chapter, 16, bold=True)
        for section in sections:
            looking(document, section, bold=True)
            document.add_paragraph(PARAGRAPHS[0])
            document.add_paragraph(PARAGRAPHS[1])
    return document


def test_headings_by_look_where_the_author_used_no_styles():
    text = [f"text {PARAGRAPHS[0]}", f"text {PARAGRAPHS[1]}"]
    assert read(without_styles()).title == "Evidence from the internet"
    assert outline(without_styles()) == [
        (
            "Authority",
            ["text For officers of all six jurisdictions.", "2 Who approves", *text, "2 What is logged", *text],
        ),
        ("Evidence", ["2 Capture", *text, "2 Reports", *text]),
    ]
    assert "no heading styles" in said(without_styles())


def test_among_lines_that_look_the_same_their_numbers_tell_the_level():
    document = Document()
    for text in ("1. Authority", "1.1 Who approves", "1.2 What is logged", "2. Evidence", "2.1 Capture"):
        looking(document, text, bold=True)
        document.add_paragraph(PARAGRAPHS[0])
    text = f"text {PARAGRAPHS[0]}"
    assert outline(document) == [
        ("1. Authority", [text, "2 1.1 Who approves", text, "2 1.2 What is logged", text]),
        ("2. Evidence", [text, "2 2.1 Capture", text]),
    ]


def test_chapters_told_by_word_and_number_in_cyrillic():
    document = Document()
    for text in ("ГЛАВА I: Овластување", "Глава II: Докази"):
        looking(document, text, bold=True)
        document.add_paragraph("Службеникот ја запишува правната основа пред да започне со истражувањето.")
    assert [title for title, _blocks in outline(document)] == ["ГЛАВА I: Овластување", "Глава II: Докази"]


def test_a_manual_all_in_bold_has_no_headings_by_weight():
    document = Document()
    for text in ("Some words", "More words", "And others"):
        looking(document, text, bold=True)
    assert [title for title, _blocks in outline(document)] == ["A manual"]
    assert "No headings were found" in said(document)


def test_one_heading_above_all_others_is_the_title_not_one_giant_chapter():
    document = Document()
    document.add_heading("The whole manual", 1)
    for text in ("First", "Second"):
        document.add_heading(text, 2)
        document.add_heading("Below", 3)
        document.add_paragraph("Text.")
    assert read(document).title == "The whole manual"
    assert outline(document) == [("First", ["2 Below", "text Text."]), ("Second", ["2 Below", "text Text."])]


def test_nesting_is_kept_without_a_gap_whatever_levels_were_skipped():
    document = Document()
    for level, text in [(1, "A"), (3, "A.1"), (4, "A.1.1"), (2, "A.2"), (1, "B"), (2, "B.1")]:
        document.add_heading(text, level)
        document.add_paragraph("Text.")
    assert [[b for b in blocks if b[0].isdigit()] for _title, blocks in outline(document)] == [
        ["2 A.1", "3 A.1.1", "2 A.2"], ["2 B.1"],
    ]  # fmt: skip


def test_much_before_the_first_chapter_is_a_module_of_its_own():
    document = Document()
    for _ in range(7):
        document.add_paragraph(PARAGRAPHS[0])
    document.add_heading("One", 1)
    document.add_paragraph("Text.")
    document.add_heading("Two", 1)
    document.add_paragraph("Text.")
    assert [(title, len(blocks)) for title, blocks in outline(document)] == [
        ("Introduction", 7),
        ("One", 1),
        ("Two", 1),
    ]


def test_a_table_of_contents_is_left_out_made_by_word_or_typed():
    document = Document()
    field = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    begin = f'{field.format("begin")}<w:r><w:instrText>TOC \\o "1-3"</w:instrText></w:r>{field.format("separate")}'
    raw(document, paragraph(run("Contents")))
    raw(document, paragraph(begin + run("1. Authority 1")))
    raw(document, paragraph(run("2. Evidence 5") + field.format("end")))
    for line in ("Содржина", "Authority .......... 2", "Evidence 5", "Reports .......... 9"):
        document.add_paragraph(line)
    for text in ("Authority", "Evidence"):
        document.add_heading(text, 1)
        document.add_paragraph("Text.")
    assert outline(document) == [("Authority", ["text Text."]), ("Evidence", ["text Text."])]


@pytest.mark.parametrize(
    ("stated", "title"), [("Keeping evidence", "Keeping evidence"), ("Document1", "A manual"), ("", "A manual")]
)
def test_a_manual_that_names_itself_nowhere_takes_its_title_from_its_properties_or_its_file(stated, title):
    document = Document(io.BytesIO(styled(("One", PARAGRAPHS), ("Two", PARAGRAPHS), title="")))
    document.core_properties.title = stated
    assert read(document).title == title


def test_lines_that_end_in_numbers_are_no_table_of_contents():
    document = Document()
    for article in (5, 6, 7):
        document.add_paragraph(f"This is said in article {article}")
    assert outline(document) == [("A manual", [f"text This is said in article {n}" for n in (5, 6, 7)])]
