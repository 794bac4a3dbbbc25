"""A progress list as a file: one row a person, one column an item. It holds names: whoever hands it out records it."""

import csv
import io
from collections.abc import Sequence

from django.utils.translation import gettext as _

from training.choices import Outcome
from training.exports.companion import metadata
from training.exports.formulas import harmless
from training.statistics.footnotes import footnotes_for
from training.statistics.progress import Line, Subject

MARK = "\ufeff"  # spreadsheets take a file without it for one of their own code page


def columns(subject: Subject) -> list[str]:
    """The headings; two items of one title are told by their first day."""
    items = [", ".join([item.title, *([item.start.isoformat()] if item.start else [])]) for item in subject.items]
    return [
        _("Person"),
        _("Last name"),
        _("First name"),
        _("Jurisdiction"),
        _("Institution"),
        *items,
        _("Sessions completed"),
    ]


def to_csv(subject: Subject, lines: Sequence[Line]) -> str:
    """RFC 4180 text for spreadsheets, with a byte order mark. No cell begins like a formula."""
    labels = {code: str(Outcome(code).label) for code in Outcome.values} | {"": ""}
    out = io.StringIO()
    out.write(MARK)
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([harmless(heading) for heading in columns(subject)])
    writer.writerows(
        [
            line.person,
            harmless(line.family),
            harmless(line.given),
            harmless(line.jurisdiction),
            harmless(line.institution),
            *[labels[state] for state in line.states],
            line.completed,
        ]
        for line in lines
    )
    return out.getvalue()


def to_csv_metadata(subject: Subject, csv_name: str, places: Sequence[str]) -> str:
    """What the CSV has no place for: what it is about, and the footnotes its words need. Names nobody."""
    notes = [
        _("Trainees of “%(title)s” and what became of them in each of its sessions.") % {"title": subject.title},
        _("Jurisdiction and institution as they were at the last of these sessions a person was in."),
        _("An empty cell: not on the roster of that session, or not shown to whoever asked."),
    ]
    said = [subject.title, *places, *(item.title for item in subject.items)]
    notes += [f"*{text}" for text in footnotes_for(said, subject.projects)]
    return metadata(csv_name, columns(subject), notes)
