"""Attempts at a final assessment: what was drawn, what was answered and when, and what it came to."""

import uuid
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from elearning.bank.clock import is_closed, is_over
from elearning.bank.rules import GRACE, AssessmentRules
from elearning.choices import Ending

if TYPE_CHECKING:
    from training.models import Account


class AttemptQuerySet(models.QuerySet["Attempt"]):
    def own(self, account: "Account") -> "AttemptQuerySet":
        """Those of the person behind the account."""
        return self.filter(enrolment__participation__person__account=account.pk)

    def open(self) -> "AttemptQuerySet":
        return self.filter(ended_at=None)

    def overdue(self, now: datetime) -> "AttemptQuerySet":
        """Open ones whose time is up for good: nothing that is on its way counts any more."""
        return self.open().filter(deadline__lt=now - GRACE)


class Attempt(models.Model):
    """One go at the assessment of a course. `rules` and the versions it points to are as they were when it began.

    `deadline` is empty where there is no time limit. `score` is per cent with two decimals, once it is over.
    """

    enrolment = models.ForeignKey("elearning.Enrolment", models.PROTECT, related_name="attempts")
    number = models.PositiveSmallIntegerField(_("attempt"))
    language = models.CharField(_("language"), max_length=7)
    rules = models.JSONField()
    extra_time_percent = models.PositiveSmallIntegerField(_("extra time, %"), default=0)
    started_at = models.DateTimeField(_("begun"), default=timezone.now)
    deadline = models.DateTimeField(_("ends"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)
    ending = models.CharField(_("how it ended"), max_length=9, choices=Ending.choices, blank=True)
    score = models.DecimalField(_("score"), max_digits=5, decimal_places=2, null=True)
    passed = models.BooleanField(_("passed"), null=True)

    objects = AttemptQuerySet.as_manager()

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        ordering = ["enrolment", "number"]
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "number"], name="attempt_numbered_once"),
            models.UniqueConstraint(fields=["enrolment"], condition=Q(ended_at=None), name="attempt_open_once"),
            models.CheckConstraint(
                condition=Q(ended_at=None, score=None, passed=None, ending="")
                | Q(ended_at__isnull=False, score__isnull=False, passed__isnull=False, ending__in=Ending.values),
                name="attempt_ended_with_a_score",
            ),
            models.CheckConstraint(
                condition=Q(deadline=None) | Q(deadline__gt=F("started_at")), name="attempt_ends_after_its_start"
            ),
        ]

    def __str__(self) -> str:
        return f"attempt {self.number} of enrolment {self.enrolment_id}"

    @property
    def read_rules(self) -> AssessmentRules:
        return AssessmentRules(**self.rules)

    @property
    def is_ended(self) -> bool:
        return self.ended_at is not None

    def is_over(self, now: datetime) -> bool:
        """Whether no more answers can be given."""
        return self.is_ended or is_over(now=now, deadline=self.deadline)

    def is_overdue(self, now: datetime) -> bool:
        """Whether it is to be ended by whoever looks next."""
        return not self.is_ended and is_closed(now=now, deadline=self.deadline)


class AttemptQuestion(models.Model):
    """A question as it was drawn, with the answer as it stands. `option_order` are the keys as they are shown.

    `response` is the answer that was given last, {} where there is none; how it came about is in the answers.
    """

    attempt = models.ForeignKey(Attempt, models.CASCADE, related_name="questions")
    position = models.PositiveSmallIntegerField()
    version = models.ForeignKey("elearning.QuestionVersion", models.PROTECT, related_name="drawn")
    option_order = models.JSONField(default=list)
    response = models.JSONField(default=dict)
    answered_at = models.DateTimeField(null=True)
    answered_in = models.CharField(_("language"), max_length=7, blank=True)
    credit = models.DecimalField(max_digits=6, decimal_places=5, null=True)

    class Meta:
        verbose_name = _("question of an attempt")
        verbose_name_plural = _("questions of attempts")
        ordering = ["attempt", "position"]
        constraints = [
            models.UniqueConstraint(fields=["attempt", "position"], name="attempt_position_once"),
            models.UniqueConstraint(fields=["attempt", "version"], name="attempt_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.attempt_id}/{self.position}"


class Answer(models.Model):
    """One answer as it arrived, kept for good. `nonce` is its sender's: the same one sent twice is one answer."""

    attempt_question = models.ForeignKey(AttemptQuestion, models.CASCADE, related_name="answers")
    nonce = models.UUIDField(default=uuid.uuid4)
    response = models.JSONField(default=dict)
    language = models.CharField(max_length=7, blank=True)
    given_at = models.DateTimeField()
    received_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["attempt_question", "nonce"], name="answer_once")]

    def __str__(self) -> str:
        return f"answer to {self.attempt_question_id}"
