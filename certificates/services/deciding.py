"""What may still happen to a certificate: another one takes its place, or it is revoked. Neither is ever taken back."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from certificates.choices import Kind
from certificates.models import Certificate
from certificates.pdf.document import certificate_pdf
from certificates.services.drafting import draft, facts_of, prolonged
from certificates.services.eligibility import Standing, ground_of, standing_of
from certificates.services.issuing import (
    ChangedMeanwhileError,
    keep,
    require_ready,
    require_unchanged,
    stored,
    written_reason,
)
from certificates.services.letters import send_letters
from certificates.services.revocations import publish
from training.models import Account
from training.permissions import Action, require
from training.services import trail


def supersede(*, certificate: Certificate, by: Account, reason: str, language: str = "") -> Certificate:
    """Issue the certificate anew with what the register says today, such as a name put right; the old one points to it.

    Raises ValidationError where the certificate no longer stands, nothing is due any more, or no reason is given.
    """
    participation = certificate.participation
    require(by, Action.DECIDE_CERTIFICATES, participation.session)
    reason = written_reason(reason, "reason")
    require_ready(participation.session)
    _require_standing(certificate)
    ground = ground_of(participation.session)
    standing = standing_of(participation, ground, certificate, certificate.renews)
    kind = _kind(standing, certificate)
    override = certificate.override_reason if kind != standing.kind else ""
    language = language or certificate.content["language"]
    content = draft(standing, facts_of(ground), kind=kind, language=language, overridden=bool(override))
    pdf = certificate_pdf(content)
    with stored(content, pdf) as file, transaction.atomic():
        require_unchanged(standing)
        if not Certificate.objects.current().filter(pk=certificate.pk).update(superseded_at=timezone.now()):
            raise ChangedMeanwhileError(_("Somebody else has put another certificate in its place meanwhile."))
        why = {"override_reason": override, "supersedes": certificate, "supersede_reason": reason}
        new = keep(content, file, participation, by, **why, renews=prolonged(standing, kind))
        _record("certificate superseded", certificate, by, reason, also=[new.pk])
        transaction.on_commit(publish)
    send_letters(participation.session)
    return new


@transaction.atomic
def revoke(*, certificate: Certificate, by: Account, reason: str) -> Certificate:
    """Take the certificate's force away from today on. Raises ValidationError without a reason, or if it is done."""
    require(by, Action.DECIDE_CERTIFICATES, certificate.participation.session)
    reason = written_reason(reason, "reason")
    found = Certificate.objects.select_for_update(of=("self",)).get(pk=certificate.pk)
    _require_standing(found)
    if found.revoked_at:
        raise ValidationError(_("This certificate is revoked already."))
    found.revoked_at, found.revoked_by, found.revoked_reason = timezone.now(), by, reason
    found.save(update_fields=["revoked_at", "revoked_by", "revoked_reason"])
    _record("certificate revoked", found, by, reason)
    transaction.on_commit(publish)
    return found


def _require_standing(certificate: Certificate) -> None:
    if certificate.superseded_at:
        raise ValidationError(_("Another certificate has taken this one's place already: open that one."))


def _kind(standing: Standing, certificate: Certificate) -> Kind:
    """What is due today; where the old one was given against the rule, at least that again."""
    if certificate.override_reason and standing.kind != Kind.COMPLETION:
        return Kind(certificate.kind)
    if standing.kind is None:
        refusal = _("The register bears no certificate any more: revoke this one instead.")
        raise ValidationError(" ".join([refusal, *standing.reasons]))
    return standing.kind


def _record(action: str, certificate: Certificate, by: Account, reason: str, also: list[int] | None = None) -> None:
    trail.record(
        by=by,
        action=action,
        session=certificate.participation.session,
        records={"certificate": [certificate.pk, *(also or [])], "participation": [certificate.participation_id]},
        detail={"reason": reason},
    )
