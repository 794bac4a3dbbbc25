"""What an editor decided about a contradiction. Figures stay as they are: a decision explains, it corrects nothing."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Decision(models.Model):
    """`contradiction` is the fingerprint of one contradiction with its figures; new figures need a new decision."""

    contradiction = models.CharField(max_length=160, unique=True)
    reason = models.TextField(_("decision and its reason"))
    by = models.ForeignKey("training.Account", models.PROTECT, related_name="decisions")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["-at"]
        constraints = [models.CheckConstraint(condition=~models.Q(reason=""), name="decision_has_a_reason")]

    def __str__(self) -> str:
        return self.contradiction
