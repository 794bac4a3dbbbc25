"""A report as IATI 2.03 activities with results (iatistandard.org): figures as actuals, promises as targets.

One activity for each project that a table tells apart or is about alone; what is about several projects together stands
under the reporting organisation itself, and a total over activities is left out, so that nothing is counted twice.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any
from xml.etree import ElementTree

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from training.choices import ProjectStatus
from training.exports import wording
from training.exports.iati_results import Slice, add_results, slices_of
from training.exports.iati_words import add, element, said
from training.statistics.dimensions import SPECIAL_LABELS
from training.statistics.report import Activity, Report

VERSION = "2.03"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
SALW_CONTROL = "15240"  # OECD DAC sector: Reintegration and SALW control
# Codes of IATI's own lists: ActivityStatus, OrganisationRole, ActivityDateType, DescriptionType.
STATUS = {ProjectStatus.PLANNED: "1", ProjectStatus.ONGOING: "2", ProjectStatus.COMPLETED: "3"}
IMPLEMENTATION, FUNDING, ACCOUNTABLE, IMPLEMENTING = "2", "1", "2", "4"
GENERAL, OTHER = "1", "4"


def to_iati(report: Report) -> bytes:
    """The XML. What is not known or withheld is left out, never written as zero."""
    moment = report.as_of.isoformat(timespec="seconds")
    root = element("iati-activities", {"version": VERSION, "generated-datetime": moment})
    root.append(ElementTree.Comment(said(f"{report.title}. {_told(report)}")))
    slices = [piece for table in report.tables for piece in slices_of(report, table)]
    for project in dict.fromkeys(piece.project for piece in slices):
        root.append(_activity(report, project, [piece for piece in slices if piece.project == project]))
    if not slices:
        root.append(_activity(report, "", []))
    ElementTree.indent(root)
    written: bytes = ElementTree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return written


def _told(report: Report) -> str:
    return " ".join(f"{term}: {meaning}." for term, meaning in wording.about(report))


def _activity(report: Report, project: str, slices: list[Slice]) -> ElementTree.Element:
    known = next((one for one in report.activities if one.project == project), None)
    title = known.title if known else _title(slices) or report.title
    activity = element(
        "iati-activity",
        {LANGUAGE: get_language() or "en", "last-updated-datetime": report.as_of.isoformat(timespec="seconds")},
    )
    add(activity, "iati-identifier", text=f"{settings.IATI_REPORTING_ORG}-{project or 'register'}")
    organisation = {"ref": settings.IATI_REPORTING_ORG, "type": settings.IATI_REPORTING_ORG_TYPE}
    add(activity, "reporting-org", organisation, narrative=settings.IATI_REPORTING_ORG_NAME)
    add(activity, "title", narrative=title)
    _describe(activity, report)
    _participants(activity, known)
    add(activity, "activity-status", {"code": _status(activity, known)})
    _dates(activity, report, known)
    _locations(activity, slices)
    add(activity, "sector", {"vocabulary": "1", "code": SALW_CONTROL})
    add_results(activity, report, slices)
    return activity


def _title(slices: list[Slice]) -> str:
    """The project's title as the tables have it."""
    return next((piece.title for piece in slices if piece.title), "")


def _describe(activity: ElementTree.Element, report: Report) -> None:
    texts = [f"{report.title}.", report.introduction, _told(report)]
    add(activity, "description", {"type": GENERAL}, narrative=" ".join(text for text in texts if text))
    for text in wording.footnotes(report):
        add(activity, "description", {"type": OTHER}, narrative=text)


def _participants(activity: ElementTree.Element, known: Activity | None) -> None:
    """Who pays and who carries out, where a source names them; else who reports."""
    roles = [(FUNDING, known.funders), (IMPLEMENTING, known.agencies)] if known else []
    named = [(role, name) for role, names in roles for name in names]
    for role, name in named:
        add(activity, "participating-org", {"role": role}, narrative=name)
    if not named:
        reporting = {"ref": settings.IATI_REPORTING_ORG, "role": ACCOUNTABLE}
        add(activity, "participating-org", reporting, narrative=settings.IATI_REPORTING_ORG_NAME)


def _status(activity: ElementTree.Element, known: Activity | None) -> str:
    """The code of the project's status. The standard asks for one: where none is stated, training takes place."""
    if known and known.status:
        return STATUS[ProjectStatus(known.status)]
    activity.append(ElementTree.Comment(said(_("The status is not stated: figures are of training that was held."))))
    return IMPLEMENTATION


def _dates(activity: ElementTree.Element, report: Report, known: Activity | None) -> None:
    """Start and end as far as they are stated, planned as long as they have not come. The standard asks for a start."""
    today = timezone.localdate(report.as_of)
    start, end = (known.start, known.end) if known else (None, None)
    if start:
        add(activity, "activity-date", {"type": "2" if start <= today else "1", "iso-date": start.isoformat()})
    else:
        _stand_in(activity, report.first_day or today, today)
    if end:
        is_over = end <= today and known is not None and known.status == ProjectStatus.COMPLETED
        add(activity, "activity-date", {"type": "4" if is_over else "3", "iso-date": end.isoformat()})


def _stand_in(activity: ElementTree.Element, day: date, today: date) -> None:
    told = _("The start is not stated: this is the first day that these figures cover, or that of the report.")
    attributes = {"type": "2" if day <= today else "1", "iso-date": day.isoformat()}
    add(activity, "activity-date", attributes, narrative=told)


def _locations(activity: ElementTree.Element, slices: Iterable[Slice]) -> None:
    """The jurisdictions the results refer to, by their codes. No map, no coordinates."""
    found: dict[str, str] = {}
    for piece in slices:
        found |= {code: label for code, label in piece.jurisdictions().items() if code not in SPECIAL_LABELS}
    for code, label in found.items():
        location: Any = add(activity, "location", {"ref": code})
        add(location, "name", narrative=label)
