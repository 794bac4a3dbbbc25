"""The people of a coordinator, who may be recorded twice, two records side by side, and taking a merge back."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import JurisdictionFactory, ParticipationFactory, PersonFactory, SessionFactory
from training.choices import Mark
from training.models import DifferentPeople, Person, PersonMerge, TrailEntry
from training.services.attendance import mark_all
from training.services.person_merging import merge_people

pytestmark = pytest.mark.django_db
LIST, DUPLICATES, MERGES = reverse("people"), reverse("duplicates"), reverse("person_merges")


@pytest.fixture
def home(coordinator):
    home = JurisdictionFactory(code="MK")
    coordinator.jurisdictions.add(home)
    return home


@pytest.fixture
def pair(home):
    keep = PersonFactory(given_name="Gjorgji", family_name="Testovski", jurisdiction=home)
    return keep, PersonFactory(given_name="Ѓорѓи", family_name="Тестовски", jurisdiction=home)


def merge_page(keep, away):
    return f"{reverse('person_merge', args=[away.pk])}?into={keep.pk}"


def html_of(client, path):
    page = client.get(path)
    assert page.status_code == 200
    return page.content.decode()


def queries_of(client, *paths):
    with CaptureQueriesContext(connection) as captured:
        for path in paths:
            html_of(client, path)
    return len(captured)


class TestWhoMay:
    @pytest.mark.parametrize("role", ["manager", "trainer", "editor", "auditor", "officer"])
    def test_nobody_else_has_a_door(self, pair, role, request, client_of):
        account = request.getfixturevalue(role)
        client = client_of(account)
        merge = PersonMerge.objects.create(keep=pair[0], away=pair[1], by=account)
        for path in (
            LIST, DUPLICATES, MERGES, reverse("person", args=[pair[0].pk]), merge_page(*pair),
            reverse("person_merge_undo", args=[merge.pk]),
        ):  # fmt: skip
            assert client.get(path).status_code == 403, path
        assert client.post(reverse("different_people", args=[pair[0].pk]), {"into": pair[1].pk}).status_code == 403

    def test_people_of_another_jurisdiction_are_not_there(self, pair, coordinator, client_of):
        stranger = PersonFactory(
            given_name="Gjorgji", family_name="Testovski", jurisdiction=JurisdictionFactory(code="RS")
        )
        client = client_of(coordinator)
        for path in (reverse("person", args=[stranger.pk]), merge_page(pair[0], stranger)):
            assert client.get(path).status_code == 404
        assert client.get(merge_page(stranger, pair[0])).url == reverse("person", args=[pair[0].pk])
        posted = client.post(reverse("different_people", args=[pair[0].pk]), {"into": stranger.pk})
        assert posted.url == reverse("person", args=[pair[0].pk])
        assert not DifferentPeople.objects.exists()
        assert len(client.get(LIST).context["people"]) == 2


class TestTheList:
    def test_finds_by_name_in_any_script_and_by_address(self, pair, coordinator, client_of):
        Person.objects.filter(pk=pair[0].pk).update(email="g@mvr.example")
        other = PersonFactory(family_name="Else", jurisdiction=pair[0].jurisdiction)
        client = client_of(coordinator)
        assert set(client.get(LIST, {"q": "тестов"}).context["people"]) == set(pair)
        assert list(client.get(LIST, {"q": "G@mvr.example"}).context["people"]) == [pair[0]]
        assert "Nobody fits" in html_of(client, f"{LIST}?q=nobody-is-called-this")
        assert other in client.get(LIST).context["people"]

    def test_who_was_listed_or_viewed_stands_in_the_trail(self, pair, coordinator, client_of):
        client = client_of(coordinator)
        html_of(client, f"{LIST}?q=testovski")
        html_of(client, reverse("person", args=[pair[0].pk]))
        listed = TrailEntry.objects.get(action="people listed")
        assert set(listed.records["person"]) == {one.pk for one in pair}
        assert "testovski" not in str(listed.detail).lower()
        assert TrailEntry.objects.get(action="person viewed").records == {"person": [pair[0].pk]}

    def test_says_when_there_is_nobody(self, coordinator, client_of):
        assert "There is nobody here yet" in html_of(client_of(coordinator), LIST)

    def test_three_take_as_many_queries_as_one(self, home, coordinator, client_of):
        client, one = client_of(coordinator), PersonFactory(jurisdiction=home)
        ParticipationFactory(person=one)
        page = reverse("person", args=[one.pk])
        before = queries_of(client, LIST, page)
        ParticipationFactory.create_batch(2, person=one)
        PersonFactory.create_batch(2, jurisdiction=home)
        assert queries_of(client, LIST, page) == before


class TestWhoMayBeRecordedTwice:
    def test_shows_the_pair_and_why_and_leads_to_both(self, pair, coordinator, client_of):
        html = html_of(client_of(coordinator), DUPLICATES)
        assert "the same name" in html
        assert f"{reverse('person_merge', args=[pair[1].pk])}?into={pair[0].pk}" in html
        assert "1 pair" in html

    def test_warns_of_two_who_met(self, pair, coordinator, trainer, client_of):
        session = SessionFactory(created_by=trainer, title="Postal shipments")
        for person in pair:
            ParticipationFactory(session=session, person=person)
        mark_all(session=session, day=session.days.get(), mark=Mark.LATE, by=trainer)
        client = client_of(coordinator)
        assert "both there on one day of one session" in html_of(client, DUPLICATES)
        seen = html_of(client, merge_page(*pair))
        assert "Both were marked present in the same session on the same day" in seen
        assert "13 May 2026: Postal shipments" in seen
        assert "Withdraw one of the two there first" in seen

    def test_two_sessions_on_one_day_are_a_weaker_sign(self, pair, coordinator, trainer, client_of):
        for person in pair:
            session = SessionFactory(created_by=trainer)
            ParticipationFactory(session=session, person=person)
            mark_all(session=session, day=session.days.get(), mark=Mark.PRESENT, by=trainer)
        client = client_of(coordinator)
        assert "both there on one day" not in html_of(client, DUPLICATES)
        assert "They were in two sessions on the same day" in html_of(client, merge_page(*pair))

    def test_can_be_said_to_be_two_people_and_that_taken_back(self, pair, coordinator, client_of):
        client, path = client_of(coordinator), reverse("different_people", args=[pair[1].pk])
        assert client.post(path, {"into": pair[0].pk}).url == DUPLICATES
        assert "Nobody seems to be recorded twice" in html_of(client, DUPLICATES)
        assert "found on" in html_of(client, merge_page(*pair))
        client.post(path, {"into": pair[0].pk, "forget": ""})
        assert "1 pair" in html_of(client, DUPLICATES)

    def test_can_be_narrowed(self, pair, administrator, client_of):
        assert "Among these nobody" in html_of(client_of(administrator), f"{DUPLICATES}?jurisdiction=MK&q=other")

    def test_three_pairs_take_as_many_queries_as_one(self, pair, coordinator, client_of):
        client = client_of(coordinator)
        before = queries_of(client, DUPLICATES)
        for name in ("Besa", "Drita"):
            PersonFactory.create_batch(2, given_name=name, family_name="Testi", jurisdiction=pair[0].jurisdiction)
        assert len(client.get(DUPLICATES).context["pairs"]) == 3
        assert queries_of(client, DUPLICATES) == before


class TestMerging:
    def test_shows_both_and_makes_them_one(self, pair, coordinator, client_of):
        ParticipationFactory(person=pair[1], session=SessionFactory(title="Postal shipments"))
        client = client_of(coordinator)
        seen = html_of(client, merge_page(*pair))
        assert "Ѓорѓи Тестовски" in seen
        assert "Woman" in seen
        assert "Postal shipments" in seen
        assert TrailEntry.objects.get(action="people compared").records == {"person": [one.pk for one in pair]}
        done = client.post(reverse("person_merge", args=[pair[1].pk]), {"into": pair[0].pk}, follow=True)
        assert "They are one person now" in done.content.decode()
        merge = PersonMerge.objects.get()
        assert reverse("person_merge_undo", args=[merge.pk]) in done.content.decode()

    def test_says_why_not(self, pair, coordinator, client_of):
        session = SessionFactory(title="Postal shipments")
        for person in pair:
            ParticipationFactory(session=session, person=person)
        page = client_of(coordinator).post(reverse("person_merge", args=[pair[1].pk]), {"into": pair[0].pk})
        assert "Both are on the roster of: Postal shipments" in page.content.decode()
        assert "Yes, one person" not in page.content.decode()
        assert not PersonMerge.objects.exists()

    @pytest.mark.parametrize("into", ["", "0", "nobody", "9" * 30])
    def test_into_nobody_leads_back(self, pair, coordinator, client_of, into):
        path = reverse("person_merge", args=[pair[1].pk])
        assert client_of(coordinator).get(path, {"into": into}).url == reverse("person", args=[pair[1].pk])

    def test_more_sessions_take_no_more_queries(self, pair, coordinator, client_of):
        client = client_of(coordinator)
        ParticipationFactory(person=pair[1])
        before = queries_of(client, merge_page(*pair))
        ParticipationFactory.create_batch(2, person=pair[1])
        assert queries_of(client, merge_page(*pair)) == before


class TestTakingBack:
    def test_from_the_list_of_merges(self, pair, coordinator, client_of):
        keep, away = pair
        merge = merge_people(keep=keep, away=away, by=coordinator)
        client, path = client_of(coordinator), reverse("person_merge_undo", args=[merge.pk])
        assert path in html_of(client, MERGES)
        assert "a record of its own again?" in html_of(client, path)
        assert client.get(reverse("person", args=[away.pk])).status_code == 404
        assert client.post(path).url == reverse("person", args=[away.pk])
        assert client.get(reverse("person", args=[away.pk])).status_code == 200
        assert "taken back already" in html_of(client, path)
        assert path not in html_of(client, MERGES)

    def test_says_what_stands_in_the_way(self, pair, coordinator, client_of):
        participation = ParticipationFactory(person=pair[1])
        merge = merge_people(keep=pair[0], away=pair[1], by=coordinator)
        participation.delete()
        page = client_of(coordinator).post(reverse("person_merge_undo", args=[merge.pk]))
        assert "1 record that moved was changed since, or is gone" in page.content.decode()

    def test_of_another_jurisdiction_is_not_there(self, pair, coordinator, client_of):
        merge = merge_people(keep=pair[0], away=pair[1], by=coordinator)
        coordinator.jurisdictions.set([JurisdictionFactory(code="RS")])
        client = client_of(coordinator)
        assert client.get(reverse("person_merge_undo", args=[merge.pk])).status_code == 404
        assert "Nobody has been merged yet" in html_of(client, MERGES)

    def test_three_merges_take_as_many_queries_as_one(self, pair, coordinator, client_of):
        client, keep = client_of(coordinator), pair[0]
        paths = (MERGES, reverse("person", args=[keep.pk]))
        merge_people(keep=keep, away=pair[1], by=coordinator)
        before = queries_of(client, *paths)
        for _more in range(2):
            merge_people(keep=keep, away=PersonFactory(jurisdiction=keep.jurisdiction), by=coordinator)
        assert queries_of(client, *paths) == before


class TestErasing:
    def test_says_what_goes_and_where_else_the_name_stands(self, pair, coordinator, client_of):
        person = pair[0]
        SessionFactory(title="Postal shipments", note="Thanks to Gjorgji Testovski")
        client, path = client_of(coordinator), reverse("person_erase", args=[pair[0].pk])
        html = html_of(client, path)
        assert "Session “Postal shipments”, note" in html
        assert "Tick the box" in client.post(path).content.decode()
        person.refresh_from_db()
        assert person.erased_at is None
        done = client.post(path, {"sure": "on"}, follow=True).content.decode()
        assert f"Person {person.pk} Erased" in done
        assert client.get(path).status_code == 404

    def test_says_who_has_to_do_it(self, pair, coordinator, trainer, client_of):
        Person.objects.filter(pk=pair[0].pk).update(account=trainer)
        client, path = client_of(coordinator), reverse("person_erase", args=[pair[0].pk])
        assert "ask an administrator" in html_of(client, path)
        assert "ask an administrator" in client.post(path, {"sure": "on"}).content.decode()

    def test_has_no_door_for_others(self, pair, manager, coordinator, client_of):
        stranger = PersonFactory(jurisdiction=JurisdictionFactory(code="RS"))
        assert client_of(manager).get(reverse("person_erase", args=[pair[0].pk])).status_code == 403
        assert client_of(coordinator).get(reverse("person_erase", args=[stranger.pk])).status_code == 404
