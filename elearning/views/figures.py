"""Figures of courses, on a page and as files, for whoever reads figures; the people of an edition for its trainers."""

from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from elearning.cohort import learners_of
from elearning.figures.counting import definitions
from elearning.figures.files import FORMATS, footnotes_of, table_for, take_course_figures
from elearning.forms.figures import CourseFiguresForm
from elearning.models import CourseEdition
from training.models import Session
from training.permissions import Action, allows_on, require
from training.services import trail
from training.statistics.layout import lay_out, usual_layout
from training.views.files import saved


@require_safe
def figures(request):
    """By what, of which course and for whom stand in the address; anything else in it is refused."""
    require(request.user, Action.VIEW_STATISTICS)
    form = CourseFiguresForm(request.GET)
    context = {"form": form}
    if form.is_valid():
        try:
            context |= _laid_out(request, form)
        except ValidationError as refusal:
            form.add_error(None, refusal)
    return render(request, "elearning/figures/page.html", context, status=200 if form.is_valid() else 400)


@require_safe
def figures_download(request, format):  # noqa: A002  the word in the address
    """The table of this address as a file; its number stands in the trail with whoever took it."""
    require(request.user, Action.VIEW_STATISTICS)
    if format not in FORMATS:
        raise Http404
    form = CourseFiguresForm(request.GET)
    if form.is_valid():
        try:
            taken = take_course_figures(**form.wanted, account=request.user, kind=format)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            return saved(taken)
    return render(request, "elearning/figures/page.html", {"form": form}, status=400)


def _laid_out(request, form):
    table = table_for(**form.wanted, account=request.user)
    footnotes = footnotes_of(table, form.cleaned_data["course"])
    return {
        "table": table,
        "grid": lay_out(table, usual_layout(table)),
        "threshold": form.cleaned_data["threshold"],
        "notes": [text for _code, text in table.notes],
        "definitions": definitions(),
        **({"footnotes": footnotes} if footnotes else {}),
    }


@require_safe
def cohort(request, key):
    """Showing names is a disclosure, so it goes into the trail."""
    session = get_object_or_404(Session.objects.visible_to(request.user), key=key)
    require(request.user, Action.READ_REGISTER, session)
    edition = get_object_or_404(CourseEdition.objects.select_related("course", "session"), session=session)
    learners, modules = learners_of(edition, request.user)
    trail.record(by=request.user, action="cohort opened", session=session, detail={"shown": len(learners)})
    context = {"session": session, "edition": edition, "learners": learners, "modules": modules}
    context["may_give"] = allows_on(request.user, Action.GIVE_EXTRA_TIME, session)
    return render(request, "elearning/figures/cohort.html", context)
