"""The question bank: making questions, changing what they ask, retiring them.

What attempts were asked stays as it was: a change makes a new version, and only attempts that begin later draw it.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from elearning.bank.content import Content
from elearning.bank.gaps import problems
from elearning.choices import Difficulty
from elearning.models import Course, Question, QuestionVersion
from training.models import Account, Topic
from training.permissions import Action, require
from training.services import trail


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is known of a question beside what it asks."""

    name: str
    module_key: UUID | None = None
    topic: Topic | None = None
    difficulty: int = Difficulty.MEDIUM
    source_note: str = ""
    in_assessment: bool = True

    @classmethod
    def of(cls, question: Question) -> "Facts":
        return cls(**{name: getattr(question, name) for name in cls.__dataclass_fields__})

    def put_on(self, question: Question) -> list[str]:
        """The names of the fields that change."""
        changed = [name for name in asdict(self) if getattr(question, name) != getattr(self, name)]
        for name in changed:
            setattr(question, name, getattr(self, name))
        return changed


@transaction.atomic
def make_question(*, course: Course, facts: Facts, content: Content, by: Account, key: UUID | None = None) -> Question:
    """A new question at the end of the course's bank, under `key` where it comes from elsewhere with one.

    Raises ValidationError with everything that keeps it from being asked.
    """
    require(by, Action.KEEP_COURSES)
    _require_askable(content)
    last = Question.objects.filter(course=course).aggregate(last=Max("order"))["last"]
    question = Question(course=course, kind=content.kind, key=key or uuid4(), order=(last or 0) + 1)
    facts.put_on(question)
    question.full_clean()
    question.save()
    _add_version(question, content, by)
    _record(by, "question added", [question])
    return question


@transaction.atomic
def change_question(
    *, question: Question, facts: Facts, content: Content, by: Account, seen: int | None = None
) -> Question:
    """What is known of it, and, where `content` says something else than now, a new version. Nothing new: no change.

    `seen` is the number of the version somebody changed: ValidationError where it is not the newest any more.
    """
    require(by, Action.KEEP_COURSES)
    question = Question.objects.select_for_update(of=("self",)).select_related("current").get(pk=question.pk)
    if seen is not None and question.current is not None and question.current.number != seen:
        raise ValidationError(_("Somebody changed this question in the meantime. Reload it and change it again."))
    if content.kind != question.kind:
        raise ValidationError(_("A question keeps its kind. Retire this one and write another."))
    _require_askable(content)
    changed = facts.put_on(question)
    question.full_clean()
    if changed:
        question.save(update_fields=[*changed, "updated_at"])
    if question.current is None or content.digest != question.current.digest:
        _add_version(question, content, by)
        changed.append("content")
    if changed:
        _record(by, "question changed", [question], {"fields": changed})
    return question


@transaction.atomic
def set_asked(*, questions: Sequence[Question], asked: bool, by: Account) -> int:
    """Retire these questions or take them back into the bank; attempts that began keep them. Returns how many."""
    require(by, Action.KEEP_COURSES)
    found = list(Question.objects.filter(pk__in=[one.pk for one in questions], is_active=not asked).order_by("pk"))
    if found:
        Question.objects.filter(pk__in=[one.pk for one in found]).update(is_active=asked)
        _record(by, "questions taken back" if asked else "questions retired", found)
    return len(found)


def _require_askable(content: Content) -> None:
    found = problems(content)
    if found:
        raise ValidationError(found)


def _add_version(question: Question, content: Content, by: Account) -> None:
    number = (question.current.number if question.current else 0) + 1
    question.current = QuestionVersion.objects.create(
        question=question, number=number, content=content.as_json(), digest=content.digest, made_by=by
    )
    question.save(update_fields=["current", "updated_at"])


def _record(by: Account, action: str, questions: Sequence[Question], detail: dict[str, Any] | None = None) -> None:
    trail.record(by=by, action=action, records={"question": [one.pk for one in questions]}, detail=detail)
