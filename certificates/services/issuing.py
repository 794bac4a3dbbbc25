"""Issuing certificates: one, or all that a session is due. Issuing again adds none.

Each certificate is a transaction of its own, so that what was interrupted goes on where it stopped. The PDF is made
and stored before the transaction begins: nobody waits for it but whoever asked.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from certificates.choices import Kind
from certificates.content import Content
from certificates.models import Certificate
from certificates.models.certificates import private_storage
from certificates.pdf.document import certificate_pdf
from certificates.pdf.long_term import TimestampError
from certificates.services.drafting import Facts, draft, facts_of, prolonged
from certificates.services.eligibility import Standing, ground_of, standing_of, standings, why_not_yet
from certificates.services.letters import send_letters
from certificates.services.renewing import renewed_here
from training.models import Account, Participation, Session
from training.permissions import Action, require
from training.printing.pdf import PdfError
from training.services import trail

Progress = Callable[[int, int], None]
MOST_REASON = 500


class ChangedMeanwhileError(ValidationError):
    """What the register says about the person changed while the certificate was being made."""


@dataclass
class Issued:
    """What one run did in a session: what is new, whom it could not serve and why, how many had theirs already."""

    made: list[Certificate] = field(default_factory=list)
    failed: list[tuple[Standing, str]] = field(default_factory=list)
    had_one: int = 0
    not_due: int = 0


@dataclass(frozen=True, kw_only=True)
class Order:
    """What is asked for: a certificate of this kind, and why, where the rule is not met."""

    kind: Kind
    language: str = ""
    override_reason: str = ""


def issue_session(*, session: Session, by: Account, language: str = "", progress: Progress | None = None) -> Issued:
    """Issue what everybody in a signed-off session is due and does not have. One that fails holds up no other, unless
    it is the timestamp authority that fails.

    Raises PermissionDenied, or ValidationError where the session can have no certificates yet.
    """
    require(by, Action.ISSUE_CERTIFICATES, session)
    require_ready(session)
    found, done = standings(session), Issued()
    facts = facts_of(ground_of(session))
    pending = [(one, one.kind) for one in found if one.kind and not one.certificate]
    done.had_one = sum(one.certificate is not None for one in found)
    done.not_due = len(found) - len(pending) - done.had_one
    for number, (standing, kind) in enumerate(pending, start=1):
        try:
            certificate, is_new = _issue(standing, facts, Order(kind=kind, language=language), by)
        except TimestampError as refusal:  # nobody else would fare better: each would only wait for the same answer
            done.failed += [(one, str(refusal)) for one, _kind in pending[number - 1 :]]
            break
        except (ValidationError, PdfError) as refusal:
            done.failed.append((standing, " ".join(getattr(refusal, "messages", [str(refusal)]))))
        else:
            done.made += [certificate] if is_new else []
            done.had_one += not is_new
        if progress:
            progress(number, len(pending))
    return done


def issue_one(
    *, participation: Participation, by: Account, kind: str = "", override_reason: str = "", language: str = ""
) -> Certificate:
    """Issue one person's certificate, or return the one that stands.

    With `kind` and `override_reason` somebody who may decide gives it to a person who is not due it. Raises
    ValidationError with the reasons of the register otherwise.
    """
    session = participation.session
    require(by, Action.ISSUE_CERTIFICATES, session)
    require_ready(session)
    ground = ground_of(session)
    held = Certificate.objects.current().filter(participation=participation).first()
    if held is not None:
        return held
    standing = standing_of(participation, ground, renews=renewed_here(participation))
    order = _order(standing, by, kind, override_reason, language)
    certificate, _is_new = _issue(standing, facts_of(ground), order, by)
    send_letters(session)
    return certificate


def require_ready(session: Session) -> None:
    if why := why_not_yet(session):
        raise ValidationError(why)


def _order(standing: Standing, by: Account, kind: str, reason: str, language: str) -> Order:
    wanted = kind or standing.kind
    if wanted not in Kind.values:
        if not kind:
            raise ValidationError(" ".join([_("Nothing is due."), *standing.reasons]))
        raise ValidationError(_("A certificate is one of: %(kinds)s.") % {"kinds": ", ".join(Kind.values)})
    if wanted == standing.kind:
        return Order(kind=Kind(wanted), language=language)
    if not standing.may_override:
        raise ValidationError(" ".join(standing.reasons))
    require(by, Action.DECIDE_CERTIFICATES, standing.participation.session)
    reason = written_reason(reason, "override_reason")
    return Order(kind=Kind(wanted), language=language, override_reason=reason)


def written_reason(reason: str, field: str) -> str:
    """The reason as it is kept. Raises ValidationError, on that field of a form, for none or one too long."""
    reason = reason.strip()
    if not reason:
        raise ValidationError({field: _("Say in a sentence why.")})
    if len(reason) > MOST_REASON:
        raise ValidationError({field: _("At most %(most)s letters.") % {"most": MOST_REASON}})
    return reason


def _issue(standing: Standing, facts: Facts, order: Order, by: Account) -> tuple[Certificate, bool]:
    """The certificate, and whether it is new. Six statements, begin and commit among them."""
    overridden = bool(order.override_reason)
    content = draft(standing, facts, kind=order.kind, language=order.language, overridden=overridden)
    pdf = certificate_pdf(content)
    with stored(content, pdf) as file, transaction.atomic():
        require_unchanged(standing)
        held = Certificate.objects.current().filter(participation=standing.participation).first()
        if held is not None:
            return held, False
        renews = prolonged(standing, order.kind)
        why = {"override_reason": order.override_reason, "renews": renews}
        certificate = keep(content, file, standing.participation, by, **why)
        detail: dict[str, object] = {"kind": order.kind.value}
        detail |= {"override": order.override_reason} if overridden else {}
        detail |= {"renews": renews.pk} if renews else {}
        trail.record(
            by=by,
            action="certificate overridden" if overridden else "certificate issued",
            session=facts.ground.session,
            records={"certificate": [certificate.pk], "participation": [standing.participation.pk]},
            detail=detail,
        )
    return certificate, True


def require_unchanged(standing: Standing) -> None:
    """Lock the participation; raise ChangedMeanwhileError if it, or its session, is no longer as it was looked at."""
    seen = standing.participation
    now = Participation.objects.select_for_update(of=("self",)).select_related("session", "person").filter(pk=seen.pk)
    found = now.first()
    same = (
        found is not None
        and found.updated_at == seen.updated_at
        and found.person.full_name == seen.person.full_name
        and not why_not_yet(found.session)
    )
    if not same:
        raise ChangedMeanwhileError(_("The register changed while the certificate was being made. Issue again."))


@dataclass
class StoredFile:
    name: str
    sha256: str
    is_kept: bool = False


@contextmanager
def stored(content: Content, pdf: bytes) -> Iterator[StoredFile]:
    """The file in the store, before the database makes anybody wait. It goes again unless a certificate keeps it."""
    name = private_storage().save(f"{content.issued_on[:4]}/{content.serial}.pdf", ContentFile(pdf))
    file = StoredFile(name, sha256(pdf).hexdigest())
    try:
        yield file
    except BaseException:
        file.is_kept = False
        raise
    finally:
        if not file.is_kept:
            private_storage().delete(name)


def keep(content: Content, file: StoredFile, participation: Participation, by: Account, **why: object) -> Certificate:
    """Write the certificate down."""
    certificate = Certificate.objects.create(
        serial=content.serial,
        participation=participation,
        kind=content.kind,
        content=content.as_json(),
        content_sha256=content.sha256,
        pdf=file.name,
        pdf_sha256=file.sha256,
        issued_by=by,
        expires_on=date.fromisoformat(content.expires_on) if content.expires_on else None,
        **why,
    )
    file.is_kept = True
    return certificate
