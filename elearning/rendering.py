"""A module's body as HTML. It is the same for everybody who reads it, so it is put together once for each version."""

from datetime import date
from enum import StrEnum
from functools import lru_cache

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from elearning.models import ModulePage
from elearning.texts import ModulePageText

MOST_KEPT = 128  # modules, of some 50 KB each


class Pictures(StrEnum):
    """In the width of the screen, in one width for saving, or only when their reader asks."""

    SIZED = "sized"
    ONE_WIDTH = "one width"
    ASKED_FOR = "asked for"


def body_html(module: ModulePageText, *, course_slug: str, pictures: Pictures = Pictures.SIZED) -> SafeString:
    """The published body. No query once it is kept; else the page, all its pictures and all its documents are read."""
    return kept_body(module.pk, module.version, course_slug, get_language(), pictures, timezone.localdate())


@lru_cache(maxsize=MOST_KEPT)
def kept_body(
    pk: int, _version: int | None, course_slug: str, _language: str, pictures: Pictures, _day: date
) -> SafeString:
    """Kept by this process, for a day at the most; restricted texts never lie in a cache outside it."""
    return rendered(ModulePage.objects.get(pk=pk), course_slug=course_slug, pictures=pictures)


def rendered(module: ModulePage, *, course_slug: str, pictures: Pictures = Pictures.SIZED) -> SafeString:
    context = {"body": module.body, "course_slug": course_slug, "pictures": pictures.value}
    return render_to_string("elearning/module/_body.html", context)
