"""Issuing behind the page, and the letters that go out with it."""

from typing import TYPE_CHECKING

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from training.models import Session


class IssuingRunQuerySet(models.QuerySet["IssuingRun"]):
    def unfinished(self) -> "IssuingRunQuerySet":
        return self.filter(finished_at=None)

    def last_of(self, session: "Session") -> "IssuingRun | None":
        return self.filter(session=session).order_by("-pk").first()


class IssuingRun(models.Model):
    """One order to issue what a session is due. How far it is, the certificates themselves say.

    `failed` lists whom it could not serve: [{"participation": id, "message": why}].
    """

    session = models.ForeignKey("training.Session", models.CASCADE, related_name="issuing_runs")
    by = models.ForeignKey("training.Account", models.PROTECT, related_name="+")
    started_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)
    failed = models.JSONField(default=list)

    objects = IssuingRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("run of issuing")
        verbose_name_plural = _("runs of issuing")

    def __str__(self) -> str:
        return f"{self.session_id}, {self.started_at:%Y-%m-%d %H:%M}"


class CertificateLetter(models.Model):
    """That the person was written to about a certificate: once, whoever tries."""

    certificate = models.OneToOneField("certificates.Certificate", models.CASCADE, related_name="letter")
    sent_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")

    def __str__(self) -> str:
        return f"{self.certificate_id}"
