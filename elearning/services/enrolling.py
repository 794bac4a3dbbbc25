"""Taking a course: one enrolment for each person and edition, whatever the language."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from elearning.models import Course, CourseEdition, Enrolment
from training.choices import Outcome
from training.models import Account
from training.permissions import Action, require
from training.services import self_paced


@transaction.atomic
def enrol(*, course: Course, by: Account, language: str) -> Enrolment:
    """Enrol the person behind the account in the open edition. Whoever is in it already gets what there is.

    Raises ValidationError, with what to do, where nobody can enrol or something has to be passed before;
    PermissionDenied where the course is not for them.
    """
    require(by, Action.TAKE_COURSES)
    if not Course.objects.visible_to(by).filter(pk=course.pk).exists():
        raise PermissionDenied(_("This course is not for your institution."))
    edition = CourseEdition.objects.open_of(course)
    if edition is None:
        raise ValidationError(_("This course is not open at the moment."))
    missing = missing_before(course, by)
    if missing:
        raise ValidationError(
            _("To be passed before: %(courses)s.") % {"courses": "; ".join(one.title for one in missing)}
        )
    participation = self_paced.enrol(session=edition.session, by=by)
    enrolment, _made = Enrolment.objects.get_or_create(
        participation=participation, defaults={"edition": edition, "language": language}
    )
    return enrolment


def missing_before(course: Course, account: Account) -> list[Course]:
    """The courses to be passed before this one that the account's person has not completed in any edition."""
    completed = Enrolment.objects.of_account(account).filter(participation__outcome=Outcome.COMPLETED)
    return list(course.prerequisites.exclude(pk__in=completed.values("edition__course")))
