"""The projects, topics, sources and jurisdictions a cell may name, and the nearest ones to a name nobody knows."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

from django.db.models import Model
from django.utils.translation import gettext as _
from rapidfuzz import fuzz, process

from training import permissions
from training.imports.headings import IN_BRACKETS
from training.imports.past import vocabulary
from training.imports.places import codes_of
from training.imports.refusal import BadValueError
from training.models import Account, Jurisdiction, Project, Source, Topic
from training.names import match_key

M = TypeVar("M", bound=Model)
NEAREST = 3


class Names(Generic[M]):
    """Records by what a cell may call them, in either script and whatever the case."""

    def __init__(self, records: Iterable[M], names: Callable[[M], Iterable[str]]) -> None:
        self._by_key: dict[str, list[M]] = defaultdict(list)
        self.records = list(records)
        for record in self.records:
            for key in {match_key(name) for name in names(record)} - {""}:
                self._by_key[key].append(record)

    def called(self, text: str) -> list[M]:
        """The records of that name; of several the one whose own key it is."""
        key = match_key(text)
        found = self._by_key.get(key, [])
        own = [record for record in found if match_key(str(getattr(record, "key", ""))) == key]
        return own if len(own) == 1 else found

    def nearest(self, text: str) -> list[M]:
        """The few whose names come nearest, the nearest first."""
        alike = process.extract(match_key(text), list(self._by_key), scorer=fuzz.WRatio, limit=3 * NEAREST)
        found = {record.pk: record for key, _score, _index in alike for record in self._by_key[key]}
        return list(found.values())[:NEAREST]

    def one(self, text: str) -> M:
        """The record of that name. Raises BadValueError naming the nearest known ones."""
        found = self.called(text)
        if len(found) == 1:
            return found[0]
        if found:
            keys = ", ".join(str(getattr(record, "key", record)) for record in found)
            raise BadValueError(_("Several are called so. Write the key of one: %(keys)s.") % {"keys": keys})
        names = "; ".join(f"“{record}”" for record in self.nearest(text))
        if not names:
            raise BadValueError(_("The register has none yet. An editor adds them under Records."))
        raise BadValueError(_("The register has none of this name. The nearest are: %(names)s.") % {"names": names})


class Known:
    """What the register knows that a list may name. Five queries."""

    def __init__(self, by: Account) -> None:
        self.jurisdictions = list(Jurisdiction.objects.all())
        self.by_code = {jurisdiction.code: jurisdiction for jurisdiction in self.jurisdictions}
        spoken = {key: code for key, code in vocabulary.places().items() if code in self.by_code}
        self.places = spoken | codes_of(self.jurisdictions)
        self.projects = Names(Project.objects.all(), _names_of_project)
        self.own = list(Project.objects.filter(permissions.keeping_scope(by)))
        self.topics = Names(Topic.objects.all(), lambda topic: (topic.key, topic.name))
        self.sources = Names(Source.objects.all(), _names_of_source)

    def project(self, text: str) -> Project:
        """The project of that name, if the account may bring sessions into it."""
        project = self.projects.one(text)
        if project not in self.own:
            own = "; ".join(f"“{one}”" for one in self.own) or "–"
            raise BadValueError(_("Choose one of your own projects: %(projects)s.") % {"projects": own})
        return project

    def source(self, text: str) -> Source | None:
        """The source of that name; None where there is none, or where several are called so."""
        found = self.sources.called(text)
        return found[0] if len(found) == 1 else None


def _names_of_project(project: Project) -> Iterable[str]:
    return project.key, project.title, IN_BRACKETS.sub(" ", project.title)


def _names_of_source(source: Source) -> Iterable[str]:
    return source.key, str(source), source.publisher, source.document, f"{source.publisher}, {source.document}"
