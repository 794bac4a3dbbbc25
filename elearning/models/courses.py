"""A course: what it is and by which rules it is passed, whatever the language. Its texts are pages (pages.py)."""

import uuid
from typing import TYPE_CHECKING, Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from training import permissions

if TYPE_CHECKING:
    from training.models import Account

# Words that are addresses of their own beside the courses.
NOT_SLUGS = {"manage", "language", "low-data"}


class CourseQuerySet(models.QuerySet["Course"]):
    def visible_to(self, account: "Account") -> "CourseQuerySet":
        """The courses this account may know of: for everybody, for its kind of institution, or its own work."""
        return self.filter(permissions.course_scope(account))


class Course(models.Model):  # type: ignore[django-manager-missing]  # Wagtail's managers have no types
    """Rules and audience are said once, so that no translation can differ in them.

    `audience` names the kinds of institution it is for; empty is everybody. `is_restricted` keeps its modules from
    every device and marks printed copies with the reader. `is_catalogue_only` announces a manual that stays on paper.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    slug = models.SlugField(_("address"), max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=200, help_text=_("In lists of the house; readers see the page's."))
    topic = models.ForeignKey(
        "training.Topic",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="courses",
        verbose_name=_("topic"),
        help_text=_("Needed before anybody can take the course."),
    )
    training = models.ForeignKey(
        "training.Training", models.PROTECT, null=True, blank=True, related_name="courses", verbose_name=_("training")
    )
    project = models.ForeignKey(
        "training.Project",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="courses",
        verbose_name=_("project"),
        help_text=_("Who takes the course counts in this project. Needed before anybody can."),
    )
    level = models.CharField(_("level"), max_length=40, blank=True)
    hours = models.DecimalField(_("hours"), max_digits=5, decimal_places=1, null=True, blank=True)
    audience = models.ManyToManyField(
        "training.InstitutionType",
        blank=True,
        related_name="courses",
        verbose_name=_("audience"),
        help_text=_("Kinds of institution whose people may take it. None ticked: everybody."),
    )
    prerequisites = models.ManyToManyField(
        "self", blank=True, symmetrical=False, related_name="leads_to", verbose_name=_("to be passed before")
    )
    is_restricted = models.BooleanField(
        _("restricted material"), default=False, help_text=_("Kept on no device; printed copies name their reader.")
    )
    is_catalogue_only = models.BooleanField(
        _("only announced"), default=False, help_text=_("Stands in the list without content.")
    )
    pass_mark = models.PositiveSmallIntegerField(
        _("pass mark, %"), default=80, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    attempt_limit = models.PositiveSmallIntegerField(
        _("attempts"), default=3, help_text=_("0: as often as somebody likes.")
    )
    wait_hours = models.PositiveSmallIntegerField(_("hours between attempts"), default=0)
    time_limit_minutes = models.PositiveSmallIntegerField(
        _("minutes for an attempt"), default=0, help_text=_("0: without end.")
    )
    questions_drawn = models.PositiveSmallIntegerField(
        _("questions drawn"), default=0, help_text=_("How many of the bank make an attempt. 0: all.")
    )
    shuffle = models.BooleanField(_("questions and answers in another order each time"), default=True)
    is_demo = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = CourseQuerySet.as_manager()

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")
        ordering = ["title", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(pass_mark__range=(1, 100)), name="course_pass_mark_is_percent"),
            models.CheckConstraint(
                condition=~Q(slug__in=sorted(NOT_SLUGS)),
                name="course_slug_is_free",
                violation_error_message=_("That address is in use for something else. Choose another one."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("course", args=[self.slug])

    def facts(self) -> dict[str, Any]:
        """What a session made for it says of itself."""
        return {"title": self.title, "topic": self.topic, "training": self.training, "project": self.project}
