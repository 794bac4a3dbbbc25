"""The dashboard: what a manager asks every week, answered from a handful of questions under the same filters."""

from dataclasses import dataclass, replace
from functools import cached_property

from django.utils.translation import gettext as _

from training.choices import Measure, Role, Sex
from training.statistics.addresses import address_of, filters_in_words
from training.statistics.charts import KINDS, Bars, OverTime, bars, over_time
from training.statistics.dimensions import Lists
from training.statistics.engine import Answer, Reading
from training.statistics.layout import Grid, Layout, lay_out
from training.statistics.learning import SUMS, Learning, learning_by_sex
from training.statistics.named import count_people
from training.statistics.planned import Planned, planned
from training.statistics.question import Question
from training.statistics.shares import share
from training.statistics.table import Cell, Table, table_of

PARTICIPATIONS = (Measure.PARTICIPATIONS.value,)
ADDED_UP = (*PARTICIPATIONS, Measure.PERSON_DAYS.value)
BROKEN_DOWN = ("jurisdiction", "institution_type", "topic", "quarter", "role")


@dataclass(frozen=True, kw_only=True)
class Section:
    """One table of the dashboard, laid out with the sexes across. Only that by sex alone has notes and sessions."""

    name: str
    table: Table
    grid: Grid

    @property
    def bars(self) -> Bars:
        if self.name == "role":
            return bars(self.grid, on_one_scale=False)
        return bars(self.grid, largest_first=self.name in {"topic", "institution_type"})

    @property
    def has_trainees_only(self) -> bool:
        return self.name == "role" and set(self.table.labels["role"]) <= {Role.TRAINEE.value}

    @property
    def over_time(self) -> OverTime:
        return over_time(self.grid)


@dataclass(frozen=True, kw_only=True)
class Learned:
    """What came of it for one sex."""

    code: str
    label: str
    learning: Learning

    @property
    def codes(self) -> dict[str, str]:
        return {"sex": self.code}

    @property
    def kind(self) -> str:
        return KINDS[self.code]


@dataclass(frozen=True, kw_only=True)
class Dashboard:
    """sexes: everything by sex. people: unique people, of those known by name; life: the same over all dates, None
    where no period is set. learning: by sex.
    """

    sexes: Section
    sections: dict[str, Section]
    learning: dict[str, Learning]
    planned: Planned
    people: int
    life: int | None

    @property
    def is_empty(self) -> bool:
        return not self.sexes.table.cells and not self.sexes.table.sessions["events"]

    @property
    def total(self) -> Cell:
        """The figures of everything."""
        return self.sexes.table.total

    @cached_property
    def women(self) -> tuple[int, int]:
        return self.sexes.table.women() or (0, 0)

    @property
    def women_percent(self) -> float | None:
        return share(*self.women)

    @property
    def nobody_named(self) -> bool:
        """Whether there are participations, and none is backed by a name."""
        return self.total.participations > 0 and not self.total.named

    @property
    def not_named(self) -> int:
        return self.total.participations - self.total.named

    @property
    def sex_not_known(self) -> int:
        return self.total.participations - self.women[1]

    @property
    def tables(self) -> list[Table]:
        return [self.sexes.table, *(section.table for section in self.sections.values())]

    @property
    def charts(self) -> list[Section]:
        """The sections with people in them."""
        return [section for section in self.sections.values() if section.table.cells]

    @property
    def notes(self) -> list[str]:
        """What holds for all the charts; each says itself what is not broken down in it."""
        return [text for code, text in self.sexes.table.notes if code != "not_broken_down"]

    @property
    def learned(self) -> list[Learned]:
        """Women, men, and those whose sex is not recorded where there are any."""
        return [
            Learned(code=code, label=str(label), learning=self.learning.get(code, Learning()))
            for code, label in Sex.choices
            if code != Sex.NOT_RECORDED or code in self.learning
        ]


def dashboard_of(question: Question, lists: Lists) -> Dashboard:
    """Answer everything the dashboard shows under the question's filters and period, whatever it is broken down by."""
    asked = [
        replace(question, by=("sex",), measures=ADDED_UP),
        *(replace(question, by=(name, "sex"), measures=PARTICIPATIONS) for name in BROKEN_DOWN),
    ]
    reading = Reading(asked, also=SUMS, lists=lists, with_people=True)
    sexes, *sections = [_section(reading.answer(one), lists) for one in asked]
    of_life = replace(question, start=None, end=None)
    return Dashboard(
        sexes=sexes,
        sections={section.name: section for section in sections},
        learning=learning_by_sex(reading.named, of_trainees=not question.names_roles),
        planned=planned(question),
        people=reading.people(question),
        life=count_people(of_life, reading.sessions) if question.has_period else None,
    )


def _section(answer: Answer, lists: Lists) -> Section:
    question = answer.question
    name = question.by[0]
    layout = Layout(rows=(name,), column="sex" if name != "sex" else "")
    table = table_of(
        answer,
        title=_TITLES[name](),
        address=address_of(question, layout),
        filters=filters_in_words(question, lists),
        with_notes=name == "sex",
    )
    return Section(name=name, table=table, grid=lay_out(table, layout))


_TITLES = {
    "sex": lambda: _("Women and men"),
    "jurisdiction": lambda: _("Women and men by jurisdiction"),
    "institution_type": lambda: _("Women and men by kind of institution"),
    "topic": lambda: _("Women and men by topic"),
    "quarter": lambda: _("Share of women over time"),
    "role": lambda: _("Women among trainers and trainees"),
}
