"""The final test of a course: where one stands, an attempt, what it came to."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from elearning.bank.asking import shown
from elearning.bank.telling import told
from elearning.languages import SOURCE
from elearning.models import Attempt, Course, Enrolment
from elearning.services.answering import field_name, take_form
from elearning.services.assessment import assessment_state
from elearning.services.attempts import WITH, end_if_overdue, hand_in, start
from elearning.services.completing import unread_modules
from elearning.views.courses import found_course
from training.permissions import Action, require


@require_safe
def test_page(request, slug):
    course, text, enrolment = found_enrolment(request, slug)
    for attempt in enrolment.attempts.overdue(timezone.now()).select_related(*WITH):
        end_if_overdue(attempt=attempt, by=request.user)
    state = assessment_state(enrolment)
    context = {"course": course, "text": text, "enrolment": enrolment, "state": state}
    context["unread"] = len(unread_modules(enrolment)) if state.passed else 0
    return render(request, "elearning/test/state.html", context)


@require_POST
def test_start(request, slug):
    _course, _text, enrolment = found_enrolment(request, slug)
    number = request.POST.get("number", "")
    try:
        attempt = start(
            enrolment=enrolment,
            number=int(number) if number.isascii() and number.isdecimal() else 0,
            language=language_of(request),
            by=request.user,
        )
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("test", slug=slug)
    return redirect("attempt", slug=slug, number=attempt.number)


def attempt_page(request, slug, number):
    """The questions with what is answered; without a script, everything that was filled in comes back at once."""
    attempt = found_attempt(request, slug, number)
    if request.method == "POST" and not attempt.is_ended:
        try:
            return _sent(request, slug, attempt)
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
    if attempt.is_ended:
        return redirect("attempt_result", slug=slug, number=number)
    now = timezone.now()
    asked = shown_questions(request, attempt)
    context = {
        "attempt": attempt,
        "course": attempt.enrolment.edition.course,
        "asked": asked,
        "open": [position for position, question in asked if not question.is_answered],
        "is_checked": "check" in request.GET,
        "is_over": attempt.is_over(now),
        "seconds_left": max((attempt.deadline - now).total_seconds(), 0) if attempt.deadline else None,
        "language": language_of(request),
    }
    return render(request, "elearning/test/attempt.html", context)


def _sent(request, slug, attempt):
    """Keep what changed; hand in if that was asked for, once questions without an answer were shown."""
    if not attempt.is_over(timezone.now()):
        taken = take_form(
            attempt=attempt, fields=dict(request.POST.lists()), language=language_of(request), by=request.user
        )
        hints = {one.hint for one in taken if one.hint}
        for hint in hints:
            messages.warning(request, hint)
    if request.POST.get("step") == "save":
        return redirect("attempt", slug=slug, number=attempt.number)
    left_open = any(not question.is_answered for _position, question in shown_questions(request, attempt))
    if left_open and request.POST.get("step") != "hand-in-all-the-same" and not attempt.is_over(timezone.now()):
        return redirect(f"{request.path}?check#unanswered")
    hand_in(attempt=attempt, by=request.user)
    return redirect("attempt_result", slug=slug, number=attempt.number)


@require_safe
def attempt_result(request, slug, number):
    """What an attempt came to. Remarks wait until no attempt is open: the same question may be in that one."""
    attempt = found_attempt(request, slug, number)
    if not attempt.is_ended:
        return redirect("attempt", slug=slug, number=number)
    state = assessment_state(attempt.enrolment)
    context = {"attempt": attempt, "course": attempt.enrolment.edition.course, "state": state, "told": []}
    context["unread"] = len(unread_modules(attempt.enrolment)) if state.passed else 0
    if state.open is None:
        context["told"] = [
            told(one.version.read, one.response, language=language_of(request), with_key=state.key_may_be_told)
            for one in attempt.questions.select_related("version")
        ]
    return render(request, "elearning/test/result.html", context)


def found_enrolment(request, slug):
    """The course with its texts, and one's own enrolment in it: 404 for whoever does not take it."""
    course, text = found_course(request, slug)
    own = Enrolment.objects.of_account(request.user).in_course(course)
    enrolment = own.select_related(*(name.removeprefix("enrolment__") for name in WITH)).first()
    if enrolment is None:
        raise Http404
    return course, text, enrolment


def found_attempt(request, slug, number):
    """One's own attempt of that number, of the newest edition; ended, where its time is up for good."""
    require(request.user, Action.READ_COURSES)
    course = get_object_or_404(Course.objects.visible_to(request.user), slug=slug)
    own = Attempt.objects.own(request.user).select_related(*WITH)
    found = own.filter(enrolment__edition__course=course, number=number)
    attempt = found.order_by("-enrolment__edition__number").first()
    if attempt is None:
        raise Http404
    return end_if_overdue(attempt=attempt, by=request.user)


def language_of(request):
    return request.user.language or SOURCE


def shown_questions(request, attempt):
    """Each position with its question as the learner gets it: in their language, with the answer that stands."""
    language = language_of(request)
    return [
        (
            one.position,
            shown(
                one.version.read,
                order=one.option_order,
                response=one.response,
                language=language,
                name=field_name(one.position),
            ),
        )
        for one in attempt.questions.select_related("version")
    ]
