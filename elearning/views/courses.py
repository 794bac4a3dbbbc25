"""The courses one may take, and the page of one of them."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from elearning.languages import SOURCE
from elearning.models import Course
from elearning.opening import course_at, enrolment_of
from elearning.searching import search
from elearning.services.assessment import has_assessment
from elearning.services.enrolling import enrol
from elearning.standing import own_courses, standing_of
from elearning.texts import text_of
from training.permissions import Action, allows, require

MOST_LETTERS = 100


@require_safe
def course_list(request):
    require(request.user, Action.READ_COURSES)
    courses = Course.objects.visible_to(request.user)
    context = {
        "own": own_courses(courses, request.user),
        "may_take": allows(request.user, Action.TAKE_COURSES),
        "may_keep": allows(request.user, Action.KEEP_COURSES),
    }
    return render(request, "elearning/courses/list.html", context)


@require_safe
def course_page(request, slug):
    course, text = found_course(request, slug)
    context = {
        "course": course,
        "text": text,
        "standing": standing_of(course, text, request.user),
        "has_test": has_assessment(course),
        "may_take": allows(request.user, Action.TAKE_COURSES),
        "may_edit": allows(request.user, Action.KEEP_COURSES),
    }
    return render(request, "elearning/courses/page.html", context)


@require_POST
def course_enrol(request, slug):
    course, text = found_course(request, slug)
    try:
        enrol(course=course, by=request.user, language=text.language if text else SOURCE)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("course", slug=slug)
    first = text.modules[0].page.slug if text and text.modules else None
    return redirect("module", slug=slug, module=first) if first else redirect("course", slug=slug)


@require_safe
def course_search(request, slug):
    """Words of the course, for whoever takes it or keeps it."""
    course, text = found_course(request, slug)
    if text is None or not (enrolment_of(request.user, course) or allows(request.user, Action.KEEP_COURSES)):
        return redirect("course", slug=slug)
    typed = request.GET.get("q", "").strip()[:MOST_LETTERS]
    context = {"course": course, "text": text, "typed": typed, "found": search(text, typed)}
    return render(request, "elearning/courses/search.html", context)


def found_course(request, slug):
    """The course, of those the account may know of, and what of it is published for its reader: None, if nothing."""
    require(request.user, Action.READ_COURSES)
    course = course_at(slug, request.user)
    if course is None:
        raise Http404
    return course, text_of(course, request.user.language or SOURCE)
