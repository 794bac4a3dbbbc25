"""The question bank for editors: the list, and a question of any kind with its translations beside it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from elearning.bank.content import ContentError
from elearning.bank.gaps import differences
from elearning.choices import QuestionKind
from elearning.forms.bank import BankFilter, modules_of
from elearning.forms.questions import QuestionForm
from elearning.languages import LANGUAGES, SOURCE, named
from elearning.models import AttemptQuestion, Course, Question
from elearning.services.questions import Facts, change_question, make_question, set_asked
from training.permissions import Action, require

PER_PAGE = 50
MORE_ROWS = 3


@require_safe
def question_list(request):
    listed = narrowed(request)
    page = Paginator(listed.qs, PER_PAGE).get_page(request.GET.get("page"))
    rows = [_listed(question) for question in page.object_list]
    context = {"filter": listed, "page": page, "rows": rows, "kinds": QuestionKind.choices, "course": listed.chosen}
    return render(request, "elearning/bank/list.html", context)


def narrowed(request):
    """The bank as the address narrows it."""
    require(request.user, Action.KEEP_COURSES)
    courses = Course.objects.visible_to(request.user)
    questions = Question.objects.filter(course__in=courses).select_related("current", "course", "topic")
    listed = questions.order_by("course__title", "course", "order", "pk")
    return BankFilter(request.GET, queryset=listed, courses=courses, language=request.user.language or SOURCE)


def _listed(question):
    content = question.content
    first = content.languages[0]
    return {
        "question": question,
        "stem": content.texts[first].stem,
        "language": first,
        "languages": content.languages,
        "different": differences(content),
    }


def question_new(request):
    """Of a course and a kind, both in the address."""
    require(request.user, Action.KEEP_COURSES)
    course = get_object_or_404(Course.objects.visible_to(request.user), slug=request.GET.get("course", ""))
    kind = request.GET.get("kind", "")
    if kind not in QuestionKind.values:
        raise Http404
    languages = _languages(request, course)
    form = _form(request, course, kind=kind, languages=languages, facts=Facts(name=""))
    if _is_sent(request, form):
        made = _kept(form, lambda: make_question(**_said(form), course=course, by=request.user))
        if made:
            messages.success(request, _("“%(name)s” is in the bank.") % {"name": made.name})
            return redirect("bank_question", made.key)
    return _page(request, form, course, languages, {"kind": QuestionKind(kind).label})


def question_page(request, key):
    require(request.user, Action.KEEP_COURSES)
    question = _found(request, key)
    languages = _languages(request, question.course, question.content)
    form = _form(
        request,
        question.course,
        kind=question.kind,
        languages=languages,
        facts=Facts.of(question),
        old=question.content,
    )
    if _is_sent(request, form):
        before = question.current.number
        kept = _kept(
            form, lambda: change_question(**_said(form), question=question, by=request.user, seen=_seen(request))
        )
        if kept:
            messages.success(request, _told(kept.current.number, before))
            return redirect(request.get_full_path())
    drawn = AttemptQuestion.objects.filter(version__question=question, attempt__ended_at=None).count()
    context = {
        "question": question,
        "kind": question.get_kind_display(),
        "versions": question.versions.select_related("made_by").order_by("-number"),
        "drawn": drawn,
        "different": differences(question.content),
    }
    return _page(request, form, question.course, languages, context)


@require_POST
def question_retire(request, key):
    """Out of the bank, or back into it."""
    require(request.user, Action.KEEP_COURSES)
    question = _found(request, key)
    asked = request.POST.get("step") == "take-back"
    if set_asked(questions=[question], asked=asked, by=request.user):
        messages.success(request, _("It is asked again.") if asked else _("It is not asked any more."))
    return redirect("bank_question", question.key)


def _found(request, key):
    questions = Question.objects.filter(course__in=Course.objects.visible_to(request.user))
    return get_object_or_404(questions.select_related("course", "current"), key=key)


def _languages(request, course, content=None):
    """What the question was written in, and the one beside it: that of the address, else the first other there is."""
    pages = list(course.pages.order_by("pk").values_list("locale__language_code", flat=True))
    there = [*(content.languages if content else ()), *pages, SOURCE]
    source = pages[0] if pages and (content is None or pages[0] in content.languages) else there[0]
    others = [code for code in (request.GET.get("language"), *there) if code in LANGUAGES and code != source]
    return [source, *others[:1]]


def _form(request, course, **about):
    sent = request.POST if request.method == "POST" else None
    more = MORE_ROWS if request.POST.get("step") == "rows" else 0
    return QuestionForm(sent, modules=modules_of(course, SOURCE), more=more, **about)


def _is_sent(request, form):
    return request.method == "POST" and request.POST.get("step") != "rows" and form.is_valid()


def _said(form):
    return {"facts": form.facts(), "content": form.content()}


def _kept(form, keep):
    """What `keep` makes; None where it is refused, with the reasons on the form."""
    try:
        return keep()
    except ContentError as refusal:
        form.add_error(None, str(refusal))
    except ValidationError as refusal:
        form.add_error(None, refusal.messages)
    return None


def _seen(request):
    seen = request.POST.get("seen", "")
    return int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 6 else 0


def _told(number, before):
    if number == before:
        return _("Saved. What is asked stays version %(number)s.") % {"number": number}
    return _("Saved as version %(number)s. Attempts that began keep the one they began with.") % {"number": number}


def _page(request, form, course, languages, context):
    others = [(code, name) for code, name in named(LANGUAGES) if code != languages[0]]
    context |= {"form": form, "course": course, "languages": languages, "others": others}
    return render(request, "elearning/bank/question.html", context)
