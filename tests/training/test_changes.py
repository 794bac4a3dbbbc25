"""What changed on a record is kept with its values, apart from the trail, which has ids and field names only."""

import io
import json

import pytest
from auditlog.models import LogEntry
from django.core.management import call_command
from django.urls import reverse

from tests.factories import AccountFactory, JurisdictionFactory, ParticipationFactory, PersonFactory, SessionFactory
from training import changes
from training.management.acting import ActingCommand, add_as_option
from training.models import Account, Person, TrailEntry

pytestmark = pytest.mark.django_db


def kept(record):
    return list(LogEntry.objects.get_for_object(record).order_by("pk"))


def test_what_a_page_changes_is_kept_with_the_values_and_who_it_was(client_of, trainer):
    session = SessionFactory(created_by=trainer)
    participation = ParticipationFactory(session=session, position="Inspector")
    client = client_of(trainer)
    address = reverse("participation", args=[session.key, participation.pk])
    form = client.get(address).context["form"]
    data = {name: value for name, value in form.initial.items() if value is not None}
    LogEntry.objects.all().delete()
    assert client.post(address, {**data, "position": "Chief inspector"}).status_code == 302
    [entry] = kept(participation)
    assert entry.changes == {"position": ["Inspector", "Chief inspector"]}
    assert entry.actor == trainer
    assert entry.remote_addr is None
    assert "Chief" not in json.dumps(list(TrailEntry.objects.values_list("detail", flat=True)))


def test_a_role_given_or_taken_is_kept(administrator):
    account = AccountFactory(roles=["trainer"])
    place = JurisdictionFactory()
    LogEntry.objects.all().delete()
    account.jurisdictions.add(place)
    [entry] = kept(account)
    assert entry.changes["jurisdictions"]["operation"] == "add"


def test_secrets_and_what_follows_from_others_are_not_kept():
    account = AccountFactory(roles=["trainer"])
    account.set_password("a-new-password-of-mine")
    account.save()
    person = PersonFactory(given_name="Ђорђе")
    stored = json.dumps([entry.changes for entry in [*kept(account), *kept(person)]])
    assert "password" not in stored
    assert "match_key" not in stored
    assert "given_name" in stored


def test_what_a_command_changes_is_said_to_be_its_accounts(administrator, manager):
    class Renames(ActingCommand):
        def add_arguments(self, parser):
            add_as_option(parser)

        def handle(self, *args, **options):
            person = Person.objects.get()
            person.position = "Said by a command"
            person.save()

    person = PersonFactory()
    for account in (administrator, manager):
        LogEntry.objects.all().delete()
        Person.objects.update(position="")
        call_command(Renames(), as_email=account.email)
        assert [entry.actor for entry in kept(person)] == [account]


def test_facts_and_demo_data_leave_no_values_and_go_without_a_trace():
    call_command("load_demo", stdout=io.StringIO())
    assert {entry.object_repr for entry in LogEntry.objects.all()} <= {str(Account.objects.system())}
    person = Person.objects.filter(is_demo=True).first()
    person.position = "Somebody tried it out"
    person.save()
    assert kept(person)
    call_command("remove_demo", stdout=io.StringIO())
    assert not LogEntry.objects.filter(object_repr=str(person)).exists()


def test_forgetting_reaches_every_value_of_a_record_and_no_other():
    one, other = PersonFactory(), PersonFactory()
    changes.forget(Person.objects.filter(pk=one.pk))
    assert not kept(one)
    assert kept(other)


@pytest.mark.parametrize("model", changes.FOLLOWED, ids=lambda model: model.__name__)
def test_relations_that_are_followed_are_there(model):
    known = {field.name for field in model._meta.get_fields()}
    assert changes.FOLLOWED[model] <= known


def test_the_number_of_queries_does_not_grow(django_assert_num_queries):
    """Two more for a save: what it was, and the entry; nothing for reading."""
    person = PersonFactory()
    person.position = "Inspector"
    list(Account.objects.all())
    with django_assert_num_queries(3):
        person.save()
