"""What a session was when it was signed off: who did it, what came of it, and the register of each day on paper."""

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from training import permissions
from training.models.sessions import Session

if TYPE_CHECKING:
    from training.models.accounts import Account

KEPT = "What was signed off stays on record as it was."
REOPENING = {"reopened_at", "reopened_by", "reopen_reason"}


class SignOff(models.Model):
    """One sign-off of a session; a session that was reopened and closed again has several.

    `rule` is the completion rule as it was applied, `stood` how roster, marks and headcounts stood
    (services/since_sign_off.py), `missing` what the check-list still said: numbers and codes, no names. `reason` says
    why it was signed off although paper and register differed. The database refuses to change any of it
    (migrations/0014_sign_offs.py), but that the reopening is added once.
    """

    session = models.ForeignKey("training.Session", models.PROTECT, related_name="sign_offs")
    at = models.DateTimeField(_("signed off"), default=timezone.now)
    by = models.ForeignKey("training.Account", models.PROTECT, related_name="+", verbose_name=_("by"))
    rule = models.JSONField()
    stood = models.JSONField()
    missing = models.JSONField(default=list)
    reason = models.TextField(_("why although paper and register differ"), blank=True)
    reopened_at = models.DateTimeField(null=True)
    reopened_by = models.ForeignKey("training.Account", models.PROTECT, null=True, related_name="+")
    reopen_reason = models.TextField(_("why it was reopened"), blank=True)

    class Meta:
        verbose_name = _("sign-off")
        verbose_name_plural = _("sign-offs")
        ordering = [F("at").desc(), "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["session"], condition=Q(reopened_at=None), name="sign_off_stands_once"),
            models.CheckConstraint(
                condition=Q(reopened_at=None, reopened_by=None, reopen_reason="")
                | (Q(reopened_at__isnull=False, reopened_by__isnull=False) & ~Q(reopen_reason="")),
                name="sign_off_reopened_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{timezone.localtime(self.at):%Y-%m-%d}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding and not set(kwargs.get("update_fields") or {"stood"}) <= REOPENING:
            raise PermissionError(KEPT)
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("sign_off_record", args=[self.session.key, self.pk])


class DayRegisterQuerySet(models.QuerySet["DayRegister"]):
    def visible_to(self, account: "Account") -> "DayRegisterQuerySet":
        """Those of the sessions whose whole register this account may read."""
        return self.filter(sign_off__session__in=Session.objects.filter(permissions.named_scope(account)))

    def without_paper(self) -> "DayRegisterQuerySet":
        """For lists: without the document and what it is made of."""
        return self.defer("content", "names", "pdf")


class DayRegister(models.Model):
    """The register of one day as a sign-off froze it: `pdf` is the document, byte for byte, `sha256` its hash.

    `content` is what the document says (services/day_registers.py) but for the people's names: these are in `names`, by
    the number of the person's record. Erasing a person takes their name out and prints the register again;
    `frozen_sha256` stays that of the first print. The database refuses every other change.
    """

    sign_off = models.ForeignKey(SignOff, models.PROTECT, related_name="registers")
    day = models.ForeignKey("training.SessionDay", models.PROTECT, related_name="frozen")
    content = models.JSONField()
    names = models.JSONField()
    pdf = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    frozen_sha256 = models.CharField(max_length=64)

    objects = DayRegisterQuerySet.as_manager()

    class Meta:
        verbose_name = _("register of a day")
        verbose_name_plural = _("registers of days")
        ordering = ["day__date", "pk"]
        constraints = [models.UniqueConstraint(fields=["sign_off", "day"], name="day_register_frozen_once")]

    def __str__(self) -> str:
        return str(self.day)

    @property
    def is_as_frozen(self) -> bool:
        """Whether nobody on it has been erased since."""
        return self.sha256 == self.frozen_sha256
