"""A workbook to fill in: the headings, lists to choose from, and a sheet that says what is accepted."""

import io
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from training import permissions
from training.choices import Modality, SessionKind
from training.imports.past import vocabulary
from training.models import Account, Jurisdiction, Project, Source, Topic
from training.statistics.footnotes import SHORT

LISTS, EXAMPLE = "Lists", "What is accepted"
SHEETS = frozenset({LISTS, EXAMPLE})  # ours, and never the list itself
HEADING_ROW, FILLED_ROWS = 2, 500
FILL = PatternFill("solid", fgColor="0B5A66")
DAYS = "yyyy-mm-dd"
WRAPPED = Alignment(wrap_text=True, vertical="top")


@dataclass
class Part:
    """One column: heading, what may stand in it, an example; `options` are offered as a list, `only` them."""

    heading: str
    accepted: str
    example: Any = ""
    options: list[str] = field(default_factory=list)
    only: bool = True
    width: int = 14
    whole: bool = False
    day: bool = False


def make_template(by: Account) -> bytes:
    """The workbook, with the projects this account may bring sessions into."""
    parts = _parts(by)
    book = Workbook()
    book.remove(book.worksheets[0])
    sheet = book.create_sheet(_("Sessions"), 0)
    _fill_list(sheet, parts)
    _fill_example(book.create_sheet(EXAMPLE), parts)
    lists = book.create_sheet(LISTS)
    lists.sheet_state = "hidden"
    _offer(sheet, lists, parts)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _parts(by: Account) -> list[Part]:
    projects = [str(project) for project in Project.objects.filter(permissions.keeping_scope(by))]
    topics = [str(topic) for topic in Topic.objects.all()]
    places = list(Jurisdiction.objects.all())
    number = _("A whole number; 0 only where nobody came; empty where it is not known.")
    return [
        Part(_("Title"), _("The name of the session; empty: that of its topic."), _("Basic course, Skopje"), width=34),
        Part(_("Topic"), _("A topic of the register, by name or key."), _first(topics), topics, width=30),
        Part(_("Project"), _("A project of the register, by title or key."), _first(projects), projects, width=40),
        Part(_("Start"), _("The first day, with its year; empty where no source says."), date(2021, 5, 13), day=True),
        Part(_("End"), _("The last day; empty: one day."), date(2021, 5, 15), day=True),
        Part(_("Place"), _("Where it was held."), "Skopje", width=18),
        _jurisdictions(places),
        _choice(_("Kind"), [SessionKind(kind) for kind in vocabulary.KINDS], _("Empty: a training.")),
        _choice(_("Modality"), [Modality(one) for one in vocabulary.MODALITIES], _("Empty: not stated.")),
        Part(
            _("Number of sessions"),
            _("How many deliveries the row sums up: 1, unless it is several; empty: not known."),
            1,
            whole=True,
        ),
        Part(_("Total"), number, 24, whole=True),
        Part(_("Women"), number, 7, whole=True),
        Part(_("Men"), number, 17, whole=True),
        *_by_jurisdiction(places, number),
        _source(),
        Part(_("Quote"), _("The words of the source, as printed."), _("24 officers (7 women, 17 men)"), width=50),
    ]


def _first(texts: list[str]) -> str:
    return texts[0] if texts else ""


def _jurisdictions(places: list[Jurisdiction]) -> Part:
    accepted = _("One or several, by name or code, with commas between them; empty where no source says.")
    names = [str(place) for place in places]
    return Part(_("Jurisdictions"), accepted, ", ".join(names[:2]), names, only=False, width=24)


def _choice(heading: str, choices: list[SessionKind] | list[Modality], empty: str) -> Part:
    labels = [str(choice.label) for choice in choices]
    accepted = _("One of: %(labels)s. %(empty)s") % {"labels": ", ".join(labels), "empty": empty}
    return Part(heading, accepted, labels[0], labels, width=18)


def _by_jurisdiction(places: list[Jurisdiction], number: str) -> list[Part]:
    examples = [(3, 9), (4, 8)] + [("", "")] * len(places)
    return [
        Part(f"{sex}, {place}", number, example, whole=True)
        for place, pair in zip(places, examples, strict=False)
        for sex, example in zip((_("Women"), _("Men")), pair, strict=True)
    ]


def _source() -> Part:
    keys = [source.key for source in Source.objects.all()]
    accepted = _("The key of a public source of the register. Other words are kept with the quote.")
    return Part(_("Source"), accepted, _first(keys), keys, only=False, width=24)


def _fill_list(sheet: Worksheet, parts: list[Part]) -> None:
    hint = _("One row for each session held. Sheet “%(sheet)s” says what may stand in each column.")
    _put(sheet, 1, 1, f"{hint % {'sheet': EXAMPLE}} * {SHORT}")
    for index, part in enumerate(parts, 1):
        _put_heading(sheet, HEADING_ROW, index, part.heading)
        sheet.cell(HEADING_ROW, index).comment = Comment(part.accepted, "Evidenca", width=320, height=110)
        sheet.column_dimensions[get_column_letter(index)].width = part.width
        for row in range(HEADING_ROW + 1, HEADING_ROW + FILLED_ROWS + 1) if part.day else ():
            sheet.cell(row, index).number_format = DAYS
    sheet.row_dimensions[HEADING_ROW].height = 48
    sheet.freeze_panes = sheet.cell(HEADING_ROW + 1, 2).coordinate
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = f"{HEADING_ROW}:{HEADING_ROW}"


def _put(sheet: Worksheet, row: int, index: int, value: Any) -> None:
    """Write a value as it is: a text is never computed, whatever it begins with."""
    cell = sheet.cell(row, index, value)
    if isinstance(value, str):
        cell.data_type = "s"


def _put_heading(sheet: Worksheet, row: int, index: int, text: str) -> None:
    _put(sheet, row, index, text)
    cell = sheet.cell(row, index)
    cell.font, cell.fill, cell.alignment = Font(bold=True, color="FFFFFF"), FILL, WRAPPED


def _fill_example(sheet: Worksheet, parts: list[Part]) -> None:
    """The columns one below the other, each with an example and what is accepted."""
    for index, heading in enumerate((_("Column"), _("An example"), _("What is accepted")), 1):
        _put_heading(sheet, 1, index, heading)
    for row, part in enumerate(parts, 2):
        for index, value in enumerate((part.heading, part.example, part.accepted), 1):
            _put(sheet, row, index, value)
            sheet.cell(row, index).alignment = WRAPPED
        if part.day:
            sheet.cell(row, 2).number_format = DAYS
    for letter, width in zip("ABC", (26, 40, 80), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A2"
    for row, text in enumerate(_remarks(), len(parts) + 3):
        _put(sheet, row, 1, text)


def _remarks() -> list[str]:
    return [
        _("Figures that contradict each other are kept as they stand, and listed."),
        _("A session that is in the register already (same project, title and dates) is left alone."),
        _("Columns may stand in any order, be left out or be added: what is not understood is not read, and named."),
        _("Headings and words may be in any of the region's languages, in either script."),
        f"* {SHORT}",
    ]


def _offer(sheet: Worksheet, lists: Worksheet, parts: list[Part]) -> None:
    """A list to choose from where there is one; whole numbers where people are counted."""
    for index, part in enumerate(parts, 1):
        rule = _rule(part, lists, index)
        if rule is None:
            continue
        letter = get_column_letter(index)
        rule.add(f"{letter}{HEADING_ROW + 1}:{letter}{HEADING_ROW + FILLED_ROWS}")
        rule.errorTitle, rule.error = part.heading[:32], part.accepted[:255]
        sheet.add_data_validation(rule)


def _rule(part: Part, lists: Worksheet, index: int) -> DataValidation | None:
    if part.options:
        for row, option in enumerate(part.options, 1):
            _put(lists, row, index, option)
        letter = get_column_letter(index)
        source = f"'{LISTS}'!${letter}$1:${letter}${len(part.options)}"
        return DataValidation(type="list", formula1=source, allow_blank=True, showErrorMessage=part.only)
    if part.whole:
        rule = DataValidation(type="whole", formula1="0", allow_blank=True, showErrorMessage=True)
        rule.operator = "greaterThanOrEqual"
        return rule
    return None
