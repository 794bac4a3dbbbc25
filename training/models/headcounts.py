"""Numbers without names: a total and any number of alternative breakdowns of it (design §3.4, §3.5)."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from training.choices import BREAKDOWN_DIMENSIONS, Scope, Sex


class Headcount(models.Model):
    session = models.ForeignKey("training.Session", models.PROTECT, related_name="headcounts")
    scope = models.CharField(_("what it stands for"), max_length=10, choices=Scope.choices, default=Scope.WHOLE)
    total = models.PositiveIntegerField(_("total"))
    reason = models.CharField(_("why the names may not be recorded"), max_length=250, blank=True)
    source = models.ForeignKey(
        "training.Source", models.PROTECT, null=True, blank=True, related_name="headcounts", verbose_name=_("source")
    )
    quote = models.TextField(_("quote"), blank=True)
    created_by = models.ForeignKey("training.Account", models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("headcount")
        verbose_name_plural = _("headcounts")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["session"],
                condition=Q(scope="whole"),
                name="headcount_one_whole_for_a_session",
                violation_error_message=_("This session has a headcount of the whole already: change that one."),
            ),
            models.CheckConstraint(
                condition=~Q(scope="unnamed") | ~Q(reason=""),
                name="headcount_unnamed_has_a_reason",
                violation_error_message=_("Say why these names may not be recorded."),
            ),
            models.CheckConstraint(condition=Q(scope__in=Scope.values), name="headcount_scope_known_code"),
        ]

    def __str__(self) -> str:
        return f"{self.total} ({self.get_scope_display()})"


class Breakdown(models.Model):
    """One way a headcount's total divides. `dimensions` are names of BREAKDOWN_DIMENSIONS, in that order."""

    headcount = models.ForeignKey(Headcount, models.CASCADE, related_name="breakdowns")
    position = models.PositiveSmallIntegerField(default=0)
    by_jurisdiction = models.BooleanField(_("by jurisdiction"), default=False)
    by_institution_type = models.BooleanField(_("by kind of institution"), default=False)
    by_institution = models.BooleanField(_("by institution"), default=False)
    by_sex = models.BooleanField(_("by sex"), default=False)

    class Meta:
        verbose_name = _("breakdown")
        verbose_name_plural = _("breakdowns")
        ordering = ["headcount", "position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(by_jurisdiction=True)
                | Q(by_institution_type=True)
                | Q(by_institution=True)
                | Q(by_sex=True),
                name="breakdown_by_something",
            ),
        ]

    def __str__(self) -> str:
        return ", ".join(self.dimensions)

    @property
    def dimensions(self) -> tuple[str, ...]:
        return tuple(name for name in BREAKDOWN_DIMENSIONS if getattr(self, f"by_{name}"))


class Cell(models.Model):
    """One cell of a breakdown: a value for each of its dimensions, and a number."""

    breakdown = models.ForeignKey(Breakdown, models.CASCADE, related_name="cells")
    jurisdiction = models.ForeignKey("training.Jurisdiction", models.PROTECT, null=True, blank=True, related_name="+")
    institution_type = models.ForeignKey(
        "training.InstitutionType", models.PROTECT, null=True, blank=True, related_name="+"
    )
    institution = models.ForeignKey("training.Institution", models.PROTECT, null=True, blank=True, related_name="+")
    sex = models.CharField(_("sex"), max_length=1, choices=Sex.choices, blank=True)
    number = models.PositiveIntegerField(_("number"))

    class Meta:
        verbose_name = _("cell")
        verbose_name_plural = _("cells")
        ordering = ["breakdown", "pk"]
        constraints = [
            models.UniqueConstraint(
                models.F("breakdown"),
                Coalesce("jurisdiction", 0),
                Coalesce("institution_type", 0),
                Coalesce("institution", 0),
                models.F("sex"),
                name="cell_once_in_a_breakdown",
            ),
        ]

    def __str__(self) -> str:
        return str(self.number)
