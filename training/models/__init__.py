"""The records of the register. One module for each part of the domain; everything is importable from here."""

from training.models.accounts import Account
from training.models.data_requests import DataRequest
from training.models.decisions import Decision
from training.models.headcounts import Breakdown, Cell, Headcount
from training.models.institutions import Institution, InstitutionAlias, InstitutionType
from training.models.invitations import AccessRequest, Invitation
from training.models.jurisdictions import FootnoteSet, Jurisdiction
from training.models.loading import LoadedRecord
from training.models.merging import DifferentPeople, InstitutionMerge, PersonMerge
from training.models.participations import Attendance, AttendanceEvent, Participation, RosterImport
from training.models.people import Person
from training.models.projects import Agency, Framework, Funder, Goal, KnowledgeProduct, Kpi, Project, Source, Target
from training.models.reports import FrozenReport, SavedReport
from training.models.sessions import Session, SessionDay, Topic, Training
from training.models.tallies import RosterTally
from training.models.trail import TrailEntry

__all__ = [
    "AccessRequest",
    "Account",
    "Agency",
    "Attendance",
    "AttendanceEvent",
    "Breakdown",
    "Cell",
    "DataRequest",
    "Decision",
    "DifferentPeople",
    "FootnoteSet",
    "Framework",
    "FrozenReport",
    "Funder",
    "Goal",
    "Headcount",
    "Institution",
    "InstitutionAlias",
    "InstitutionMerge",
    "InstitutionType",
    "Invitation",
    "Jurisdiction",
    "KnowledgeProduct",
    "Kpi",
    "LoadedRecord",
    "Participation",
    "Person",
    "PersonMerge",
    "Project",
    "RosterImport",
    "RosterTally",
    "SavedReport",
    "Session",
    "SessionDay",
    "Source",
    "Target",
    "Topic",
    "TrailEntry",
    "Training",
]
