"""Reading without a network: the worker that hands out what was saved, and what there is to save of a module."""

from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from elearning.rendering import Pictures, body_html
from elearning.views.modules import found_module


@require_safe
def worker(request):
    """Under the address of courses, since a worker reaches no further than its own folder. It is the same for all."""
    response = HttpResponse(Path(finders.find("elearning/worker.js")).read_bytes(), content_type="text/javascript")
    response.headers["Cache-Control"] = "no-cache"
    return response


@require_safe
def module_saved(request, slug, module):
    """The module without anything that is its reader's. 404 for restricted material, which stays on no device."""
    course, text, listed = found_module(request, slug, module)
    page = listed.page
    if course.is_restricted or page.is_restricted:
        raise Http404
    context = {
        "course": course, "text": text, "module": listed, "page": page, "now": timezone.localtime(),
        "body": body_html(page, course_slug=slug, pictures=Pictures.ONE_WIDTH),
    }  # fmt: skip
    return render(request, "elearning/module/saved.html", context)
