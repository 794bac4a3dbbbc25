"""What the page of certificates shows under its filters: the reconciliation, and a chart for each way to divide it."""

from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from certificates.statistics.asking import CertificateQuestion
from certificates.statistics.counting import Reading, Reconciled, reconciled
from training.statistics.charts import Bars, bars
from training.statistics.layout import Grid, Layout, lay_out
from training.statistics.table import Table

BROKEN_DOWN = ("jurisdiction", "training", "certificate", "year")


@dataclass(frozen=True, kw_only=True)
class Section:
    """One table with the sexes across."""

    name: str
    table: Table
    grid: Grid

    @property
    def bars(self) -> Bars:
        return bars(self.grid, largest_first=self.name == "training")


@dataclass(frozen=True, kw_only=True)
class Overview:
    sections: tuple[Section, ...]
    reconciled: Reconciled

    @property
    def tables(self) -> list[Table]:
        return [section.table for section in self.sections]

    @property
    def charts(self) -> list[Section]:
        """The sections with certificates in them."""
        return [section for section in self.sections if section.table.cells]


def overview_of(asked: CertificateQuestion) -> Overview:
    """Answer everything under the question's filters, whatever its rows and columns. The participations are counted
    once.
    """
    reading = Reading(asked, (*BROKEN_DOWN, "sex"))
    sections = []
    for name in BROKEN_DOWN:
        layout = Layout(rows=(name,), column="sex")
        table = reading.table(replace(asked, layout=layout))
        sections.append(Section(name=name, table=table, grid=lay_out(table, layout)))
    return Overview(sections=tuple(sections), reconciled=reconciled(asked, reading))


def method() -> tuple[tuple[str, str], ...]:
    """What the terms mean."""
    return (
        (
            _("Certificate"),
            _("One for each person and session. One that was corrected counts once, in its last form."),
        ),
        (
            _("Eligible, pending, issued"),
            _(
                "Eligible is who has a certificate, and who is due one by the register of a session that is signed off"
                " or by passing a course. Pending is who has none yet. Issued are eligible less pending."
            ),
        ),
        (
            _("Valid, expired, revoked"),
            _("What became of those that were issued, as of the day on which the figures are shown."),
        ),
        (
            _("Year"),
            _(
                "That of the training's last day, of a course that of the day on which it was passed. The year of issue"
                " stands beside it."
            ),
        ),
        (
            _("As at training"),
            _("Jurisdiction, institution and sex are those written down at the session, unless asked for as now."),
        ),
    )
