"""Checking in by code: who says that they are in the room, and by which number whoever has no account says so."""

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from training.choices import CheckInWay
from training.models.participations import Attendance, Participation

if TYPE_CHECKING:
    from training.models.accounts import Account
    from training.models.sessions import SessionDay


class CheckInQuerySet(models.QuerySet["CheckIn"]):
    def visible_to(self, account: "Account") -> "CheckInQuerySet":
        return self.filter(participation__in=Participation.objects.visible_to(account))

    def to_confirm(self, day: "SessionDay") -> "CheckInQuerySet":
        """Those of that day."""
        return self.unconfirmed().filter(day=day)

    def unconfirmed(self) -> "CheckInQuerySet":
        """Of those on the roster who have no mark on that day yet: a mark, whichever, says what is known."""
        marked = Attendance.objects.filter(day=OuterRef("day"), participation=OuterRef("participation"))
        return self.filter(~Exists(marked), participation__withdrawn_at=None)


class CheckIn(models.Model):
    """Somebody of the roster says that they are there. It counts nowhere until a trainer confirms it with a mark.

    `device` tells whether the same browser was used for somebody else on that day, and nothing else; empty once that
    is of no use any more.
    """

    participation = models.ForeignKey(Participation, models.CASCADE, related_name="check_ins")
    day = models.ForeignKey("training.SessionDay", models.CASCADE, related_name="check_ins")
    at = models.DateTimeField(_("checked in"), default=timezone.now)
    way = models.CharField(max_length=8, choices=CheckInWay.choices)
    device = models.CharField(max_length=32, blank=True)

    objects = CheckInQuerySet.as_manager()

    class Meta:
        verbose_name = _("check-in")
        verbose_name_plural = _("check-ins")
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["participation", "day"], name="check_in_once_a_day"),
            models.UniqueConstraint(fields=["day", "device"], condition=~Q(device=""), name="check_in_one_a_device"),
            models.CheckConstraint(condition=Q(way__in=CheckInWay.values), name="check_in_known_way"),
        ]

    def __str__(self) -> str:
        return f"{self.participation_id} on {self.day_id}"


class CheckInNumber(models.Model):
    """That somebody has a number for this session. The number itself follows from `seed` and the server's own secret
    (services/check_in_numbers.py): whoever reads this table has no number."""

    participation = models.OneToOneField(Participation, models.CASCADE, related_name="check_in_number")
    seed = models.UUIDField(default=uuid.uuid4, unique=True)
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey("training.Account", models.SET_NULL, null=True, related_name="+")
    sent_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("number to check in with")
        verbose_name_plural = _("numbers to check in with")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"of {self.participation_id}"
