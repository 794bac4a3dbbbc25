"""The records of the register. One module for each part of the domain; everything is importable from here."""

from training.models.accounts import Account
from training.models.check_in import CheckIn, CheckInNumber
from training.models.data_requests import DataRequest
from training.models.decisions import Decision
from training.models.headcounts import Breakdown, Cell, Headcount
from training.models.institutions import Institution, InstitutionAlias, InstitutionType
from training.models.invitations import AccessRequest, Invitation
from training.models.jurisdictions import FootnoteSet, Jurisdiction
from training.models.loading import LoadedRecord
from training.models.merging import DifferentPeople, InstitutionMerge, PersonMerge
from training.models.paper import PaperCount, SignedSheet
from training.models.participations import Attendance, AttendanceEvent, Participation, RosterImport
from training.models.people import Person
from training.models.projects import Agency, Framework, Funder, Goal, KnowledgeProduct, Kpi, Project, Source, Target
from training.models.reports import FrozenReport, SavedReport
from training.models.sessions import Session, SessionDay, Topic, Training
from training.models.sign_offs import DayRegister, SignOff
from training.models.tallies import RosterTally
from training.models.trail import TrailEntry
from training.models.walk_ins import WalkIn

__all__ = [
    "AccessRequest",
    "Account",
    "Agency",
    "Attendance",
    "AttendanceEvent",
    "Breakdown",
    "Cell",
    "CheckIn",
    "CheckInNumber",
    "DataRequest",
    "DayRegister",
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
    "PaperCount",
    "Participation",
    "Person",
    "PersonMerge",
    "Project",
    "RosterImport",
    "RosterTally",
    "SavedReport",
    "Session",
    "SessionDay",
    "SignOff",
    "SignedSheet",
    "Source",
    "Target",
    "Topic",
    "TrailEntry",
    "Training",
    "WalkIn",
]
