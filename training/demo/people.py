"""Fictional people, drawn from a seed: the same seed gives the same people, whatever their ids."""

from collections.abc import Mapping, Sequence
from functools import cache
from random import Random

from training.choices import Sex
from training.demo.names import SPOKEN, Names
from training.models import Institution, Jurisdiction, Person

Workplaces = Mapping[Jurisdiction, Sequence[Institution]]
DERIVED = ("latin_given_name", "latin_family_name", "match_key", "search_key")
SEXES = (Sex.WOMEN.value, Sex.MEN.value, Sex.NOT_RECORDED.value)


def invent(random: Random, workplaces: Workplaces, count: int, *, start: int, women: int = 27) -> list[Person]:
    """`count` people not saved yet, in turn from each jurisdiction; `women` in a hundred, three of unrecorded sex.

    `start` numbers their addresses, so that no two people share one.
    """
    jurisdictions = list(workplaces)
    return [
        _person(random, jurisdictions[number % len(jurisdictions)], workplaces, number=start + number, women=women)
        for number in range(count)
    ]


def _person(random: Random, jurisdiction: Jurisdiction, workplaces: Workplaces, *, number: int, women: int) -> Person:
    sex = random.choices(SEXES, (women, 97 - women, 3))[0]
    language = _language(random, jurisdiction.code)
    given, family = language.pick(random, sex)
    derived = _derived(given, family)
    return Person(
        given_name=given,
        family_name=family,
        **derived,
        sex=sex,
        jurisdiction_id=jurisdiction.pk,
        institution_id=random.choice(workplaces[jurisdiction]).pk,
        position=random.choice(language.positions),
        email=f"{derived['search_key'].strip().replace(' ', '.')}.{number}@{jurisdiction.code.lower()}.example",
        is_demo=True,
    )


@cache
def _derived(given: str, family: str) -> dict[str, str]:
    """What follows from a name. There are far fewer names than people."""
    person = Person(given_name=given, family_name=family).derive_keys()
    return {name: getattr(person, name) for name in DERIVED}


def _language(random: Random, code: str) -> Names:
    pools = SPOKEN.get(code, SPOKEN["RS"])
    return random.choices([names for names, _share in pools], [share for _names, share in pools])[0]
