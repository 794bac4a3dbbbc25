"""What the demo register holds: projects, trainings, and sessions that lie so many days from the day it is loaded."""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from training.choices import Measure, Modality, SessionKind, SessionStatus

S = SessionStatus
ALL = ("AL", "BA", "XK", "ME", "MK", "RS")


class Register(StrEnum):
    """How much of a session's register is filled in."""

    FULL = "full"
    PART = "part"  # days before today in full, today for some of the people
    NONE = "none"


@dataclass(frozen=True)
class PlannedProject:
    key: str
    title: str
    jurisdictions: tuple[str, ...] = ALL


@dataclass(frozen=True)
class PlannedTarget:
    """`starts` counts days from today. Left out, the period is the project's."""

    project: str
    measure: str
    value: int
    women_share: Decimal | None = None
    starts: int = -400
    length: int = 731


@dataclass(frozen=True)
class PlannedTraining:
    title: str
    topic: str
    hours: int
    attendance_share: int = 80
    pass_mark: int | None = None


@dataclass(frozen=True, kw_only=True)
class PlannedSession:
    """`starts` counts days from today; `unnamed` gives women and men whose names may not be recorded."""

    key: str
    title: str
    project: str
    topic: str
    starts: int
    length: int = 1
    jurisdictions: tuple[str, ...] = ALL
    people: int = 0
    status: SessionStatus = S.CLOSED
    register: Register = Register.FULL
    training: str = ""
    place: str = ""
    language: str = "en"
    modality: Modality = Modality.IN_PERSON
    kind: SessionKind = SessionKind.TRAINING
    parent: str = ""
    unnamed: tuple[int, int] = (0, 0)
    audience: tuple[str, ...] = field(default=())


PROJECTS = (
    PlannedProject("demo-borders", "Demonstration: borders and customs"),
    PlannedProject("demo-investigation", "Demonstration: firearms investigation"),
    PlannedProject("demo-parcels", "Demonstration: parcels and post", ("BA", "ME", "RS")),
)
BORDERS, INVESTIGATION, PARCELS = (project.key for project in PROJECTS)

TARGETS = (
    PlannedTarget(BORDERS, Measure.PARTICIPATIONS, 200, women_share=Decimal(30)),
    PlannedTarget(BORDERS, Measure.PARTICIPATIONS, 70, women_share=Decimal(25), length=365),
    PlannedTarget(BORDERS, Measure.PEOPLE, 80),
    PlannedTarget(INVESTIGATION, Measure.PARTICIPATIONS, 160, women_share=Decimal(35)),
    PlannedTarget(INVESTIGATION, Measure.PERSON_DAYS, 300),
    PlannedTarget(PARCELS, Measure.PARTICIPATIONS, 60, women_share=Decimal(40)),
    PlannedTarget(PARCELS, Measure.PEOPLE, 50, women_share=Decimal(40), starts=30, length=300),
)

# A report to look at: its title, and titles and addresses of its questions.
REPORT = "Demonstration: what donors ask every half-year"
QUESTIONS = (
    ("Women and men by jurisdiction", "rows=jurisdiction&columns=sex&measure=participations"),
    ("Women and men by kind of institution", "rows=institution_type&columns=sex&measure=participations&measure=people"),
    ("First-timers by year", "rows=year&columns=sex&measure=participations&first_time=on"),
)

CATEGORIZATION = PlannedTraining("Demonstration: weapons categorization", "weapons-categorization", 18)
EVIDENCE = PlannedTraining(
    "Demonstration: electronic evidence", "electronic-evidence-across-borders", 12, attendance_share=100, pass_mark=60
)
TRAININGS = (CATEGORIZATION, EVIDENCE)

_BORDER_TOPIC = "countering-illicit-arms-trafficking-at-borders"

# Parents before their children.
SESSIONS = (
    PlannedSession(
        key="demo-series-weapons-categorization", title="Weapons categorization, a series", kind=SessionKind.SERIES,
        project=BORDERS, topic="weapons-categorization", starts=-210, length=90, jurisdictions=("XK", "MK"),
        status=S.DELIVERED, register=Register.NONE,
    ),
    PlannedSession(
        key="demo-weapons-categorization-skopje", title="Weapons categorization, Skopje",
        parent="demo-series-weapons-categorization", project=BORDERS, topic="weapons-categorization",
        training=CATEGORIZATION.title, starts=-210, length=3, jurisdictions=("XK", "MK"), people=28, place="Skopje",
        language="mk", audience=("police_border", "customs"),
    ),
    PlannedSession(
        key="demo-weapons-categorization-pristina", title="Weapons categorization, Pristina",
        parent="demo-series-weapons-categorization", project=BORDERS, topic="weapons-categorization",
        training=CATEGORIZATION.title, starts=-124, length=3, jurisdictions=("XK", "MK"), people=26, place="Pristina",
        language="sq", audience=("police_border", "customs"),
    ),
    PlannedSession(
        key="demo-training-of-trainers", title="Training of trainers for border police", project=BORDERS,
        topic=_BORDER_TOPIC, kind=SessionKind.TRAINING_OF_TRAINERS, starts=-180, length=4, people=24,
        place="Podgorica", audience=("police_border",),
    ),
    PlannedSession(
        key="demo-electronic-evidence", title="Electronic evidence across borders", project=INVESTIGATION,
        topic="electronic-evidence-across-borders", training=EVIDENCE.title, starts=-95, length=2, people=30,
        place="Sarajevo", audience=("prosecution", "court"),
    ),
    PlannedSession(
        key="demo-postal-detection", title="Detection in postal shipments", project=PARCELS, topic="postal-detection",
        starts=-70, length=2, jurisdictions=("BA", "ME", "RS"), people=24, status=S.DELIVERED, place="Sarajevo",
        language="bs", audience=("customs", "postal_operator", "courier_company"),
    ),
    PlannedSession(
        key="demo-case-law", title="Firearms case law for judges", project=INVESTIGATION, topic="firearms-case-law",
        kind=SessionKind.WORKSHOP, starts=-52, jurisdictions=("RS",), people=18, status=S.DELIVERED,
        register=Register.NONE, place="Belgrade", language="sr", audience=("court",),
    ),
    PlannedSession(
        key="demo-special-units", title="Converted firearms, with special units", project=INVESTIGATION,
        topic="converted-firearms-trafficking", starts=-33, length=2, jurisdictions=("AL", "MK"), people=20,
        status=S.DELIVERED, unnamed=(2, 6), place="Tirana", language="sq", audience=("police_criminal",),
    ),
    PlannedSession(
        key="demo-darknet-online", title="Investigation on the internet and darknet", project=INVESTIGATION,
        topic="darknet-investigation", modality=Modality.ONLINE, starts=-19, people=32, status=S.DELIVERED,
        audience=("police_criminal",),
    ),
    PlannedSession(
        key="demo-cancelled", title="Detection equipment, cancelled by the hosts", project=BORDERS,
        topic="detection-equipment", starts=-9, length=2, jurisdictions=("ME",), people=12, status=S.CANCELLED,
        register=Register.NONE, place="Podgorica", language="cnr",
    ),
    PlannedSession(
        key="demo-regional-course", title="Regional course on weapons categorization", project=BORDERS,
        topic="weapons-categorization", training=CATEGORIZATION.title, starts=-1, length=3, people=60, status=S.OPEN,
        register=Register.PART, place="Skopje", audience=("police_border", "customs", "police_criminal"),
    ),
    PlannedSession(
        key="demo-parcels-today", title="Parcels: what to look for", project=PARCELS, topic="postal-detection",
        kind=SessionKind.WORKSHOP, starts=0, jurisdictions=("RS",), people=18, status=S.OPEN, register=Register.NONE,
        place="Belgrade", language="sr", audience=("postal_operator", "courier_company"),
    ),
    PlannedSession(
        key="demo-link-analysis", title="Link analysis for investigators", project=INVESTIGATION,
        topic="link-analysis-software", starts=9, length=2, jurisdictions=("AL", "XK"), people=16, status=S.PLANNED,
        register=Register.NONE, place="Tirana", language="sq", audience=("police_criminal",),
    ),
    PlannedSession(
        key="demo-tracing", title="Identification and tracing of firearms", project=INVESTIGATION,
        topic="identification-and-tracing-of-firearms", starts=23, length=3, status=S.PLANNED, register=Register.NONE,
        place="Belgrade", audience=("forensic_ballistic", "police_criminal"),
    ),
    PlannedSession(
        key="demo-fast-parcels", title="Fast parcels: awareness for couriers", project=PARCELS,
        topic="postal-detection", starts=41, jurisdictions=("BA",), status=S.PLANNED, register=Register.NONE,
        place="Sarajevo", language="bs", audience=("courier_company",),
    ),
)  # fmt: skip
TODAY = PlannedSession(
    key="demo-today", title="Weapons categorization, a day's refresher", project=BORDERS,
    topic="weapons-categorization", training=CATEGORIZATION.title, starts=0, people=24, status=S.OPEN,
    register=Register.NONE, jurisdictions=("XK", "MK"), place="Skopje", audience=("police_border",),
)  # fmt: skip
