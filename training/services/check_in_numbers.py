"""Numbers to check in with, for whoever has no account: one for each participation, at random, on a badge or by e-mail.

No number is stored. What is, is a seed, from which only this server makes the number; at the sign-off the seeds go too.
"""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from smtplib import SMTPException

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from training.choices import Language, Modality, SessionStatus
from training.models import Account, CheckInNumber, Participation, Person, Session
from training.permissions import Action, require
from training.services import trail
from training.services.check_in_codes import in_groups, number_from
from training.statistics.footnotes import footnotes_for

NEAREST = {Language.CROATIAN.value: Language.BOSNIAN.value}  # written alike, where there is no catalogue
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Numbered:
    """How many on the roster there are, have a number, have it by e-mail, and have no address."""

    roster: int = 0
    numbers: int = 0
    sent: int = 0
    without_email: int = 0


@dataclass(frozen=True)
class Sent:
    """How many letters went out now; whether the mail server stopped in between."""

    letters: int
    stopped: bool


def how_many(session: Session) -> Numbered:
    """One query."""
    people = _roster(session).select_related("person__account", "check_in_number")
    numbers = [one.check_in_number for one in people if hasattr(one, "check_in_number")]
    return Numbered(
        roster=len(people),
        numbers=len(numbers),
        sent=sum(one.sent_at is not None for one in numbers),
        without_email=sum(not _address_of(one.person) for one in people),
    )


def number_of(kept: CheckInNumber) -> str:
    """The number as people read it."""
    return in_groups(number_from(kept.seed))


@transaction.atomic
def give_numbers(*, session: Session, by: Account, anew: bool = False) -> int:
    """Give everybody on the roster a number who has none; or everybody another one (`anew`): old ones end. How many.

    Raises PermissionDenied without the right to mark attendance, ValidationError where nobody checks in any more.
    """
    session = _locked(session, by)
    if anew:
        CheckInNumber.objects.filter(participation__session=session).delete()
    without = list(_roster(session).filter(check_in_number=None).values_list("pk", flat=True))
    taken = {number_from(one.seed) for one in CheckInNumber.objects.filter(participation__session=session)}
    made = [_another(pk, by, taken) for pk in without]
    CheckInNumber.objects.bulk_create(made)
    if made:
        detail = {"numbers": len(made)} | ({"anew": 1} if anew else {})
        trail.record(by=by, action="check-in numbers made", session=session, detail=detail)
    return len(made)


def badges(*, session: Session, by: Account) -> bytes:
    """A badge for everybody on the roster with name, institution and number, on sheets. Who has no number gets one."""
    with transaction.atomic():
        give_numbers(session=session, by=by)
        roster = Participation.objects.filter(pk__in=_roster(session).values("pk"))
        people = list(roster.by_name().select_related("check_in_number"))
        ids = {"participation": [one.pk for one in people]}
        trail.record(by=by, action="check-in badges printed", session=session, records=ids)
    return _printed(session, people)


def send_numbers(*, session: Session, by: Account) -> Sent:
    """Send everybody with an address their number, in their language; who has none gets one. Nobody gets it twice.

    Where the mail server refuses, those left get theirs the next time.
    """
    give_numbers(session=session, by=by)
    waiting = CheckInNumber.objects.filter(participation__in=_roster(session), sent_at=None).order_by("pk")
    sent, stopped = [], False
    for kept in waiting.select_related("participation__person__account"):
        try:
            if _sent(session, kept):
                sent.append(kept.participation_id)
        except (SMTPException, OSError) as problem:
            log.warning("Numbers to check in with wait: the mail server answered %s.", type(problem).__name__)
            stopped = True
            break
    if sent:
        trail.record(by=by, action="check-in numbers sent", session=session, records={"participation": sent})
    return Sent(len(sent), stopped)


def _sent(session: Session, kept: CheckInNumber) -> bool:
    """Written down in the transaction that sends it: whoever sends at the same moment finds it sent."""
    address = _address_of(kept.participation.person)
    if not address:
        return False
    with transaction.atomic():
        if not CheckInNumber.objects.filter(pk=kept.pk, sent_at=None).update(sent_at=timezone.now()):
            return False
        _letter(session, kept, address).send()
    return True


def forget_numbers(session: Session) -> None:
    """Nobody checks in any more. Call it before the session is closed."""
    CheckInNumber.objects.filter(participation__session=session).delete()


def forget_numbers_of(people: Iterable[int]) -> None:
    """Of these people, who are being erased."""
    CheckInNumber.objects.filter(participation__person__in=list(people)).delete()


def _address_of(person: Person) -> str:
    """Where somebody reads their letters: at the address of their account, else at that on their record."""
    return person.account.email if person.account and person.account.is_active else person.email


def _roster(session: Session) -> QuerySet[Participation]:
    return Participation.objects.filter(session=session, withdrawn_at=None)


def _locked(session: Session, by: Account) -> Session:
    require(by, Action.MARK_ATTENDANCE, session)
    fresh = Session.objects.select_for_update(of=("self",)).get(pk=session.pk)
    if fresh.status in {SessionStatus.CLOSED, SessionStatus.CANCELLED}:
        raise ValidationError(_("This session is signed off or cancelled: nobody needs a number for it."))
    if fresh.is_series or fresh.modality == Modality.SELF_PACED:
        raise ValidationError(_("This session keeps no register, so nobody checks in."))
    return fresh


def _another(participation: int, by: Account, taken: set[str]) -> CheckInNumber:
    """A number that nobody else in the session has."""
    while True:
        made = CheckInNumber(participation_id=participation, made_by=by)
        number = number_from(made.seed)
        if number not in taken:
            taken.add(number)
            return made


def _letter(session: Session, kept: CheckInNumber, address: str) -> EmailMessage:
    person = kept.participation.person
    context = {
        "session": session,
        "name": person.full_name,
        "number": number_of(kept),
        "link": settings.BASE_URL.rstrip("/") + reverse("check_in"),
    }
    with translation.override(language_for(session, person.account)):
        subject = _("Your number for %(session)s") % {"session": session.title}
        body = render_to_string("training/check_in/letter.txt", context)
    return EmailMessage(subject=subject, body=body, to=[address])


def language_for(session: Session, account: Account | None = None) -> str:
    """That of the account, else that of the session, where there is a catalogue for it."""
    known = dict(settings.LANGUAGES)
    wanted = [account.language if account else "", NEAREST.get(session.language, session.language)]
    return next((code for code in wanted if code in known), settings.LANGUAGE_CODE)


def _printed(session: Session, people: Sequence[Participation]) -> bytes:
    from training.printing.pdf import convert, style_called  # what it draws with is slow to import

    badges = [
        {
            "name": one.person.full_name,
            "institution": str(one.institution or ""),
            "number": number_of(one.check_in_number),
        }
        for one in people
    ]
    words = [session.title, session.place, *(badge["institution"] for badge in badges)]
    context = {
        "session": session,
        "rows": [badges[start : start + 2] for start in range(0, len(badges), 2)],
        "footnotes": footnotes_for(words, projects=[session.project.key] if session.project else []),
        "address": settings.BASE_URL.rstrip("/") + reverse("check_in"),
    }
    with translation.override(language_for(session)):
        html = render_to_string("training/check_in/badges.html", context | {"language": translation.get_language()})
    return convert(html, style=style_called("sheet"))
