"""Word documents as authors make them, for tests: with styles, without, and in every way a file can be wrong."""

import io
import re
import zipfile
from pathlib import Path

from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Pt
from PIL import Image

from elearning.imports.arranging import arranged, suggested
from elearning.imports.reading import read_manual

SAMPLE = Path(__file__).parent.parent / "data" / "manuals" / "open-source-research-en.docx"
DOCUMENT, RELS, TYPES = "word/document.xml", "word/_rels/document.xml.rels", "[Content_Types].xml"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml"

PARAGRAPHS = [
    "Research by an officer is an act of the authority and is recorded before it starts.",
    "A page that matters is captured whole, with its address, the time and a hash value.",
    "Findings go to the focal point through the usual channel of the unit that made them.",
]


def saved(document):
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def picture(size=(64, 32), colour=(10, 80, 120), kind="PNG"):
    stream = io.BytesIO()
    Image.new("RGB", size, colour).save(stream, kind)
    stream.seek(0)
    return stream


def raw(document, xml):
    """An element of WordprocessingML put at the end of the body."""
    element = parse_xml(xml if "xmlns:w" in xml else re.sub(r"(/?>)", rf" {nsdecls('w', 'r')}\1", xml, count=1))
    document.element.body.insert(len(document.element.body) - 1, element)
    return element


def paragraph(inner):
    return f"<w:p>{inner}</w:p>"


def run(text, properties=""):
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def looking(document, text, size=None, *, bold=False):
    """A paragraph without a style of its own, whose letters look like something."""
    words = document.add_paragraph().add_run(text)
    words.bold = bold or None
    if size:
        words.font.size = Pt(size)


def styled(*chapters, title="Keeping evidence of what is on the internet"):
    """A manual with styles: chapters of (title, [what stands in it]), where “## …” is a heading one below."""
    document = Document()
    if title:
        document.add_heading(title, 0)
    for name, lines in chapters:
        document.add_heading(name, 1)
        for line in lines:
            if line.startswith("## "):
                document.add_heading(line[3:], 2)
            else:
                document.add_paragraph(line)
    return saved(document)


def repacked(data, parts=(), **replaced):
    """The file with parts added, and with words of others replaced: replaced={part: (old, new)} by short names."""
    names = {"document": DOCUMENT, "rels": RELS, "types": TYPES}
    changes = {names[name]: change for name, change in replaced.items()}
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            content = old.read(part)
            if part.filename in changes:
                before, after = changes[part.filename]
                assert before.encode() in content
                content = content.replace(before.encode(), after.encode())
            new.writestr(part.filename, content)
        for name, content in dict(parts).items():
            new.writestr(name, content)
    return stream.getvalue()


def related(data, key, use, target, *, elsewhere=False):
    """The file with one more relationship of its document."""
    mode = ' TargetMode="External"' if elsewhere else ""
    made = f'<Relationship Id="{key}" Type="{OFFICE}/{use}" Target="{target}"{mode}/></Relationships>'
    return repacked(data, rels=("</Relationships>", made))


def with_footnotes(data, *notes):
    """The file with these footnotes, numbered from 1 as Word does; the text refers to them by `mark(number)`."""
    inner = "".join(
        f'<w:footnote w:id="{number}"><w:p><w:r><w:footnoteRef/></w:r>{run(f" {text}")}</w:p></w:footnote>'
        for number, text in enumerate(notes, start=1)
    )
    separator = '<w:footnote w:type="separator" w:id="0"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
    part = f"<w:footnotes {nsdecls('w')}>{separator}{inner}</w:footnotes>"
    data = related(data, "rIdNotes", "footnotes", "footnotes.xml")
    kind = f'<Override PartName="/word/footnotes.xml" ContentType="{MAIN}.footnotes+xml"/></Types>'
    return repacked(data, {"word/footnotes.xml": part}, types=("</Types>", kind))


def mark(number):
    return f'<w:r><w:footnoteReference w:id="{number}"/></w:r>'


# ---- what is read from them


def read(document):
    return read_manual(document if isinstance(document, bytes) else saved(document), "A manual.docx")


def modules(document):
    manual = read(document)
    return arranged(manual, suggested(manual))


def outline(document):
    """Modules as (title, [kind or level and words])."""
    return [
        (module.title, [f"{getattr(b.content, 'level', b.kind)} {b.plain}" for b in module.blocks])
        for module in modules(document)
    ]


def only(document, kind):
    return [block.content for block in read(document).blocks if block.kind is kind]


def said(document):
    return " ".join(remark.message for remark in read(document).remarks)
