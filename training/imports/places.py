"""Which jurisdiction and institution each entry means. Institutions not known yet are drafted once, to be confirmed."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from django.utils.translation import gettext as _

from training.imports.rows import Entry
from training.models import Institution, InstitutionAlias, Jurisdiction, Session
from training.names import match_key

T = TypeVar("T")
CHUNK = 500  # SQLite takes a limited number of values in one statement
NAME, SHORT, ALIAS = 0, 1, 2


def chunks(values: Iterable[T]) -> Iterator[list[T]]:
    listed = list(values)
    return (listed[start : start + CHUNK] for start in range(0, len(listed), CHUNK))


def codes_of(jurisdictions: Iterable[Jurisdiction]) -> dict[str, str]:
    """Match keys of names and codes → codes."""
    found: dict[str, str] = {}
    for jurisdiction in jurisdictions:
        found |= {match_key(text): jurisdiction.code for text in (jurisdiction.name, jurisdiction.code)}
    return found


class Places:
    """The jurisdictions of a session and the institutions a list may mean. A constant number of queries."""

    def __init__(self, session: Session) -> None:
        self.jurisdictions = list(Jurisdiction.objects.all())
        self.by_code = {jurisdiction.code: jurisdiction for jurisdiction in self.jurisdictions}
        self.by_id = {jurisdiction.pk: jurisdiction for jurisdiction in self.jurisdictions}
        self.of_session = [self.by_id[pk] for pk in session.jurisdictions.values_list("pk", flat=True)]
        self.drafts: dict[tuple[int | None, str], Institution] = {}
        self._known: dict[tuple[int | None, str], tuple[int, bool, int, Institution]] = {}

    @property
    def codes(self) -> dict[str, str]:
        """Match keys of codes and names → codes."""
        return codes_of(self.jurisdictions)

    def load(self, entries: Sequence[Entry]) -> None:
        """Read the institutions that the entries' names may mean: by name, by abbreviation, by alias."""
        keys = {entry.institution_key for entry in entries} - {""}
        if not keys:
            return
        for chunk in chunks(keys):
            for institution in Institution.objects.filter(match_key__in=chunk):
                self._know(institution.match_key, institution, NAME)
            for alias in InstitutionAlias.objects.filter(match_key__in=chunk).select_related("institution"):
                self._know(alias.match_key, alias.institution, ALIAS)
        for institution in Institution.objects.exclude(short_name=""):
            if (key := match_key(institution.short_name)) in keys:
                self._know(key, institution, SHORT)

    def _know(self, key: str, institution: Institution, by: int) -> None:
        """Its own name goes before an abbreviation, that before an alias; then confirmed ones, then the older."""
        place = (institution.jurisdiction_id, key)
        rank = (by, not institution.confirmed, institution.pk, institution)
        if place not in self._known or rank[:3] < self._known[place][:3]:
            self._known[place] = rank

    def find(self, jurisdiction_id: int | None, key: str) -> Institution | None:
        found = self._known.get((jurisdiction_id, key))
        return found[3] if found else None

    def settle_by_own_words(self, entry: Entry) -> None:
        """What the row itself says: its jurisdiction, else that of an institution known in exactly one."""
        key = entry.institution_key
        entry.jurisdiction = self.by_code.get(entry.code)
        if key and entry.jurisdiction is None:
            homes = [j for j in self.of_session or self.jurisdictions if self.find(j.pk, key)]
            entry.jurisdiction = homes[0] if len(homes) == 1 else None

    def settle_by_session(self, entry: Entry) -> str:
        """The session's jurisdiction where it has only one; else what to say about a row that has none."""
        if entry.jurisdiction is None and len(self.of_session) == 1:
            entry.jurisdiction = self.of_session[0]
        if entry.jurisdiction is not None:
            return ""
        return _(
            "Neither the row, nor its institution, nor the session gives one jurisdiction. Write one of %(codes)s."
        ) % {"codes": ", ".join(self.by_code)}

    def settle_institution(self, entry: Entry) -> None:
        """The institution of that name in the entry's jurisdiction, or an international one; else a draft of it."""
        key = entry.institution_key
        if not key or entry.jurisdiction is None:
            return
        home = entry.jurisdiction
        known = self.find(home.pk, key) or self.find(None, key)
        if known is None:
            draft = Institution(name=entry.institution_name, match_key=key, jurisdiction=home, confirmed=False)
            known = self.drafts.setdefault((home.pk, key), draft)
        entry.institution = known
