"""Reading: where somebody is, and which modules they have read. Kept by keys, so that no language loses it."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from elearning.models import Enrolment, ModuleProgress
from elearning.services.completing import complete_if_met
from training.models import Account
from training.services import self_paced

AGAIN = timedelta(minutes=1)


def open_module(*, enrolment: Enrolment, module_key: UUID, language: str, by: Account) -> None:
    """Somebody opens a module; the first one makes them attend. The same again within a minute is nothing new."""
    now = timezone.now()
    same = (enrolment.last_module_key, enrolment.language) == (module_key, language)
    if same and enrolment.last_at and now - enrolment.last_at < AGAIN:
        return
    with transaction.atomic():
        _open(enrolment, module_key, language, now, by)


def _open(enrolment: Enrolment, module_key: UUID, language: str, now: datetime, by: Account) -> None:
    self_paced.note_activity(participation=enrolment.participation, by=by)
    if enrolment.started_at is None:
        enrolment.started_at = now
    if enrolment.last_module_key != module_key:
        enrolment.last_module_key, enrolment.last_block_id = module_key, ""
    enrolment.last_at, enrolment.language = now, language
    enrolment.save(update_fields=["started_at", "last_module_key", "last_block_id", "last_at", "language"])
    ModuleProgress.objects.get_or_create(enrolment=enrolment, module_key=module_key)


@transaction.atomic
def note_place(*, enrolment: Enrolment, module_key: UUID, block_id: str, by: Account) -> None:
    """The block somebody is at, to go on from on any device and in any language."""
    self_paced.note_activity(participation=enrolment.participation, by=by)
    Enrolment.objects.filter(pk=enrolment.pk).update(
        last_module_key=module_key, last_block_id=block_id[:36], last_at=timezone.now()
    )


@transaction.atomic
def mark_read(*, enrolment: Enrolment, module_key: UUID, by: Account) -> bool:
    """The module is read; it stays so. Says whether the whole course is completed with it."""
    self_paced.note_activity(participation=enrolment.participation, by=by)
    ModuleProgress.objects.get_or_create(enrolment=enrolment, module_key=module_key)
    ModuleProgress.objects.filter(enrolment=enrolment, module_key=module_key, read_at=None).update(
        read_at=timezone.now()
    )
    return complete_if_met(enrolment=enrolment, by=by)
