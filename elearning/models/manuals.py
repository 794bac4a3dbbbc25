"""What was last read from a manual into a course: what the next edition of it is compared with."""

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from elearning.models.courses import Course


class ManualEditionQuerySet(models.QuerySet["ManualEdition"]):
    def newest_of(self, course: "Course") -> "ManualEdition | None":
        return self.filter(course=course).order_by("-number").first()

    def newest(self) -> "ManualEditionQuerySet":
        """The last edition of each course."""
        later = ManualEdition.objects.filter(course=models.OuterRef("course"), number__gt=models.OuterRef("number"))
        return self.filter(~models.Exists(later))


class ManualEdition(models.Model):
    """One import. `modules` holds each module's key, title and blocks: id, kind, words, fingerprint, picture, and the
    trace of the value that was written, by which edits made since are told. `arrangement`: how it was split, joined and
    named, for the next edition. `images`: the records of pictures.
    """

    course = models.ForeignKey("elearning.Course", models.CASCADE, related_name="manuals", verbose_name=_("course"))
    number = models.PositiveSmallIntegerField(_("edition"))
    title = models.CharField(_("title"), max_length=255, help_text=_("As the manual has it."))
    file_name = models.CharField(_("file"), max_length=255)
    digest = models.CharField(_("SHA-256 of the file"), max_length=64)
    language = models.CharField(_("language"), max_length=10)
    modules = models.JSONField(_("modules"), default=list)
    arrangement = models.JSONField(_("arrangement"), default=dict)
    images = models.JSONField(_("pictures"), default=dict)
    at = models.DateTimeField(_("at"), auto_now_add=True)

    objects = ManualEditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("edition of a manual")
        verbose_name_plural = _("editions of manuals")
        ordering = ["course", "-number"]
        constraints = [models.UniqueConstraint(fields=["course", "number"], name="manual_edition_once")]

    def __str__(self) -> str:
        return f"{self.course} ({self.file_name}, {self.number})"
