"""Knowledge checks: a question of the bank beside the text it is about. Answers are marked and forgotten."""

import random

from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from elearning.bank.asking import response_of, shown
from elearning.bank.drawing import order_of
from elearning.bank.marking import ResponseError
from elearning.bank.telling import told
from elearning.models import Question
from elearning.opening import enrolment_of
from elearning.services.checks import check
from elearning.views.assessment import language_of
from elearning.views.courses import found_course
from training.permissions import Action, allows

FIELD = "c"


def check_page(request, slug, key):
    """As a part of the module it stands in where a script asks for it, else as a page of its own."""
    course, text = found_course(request, slug)
    if enrolment_of(request.user, course) is None and not allows(request.user, Action.KEEP_COURSES):
        return redirect("course", slug=slug)
    question = get_object_or_404(Question.objects.of(course).asked(), key=key)
    content, order, language = question.content, _order(question, request.user), language_of(request)
    context = {"course": course, "text": text, "question": question, "response": {}, "told": None}
    if request.method == "POST":
        try:
            fields = dict(request.POST.lists())
            checked = check(
                question=question, raw=response_of(content, order=order, fields=fields, name=FIELD), by=request.user
            )
            context["response"], context["checked"] = checked.response, checked
            if checked.marked:
                with_key = checked.marked.is_right
                context["told"] = told(content, checked.response, language=language, with_key=with_key)
        except (ValidationError, ResponseError) as refusal:
            context["refusal"] = " ".join(getattr(refusal, "messages", [_("Choose or write an answer first.")]))
    context["shown"] = shown(content, order=order, response=context["response"], language=language, name=FIELD)
    template = "_check" if request.headers.get("X-Part") == "check" else "check"
    return render(request, f"elearning/test/{template}.html", context)


def _order(question, account):
    """Mixed for each reader and version, and the same from the question to its answer."""
    seed = salted_hmac("elearning.check", f"{account.pk}:{question.current_id}").hexdigest()
    return order_of(question.content, shuffle=True, rng=random.Random(seed))  # noqa: S311 (the order is no secret)
