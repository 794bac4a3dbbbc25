"""Which known institution a new name may mean: by its words, its letters, or as an abbreviation. Only ever offered."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from rapidfuzz import fuzz

from training.models import Institution, InstitutionAlias
from training.names import fold_sounds, match_key

SHOWN = 5
LEAST = 72  # of 100
ABBREVIATION = 90
LONGEST_ABBREVIATION = 8


@dataclass(frozen=True)
class Suggestion:
    institution: Institution
    why: str
    score: float


def suggestions_for(institutions: Sequence[Institution]) -> dict[int, list[Suggestion]]:
    """The best five of the same jurisdiction for each, the most likely first. Two queries, however many are asked."""
    known = Institution.objects.filter(jurisdiction__in={one.jurisdiction_id for one in institutions})
    known = known.select_related("jurisdiction", "type").order_by("pk")
    names: dict[int, list[str]] = defaultdict(list)
    for pk, name in InstitutionAlias.objects.filter(institution__in=known.values("pk")).values_list(
        "institution", "name"
    ):
        names[pk].append(name)
    by_place: dict[int | None, list[Institution]] = defaultdict(list)
    for one in known:
        names[one.pk] += [one.name, *filter(None, [one.short_name])]
        by_place[one.jurisdiction_id].append(one)
    return {one.pk: _best(one, by_place[one.jurisdiction_id], names) for one in institutions}


def _best(institution: Institution, others: Iterable[Institution], names: dict[int, list[str]]) -> list[Suggestion]:
    own = names.get(institution.pk) or [institution.name]
    found = []
    for other in others:
        if other.pk != institution.pk:
            score, why = max(_likeness(mine, theirs) for mine in own for theirs in names[other.pk])
            if score >= LEAST:
                found.append(Suggestion(other, why, score))
    found.sort(key=lambda one: (-one.score, not one.institution.confirmed, one.institution.name))
    return found[:SHOWN]


def _likeness(mine: str, theirs: str) -> tuple[float, str]:
    """How likely two names mean one institution, of 100, and why."""
    first, second = fold_sounds(match_key(mine)), fold_sounds(match_key(theirs))
    for short, long in ((first, theirs), (second, mine)):
        if short and " " not in short and len(short) <= LONGEST_ABBREVIATION and short in _initials(long):
            return ABBREVIATION, _("the first letters of “%(name)s”") % {"name": long}
    score = (fuzz.token_sort_ratio(first, second) + fuzz.token_set_ratio(first, second)) / 2
    return score, _("“%(name)s” is written much like it") % {"name": theirs}


def _initials(name: str) -> set[str]:
    """What a name of several words may be shortened to: all its first letters, or those of its longer words."""
    words = match_key(name).split()
    if len(words) < 2:
        return set()
    return {"".join(word[0] for word in words), "".join(word[0] for word in words if len(word) > 3)}
