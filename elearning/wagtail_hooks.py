"""What editors keep of courses in Wagtail's admin, and what is not published there."""

from django.shortcuts import redirect
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin import messages

from elearning.models import CoursePage
from elearning.viewsets import CourseViewSet


@hooks.register("register_admin_viewset")
def register_courses():
    return CourseViewSet()


@hooks.register("before_publish_page")
def refuse_another_key(request, page):
    """What was typed is kept as a draft."""
    different = page.key_differences() if isinstance(page, CoursePage) else ()
    if not different:
        return None
    messages.error(
        request,
        _("Not published: the final test has another key in this language. %(which)s")
        % {"which": " ".join(map(str, different))},
    )
    return redirect("wagtailadmin_pages:edit", page.pk)


@hooks.register("before_edit_page", order=-1)
def refuse_another_key_in_a_translation(request, page):
    """The page of wagtail-localize publishes without asking the hook above; it keeps each text as it comes."""
    is_publishing = request.method == "POST" and request.POST.get("action") == "publish"
    return refuse_another_key(request, page.specific) if is_publishing else None
