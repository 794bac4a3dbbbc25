"""How a target stands on a day, given what was counted: pure arithmetic, without a database.

What nobody knows is never taken for zero: a target is behind only if it would be, whatever the unknown ones are.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import ceil

from django.db.models import TextChoices
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from training.choices import Measure
from training.statistics.shares import share

SHAPES = {
    "reached": "●", "sure": "●", "met": "●", "on_course": "◐", "behind": "○", "missed": "✕", "impossible": "✕",
    "nobody": "◌", "not_begun": "◌", "not_known": "?",
}  # fmt: skip


class Standing(TextChoices):
    """How a target stands. `shape` says the same beside the word, so that no colour has to."""

    REACHED = "reached", gettext_lazy("Reached")
    ON_COURSE = "on_course", gettext_lazy("On course")
    BEHIND = "behind", gettext_lazy("Behind")
    MISSED = "missed", gettext_lazy("Not reached")
    NOT_BEGUN = "not_begun", gettext_lazy("Not begun")
    NOT_KNOWN = "not_known", gettext_lazy("Not known")

    @property
    def shape(self) -> str:
        return SHAPES[self.value]


class ShareStanding(TextChoices):
    """How the promised share of women stands."""

    SURE = "sure", gettext_lazy("Met, whoever comes next")
    MET = "met", gettext_lazy("Met")
    ON_COURSE = "on_course", gettext_lazy("On course")
    BEHIND = "behind", gettext_lazy("Behind")
    IMPOSSIBLE = "impossible", gettext_lazy("Cannot be met any more")
    MISSED = "missed", gettext_lazy("Not met")
    NOBODY = "nobody", gettext_lazy("Nobody counted")
    NOT_KNOWN = "not_known", gettext_lazy("Not known")

    @property
    def shape(self) -> str:
        return SHAPES[self.value]


S = ShareStanding
STILL_OPEN = frozenset({S.SURE, S.ON_COURSE, S.BEHIND, S.NOBODY})


@dataclass(frozen=True, kw_only=True)
class Promise:
    """What was promised: so much of a measure between two days, both included, and a share of women in per cent."""

    measure: str
    value: int
    start: date
    end: date
    women_share: Decimal | None = None

    def due(self, today: date) -> int:
        """What is reached when `today` begins, if every day of the period brings the same."""
        length = (self.end - self.start).days + 1
        gone = min(max((today - self.start).days, 0), length)
        return ceil(Fraction(self.value * gone, length))


@dataclass(frozen=True, kw_only=True)
class Counted:
    """What is counted of a measure. number: as far as it is known; None: nothing of it is. at_most: with those whom
    nobody knows; None: there is no saying. women, men: those of the number whose sex is known.
    """

    number: int | None = 0
    at_most: int | None = 0
    women: int = 0
    men: int = 0

    @property
    def is_whole(self) -> bool:
        """Whether nothing is missing from the number."""
        return self.number is not None and self.at_most == self.number

    @property
    def sex_known(self) -> int:
        return self.women + self.men

    @property
    def sex_not_known(self) -> int:
        # Whoever is recorded as a woman here and as a man there is one person and stands under both.
        return max(0, (self.number or 0) - self.sex_known)

    @property
    def women_percent(self) -> float | None:
        """% women = women / (women + men) (design §3.9)."""
        return share(self.women, self.sex_known)


@dataclass(frozen=True, kw_only=True)
class ShareOfWomen:
    """The share of women that was promised, in per cent of those whose sex is known (design §3.9), and what it takes.

    places: those of the target that nobody has taken yet. needed: how many of them have to go to women; None where
    that is not known or too late. sentence: what it takes, in words; empty where the standing says it all.
    """

    promised: Decimal
    places: int
    needed: int | None
    standing: ShareStanding
    sentence: str


def standing_of(promise: Promise, counted: Counted, today: date) -> Standing:
    """On course: what is known is at least what is due pro rata."""
    known = counted.number
    if known is not None and known >= promise.value:
        return Standing.REACHED
    if today < promise.start:
        return Standing.NOT_BEGUN
    due = promise.due(today)
    if known is not None and known >= due:
        return Standing.ON_COURSE
    if counted.at_most is None or counted.at_most >= due:
        return Standing.NOT_KNOWN
    return Standing.MISSED if today > promise.end else Standing.BEHIND


def share_of_women(promise: Promise, counted: Counted, today: date) -> ShareOfWomen | None:
    """How the promised share of women stands; None where none was promised."""
    if promise.women_share is None:
        return None
    promised = Fraction(promise.women_share) / 100
    places = max(0, promise.value - (counted.number or 0))
    needed = max(0, ceil(promised * (counted.sex_known + places) - counted.women))
    is_over = today > promise.end
    if is_over or not places:
        standing = _at_the_end(promised, counted, is_over, places)
    else:
        standing = _with_places_left(promised, counted, places, needed)
    return ShareOfWomen(
        promised=promise.women_share,
        places=places,
        needed=None if is_over or standing not in STILL_OPEN else needed,
        standing=standing,
        sentence="" if is_over else _sentence(promise, counted, standing, places, needed),
    )


def _at_the_end(promised: Fraction, counted: Counted, is_over: bool, places: int) -> ShareStanding:
    """With the period over, or with every place taken."""
    if places and not counted.is_whole:
        return S.NOT_KNOWN
    if not counted.sex_known:
        return S.NOT_KNOWN if counted.number else S.NOBODY
    if counted.women >= promised * counted.sex_known:
        return S.MET
    return S.MISSED if is_over else S.IMPOSSIBLE


def _with_places_left(promised: Fraction, counted: Counted, places: int, needed: int) -> ShareStanding:
    if not counted.is_whole or (counted.number and not counted.sex_known):
        return S.NOT_KNOWN
    if not counted.number:
        return S.NOBODY
    if needed > places:
        return S.IMPOSSIBLE
    if not needed:
        return S.SURE
    return S.ON_COURSE if counted.women >= promised * counted.sex_known else S.BEHIND


def _sentence(promise: Promise, counted: Counted, standing: ShareStanding, places: int, needed: int) -> str:
    numbers = {"needed": number_format(needed), "places": number_format(places)}
    if standing == S.SURE:
        return _("It stays met even if all %(places)s still to come are men.") % numbers
    if standing == S.IMPOSSIBLE:
        if not places:
            return _("Everything promised is reached, so no places are left.")
        best = share(counted.women + places, counted.sex_known + places) or 0
        values = {**numbers, "percent": number_format(best, decimal_pos=1)}
        return _("Even if all %(places)s still to come are women, it will be %(percent)s %%.") % values
    if standing in STILL_OPEN:
        return _needed(promise.measure, places, needed) % numbers
    return ""


def _needed(measure: str, places: int, needed: int) -> str:
    """`12 of the next 40 places have to go to women.`, in the words of the measure."""
    if measure == Measure.PEOPLE:
        if places == 1:
            return _("The next person has to be a woman.")
        return ngettext(
            "%(needed)s of the next %(places)s people has to be a woman.",
            "%(needed)s of the next %(places)s people have to be women.",
            needed,
        )
    if measure == Measure.PERSON_DAYS:
        if places == 1:
            return _("The next person-day has to be a woman's.")
        return ngettext(
            "%(needed)s of the next %(places)s person-days has to be a woman's.",
            "%(needed)s of the next %(places)s person-days have to be women's.",
            needed,
        )
    if places == 1:
        return _("The next place has to go to a woman.")
    return ngettext(
        "%(needed)s of the next %(places)s places has to go to a woman.",
        "%(needed)s of the next %(places)s places have to go to women.",
        needed,
    )
