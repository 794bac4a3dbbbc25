"""Which pictures and files belong to a course: those a module of it refers to, in any language, drafts included."""

from typing import Any

from wagtail.models import ReferenceIndex

from elearning.models import Course, ModulePage


def modules_with(record: Any, course: Course) -> list[ModulePage]:
    """The modules of the course that refer to this picture or document; none: it is not the course's. Three queries."""
    uses = [int(pk) for pk in ReferenceIndex.get_references_to(record).values_list("object_id", flat=True)]
    courses = list(course.pages.values_list("path", flat=True))
    modules = ModulePage.objects.filter(pk__in=uses).defer("body")
    return [module for module in modules if module.path[: -ModulePage.steplen] in courses]
