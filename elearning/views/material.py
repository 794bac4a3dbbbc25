"""Pictures and files of a course, for whoever may read it. No other address leads to them."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_safe
from wagtail.documents import get_document_model
from wagtail.images import get_image_model

from elearning.material import modules_with
from elearning.models import Course
from elearning.services.handing_out import hand_out
from training.permissions import Action, require

WIDTHS = (360, 720, 1440)
KEPT_BY_BROWSERS = 24 * 60 * 60


@require_safe
def picture(request, slug, pk, width):
    """As wide as asked, of the widths there are. 404 for one that stands in no module of the course."""
    _course, image, is_restricted = _found(request, slug, get_image_model(), pk)
    if width not in WIDTHS:
        raise Http404
    rendition = image.get_rendition(f"max-{width}x{4 * width}|format-webp")
    with rendition.file.open("rb") as opened:
        response = HttpResponse(opened.read(), content_type="image/webp")
    response.headers["Cache-Control"] = "no-store" if is_restricted else f"private, max-age={KEPT_BY_BROWSERS}"
    return response


@require_safe
def document(request, slug, pk):
    course, found, is_restricted = _found(request, slug, get_document_model(), pk)
    try:
        opened = hand_out(document=found, course=course, is_restricted=is_restricted, by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("course", slug=slug)
    return FileResponse(opened, filename=found.filename)


def _found(request, slug, model, pk):
    require(request.user, Action.READ_COURSES)
    course = get_object_or_404(Course.objects.visible_to(request.user), slug=slug)
    record = get_object_or_404(model, pk=pk)
    modules = modules_with(record, course)
    if not modules:
        raise Http404
    return course, record, course.is_restricted or any(module.is_restricted for module in modules)
