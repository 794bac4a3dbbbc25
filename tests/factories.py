"""Records for tests, each with the least it needs. Keep what a test is about in the test, not here."""

from contextlib import contextmanager, nullcontext
from datetime import date, timedelta

import factory
from django.contrib.auth.models import Group
from factory.django import DjangoModelFactory

from training.choices import Measure, SessionStatus, Sex
from training.models import (
    Account,
    Institution,
    InstitutionType,
    Jurisdiction,
    Participation,
    Person,
    Project,
    Session,
    SessionDay,
    Target,
    Topic,
)

PASSWORD = "correct-horse-battery-7"
NAMES = {
    "AL": "Albania",
    "BA": "Bosnia and Herzegovina",
    "XK": "Kosovo*",
    "ME": "Montenegro",
    "MK": "North Macedonia",
    "RS": "Serbia",
}


class AccountFactory(DjangoModelFactory):
    class Meta:
        model = Account
        django_get_or_create = ("email",)
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"account{n}@example.org")
    name = factory.LazyAttribute(lambda o: o.email.split("@")[0].replace("-", " ").title())

    @factory.post_generation
    def roles(self, create, extracted, **_kwargs):
        self.set_password(PASSWORD)
        self.save()
        self.groups.set([Group.objects.get(name=name) for name in extracted or ()])


class JurisdictionFactory(DjangoModelFactory):
    class Meta:
        model = Jurisdiction
        django_get_or_create = ("code",)

    code = "MK"
    name = factory.LazyAttribute(lambda o: NAMES[o.code])
    position = factory.LazyAttribute(lambda o: list(NAMES).index(o.code) + 1)


class InstitutionTypeFactory(DjangoModelFactory):
    class Meta:
        model = InstitutionType
        django_get_or_create = ("key",)

    key = "police_border"
    name = factory.LazyAttribute(lambda o: o.key.replace("_", " ").capitalize())


class InstitutionFactory(DjangoModelFactory):
    class Meta:
        model = Institution

    name = factory.Sequence(lambda n: f"Institution {n}")
    jurisdiction = factory.SubFactory(JurisdictionFactory)
    type = factory.SubFactory(InstitutionTypeFactory)


class ProjectFactory(DjangoModelFactory):
    class Meta:
        model = Project

    key = factory.Sequence(lambda n: f"project-{n}")
    title = factory.LazyAttribute(lambda o: o.key.replace("-", " ").capitalize())


class TopicFactory(DjangoModelFactory):
    class Meta:
        model = Topic
        django_get_or_create = ("key",)

    key = "weapons-categorization"
    name = factory.LazyAttribute(lambda o: o.key.replace("-", " ").capitalize())


class SessionFactory(DjangoModelFactory):
    """A session with its days. `days=3, start=…` makes three of them; `jurisdictions=[…]` sets its jurisdictions."""

    class Meta:
        model = Session
        skip_postgeneration_save = True

    class Params:
        length = 1

    key = factory.Sequence(lambda n: f"session-{n}")
    title = factory.Sequence(lambda n: f"Weapons categorization {n}")
    topic = factory.SubFactory(TopicFactory)
    project = factory.SubFactory(ProjectFactory)
    status = SessionStatus.OPEN
    start = date(2026, 5, 13)
    end = factory.LazyAttribute(lambda o: o.start + timedelta(days=o.length - 1) if o.start else None)

    @factory.post_generation
    def days(self, create, extracted, **_kwargs):
        if self.start:
            span = (self.end - self.start).days + 1
            SessionDay.objects.bulk_create(
                [SessionDay(session=self, date=self.start + timedelta(days=n)) for n in range(span)]
            )

    @factory.post_generation
    def jurisdictions(self, create, extracted, **_kwargs):
        if extracted:
            self.jurisdictions.set(extracted)

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        """One that is signed off takes no days any more, so it gets them first."""
        closed = kwargs.get("status") == SessionStatus.CLOSED
        made = super()._create(model_class, *args, **(kwargs | ({"status": SessionStatus.DELIVERED} if closed else {})))
        made.is_to_be_closed = closed
        return made

    @classmethod
    def _after_postgeneration(cls, instance, create, results=None):
        if instance.is_to_be_closed:
            signed_off(instance)


def signed_off(session, at=None):
    """The session as if signed off at that moment, by nobody: without registers, without an entry in the trail."""
    here = Session.objects.filter(pk=session.pk)
    here.update(status=SessionStatus.DELIVERED, closed_at=None, closed_by=None)
    here.update(status=SessionStatus.CLOSED, closed_at=at)
    session.refresh_from_db()
    return session


@contextmanager
def put_right(session):
    """Change a session that is signed off inside, as nobody else can: what a test needs to find there."""
    at = session.closed_at
    Session.objects.filter(pk=session.pk).update(status=SessionStatus.DELIVERED, closed_at=None, closed_by=None)
    yield
    signed_off(session, at)


class PersonFactory(DjangoModelFactory):
    class Meta:
        model = Person

    given_name = "Arta"
    family_name = factory.Sequence(lambda n: f"Testi{n}")
    sex = Sex.WOMEN
    jurisdiction = factory.SubFactory(JurisdictionFactory)
    institution = factory.SubFactory(InstitutionFactory)


class ParticipationFactory(DjangoModelFactory):
    """A row on a roster as the registering service would have written it."""

    class Meta:
        model = Participation

    session = factory.SubFactory(SessionFactory)
    person = factory.SubFactory(PersonFactory)
    jurisdiction = factory.LazyAttribute(lambda o: o.person.jurisdiction)
    institution = factory.LazyAttribute(lambda o: o.person.institution)
    position = factory.LazyAttribute(lambda o: o.person.position)
    sex = factory.LazyAttribute(lambda o: o.person.sex)

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        """A scene may be set in a session that is signed off, as nobody else can."""
        session = kwargs["session"]
        with put_right(session) if session.status == SessionStatus.CLOSED else nullcontext():
            return super()._create(model_class, *args, **kwargs)


class TargetFactory(DjangoModelFactory):
    class Meta:
        model = Target

    project = factory.SubFactory(ProjectFactory)
    measure = Measure.PARTICIPATIONS
    start = date(2026, 1, 1)
    end = date(2026, 12, 31)
    value = 100
