"""Self-paced sessions: each participation goes its own way, from enrolling to completing, without a register of days.

Packages above keep what is read and answered; here is what the register says of it (design §3.1, §3.8).
"""

from datetime import date
from decimal import Decimal

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from training.choices import Modality, Outcome, SessionStatus
from training.models import Account, Participation, Person, Session
from training.permissions import Action, is_unlimited, require
from training.services import trail
from training.services.registering import Registration
from training.services.sessions import save_under_new_key
from training.signals import course_passed


@transaction.atomic
def open_self_paced(*, session: Session, by: Account) -> Session:
    """Save a new session as one that is open to whoever takes it. Raises ValidationError without a project."""
    require(by, Action.KEEP_COURSES)
    if session.project_id is None:
        raise ValidationError(_("Choose a project first: whoever takes the course counts in it."))
    session.modality, session.status, session.created_by = Modality.SELF_PACED, SessionStatus.OPEN, by
    save_under_new_key(session)
    trail.record(by=by, action="session created", session=session, records={"session": [session.pk]})
    return session


@transaction.atomic
def enrol(*, session: Session, by: Account) -> Participation:
    """The account's own person takes the session. A second time gives the same participation, nothing more.

    Raises ValidationError where there is no person behind the account, or the session takes nobody.
    """
    require(by, Action.TAKE_COURSES)
    session = Session.objects.select_for_update().get(pk=session.pk)
    person = Person.objects.select_related("jurisdiction", "institution").filter(account=by).first()
    if person is None:
        raise ValidationError(_("Your account is not tied to a person's record yet. Ask your coordinator to do it."))
    known = Participation.objects.filter(session=session, person=person).first()
    if known is not None:
        return known
    if session.modality != Modality.SELF_PACED or session.status != SessionStatus.OPEN:
        raise ValidationError(_("Nobody can enrol here at the moment."))
    participation = Registration(person=person).participation(session)
    participation.registered_by = by
    participation.save()
    _record(participation, by, "enrolled by oneself")
    return participation


@transaction.atomic
def note_activity(*, participation: Participation, by: Account, on: date | None = None) -> None:
    """Whoever begins has attended; the last day of work dates a participation that is not completed."""
    day = on or timezone.localdate()
    _require_own(participation, by)
    if participation.outcome == Outcome.ATTENDED and participation.last_activity_on == day:
        return
    mine = Participation.objects.filter(pk=participation.pk, withdrawn_at=None)
    if mine.filter(outcome=Outcome.REGISTERED).update(outcome=Outcome.ATTENDED):
        _record(participation, by, "course begun")
    mine.update(last_activity_on=day, updated_at=timezone.now())
    participation.refresh_from_db(fields=["outcome", "last_activity_on"])


@transaction.atomic
def complete(*, participation: Participation, by: Account, score: Decimal | None, on: date | None = None) -> bool:
    """The rule of the course is met: false where it was before, which changes nothing, not even the day.

    `score` in per cent is kept as the score after, where there is one. Raises ValidationError where there is no course,
    it is not open, or the person withdrew.
    """
    _require_own(participation, by)
    fresh = Participation.objects.select_for_update(of=("self",)).select_related("session").get(pk=participation.pk)
    if fresh.outcome == Outcome.COMPLETED:
        return False
    if fresh.outcome == Outcome.WITHDRAWN:
        raise ValidationError(_("Whoever withdrew from a course does not pass it."))
    if fresh.session.modality != Modality.SELF_PACED:
        raise ValidationError(_("This session has days: who completed it follows from its register."))
    if fresh.session.status != SessionStatus.OPEN:
        raise ValidationError(_("Only a course that is open can be passed."))
    day = on or timezone.localdate()
    fresh.outcome, fresh.completed_on, fresh.last_activity_on = Outcome.COMPLETED, day, day
    if score is not None:
        fresh.post_score = score
    fresh.save(update_fields=["outcome", "completed_on", "last_activity_on", "post_score", "updated_at"])
    _record(fresh, by, "course passed")
    transaction.on_commit(lambda: course_passed.send_robust(sender=Participation, participation=fresh))
    return True


def _require_own(participation: Participation, by: Account) -> None:
    """One's own course; the system ends what ran out while nobody looked."""
    if is_unlimited(by):
        return
    require(by, Action.TAKE_COURSES)
    if participation.person.account_id != by.pk:
        raise PermissionDenied(_("That is somebody else's course."))


def _record(participation: Participation, by: Account, action: str) -> None:
    ids = {"participation": [participation.pk]}
    trail.record(by=by, action=action, session=participation.session, records=ids)
