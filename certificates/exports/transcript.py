"""A transcript: every session that somebody attended, as the register has it on that day, on paper under a number."""

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from certificates.content import with_asterisk
from certificates.models import Certificate
from training.choices import Modality, Outcome, Role
from training.models import Account, Participation, Person, Session
from training.permissions import Action, require
from training.printing.letters import REPLACEMENT, clean, drawable
from training.services import trail
from training.statistics.footnotes import footnotes_for
from training.templatetags.evidenca import period

PDF = "application/pdf"


@dataclass(frozen=True, kw_only=True)
class Line:
    """One session. about: what stands below its title. hours: of the training, where it was completed. days: present or
    late of all there were; empty where no register was kept.
    """

    when: str
    title: str
    about: str
    hours: str
    days: str
    outcome: str
    certificate: str


@dataclass(frozen=True, kw_only=True)
class Taken:
    data: bytes
    name: str
    content_type: str = PDF


@transaction.atomic
def take_transcript(*, person: Person, by: Account) -> Taken:
    """The transcript of oneself, or of somebody whose record the account keeps, and its entry in the trail.

    Raises PermissionDenied, and ValidationError where a letter cannot be printed.
    """
    if person.account_id == by.pk:
        require(by, Action.READ_OWN_CERTIFICATES)
    else:
        require(by, Action.EDIT_PEOPLE)
        if not Person.objects.kept_by(by).not_erased().filter(pk=person.pk).exists():
            raise PermissionDenied(_("This person is not among those you keep."))
    attended = list(attended_by(person))
    ids = {"person": [person.pk], "participation": [one.pk for one in attended]}
    entry = trail.record(by=by, action="transcript taken", records=ids, detail={"sessions": len(attended)})
    return Taken(data=_paper(person, attended, str(entry.pk)), name=f"evidenca-transcript-{entry.pk}.pdf")


def attended_by(person: Person) -> list[Participation]:
    """What counts as attended, in the order in which it was. Two queries."""
    found = Participation.objects.counted().filter(person=person, session__in=Session.objects.counted())
    found = found.select_related("session__training", "session__project").prefetch_related("session__days")
    return list(found.order_by(F("session__start").asc(nulls_last=True), "session__end", "pk"))


def _paper(person: Person, attended: list[Participation], number: str) -> bytes:
    from training.printing.pdf import convert  # what it draws with is slow to import

    standing = Certificate.objects.standing().filter(participation__in=attended)
    held = {one.participation_id: one for one in standing}
    lines = [_line(one, held.get(one.pk)) for one in attended]
    institution, jurisdiction = _text(str(person.institution or "")), _text(str(person.jurisdiction))
    said = [institution, jurisdiction, *(text for one in lines for text in (one.title, one.about))]
    context = {
        "person": person,
        "institution": institution,
        "jurisdiction": jurisdiction,
        "lines": lines,
        "together": _together(attended),
        "number": number,
        "as_of": date_format(timezone.localtime(), "j F Y, H:i"),
        "issuer": _text(settings.CERTIFICATE_ISSUER),
        "check_at": (settings.BASE_URL.rstrip("/") + reverse("verify")).partition("://")[2],
        "language": get_language() or "en",
        "footnotes": footnotes_for(said),
    }
    html = render_to_string("certificates/exports/transcript.html", context)
    _require_drawable(html)
    return convert(html, also=(Path(__file__).parent / "transcript.css").read_text(encoding="utf-8"))


def _require_drawable(html: str) -> None:
    missing = sorted({letter for letter, shown in zip(clean(html), drawable(html), strict=True) if letter != shown})
    if missing or REPLACEMENT in html:
        raise ValidationError(
            _("The transcript cannot be printed: no font here has %(letters)s.") % {"letters": ", ".join(missing)}
        )


def _line(one: Participation, held: Certificate | None) -> Line:
    session, completed = one.session, one.outcome == Outcome.COMPLETED
    days = {"there": one.days_attended, "days": len(session.days.all())}
    title = session.training.title if session.training else session.title
    about = [session.title if session.title != title else "", session.place]
    about += [str(session.get_modality_display()) if session.modality else "", str(session.project or "")]
    about += [_("as %(role)s") % {"role": one.get_role_display().lower()} if one.role != Role.TRAINEE else ""]
    return Line(
        when=_when(one),
        title=_text(title),
        about=_text(" · ".join(text for text in about if text)),
        hours=_number(session.training.hours) if completed and session.training else "",
        days="" if one.days_attended is None else _("%(there)s of %(days)s") % days,
        outcome=str(one.get_outcome_display()),
        certificate=_certificate(held) if held else "",
    )


def _when(one: Participation) -> str:
    if one.session.modality == Modality.SELF_PACED:
        day = one.completed_on or one.last_activity_on
        return period(day, day)
    return period(one.session.start, one.session.end)


def _certificate(held: Certificate) -> str:
    said = {"kind": held.get_kind_display().lower(), "serial": held.serial}
    if not held.expires_on:
        return _("Certificate of %(kind)s %(serial)s") % said
    said["day"] = date_format(held.expires_on, "j F Y")
    return _("Certificate of %(kind)s %(serial)s, valid until %(day)s") % said


def _together(attended: list[Participation]) -> dict[str, str]:
    """Sessions, days present or late, and hours of what was completed."""
    completed = [one.session.training for one in attended if one.outcome == Outcome.COMPLETED and one.session.training]
    return {
        "sessions": str(len(attended)),
        "days": str(sum(one.days_attended or 0 for one in attended)),
        "hours": _number(sum((training.hours or Decimal(0) for training in completed), Decimal(0))),
    }


def _number(hours: Decimal | None) -> str:
    return "" if hours is None else f"{hours.normalize():f}"


def _text(text: str) -> str:
    return with_asterisk(clean(text))
