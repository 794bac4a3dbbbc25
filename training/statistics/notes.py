"""What an answer says beside its figures: what they rest on, and what they leave out."""

from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from training.statistics.beside import Beside
from training.statistics.dimensions import DIMENSIONS
from training.statistics.question import Question
from training.statistics.tables import Figures


@dataclass(frozen=True, kw_only=True)
class Note:
    """A sentence for people; `code` and `count` for programs. What is counted depends on the code."""

    code: str
    text: str
    count: int | None = None


def notes_for(*, question: Question, beside: Beside, cells: Figures, whole: Figures, not_told: int) -> tuple[Note, ...]:
    """Every note an answer needs, the weightiest first. `whole` is the margin of everything: one row or none."""
    notes = [
        *_about_people(question, whole),
        *_about_rows(question, cells),
        *_about_what_is_left_out(beside, not_told),
        *_about_rosters(beside, whole),
        *_about_demonstration(beside),
    ]
    return tuple(notes)


def _counting(code: str, text: str, count: int, **besides: int) -> Note:
    """A note about so many, its numbers written as tables write them."""
    written = {name: number_format(number) for name, number in {"count": count, **besides}.items()}
    return Note(code=code, text=text % written, count=count)


def _about_people(question: Question, whole: Figures) -> list[Note]:
    notes = []
    total, named = whole.sum("participations"), whole.sum("backed")
    if "people" in question.measures and question.by and named:
        text = _("Unique people do not add up: whoever stands in several rows is one person in the total.")
        notes.append(Note(code="people_do_not_add_up", text=text))
    if named < total:
        text = _(
            "%(named)s of %(total)s participations are backed by names. For the others unique people and person-days"
            " are not known."
        )
        notes.append(_counting("not_named", text, total - named, named=named, total=total))
    return notes


def _about_rows(question: Question, cells: Figures) -> list[Note]:
    notes = []
    if question.has_multiple:
        names = ", ".join(str(DIMENSIONS[name].label) for name in question.by if DIMENSIONS[name].multiple)
        text = _(
            "A project may have several of these: %(names)s. Its participations stand under each, so rows do not sum."
        )
        notes.append(Note(code="rows_do_not_sum", text=text % {"names": names}))
    elif count := cells.unknown():
        text = _("%(count)s participations were reported without a full breakdown by these dimensions.")
        notes.append(_counting("not_broken_down", text, count))
    return notes


def _about_what_is_left_out(beside: Beside, not_told: int) -> list[Note]:
    notes = []
    if not_told:
        text = _("%(count)s participations are left out: headcounts do not say whether the filters on people fit them.")
        notes.append(_counting("filter_not_told", text, not_told))
    count = beside.not_placed
    if count:
        text = ngettext(
            "%(count)s session without a date could not be placed in the period (headcounts: %(people)s).",
            "%(count)s sessions without a date could not be placed in the period (headcounts: %(people)s).",
            count,
        )
        notes.append(_counting("not_placed", text, count, people=beside.not_placed_people))
    return notes


def _about_rosters(beside: Beside, whole: Figures) -> list[Note]:
    notes = []
    without_register = whole.sum("without_register")
    if without_register:
        text = _(
            "No register was kept for %(count)s participations: everyone on the roster counts, days are not known."
        )
        notes.append(_counting("no_register", text, without_register))
    waiting = beside.waiting
    if waiting:
        text = ngettext(
            "In %(count)s session a headcount counts; its roster waits until a person confirms that it replaces it.",
            "In %(count)s sessions a headcount counts; rosters wait until a person confirms that they replace it.",
            waiting,
        )
        notes.append(_counting("roster_beside_headcount", text, waiting))
    return notes


def _about_demonstration(beside: Beside) -> list[Note]:
    if not beside.demonstration:
        return []
    return [Note(code="demonstration", text=_("Demonstration data about people who do not exist are among them."))]
