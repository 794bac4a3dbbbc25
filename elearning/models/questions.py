"""The question bank of a course: questions, and the versions of what they ask."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _gettext
from django.utils.translation import gettext_lazy as _

from elearning.bank.content import Content, read_content
from elearning.bank.gaps import differences
from elearning.choices import Difficulty, QuestionKind
from elearning.languages import own_name

if TYPE_CHECKING:
    from elearning.models.courses import Course

KEPT = "A version of a question stays as it was asked: make a new one instead."


class QuestionQuerySet(models.QuerySet["Question"]):
    def of(self, course: "Course") -> "QuestionQuerySet":
        """Those of that course with what they ask now, in the order of its bank."""
        return self.filter(course=course).select_related("current").order_by("order", "pk")

    def asked(self) -> "QuestionQuerySet":
        """Those that are not retired."""
        return self.filter(is_active=True)

    def differing(self, languages: Collection[str] | None = None) -> "list[KeyDifference]":
        """Where the key of these is not the same in all languages, or in those named. One query."""
        return [
            KeyDifference(question, code, lacks)
            for question in self.select_related("current").order_by("order", "pk")
            for code, lacks in differences(question.content).items()
            if languages is None or code in languages
        ]

    def pool(self) -> "QuestionQuerySet":
        """Those a final assessment may draw."""
        return self.asked().filter(in_assessment=True)


@dataclass(frozen=True)
class KeyDifference:
    """What one language of a question lacks of what is right, in sentences."""

    question: "Question"
    language: str
    lacks: Sequence[str]

    def __str__(self) -> str:
        return _gettext("“%(question)s” in %(language)s: %(lacks)s") % {
            "question": self.question.name,
            "language": own_name(self.language),
            "lacks": " ".join(self.lacks),
        }


class Question(models.Model):
    """`key` is the same in all languages and editions. What it asks is in its versions; `current` is the newest.

    `name` is for editors' lists. A question that is not `in_assessment` is there for checks inside modules only.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    course = models.ForeignKey("elearning.Course", models.PROTECT, related_name="questions", verbose_name=_("course"))
    name = models.CharField(_("name in the bank"), max_length=200)
    kind = models.CharField(_("kind"), max_length=10, choices=QuestionKind.choices)
    module_key = models.UUIDField(_("module"), null=True, blank=True)
    topic = models.ForeignKey(
        "training.Topic", models.PROTECT, null=True, blank=True, related_name="questions", verbose_name=_("topic")
    )
    difficulty = models.PositiveSmallIntegerField(
        _("difficulty"), choices=Difficulty.choices, default=Difficulty.MEDIUM
    )
    source_note = models.CharField(_("source"), max_length=300, blank=True)
    in_assessment = models.BooleanField(_("may be drawn for the final assessment"), default=True)
    is_active = models.BooleanField(_("asked"), default=True)
    order = models.PositiveIntegerField(default=0)
    current = models.OneToOneField(
        "elearning.QuestionVersion", models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["course", "order", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=QuestionKind.values), name="question_known_kind"),
            models.CheckConstraint(condition=Q(difficulty__in=Difficulty.values), name="question_known_difficulty"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def content(self) -> Content:
        """What it asks now."""
        if self.current is None:
            raise ValueError("a question without a version is not kept")
        return self.current.read


class QuestionVersion(models.Model):
    """What a question asks, in all its languages. Attempts point here, so a version never changes."""

    question = models.ForeignKey(Question, models.CASCADE, related_name="versions", verbose_name=_("question"))
    number = models.PositiveIntegerField(_("version"))
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey("training.Account", models.PROTECT, related_name="+", verbose_name=_("made by"))

    class Meta:
        verbose_name = _("version of a question")
        verbose_name_plural = _("versions of questions")
        ordering = ["question", "-number"]
        constraints = [models.UniqueConstraint(fields=["question", "number"], name="question_version_once")]

    def __str__(self) -> str:
        return f"{self.question_id}.{self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise PermissionError(KEPT)
        super().save(*args, **kwargs)

    @cached_property
    def read(self) -> Content:
        return read_content(self.content)
