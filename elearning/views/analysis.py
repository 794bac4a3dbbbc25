"""What the answers say about a course's questions."""

from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from elearning.analysis import SMALL, item_analysis
from elearning.models import Course
from training.permissions import Action, require


@require_safe
def bank_analysis(request, slug):
    require(request.user, Action.KEEP_COURSES)
    course = get_object_or_404(Course.objects.visible_to(request.user), slug=slug)
    items = item_analysis(course, request.user)
    context = {"course": course, "items": items, "answered": any(one.n for one in items), "small": SMALL}
    return render(request, "elearning/bank/analysis.html", context)
