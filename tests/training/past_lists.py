"""Lists of past sessions for tests, written the way a project's spreadsheet has them."""

from tests.factories import JurisdictionFactory, ProjectFactory, TopicFactory
from tests.training.rosters import workbook
from training.imports.past.sessions import check_sessions, import_sessions

HEADINGS = ["Title", "Topic", "Project", "Start", "End", "Place", "Jurisdictions", "Total", "Women", "Men"]
ROW = ["Basic course", "weapons-categorization", "borders", "2021-05-13", "2021-05-15", "Skopje", "XK, MK", 24, 7, 17]


def make_register():
    """What the rows below name: jurisdictions, a topic, and the project, which is returned."""
    for code in ("AL", "BA", "XK", "ME", "MK", "RS"):
        JurisdictionFactory(code=code)
    TopicFactory()
    return ProjectFactory(key="borders", title="Support to borders of Kosovo* (BORDERS)")


def row(**cells):
    """A good row, with some of its cells as said: `row(total=25)`."""
    places = {heading.lower(): index for index, heading in enumerate(HEADINGS)}
    written = list(ROW)
    for name, value in cells.items():
        written[places[name]] = value
    return written


def sessions(*rows, headings=HEADINGS, **more):
    """An uploaded workbook of sessions under the usual headings."""
    return workbook(headings, *rows, **more)


def check(upload, by, **more):
    return check_sessions(upload=upload, by=by, **more)


def apply(upload, by, **more):
    return import_sessions(upload=upload, by=by, **more)


def faults(plan):
    return [(fault.row, fault.column) for fault in plan.faults]
