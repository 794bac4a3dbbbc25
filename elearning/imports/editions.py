"""What earlier editions of a manual left behind: which course came of them, and what the next is compared with."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from elearning.imports.arranging import Habit, bare
from elearning.imports.identity import Known, KnownModule, Plan, known
from elearning.imports.manual import Manual
from elearning.imports.values import Raw, trace
from elearning.models import Course, CoursePage, ManualEdition, ModulePage
from training.models import Account

MUCH = 0.5  # of the blocks of the smaller of two editions: the same manual under another title


def source_page(course: Course) -> CoursePage | None:
    """The page in the language the course was written in."""
    return course.pages.select_related("locale").order_by("pk").first()


def modules_by_key(page: CoursePage) -> dict[str, ModulePage]:
    """Its modules, published or not, by the key that all languages share."""
    return {str(module.translation_key): module for module in ModulePage.objects.child_of(page).order_by("path")}


def known_modules(edition: ManualEdition, there: Sequence[str]) -> list[KnownModule]:
    """The modules of an edition that are still `there`, by their keys."""
    found = [
        KnownModule(
            each["key"],
            each["title"],
            tuple(Known(**{name: block[name] for name in KEPT}) for block in each["blocks"]),
            bool(each.get("absent")),
        )
        for each in edition.modules
    ]
    return [module for module in found if module.key in there]


KEPT = ("id", "kind", "text", "fingerprint", "picture")


def traces(edition: ManualEdition) -> dict[str, str]:
    """How each block's value was written, by its id."""
    return {block["id"]: block.get("trace", "") for each in edition.modules for block in each["blocks"]}


def habit(edition: ManualEdition) -> Habit:
    begins = {name: (title, dropped) for name, title, dropped in edition.arrangement.get("begins", ())}
    return Habit(begins, frozenset(edition.arrangement.get("joined", ())))


def as_arrangement(habit: Habit) -> dict[str, Any]:
    begins = [[name, title, dropped] for name, (title, dropped) in habit.begins.items()]
    return {"begins": begins, "joined": sorted(habit.joined)}


def as_modules(plan: Plan, keys: Sequence[str], written: dict[str, Raw]) -> list[dict[str, Any]]:
    """What to keep of an edition: its modules by their keys, and those that are gone, should they come back."""
    modules: list[dict[str, Any]] = [
        {
            "key": key,
            "title": module.title,
            "blocks": [asdict(block) | {"trace": trace(written[block.id])} for block in known(module.blocks)],
        }
        for key, module in zip(keys, plan.modules, strict=True)
    ]
    living = {block["id"] for module in modules for block in module["blocks"]}
    for module in [*plan.gone, *plan.absent]:
        blocks = [asdict(block) for block in module.blocks if block.id not in living]
        modules.append({"key": module.key, "title": module.title, "blocks": blocks, "absent": True})
    return modules


def course_of(manual: Manual, language: str, by: Account) -> ManualEdition | None:
    """The last edition of the course this manual was made into before: by its title, else by most of its blocks."""
    courses = Course.objects.visible_to(by)
    editions = list(ManualEdition.objects.newest().filter(language=language, course__in=courses).order_by("-at"))
    named = [each for each in editions if bare(each.title) == bare(manual.title)]
    if named:
        return named[0]
    mine = {block.fingerprint for block in manual.blocks}
    shares = [(_share(each, mine), place, each) for place, each in enumerate(editions)]
    best = max(shares, default=None)
    return best[2] if best and best[0] >= MUCH else None


def _share(edition: ManualEdition, mine: set[str]) -> float:
    theirs = {block["fingerprint"] for module in edition.modules for block in module["blocks"]}
    smaller = min(len(mine), len(theirs))
    return len(mine & theirs) / smaller if smaller else 0.0
