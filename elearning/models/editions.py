"""An edition of a course is a self-paced session of the register: whoever takes it is a participation there."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from elearning.models.courses import Course


class CourseEditionQuerySet(models.QuerySet["CourseEdition"]):
    def open_of(self, course: "Course") -> "CourseEdition | None":
        """The edition people enrol in now, with its session. None where there is none."""
        return self.filter(course=course, closed_at=None).select_related("session").first()


class CourseEdition(models.Model):
    """One edition is open at a time. A renewed course opens the next one; who is in an older one finishes there."""

    course = models.ForeignKey("elearning.Course", models.PROTECT, related_name="editions", verbose_name=_("course"))
    number = models.PositiveSmallIntegerField(_("edition"))
    session = models.OneToOneField(
        "training.Session", models.PROTECT, related_name="course_edition", verbose_name=_("session")
    )
    opened_at = models.DateTimeField(_("opened"), default=timezone.now)
    closed_at = models.DateTimeField(_("closed to newcomers"), null=True)

    objects = CourseEditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("course edition")
        verbose_name_plural = _("course editions")
        ordering = ["course", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["course", "number"], name="course_edition_once"),
            models.UniqueConstraint(fields=["course"], condition=Q(closed_at=None), name="course_edition_open_once"),
        ]

    def __str__(self) -> str:
        return f"{self.course} ({self.number})"
