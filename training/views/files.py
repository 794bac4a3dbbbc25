"""Files that are handed out: saved under the name they were made with, a CSV beside what it has no place for."""

from typing import Protocol

from django.http import Http404, HttpRequest, HttpResponse

METADATA = "application/csvm+json; charset=utf-8"


class File(Protocol):
    @property
    def data(self) -> bytes: ...
    @property
    def name(self) -> str: ...
    @property
    def content_type(self) -> str: ...


def saved(file: File, *, described_at: str = "") -> HttpResponse:
    """The file for saving. `described_at` is the address of the metadata of a CSV."""
    headers = {"Content-Disposition": f'attachment; filename="{file.name}"'}
    if described_at:
        headers["Link"] = f'<{described_at}>; rel="describedby"'
    return HttpResponse(file.data, content_type=file.content_type, headers=headers)


def with_number(request: HttpRequest, address: str, number: int) -> str:
    """The address under the filters of this request, with the number that a file was taken under."""
    query = request.GET.copy()
    query["number"] = str(number)
    return f"{address}?{query.urlencode()}"


def number_taken(request: HttpRequest, action: str) -> str:
    """The number of a file that the account took itself. Raises Http404 for any other."""
    number = request.GET.get("number", "")
    if not number.isdecimal() or not request.user.trail.filter(action=action, pk=number).exists():
        raise Http404
    return number
