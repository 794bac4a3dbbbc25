"""Figures of a roster, kept so that no answer has to count it again (docs/decisions/0007-tallies.md)."""

import secrets
from struct import Struct

from django.db import models
from django.utils.translation import gettext_lazy as _

from training.choices import Outcome, Role, Sex

# What a cell of a tally says: what its participations have in common, then what they add up to.
SHARED = ("role", "outcome", "sex", "jurisdiction", "institution")
SUMMED = ("participations", "days", "registered", "tested", "gain")
# An answer reads a cell for nearly every participation, so each takes little room: a byte for a word, four for numbers,
# of which the gain alone may be below zero; `x` leaves a byte empty, so that each number lies where processors want it.
CELL = Struct("<3Bx6Ii")
# Words stand in a cell by their place here, so the order stays, and what is new comes last. No institution is 0.
WORDS: dict[str, tuple[str, ...]] = {
    "role": (Role.TRAINEE.value, Role.TRAINER.value, Role.OBSERVER.value, Role.ORGANISER.value),
    "outcome": (Outcome.ATTENDED.value, Outcome.COMPLETED.value),
    "sex": (Sex.WOMEN.value, Sex.MEN.value, Sex.NOT_RECORDED.value),
}


def drawn() -> int:
    """A version no tally has had: drawn by lot, so that one of a transaction taken back does not come again."""
    return secrets.randbits(63)


class RosterTally(models.Model):
    """The counted participations of one session without the people: how many stand under what, and their sums.

    `cells` are `CELL`s, one after the other, in the order of their numbers. Whatever changes a roster, the database
    itself drops its tally in the same transaction (triggers in migrations/0010_tallies.py): a tally that is there is
    right, and a session without one is counted from its records. Where other people come to stand in the roster, or the
    session says something else, it draws another `version` (0020_versions_of_tallies.py): whoever has read these beside
    a version knows them for as long as it is there.
    """

    session = models.OneToOneField("training.Session", models.CASCADE, primary_key=True, related_name="tally")
    version = models.BigIntegerField(default=drawn)
    cells = models.BinaryField()

    class Meta:
        verbose_name = _("tally of a roster")
        verbose_name_plural = _("tallies of rosters")

    def __str__(self) -> str:
        return f"{self.session_id}: {len(bytes(self.cells)) // CELL.size}"
