"""Which certificates a training gives. The rule belongs to a training's version: another version has its own."""

from typing import TYPE_CHECKING

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from training.models import Session


class CertificateRuleQuerySet(models.QuerySet["CertificateRule"]):
    def of(self, session: "Session") -> "CertificateRule":
        """The rule a session was held under: its training's, else both kinds without end."""
        found = self.filter(training=session.training_id).first() if session.training_id else None
        return found or CertificateRule(training=session.training)


class CertificateRule(models.Model):
    """A training without one gives both kinds, valid for ever, when somebody issues them."""

    training = models.OneToOneField(
        "training.Training", models.CASCADE, related_name="certificate_rule", verbose_name=_("training")
    )
    gives_attendance = models.BooleanField(_("certificates of attendance"), default=True)
    gives_completion = models.BooleanField(_("certificates of completion"), default=True)
    months_valid = models.PositiveSmallIntegerField(
        _("months a certificate of completion is valid"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Empty: without end."),
    )
    renewed_by = models.ManyToManyField(
        "training.Training",
        blank=True,
        related_name="renews_certificates_of",
        verbose_name=_("renewed by completing one of"),
        help_text=_("Shorter courses: completing one issues a new certificate that points to the one it renews."),
    )
    template = models.ForeignKey(
        "certificates.CertificateTemplate",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="rules",
        verbose_name=_("template"),
        help_text=_("What the certificates look like. Empty: as the template of the project, else the default."),
    )
    automatic = models.BooleanField(
        _("issued by themselves"),
        default=False,
        help_text=_("As soon as a session is signed off, or a course is passed."),
    )

    objects = CertificateRuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("certificate rule")
        verbose_name_plural = _("certificate rules")
        ordering = ["training"]
        constraints = [
            models.CheckConstraint(
                condition=Q(months_valid__isnull=True) | Q(months_valid__gte=1), name="certificate_valid_for_a_month"
            )
        ]

    def __str__(self) -> str:
        return str(self.training)
