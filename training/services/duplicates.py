"""Who may be recorded twice: across scripts, diacritics, swapped and left-out names, and a changed institution.

Only ever offered. Everybody is compared in memory, by keys that fall together, never each with each.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import NamedTuple

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rapidfuzz.distance import DamerauLevenshtein

from training.choices import Sex
from training.models import Account, DifferentPeople, Person
from training.models.people import PersonQuerySet
from training.permissions import Action, require
from training.services import trail

# What speaks for two records being one person, and what against it. From LEAST on a pair is offered: the same name
# suffices, whatever the institution and the address; a name that only sounds alike needs one more thing in common.
SAME_NAME, SAME_SOUND, NAME_LEFT_OUT, ALMOST_THE_NAME = 60, 50, 50, 40
SAME_ADDRESS, SAME_INSTITUTION = 50, 20
OTHER_ADDRESS, OTHER_SEX = -10, -40
LEAST = 50
MOST_AT_ONE_ADDRESS = 4  # more than that share a mailbox
MOST_WORDS = 6
LONG_NAME = 8  # letters from which two may differ

WHY: dict[int, str | Promise] = {
    SAME_NAME: gettext_lazy("the same name"),
    SAME_SOUND: gettext_lazy("the name sounds the same"),
    NAME_LEFT_OUT: gettext_lazy("one name more or less"),
    ALMOST_THE_NAME: gettext_lazy("almost the same name"),
}


class _Record(NamedTuple):
    """What of a person is compared. `words` are those of the whole name by sound, in the order of the alphabet."""

    pk: int
    key: str
    words: tuple[str, ...]
    sex: str
    jurisdiction: int
    institution: int | None
    email: str


@dataclass(frozen=True, order=True)
class Likeness:
    """Two people who may be one; the first has the lower id. `reasons` say why, for a person to read."""

    rank: int
    first: int
    second: int
    reasons: tuple[str, ...] = field(compare=False)


def likely_duplicates(people: PersonQuerySet) -> list[Likeness]:
    """The pairs among these people who may be one person, the most likely first. Four queries, however many people.

    Left out are pairs of which somebody said that they are two people.
    """
    records = [
        _Record(pk, key, tuple(sorted(sound.split())), sex, jurisdiction, institution, email)
        for pk, key, sound, sex, jurisdiction, institution, email in people.not_erased()
        .order_by("pk")
        .values_list("pk", "match_key", "search_key", "sex", "jurisdiction_id", "institution_id", "email")
    ]
    different = _told_apart()
    names = dict(_pairs_by_name(records))
    found = []
    for first, second in names.keys() | set(_pairs_by_address(records)):
        likeness = _judged(first, second, names.get((first, second), 0))
        if likeness is not None and (first.pk, second.pk) not in different:
            found.append(likeness)
    return sorted(found)


def duplicates_of(person: Person, people: PersonQuerySet) -> list[Likeness]:
    """Those of these people who may be this one."""
    return [one for one in likely_duplicates(people) if person.pk in (one.first, one.second)]


def _judged(first: _Record, second: _Record, name: int) -> Likeness | None:
    score, reasons = name, [str(WHY[name])] if name else []
    if first.email and second.email:
        score += SAME_ADDRESS if first.email == second.email else OTHER_ADDRESS
        if first.email == second.email:
            reasons.append(_("the same e-mail"))
    if first.institution is not None and first.institution == second.institution:
        score += SAME_INSTITUTION
        reasons.append(_("the same institution"))
    if {first.sex, second.sex} == {Sex.WOMEN.value, Sex.MEN.value}:
        score += OTHER_SEX
    return Likeness(-score, first.pk, second.pk, tuple(reasons)) if score >= LEAST else None


Pair = tuple[_Record, _Record]


def _pairs_by_name(records: Sequence[_Record]) -> Iterator[tuple[Pair, int]]:
    """Pairs of one jurisdiction with how like their names are; a pair that comes again is liker than before."""
    by_sound: dict[tuple[int, tuple[str, ...]], list[_Record]] = defaultdict(list)
    by_word: dict[tuple[int | None, str], list[_Record]] = defaultdict(list)
    for record in records:
        by_sound[record.jurisdiction, record.words].append(record)
        for word in set(record.words) if record.institution is not None else ():
            by_word[record.institution, word].append(record)
    for (_place, word), alike in by_word.items():
        yield from _almost_the_same(word, alike)
    for record in records:
        for fewer in _left_out(record.words):
            for other in by_sound.get((record.jurisdiction, fewer), ()):
                yield _in_order(record, other), NAME_LEFT_OUT
    for alike in by_sound.values():
        for first, second in combinations(alike, 2):
            yield (first, second), SAME_NAME if first.key == second.key else SAME_SOUND


def _almost_the_same(word: str, people: Sequence[_Record]) -> Iterator[tuple[Pair, int]]:
    """Of people who share one word of their name: those whose other words differ in a letter, long ones in two."""
    by_rest: dict[str, list[_Record]] = defaultdict(list)
    for record in people:
        rest = list(record.words)
        rest.remove(word)
        by_rest[" ".join(rest)].append(record)
    for (one, some), (other, others) in combinations(by_rest.items(), 2):
        allowed = 2 if min(len(one), len(other)) >= LONG_NAME else 1
        if abs(len(one) - len(other)) > allowed or min(len(one), len(other)) <= allowed:
            continue
        if DamerauLevenshtein.distance(one, other, score_cutoff=allowed) <= allowed:
            for first in some:
                for second in others:
                    yield _in_order(first, second), ALMOST_THE_NAME


def _left_out(words: tuple[str, ...]) -> set[tuple[str, ...]]:
    """The name without some of its words, two of which stay at least."""
    if len(words) > MOST_WORDS:
        return set()
    return {fewer for size in range(2, len(words)) for fewer in combinations(words, size)}


def _pairs_by_address(records: Iterable[_Record]) -> Iterator[Pair]:
    by_address: dict[str, list[_Record]] = defaultdict(list)
    for record in records:
        if record.email:
            by_address[record.email].append(record)
    for alike in by_address.values():
        if len(alike) <= MOST_AT_ONE_ADDRESS:
            yield from combinations(alike, 2)


def _in_order(one: _Record, other: _Record) -> Pair:
    return (one, other) if one.pk < other.pk else (other, one)


def _told_apart() -> set[tuple[int, int]]:
    """Pairs that are two people, by the records that stand for them now."""
    into = dict(Person.with_merged.exclude(merged_into=None).values_list("pk", "merged_into_id"))

    def standing(pk: int) -> int:
        while pk in into:
            pk = into[pk]
        return pk

    pairs = DifferentPeople.objects.order_by().values_list("first_id", "second_id")
    apart = [sorted((standing(first), standing(second))) for first, second in pairs]
    return {(first, second) for first, second in apart}


@transaction.atomic
def remember_different(*, one: Person, other: Person, by: Account) -> DifferentPeople:
    """Keep that these two are two people: they are not offered again. Safe to repeat.

    Raises PermissionDenied unless both are the account's to keep right.
    """
    first, second = _kept(by, one, other)
    known, new = DifferentPeople.objects.get_or_create(first=first, second=second, defaults={"by": by})
    if new:
        trail.record(by=by, action="people told apart", records={"person": [first.pk, second.pk]})
    return known


@transaction.atomic
def forget_different(*, one: Person, other: Person, by: Account) -> None:
    """They may be one person after all. Safe to repeat."""
    first, second = _kept(by, one, other)
    if DifferentPeople.objects.of(first, second).delete()[0]:
        trail.record(by=by, action="people no longer told apart", records={"person": [first.pk, second.pk]})


def _kept(by: Account, one: Person, other: Person) -> list[Person]:
    """Both in the order of their ids, if they are two records that the account keeps right."""
    require(by, Action.MERGE_PEOPLE)
    if one.pk == other.pk:
        raise ValidationError(_("Choose another person: this is the same record."))
    found = list(Person.objects.kept_by(by).filter(pk__in=[one.pk, other.pk]).order_by("pk"))
    if len(found) < 2:
        raise PermissionDenied(_("These people are not among those you keep."))
    return found
