"""What may be asked of the register: dimensions, measures, filters, a period. A question holds codes, no records."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from training.choices import Measure
from training.models import Account
from training.statistics.dimensions import DIMENSIONS, FILTERS

MEASURES: tuple[str, ...] = tuple(Measure.values)
SNAPSHOTS = ("training", "now")
MOST_DIMENSIONS = 4


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question to the register.

    by: names of dimensions, in the order of the rows' columns. measures: names of `MEASURES`.
    filters: for each filtered dimension the codes that may pass. start, end: the period, both days included.
    first_time: only people without an earlier counted participation. snapshot: jurisdiction, institution and sex as
    they were at the training, or as they are in the person's record now. reader: who asks, and so whose sessions count;
    None stands for whoever may know all figures. values: what a filter and its codes stand for in the database, from
    whoever has looked that up already.
    """

    by: tuple[str, ...] = ()
    measures: tuple[str, ...] = MEASURES
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    start: date | None = None
    end: date | None = None
    first_time: bool = False
    snapshot: str = "training"
    reader: "Account | None" = None
    values: Mapping[tuple[str, tuple[str, ...]], Sequence[Any]] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Raise ValidationError, naming what would be accepted, where a word of the question is unknown."""
        _refuse_unknown(_("dimension"), self.by, tuple(DIMENSIONS))
        _refuse_unknown(_("measure"), self.measures, MEASURES)
        _refuse_unknown(_("filter"), tuple(self.filters), FILTERS)
        _refuse_unknown(_("snapshot"), (self.snapshot,), SNAPSHOTS)
        if len(set(self.by)) < len(self.by):
            raise ValidationError(_("Name each dimension once."))
        if len(self.by) > MOST_DIMENSIONS:
            raise ValidationError(_("Ask for at most %(most)d dimensions at once.") % {"most": MOST_DIMENSIONS})
        if not self.measures:
            raise ValidationError(_("Name at least one measure: %(all)s.") % {"all": ", ".join(MEASURES)})
        if self.start and self.end and self.end < self.start:
            raise ValidationError(_("The period ends before it starts."))

    @property
    def has_period(self) -> bool:
        return self.start is not None or self.end is not None

    @property
    def people_filters(self) -> dict[str, tuple[str, ...]]:
        """The filters that select people rather than sessions; they act as dimensions (design §3.8)."""
        return {name: codes for name, codes in self.filters.items() if not DIMENSIONS[name].of_session}

    @property
    def session_filters(self) -> dict[str, tuple[str, ...]]:
        """The filters that select sessions."""
        return {name: codes for name, codes in self.filters.items() if DIMENSIONS[name].of_session}

    @property
    def names_roles(self) -> bool:
        """Whether the roles are asked for; else it is about trainees (design §3.1)."""
        return "role" in self.by or "role" in self.filters

    @property
    def has_multiple(self) -> bool:
        """Whether a participation may stand in several rows: then rows do not sum to the total."""
        return any(DIMENSIONS[name].multiple for name in self.by)


def _refuse_unknown(what: str, given: tuple[str, ...], known: tuple[str, ...]) -> None:
    unknown = [name for name in given if name not in known]
    if unknown:
        raise ValidationError(
            _("Unknown %(what)s: %(unknown)s. Possible: %(known)s.")
            % {"what": what, "unknown": ", ".join(unknown), "known": ", ".join(known)}
        )
