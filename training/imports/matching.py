"""Which entries are people known already, which repeat a row above, and which only a person can tell.

In this order: service e-mail and name; name and institution. What comes near without fitting is *near* and waits for a
decision. A person of the same name at another institution is somebody else.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from training.imports.places import chunks
from training.imports.rows import Entry
from training.models import Person
from training.names import fold_sounds

MATCH, NEW = "match", "new"
DECISIONS = (MATCH, NEW)


@dataclass(frozen=True, kw_only=True)
class Near:
    """A row that may be somebody known, or somebody of a row above (`other_row`), and why it is not certain."""

    entry: Entry
    why: str
    person: Person | None = None
    other_row: int | None = None
    decision: str = ""


class People:
    """The people known already whom a list may mean. A constant number of queries, large lists' chunks aside."""

    def __init__(self) -> None:
        self._by_email: dict[str, list[Person]] = defaultdict(list)
        self._by_key: dict[str, list[Person]] = defaultdict(list)
        self._by_sound: dict[tuple[int | None, str], list[Person]] = defaultdict(list)
        self._seen: set[int] = set()

    def load(self, entries: Sequence[Entry]) -> None:
        """Read everybody with the address or the name of an entry."""
        people = Person.objects.select_related("institution", "jurisdiction").order_by("pk")
        for addresses in chunks({entry.email for entry in entries} - {""}):
            for person in people.filter(email__in=addresses):
                self._by_email[person.email].append(person)
        for keys in chunks({entry.key for entry in entries} - {""}):
            for person in people.filter(match_key__in=keys):
                self._by_key[person.match_key].append(person)

    def load_sounds(self, entries: Sequence[Entry]) -> None:
        """Read who sounds like the entries nobody was found for, at the institutions these name."""
        sounds = {sound for entry in entries for sound in sounds_of(entry)}
        homes = {entry.institution.pk for entry in entries if entry.institution and entry.institution.pk}
        people = Person.objects.select_related("institution", "jurisdiction").order_by("pk")
        if not homes:
            return
        for chunk in chunks(sounds):
            for person in people.filter(institution__in=homes, search_key__in=chunk):
                self._by_sound[person.institution_id, person.search_key].append(person)

    def of_address(self, entry: Entry) -> list[Person]:
        return self._by_email.get(entry.email, []) if entry.email else []

    def of_name(self, entry: Entry) -> list[Person]:
        return self._by_key.get(entry.key, [])

    def of_sound(self, entry: Entry) -> list[Person]:
        if entry.institution is None or entry.institution.pk is None:
            return []
        homes = entry.institution.pk
        return [person for sound in sounds_of(entry) for person in self._by_sound.get((homes, sound), [])]


def sounds_of(entry: Entry) -> list[str]:
    """The search keys of the entry's name, in either order."""
    given, family = fold_sounds(entry.given_key), fold_sounds(entry.family_key)
    return [f" {given} {family}", f" {family} {given}"]


def know_by_address(entry: Entry, people: People) -> None:
    """Settle an entry whose service e-mail and name are those of one person known."""
    namesakes = [person for person in people.of_address(entry) if person.match_key == entry.key]
    here = [person for person in namesakes if _same_place(person, entry)]
    if len(namesakes) == 1 or len(here) == 1:
        entry.person = here[0] if len(here) == 1 else namesakes[0]
        entry.by_address = True


def know_by_name(entry: Entry, people: People) -> Near | None:
    """Settle an entry by name and institution, or say near whom it comes. Leaves alone whoever is new."""
    if entry.person is not None:
        return None
    here = [person for person in people.of_name(entry) if _same_place(person, entry)]
    holders = people.of_address(entry)
    if holders:
        why = _("One address, two names: the address belongs to a person known by another name.")
        if any(holder.match_key == entry.key for holder in holders):
            why = _("Name and address fit several people known.")
        return Near(entry=entry, person=(_namesakes(holders, entry) or here or holders)[0], why=why)
    if len(here) > 1:
        free = [person for person in here if not _other_address(person, entry)]
        return Near(entry=entry, person=(free or here)[0], why=_("Name and institution fit several people known."))
    if here and _other_address(here[0], entry):
        why = _("Name and institution are those of a person known, the address is another.")
        return Near(entry=entry, person=here[0], why=why)
    if here:
        entry.person = here[0]
        return None
    return _half_known(entry, people)


def _half_known(entry: Entry, people: People) -> Near | None:
    """A namesake in the jurisdiction where one of the two has no institution."""
    for person in people.of_name(entry):
        at_home = entry.jurisdiction is not None and person.jurisdiction_id == entry.jurisdiction.pk
        if at_home and not _other_address(person, entry):
            if entry.institution is None:
                why = _("A person of this name is known in the jurisdiction; the row gives no institution.")
                return Near(entry=entry, person=person, why=why)
            if person.institution_id is None:
                why = _("A person of this name is known in the jurisdiction, without an institution.")
                return Near(entry=entry, person=person, why=why)
    return None


def near_by_sound(entry: Entry, people: People) -> Near | None:
    """Somebody at the same institution whose name is spelt otherwise and sounds the same."""
    alike = [person for person in people.of_sound(entry) if not _other_address(person, entry)]
    if entry.person is not None or not alike:
        return None
    why = _("A person whose name is spelt almost the same is known at this institution.")
    return Near(entry=entry, person=alike[0], why=why)


def _namesakes(people: list[Person], entry: Entry) -> list[Person]:
    return [person for person in people if person.match_key == entry.key]


def _same_place(person: Person, entry: Entry) -> bool:
    if entry.institution is None:
        same = entry.jurisdiction is not None and person.jurisdiction_id == entry.jurisdiction.pk
        return person.institution_id is None and same
    return entry.institution.pk is not None and person.institution_id == entry.institution.pk


def _other_address(person: Person, entry: Entry) -> bool:
    return bool(person.email and entry.email and person.email != entry.email)


class Rows:
    """The entries passed so far, to find who stands in the list twice."""

    def __init__(self) -> None:
        self._by_person: dict[int, Entry] = {}
        self._by_address: dict[str, list[Entry]] = defaultdict(list)
        self._by_name: dict[tuple[object, ...], list[Entry]] = defaultdict(list)

    def add(self, entry: Entry) -> None:
        if entry.person is not None:
            self._by_person[entry.person.pk] = entry
        if entry.email:
            self._by_address[entry.email].append(entry)
        self._by_name[entry.key, entry.place].append(entry)

    def of_person(self, person: Person) -> Entry | None:
        return self._by_person.get(person.pk)

    def repeated_by(self, entry: Entry) -> Entry | None:
        """The row above that this one repeats beyond doubt."""
        if entry.person is not None and entry.by_address:
            return self.of_person(entry.person)
        for other in self._by_address.get(entry.email, []) if entry.email else []:
            if other.key == entry.key:
                return other
        for other in self._by_name.get((entry.key, entry.place), []):
            if not (other.email and entry.email and other.email != entry.email):
                return other
        same = self.of_person(entry.person) if entry.person else None
        return None if same and same.email and entry.email and same.email != entry.email else same

    def near(self, entry: Entry) -> Near | None:
        """A row above that may be the same person: its address under another name, its name with another address."""
        if entry.by_address:
            return None
        for other in self._by_address.get(entry.email, []) if entry.email else []:
            why = _("One address, two names: row %(row)s has the same address.") % {"row": other.row}
            return Near(entry=entry, other_row=other.row, why=why)
        for other in self._by_name.get((entry.key, entry.place), []):
            why = _("Row %(row)s has the same name and institution and another address.") % {"row": other.row}
            return Near(entry=entry, other_row=other.row, why=why)
        return None


def decided(near: Near, decisions: Mapping[int, str], for_all: str) -> str:
    """What a person, or `--near`, has said about this row; empty where nobody has."""
    return decisions.get(near.entry.row) or for_all
