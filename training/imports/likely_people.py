"""Which people known already a walk-in may be: by the rules of lists (matching.py), and nobody out of reach."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from training.imports import matching, vocabulary
from training.imports.places import Places
from training.imports.rows import Entry
from training.models import Participation, Person, Session, WalkIn
from training.names import match_key


@dataclass(frozen=True)
class Likely:
    """Somebody a walk-in may be, and why; `certain` as a list would take it. `on_roster` if they are on it already."""

    person: Person
    why: str
    certain: bool = False
    on_roster: Participation | None = None


def likely_people(session: Session, walk_ins: Sequence[WalkIn]) -> dict[int, list[Likely]]:
    """For each walk-in whom it may be, the likeliest first. A constant number of queries; nothing is decided by it."""
    places, people = Places(session), matching.People()
    entries = [_entry(number, walk_in) for number, walk_in in enumerate(walk_ins)]
    places.load(entries)
    people.load(entries)
    for entry in entries:
        places.settle_by_own_words(entry)
        places.settle_by_session(entry)
        places.settle_institution(entry)
    people.load_sounds(entries)
    found = [list(_candidates(entry, people)) for entry in entries]
    ids = {likely.person.pk for own in found for likely in own}
    roster = {one.person_id: one for one in Participation.objects.filter(session=session, person__in=ids)}
    reach = set(Person.objects.within_reach_of(session).filter(pk__in=ids).values_list("pk", flat=True)) | roster.keys()
    return {
        walk_in.pk: [
            Likely(one.person, one.why, one.certain, roster.get(one.person.pk)) for one in own if one.person.pk in reach
        ]
        for walk_in, own in zip(walk_ins, found, strict=True)
    }


def _entry(number: int, walk_in: WalkIn) -> Entry:
    name = walk_in.institution_name
    return Entry(
        number,
        given=walk_in.given_name,
        family=walk_in.family_name,
        given_key=match_key(walk_in.given_name),
        family_key=match_key(walk_in.family_name),
        institution_name=name,
        institution_key=vocabulary.key_of(name) if name else "",
    )


def _candidates(entry: Entry, people: matching.People) -> Iterator[Likely]:
    """Each once: the one a list would take, the one it would ask about, then namesakes elsewhere."""
    near = matching.know_by_name(entry, people)
    known = entry.person
    if known is None and near is None:
        near = matching.near_by_sound(entry, people)
    asked = near.person if near else None
    seen: set[int] = set()
    for person in (known, asked, *people.of_name(entry)):
        if person is not None and person.pk not in seen and person.erased_at is None:
            seen.add(person.pk)
            yield Likely(person, _why(entry, person), certain=person is known)


def _why(entry: Entry, person: Person) -> str:
    if person.match_key != entry.key:
        return _("Another spelling that sounds the same, at this institution")
    if entry.institution is not None and person.institution_id == entry.institution.pk:
        return _("The same name and institution")
    return _("The same name")
