"""Handing a course's material out: it is recorded who fetched what, and restricted files name their reader."""

from typing import IO, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from elearning.models import Course
from training.models import Account
from training.permissions import Action, require
from training.services import trail


@transaction.atomic
def hand_out(*, document: Any, course: Course, is_restricted: bool, by: Account) -> IO[bytes]:
    """The opened file; of restricted material a PDF that names its reader and the time on every page.

    The caller has found that the file belongs to the course. Raises ValidationError for a restricted file that is none.
    """
    _require_reader(course, by)
    if is_restricted and document.file_extension.lower() != "pdf":
        raise ValidationError(_("Restricted files are handed out as PDF only. Ask the course's editor for one."))
    trail.record(by=by, action="course file fetched", records={"course": [course.pk], "document": [document.pk]})
    opened: IO[bytes] = document.file.open("rb")
    if not is_restricted:
        return opened
    from elearning.watermark import marked  # reportlab is slow to import

    return marked(opened, f"{by} · {timezone.localtime():%Y-%m-%d %H:%M}")


@transaction.atomic
def note_restricted(*, course: Course, module_id: int, by: Account) -> None:
    """Somebody opens a restricted module, and may print it."""
    _require_reader(course, by)
    trail.record(by=by, action="restricted module opened", records={"course": [course.pk], "page": [module_id]})


def _require_reader(course: Course, by: Account) -> None:
    require(by, Action.READ_COURSES)
    if not Course.objects.visible_to(by).filter(pk=course.pk).exists():
        raise PermissionDenied(_("This course is not for your institution."))
