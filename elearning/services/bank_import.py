"""A bank of questions from Moodle XML: what it would make of a course's bank, then that, all of it or nothing."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid5

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from elearning.bank.content import Content
from elearning.bank.gaps import differences, problems
from elearning.bank.known import with_known_keys
from elearning.bank.moodle.reading import LeftOut, MoodleError, MoodleQuestion, read_bank
from elearning.bank.moodle.writing import BankQuestion, write_bank
from elearning.languages import SOURCE, own_name
from elearning.models import Course, Question
from elearning.services.questions import Facts, change_question, make_question, set_asked
from elearning.texts import text_of
from training.models import Account, Topic
from training.permissions import Action, require
from training.services import trail


class State(StrEnum):
    """What becomes of a question of the file."""

    ADDED = "added"
    CHANGED = "changed"
    SAME = "same"
    REFUSED = "refused"


@dataclass(frozen=True)
class PlannedQuestion:
    """`known` is the question of the bank it changes; `faults` why it cannot be asked; `notes` what to know."""

    read: MoodleQuestion
    key: UUID
    known: Question | None
    facts: Facts
    content: Content
    state: State
    faults: Sequence[str]
    notes: Sequence[str]


@dataclass(frozen=True)
class BankPlan:
    course: Course
    questions: Sequence[PlannedQuestion]
    left_out: Sequence[LeftOut]

    def of(self, state: State) -> list[PlannedQuestion]:
        return [one for one in self.questions if one.state == state]

    @property
    def refused(self) -> list[PlannedQuestion]:
        return self.of(State.REFUSED)

    @property
    def writes(self) -> int:
        return len(self.of(State.ADDED)) + len(self.of(State.CHANGED))

    @property
    def basis(self) -> str:
        """Changes whenever the plan would do something else: whoever agrees says to what. Fresh keys do not count."""
        told = [
            (str(one.key), one.state.value, one.known.current_id if one.known else 0, len(one.faults))
            for one in self.questions
        ]
        return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


def plan_bank(*, course: Course, data: bytes, language: str, by: Account) -> BankPlan:
    """What the file would do; writes nothing. Raises ValidationError for what is no bank at all.

    A question is known by its id number: ours, or one that the same file or Moodle had for it before.
    """
    require(by, Action.KEEP_COURSES)
    try:
        bank = read_bank(data, language)
    except MoodleError as refusal:
        raise ValidationError(str(refusal)) from refusal
    keys = list(_keys(course, bank.questions))
    known = {one.key: one for one in Question.objects.filter(key__in=keys).select_related("current")}
    modules, topics = _modules(course), {topic.key: topic for topic in Topic.objects.all()}
    planned, seen = [], set[UUID]()
    for read, key in zip(bank.questions, keys, strict=True):
        planned.append(_planned(course, read, key, known.get(key), modules, topics, is_double=key in seen))
        seen.add(planned[-1].key)
    return BankPlan(course, planned, bank.left_out)


@transaction.atomic
def import_bank(*, course: Course, data: bytes, language: str, basis: str, by: Account) -> BankPlan:
    """Do what `plan_bank` told, if it still is what was agreed to by `basis`. All questions or none.

    Raises ValidationError where a question is refused, or where the bank changed since.
    """
    require(by, Action.KEEP_COURSES)
    course = Course.objects.select_for_update().get(pk=course.pk)
    plan = plan_bank(course=course, data=data, language=language, by=by)
    if plan.refused:
        raise ValidationError(
            _("Nothing was taken: %(count)s of its questions cannot be asked.") % {"count": len(plan.refused)}
        )
    if plan.basis != basis:
        raise ValidationError(_("The bank is not what this page showed before. Look over it again."))
    for one in plan.questions:
        if one.state == State.ADDED:
            made = make_question(course=course, facts=one.facts, content=one.content, by=by, key=one.key)
            if not one.read.is_active:
                set_asked(questions=[made], asked=False, by=by)
        elif one.state == State.CHANGED and one.known:
            change_question(question=one.known, facts=one.facts, content=one.content, by=by)
    detail = {state.value: len(plan.of(state)) for state in State} | {"left out": len(plan.left_out)}
    trail.record(by=by, action="question bank imported", records={"course": [course.pk]}, detail=detail)
    return plan


def export_bank(*, questions: Iterable[Question], by: Account) -> bytes:
    """These questions as Moodle XML, in the order given. It holds the keys of tests, so it is in the trail."""
    require(by, Action.KEEP_COURSES)
    listed = list(questions)
    modules = {course.pk: _modules(course) for course in {one.course for one in listed}}
    written = write_bank(_written(one, modules[one.course_id]) for one in listed)
    records = {"question": [one.pk for one in listed]}
    trail.record(by=by, action="question bank exported", records=records)
    return written


def _written(question: Question, modules: Mapping[str, tuple[UUID, str]]) -> BankQuestion:
    slugs = {key: (slug, title) for slug, (key, title) in modules.items()}
    slug, title = slugs.get(question.module_key, ("", "")) if question.module_key else ("", "")
    tags = {
        "difficulty": str(question.difficulty),
        "topic": question.topic.key if question.topic else "",
        "module": slug,
        "source": question.source_note,
    }
    return BankQuestion(
        name=question.name, key=str(question.key), content=question.content, is_active=question.is_active,
        tags={name: value for name, value in tags.items() if value}, category=title or question.course.title,
    )  # fmt: skip


def _modules(course: Course) -> dict[str, tuple[UUID, str]]:
    """Key and title of each published module, by its address."""
    text = text_of(course, SOURCE)
    return {one.page.slug: (one.key, one.page.title) for one in text.modules} if text else {}


def _keys(course: Course, questions: Sequence[MoodleQuestion]) -> Iterator[UUID]:
    """Ours where the file has it; else one made of the id number, or of kind and name, so that the file is known next
    time. Names may repeat: the second of a name is the second next time too.
    """
    named: Counter[str] = Counter()
    for read in questions:
        try:
            yield UUID(read.key)
            continue
        except ValueError:
            word = f"id/{read.key}" if read.key else f"{read.content.kind}/{read.name}"
        named[word] += 1
        number = "" if read.key else str(named[word])
        yield uuid5(course.key, f"moodle/{word}/{number}")


def _planned(
    course: Course, read: MoodleQuestion, key: UUID, known: Question | None, modules: Mapping[str, tuple[UUID, str]],
    topics: Mapping[str, Topic], *, is_double: bool,
) -> PlannedQuestion:  # fmt: skip
    notes, faults = list(read.notes), problems(read.content)
    if known is not None and known.course_id != course.pk:  # a bank that moves to another course
        notes.append(_("It stands in another course's bank and stays there; this course gets its own."))
        key, known = uuid5(course.key, str(key)), None
        known = Question.objects.filter(key=key).select_related("current").first()
    if is_double:
        faults.append(_("It stands in the file twice."))
    if known is not None and known.kind != read.content.kind:
        faults.append(_("In the bank it is of another kind, and a question keeps its kind."))
    content = with_known_keys(read.content, known.content) if known else read.content
    facts = _facts(read, known, modules, topics, notes)
    for code, lacks in differences(content).items():
        if not faults:
            notes.append(_("%(language)s: %(lacks)s") % {"language": own_name(code), "lacks": " ".join(lacks)})
    return PlannedQuestion(read, key, known, facts, content, _state(known, facts, content, faults), faults, notes)


def _state(known: Question | None, facts: Facts, content: Content, faults: Sequence[str]) -> State:
    if faults:
        return State.REFUSED
    if known is None:
        return State.ADDED
    is_same = Facts.of(known) == facts and known.current is not None and known.current.digest == content.digest
    return State.SAME if is_same else State.CHANGED


def _facts(
    read: MoodleQuestion, known: Question | None, modules: Mapping[str, tuple[UUID, str]],
    topics: Mapping[str, Topic], notes: list[str],
) -> Facts:  # fmt: skip
    """What the file says of it; what it does not say stays as it is."""
    facts = Facts.of(known) if known else Facts(name=read.name)
    said: dict[str, Any] = {"name": read.name, "difficulty": read.difficulty}
    if read.source:
        said["source_note"] = read.source[:300]
    for tag, there, field in (
        (read.topic, topics, "topic"),
        (read.module, {slug: key for slug, (key, _title) in modules.items()}, "module_key"),
    ):
        if tag in there:
            said[field] = there[tag]
        elif tag:
            notes.append(_("“%(tag)s” is not known here and was left out.") % {"tag": tag})
    return replace(facts, **said)
