"""Certificates that issue themselves, where a training's rule says so: at a sign-off, and when a course is passed."""

from django_tasks import task

from certificates.models import Certificate, CertificateRule
from certificates.services import background
from certificates.services.eligibility import COURSE, DUE, ground_of, standing_of, why_not_yet
from certificates.services.issuing import issue_one
from training.models import Account, Participation, Session


def issue_after_sign_off(*, session: Session, by: Account) -> None:
    """Order what the session is due."""
    if CertificateRule.objects.of(session).automatic:
        background.start(session=session, by=by)


def issue_for(*, participation: Participation, by: Account) -> Certificate | None:
    """Issue what one person is due, and write to them; the same certificate again if they have it.

    None where the rule leaves issuing to people, or nothing is due (yet). Raises PermissionDenied, and ValidationError
    or PdfError where the certificate cannot be made.
    """
    session = participation.session
    ground = ground_of(session)
    if not ground.rule.automatic or why_not_yet(session) or standing_of(participation, ground).kind is None:
        return None
    return issue_one(participation=participation, by=by)


def issue_after_passing(participation: Participation) -> None:
    """Order what somebody is due who has just passed a course."""
    _issue_for.enqueue(participation.pk)


def resume() -> int:
    """Set going again what was interrupted; a worker does it when it starts. Returns how many pieces of work."""
    issued = Certificate.objects.current().values("participation")
    waiting = Participation.objects.filter(COURSE, session__training__certificate_rule__automatic=True)
    waiting = waiting.annotate(due=DUE).exclude(due="").exclude(pk__in=issued)
    found = list(waiting.values_list("pk", flat=True))
    for pk in found:
        _issue_for.enqueue(pk)
    return background.resume() + len(found)


@task()
def _issue_for(pk: int) -> None:
    issue_for(
        participation=Participation.objects.select_related("session__training", "person").get(pk=pk),
        by=Account.objects.system(),
    )
