"""The door to the images and documents that Wagtail keeps, for whoever keeps courses: its admin shows and links them.

Everybody else reads them where they are used, at the addresses of the courses, which know for whom they are. No server
and no storage hands a file out by itself: an address that is not asked about here or there does not exist.
"""

from pathlib import PurePath
from typing import Any

from django.core.files.storage import Storage, default_storage
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe
from wagtail.documents import get_document_model
from wagtail.images import get_image_model

from training.permissions import Action, require

# What a browser shows as a picture and never runs.
PICTURES = {
    ".avif": "image/avif",
    ".gif": "image/gif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
}
NOTHING_RUNS = "default-src 'none'; frame-ancestors 'none'"


@require_safe
def picture(request, name):
    """A rendition, or the file an image was made of, by its name in the storage."""
    require(request.user, Action.KEEP_COURSES)
    images = get_image_model()
    known = (model.objects.filter(file=name).exists() for model in (images.get_rendition_model(), images))
    kind = PICTURES.get(PurePath(name).suffix.lower())
    if kind is None or not any(known):
        raise Http404
    return _answer(default_storage, name, content_type=kind)


@require_safe
def document(request, pk, name):
    """A document by its number; a PDF is shown, everything else is saved."""
    require(request.user, Action.KEEP_COURSES)
    found = get_object_or_404(get_document_model(), pk=pk)
    if found.filename != name:
        raise Http404
    saved = found.content_type != "application/pdf"
    said = {"filename": found.filename, "content_type": found.content_type, "as_attachment": saved}
    return _answer(found.file.storage, found.file.name, **said)


def _answer(storage: Storage, name: str, **kwargs: Any) -> FileResponse:
    """Raises Http404 for a record whose file is gone."""
    try:
        response = FileResponse(storage.open(name), **kwargs)
    except FileNotFoundError as gone:
        raise Http404 from gone
    response.headers["Content-Security-Policy"] = NOTHING_RUNS
    return response
