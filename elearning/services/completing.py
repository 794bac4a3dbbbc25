"""When a course is completed: every module read, and the final assessment passed where there is one."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from elearning.models import Enrolment, ModuleProgress
from elearning.services.assessment import has_assessment, passed_score
from elearning.texts import module_keys
from training.models import Account
from training.services import self_paced


@transaction.atomic
def complete_if_met(*, enrolment: Enrolment, by: Account) -> bool:
    """Complete the participation if the rule is met. False where it is not, or was completed before."""
    score = passed_score(enrolment)
    if unread_modules(enrolment) or (score is None and has_assessment(enrolment.edition.course)):
        return False
    if not self_paced.complete(participation=enrolment.participation, by=by, score=score):
        return False
    Enrolment.objects.filter(pk=enrolment.pk, completed_at=None).update(completed_at=timezone.now())
    return True


def unread_modules(enrolment: Enrolment) -> set[UUID]:
    """The keys of the modules still to be read."""
    read = ModuleProgress.objects.filter(enrolment=enrolment, read_at__isnull=False)
    return set(module_keys(enrolment.edition.course)) - set(read.values_list("module_key", flat=True))
