"""Whatever is in the register and whatever is asked, the figures in a file are those of a count by hand: 50 questions
for XLSX, 10 each for PDF and XML.
"""

from itertools import combinations

import pytest
from hypothesis import strategies as st
from lxml import etree

from tests.training.filing import answered, cut_out, paper_rows, report_of, sheet_rows
from tests.training.recounting import asking, counted, dimensions, measures, one_measure, register_of
from training.choices import Measure
from training.exports.columns import laid_out
from training.exports.iati import to_iati
from training.exports.iati_results import SEXES
from training.exports.pdf import to_pdf
from training.exports.wording import figure, number
from training.exports.xlsx import to_xlsx

pytestmark = pytest.mark.django_db


def lines_of(table):
    laid = laid_out(table)
    for line in laid.lines:
        yield line.labels, list(zip(laid.grid.columns, line.entries, strict=True))


@asking(st.tuples(dimensions, measures), times=5, registers=10)
def test_a_workbook_has_the_figures_of_a_count_by_hand(sessions, questions):
    with register_of(sessions) as rows:
        report = report_of(*(answered("Table", *by, measures=asked) for by, asked in questions))
        data = to_xlsx(report)
        for place, table in enumerate(report.tables, start=1):
            found = cut_out(sheet_rows(data, f"Table {place}"), table)
            for own, (labels, entries) in zip(found, lines_of(table), strict=True):
                assert own[: len(labels)] == list(labels)
                for value, (column, entry) in zip(own[len(labels) :], entries, strict=True):
                    by_hand_ = counted(rows, entry.codes, column.measure)
                    assert value == by_hand_ or (not value and not by_hand_)


@pytest.mark.pdf
@asking(st.tuples(dimensions, one_measure), times=2, registers=5)
def test_a_document_has_the_figures_of_a_count_by_hand(sessions, questions):
    with register_of(sessions) as rows:
        report = report_of(*(answered("Table", *by, measures=asked) for by, asked in questions))
        found = paper_rows(to_pdf(report))
        for table in report.tables:
            for labels, entries in lines_of(table):
                known = [(counted(rows, entry.codes, column.measure), entry) for column, entry in entries]
                wanted = [*labels, *(number(value) if value else figure(entry) for value, entry in known)]
                assert wanted in [row[: len(wanted)] for row in found]


@asking(st.tuples(dimensions, measures), times=2, registers=5)
def test_the_xml_has_the_figures_of_a_count_by_hand(sessions, questions):
    with register_of(sessions) as rows:
        for by, asked in questions:
            table = answered("Table", *by, measures=asked)
            root = etree.fromstring(to_iati(report_of(table)))
            for measure in asked:
                assert in_xml(root, measure) == wanted_in_xml(rows, table, measure)


def in_xml(root, measure):
    """Dimensions in words → figure, where there is any."""
    found = root.xpath(f"//indicator[title/narrative='{Measure(measure).label}']/period/actual[@value!='0']")
    return {
        frozenset((own.get("name"), own.get("value")) for own in one.findall("dimension")): int(one.get("value"))
        for one in found
    }


def wanted_in_xml(rows, table, measure):
    found = {}
    for size in range(len(table.by) + 1):
        for names in combinations(table.by, size):
            for codes in {tuple(row.codes[name] for name in names) for row in rows}:
                pairs = dict(zip(names, codes, strict=True))
                words = {n: SEXES[code] if n == "sex" else table.labels[n].get(code) for n, code in pairs.items()}
                found[frozenset(words.items())] = counted(rows, pairs, measure)
    return {words: value for words, value in found.items() if value}
