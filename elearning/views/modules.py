"""Reading a module: the page itself, the place one is at, and that it is read."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from elearning.opening import enrolment_of
from elearning.rendering import Pictures, body_html
from elearning.services.handing_out import note_restricted
from elearning.services.reading import mark_read, note_place, open_module
from elearning.standing import steps_of
from elearning.views.courses import found_course
from elearning.views.low_data import wants_low_data
from training.permissions import Action, allows


@require_safe
def module_page(request, slug, module):
    """Whoever takes the course reads on where they are; an editor reads without leaving a trace."""
    course, text, listed = found_module(request, slug, module)
    enrolment = enrolment_of(request.user, course)
    if enrolment is None and not allows(request.user, Action.KEEP_COURSES):
        messages.info(request, _("Enrol first: then your place in the course is kept."))
        return redirect("course", slug=slug)
    page = listed.page
    low_data, is_restricted = wants_low_data(request), course.is_restricted or page.is_restricted
    if is_restricted:
        note_restricted(course=course, module_id=page.pk, by=request.user)
    if enrolment is not None:
        open_module(enrolment=enrolment, module_key=listed.key, language=listed.language, by=request.user)
    context = {
        "course": course,
        "text": text,
        "module": listed,
        "page": page,
        "body": body_html(page, course_slug=slug, pictures=Pictures.ASKED_FOR if low_data else Pictures.SIZED),
        "enrolment": enrolment,
        "steps": steps_of(text, enrolment),
        "next": text.after(listed),
        "is_restricted": is_restricted,
        "low_data": low_data,
        "now": timezone.localtime(),
    }
    return render(request, "elearning/module/page.html", context)


@require_POST
def module_read(request, slug, module):
    course, text, listed = found_module(request, slug, module)
    enrolment = enrolment_of(request.user, course)
    if enrolment is None:
        return redirect("course", slug=slug)
    if mark_read(enrolment=enrolment, module_key=listed.key, by=request.user):
        messages.success(request, _("You have completed this course."))
    following = text.after(listed)
    return redirect("module", slug=slug, module=following.page.slug) if following else redirect("course", slug=slug)


@require_POST
def module_place(request, slug, module):
    """204: a script says where on the page its reader is."""
    course, _text, listed = found_module(request, slug, module)
    enrolment = enrolment_of(request.user, course)
    if enrolment is not None:
        block = request.POST.get("block", "")
        note_place(enrolment=enrolment, module_key=listed.key, block_id=block, by=request.user)
    return HttpResponse(status=204)


def found_module(request, slug, module):
    course, text = found_course(request, slug)
    listed = text.module(module) if text else None
    if listed is None:
        raise Http404
    return course, text, listed
