"""The courses themselves in Wagtail's admin: rules and audience. Their texts are pages, in the explorer."""

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel

from elearning.models import Course
from elearning.services.courses import make_page
from training.viewsets import Create, RecordViewSet


class CreateCourse(Create):
    """A course is made together with its first page, a draft to write on."""

    def save_instance(self):
        course = super().save_instance()
        make_page(course=course, by=self.request.user)
        return course


class CourseViewSet(RecordViewSet):
    model = Course
    add_view_class = CreateCourse
    icon = "form"
    add_to_admin_menu = True
    menu_order = 90
    list_display = ["title", "topic", "hours", "is_restricted", "is_catalogue_only"]
    list_filter = ["topic", "is_restricted", "is_catalogue_only"]
    search_fields = ["title"]
    panels = [
        *map(FieldPanel, ("title", "slug", "topic", "training", "project", "level", "hours", "prerequisites")),
        MultiFieldPanel(
            [
                FieldPanel("audience", widget=forms.CheckboxSelectMultiple),
                FieldPanel("is_restricted"),
                FieldPanel("is_catalogue_only"),
            ],
            heading=_("For whom"),
        ),
        MultiFieldPanel(
            [
                FieldPanel(name)
                for name in (
                    "pass_mark", "attempt_limit", "wait_hours", "time_limit_minutes", "questions_drawn", "shuffle",
                )
            ],
            heading=_("Final assessment"),
        ),
    ]  # fmt: skip
