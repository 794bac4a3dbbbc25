"""What the session list can be narrowed by. Every choice stays in the address, so that a list can be sent as a link."""

import django_filters
from django import forms
from django.db.models import BooleanField, Case, DateField, F, Q, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from training.choices import SessionStatus
from training.models import Account, Institution, InstitutionAlias, Jurisdiction, Person, Project, Session, Topic
from training.models.accounts import AccountQuerySet
from training.models.people import PersonQuerySet
from training.names import match_key
from training.permissions import RoleName

NEWEST, OLDEST, TITLE = "new", "old", "title"
SORTS = [(NEWEST, _("Newest first")), (OLDEST, _("Oldest first")), (TITLE, _("By title"))]


def day_input() -> forms.DateInput:
    """The browser's own date field, which wants ISO dates."""
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


def in_order(sessions: QuerySet[Session], order: str) -> QuerySet[Session]:
    """Planned sessions stand on top, the next one first; then the rest in the order asked for."""
    planned = Q(status=SessionStatus.PLANNED)
    sessions = sessions.annotate(
        is_planned=Case(When(planned, then=Value(True)), default=Value(False), output_field=BooleanField()),
        planned_for=Case(When(planned, then=F("start")), output_field=DateField()),
    )
    if order == TITLE:
        return sessions.order_by("title", "pk")
    if order == OLDEST:
        return sessions.order_by(F("end").asc(nulls_last=True), "title", "pk")
    return sessions.order_by(
        "-is_planned", F("planned_for").asc(nulls_last=True), F("end").desc(nulls_last=True), "title", "pk"
    )


class SessionFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("Search"), method="search")
    project = django_filters.ModelChoiceFilter(
        label=_("Project"), queryset=Project.objects.all(), empty_label=_("All projects")
    )
    topic = django_filters.ModelChoiceFilter(
        label=_("Topic"), queryset=Topic.objects.all(), empty_label=_("All topics")
    )
    jurisdiction = django_filters.ModelChoiceFilter(
        label=_("Jurisdiction"),
        queryset=Jurisdiction.objects.all(),
        to_field_name="code",
        method="held_for",
        empty_label=_("All jurisdictions"),
    )
    status = django_filters.ChoiceFilter(
        label=_("Status"), choices=SessionStatus.choices, empty_label=_("All statuses")
    )
    since = django_filters.DateFilter(label=_("From"), field_name="end", lookup_expr="gte", widget=day_input())
    until = django_filters.DateFilter(label=_("To"), field_name="end", lookup_expr="lte", widget=day_input())
    sort = django_filters.ChoiceFilter(label=_("Order"), choices=SORTS, empty_label=None, method="as_it_is")

    class Meta:
        model = Session
        fields = ["q", "project", "topic", "jurisdiction", "status", "since", "until", "sort"]

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the order was asked for."""
        return any(value for name, value in self.data.items() if name in self.filters and name != "sort")

    @property
    def qs(self) -> QuerySet[Session]:
        return in_order(super().qs, self.data.get("sort", NEWEST))

    def search(self, sessions: QuerySet[Session], _name: str, typed: str) -> QuerySet[Session]:
        """Every word somewhere in title, place, topic or project."""
        for word in typed.split():
            sessions = sessions.filter(
                Q(title__icontains=word)
                | Q(place__icontains=word)
                | Q(topic__name__icontains=word)
                | Q(project__title__icontains=word)
            )
        return sessions

    def held_for(self, sessions: QuerySet[Session], _name: str, jurisdiction: Jurisdiction) -> QuerySet[Session]:
        return sessions.filter(jurisdictions=jurisdiction)

    def as_it_is(self, sessions: QuerySet[Session], _name: str, _value: str) -> QuerySet[Session]:
        return sessions


TO_CONFIRM, CONFIRMED, ALL = "to-confirm", "confirmed", "all"
STATES = [(TO_CONFIRM, _("To be confirmed")), (CONFIRMED, _("Confirmed")), (ALL, _("All"))]


class InstitutionFilter(django_filters.FilterSet):
    """Those to be confirmed, unless others are asked for."""

    q = django_filters.CharFilter(label=_("Search"), method="called")
    state = django_filters.ChoiceFilter(label=_("Show"), choices=STATES, empty_label=None, method="in_state")
    jurisdiction = django_filters.ModelChoiceFilter(
        label=_("Jurisdiction"),
        queryset=Jurisdiction.objects.all(),
        to_field_name="code",
        empty_label=_("All jurisdictions"),
    )

    class Meta:
        model = Institution
        fields = ["q", "state", "jurisdiction"]

    def __init__(self, data, *args, **kwargs):
        data = data.copy()
        data.setdefault("state", TO_CONFIRM)
        super().__init__(data, *args, **kwargs)

    @property
    def is_narrowed(self) -> bool:
        return bool(self.data.get("q") or self.data.get("jurisdiction"))

    def called(self, institutions: QuerySet[Institution], _name: str, typed: str) -> QuerySet[Institution]:
        """By any of its names, in any script."""
        key = match_key(typed)
        if not key:
            return institutions
        aliased = InstitutionAlias.objects.filter(match_key__contains=key).values("institution")
        return institutions.filter(
            Q(match_key__contains=key) | Q(short_name__icontains=typed.strip()) | Q(pk__in=aliased)
        )

    def in_state(self, institutions: QuerySet[Institution], _name: str, state: str) -> QuerySet[Institution]:
        return institutions if state == ALL else institutions.filter(confirmed=state == CONFIRMED)


class AccountFilter(django_filters.FilterSet):
    """By a part of the name or the address, by role, and whether one can log in with it."""

    OPEN, CLOSED = "open", "closed"

    q = django_filters.CharFilter(label=_("Name or e-mail"), method="called")
    role = django_filters.ChoiceFilter(
        label=_("Role"), choices=[(role.value, role.value) for role in RoleName], empty_label=_("All roles"),
        method="of_role",
    )  # fmt: skip
    state = django_filters.ChoiceFilter(
        label=_("State"), choices=[(OPEN, _("open")), (CLOSED, _("closed"))], empty_label=_("Open and closed"),
        method="in_state",
    )  # fmt: skip

    class Meta:
        model = Account
        fields = ["q", "role", "state"]

    @property
    def is_narrowed(self) -> bool:
        return any(self.data.get(name) for name in ("q", "role", "state"))

    def called(self, accounts: QuerySet[Account], _name: str, typed: str) -> QuerySet[Account]:
        return accounts.filter(Q(email__icontains=typed.strip()) | Q(name__icontains=typed.strip()))

    def of_role(self, accounts: AccountQuerySet, _name: str, role: str) -> QuerySet[Account]:
        return accounts.of_role(role)

    def in_state(self, accounts: QuerySet[Account], _name: str, state: str) -> QuerySet[Account]:
        return accounts.filter(is_active=state == self.OPEN)


class PersonFilter(django_filters.FilterSet):
    """By name in any script, or by service e-mail, and by jurisdiction."""

    q = django_filters.CharFilter(label=_("Name or e-mail"), method="called")
    jurisdiction = django_filters.ModelChoiceFilter(
        label=_("Jurisdiction"),
        queryset=Jurisdiction.objects.all(),
        to_field_name="code",
        empty_label=_("All jurisdictions"),
    )

    class Meta:
        model = Person
        fields = ["q", "jurisdiction"]

    @property
    def is_narrowed(self) -> bool:
        return bool(self.data.get("q") or self.data.get("jurisdiction"))

    def called(self, people: PersonQuerySet, _name: str, typed: str) -> PersonQuerySet:
        return people.filter(email=typed.strip().lower()) if "@" in typed else people.named_like(typed)
