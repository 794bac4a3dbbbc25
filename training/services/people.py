"""Finding people for a roster, and making those nobody has recorded yet. Persons are made and changed only here."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from training.choices import Sex
from training.models import Account, Institution, Jurisdiction, Participation, Person, Session
from training.models.people import PersonQuerySet
from training.names import NOT_A_LETTER, fits, match_key, person_key, tidied
from training.permissions import Action, require
from training.services import trail
from training.services.institutions import institution_named
from training.services.registering import require_open_roster

SEARCH_LETTERS = 3
SEARCH_SHOWN = 10
SEARCHES_A_MINUTE = 60


@dataclass(frozen=True)
class Found:
    """What a search gives: at most ten people, `more` if there were others; `too_short` if it was not made at all.

    Each person has `on_roster` set.
    """

    people: Sequence[Person] = ()
    more: bool = False
    too_short: bool = False


class SearchLimitError(ValidationError):
    """The account has searched for people too often within a minute."""


class AlikeError(ValidationError):
    """A new person would share name or e-mail with people known already; those within reach are in `people`.

    `elsewhere` says that somebody out of reach has the address, and no more than that.
    """

    def __init__(self, people: Sequence[Person], *, elsewhere: bool = False) -> None:
        super().__init__(_("Someone like that is known already."), code="someone_like_that")
        self.people = people
        self.elsewhere = elsewhere


def find(*, session: Session, typed: str, by: Account) -> Found:
    """People to add to this session whose names begin like each word typed, from three letters on.

    Only people of the session's jurisdictions or project, whatever the script and the diacritics. A constant number
    of queries. Raises PermissionDenied for whoever may not change the roster, SearchLimitError after sixty a minute.
    """
    require(by, Action.EDIT_ROSTER, session)
    if not any(sum(map(str.isalpha, word)) >= SEARCH_LETTERS for word in NOT_A_LETTER.split(typed)):
        return Found(too_short=True)
    _count_search(by)
    found = _with_roster(session, Person.objects.within_reach_of(session).named_like(typed))
    people = list(found[: SEARCH_SHOWN + 1])
    shown = people[:SEARCH_SHOWN]
    trail.record(by=by, action="people searched", session=session, records={"person": [each.pk for each in shown]})
    return Found(shown, more=len(people) > SEARCH_SHOWN)


def pick(*, session: Session, pk: int, by: Account) -> Person:
    """The person of that id, if within reach of this session: asking counts as a search. Raises Person.DoesNotExist."""
    require(by, Action.EDIT_ROSTER, session)
    _count_search(by)
    return Person.objects.within_reach_of(session).get(pk=pk)


def create_person(
    *,
    by: Account,
    session: Session,
    given_name: str,
    family_name: str,
    jurisdiction: Jurisdiction,
    sex: str = Sex.NOT_RECORDED,
    institution: Institution | None = None,
    institution_name: str = "",
    position: str = "",
    email: str = "",
    anyway: bool = False,
) -> Person:
    """A person nobody has recorded yet, made while working on this session's roster.

    An `institution_name` that no institution of the jurisdiction goes by is added as to be confirmed. Raises
    AlikeError if one within reach has the same name, or anybody the same e-mail, unless `anyway`: looking for them
    counts as a search and goes into the trail. Raises ValidationError, by field, for what cannot be recorded.
    """
    require(by, Action.EDIT_ROSTER, session)
    require_open_roster(session)
    given_name, family_name, email = tidied(given_name), tidied(family_name), tidied(email).lower()
    check_details(given_name, family_name, sex, email)
    if not anyway:
        _refuse_alike(session, by, given_name, family_name, email)
    with transaction.atomic():
        return _create(
            by,
            session,
            given_name=given_name,
            family_name=family_name,
            jurisdiction=jurisdiction,
            sex=sex,
            institution=institution,
            institution_name=institution_name,
            position=position,
            email=email,
        )


def _refuse_alike(session: Session, by: Account, given_name: str, family_name: str, email: str) -> None:
    """Outside a transaction that the refusal would undo: the trail keeps who was shown."""
    _count_search(by)
    known = alike(session=session, given_name=given_name, family_name=family_name, email=email)
    holders = Person.objects.filter(email=email) if email else Person.objects.none()
    elsewhere = holders.exclude(pk__in=Person.objects.within_reach_of(session).values("pk")).exists()
    if known or elsewhere:
        ids = {"person": [person.pk for person in known]}
        trail.record(by=by, action="people like a new one shown", session=session, records=ids)
        raise AlikeError(known, elsewhere=elsewhere)


def _create(
    by: Account,
    session: Session,
    *,
    given_name: str,
    family_name: str,
    jurisdiction: Jurisdiction,
    sex: str,
    institution: Institution | None,
    institution_name: str,
    position: str,
    email: str,
) -> Person:
    if institution is None and institution_name.strip():
        institution = institution_named(institution_name, jurisdiction, by=by, session=session)
    person = Person(
        given_name=given_name,
        family_name=family_name,
        sex=sex,
        jurisdiction=jurisdiction,
        institution=institution,
        position=tidied(position),
        email=email,
    )
    person.full_clean(exclude=["match_key", "search_key", "latin_given_name", "latin_family_name"])
    person.save()
    trail.record(by=by, action="person added", session=session, records={"person": [person.pk]})
    return person


@transaction.atomic
def correct_person(
    *,
    participation: Participation,
    by: Account,
    sex: str | None = None,
    jurisdiction: Jurisdiction | None = None,
    institution: Institution | None = None,
    no_institution: bool = False,
    position: str | None = None,
) -> None:
    """Correct the record of somebody on a roster, for whoever may change that roster; what is None stays as it is.

    Past snapshots stay too. Nothing is written where nothing changes.
    """
    session, person = (
        participation.session,
        Person.objects.select_for_update(of=("self",)).get(pk=participation.person_id),
    )
    require(by, Action.EDIT_ROSTER, session)
    require_open_roster(session)
    wanted = {"sex": sex, "jurisdiction": jurisdiction, "institution": institution, "position": position}
    new: dict[str, Any] = {n: value for n, value in wanted.items() if value is not None and value != getattr(person, n)}
    if no_institution and person.institution_id is not None:
        new["institution"] = None
    if not new:
        return
    for name, value in new.items():
        setattr(person, name, value)
    person.clean_fields(exclude=[f.name for f in Person._meta.fields if f.name not in new])
    person.save(update_fields=[*new, "updated_at"])
    ids = {"person": [person.pk]}
    trail.record(by=by, action="person corrected", session=session, records=ids, detail={"fields": sorted(new)})


def alike(*, session: Session, given_name: str, family_name: str, email: str = "") -> list[Person]:
    """People within reach of the session who share the whole name, in any script and order, or the e-mail."""
    same = Q(match_key=person_key(given_name, family_name))
    if email:
        same |= Q(email=email.strip().lower())
    return list(_with_roster(session, Person.objects.within_reach_of(session).filter(same))[:SEARCH_SHOWN])


def _count_search(by: Account) -> None:
    """Raise SearchLimitError when the account has searched too often within this minute."""
    key = f"people-searched:{by.pk}:{int(time.time() // 60)}"
    cache.add(key, 0, timeout=120)
    try:
        searched = cache.incr(key)
    except ValueError:  # it expired between the two calls
        return
    if searched > SEARCHES_A_MINUTE:
        raise SearchLimitError(_("That were many searches within a minute. Wait a little, then go on."))


def _with_roster(session: Session, people: PersonQuerySet) -> PersonQuerySet:
    registered = Participation.objects.filter(session=session, person=OuterRef("pk"))
    return people.annotate(on_roster=Exists(registered)).select_related("institution").order_by("search_key", "pk")


def check_details(given_name: str, family_name: str, sex: str, email: str = "") -> None:
    """Raise ValidationError, by field, for what no record of a person could hold."""
    errors = {}
    for name, value in {"given_name": given_name, "family_name": family_name}.items():
        if not match_key(value):
            errors[name] = _("Write a name with at least one letter.")
        elif value[0] in "=+-@":
            errors[name] = _("A name cannot start with %(sign)s.") % {"sign": value[0]}
    if not errors and not fits(given_name, family_name):
        errors["family_name"] = _("This name is too long. First and last name have at most 100 letters each.")
    if sex not in Sex.values:
        errors["sex"] = _("Sex is one of: %(codes)s.") % {"codes": ", ".join(Sex.values)}
    if email:
        try:
            validate_email(email)
        except ValidationError as error:
            errors["email"] = error.messages[0]
    if errors:
        raise ValidationError(errors)
