"""The queue of institutions to be confirmed, the page of each, merging and taking back, as a coordinator meets them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import (
    InstitutionFactory,
    InstitutionTypeFactory,
    JurisdictionFactory,
    ParticipationFactory,
    PersonFactory,
)
from training.choices import Outcome
from training.models import Institution, InstitutionMerge
from training.services.institution_merging import merge_institutions

pytestmark = pytest.mark.django_db
QUEUE = reverse("institutions")


@pytest.fixture
def home(coordinator):
    home = JurisdictionFactory(code="MK")
    coordinator.jurisdictions.add(home)
    return home


@pytest.fixture
def pair(home):
    keep = InstitutionFactory(name="Ministry of Interior", jurisdiction=home)
    return keep, InstitutionFactory(name="MoI", jurisdiction=home, type=keep.type, confirmed=False)


def merge_page(keep, away):
    return f"{reverse('institution_merge', args=[away.pk])}?into={keep.pk}"


def html_of(client, path):
    page = client.get(path)
    assert page.status_code == 200
    return page.content.decode()


class TestTheQueue:
    def test_shows_those_to_be_confirmed_and_whom_they_may_be(self, pair, coordinator, client_of):
        html = html_of(client_of(coordinator), QUEUE)
        assert "1 to be confirmed" in html
        assert "Is it Ministry of Interior?" in html
        assert reverse("institution", args=[pair[0].pk]) not in html

    def test_can_be_narrowed_by_any_name_and_shows_others_when_asked(self, pair, coordinator, client_of):
        client = client_of(coordinator)
        assert [one.name for one in client.get(QUEUE, {"state": "confirmed"}).context["institutions"]] == [pair[0].name]
        assert len(client.get(QUEUE, {"state": "all"}).context["institutions"]) == 2
        assert "No institution fits" in html_of(client, f"{QUEUE}?q=carina")
        assert [one.name for one in client.get(QUEUE, {"q": "МОИ"}).context["institutions"]] == ["MoI"]

    def test_says_when_there_is_nothing_to_do(self, coordinator, client_of):
        assert "Nothing to confirm" in html_of(client_of(coordinator), QUEUE)

    def test_is_about_ones_own_jurisdictions(self, pair, coordinator, client_of):
        other = InstitutionFactory(name="Carina", jurisdiction=JurisdictionFactory(code="RS"), confirmed=False)
        client = client_of(coordinator)
        assert "Carina" not in html_of(client, QUEUE)
        assert client.get(reverse("institution", args=[other.pk])).status_code == 404
        assert client.get(merge_page(pair[0], other)).status_code == 404
        foreign = client.get(merge_page(other, pair[1]))
        assert foreign.url == reverse("institution", args=[pair[1].pk])

    @pytest.mark.parametrize("role", ["manager", "trainer", "editor", "auditor", "officer"])
    def test_has_no_door_for_others(self, pair, role, request, client_of):
        client = client_of(request.getfixturevalue(role))
        merge = InstitutionMerge.objects.create(
            keep=pair[0], into_id=pair[0].pk, gone_id=0, by=request.getfixturevalue(role)
        )
        for name, args in (
            ("institutions", []), ("institution", [pair[1].pk]), ("institution_merge", [pair[1].pk]),
            ("institution_merges", []), ("institution_merge_undo", [merge.pk]),
        ):  # fmt: skip
            assert client.get(reverse(name, args=args)).status_code == 403, name

    def test_three_take_as_many_queries_as_one(self, pair, coordinator, client_of):
        client = client_of(coordinator)

        def queries():
            with CaptureQueriesContext(connection) as captured:
                client.get(QUEUE)
            return len(captured)

        one = queries()
        InstitutionFactory.create_batch(2, jurisdiction=pair[0].jurisdiction, confirmed=False)
        assert queries() == one


class TestThePage:
    def test_confirms(self, pair, coordinator, client_of):
        away = pair[1]
        client, path = client_of(coordinator), reverse("institution", args=[away.pk])
        assert "first letters of" in html_of(client, path)
        posted = {"name": "Inspectorate", "short_name": "", "type": "", "sector": "public"}
        assert client.post(path, posted).url == QUEUE
        away.refresh_from_db()
        assert (away.name, away.confirmed) == ("Inspectorate", True)
        assert "MoI" in html_of(client, path)

    def test_of_a_confirmed_one_offers_the_others_to_go_into_it(self, pair, administrator, client_of):
        html = html_of(client_of(administrator), reverse("institution", args=[pair[0].pk]))
        assert merge_page(keep=pair[0], away=pair[1]) in html
        assert reverse("institution:edit", args=[pair[0].pk]) in html

    def test_says_beside_the_field_what_is_wrong(self, pair, coordinator, client_of):
        path = reverse("institution", args=[pair[1].pk])
        posted = {"name": "MINISTRY OF INTERIOR", "sector": "public"}
        page = client_of(coordinator).post(path, posted)
        assert "has an institution of that name already" in page.content.decode()
        assert Institution.objects.to_confirm().exists()


class TestMerging:
    def test_shows_what_moves_and_does_it(self, pair, coordinator, client_of):
        keep, away = pair
        PersonFactory(institution=away)
        client = client_of(coordinator)
        assert "People (1), participations (0)" in html_of(client, merge_page(keep, away))
        done = client.post(merge_page(keep, away), {"into": keep.pk}, follow=True)
        assert "MoI is now Ministry of Interior" in done.content.decode()
        assert reverse("institution_merge_undo", args=[InstitutionMerge.objects.get().pk]) in done.content.decode()

    def test_asks_before_figures_by_kind_change(self, pair, coordinator, client_of):
        keep, away = pair
        Institution.objects.filter(pk=away.pk).update(type=InstitutionTypeFactory(key="customs"))
        ParticipationFactory(person=PersonFactory(institution=away), outcome=Outcome.ATTENDED)
        client = client_of(coordinator)
        assert "from “Customs” to “Police border”" in html_of(client, merge_page(keep, away))
        refused = client.post(merge_page(keep, away), {"into": keep.pk})
        assert "figures by kind of institution would change" in refused.content.decode()
        assert not InstitutionMerge.objects.exists()
        client.post(merge_page(keep, away), {"into": keep.pk, "change_kind": "on"})
        assert InstitutionMerge.objects.exists()

    @pytest.mark.parametrize("into", ["", "0", "nobody", "9" * 30])
    def test_into_nothing_leads_back(self, pair, coordinator, client_of, into):
        path = reverse("institution_merge", args=[pair[1].pk])
        assert client_of(coordinator).get(path, {"into": into}).url == reverse("institution", args=[pair[1].pk])


class TestTakingBack:
    def test_from_the_list_of_merges(self, pair, coordinator, client_of):
        keep, away = pair
        merge = merge_institutions(keep=keep, away=away, by=coordinator)
        client, path = client_of(coordinator), reverse("institution_merge_undo", args=[merge.pk])
        assert path in html_of(client, reverse("institution_merges"))
        assert "an institution of its own again?" in html_of(client, path)
        assert client.post(path).url == reverse("institution", args=[away.pk])
        assert "taken back already" in html_of(client, path)
        assert path not in html_of(client, reverse("institution_merges"))

    def test_says_what_stands_in_the_way(self, pair, coordinator, client_of):
        merge = merge_institutions(keep=pair[0], away=pair[1], by=coordinator)
        InstitutionFactory(name="MOI", jurisdiction=pair[0].jurisdiction)
        page = client_of(coordinator).post(reverse("institution_merge_undo", args=[merge.pk]))
        assert "There is another institution called “MoI” by now." in page.content.decode()

    def test_of_another_jurisdiction_is_not_there(self, pair, coordinator, client_of):
        merge = merge_institutions(keep=pair[0], away=pair[1], by=coordinator)
        coordinator.jurisdictions.set([JurisdictionFactory(code="RS")])
        client = client_of(coordinator)
        assert client.get(reverse("institution_merge_undo", args=[merge.pk])).status_code == 404
        assert "No institutions have been merged yet" in html_of(client, reverse("institution_merges"))

    def test_three_merges_take_as_many_queries_as_one(self, pair, coordinator, client_of):
        client, keep = client_of(coordinator), pair[0]

        def queries():
            with CaptureQueriesContext(connection) as captured:
                html_of(client, reverse("institution_merges"))
                html_of(client, reverse("institution", args=[keep.pk]))
            return len(captured)

        merge_institutions(keep=keep, away=pair[1], by=coordinator)
        one = queries()
        for _more in range(2):
            another = InstitutionFactory(jurisdiction=keep.jurisdiction)
            merge_institutions(keep=keep, away=another, by=coordinator)
        assert queries() == one


def test_the_menu_says_how_many_wait(pair, coordinator, client_of):
    html = html_of(client_of(coordinator), reverse("home"))
    assert '1<span class="visually-hidden"> waiting</span>' in html
