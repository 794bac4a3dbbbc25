"""Files as they come: encodings, separators, and everything that is not a list."""

import io
import struct
import time
import tracemalloc
import zipfile
from datetime import date, datetime

import pytest
from openpyxl import Workbook

from tests.training.rosters import workbook
from training.imports import safety
from training.imports import workbook as reading
from training.imports.refusal import RefusedError
from training.imports.workbook import read, starts_formula, text_of

LIST = "Ime;Prezime;Pol\r\nĐorđe;Šaćirović;M\r\nŽeljka;Čović;Ž\r\n"
CYRILLIC = "Име;Презиме;Пол\nЃорѓи;Џемаиловски;М\nЉиљана;Ќосевска;Ж\nЊегош;Ђурић;М\n"
ALBANIAN = "Emri;Mbiemri;Gjinia\nËngjëll;Çela;M\nBesë;Hoxhë;F\n"


def cells(sheets):
    return [list(row.cells) for row in sheets[0].rows]


def zipped(**parts):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), data)
    return stream.getvalue()


def repacked(data, **changed):
    """A workbook with some of its parts replaced."""
    stream = io.BytesIO()
    changed = {name.replace("__", "/").replace("_dot_", "."): part for name, part in changed.items()}
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            if part.filename not in changed:
                new.writestr(part.filename, old.read(part))
        for name, part in changed.items():
            new.writestr(name, part)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (LIST, "utf-8"), (LIST, "utf-8-sig"), (LIST, "utf-16"), (LIST, "utf-16-le"), (LIST, "cp1250"),
        (LIST, "iso8859_2"), (CYRILLIC, "utf-8"), (CYRILLIC, "cp1251"), (CYRILLIC, "mac_cyrillic"),
        (ALBANIAN, "cp1250"), (ALBANIAN, "cp1252"),
    ],
)  # fmt: skip
def test_text_is_read_in_the_encoding_it_was_written_in(text, encoding):
    written = [line.split(";") for line in text.split()]
    assert cells(read(text.encode(encoding), "list.csv")) == written


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_any_separator_is_found(separator):
    text = f'Institucija{separator}Ime\n"MUP{separator} Granična; policija, odsjek"{separator}Ana\n'
    assert cells(read(text.encode(), "list.csv"))[1] == [f"MUP{separator} Granična; policija, odsjek", "Ana"]


def test_excels_note_on_the_separator_is_no_row():
    sheets = read(b"sep=;\nIme;Prezime\nAna;Test\n", "list.csv")
    assert [row.number for row in sheets[0].rows] == [2, 3]


def test_rows_keep_the_numbers_a_spreadsheet_shows():
    sheets = read(b'a,b\n\n"two\nlines",c\nd,e\n', "list.csv")
    assert [row.number for row in sheets[0].rows] == [1, 3, 4]


def test_an_open_quotation_is_refused_with_its_row():
    with pytest.raises(RefusedError, match="Row 2"):
        read(b'a;b\n"Ana;c\nd;e\n', "list.csv")


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (None, ""), ("  two \u00a0 words\n", "two words"), (5, "5"), (5.0, "5"), (2.5, "2.5"), (True, "True"),
        (datetime(2026, 5, 13), "2026-05-13"),  # noqa: DTZ001  # as spreadsheets have it
        (date(2026, 5, 13), "2026-05-13"), ("A\u200bna\ufeff", "Ana"),
        ("Z\u030cana", "\u017dana"),
    ],
)  # fmt: skip
def test_a_cell_is_read_as_a_person_reads_it(cell, text):
    assert text_of(cell) == text


@pytest.mark.parametrize("cell", ["=1", "+1", "-x", "@x", "\tx", "\rx", " =1", "＝1", "\u200b=1"])
def test_what_a_spreadsheet_would_compute_is_seen(cell):
    assert starts_formula(cell)


@pytest.mark.parametrize("cell", ["-", "–", "", None, "Ana-Marija", "'=1", 5, -5])
def test_what_it_would_not_is_left_alone(cell):
    assert not starts_formula(cell)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"%PDF-1.7", "PDF"),
        (safety.OLE + bytes(600), "old Office"),
        (safety.OLE + bytes(600) + safety.ENCRYPTED, "password"),
        (b"PK\x03\x04 damaged", "damaged"),
        (zipped(word__document_dot_xml="<w/>"), "Word"),
        (zipped(mimetype="x", content_dot_xml="<x/>"), "OpenDocument"),
        (zipped(hello_dot_txt="x"), "not an Excel"),
        (zipped(xl__workbook_dot_xml="<broken"), "cannot be read"),
        (b"Ime;Prezime\n\x00\x01\x02\x03", "not a text"),
    ],
)
@pytest.mark.parametrize("name", ["list.xlsx", "list.csv"])
def test_a_file_that_is_not_what_it_claims_is_refused(data, said, name):
    if name.endswith("xlsx") and not data.startswith((b"PK", safety.OLE)) and data:
        said = "not an Excel"
    with pytest.raises(RefusedError, match=said):
        read(data, name)


def test_a_workbook_with_macros_is_refused():
    with pytest.raises(RefusedError, match="macros"):
        read(repacked(workbook(["a"]).data, xl__vbaProject_dot_bin=b"x"), "list.xlsx")


def test_a_zip_with_a_password_is_refused():
    data = bytearray(workbook(["a"]).data)
    for signature, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = -1
        while (at := data.find(signature, at + 1)) >= 0:
            flags = struct.unpack_from("<H", data, at + offset)[0]
            struct.pack_into("<H", data, at + offset, flags | 1)
    with pytest.raises(RefusedError, match="password"):
        read(bytes(data), "list.xlsx")


def bomb_of_size():
    return repacked(workbook(["a"]).data, xl__worksheets__sheet1_dot_xml=b"<sheetData>" + b" " * 200_000_000)


def bomb_of_cells():
    return repacked(workbook(["a"]).data, xl__worksheets__sheet1_dot_xml=b"<c/>" * 4_500_000)


def bomb_of_strings():
    return repacked(workbook(["a"]).data, xl__sharedStrings_dot_xml=b"<sst>" + b"<si/>" * 3_500_000)


def bomb_of_styles():
    return repacked(workbook(["a"]).data, xl__styles_dot_xml=b"<xf/>" * 3_500_000)


def bomb_of_parts():
    return zipped(**{f"p{n}": b"" for n in range(50_000)})


def bomb_of_entities():
    names = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    kinds = f'<!DOCTYPE x [<!ENTITY e0 "lol">{names}]>'
    sheet = f"{kinds}<worksheet><sheetData><row><c><v>&e9;</v></c></row></sheetData></worksheet>"
    return repacked(workbook(["a"]).data, xl__worksheets__sheet1_dot_xml=sheet)


@pytest.mark.parametrize(
    "bomb", [bomb_of_size, bomb_of_cells, bomb_of_strings, bomb_of_styles, bomb_of_parts, bomb_of_entities]
)
def test_a_bomb_is_refused_soon_and_in_little_memory(bomb):
    data = bomb()
    started = time.process_time()
    with pytest.raises(RefusedError):
        read(data, "list.xlsx")
    assert time.process_time() - started < 2
    tracemalloc.start()
    try:
        with pytest.raises(RefusedError):
            read(data, "list.xlsx")
        assert tracemalloc.get_traced_memory()[1] < 40 * safety.MEGABYTE
    finally:
        tracemalloc.stop()


def test_a_row_far_below_is_found_without_counting_forever():
    book = Workbook()
    book.active["A1"] = "Name"
    book.active["A1048576"] = "Ana Test"
    stream = io.BytesIO()
    book.save(stream)
    assert [row.number for row in read(stream.getvalue(), "list.xlsx")[0].rows] == [1, 1_048_576]


def test_a_row_number_beyond_any_sheet_is_refused():
    sheet = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="99999999999"><c t="inlineStr"><is><t>x</t></is></c></row></sheetData></worksheet>'
    )
    with pytest.raises(RefusedError, match="rows"):
        read(repacked(workbook(["a"]).data, xl__worksheets__sheet1_dot_xml=sheet), "list.xlsx")


def test_more_rows_than_a_list_has_are_refused():
    with pytest.raises(RefusedError, match="10000 rows"):
        read(b"x\n" * (reading.MAX_ROWS + reading.HEADING_ROWS + 1), "list.csv")


def test_as_many_people_as_a_list_may_have_are_read_below_their_headings():
    [sheet] = read(b"Title\nName\n" + b"x\n" * reading.MAX_ROWS, "list.csv")
    assert len(sheet.rows) == reading.MAX_ROWS + 2


def test_a_file_larger_than_an_upload_may_be_is_refused():
    with pytest.raises(RefusedError, match="20 MB"):
        read(b"x" * (safety.MAX_UPLOAD + 1), "list.csv")
