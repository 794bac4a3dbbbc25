"""Issuing behind the page: by a worker where there is one (TASK_BACKEND=database), else at once.

A run that was interrupted goes on where it stopped: each certificate is there or it is not, and the next attempt issues
those that are not.
"""

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from certificates.models import IssuingRun
from certificates.pdf.signing import require_ready_to_sign
from certificates.services.issuing import Issued, issue_session, require_ready
from certificates.services.letters import send_letters
from training.models import Account, Session
from training.permissions import Action, require


def start(*, session: Session, by: Account) -> IssuingRun:
    """Order what the session is due. A run under way is set going again rather than doubled."""
    require(by, Action.ISSUE_CERTIFICATES, session)
    require_ready(session)
    require_ready_to_sign()
    with transaction.atomic():
        Session.objects.select_for_update(of=("self",)).get(pk=session.pk)
        run = IssuingRun.objects.unfinished().filter(session=session).first()
        run = run or IssuingRun.objects.create(session=session, by=by)
    issue_run.enqueue(run.pk)
    return run


def resume() -> int:
    """Set going again the runs that were interrupted. Returns how many."""
    found = list(IssuingRun.objects.unfinished().values_list("pk", flat=True))
    for pk in found:
        issue_run.enqueue(pk)
    return len(found)


@task()
def issue_run(pk: int) -> None:
    """Issue what is left of a run, write to the people, and close it."""
    run = IssuingRun.objects.select_related("session__training", "by").get(pk=pk)
    if run.finished_at:
        return
    failed = _failed(issue_session(session=run.session, by=run.by))
    send_letters(run.session)
    IssuingRun.objects.filter(pk=pk).update(finished_at=timezone.now(), failed=failed)


def _failed(done: Issued) -> list[dict[str, object]]:
    return [{"participation": standing.participation.pk, "message": why} for standing, why in done.failed]
