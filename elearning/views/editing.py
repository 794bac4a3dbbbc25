"""What editors do with a course beside its pages: its editions, and how fresh its translations are."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from elearning.freshness import freshness_of, languages_of, published_pair, questions_of
from elearning.models import Course, CourseEdition
from elearning.services.courses import close_edition, first_page, open_edition
from elearning.services.translating import keep_translation
from training.permissions import Action, require


@require_POST
def edition(request, slug):
    require(request.user, Action.KEEP_COURSES)
    course = get_object_or_404(Course, slug=slug)
    try:
        if request.POST.get("step") == "close":
            current = CourseEdition.objects.open_of(course)
            if current:
                close_edition(edition=current, by=request.user)
            messages.success(request, _("Nobody can enrol any more. Who is in it can finish."))
        else:
            opened = open_edition(course=course, by=request.user)
            messages.success(request, _("Edition %(number)s is open.") % {"number": opened.number})
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect(course)


@require_POST
def write(request, slug):
    """To the page that the course was written on, a draft where nobody has begun one."""
    require(request.user, Action.KEEP_COURSES)
    page = first_page(course=get_object_or_404(Course, slug=slug), by=request.user)
    return redirect("wagtailadmin_pages:edit", page.pk)


@require_safe
def freshness(request, slug):
    """Block by block and question by question, in the language of the address or the first there is."""
    require(request.user, Action.KEEP_COURSES)
    course = get_object_or_404(Course, slug=slug)
    languages = languages_of(course)
    wanted = request.GET.get("language") or (languages[0][0] if languages else "")
    if wanted and wanted not in dict(languages):
        raise Http404
    pages = freshness_of(course, wanted) if wanted else []
    questions = questions_of(course, wanted) if wanted else []
    context = {
        "course": course, "languages": languages, "language": wanted, "pages": pages, "questions": questions,
        "different": [one for one in questions if one.lacks], "waiting": [one for one in questions if not one.is_fresh],
    }  # fmt: skip
    return render(request, "elearning/editing/freshness.html", context)


@require_POST
def still_right(request, slug):
    """What the translation says in one place holds, though the source there says something else now."""
    require(request.user, Action.KEEP_COURSES)
    course = get_object_or_404(Course, slug=slug)
    said = {name: request.POST.get(name, "") for name in ("language", "page", "place", "seen")}
    pair = published_pair(course, said["language"], int(said["page"])) if said["page"].isdecimal() else None
    if pair is None:
        raise Http404
    source, translated = pair
    try:
        keep_translation(source=source, translated=translated, place=said["place"], seen=said["seen"], by=request.user)
        messages.success(request, _("Noted: the translation is still right there."))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect(f"{reverse('course_freshness', args=[slug])}?language={translated.locale.language_code}")
