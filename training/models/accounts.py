"""Who logs in. The e-mail address is the login, roles are groups, scopes are jurisdictions and projects."""

from functools import cached_property
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

SYSTEM_EMAIL = "system@evidenca.invalid"


class AccountManager(BaseUserManager["Account"]):
    def get_by_natural_key(self, username: str | None) -> "Account":
        return self.get(email__iexact=username)

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "Account":
        if not email:
            raise ValueError("An account needs an e-mail address.")
        account = self.model(email=self.normalize_email(email).lower(), **fields)
        account.set_password(password)
        account.save(using=self._db)
        return account

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "Account":
        return self.create_user(email, password, is_superuser=True, **fields)

    def system(self) -> "Account":
        """The account that acts when a command runs without `--as`: it cannot log in and may do everything."""
        account, _made = self.get_or_create(
            email=SYSTEM_EMAIL, defaults={"name": "Evidenca", "is_superuser": True, "password": "!"}
        )
        return account


class Account(AbstractBaseUser, PermissionsMixin):
    email = models.EmailField(
        _("e-mail address"), unique=True, error_messages={"unique": _("This address has an account.")}
    )
    name = models.CharField(_("name"), max_length=150, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    is_demo = models.BooleanField(default=False, editable=False)
    date_joined = models.DateTimeField(default=timezone.now, editable=False)
    jurisdictions = models.ManyToManyField(
        "training.Jurisdiction", blank=True, related_name="coordinators", verbose_name=_("jurisdictions")
    )
    projects = models.ManyToManyField(
        "training.Project", blank=True, related_name="managers", verbose_name=_("projects")
    )

    objects = AccountManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        ordering = ["email"]
        constraints = [
            models.UniqueConstraint(Lower("email"), name="account_email_once_whatever_case"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return str(self)

    @cached_property
    def role_names(self) -> frozenset[str]:
        """The names of the account's roles; a superuser is an administrator."""
        if not self.is_active:
            return frozenset()
        names = set(self.groups.values_list("name", flat=True))
        return frozenset(names | {"administrator"} if self.is_superuser else names)

    @cached_property
    def jurisdiction_ids(self) -> frozenset[int]:
        return frozenset(self.jurisdictions.values_list("pk", flat=True))

    @cached_property
    def project_ids(self) -> frozenset[int]:
        return frozenset(self.projects.values_list("pk", flat=True))

    @cached_property
    def sessions_to_change(self) -> set[int]:
        """The sessions of which permissions.py has found out already that this account may change them."""
        return set()

    def assigned_session_ids(self) -> Any:
        """Sessions this account was assigned to as a trainer, as a subquery."""
        return self.assigned_sessions.through.objects.filter(account_id=self.pk).values("session_id")

    def attended_session_ids(self) -> Any:
        """Sessions the person behind this account is on the roster of, as a subquery."""
        from training.models.participations import Participation  # accounts come before participations

        return Participation.objects.filter(person__account_id=self.pk).values("session_id")
