"""The load itself: one file, one transaction, one entry in the trail."""

from pathlib import Path

from auditlog.context import disable_auditlog
from django.db import transaction

from training.models import Account
from training.permissions import Action, require
from training.roadmap.events import load_events, load_planned
from training.roadmap.keeping import Keeper, Report
from training.roadmap.reading import read_file
from training.roadmap.reference import load_reference
from training.services import trail

FACTS = Path(__file__).resolve().parent.parent / "data" / "facts.yaml"


@transaction.atomic
@disable_auditlog()
def load_roadmap(*, by: Account, path: Path = FACTS) -> Report:
    """Load the facts file, all of it or nothing; repeating it changes nothing. Raises RoadmapError."""
    require(by, Action.LOAD_DATA)
    file = read_file(path)
    keeper = Keeper()
    known = load_reference(file, keeper)
    load_events(file, keeper, known)
    load_planned(file, keeper, known)
    file.done()
    report = keeper.finish()
    if report.touched:
        detail = {"created": len(report.created), "changed": len(report.changed), "kept": len(report.kept)}
        trail.record(by=by, action="roadmap loaded", records=dict(report.touched), detail=detail)
    return report
