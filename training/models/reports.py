"""Reports that stay: questions that run again with new data, and figures kept as they were on one day."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from training.choices import Audience

DEFAULT_THRESHOLD = 5
LEAST_THRESHOLD, MOST_THRESHOLD = 3, 20


KEPT = "A frozen report stays as it was kept: it is neither changed nor removed."


class SavedReport(models.Model):
    """Questions under one title. `questions` is a list of `{"title": …, "address": …}`; an address is the query string
    of the statistics page, codes and no records. Whoever opens it gets the figures of that moment.
    """

    title = models.CharField(_("title"), max_length=150)
    introduction = models.TextField(_("introduction"), blank=True)
    questions = models.JSONField(_("questions"), default=list)
    audience = models.CharField(_("for"), max_length=10, choices=Audience.choices, default=Audience.DONOR)
    threshold = models.PositiveSmallIntegerField(_("smallest group shown"), default=DEFAULT_THRESHOLD)
    created_by = models.ForeignKey("training.Account", models.PROTECT, related_name="saved_reports")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ["-updated_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="saved_report_has_a_title"),
            models.CheckConstraint(condition=Q(audience__in=Audience.values), name="saved_report_audience_known"),
            models.CheckConstraint(
                condition=Q(threshold__range=(LEAST_THRESHOLD, MOST_THRESHOLD)), name="saved_report_threshold_in_range"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("report", args=[self.pk])


class FrozenReportQuerySet(models.QuerySet["FrozenReport"]):
    """The database refuses changes as well (migrations/0007_frozen_reports.py); here the refusal says why."""

    def update(self, **kwargs: Any) -> int:
        raise PermissionError(KEPT)

    def delete(self) -> tuple[int, dict[str, int]]:
        raise PermissionError(KEPT)


class FrozenReport(models.Model):
    """A report as it was on one day: `document` holds all it says (statistics/report.py) and is never written again.

    What was withheld from its audience is not in it. Numbers run by year, without gaps.
    """

    year = models.PositiveSmallIntegerField(_("year"))
    number = models.PositiveIntegerField(_("number"))
    saved = models.ForeignKey(SavedReport, models.PROTECT, null=True, related_name="frozen", verbose_name=_("report"))
    title = models.CharField(_("title"), max_length=150)
    audience = models.CharField(_("for"), max_length=10, choices=Audience.choices)
    threshold = models.PositiveSmallIntegerField(_("smallest group shown"))
    document = models.JSONField()
    note = models.TextField(_("note"), blank=True)
    frozen_at = models.DateTimeField(_("as of"), default=timezone.now)
    frozen_by = models.ForeignKey("training.Account", models.PROTECT, related_name="frozen_reports")

    objects = FrozenReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("frozen report")
        verbose_name_plural = _("frozen reports")
        ordering = ["-year", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["year", "number"], name="frozen_report_number_once_a_year"),
            models.CheckConstraint(condition=Q(audience__in=Audience.values), name="frozen_report_audience_known"),
        ]

    def __str__(self) -> str:
        return f"{self.label}: {self.title}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise PermissionError(KEPT)
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("frozen_report", args=[self.year, self.number])

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise PermissionError(KEPT)

    @property
    def label(self) -> str:
        """The number as it is quoted: `2026-007`."""
        return f"{self.year}-{self.number:03d}"
