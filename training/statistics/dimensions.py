"""What a figure may be broken down by: for each dimension where its value stands, its codes, labels and order.

Codes beside the dimension's own: `_X` not broken down, `_U` not stated, `_Z` not applicable (design §3.8).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, DateField, F, Value, When
from django.db.models.functions import Coalesce, TruncMonth, TruncQuarter, TruncYear
from django.utils.translation import gettext_lazy as _

from training.choices import Language, Modality, Outcome, Role, SessionKind, Sex
from training.models import (
    Agency,
    Framework,
    Funder,
    Goal,
    Institution,
    InstitutionType,
    Jurisdiction,
    Kpi,
    Project,
    Session,
    Topic,
    Training,
)
from training.prepared import Prepared

NOT_BROKEN_DOWN, NOT_STATED, NOT_APPLICABLE = "_X", "_U", "_Z"
SPECIAL_LABELS = {
    NOT_BROKEN_DOWN: _("Not broken down"),
    NOT_STATED: _("Not stated"),
    NOT_APPLICABLE: _("Not applicable"),
}

# A database value, the code that exports use for it, and its label: in the order of every list.
Member = tuple[Any, str, str]


@dataclass(frozen=True, kw_only=True)
class Dimension:
    """One dimension.

    path: from a participation to the value, as at training; path_now: as the person's record says now.
    of_session: the value is the session's, so it holds for headcounts too. multiple: a session may have several.
    members: the values there are. missing: the code where there is none.
    """

    name: str
    label: Any
    path: Any
    path_now: Any = None
    of_session: bool = True
    multiple: bool = False
    members: Callable[[], list[Member]] = list
    missing: str = NOT_STATED

    def expression(self, snapshot: str) -> Any:
        """What to group participations by."""
        path = self.path_now if snapshot == "now" and self.path_now is not None else self.path
        return F(path) if isinstance(path, str) else path

    @property
    def session_path(self) -> Any:
        """What to read from a session; None for a dimension that is not the session's."""
        if not self.of_session:
            return None
        if not isinstance(self.path, str):
            return SESSION_DATES[self.name]
        return "pk" if self.path == "session_id" else self.path.removeprefix("session__")


def _choices(choices: Any) -> Callable[[], list[Member]]:
    return lambda: [(value, value, str(label)) for value, label in choices.choices]


def _records(model: Any, code: str, label: str) -> Callable[[], list[Member]]:
    """The rows of a table, by the names of its columns."""
    rows = Prepared(lambda: model.objects.values_list("pk", code, label))
    return lambda: [(pk, str(code), label) for pk, code, label in rows.rows()]


INSTITUTIONS = Prepared(lambda: Institution.objects.values_list("pk", "jurisdiction__code", "match_key", "name"))


def _institutions() -> list[Member]:
    """Their codes are readable and stable: jurisdiction and name, as `BA-ita-headquarters`; `INT` outside them all."""
    return [(pk, f"{place or 'INT'}-{key.replace(' ', '-')}", name) for pk, place, key, name in INSTITUTIONS.rows()]


TRAININGS = Prepared(lambda: Training.objects.values_list("pk", "title", "version"))


def _trainings() -> list[Member]:
    return [(pk, str(pk), str(Training(title=title, version=version))) for pk, title, version in TRAININGS.rows()]


FRAMEWORKS = Prepared(lambda: Framework.objects.order_by().values_list("pk"))


def _numbered(model: Any) -> Callable[[], list[Member]]:
    numbered = Prepared(lambda: model.objects.values_list("pk", "framework__version", "number", "title"))

    def members() -> list[Member]:
        several = len(FRAMEWORKS.rows()) > 1
        return [
            (pk, f"{version}/{number}" if several else str(number), str(model(number=number, title=title)))
            for pk, version, number, title in numbered.rows()
        ]

    return members


# A session belongs to its last day, a self-paced participation to its completion, else its last activity (design §3.8).
PARTICIPATION_DATE = Case(
    When(session__modality=Modality.SELF_PACED, then=Coalesce(F("completed_on"), F("last_activity_on"))),
    default=F("session__end"),
    output_field=DateField(),
)
SESSION_DATES = {
    "year": TruncYear("end"),
    "quarter": TruncQuarter("end"),
    "month": TruncMonth("end"),
}


def period_code(name: str, first_day: date) -> str:
    """`2021`, `2021-Q3` or `2021-07` for the first day of a year, quarter or month."""
    if name == "year":
        return f"{first_day.year}"
    if name == "quarter":
        return f"{first_day.year}-Q{(first_day.month + 2) // 3}"
    return f"{first_day:%Y-%m}"


ALL: Iterable[Dimension] = (
    Dimension(
        name="jurisdiction",
        label=_("Jurisdiction"),
        path="jurisdiction_id",
        path_now="person__jurisdiction_id",
        of_session=False,
        members=_records(Jurisdiction, "code", "name"),
    ),
    Dimension(
        name="institution",
        label=_("Institution"),
        path="institution_id",
        path_now="person__institution_id",
        of_session=False,
        members=_institutions,
    ),
    Dimension(
        name="institution_type",
        label=_("Kind of institution"),
        path="institution__type_id",
        path_now="person__institution__type_id",
        of_session=False,
        members=_records(InstitutionType, "key", "name"),
    ),
    Dimension(name="sex", label=_("Sex"), path="sex", path_now="person__sex", of_session=False, members=_choices(Sex)),
    Dimension(
        name="project",
        label=_("Project"),
        path="session__project_id",
        members=_records(Project, "key", "title"),
    ),
    Dimension(
        name="agency",
        label=_("Agency"),
        path="session__project__agencies",
        multiple=True,
        members=_records(Agency, "key", "name"),
    ),
    Dimension(
        name="funder",
        label=_("Funder"),
        path="session__project__funders",
        multiple=True,
        members=_records(Funder, "key", "name"),
    ),
    Dimension(name="goal", label=_("Goal"), path="session__project__goals", multiple=True, members=_numbered(Goal)),
    Dimension(name="kpi", label=_("KPI"), path="session__project__kpis", multiple=True, members=_numbered(Kpi)),
    Dimension(name="session", label=_("Session"), path="session_id", members=_records(Session, "key", "title")),
    Dimension(name="topic", label=_("Topic"), path="session__topic_id", members=_records(Topic, "key", "name")),
    Dimension(
        name="training",
        label=_("Training"),
        path="session__training_id",
        members=_trainings,
        missing=NOT_APPLICABLE,
    ),
    Dimension(name="kind", label=_("Kind"), path="session__kind", members=_choices(SessionKind)),
    Dimension(name="modality", label=_("Modality"), path="session__modality", members=_choices(Modality)),
    Dimension(name="role", label=_("Role"), path="role", of_session=False, members=_choices(Role)),
    Dimension(name="language", label=_("Language"), path="session__language", members=_choices(Language)),
    Dimension(name="year", label=_("Year"), path=TruncYear(PARTICIPATION_DATE)),
    Dimension(name="quarter", label=_("Quarter"), path=TruncQuarter(PARTICIPATION_DATE)),
    Dimension(name="month", label=_("Month"), path=TruncMonth(PARTICIPATION_DATE)),
    Dimension(name="outcome", label=_("Outcome"), path="outcome", of_session=False, members=_choices(Outcome)),
    Dimension(
        name="named",
        label=_("Known by"),
        path=Value("named"),
        of_session=False,
        members=lambda: [
            ("named", "named", str(_("Roster"))),
            ("unnamed", "unnamed", str(_("Headcount beside a roster"))),
            ("whole", "whole", str(_("Headcount of the whole session"))),
        ],
    ),
)
DIMENSIONS: dict[str, Dimension] = {dimension.name: dimension for dimension in ALL}
PERIODS = tuple(SESSION_DATES)
FILTERS = (
    "project", "topic", "jurisdiction", "institution_type", "institution", "sex", "agency", "funder", "goal", "kpi",
    "modality", "role",
)  # fmt: skip


class Members:
    """The members of one dimension, looked up both ways."""

    def __init__(self, dimension: Dimension) -> None:
        self.dimension = dimension
        rows = dimension.members()
        self.order = {code: position for position, (_value, code, _label) in enumerate(rows)}
        self.labels = {code: label for _value, code, label in rows}
        self.codes = {value: code for value, code, _label in rows}

    def code(self, value: Any) -> str:
        """The code of a value as the database gave it."""
        if value is None or value == "":
            return self.dimension.missing
        if self.dimension.name in PERIODS:
            return period_code(self.dimension.name, value)
        return self.codes[value]

    def values(self, code: str) -> list[Any]:
        """The database values behind a code somebody gave; numbered goals and KPIs fit in each framework."""
        return [value for value, own in self.codes.items() if own == code or own.endswith(f"/{code}")]

    def values_of(self, codes: Iterable[str]) -> list[Any]:
        """The database values behind several codes."""
        return [value for code in codes for value in self.values(code)]

    def label(self, code: str) -> str:
        return str(SPECIAL_LABELS.get(code) or self.labels.get(code) or code)

    def position(self, code: str) -> tuple[int, int, str]:
        """Sort key: the dimension's own order, then what is special."""
        if code in SPECIAL_LABELS:
            return (1, list(SPECIAL_LABELS).index(code), code)
        return (0, self.order.get(code, 0), code)


class Lists(dict[str, Members]):
    """The members of dimensions, each read when it is first asked for. Keep one for a request, and none for longer."""

    def __missing__(self, name: str) -> Members:
        self[name] = Members(DIMENSIONS[name])
        return self[name]
