"""What stands in a Word document arrives whole: headings, emphasis, lists, tables, pictures, footnotes, changes."""

import io
import socket

from docx import Document
from docx.oxml.ns import nsdecls
from docx.shared import Inches
from PIL import Image

from elearning.imports.arranging import arranged, suggested
from elearning.imports.manual import Kind, Span, plain
from elearning.imports.reading import read_manual
from tests.elearning.manuals import (
    SAMPLE,
    mark,
    modules,
    only,
    paragraph,
    picture,
    raw,
    read,
    related,
    run,
    said,
    saved,
    with_footnotes,
)

MARKUP = (
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:v="urn:schemas-microsoft-com:vml"'
    ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
)


def test_the_sample_manual_becomes_three_modules_with_all_that_stands_in_them():
    manual = read_manual(SAMPLE.read_bytes(), SAMPLE.name)
    made = arranged(manual, suggested(manual))
    assert manual.title == "Open-source research for firearms investigators"
    assert manual.remarks == ()
    assert [(m.title, [str(b.kind) for b in m.blocks]) for m in made] == [
        ("1. Authority and necessity", ["text", "text", "heading", "table", "heading", "list"]),
        ("2. Keeping evidence", ["text", "image", "list"]),
        ("3. Indicators and reporting", ["heading", "text", "heading", "text"]),
    ]
    assert {b.content.level for m in made for b in m.blocks if b.kind is Kind.HEADING} == {2}
    assert Span("the legal basis, the purpose and the approval", bold=True) in made[0].blocks[1].content.text
    table = made[0].blocks[3].content
    assert ([len(row) for row in table.rows], table.width, table.head) == ([3, 3, 3, 3], 3, 1)
    assert [item.numbered for item in made[0].blocks[5].content.items] == [False] * 4
    shown, listed = made[1].blocks[1].content, made[1].blocks[2].content
    assert plain(shown.caption) == "Figure 1. From page to exhibit."
    assert Image.open(io.BytesIO(manual.pictures[shown.key])).size == (640, 300)
    assert [(item.numbered, item.number) for item in listed.items] == [(True, n) for n in (1, 2, 3, 4)]


# ---- words


def test_emphasis_links_breaks_and_raised_letters():
    document = Document()
    data = related(saved(document), "rIdA", "hyperlink", "https://example.org/a", elsewhere=True)
    data = related(data, "rIdB", "hyperlink", "javascript:alert(1)", elsewhere=True)
    data = related(data, "rIdC", "hyperlink", "mailto:desk@example.org", elsewhere=True)
    document = Document(io.BytesIO(data))
    raw(
        document,
        paragraph(
            run("Plain ") + run("bold", "<w:b/>") + run(" ") + run("slanted", "<w:i/>") + run(", m")
            + run("2", '<w:vertAlign w:val="superscript"/>') + "<w:r><w:br/></w:r>"
            + f'<w:hyperlink r:id="rIdA">{run("a page")}</w:hyperlink>{run(" and ")}'
            + f'<w:hyperlink r:id="rIdB">{run("a trap")}</w:hyperlink>{run(" and ")}'
            + f'<w:hyperlink r:id="rIdC">{run("an address")}</w:hyperlink>'
            + run("not bold", '<w:b w:val="0"/>') + run("unseen", "<w:vanish/>")
        ),
    )  # fmt: skip
    assert only(document, Kind.TEXT)[0].text == (
        Span("Plain "), Span("bold", bold=True), Span(" "), Span("slanted", italic=True), Span(", m"),
        Span("2", raised="sup"), Span("\n"), Span("a page", link="https://example.org/a"), Span(" and a trap and "),
        Span("an address", link="mailto:desk@example.org"), Span("not bold"),
    )  # fmt: skip
    assert "hidden" in said(document)


def test_a_field_gives_its_result_and_a_link_its_address():
    document = Document()
    field = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    link = '<w:r><w:instrText xml:space="preserve"> HYPERLINK "https://example.org/b" </w:instrText></w:r>'
    page = "<w:r><w:instrText> PAGE </w:instrText></w:r>"
    begin, then, end = (field.format(kind) for kind in ("begin", "separate", "end"))
    raw(
        document,
        paragraph(
            run("See ") + begin + link + then + run("the page") + end + begin + page + then + run("7") + end
            + f'<w:fldSimple w:instr=" REF x ">{run(" or Figure 2")}</w:fldSimple>'
        ),
    )  # fmt: skip
    assert only(document, Kind.TEXT)[0].text == (
        Span("See "), Span("the page", link="https://example.org/b"), Span(" or Figure 2"),
    )  # fmt: skip


def test_tracked_changes_are_read_as_accepted():
    document = Document()
    raw(
        document,
        paragraph(
            run("The officer ")
            + f"<w:ins>{run('always ')}</w:ins>"
            + f"<w:del>{run('never ')}</w:del>"
            + run("records it.")
        ),
    )
    raw(document, paragraph(f'<w:pPr><w:rPr><w:del w:id="1"/></w:rPr></w:pPr>{run("One sentence, ")}'))
    raw(document, paragraph(run("its end.")))
    raw(document, paragraph(f"<w:moveFrom>{run('Moved away.')}</w:moveFrom>"))
    assert [each.plain for each in only(document, Kind.TEXT)] == [
        "The officer always records it.",
        "One sentence, its end.",
    ]
    assert "tracked changes" in said(document)


def test_footnotes_stand_at_the_end_of_the_module_that_refers_to_them():
    document = Document()
    for number, title in enumerate(("One", "Two"), start=1):
        document.add_heading(title, 1)
        raw(document, paragraph(run("A rule") + mark(number) + run(" holds.")))
    raw(document, paragraph(run("Again") + mark(1)))
    made = modules(with_footnotes(saved(document), "Article 5 of the law.", "Article 6 of the law."))
    assert [module.blocks[-1].plain for module in made] == [
        "Article 5 of the law.", "Article 6 of the law.\nArticle 5 of the law.",
    ]  # fmt: skip
    words, notes = made[1].blocks[0].content.text, made[1].blocks[-1].content
    assert [span.text or notes.keys.index(span.note) for span in words] == ["A rule", 0, " holds."]


# ---- lists


def test_lists_by_style_nest_and_count_on_after_a_break():
    document = Document()
    numbering = '<w:pPr><w:numPr><w:ilvl w:val="{}"/><w:numId w:val="{}"/></w:numPr></w:pPr>'
    own = document.part.numbering_part.element
    for kind, key in (("decimal", 90), ("bullet", 91)):
        levels = "".join(
            f'<w:lvl w:ilvl="{n}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/></w:lvl>' for n in range(3)
        )
        raw_list = f'<w:abstractNum w:abstractNumId="{key}">{levels}</w:abstractNum>'
        own.insert(0, raw(document, raw_list))
        own.append(raw(document, f'<w:num w:numId="{key}"><w:abstractNumId w:val="{key}"/></w:num>'))
    for depth, key, text in [(0, 90, "a"), (1, 91, "a1"), (2, 91, "a2"), (0, 90, "b")]:
        raw(document, paragraph(numbering.format(depth, key) + run(text)))
    document.add_paragraph("Between them.")
    raw(document, paragraph(numbering.format(0, 90) + run("c")))
    raw(document, paragraph(numbering.format(0, 91) + run("of another kind")))
    assert [
        [(i.depth, i.numbered, i.number, plain(i.text)) for i in each.items] for each in only(document, Kind.LIST)
    ] == [
        [(0, True, 1, "a"), (1, False, 1, "a1"), (2, False, 1, "a2"), (0, True, 2, "b")],
        [(0, True, 3, "c")],
        [(0, False, 1, "of another kind")],
    ]


def test_lists_whose_marks_were_typed():
    document = Document()
    for text in (
        "It is logged:",
        "•\tthe date",
        "• the address",
        "1) capture",
        "2) hash",
        "3) store",
        "2019. was a year.",
    ):
        document.add_paragraph(text)
    assert [[plain(item.text) for item in each.items] for each in only(document, Kind.LIST)] == [
        ["the date", "the address"], ["capture", "hash", "store"],
    ]  # fmt: skip
    assert [each.plain for each in only(document, Kind.TEXT)] == ["It is logged:", "2019. was a year."]


# ---- tables and pictures


def test_merged_cells_head_rows_and_what_stands_in_cells():
    document = Document()
    table = document.add_table(4, 3)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "Who"
    table.cell(0, 2).text = "What"
    table.cell(1, 0).merge(table.cell(3, 0)).text = "Police"
    for row in (1, 2, 3):
        table.cell(row, 1).text, table.cell(row, 2).text = f"unit {row}", "log"
    table.cell(3, 2).add_paragraph("a second line")
    document.add_paragraph("Табела 1. Кој одобрува", "Caption")
    [made] = only(document, Kind.TABLE)
    assert [[(cell.plain, cell.columns, cell.rows) for cell in row] for row in made.rows] == [
        [("Who", 2, 1), ("What", 1, 1)],
        [("Police", 1, 3), ("unit 1", 1, 1), ("log", 1, 1)],
        [("unit 2", 1, 1), ("log", 1, 1)],
        [("unit 3", 1, 1), ("log a second line", 1, 1)],
    ]
    assert (made.width, plain(made.caption)) == (3, "Табела 1. Кој одобрува")


def test_the_rows_marked_as_head_are_the_head():
    document = Document()
    table = document.add_table(3, 2)
    for row in table.rows:
        row.cells[0].text = row.cells[1].text = "x"
    assert [each.head for each in only(document, Kind.TABLE)] == [1]
    for row in table.rows[:2]:
        row._tr.get_or_add_trPr().append(raw(document, "<w:tblHeader/>"))
    assert [each.head for each in only(document, Kind.TABLE)] == [2]


def test_a_table_of_one_cell_is_a_callout():
    document = Document()
    document.add_table(1, 1).cell(0, 0).text = "Remember: contact is a measure."
    assert [each.plain for each in only(document, Kind.CALLOUT)] == ["Remember: contact is a measure."]


def test_pictures_with_their_words_captions_and_crop():
    document = Document()
    for caption in ("Слика 1. Од страница до доказ", "Figura 2. Raporti", "It goes on like this."):
        document.add_picture(picture(), width=Inches(1))
        document.add_paragraph(caption)
    properties = document.inline_shapes[0]._inline.docPr
    properties.set("descr", "A page beside\n its hash")
    blip = document.inline_shapes[0]._inline.graphic.graphicData.pic.blipFill
    blip.insert(
        1,
        raw(
            document,
            '<a:srcRect xmlns:w="w" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" r="25000"/>',
        ),
    )
    first, second, third = only(document, Kind.IMAGE)
    assert (first.alt, plain(first.caption), first.crop) == (
        "A page beside its hash", "Слика 1. Од страница до доказ", (0, 0, 0.25, 0),
    )  # fmt: skip
    assert (plain(second.caption), plain(third.caption)) == ("Figura 2. Raporti", "")


def test_a_picture_linked_from_elsewhere_is_never_fetched(monkeypatch):
    asked = []
    monkeypatch.setattr(socket, "getaddrinfo", lambda *given, **_more: asked.append(given) or [])
    document = Document()
    document.add_picture(picture())
    document.add_paragraph("Text.")
    blip = document.inline_shapes[0]._inline.graphic.graphicData.pic.blipFill.blip
    del blip.attrib[next(iter(blip.attrib))]
    blip.set("{http://schemas.openxmlformats.org/officeDocument/2006/relationships}link", "rIdFar")
    data = related(saved(document), "rIdFar", "image", "https://example.org/picture.png", elsewhere=True)
    assert only(data, Kind.IMAGE) == []
    assert "linked from elsewhere" in said(data)
    assert asked == []


def test_pictures_no_page_shows_are_said_not_kept():
    document = Document()
    document.add_picture(picture())
    document.add_paragraph("Text.")
    part = next(rel.target_part for rel in document.part.rels.values() if rel.reltype.endswith("/image"))
    part._blob = b"\x01\0\0\0l\0\0\0 EMF" + b"\0" * 80
    assert read(document).pictures == {}
    assert "EMF" in said(document)


def test_a_text_box_is_a_callout_read_once():
    document = Document()
    box = "<w:txbxContent><w:p><w:r><w:t>Kept apart</w:t></w:r></w:p></w:txbxContent>"
    raw(
        document,
        f"<w:p {nsdecls('w')} {MARKUP}>"
        "<w:r><w:t>Anchored here.</w:t></w:r><w:r><mc:AlternateContent>"
        f'<mc:Choice Requires="wps"><w:drawing><wps:txbx>{box}</wps:txbx></w:drawing></mc:Choice>'
        f"<mc:Fallback><w:pict><v:shape><v:textbox>{box}</v:textbox></v:shape></w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r></w:p>",
    )
    assert [block.plain for block in read(document).blocks] == ["Anchored here.", "Kept apart"]
    assert "text box" in said(document)
