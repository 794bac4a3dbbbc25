"""Which texts of a course a reader gets: each page and module in their language, or in the closest there is."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from elearning.languages import best
from elearning.models import Course, CoursePage, ModulePage
from training.prepared import Prepared

DEPTH_OF_MODULES = 4
STEP = CoursePage.steplen
# What lists and pages show of a page: plain rows, since making whole Wagtail pages takes longer than reading them.
OF_EVERY_PAGE = (
    "pk",
    "path",
    "translation_key",
    "locale__language_code",
    "live_revision_id",
    "title",
    "slug",
    "summary",
)
OF_COURSES = ("course", "objectives", "for_whom", "sources", "is_reviewed")
OF_MODULES = ("minutes", "is_restricted")


@dataclass(frozen=True)
class PageText:
    """What is published of a page, its body apart. `version` changes with every publishing."""

    pk: int
    path: str
    translation_key: UUID
    language: str
    version: int | None
    title: str
    slug: str
    summary: str


@dataclass(frozen=True)
class CoursePageText(PageText):
    course_id: int
    objectives: str
    for_whom: str
    sources: str
    is_reviewed: bool


@dataclass(frozen=True)
class ModulePageText(PageText):
    minutes: int | None
    is_restricted: bool


@dataclass(frozen=True)
class ModuleText:
    """A module as it stands in a course's list."""

    page: ModulePageText
    language: str
    number: int

    @property
    def key(self) -> UUID:
        return self.page.translation_key


@dataclass(frozen=True)
class CourseText:
    """A course in `language`, the closest there is to the one `wanted`; its modules in order, each the closest too."""

    course: Course
    page: CoursePageText
    language: str
    wanted: str
    languages: Sequence[str]
    modules: Sequence[ModuleText]

    @property
    def stands_in(self) -> bool:
        return self.language != self.wanted

    def module(self, slug: str) -> ModuleText | None:
        return next((module for module in self.modules if module.page.slug == slug), None)

    def by_key(self, key: UUID | None) -> ModuleText | None:
        return next((module for module in self.modules if module.key == key), None)

    def after(self, module: ModuleText) -> ModuleText | None:
        return self.modules[module.number] if module.number < len(self.modules) else None


def _page_rows(*courses: int) -> QuerySet[Any, Any]:
    pages = CoursePage.objects.live().filter(course__in=courses).order_by("pk")
    rows: QuerySet[Any, Any] = pages.values_list(*OF_EVERY_PAGE, *OF_COURSES)
    return rows


def _module_rows(*paths: str) -> QuerySet[Any, Any]:
    below = reduce(or_, (Q(path__startswith=path) for path in paths))
    modules = ModulePage.objects.live().filter(below, depth=DEPTH_OF_MODULES).order_by("path")
    rows: QuerySet[Any, Any] = modules.values_list(*OF_EVERY_PAGE, *OF_MODULES)
    return rows


PAGES, MODULES = Prepared(_page_rows), Prepared(_module_rows)


def texts_of(courses: Iterable[Course], language: str) -> dict[int, CourseText]:
    """What a reader of `language` gets of these courses, by their ids; those without a published page are left out.

    Two queries, whatever the number of courses, languages and modules.
    """
    listed = list(courses)
    rows = PAGES.rows(*[course.pk for course in listed]) if listed else []
    by_course: dict[int, list[CoursePageText]] = {}
    for page in (CoursePageText(*row) for row in rows):
        by_course.setdefault(page.course_id, []).append(page)
    modules = _modules_below([page for found in by_course.values() for page in found])
    readable = [course for course in listed if course.pk in by_course]
    return {course.pk: _text(course, by_course[course.pk], modules, language) for course in readable}


def text_of(course: Course, language: str) -> CourseText | None:
    return texts_of([course], language).get(course.pk)


def _modules_below(pages: Sequence[CoursePageText]) -> dict[str, list[ModulePageText]]:
    """The modules of each page, by its path, in order."""
    if not pages:
        return {}
    found: dict[str, list[ModulePageText]] = {page.path: [] for page in pages}
    for module in (ModulePageText(*row) for row in MODULES.rows(*found)):
        found[module.path[:-STEP]].append(module)
    return found


def _text(
    course: Course, pages: Sequence[CoursePageText], modules: Mapping[str, Sequence[ModulePageText]], language: str
) -> CourseText:
    """`pages` in the order they were made: the first is what the course was written in, and orders its modules."""
    in_language = {page.language: page for page in pages}
    chosen = best(in_language, language) or pages[0].language
    versions: dict[UUID, dict[str, ModulePageText]] = {}
    for page in pages:
        for module in modules[page.path]:
            versions.setdefault(module.translation_key, {})[module.language] = module
    listed = []
    for number, source in enumerate(modules[pages[0].path], start=1):
        code = best(versions[source.translation_key], language) or chosen
        listed.append(ModuleText(versions[source.translation_key][code], code, number))
    return CourseText(course, in_language[chosen], chosen, language, list(in_language), listed)


def module_keys(course: Course) -> list[UUID]:
    """The keys of the published modules, in order: those of the page the course was written in."""
    source = course.pages.order_by("pk").values_list("path", flat=True).first()
    modules = ModulePage.objects.live().filter(path__startswith=source or "-", depth=DEPTH_OF_MODULES)
    return list(modules.order_by("path").values_list("translation_key", flat=True))
