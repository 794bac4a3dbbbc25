"""The progress list of a series, a project or a training: on a page, and as a file for spreadsheets."""

from django.core.exceptions import ObjectDoesNotExist
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from training.choices import Outcome
from training.exports.progress import to_csv, to_csv_metadata
from training.models import Jurisdiction
from training.permissions import Action, require
from training.services import trail
from training.statistics.progress import find_subject, hidden_from, people_of, read_lines, tally
from training.views.files import METADATA

PER_PAGE = 100
MOST_ITEMS = 24  # more columns than anybody reads on a page; the file has all
CSV = "text/csv; charset=utf-8"


@require_safe
def progress_page(request, kind, key):
    """Those the account may see by name, a hundred a page. Showing names is a disclosure, so it goes into the trail."""
    whole = _subject(request, kind, key)
    subject = whole.last(MOST_ITEMS)
    page = Paginator(people_of(subject, request.user), PER_PAGE).get_page(request.GET.get("page"))
    lines = read_lines(subject, request.user, list(page.object_list))
    if lines:
        _record(request, subject, "progress list opened", lines)
    labels = {"": "", **dict(Outcome.choices)}
    context = {
        "subject": subject,
        "all_items": len(whole.items),
        "page": page,
        "rows": [(line, [(state, labels[state]) for state in line.states]) for line in lines],
        "items": list(zip(subject.items, tally(subject, request.user), strict=True)),
        "hidden": hidden_from(request.user, subject),
    }
    return render(request, "training/progress/page.html", context)


@require_safe
def progress_csv(request, kind, key):
    """Everybody the account may see by name. The file's name ends with the number of its entry in the trail."""
    subject = _subject(request, kind, key)
    lines = read_lines(subject, request.user)
    entry = _record(request, subject, "progress list downloaded", lines)
    name = f"evidenca-progress-{subject.key}-{entry.pk}.csv"
    companion = reverse("progress_csv_metadata", args=[kind, key])
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Link": f'<{companion}>; rel="describedby"'}
    return HttpResponse(to_csv(subject, lines), content_type=CSV, headers=headers)


@require_safe
def progress_csv_metadata(request, kind, key):
    """Notes and footnotes of the file, without anybody in it."""
    subject = _subject(request, kind, key)
    places = Jurisdiction.objects.values_list("name", flat=True)
    text = to_csv_metadata(subject, f"evidenca-progress-{subject.key}.csv", list(places))
    return HttpResponse(text, content_type=METADATA)


def _subject(request, kind, key):
    require(request.user, Action.VIEW_SESSION)
    try:
        return find_subject(kind, key, request.user)
    except ObjectDoesNotExist:
        raise Http404 from None


def _record(request, subject, action, lines):
    ids = {"person": [line.person for line in lines], subject.model: [subject.pk]}
    return trail.record(by=request.user, action=action, records=ids, detail={"shown": len(lines)})
