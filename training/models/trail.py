"""The trail: who changed or disclosed what, when and from where. It holds ids and field names, no personal values."""

from typing import Any

from django.db import models
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

ADDED_ONLY = "The trail is only added to: an entry is neither changed nor taken away."


class TrailQuerySet(models.QuerySet["TrailEntry"]):
    """The database refuses changes as well (migrations/0006_trail.py); here the refusal says why."""

    def update(self, **kwargs: Any) -> int:
        raise PermissionError(ADDED_ONLY)

    def delete(self) -> tuple[int, dict[str, int]]:
        raise PermissionError(ADDED_ONLY)

    def about(self, model: str, pk: int) -> "TrailQuerySet":
        """The entries that name this record. Both databases write a list of numbers as [1, 2]."""
        pattern = rf'"{model}": \[([0-9]+, )*{pk}(, [0-9]+)*\]'
        return self.annotate(records_text=Cast("records", models.TextField())).filter(records_text__regex=pattern)

    def without_demonstration(self) -> int:
        """Take away what demo accounts did, and say how many entries that were: the one exception."""
        everything: models.QuerySet[TrailEntry] = models.QuerySet(self.model, using=self.db)
        found = everything.filter(pk__in=self.filter(by__is_demo=True).values("pk"))
        return found.delete()[0]


class TrailEntry(models.Model):
    """One change or disclosure. `records` maps model names to ids, `detail` holds field names and counts.

    `origin` is where it came from: a network address, or the command. A session is pointed at without a constraint, so
    that what was done stays on record when a demo session goes.
    """

    at = models.DateTimeField(_("when"), default=timezone.now, db_index=True)
    by = models.ForeignKey("training.Account", models.PROTECT, related_name="trail", verbose_name=_("who"))
    action = models.CharField(_("what"), max_length=60, db_index=True)
    session = models.ForeignKey(
        "training.Session", models.DO_NOTHING, null=True, db_constraint=False, related_name="trail"
    )
    records = models.JSONField(_("records"), default=dict)
    detail = models.JSONField(_("detail"), default=dict)
    origin = models.CharField(_("from where"), max_length=60, blank=True)

    objects = TrailQuerySet.as_manager()

    class Meta:
        verbose_name = _("trail entry")
        verbose_name_plural = _("trail")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.action

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise PermissionError(ADDED_ONLY)
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise PermissionError(ADDED_ONLY)
