"""Loading the courses that come with the product: each once, published and open; what an editor changed stays."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from wagtail.models import Locale

from elearning.bank.content import read_content
from elearning.content.files import CourseFile, ModuleFile, TextFile, key_of
from elearning.content.pictures import picture
from elearning.languages import SOURCE
from elearning.models import Course, CourseIndexPage, CoursePage, ModulePage
from elearning.services.courses import open_edition
from elearning.services.questions import Facts, make_question
from elearning.services.translating import publish_translation
from training.models import Account, InstitutionType, LoadedRecord, Project, Topic, Training
from training.permissions import Action, require
from training.services import trail

ORIGIN = "courses"
RULES = (
    "title", "level", "hours", "is_restricted", "is_catalogue_only", "pass_mark", "attempt_limit", "wait_hours",
    "time_limit_minutes", "questions_drawn",
)  # fmt: skip


@dataclass
class Loaded:
    """What a run added."""

    courses: list[str] = field(default_factory=list)
    pages: int = 0
    questions: int = 0


def load_courses(*, files: list[CourseFile], by: Account, project: Project | None) -> Loaded:
    """Add the courses that were never loaded. Each is one transaction: a fault in one leaves the others."""
    require(by, Action.KEEP_COURSES)
    loaded = Loaded()
    for one in files:
        _load(one, by, project, loaded)
    return loaded


@transaction.atomic
def _load(told: CourseFile, by: Account, project: Project | None, loaded: Loaded) -> None:
    _record, is_new = LoadedRecord.objects.get_or_create(
        origin=ORIGIN, model="course", key=told.slug, defaults={"object_id": 0}
    )
    if not is_new or Course.objects.filter(slug=told.slug).exists():
        return
    course = _course(told, project)
    LoadedRecord.objects.filter(origin=ORIGIN, model="course", key=told.slug).update(object_id=course.pk)
    pages: dict[str, Any] = {}
    for text in sorted(told.texts.values(), key=lambda text: text.language != SOURCE):
        pages |= _pages(told, text, course, pages, by)
    for question in told.questions:
        _question(told, question, course, by)
    if project and pages and not course.is_catalogue_only:
        open_edition(course=course, by=by)
    trail.record(by=by, action="course loaded", records={"course": [course.pk]})
    loaded.courses.append(told.slug)
    loaded.questions += len(told.questions)
    loaded.pages += len(pages) * len(told.texts)


def _course(told: CourseFile, project: Project | None) -> Course:
    topic, _made = Topic.objects.get_or_create(
        key=told.rules["topic"], defaults={"name": told.rules.get("topic_name") or told.rules["topic"]}
    )
    facts = {name: told.rules[name] for name in RULES if name in told.rules}
    training, _made = Training.objects.get_or_create(
        title=told.rules["title"],
        version="online 1",
        defaults={"topic": topic, "hours": told.rules.get("hours"), "level": told.rules.get("level", "")},
    )
    course = Course.objects.create(
        slug=told.slug, key=key_of(told.slug), topic=topic, training=training, project=project, **facts
    )
    course.audience.set(InstitutionType.objects.filter(key__in=told.rules.get("audience", [])))
    return course


def _pages(told: CourseFile, text: TextFile, course: Course, sources: dict[str, Any], by: Account) -> dict[str, Any]:
    """The pages of one language, by slug. Those of the source are made first; the others are translations of them."""
    locale = Locale.objects.get(language_code=text.language)
    drafts: dict[str, Any] = {
        "": _course_page(text, course),
        **{one.slug: _module_page(one, told) for one in text.modules},
    }
    if sources:
        for slug, draft in drafts.items():
            draft.locale = locale
            publish_translation(source=sources[slug], translated=draft, locale=locale, by=by)
        CoursePage.objects.filter(course=course, locale=locale).update(is_reviewed=text.is_reviewed)
        return {}
    parent = CourseIndexPage.objects.get(locale=locale)
    for slug, draft in drafts.items():
        draft.locale, draft.translation_key = locale, key_of(told.slug, "page", slug)
        (parent if slug == "" else drafts[""]).add_child(instance=draft)
        draft.save_revision(user=by).publish()
    return drafts


def _course_page(text: TextFile, course: Course) -> CoursePage:
    return CoursePage(
        title=text.title,
        slug=course.slug,
        course=course,
        summary=text.summary,
        objectives=text.objectives,
        for_whom=text.for_whom,
        sources=text.sources,
        is_reviewed=text.is_reviewed,
    )


def _module_page(module: ModuleFile, told: CourseFile) -> ModulePage:
    return ModulePage(
        title=module.title,
        slug=module.slug,
        summary=module.summary,
        minutes=module.minutes,
        is_restricted=module.is_restricted,
        body=[_with_picture(block, told) for block in module.blocks],
    )


def _with_picture(block: dict[str, Any], told: CourseFile) -> dict[str, Any]:
    if block["type"] != "image":
        return block
    value = block["value"]
    image = picture(told.folder / "pictures" / value["image"], value["alt"])
    return {**block, "value": {**value, "image": image.pk}}


def _question(told: CourseFile, question: Mapping[str, Any], course: Course, by: Account) -> None:
    facts = Facts(
        name=question["key"],
        module_key=key_of(told.slug, "page", question["module"]),
        difficulty=question["difficulty"],
        source_note=question.get("source", ""),
    )
    key = key_of(told.slug, "question", question["key"])
    make_question(course=course, facts=facts, content=read_content(question["content"]), by=by, key=key)
