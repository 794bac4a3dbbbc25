"""Where people work. An institution's identity is its name within its jurisdiction; lists know it by many names."""

from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from training import permissions
from training.choices import Language, Sector
from training.names import match_key

if TYPE_CHECKING:
    from training.models.accounts import Account


class InstitutionType(models.Model):
    key = models.SlugField(_("key"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("institution type")
        verbose_name_plural = _("institution types")
        ordering = ["position", "key"]

    def __str__(self) -> str:
        return self.name


def _count_of(model: str) -> Coalesce:
    rows = apps.get_model(model)._base_manager.filter(institution=models.OuterRef("pk")).order_by()
    counted = rows.values("institution").annotate(number=models.Count("pk")).values("number")
    return Coalesce(models.Subquery(counted, output_field=models.IntegerField()), 0)


class InstitutionQuerySet(models.QuerySet["Institution"]):
    def kept_by(self, account: "Account") -> "InstitutionQuerySet":
        """The institutions this account keeps right."""
        return self.filter(permissions.home_scope(account))

    def to_confirm(self) -> "InstitutionQuerySet":
        return self.filter(confirmed=False)

    def that_may_be(self, institution: "Institution") -> "InstitutionQuerySet":
        """Those it may turn out to be: the others of its jurisdiction, and the international ones."""
        near = models.Q(jurisdiction=institution.jurisdiction_id) | models.Q(jurisdiction=None)
        return self.filter(near).exclude(pk=institution.pk)

    def with_use(self) -> "InstitutionQuerySet":
        """Each with `people_count`, whose records name it now, and `participation_count`, as they were then."""
        return self.annotate(
            people_count=_count_of("training.Person"), participation_count=_count_of("training.Participation")
        )


class Institution(models.Model):
    """`confirmed` is false for one that came with a roster and that nobody has looked at yet."""

    name = models.CharField(_("name"), max_length=200)
    short_name = models.CharField(_("short name"), max_length=40, blank=True)
    match_key = models.CharField(max_length=200, editable=False)
    type = models.ForeignKey(
        InstitutionType, models.PROTECT, null=True, blank=True, related_name="institutions", verbose_name=_("type")
    )
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="units", verbose_name=_("part of")
    )
    jurisdiction = models.ForeignKey(
        "training.Jurisdiction",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="institutions",
        verbose_name=_("jurisdiction"),
        help_text=_("Empty for an international organisation."),
    )
    sector = models.CharField(_("sector"), max_length=10, choices=Sector.choices, default=Sector.PUBLIC)
    confirmed = models.BooleanField(_("confirmed"), default=True)
    is_demo = models.BooleanField(default=False, editable=False)
    created_by_import = models.ForeignKey(
        "training.RosterImport", models.SET_NULL, null=True, editable=False, related_name="new_institutions"
    )

    objects = InstitutionQuerySet.as_manager()

    class Meta:
        verbose_name = _("institution")
        verbose_name_plural = _("institutions")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["jurisdiction", "match_key"],
                name="institution_once_in_jurisdiction",
                violation_error_message=_("This jurisdiction has an institution of that name already."),
            ),
            models.UniqueConstraint(
                fields=["match_key"],
                condition=models.Q(jurisdiction__isnull=True),
                name="institution_once_outside_jurisdictions",
                violation_error_message=_("There is an international organisation of that name already."),
            ),
            models.CheckConstraint(
                condition=~models.Q(match_key=""),
                name="institution_has_a_name",
                violation_error_message=_("Write a name with at least one letter or digit."),
            ),
            models.CheckConstraint(condition=~models.Q(parent=models.F("id")), name="institution_not_its_own_part"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.match_key = match_key(self.name)
        super().save(*args, **kwargs)

    def clean(self) -> None:
        self.match_key = match_key(self.name)
        above = self.parent
        while above is not None:
            if above.pk == self.pk:
                raise ValidationError({"parent": _("An institution cannot be part of itself or of one of its units.")})
            above = above.parent

    @property
    def short(self) -> str:
        """What fits beside a name on a phone."""
        return self.short_name or self.name


class InstitutionAlias(models.Model):
    """Another name or abbreviation, in any language and script."""

    institution = models.ForeignKey(Institution, models.CASCADE, related_name="aliases")
    name = models.CharField(_("name"), max_length=200)
    language = models.CharField(_("language"), max_length=3, choices=Language.choices, blank=True)
    match_key = models.CharField(max_length=200, editable=False, db_index=True)

    class Meta:
        verbose_name = _("other name")
        verbose_name_plural = _("other names")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["institution", "match_key"], name="alias_once_for_institution"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.match_key = match_key(self.name)
        super().save(*args, **kwargs)
