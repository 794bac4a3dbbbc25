"""What a script sends while a test is taken: one answer at a time, and how the attempt stands. Plain JSON."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from elearning.bank.asking import sent_as
from elearning.languages import LANGUAGES
from elearning.services.answering import Given, field_name, read_fields, take
from elearning.views.assessment import found_attempt

UNREADABLE = 422
MOST_BEFORE = 10  # answers of the same page to a question that another says it comes after


@require_POST
def attempt_answer(request, slug, number):
    """422 with the reason for what can never be taken; the sender forgets it then. Everything else it sends again."""
    attempt = found_attempt(request, slug, number)
    position = request.POST.get("position", "")
    asked = get_object_or_404(attempt.questions.select_related("version"), position=_whole(position))
    try:
        given = Given(
            position=asked.position,
            response=read_fields(asked, dict(request.POST.lists())),
            nonce=UUID(request.POST.get("nonce", "")),
            seconds_ago=float(request.POST.get("seconds_ago") or 0),
            language=request.POST.get("language", "") if request.POST.get("language") in LANGUAGES else "",
            after=[UUID(nonce) for nonce in request.POST.get("after", "").split()[-MOST_BEFORE:]],
        )
        taken = take(attempt=attempt, given=given, by=request.user)
    except ValidationError as refusal:
        return HttpResponse(" ".join(refusal.messages), status=UNREADABLE, content_type="text/plain; charset=utf-8")
    except ValueError:
        return HttpResponse(status=UNREADABLE)
    standing = sent_as(
        asked.version.read, order=asked.option_order, response=taken.standing, name=field_name(asked.position)
    )
    return JsonResponse({"fate": taken.fate, "standing": standing, "hint": taken.hint})


@require_safe
def attempt_state(request, slug, number):
    """Whether it has ended, how long it still goes, and the token a page needs after its reader logged in anew."""
    attempt = found_attempt(request, slug, number)
    left = (attempt.deadline - timezone.now()).total_seconds() if attempt.deadline else None
    return JsonResponse({"ended": attempt.is_ended, "seconds_left": left, "csrf": get_token(request)})


def _whole(text):
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 0
