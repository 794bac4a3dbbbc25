"""The paper of a day: the sheets that were signed, as photographs or scans, and how many signatures are on them."""

import secrets
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from training import permissions
from training.models.participations import Participation
from training.models.sessions import Session

if TYPE_CHECKING:
    from training.models.accounts import Account

MOST_SIGNATURES = 5000


def sheet_storage() -> Storage:
    """Where the files are kept. No address leads into it: a file goes out through a view that asks who it is for."""
    return storages["sheets"]


def under_a_random_name(sheet: "SignedSheet", _name: str) -> str:
    return f"{timezone.localdate():%Y/%m}/{secrets.token_hex(16)}.{sheet.ending}"


def _erased_on_roster() -> Exists:
    erased = Participation.objects.filter(session=OuterRef("day__session"), person__erased_at__isnull=False)
    return Exists(erased)


class SignedSheetQuerySet(models.QuerySet["SignedSheet"]):
    def visible_to(self, account: "Account") -> "SignedSheetQuerySet":
        """Those of the sessions whose whole register this account may read; restricted ones among them."""
        return self.filter(day__session__in=Session.objects.filter(permissions.named_scope(account)))

    def with_restriction(self) -> "SignedSheetQuerySet":
        """Each with `restricted`: somebody on the roster was erased, whose name and signature may be on the sheet."""
        return self.annotate(restricted=_erased_on_roster())

    def restricted(self) -> "SignedSheetQuerySet":
        return self.filter(_erased_on_roster())


class SignedSheet(models.Model):
    """A file that shows a sheet somebody signed, cleaned of all but what is to be seen (services/scans.py).

    When its period has run out the file goes (`removed_at`), and the record of it stays with its hash. From the
    sign-off on the database refuses every other change (migrations/0017_paper.py).
    """

    PDF, PICTURE = "pdf", "jpeg"
    KINDS = ((PDF, "PDF"), (PICTURE, _("Picture")))

    day = models.ForeignKey("training.SessionDay", models.PROTECT, related_name="signed_sheets")
    kind = models.CharField(max_length=4, choices=KINDS)
    pages = models.PositiveSmallIntegerField(default=1)
    file = models.FileField(upload_to=under_a_random_name, storage=sheet_storage, max_length=120, blank=True)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    by = models.ForeignKey("training.Account", models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    removed_at = models.DateTimeField(null=True)

    objects = SignedSheetQuerySet.as_manager()

    class Meta:
        verbose_name = _("signed sheet")
        verbose_name_plural = _("signed sheets")
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["day", "sha256"], name="signed_sheet_once_a_day"),
            models.CheckConstraint(
                condition=Q(file="", removed_at__isnull=False) | (~Q(file="") & Q(removed_at=None)),
                name="signed_sheet_there_or_removed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.sha256[:8]}"

    @property
    def ending(self) -> str:
        return "pdf" if self.kind == self.PDF else "jpg"

    @property
    def content_type(self) -> str:
        return "application/pdf" if self.kind == self.PDF else "image/jpeg"

    @property
    def kept_until(self) -> date:
        return kept_until(self.day.date)


def kept_until(day: date) -> date:
    """Until when the signed sheets of that day are kept."""
    return day + timedelta(days=int(settings.RETENTION_DAYS["sheets"]))


class PaperCount(models.Model):
    """How many signatures somebody counted on the sheets of a day."""

    day = models.OneToOneField("training.SessionDay", models.PROTECT, related_name="paper_count")
    signatures = models.PositiveSmallIntegerField(_("signatures"), validators=[MaxValueValidator(MOST_SIGNATURES)])
    by = models.ForeignKey("training.Account", models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("signatures on paper")
        verbose_name_plural = _("signatures on paper")

    def __str__(self) -> str:
        return str(self.signatures)
