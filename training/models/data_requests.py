"""What people ask about the data held on them: to put something right, or to be erased."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from training import permissions
from training.choices import AnswerState, DataRequestKind

if TYPE_CHECKING:
    from training.models.accounts import Account


class DataRequestQuerySet(models.QuerySet["DataRequest"]):
    def kept_by(self, account: "Account") -> "DataRequestQuerySet":
        """Those of people whose records this account keeps right."""
        return self.filter(permissions.home_scope(account, via="person"))

    def waiting(self) -> "DataRequestQuerySet":
        return self.filter(state=AnswerState.OPEN)


class DataRequest(models.Model):
    """One request of a person about their own record. What they wrote, and the answer, go when they are erased."""

    person = models.ForeignKey("training.Person", models.PROTECT, related_name="data_requests")
    kind = models.CharField(_("what you ask for"), max_length=10, choices=DataRequestKind.choices)
    text = models.TextField(_("what should be put right"), blank=True)
    state = models.CharField(max_length=10, choices=AnswerState.choices, default=AnswerState.OPEN)
    answer = models.TextField(_("answer"), blank=True)
    asked_by = models.ForeignKey("training.Account", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    answered_by = models.ForeignKey("training.Account", models.PROTECT, null=True, related_name="+", editable=False)
    answered_at = models.DateTimeField(null=True, editable=False)

    objects = DataRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request about one’s data")
        verbose_name_plural = _("requests about one’s data")
        ordering = ["asked_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=DataRequestKind.values), name="data_request_kind_known"),
            models.CheckConstraint(condition=Q(state__in=AnswerState.values), name="data_request_state_known"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.person_id}"
