"""Making courses, and opening their editions."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import Locale

from elearning.languages import SOURCE
from elearning.models import Course, CourseEdition, CourseIndexPage, CoursePage, Question
from elearning.models.courses import NOT_SLUGS
from training.models import Account, Session, Topic
from training.names import match_key
from training.permissions import Action, require
from training.services import trail
from training.services.self_paced import open_self_paced

KEYS_DIFFER = gettext_lazy("The final test does not have the same key in all its languages:")


@transaction.atomic
def make_course(
    *, title: str, topic: Topic | None, by: Account, language: str = SOURCE, slug: str = "", **facts: Any
) -> Course:
    """A course with its page in the language it is written in, as a draft. `facts` are other fields of Course.

    Raises ValidationError naming the fields at fault.
    """
    require(by, Action.KEEP_COURSES)
    course = Course(title=title, topic=topic, slug=slug or free_slug(title), **facts)
    course.full_clean()
    course.save()
    trail.record(by=by, action="course created", records={"course": [course.pk]})
    make_page(course=course, by=by, language=language)
    return course


@transaction.atomic
def make_page(*, course: Course, by: Account, language: str = SOURCE) -> CoursePage:
    """The course's first page, a draft to write on."""
    require(by, Action.KEEP_COURSES)
    locale = Locale.objects.get(language_code=language)
    page = CoursePage(title=course.title, slug=course.slug, course=course, live=False, locale=locale)
    CourseIndexPage.objects.get(locale=locale).add_child(instance=page)
    page.save_revision(user=by)
    return page


@transaction.atomic
def first_page(*, course: Course, by: Account) -> CoursePage:
    """The page the course was written on; a draft is made where there is none yet, as for what is only announced."""
    require(by, Action.KEEP_COURSES)
    Course.objects.select_for_update().get(pk=course.pk)
    page = course.pages.order_by("pk").first()
    if page is None:
        page = make_page(course=course, by=by)
        trail.record(by=by, action="course page begun", records={"course": [course.pk]})
    return page


def free_slug(title: str) -> str:
    """An address of the title's words in Latin letters that no course has yet."""
    wanted = slugify(match_key(title))[:70].strip("-") or "course"
    taken = set(Course.objects.filter(slug__startswith=wanted).values_list("slug", flat=True)) | NOT_SLUGS
    slug, number = wanted, 2
    while slug in taken:
        slug, number = f"{wanted}-{number}", number + 1
    return slug


@transaction.atomic
def open_edition(*, course: Course, by: Account) -> CourseEdition:
    """The next edition: a self-paced session people enrol in from now on. Who is in an older one finishes there.

    Raises ValidationError for a course that is only announced, without a project or topic, without a page to read, or
    with a question whose languages do not have the same key.
    """
    require(by, Action.KEEP_COURSES)
    course = Course.objects.select_for_update().get(pk=course.pk)
    if course.is_catalogue_only:
        raise ValidationError(_("This course is only announced: there is nothing to take."))
    if course.topic is None:
        raise ValidationError(_("Give the course a topic first: whoever takes it counts under it."))
    if not course.pages.filter(live=True).exists():
        raise ValidationError(_("Publish the course's page first: there is nothing to read yet."))
    different = Question.objects.filter(course=course).pool().differing()
    if different:
        raise ValidationError([KEYS_DIFFER, *map(str, different)])
    newest = course.editions.first()
    number = newest.number + 1 if newest else 1
    course.editions.filter(closed_at=None).update(closed_at=timezone.now())
    session = open_self_paced(session=Session(**course.facts()), by=by)
    edition = CourseEdition.objects.create(course=course, number=number, session=session)
    records = {"course": [course.pk], "course edition": [edition.pk]}
    trail.record(by=by, action="course edition opened", session=session, records=records)
    return edition


@transaction.atomic
def close_edition(*, edition: CourseEdition, by: Account) -> None:
    """Nobody enrols any more until another one is opened. A second time changes nothing."""
    require(by, Action.KEEP_COURSES)
    if CourseEdition.objects.filter(pk=edition.pk, closed_at=None).update(closed_at=timezone.now()):
        records = {"course edition": [edition.pk]}
        trail.record(by=by, action="course edition closed", session=edition.session, records=records)
