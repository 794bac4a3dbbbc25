"""How far somebody is in a course. Modules and blocks are named by keys that all languages and editions share."""

from typing import TYPE_CHECKING

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from elearning.models.courses import Course
    from training.models import Account


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    def of_account(self, account: "Account") -> "EnrolmentQuerySet":
        """One's own: an enrolment is read here by nobody but the person it belongs to."""
        return self.filter(participation__person__account=account.pk, participation__withdrawn_at=None)

    def in_course(self, course: "Course") -> "EnrolmentQuerySet":
        """Those in any edition of it, the newest first."""
        return self.filter(edition__course=course).order_by("-edition__number")


class Enrolment(models.Model):
    """What a participation in a course edition adds to the register's: where its reader is.

    `language` is the one last read in; `last_module_key` and `last_block_id` are where to go on.
    """

    participation = models.OneToOneField("training.Participation", models.CASCADE, related_name="enrolment")
    edition = models.ForeignKey("elearning.CourseEdition", models.PROTECT, related_name="enrolments")
    language = models.CharField(_("language"), max_length=7)
    enrolled_at = models.DateTimeField(_("enrolled"), default=timezone.now)
    started_at = models.DateTimeField(_("started"), null=True)
    completed_at = models.DateTimeField(_("completed"), null=True)
    last_at = models.DateTimeField(_("last read"), null=True)
    last_module_key = models.UUIDField(null=True)
    last_block_id = models.CharField(max_length=36, blank=True)
    extra_time_percent = models.PositiveSmallIntegerField(
        _("extra time, %"), default=0, validators=[MaxValueValidator(300)]
    )

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"enrolment of participation {self.participation_id}"


class ModuleProgress(models.Model):
    """A module somebody has opened, and when they said that they had read it."""

    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="modules")
    module_key = models.UUIDField()
    opened_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("progress in a module")
        verbose_name_plural = _("progress in modules")
        constraints = [models.UniqueConstraint(fields=["enrolment", "module_key"], name="module_progress_once")]

    def __str__(self) -> str:
        return f"module {self.module_key} of enrolment {self.enrolment_id}"


class ExtraTime(models.Model):
    """That somebody was given more time in tests, and why, in words that say nothing about health."""

    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="extra_times")
    percent = models.PositiveSmallIntegerField(_("extra time, %"), validators=[MaxValueValidator(300)])
    reason = models.CharField(_("reason"), max_length=200)
    by = models.ForeignKey("training.Account", models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("extra time given")
        verbose_name_plural = _("extra times given")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.percent} %"
