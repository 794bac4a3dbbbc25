"""Who logs in. The e-mail address is the login, roles are groups, scopes are jurisdictions and projects."""

from functools import cached_property
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from training import permissions

SYSTEM_EMAIL = "system@evidenca.invalid"


class AccountQuerySet(models.QuerySet["Account"]):
    def kept_by(self, account: "Account") -> "AccountQuerySet":
        """The accounts this one may look at, close and open again: those of people whose records it keeps right."""
        return self.exclude(email=SYSTEM_EMAIL).filter(permissions.home_scope(account, via="person"))

    def not_erased(self) -> "AccountQuerySet":
        return self.filter(erased_at=None)

    def of_role(self, role: str) -> "AccountQuerySet":
        """Those that have this role; a superuser is an administrator."""
        found = self.filter(groups__name=role)
        return (found | self.filter(is_superuser=True)).distinct() if role == "administrator" else found


class AccountManager(BaseUserManager["Account"]):
    def get_queryset(self) -> AccountQuerySet:
        return AccountQuerySet(self.model, using=self._db)

    def kept_by(self, account: "Account") -> AccountQuerySet:
        return self.get_queryset().kept_by(account)

    def not_erased(self) -> AccountQuerySet:
        return self.get_queryset().not_erased()

    def of_role(self, role: str) -> AccountQuerySet:
        return self.get_queryset().of_role(role)

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
    # What courses, and pages for those who take them, are read in; a person may not have chosen yet.
    language = models.CharField(_("language"), max_length=7, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    erased_at = models.DateTimeField(null=True, editable=False)
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

    def institution_type_ids(self) -> Any:
        """The kind of institution the person behind this account works in, as a subquery: one, or none known."""
        from training.models.people import Person  # accounts come before people

        return Person.objects.filter(account=self.pk).values("institution__type")

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
