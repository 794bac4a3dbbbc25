"""Persons, each once. What is kept about them is the least that the register needs (design §5)."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from training import permissions
from training.choices import SEX_OF_A_PERSON, Sex
from training.names import person_key, search_key, to_latin

if TYPE_CHECKING:
    from training.models.accounts import Account
    from training.models.sessions import Session


# What a record may leave open, and how it looks then: a list, or a second record of the person, may fill it.
LEFT_OPEN: dict[str, Any] = {"sex": Sex.NOT_RECORDED.value, "institution_id": None, "position": "", "email": ""}


class PersonQuerySet(models.QuerySet["Person"]):
    def visible_to(self, account: "Account") -> "PersonQuerySet":
        """The people this account may see by name."""
        from training.models.participations import Participation  # people come before participations

        return self.filter(permissions.person_scope(account, Participation.objects.visible_to(account)))

    def kept_by(self, account: "Account") -> "PersonQuerySet":
        """The people whose records this account keeps right; it sees them all."""
        return self.filter(permissions.home_scope(account))

    def not_erased(self) -> "PersonQuerySet":
        return self.filter(erased_at=None)

    def with_use(self) -> "PersonQuerySet":
        """Each with `session_count`, how many sessions have them on the roster, and `last_session`, its last day."""
        return self.annotate(
            session_count=models.Count("participations"), last_session=models.Max("participations__session__end")
        )

    def within_reach_of(self, session: "Session") -> "PersonQuerySet":
        """Whom one may look for when adding to this session's roster: its jurisdictions' people and its project's."""
        from training.models.participations import Participation  # people come before participations

        reach = Q(jurisdiction__in=session.jurisdictions.all())
        if session.project_id:
            known = Participation.objects.filter(session__project=session.project_id)
            reach |= Q(pk__in=known.values("person"))
        return self.filter(reach).not_erased()

    def named_like(self, typed: str) -> "PersonQuerySet":
        """Those with a word beginning like each word of `typed`, whatever the script and the diacritics."""
        found = self
        for word in search_key(typed).split():
            found = found.filter(search_key__contains=f" {word}")
        return found


PeopleManager = models.Manager.from_queryset(PersonQuerySet)


class StandingPeople(PeopleManager["Person"]):
    """Everybody but records that were merged into another."""

    def get_queryset(self) -> PersonQuerySet:
        return PersonQuerySet(self.model, using=self._db).filter(merged_into=None)


class Person(models.Model):
    """A person. Keys and Latin spellings are derived from the names as written whenever these are saved.

    A record that turned out to be somebody recorded already stays, `merged_into` theirs, and stands for nobody any
    more: `objects` leaves it out, `with_merged` has it too. One that was erased (`erased_at`) keeps counting, under a
    name that tells nothing.
    """

    given_name = models.CharField(_("first name"), max_length=100)
    family_name = models.CharField(_("last name"), max_length=100)
    latin_given_name = models.CharField(max_length=120, editable=False)
    latin_family_name = models.CharField(max_length=120, editable=False)
    match_key = models.CharField(max_length=260, editable=False, db_index=True)
    search_key = models.CharField(max_length=262, editable=False)
    sex = models.CharField(_("sex"), max_length=1, choices=Sex.choices, default=Sex.NOT_RECORDED)
    jurisdiction = models.ForeignKey(
        "training.Jurisdiction", models.PROTECT, related_name="people", verbose_name=_("jurisdiction")
    )
    institution = models.ForeignKey(
        "training.Institution",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="people",
        verbose_name=_("institution"),
    )
    position = models.CharField(_("position"), max_length=150, blank=True)
    email = models.EmailField(_("service e-mail"), blank=True, db_index=True)
    account = models.OneToOneField(
        "training.Account", models.SET_NULL, null=True, blank=True, related_name="person", verbose_name=_("account")
    )
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, editable=False, related_name="merged")
    erased_at = models.DateTimeField(null=True, editable=False)
    is_demo = models.BooleanField(default=False, editable=False)
    created_by_import = models.ForeignKey(
        "training.RosterImport", models.SET_NULL, null=True, editable=False, related_name="new_people"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = StandingPeople()
    with_merged = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["latin_family_name", "latin_given_name", "pk"]
        indexes = [models.Index(fields=["latin_family_name", "latin_given_name", "id"], name="person_by_name")]
        constraints = [
            models.CheckConstraint(condition=~Q(match_key=""), name="person_has_a_name"),
            models.CheckConstraint(condition=Q(sex__in=Sex.values), name="person_sex_known_code"),
        ]

    def __str__(self) -> str:
        return f"{self.family_name}, {self.given_name}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.derive_keys()
        fields: Iterable[str] | None = kwargs.get("update_fields")
        if fields is not None and {"given_name", "family_name"} & set(fields):
            derived = {"latin_given_name", "latin_family_name", "match_key", "search_key"}
            kwargs["update_fields"] = set(fields) | derived
        super().save(*args, **kwargs)

    def derive_keys(self) -> "Person":
        """Fill what follows from the names; call it before a bulk_create, which calls no save()."""
        self.latin_given_name = to_latin(self.given_name)
        self.latin_family_name = to_latin(self.family_name)
        self.match_key = person_key(self.given_name, self.family_name)
        # Last name first: it is also what a list is sorted by, so that Ђорђевић and Đorđević stand under D.
        self.search_key = f" {search_key(f'{self.family_name} {self.given_name}')}"
        self.email = self.email.strip().lower()
        return self

    @property
    def sex_in_words(self) -> str:
        return str(SEX_OF_A_PERSON[self.sex])

    @property
    def full_name(self) -> str:
        return f"{self.given_name} {self.family_name}"
