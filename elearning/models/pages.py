"""The texts of courses, in Wagtail: an index for each language, a course page below it, module pages below that.

Translations share their page's `translation_key`; that of a module is its key everywhere else. Readers reach pages
through our own addresses (urls.py), which know who may read them: Wagtail's own serving is not mounted.
"""

from typing import TYPE_CHECKING, Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page
from wagtail_localize.fields import SynchronizedField

from elearning.models.blocks import LISTED, ModuleBody
from elearning.models.questions import Question

if TYPE_CHECKING:
    from django.http import HttpRequest

    from elearning.models.questions import KeyDifference

# Shared by all languages, so that an address stays the same whichever is read.
ONE_ADDRESS = [SynchronizedField("slug", overridable=False)]


class OurAddress:
    """A page whose address is one of ours: what its `our_path` says."""

    if TYPE_CHECKING:

        def our_path(self) -> str: ...

    def get_url_parts(self, request: "HttpRequest | None" = None) -> tuple[int | None, str, str] | None:
        return None, "", self.our_path()


class CourseIndexPage(OurAddress, Page):
    """Where a language's courses lie. Nobody reads it as a page: the list of courses is made of what one may take."""

    parent_page_types: ClassVar[list[str]] = ["wagtailcore.Page"]
    subpage_types: ClassVar[list[str]] = ["elearning.CoursePage"]
    override_translatable_fields = ONE_ADDRESS

    class Meta:
        verbose_name = _("courses of a language")
        verbose_name_plural = _("courses of the languages")

    def our_path(self) -> str:
        return reverse("courses")


class CoursePage(OurAddress, Page):
    """A course in one language: what it is about, before one begins."""

    course = models.ForeignKey(
        "elearning.Course", models.PROTECT, related_name="pages", verbose_name=_("course"), editable=True
    )
    summary = models.TextField(_("in two sentences"), max_length=500, blank=True)
    objectives = RichTextField(_("what one can do afterwards"), features=LISTED, blank=True)
    for_whom = models.CharField(_("for whom"), max_length=300, blank=True)
    sources = RichTextField(_("sources"), features=LISTED, blank=True)
    is_reviewed = models.BooleanField(
        _("read by a native lawyer"), default=False, help_text=_("Until then readers are told that nobody has.")
    )

    parent_page_types: ClassVar[list[str]] = ["elearning.CourseIndexPage"]
    subpage_types: ClassVar[list[str]] = ["elearning.ModulePage"]
    content_panels = [
        *Page.content_panels,
        *map(FieldPanel, ("course", "summary")),
        FieldPanel("objectives", help_text=_("Of a manual that is only announced: what it is about.")),
        FieldPanel("for_whom"),
        FieldPanel("sources", help_text=_("Of a manual that is only announced: where it can be asked for on paper.")),
        FieldPanel("is_reviewed"),
    ]
    template = "elearning/preview/course.html"
    override_translatable_fields = [*ONE_ADDRESS, SynchronizedField("course", overridable=False)]

    class Meta:
        verbose_name = _("course page")
        verbose_name_plural = _("course pages")

    def our_path(self) -> str:
        return reverse("course", args=[self.slug])

    def clean(self) -> None:
        """Nothing becomes readable in a language whose questions have another key, by whichever way it is published."""
        super().clean()
        if self.live and not type(self).objects.filter(pk=self.pk, live=True).exists():
            different = self.key_differences()
            if different:
                raise ValidationError([str(one) for one in different])

    def key_differences(self) -> "list[KeyDifference]":
        """Which questions of the final test lack something of what is right in this page's language."""
        if self.course_id is None:
            return []
        pool = Question.objects.filter(course=self.course_id).pool()
        return pool.differing([self.locale.language_code])


class ModulePage(OurAddress, Page):
    """A module in one language: what is read in one go."""

    summary = models.CharField(_("in a sentence"), max_length=300, blank=True)
    minutes = models.PositiveSmallIntegerField(_("minutes to read"), null=True, blank=True)
    body = StreamField(ModuleBody(), verbose_name=_("content"), blank=True)
    is_restricted = models.BooleanField(
        _("restricted material"), default=False, help_text=_("Kept on no device; printed copies name their reader.")
    )

    parent_page_types: ClassVar[list[str]] = ["elearning.CoursePage"]
    subpage_types: ClassVar[list[str]] = []
    content_panels = [*Page.content_panels, *map(FieldPanel, ("summary", "minutes", "body", "is_restricted"))]
    template = "elearning/preview/module.html"
    override_translatable_fields = ONE_ADDRESS

    class Meta:
        verbose_name = _("module")
        verbose_name_plural = _("modules")

    def our_path(self) -> str:
        course = self.get_parent()
        return reverse("module", args=[course.slug, self.slug])

    @property
    def key(self) -> Any:
        """What progress and questions know it by."""
        return self.translation_key
