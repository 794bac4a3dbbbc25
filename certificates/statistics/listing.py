"""The register of certificates: those that fit, of the people whom a reader may see by name."""

from dataclasses import dataclass

from django.db.models import Q

from certificates.models import Certificate
from certificates.models.certificates import CertificateQuerySet
from certificates.serials import read_serial
from certificates.services.renewing import running_out
from certificates.statistics.asking import CertificateQuestion
from certificates.statistics.counting import concerned
from training.models import Account, Person


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """asked: the filters that the figures have too. q: words of a name, or a serial. runs_out: only those that expire
    within three months, or have, and are not renewed. superseded: with those that another has taken the place of.
    """

    asked: CertificateQuestion
    q: str = ""
    runs_out: bool = False
    superseded: bool = False

    @property
    def narrowed_by(self) -> list[str]:
        """The names of the filters, for the trail: what was typed does not go there."""
        named = {name for name, _code in self.asked.narrowing}
        return sorted(named | {name for name in ("q", "runs_out", "superseded") if getattr(self, name)})


def certificates_for(reader: Account, wanted: Wanted) -> CertificateQuerySet:
    """Newest first, with what a list says of each; those that run out by the day on which they do."""
    inside = concerned(wanted.asked).filter(Q(state__in=wanted.asked.states))
    found = Certificate.objects.visible_to(reader).filter(participation__in=inside.values("pk"))
    if not wanted.superseded:
        found = found.current()
    if wanted.runs_out:
        found = running_out(found)
    if serial := read_serial(wanted.q):
        found = found.filter(serial=serial)
    elif wanted.q.strip():
        found = found.filter(participation__person__in=Person.objects.named_like(wanted.q).values("pk"))
    order = ["expires_on", "pk"] if wanted.runs_out else ["-issued_at", "-pk"]
    about = (f"participation__{name}" for name in ("jurisdiction", "institution", "person", "session"))
    return found.select_related(*about, "superseded_by", "renews").order_by(*order)
