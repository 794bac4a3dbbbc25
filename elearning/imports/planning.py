"""What a manual would do: read, its language told, arranged into modules, compared with the edition before.

Reads only, writes nothing.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from elearning.imports import identity, languages
from elearning.imports.arranging import LONG, LONGEST_TITLE, Part, arranged, as_before, suggested, words
from elearning.imports.editions import course_of, habit, known_modules, modules_by_key, source_page
from elearning.imports.manual import Manual, Module, Picture, Remark
from elearning.imports.reading import read_manual
from elearning.languages import LANGUAGES, own_name
from elearning.models import Course, ManualEdition
from training.imports.refusal import RefusedError
from training.imports.workbook import Upload
from training.models import Account
from training.permissions import Action, require

NEW = "new"


@dataclass(frozen=True, kw_only=True)
class Choices:
    """What a person has decided; nothing said is as it is suggested.

    `course` is NEW or the id of a course this is a new edition of. `basis`: that of the plan they looked at.
    """

    language: str = ""
    course: str = ""
    title: str = ""
    parts: tuple[Part, ...] = ()
    basis: str = ""


@dataclass
class ManualPlan:
    """Everything an import would write, and what stands against it."""

    upload: Upload
    manual: Manual
    title: str
    language: str
    others: tuple[str, ...]  # languages the text could be in as well
    parts: tuple[Part, ...]
    modules: tuple[Module, ...]
    edition: ManualEdition | None  # the one before
    changes: identity.Plan
    remarks: list[Remark] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    basis: str = ""

    @property
    def course(self) -> Course | None:
        return self.edition.course if self.edition else None

    @property
    def quiet(self) -> bool:
        """Whether it is, word by word, the edition there was before."""
        return self.edition is not None and self.changes.quiet and self.edition.title == self.manual.title

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.upload.data).hexdigest()

    def count(self, state: str) -> int:
        return self.changes.count(identity.State(state))


def plan_manual(*, upload: Upload, by: Account, choices: Choices | None = None) -> ManualPlan:
    """Raises RefusedError for a file that is no manual, ValidationError for a choice that cannot be made."""
    require(by, Action.KEEP_COURSES)
    choices = choices or Choices()
    manual = read_manual(upload.data, upload.name)
    language, others = _language(manual, choices.language)
    edition = _edition_before(manual, language, choices.course, by)
    parts = _checked(manual, choices.parts) or (
        as_before(manual, habit(edition), language) if edition else suggested(manual, language)
    )
    modules = arranged(manual, parts)
    title = " ".join(choices.title.split())[:LONGEST_TITLE] or manual.title[:LONGEST_TITLE]
    changes = _compared(modules, edition)
    plan = ManualPlan(upload, manual, title, language, others, parts, modules, edition, changes)
    plan.remarks = [*manual.remarks, *_of_language(plan), *_of_modules(plan)]
    plan.faults = list(_faults(plan))
    plan.basis = _basis(plan)
    return plan


def _language(manual: Manual, chosen: str) -> tuple[str, tuple[str, ...]]:
    """The code of LANGUAGES, or "" where nobody can tell; and what else it could be."""
    if chosen and chosen not in LANGUAGES:
        raise ValidationError(_("Courses are in one of: %(codes)s.") % {"codes": ", ".join(LANGUAGES)})
    if chosen:
        return chosen, ()
    found = languages.detect(manual.plain)
    if found is None:
        return "", ()
    possible = [code for each in (found.language, *found.others) if (code := _code(each, found.script)) in LANGUAGES]
    if _code(found.language, found.script) not in LANGUAGES:
        return "", tuple(possible)
    return possible[0], tuple(possible[1:])


def _code(language: str, script: str) -> str:
    return "sr-latn" if language == "sr" and script != "Cyrl" else language


def _edition_before(manual: Manual, language: str, chosen: str, by: Account) -> ManualEdition | None:
    if chosen == NEW:
        return None
    if not chosen:
        return course_of(manual, language, by)
    course = Course.objects.visible_to(by).filter(pk=int(chosen)).first() if chosen.isdecimal() else None
    edition = ManualEdition.objects.newest_of(course) if course else None
    if edition is None:
        raise ValidationError(_("That course was not made from a manual: choose another one, or a new course."))
    return edition


def _checked(manual: Manual, parts: Sequence[Part]) -> tuple[Part, ...]:
    """The parts if they are of this manual; none if its reading has changed under them."""
    fits = all(0 <= part.start < len(manual.blocks) for part in parts) and [p.start for p in parts[:1]] == [0]
    headed = all(part.heading is None or part.start <= part.heading < len(manual.blocks) for part in parts)
    return tuple(parts) if fits and headed else ()


def _compared(modules: Sequence[Module], edition: ManualEdition | None) -> identity.Plan:
    page = source_page(edition.course) if edition else None
    if edition is None or page is None:
        return identity.compare(modules, [])
    return identity.compare(modules, known_modules(edition, list(modules_by_key(page))))


def _of_language(plan: ManualPlan) -> list[Remark]:
    if not plan.others or not plan.language:
        return []
    names = {code: own_name(code) for code in (plan.language, *plan.others)}
    message = _("The text reads as %(language)s, but could be %(others)s as well: say which it is.")
    others = ", ".join(names[code] for code in plan.others)
    return [Remark(message % {"language": names[plan.language], "others": others})]


def _of_modules(plan: ManualPlan) -> list[Remark]:
    remarks = [
        Remark(_("This module is long (%(count)s words). Officers read between shifts: split it.") % {"count": count},
               module.title)
        for module in plan.modules
        if (count := words(module)) > LONG
    ]  # fmt: skip
    dumb = sum(isinstance(b.content, Picture) and not b.content.alt for m in plan.modules for b in m.blocks)
    if dumb:
        message = ngettext(
            "%(count)s picture has no words for those who do not see it: add some before publishing.",
            "%(count)s pictures have no words for those who do not see them: add some before publishing.",
            dumb,
        )
        remarks.append(Remark(message % {"count": dumb}))
    return remarks


def _faults(plan: ManualPlan) -> list[str]:
    faults = []
    if not plan.language:
        faults.append(_("The language of the text cannot be told. Say which it is."))
    elif plan.edition and plan.edition.language != plan.language:
        message = _("The course is in %(course)s, this manual in %(manual)s. Make a new course of it, or translate it.")
        names = {"course": own_name(plan.edition.language), "manual": own_name(plan.language)}
        faults.append(message % names)
    if not plan.modules:
        faults.append(_("Every module is dropped: keep one at least."))
    return faults


def _basis(plan: ManualPlan) -> str:
    """Changes with whatever would make this another plan."""
    said = [plan.digest, plan.title, plan.language, plan.edition.pk if plan.edition else 0, plan.parts]
    return hashlib.sha256(repr(said).encode()).hexdigest()[:32]


def refused(plan: ManualPlan) -> RefusedError | None:
    return RefusedError(" ".join(plan.faults)) if plan.faults else None
