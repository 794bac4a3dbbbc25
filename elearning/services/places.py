"""Where courses lie in Wagtail: a locale and an index page for each language, and what editors may do there."""

from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Locale, Page

from elearning.languages import LANGUAGES, SOURCE, own_name
from elearning.models import CourseIndexPage
from training.permissions import ALLOWED, Action

PAGES = ("add_page", "change_page", "publish_page", "lock_page", "unlock_page")
FILES = ("add_image", "change_image", "choose_image", "add_document", "change_document", "choose_document")


def ensure_places() -> None:
    """Make what is missing. Safe to repeat; a few queries where nothing is."""
    locales = {code: Locale.objects.get_or_create(language_code=code)[0] for code in LANGUAGES}
    there = set(CourseIndexPage.objects.values_list("locale__language_code", flat=True))
    if SOURCE not in there:
        _root().add_child(instance=CourseIndexPage(title="Courses", slug="courses", locale=locales[SOURCE]))
    index = CourseIndexPage.objects.get(locale=locales[SOURCE])
    for code in LANGUAGES:
        if code not in there and code != SOURCE:
            page = index.copy_for_translation(locales[code], alias=False)
            page.title = own_name(code)
            page.save_revision().publish()
    _let_editors()


def _root() -> Page:
    """The root of all pages; Wagtail's own welcome page, which nobody asked for, goes."""
    root = Page.get_first_root_node() or Page.add_root(instance=Page(title="Root", slug="root"))
    Page.objects.filter(depth=2, slug="home", title__startswith="Welcome to your new Wagtail site").delete()
    return Page.objects.get(pk=root.pk)


def _let_editors() -> None:
    """Whoever keeps courses edits, translates and publishes all pages, and keeps pictures and documents."""
    for label in ("wagtailcore", "wagtailimages", "wagtaildocs", "wagtail_localize"):
        create_permissions(apps.get_app_config(label), verbosity=0)  # Django makes them after this signal's receivers
    translate = Permission.objects.filter(content_type__app_label="wagtail_localize", codename="submit_translation")
    pages = Permission.objects.filter(content_type__app_label="wagtailcore", codename__in=PAGES)
    files = Permission.objects.filter(content_type__app_label__in=("wagtailimages", "wagtaildocs"), codename__in=FILES)
    root = Page.get_first_root_node()
    collection = Collection.get_first_root_node() or Collection.add_root(name="Root")
    for group in Group.objects.filter(name__in=sorted(ALLOWED[Action.KEEP_COURSES])):
        group.permissions.add(*translate)
        for permission in pages:
            GroupPagePermission.objects.get_or_create(group=group, page=root, permission=permission)
        for permission in files:
            GroupCollectionPermission.objects.get_or_create(group=group, collection=collection, permission=permission)
