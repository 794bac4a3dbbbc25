"""The register of certificates as a file: one row a certificate, with names. Whoever takes it stands in the trail.

For spreadsheets: a CSV with a byte order mark, or a workbook that prints, with filters, moment, number and footnotes.
"""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from certificates.choices import LANGUAGES
from certificates.models import Certificate
from certificates.statistics.listing import Wanted, certificates_for
from training.choices import Audience, Sex
from training.exports import wording
from training.exports.companion import metadata
from training.exports.files import SPREADSHEET
from training.exports.formulas import harmless
from training.models import Account
from training.permissions import Action, require
from training.services import trail
from training.statistics.footnotes import footnotes_for
from training.statistics.report import Report

if TYPE_CHECKING:
    from openpyxl import Workbook

MARK = "\ufeff"  # spreadsheets take a file without it for one of their own code page
DAY = "yyyy-mm-dd"
Value = str | int | date | None


@dataclass(frozen=True)
class Column:
    """head: what stands above; width: in letters; value: what it says of a certificate."""

    head: Any
    width: float
    value: Callable[[Certificate], Value]


COLUMNS = (
    Column(gettext_lazy("Serial"), 25, lambda one: one.serial),
    Column(gettext_lazy("Name on the certificate"), 28, lambda one: one.content["name"] or _("erased")),
    Column(gettext_lazy("Person"), 9, lambda one: one.participation.person_id),
    Column(gettext_lazy("Sex"), 11, lambda one: str(Sex(one.participation.sex).label)),
    Column(gettext_lazy("Jurisdiction"), 20, lambda one: str(one.participation.jurisdiction)),
    Column(gettext_lazy("Institution"), 28, lambda one: str(one.participation.institution or "")),
    Column(gettext_lazy("Training"), 34, lambda one: one.content["title"]),
    Column(gettext_lazy("Session"), 34, lambda one: one.content["session_title"]),
    Column(gettext_lazy("First day"), 12, lambda one: day_of(one.content["start"])),
    Column(gettext_lazy("Last day"), 12, lambda one: day_of(one.content["end"])),
    Column(gettext_lazy("Certificate of"), 13, lambda one: str(one.get_kind_display())),
    Column(gettext_lazy("State"), 13, lambda one: str(one.state.label)),
    Column(gettext_lazy("Issued"), 12, lambda one: day_of(one.content["issued_on"])),
    Column(gettext_lazy("Valid until"), 12, lambda one: one.expires_on),
    Column(gettext_lazy("Language"), 13, lambda one: str(dict(LANGUAGES).get(one.content["language"], ""))),
    Column(gettext_lazy("Renews"), 25, lambda one: one.content.get("renews", "")),
    Column(gettext_lazy("Superseded by"), 25, lambda one: _successor(one)),
    Column(gettext_lazy("Revoked"), 12, lambda one: timezone.localdate(one.revoked_at) if one.revoked_at else None),
)


@dataclass(frozen=True, kw_only=True)
class Taken:
    """A file, its name and type. number: that of its entry in the trail."""

    data: bytes
    name: str
    content_type: str
    number: int


@transaction.atomic
def take_register(wanted: Wanted, *, by: Account, kind: str) -> Taken:
    """All that fit, of the people the account may see by name, and an entry in the trail; both or none. kind: a name of
    `FORMATS`.
    """
    require(by, Action.READ_CERTIFICATES)
    found = list(certificates_for(by, wanted))
    entry = trail.record(
        by=by,
        action="certificates downloaded",
        records=ids_of(found),
        detail={"by": wanted.narrowed_by, "format": kind, "shown": len(found)},
    )
    ending, content_type, write = FORMATS[kind]
    data = write(found, _about(wanted, by, str(entry.pk)), wanted)
    return Taken(
        data=data, name=f"evidenca-certificates-{entry.pk}.{ending}", content_type=content_type, number=entry.pk
    )


def ids_of(certificates: Sequence[Certificate]) -> dict[str, list[int]]:
    """Whose certificates were disclosed, for the trail."""
    people = dict.fromkeys(one.participation.person_id for one in certificates)
    return {"certificate": [one.pk for one in certificates], "person": list(people)}


def day_of(iso: str) -> date | None:
    return date.fromisoformat(iso) if iso else None


def _successor(certificate: Certificate) -> str:
    successor: Certificate | None = getattr(certificate, "superseded_by", None)
    return successor.serial if successor else ""


def companion(wanted: Wanted, *, by: Account, number: str) -> str:
    """What the CSV of that number has no place for; it names nobody."""
    report = _about(wanted, by, number)
    notes = [f"{term}: {meaning}" for term, meaning in said_beside(report, wanted)]
    heads = [str(column.head) for column in COLUMNS]
    return metadata(f"evidenca-certificates-{number}.csv", heads, [*notes, *wording.footnotes(report)])


def _about(wanted: Wanted, by: Account, number: str) -> Report:
    """What stands around the rows. Every page names jurisdictions, so the footnote is always there."""
    filters = wanted.asked.question.filters
    notes = footnotes_for([wanted.asked.title, "Kosovo*"], filters.get("project", ()), filters.get("funder", ()))
    return Report(
        title=_("Register of certificates"),
        tables=(),
        as_of=timezone.now(),
        author=str(by),
        audience=Audience.INTERNAL.value,
        threshold=0,
        number=number,
        footnotes=tuple(notes),
    )


def said_beside(report: Report, wanted: Wanted) -> list[tuple[str, str]]:
    """What has to be known beside the rows: terms and what they are."""
    said = [*wanted.asked.filters]
    said += [(_("Looked for"), wanted.q)] if wanted.q else []
    said += [(_("Only"), _("those that run out, or have, and are not renewed"))] if wanted.runs_out else []
    said += [(_("With"), _("those that another has taken the place of"))] if wanted.superseded else []
    return [
        (_("Filters"), "; ".join(f"{name}: {value}" for name, value in said) or _("No filter")),
        (_("Number"), report.number),
        (_("As of"), wording.as_of(report)),
        (_("Prepared by"), report.author),
        (_("Names"), _("Of people whom the account may see by name. Not to be passed on outside the house.")),
        (_("Circumstances"), _("Sex, jurisdiction and institution as they were at the session.")),
    ]


def _to_csv(found: Sequence[Certificate], report: Report, wanted: Wanted) -> bytes:
    """The rows alone: what has to be known beside them stands in the companion."""
    out = io.StringIO()
    out.write(MARK)
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([str(column.head) for column in COLUMNS])
    for one in found:
        values = [column.value(one) for column in COLUMNS]
        writer.writerow([value.isoformat() if isinstance(value, date) else harmless(value) for value in values])
    return out.getvalue().encode()


def _to_xlsx(found: Sequence[Certificate], report: Report, wanted: Wanted) -> bytes:
    from openpyxl import Workbook  # slow to import

    book = Workbook()
    book.remove(book.worksheets[0])
    _write_rows(book, found, report, wanted)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _write_rows(book: "Workbook", found: Sequence[Certificate], report: Report, wanted: Wanted) -> None:
    from openpyxl.utils import get_column_letter  # slow to import

    from training.exports.xlsx_sheet import Sheet  # with it

    sheet = Sheet(book, _("Certificates"), report)
    sheet.widths([column.width for column in COLUMNS])
    sheet.span = 6
    sheet.text(report.title, look="title")
    for term, meaning in said_beside(report, wanted):
        sheet.text(f"{term}: {meaning}", look="quiet")
    for note in wording.footnotes(report):
        sheet.text(note, look="quiet")
    sheet.row += 1
    head = sheet.row
    for place, column in enumerate(COLUMNS, start=1):
        cell = sheet.put(place, str(column.head), look="head")
        cell.alignment, cell.fill, cell.border = sheet.looks.head, sheet.looks.shade, sheet.looks.under
    sheet.next(2)
    for one in found:
        for place, column in enumerate(COLUMNS, start=1):
            value = column.value(one)
            cell = sheet.put(place, value)
            cell.alignment, cell.border = sheet.looks.wrapped, sheet.looks.between
            if isinstance(value, date):
                cell.number_format = DAY
        sheet.next(max(sheet.lines(str(column.value(one) or ""), column.width) for column in COLUMNS))
    sheet.page.freeze_panes = sheet.page.cell(head + 1, 3)
    sheet.page.auto_filter.ref = f"A{head}:{get_column_letter(len(COLUMNS))}{max(sheet.row - 1, head)}"
    sheet.finish(repeat=(head, head), landscape=True)


Write = Callable[[Sequence[Certificate], Report, Wanted], bytes]
FORMATS: dict[str, tuple[str, str, Write]] = {
    "csv": ("csv", "text/csv; charset=utf-8", _to_csv),
    "xlsx": ("xlsx", SPREADSHEET, _to_xlsx),
}
