"""What came of a manual, for scripts (design §6) and for people."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from elearning.imports.applying import Made
from elearning.imports.identity import State
from elearning.imports.planning import ManualPlan


def as_json(plan: ManualPlan) -> dict[str, Any]:
    """What was made, or would be."""
    return {
        "title": plan.title,
        "language": plan.language,
        "modules": [
            {"title": module.title, "blocks": [{"type": str(block.kind), "id": block.id} for block in module.blocks]}
            for module in plan.changes.modules
        ],
        "added": plan.count(State.ADDED),
        "changed": plan.count(State.CHANGED),
        "removed": plan.count(State.REMOVED),
    }


def as_json_of_refusal(message: str) -> dict[str, Any]:
    """The same for a file nothing can be made of; `errors` says why."""
    nothing: dict[str, Any] = {"title": "", "language": "", "modules": [], "added": 0, "changed": 0, "removed": 0}
    return {**nothing, "errors": [message]}


def as_text(made: Made, *, dry_run: bool) -> list[str]:
    """For a terminal, one thing a line."""
    plan = made.plan
    lines = [_heading(made, dry_run=dry_run), counts(plan)]
    lines += [f"{module.title}: {_blocks(len(module.blocks))}" for module in plan.changes.modules]
    return [*lines, *remarks(made)]


def remarks(made: Made) -> list[str]:
    """What could not be taken as it stood, and what to do before publishing."""
    said = [f"{remark.where}: {remark.message}" if remark.where else remark.message for remark in made.plan.remarks]
    return [*said, *made.told]


def counts(plan: ManualPlan) -> str:
    """One line on what is different."""
    if plan.edition is None:
        return _blocks(plan.count(State.ADDED))
    if plan.quiet:
        return _("Nothing has changed since the last edition.")
    said = _("%(added)s added, %(changed)s changed, %(moved)s moved, %(removed)s removed, %(unchanged)s as before.")
    return said % {state.value: plan.count(state) for state in State}


def _heading(made: Made, *, dry_run: bool) -> str:
    plan = made.plan
    if dry_run:
        said = _("Would be a new edition of “%(title)s”.") if plan.course else _("Would be a new course, “%(title)s”.")
    elif plan.course:
        said = _("“%(title)s” was compared with its last edition.")
    else:
        said = _("Made, as drafts: “%(title)s” (%(language)s).")
    return said % {"title": plan.title, "language": plan.language}


def _blocks(count: int) -> str:
    return ngettext("%(count)s block", "%(count)s blocks", count) % {"count": count}
