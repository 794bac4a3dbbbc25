"""Courses for tests: pages in as many languages as asked, published and open."""

import uuid

from django.core.files.base import ContentFile
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Locale

from elearning.models import Course, CourseIndexPage, CoursePage, ModulePage
from elearning.services.courses import open_edition
from elearning.services.translating import publish_translation
from tests.factories import InstitutionFactory, PersonFactory, ProjectFactory, TopicFactory
from training.models import Account


def block(kind, value):
    return {"type": kind, "value": value, "id": str(uuid.uuid4())}


def text(words):
    return block("text", f"<p>{words}</p>")


def picture():
    return Image.objects.create(title="Drawn", file=get_test_image_file(filename="drawn.png", size=(40, 30)))


def picture_block(image, **words):
    return block("image", {"image": image.pk, "alt": "A drawing", "caption": "", "decorative": False, **words})


def document():
    return Document.objects.create(title="Form", file=ContentFile(b"form", name="form.txt"))


def file_block(one):
    return block("document", {"title": one.title, "document": one.pk})


def make_course(*, slug="evidence", modules=3, languages=("en",), is_open=True, audience=(), body=(), **facts):
    """A published course; with `is_open` an edition people can enrol in. Module n says “Module n in LANGUAGE”."""
    facts = {"topic": TopicFactory(), "project": facts.pop("project", None) or ProjectFactory(), **facts}
    course = Course.objects.create(slug=slug, title=slug.capitalize(), **facts)
    course.audience.set(audience)
    first = None
    for language in languages:
        locale = Locale.objects.get(language_code=language)
        if first is None:
            page = first = _first_page(course, locale, modules, body)
        else:
            page = _translated(first, locale, language)
        publish(page)
    if is_open:
        open_edition(course=course, by=Account.objects.system())
    return course


def publish(page):
    for one in (page, *page.get_children().specific()):
        one.save_revision().publish()


def translate(course, language, *, by):
    """Every text of the course with the language's code behind it, as a translator would have written it."""
    locale = Locale.objects.get(language_code=language)
    source = course.pages.order_by("pk").first()
    for page in (source, *ModulePage.objects.child_of(source).order_by("path")):
        copy = page.with_content_json(page.serializable_data())
        copy.title = f"{page.title} ({language})"
        publish_translation(source=page, translated=copy, locale=locale, by=by)


def modules_of(course, language="en"):
    page = course.pages.get(locale__language_code=language)
    return list(ModulePage.objects.child_of(page).order_by("path"))


def learner(account, **facts):
    """The person behind the account, so that it can take courses."""
    return PersonFactory(account=account, institution=facts.pop("institution", None) or InstitutionFactory(), **facts)


def _first_page(course, locale, modules, more):
    page = CoursePage(title=course.title, slug=course.slug, course=course, locale=locale, summary="What it is about.")
    CourseIndexPage.objects.get(locale=locale).add_child(instance=page)
    for number in range(1, modules + 1):
        body = [block("heading", {"text": f"Part {number}", "level": "2"}), text(f"Module {number} in English")]
        module = ModulePage(title=f"Module {number}", slug=f"module-{number}", locale=locale, body=[*body, *more])
        page.add_child(instance=module)
    return page


def _translated(first, locale, language):
    page = first.copy_for_translation(locale)
    page.title = f"{first.title} ({language})"
    for module in ModulePage.objects.child_of(first).order_by("path"):
        copy = module.copy_for_translation(locale)
        copy.title = f"{module.title} ({language})"
        copy.save_revision().publish()
    return page
