"""Renewal: which certificate a training's completion prolongs, and what the holder of one that runs out can do.

A certificate of completion is renewed by completing a training that its own training's rule names. The new one points
to the old, which stands for as long as it said it would. A renewal is renewed by the same training again.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import F, Q
from django.utils import timezone

from certificates.choices import Kind
from certificates.models import Certificate
from certificates.models.certificates import CertificateQuerySet
from training.models import Participation, Session

SOON = timedelta(days=90)


def renewable_in(session: Session, people: Collection[int] | None = None) -> dict[int, Certificate]:
    """By person, the certificate that completing this session would renew: the one valid longest. One query.

    `people` narrows it to these. How long ago one expired makes no difference.
    """
    if session.training_id is None:
        return {}
    named = Q(participation__session__training__certificate_rule__renewed_by=session.training_id)
    again = Q(renews__isnull=False, participation__session__training=session.training_id)
    found = Certificate.objects.standing().not_renewed().exclude(participation__session=session)
    found = found.filter(named | again, kind=Kind.COMPLETION, expires_on__isnull=False)
    found = found if people is None else found.filter(participation__person__in=people)
    in_order = found.order_by("expires_on", "pk").annotate(holder=F("participation__person"))
    return {one.holder: one for one in in_order}


def renewed_here(participation: Participation) -> Certificate | None:
    """What one person's completion would renew."""
    return renewable_in(participation.session, [participation.person_id]).get(participation.person_id)


def months_of(certificate: Certificate) -> int:
    """For how many months it was valid, from its last day on."""
    said = certificate.content
    start, end = date.fromisoformat(said["end"] or said["issued_on"]), date.fromisoformat(said["expires_on"])
    return (end.year - start.year) * 12 + end.month - start.month


def running_out(certificates: CertificateQuerySet, *, before: date | None = None) -> CertificateQuerySet:
    """Those of them that expire before that day, by default within three months, or have, and are not renewed."""
    limit = before or timezone.localdate() + SOON
    return certificates.standing().not_renewed().filter(expires_on__lt=limit)


@dataclass(frozen=True, kw_only=True)
class Way:
    """How a certificate that expires can be prolonged. `trainings`: complete one of these; none where none is named."""

    certificate: Certificate
    trainings: tuple[str, ...]
    is_renewed: bool

    @property
    def is_near(self) -> bool:
        """Whether it runs out within three months, or has."""
        expires = self.certificate.expires_on
        return not self.is_renewed and expires is not None and expires < timezone.localdate() + SOON


def ways_of(certificates: Iterable[Certificate]) -> dict[int, Way]:
    """By certificate, for those that expire, however many there are. Two queries."""
    expiring = {one.pk: one for one in certificates if one.expires_on}
    among = Certificate.objects.filter(pk__in=expiring).order_by()
    not_renewed = set(among.not_renewed().values_list("pk", flat=True))
    training = "participation__session__training"
    by = f"{training}__certificate_rule__renewed_by"
    names = [f"{path}__{field}" for path in (by, training) for field in ("title", "version")]
    named: dict[int, list[str]] = {}
    for pk, renews, title, version, own_title, own_version in among.values_list("pk", "renews", *names):
        if title:
            named.setdefault(pk, []).append(f"{title} ({version})")
        elif renews:
            named.setdefault(pk, []).append(f"{own_title} ({own_version})")
    return {
        pk: Way(certificate=one, trainings=tuple(sorted(named.get(pk, ()))), is_renewed=pk not in not_renewed)
        for pk, one in expiring.items()
    }
