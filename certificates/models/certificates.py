"""A certificate: what it says, the PDF it was issued as, and what became of it.

What it says never changes, but that erasing the person takes name and file (services/erasing.py). The database refuses
to change or delete a row (migrations/0002_guards.py) but for that, and for two things that happen to a certificate once
each: another one supersedes it, or it is revoked.
"""

from typing import TYPE_CHECKING, Any

from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from certificates.choices import Kind, State
from training.models import Participation

if TYPE_CHECKING:
    from datetime import date

    from training.models import Account, Session

KEPT = "A certificate stays as it was issued: supersede or revoke it instead."
CHANGES_ONCE = {"superseded_at", "revoked_at", "revoked_by", "revoked_reason"}


def private_storage() -> Storage:
    """Where the PDFs are kept. No address leads into it: a file goes out through a view that asks who it is for."""
    return storages["certificates"]


class CertificateQuerySet(models.QuerySet["Certificate"]):
    def visible_to(self, account: "Account") -> "CertificateQuerySet":
        """The certificates of the people this account may see by name: an officer's own, a trainer's sessions'."""
        return self.filter(participation__in=Participation.objects.visible_to(account))

    def of_session(self, session: "Session") -> "CertificateQuerySet":
        return self.filter(participation__session=session)

    def current(self) -> "CertificateQuerySet":
        """One a participation at the most: what superseded the others."""
        return self.filter(superseded_at=None)

    def standing(self) -> "CertificateQuerySet":
        """Those that nothing took the force of: neither superseded nor revoked. They may have expired."""
        return self.current().filter(revoked_at=None)

    def not_renewed(self) -> "CertificateQuerySet":
        """Those of whose training no standing certificate of a renewal points here, or to what this one corrected."""
        renewals = Certificate.objects.standing().filter(renews__participation=OuterRef("participation")).order_by()
        return self.filter(~Exists(renewals))

    def with_files(self) -> "CertificateQuerySet":
        """Those whose file there is: erasing a person takes it."""
        return self.exclude(pdf="")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise PermissionError(KEPT)

    def without_demonstration(self) -> None:
        """Take away the certificates of demo projects and their files: the one exception."""
        from certificates.models.runs import CertificateLetter  # certificates come before their letters

        found = self.filter(participation__session__project__is_demo=True).order_by()
        files = list(found.with_files().values_list("pdf", flat=True))
        everything: models.QuerySet[Certificate] = models.QuerySet(self.model, using=self.db)
        CertificateLetter.objects.filter(certificate__in=found.values("pk")).delete()
        # By the ids, so that no join stands in the way; those that supersede each other go in one statement.
        everything.filter(pk__in=found.values("pk"))._raw_delete(self.db)
        for name in files:
            private_storage().delete(name)


class Certificate(models.Model):
    """`content` is all it says (certificates/content.py), `content_sha256` its hash, `pdf_sha256` that of the file.

    `override_reason` says why somebody gave it to a person who does not meet the rule; `supersede_reason` why this one
    replaced the one in `supersedes`. `renews`: the one it prolongs, which stands for as long as it said it would.
    """

    serial = models.CharField(_("serial"), max_length=24, unique=True)
    participation = models.ForeignKey(
        "training.Participation", models.PROTECT, related_name="certificates", verbose_name=_("participation")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    content = models.JSONField()
    content_sha256 = models.CharField(max_length=64)
    pdf = models.FileField(upload_to="%Y/%m", storage=private_storage, max_length=120)
    pdf_sha256 = models.CharField(max_length=64)
    issued_at = models.DateTimeField(_("issued"), default=timezone.now)
    issued_by = models.ForeignKey("training.Account", models.PROTECT, related_name="+", verbose_name=_("issued by"))
    expires_on = models.DateField(_("valid until"), null=True)
    override_reason = models.TextField(_("issued although the rule is not met, because"), blank=True)
    supersedes = models.OneToOneField("self", models.PROTECT, null=True, related_name="superseded_by")
    supersede_reason = models.TextField(_("reason for the new one"), blank=True)
    renews = models.ForeignKey("self", models.PROTECT, null=True, related_name="renewals", verbose_name=_("renews"))
    superseded_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True)
    revoked_by = models.ForeignKey("training.Account", models.PROTECT, null=True, related_name="+")
    revoked_reason = models.TextField(_("reason for revoking"), blank=True)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        ordering = [F("issued_at").desc(), "-pk"]
        # What everybody may ask: a file by its hash, and the list of what no longer stands.
        indexes = [
            models.Index(fields=["pdf_sha256"], name="certificate_by_file"),
            models.Index(fields=["serial"], condition=Q(revoked_at__isnull=False), name="certificate_revoked"),
            models.Index(fields=["serial"], condition=Q(superseded_at__isnull=False), name="certificate_superseded"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["participation"], condition=Q(superseded_at=None), name="certificate_current_once"
            ),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="certificate_known_kind"),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by=None, revoked_reason="")
                | (Q(revoked_at__isnull=False, revoked_by__isnull=False) & ~Q(revoked_reason="")),
                name="certificate_revoked_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(supersedes=None, supersede_reason="")
                | (Q(supersedes__isnull=False) & ~Q(supersede_reason="")),
                name="certificate_supersedes_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.serial

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding and not set(kwargs.get("update_fields") or {"content"}) <= CHANGES_ONCE:
            raise PermissionError(KEPT)
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise PermissionError(KEPT)

    def state_on(self, day: "date") -> State:
        """What a check answers on that day. A revoked one is revoked, whatever else happened to it."""
        if self.revoked_at:
            return State.REVOKED
        if self.superseded_at:
            return State.SUPERSEDED
        return State.EXPIRED if self.expires_on and self.expires_on < day else State.VALID

    @property
    def state(self) -> State:
        return self.state_on(timezone.localdate())

    @property
    def is_erased(self) -> bool:
        """Whether the person was erased: name and file are gone, the rest of what it says stays."""
        return self.content["name"] == ""
