"""People who came without being on the roster, as they were typed in the room."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from training import permissions
from training.choices import Sex
from training.models.sessions import Session

if TYPE_CHECKING:
    from training.models.accounts import Account


class WalkInQuerySet(models.QuerySet["WalkIn"]):
    def visible_to(self, account: "Account") -> "WalkInQuerySet":
        """Those of sessions whose whole roster this account may read."""
        return self.filter(session__in=Session.objects.filter(permissions.named_scope(account)))

    def to_decide(self) -> "WalkInQuerySet":
        """Those of whom nobody has said yet who they are, the first who came first."""
        return self.filter(decided_at=None).order_by("at", "pk")


class WalkIn(models.Model):
    """Somebody who came and is not on the roster, under the number their device gave them. They count once decided on.

    Decided, it has no name any more: `participation` says who it was, or that it was nobody (empty).
    """

    nonce = models.UUIDField(unique=True)
    session = models.ForeignKey(Session, models.CASCADE, related_name="walk_ins")
    given_name = models.CharField(_("first name"), max_length=100, blank=True)
    family_name = models.CharField(_("last name"), max_length=100, blank=True)
    sex = models.CharField(_("sex"), max_length=1, choices=Sex.choices, default=Sex.NOT_RECORDED)
    institution_name = models.CharField(_("institution"), max_length=200, blank=True)
    by = models.ForeignKey("training.Account", models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    device = models.UUIDField()
    received_at = models.DateTimeField(default=timezone.now)
    participation = models.ForeignKey("training.Participation", models.CASCADE, null=True, related_name="walk_ins")
    decided_by = models.ForeignKey("training.Account", models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    objects = WalkInQuerySet.as_manager()

    class Meta:
        verbose_name = _("walk-in")
        verbose_name_plural = _("walk-ins")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(sex__in=Sex.values), name="walk_in_sex_known_code"),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, participation__isnull=True)
                | Q(decided_at__isnull=False, given_name="", family_name="", institution_name=""),
                name="walk_in_named_until_decided",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.family_name}, {self.given_name}"
