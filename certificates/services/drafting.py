"""What a certificate will say: the facts of the session, the same for all, and those of one person."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.utils import timezone

from certificates.choices import Kind, Result
from certificates.content import Content, Look, Signatory, needs_footnote, with_asterisk
from certificates.models import Certificate, CertificateTemplate
from certificates.serials import new_serial
from certificates.services.eligibility import Ground, Standing
from certificates.services.looks import language_of, look_of, signatories_of
from certificates.services.renewing import months_of
from elearning.models import CourseEdition
from training.models import Project, Session
from training.printing.letters import clean
from training.statistics.footnotes import MARK, footnotes_for


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What stands on every certificate of a session; `footnotes` where a name that needs them appears."""

    ground: Ground
    template: CertificateTemplate | None
    project: str
    agencies: list[str]
    funders: list[str]
    title: str
    session_title: str
    place: str
    content_revision: str
    footnotes: list[str]


def facts_of(ground: Ground) -> Facts:
    session = ground.session
    project = Project.objects.filter(sessions=session).prefetch_related("agencies", "funders").first()
    title = session.training.title if session.training else session.title
    texts = {
        "project": _text(project.title if project else ""),
        "title": _text(title),
        "session_title": _text(session.title),
        "place": _text(session.place),
    }
    agencies = [_text(agency.name) for agency in project.agencies.all()] if project else []
    funders = [_text(funder.name) for funder in project.funders.all()] if project else []
    return Facts(
        ground=ground,
        template=CertificateTemplate.objects.of(session, ground.rule),
        agencies=agencies,
        funders=funders,
        content_revision=_edition(session) if ground.is_course else "",
        footnotes=footnotes_for([MARK], [project.key] if project else []),
        **texts,
    )


def draft(standing: Standing, facts: Facts, *, kind: Kind, language: str = "", overridden: bool = False) -> Content:
    """All that the certificate says, with a serial of its own. Without a language: the template's, or the session's."""
    renews = prolonged(standing, kind)
    ground, participation = facts.ground, standing.participation
    session, today = ground.session, timezone.localdate()
    language = language_of(facts.template, asked=language, session=session.language)
    completed = participation.completed_on if ground.is_course else None
    look = look_of(facts.template, language=language, kind=kind.value)
    signatories = signatories_of(facts.template, language=language)
    return Content(
        serial=new_serial(),
        kind=kind.value,
        language=language,
        name=clean(participation.person.full_name),
        title=facts.title,
        training_version=session.training.version if session.training else "",
        session=session.key,
        session_title=facts.session_title,
        project=facts.project,
        agencies=facts.agencies,
        funders=facts.funders,
        place=facts.place,
        modality=session.modality,
        start=_iso(completed or session.start),
        end=_iso(completed or session.end),
        hours=_hours(ground) if kind == Kind.COMPLETION else "",
        days_attended=participation.days_attended,
        days=None if ground.is_course or participation.days_attended is None else ground.days,
        result=_result(ground, kind, overridden),
        issued_on=today.isoformat(),
        expires_on=_iso(_expires(ground, kind, completed or session.end or today, renews)),
        issuer=_text(settings.CERTIFICATE_ISSUER),
        content_revision=facts.content_revision,
        signatories=signatories,
        footnotes=facts.footnotes if _names_what_needs_one(facts, look, signatories) else [],
        renews=renews.serial if renews else "",
        look=look,
    )


def _edition(session: Session) -> str:
    """Which edition of an online course was taken; empty for a self-paced session without one."""
    number = CourseEdition.objects.filter(session=session).values_list("number", flat=True).first()
    return "" if number is None else str(number)


def prolonged(standing: Standing, kind: Kind) -> Certificate | None:
    """What a certificate of that kind prolongs: attendance prolongs nothing."""
    return standing.renews if kind == Kind.COMPLETION else None


def _names_what_needs_one(facts: Facts, look: Look, signatories: list[Signatory]) -> bool:
    """Whether anything on the certificate names Kosovo*."""
    said = [facts.project, facts.title, facts.session_title, facts.place, *facts.agencies, *facts.funders]
    said += [_text(settings.CERTIFICATE_ISSUER), look.heading, look.given_to, look.deed, look.note]
    return needs_footnote(*said, *(text for one in signatories for text in (one.name, one.function)))


def _text(text: str) -> str:
    return with_asterisk(clean(text))


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _hours(ground: Ground) -> str:
    """The hours of the whole training: only who completed it has had them all."""
    hours = ground.session.training.hours if ground.session.training else None
    return "" if hours is None else f"{hours.normalize():f}"


def _result(ground: Ground, kind: Kind, overridden: bool) -> str:
    if overridden:
        return Result.OVERRIDE.value
    if kind == Kind.ATTENDANCE:
        return ""
    if ground.is_course:
        return Result.COURSE.value
    has_test = ground.session.training is not None and ground.session.training.pass_mark is not None
    return (Result.DAYS_AND_TEST if has_test else Result.DAYS).value


def _expires(ground: Ground, kind: Kind, held_on: date, renews: Certificate | None) -> date | None:
    """So many months after the last day, as many as what it renews was valid unless the training's rule says how many.

    A month that is too short ends it on its last day.
    """
    months = ground.rule.months_valid or (months_of(renews) if renews else None)
    if kind != Kind.COMPLETION or months is None:
        return None
    year, month = divmod(held_on.year * 12 + held_on.month - 1 + months, 12)
    return date(year, month + 1, min(held_on.day, monthrange(year, month + 1)[1]))
