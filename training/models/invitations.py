"""How people get in: invitations, and requests for one. There is no open sign-up."""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from training import permissions
from training.choices import RequestState
from training.permissions import RoleName

if TYPE_CHECKING:
    from training.models.accounts import Account

VALID_FOR = timedelta(days=14)


def expiry() -> datetime:
    return timezone.now() + VALID_FOR


def token_hash(token: str) -> str:
    """What is kept of an invitation's secret: whoever reads the database cannot accept it."""
    return sha256(token.encode()).hexdigest()


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def visible_to(self, account: "Account") -> "InvitationQuerySet":
        """One's own, and those to people of the jurisdictions one coordinates."""
        return self.filter(permissions.invitation_scope(account))

    def open(self) -> "InvitationQuerySet":
        """Those that can still be accepted."""
        return self.filter(accepted_at=None, withdrawn_at=None, expires_at__gt=timezone.now())


class Invitation(models.Model):
    """One address may become an account with one role. `person` is the record the account will belong to.

    The secret of its link is only in the e-mail; accepting proves that the address is theirs.
    """

    email = models.EmailField(_("e-mail address"), db_index=True)
    name = models.CharField(_("name"), max_length=150, blank=True)
    role = models.CharField(_("role"), max_length=20, choices=[(role.value, role.value) for role in RoleName])
    person = models.ForeignKey("training.Person", models.CASCADE, null=True, blank=True, related_name="invitations")
    jurisdictions = models.ManyToManyField("training.Jurisdiction", blank=True, related_name="+")
    projects = models.ManyToManyField("training.Project", blank=True, related_name="+")
    token = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey("training.Account", models.PROTECT, related_name="invitations")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(default=expiry)
    accepted_at = models.DateTimeField(null=True, editable=False)
    withdrawn_at = models.DateTimeField(null=True, editable=False)
    account = models.ForeignKey("training.Account", models.SET_NULL, null=True, related_name="accepted_invitations")

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["email", "role"],
                condition=Q(accepted_at=None, withdrawn_at=None),
                name="invitation_one_open_for_an_address_and_role",
                violation_error_message=_("This address has an open invitation to that role."),
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(withdrawn_at=None), name="invitation_accepted_or_withdrawn"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} ({self.role})"

    @property
    def is_open(self) -> bool:
        return self.accepted_at is None and self.withdrawn_at is None and self.expires_at > timezone.now()


class AccessRequestQuerySet(models.QuerySet["AccessRequest"]):
    def visible_to(self, account: "Account") -> "AccessRequestQuerySet":
        """Those from the jurisdictions one decides for."""
        return self.filter(permissions.request_scope(account))


class AccessRequest(models.Model):
    """Somebody without an account asks for one; the coordinator of their jurisdiction decides."""

    name = models.CharField(_("your name"), max_length=150)
    email = models.EmailField(_("service e-mail"))
    jurisdiction = models.ForeignKey(
        "training.Jurisdiction", models.PROTECT, related_name="access_requests", verbose_name=_("jurisdiction")
    )
    institution = models.CharField(_("institution"), max_length=200)
    reason = models.CharField(_("what you need it for"), max_length=300)
    state = models.CharField(max_length=10, choices=RequestState.choices, default=RequestState.OPEN)
    created_at = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True, editable=False)
    decided_by = models.ForeignKey("training.Account", models.PROTECT, null=True, related_name="+", editable=False)

    objects = AccessRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request for access")
        verbose_name_plural = _("requests for access")
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["email"], condition=Q(state="open"), name="access_request_one_open_for_an_address"
            ),
            models.CheckConstraint(condition=Q(state__in=RequestState.values), name="access_request_state_known"),
        ]

    def __str__(self) -> str:
        return self.email
