"""Files that are no manual, or no safe one, are refused with a sentence that says what would be accepted."""

import io
import re
import zipfile
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from elearning.imports.reading import read_manual
from elearning.imports.safety import MAX_PARTS
from tests.elearning.manuals import DOCUMENT, MAIN, PARAGRAPHS, SAMPLE, TYPES, related, repacked, styled
from tests.training.rosters import workbook
from training.imports import safety
from training.imports.refusal import RefusedError

ENTITIES = (
    '<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><w>&b;</w>'
)
MACROS = "application/vnd.ms-word.document.macroEnabled.main+xml"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"


def good():
    return styled(("One", PARAGRAPHS), ("Two", PARAGRAPHS))


def zipped(**parts):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return stream.getvalue()


def encrypted():
    data = bytearray(good())
    data[data.rindex(b"PK\x01\x02") + 8] |= 1  # the flag of its last entry
    return bytes(data)


REFUSED = {
    "empty": (lambda: b"", "empty"),
    "text": (lambda: b"Chapter 1\nSome text", "not a Word document"),
    "pdf": (lambda: b"%PDF-1.7 ...", "PDF"),
    "rtf": (lambda: b"{\\rtf1 ...", "RTF"),
    "old word": (lambda: safety.OLE + b"\0" * 600, "old Word version"),
    "password": (lambda: safety.OLE + b"\0" * 64 + safety.ENCRYPTED, "password"),
    "encrypted parts": (encrypted, "password"),
    "workbook": (lambda: workbook(["Name"]).data, "Excel workbook"),
    "opendocument": (lambda: zipped(**{"mimetype": "application/vnd.oasis.…", "content.xml": "<a/>"}), "OpenDocument"),
    "some archive": (lambda: zipped(**{"a.txt": "a"}), "not a Word document"),
    "cut short": (lambda: good()[:-400], "damaged"),
    "broken xml": (lambda: repacked(good(), document=("</w:body>", "</w:bod>")), "damaged"),
    "macros by type": (
        lambda: repacked(good(), types=(f"{MAIN}.document.main+xml", MACROS)),
        "macros",
    ),
    "macros by part": (lambda: repacked(good(), {"word/vbaProject.bin": b"\0" * 100}), "macros"),
    "strict": (
        lambda: repacked(good(), document=("http://schemas.openxmlformats.org/wordprocessingml/2006/main", STRICT)),
        "Strict Open XML",
    ),
    "document type": (lambda: repacked(good(), {"word/footer9.xml": ENTITIES}), "document type"),
    "too many parts": (lambda: repacked(good(), {f"word/media/{n}.png": b"x" for n in range(MAX_PARTS)}), "parts"),
    "no text": (lambda: styled(title=""), "no text"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_manual_is_refused_with_a_reason(name):
    make, reason = REFUSED[name]
    with pytest.raises(RefusedError, match=reason):
        read_manual(make(), "manual.docx")


def test_a_file_over_the_limit_is_refused_before_it_is_opened():
    with pytest.raises(RefusedError, match="20 MB"):
        read_manual(b"PK\x03\x04" + bytes(safety.MAX_UPLOAD), "manual.docx")


@pytest.mark.parametrize("part", [DOCUMENT, "word/media/image1.png", "docProps/app.xml"])
def test_what_unpacks_to_far_more_than_its_size_is_refused_whatever_part_it_is(part):
    with zipfile.ZipFile(io.BytesIO(good())) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[part] = b"<w>" + b" " * (90 * 1024 * 1024)
    with pytest.raises(RefusedError, match="once unpacked"):
        read_manual(zipped(**parts), "manual.docx")


def test_a_size_that_a_part_lies_about_is_not_believed():
    data = bytearray(repacked(good(), {"word/media/image1.png": b" " * (90 * 1024 * 1024)}))
    at = data.rindex(b"PK\x01\x02", 0, data.rindex(b"word/media/image1.png"))
    data[at + 24 : at + 28] = (1000).to_bytes(4, "little")
    with pytest.raises(RefusedError):
        read_manual(bytes(data), "manual.docx")


def test_more_tags_than_any_manual_has_are_refused():
    many = "<w:p/>" * 1_600_000
    with pytest.raises(RefusedError, match="once unpacked"):
        read_manual(repacked(good(), document=("<w:sectPr", f"{many}<w:sectPr")), "manual.docx")


def test_elements_nested_without_end_are_refused():
    deep = "<w:tbl><w:tr><w:tc>" * 300 + "<w:p/>" + "</w:tc></w:tr></w:tbl>" * 300
    with pytest.raises(RefusedError, match="damaged"):
        read_manual(repacked(good(), document=("<w:sectPr", f"{deep}<w:sectPr")), "manual.docx")


def test_a_relationship_that_leads_nowhere_is_no_reason_to_refuse():
    data = related(related(good(), "rId90", "image", "NULL"), "rId91", "styles", "../../../etc/passwd")
    assert read_manual(data, "manual.docx").blocks


def test_the_types_of_the_file_have_to_be_there():
    with zipfile.ZipFile(io.BytesIO(good())) as archive:
        parts = {name: archive.read(name) for name in archive.namelist() if name != TYPES}
    with pytest.raises(RefusedError, match="not a Word document"):
        read_manual(zipped(**parts), "manual.docx")


TAGS = re.compile(rb"<w:[^>]+>|</w:[^>]+>|\"[^\"]*\"")


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 10_000), st.sampled_from([b"", b'"-1"', b'"99999999999999999999"', b'"x"', b"<w:p/>", b"<w:tbl/>"])
)
def test_a_document_that_makes_no_sense_is_read_or_refused_never_an_error(at, instead):
    with zipfile.ZipFile(io.BytesIO(SAMPLE.read_bytes())) as archive:
        parts = {name: archive.read(name) for name in archive.namelist() if "Effects" not in name}
    for name in (DOCUMENT, "word/numbering.xml", "word/styles.xml"):
        places = list(TAGS.finditer(parts[name]))
        place = places[at % len(places)]
        parts[name] = parts[name][: place.start()] + instead + parts[name][place.end() :]
    with suppress(RefusedError):
        read_manual(zipped(**parts), "manual.docx")
