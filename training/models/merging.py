"""What a merge did, whole enough to take it back, and which people were found not to be the same."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from training import permissions

if TYPE_CHECKING:
    from training.models.accounts import Account
    from training.models.people import Person


class Merge(models.Model):
    """`moved` names the rows that pointed to the record that went: {"training.person.institution": [ids]}."""

    moved = models.JSONField(default=dict)
    by = models.ForeignKey("training.Account", models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    undone_by = models.ForeignKey("training.Account", models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True


class InstitutionMergeQuerySet(models.QuerySet["InstitutionMerge"]):
    def visible_to(self, account: "Account") -> "InstitutionMergeQuerySet":
        """Those of institutions this account keeps right."""
        return self.filter(permissions.home_scope(account, via="keep"))

    def standing(self) -> "InstitutionMergeQuerySet":
        return self.filter(undone_at=None)


class InstitutionMerge(Merge):
    """An institution that went into another. The record is deleted; `gone` keeps it, column by column.

    `keep` follows when that one is merged further, `into_id` stays what it was. `dropped` holds rows that would have
    doubled one of `keep`: {"training.institutionalias": [columns]}; `aliases` the ids of the names added to it.
    """

    keep = models.ForeignKey("training.Institution", models.PROTECT, related_name="merges")
    into_id = models.BigIntegerField()
    gone_id = models.BigIntegerField(db_index=True)
    name = models.CharField(max_length=200)
    gone = models.JSONField(default=dict)
    dropped = models.JSONField(default=dict)
    aliases = models.JSONField(default=list)

    objects = InstitutionMergeQuerySet.as_manager()

    class Meta:
        verbose_name = _("merge of institutions")
        verbose_name_plural = _("merges of institutions")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.name


class PersonMergeQuerySet(models.QuerySet["PersonMerge"]):
    def visible_to(self, account: "Account") -> "PersonMergeQuerySet":
        """Those between people this account keeps right, both of them."""
        both = permissions.home_scope(account, via="keep") & permissions.home_scope(account, via="away")
        return self.filter(both)

    def standing(self) -> "PersonMergeQuerySet":
        return self.filter(undone_at=None)


class PersonMerge(Merge):
    """A person who turned out to be another. `away` stays as a record that stands for nobody (Person.merged_into).

    Personal values lie in `before` alone, the columns of `keep` that the merge wrote over, as they were; `put` are
    digests of what it wrote. `stood` is how the moved rows stood, {label: {id: [digest, institution]}}; `swapped` names
    the withdrawn participations of `keep` that made room for one that counts: they are with `away` until an undo.
    """

    keep = models.ForeignKey("training.Person", models.PROTECT, related_name="merges")
    away = models.ForeignKey("training.Person", models.PROTECT, related_name="merges_away")
    swapped = models.JSONField(default=list)
    stood = models.JSONField(default=dict)
    before = models.JSONField(default=dict)
    put = models.JSONField(default=dict)

    objects = PersonMergeQuerySet.as_manager()

    class Meta:
        verbose_name = _("merge of people")
        verbose_name_plural = _("merges of people")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["away"], condition=Q(undone_at=None), name="person_merged_away_once"),
            models.CheckConstraint(condition=~Q(keep=F("away")), name="person_not_merged_into_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.away_id} → {self.keep_id}"


class DifferentPeopleQuerySet(models.QuerySet["DifferentPeople"]):
    def of(self, one: "Person", other: "Person") -> "DifferentPeopleQuerySet":
        """What was said of these two, in whatever order they are given."""
        first, second = sorted([one.pk, other.pk])
        return self.filter(first=first, second=second)


class DifferentPeople(models.Model):
    """Two people who look like one and are not: they are not offered as duplicates again."""

    first = models.ForeignKey("training.Person", models.CASCADE, related_name="+")
    second = models.ForeignKey("training.Person", models.CASCADE, related_name="+")
    by = models.ForeignKey("training.Account", models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = DifferentPeopleQuerySet.as_manager()

    class Meta:
        verbose_name = _("pair of different people")
        verbose_name_plural = _("pairs of different people")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="different_people_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="different_people_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} ≠ {self.second_id}"
