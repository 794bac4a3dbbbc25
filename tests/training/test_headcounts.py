"""Numbers without names: what may be entered, what is refused, what is shown, and what a roster does to them."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import InstitutionFactory, InstitutionTypeFactory, JurisdictionFactory, SessionFactory
from tests.training.figures import (
    by_jurisdiction,
    by_jurisdiction_and_sex,
    by_kind,
    by_sex,
    headcount_of,
    roster_of,
    source_called,
)
from training.choices import Scope, SessionKind, SessionStatus
from training.models import Headcount, TrailEntry
from training.services.headcounts import (
    BreakdownDraft,
    CellDraft,
    confirm_roster_replaces,
    delete_headcount,
    drafts_of,
    let_headcount_count,
    save_headcount,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(trainer):
    places = [JurisdictionFactory(code="XK"), JurisdictionFactory(code="MK")]
    return SessionFactory(key="s", status=SessionStatus.DELIVERED, created_by=trainer, jurisdictions=places)


def save(session, by, total=10, *breakdowns, **values):
    return save_headcount(session=session, by=by, total=total, breakdowns=breakdowns, **{"scope": "whole", **values})


class TestSaving:
    def test_keeps_the_figure_with_its_breakdowns_source_and_quote(self, session, trainer):
        source = source_called("news")
        headcount = save(session, trainer, 10, by_sex(F=4, M=6), by_jurisdiction(XK=10), source=source, quote=" Ten ")
        assert (headcount.total, headcount.source, headcount.quote, headcount.created_by) == (
            10,
            source,
            "Ten",
            trainer,
        )
        assert [breakdown.dimensions for breakdown in headcount.breakdowns.all()] == [("sex",), ("jurisdiction",)]
        assert TrailEntry.objects.get(action="headcount entered").records == {"headcount": [headcount.pk]}

    def test_keeps_figures_that_contradict_each_other(self, session, trainer):
        headcount = save(session, trainer, 119, by_sex(F=24, M=75), by_jurisdiction(RS=500))
        assert [sum(cell.number for cell in b.cells.all()) for b in headcount.breakdowns.all()] == [99, 500]

    def test_changes_a_headcount_and_replaces_its_breakdowns(self, session, trainer):
        headcount = save(session, trainer, 10, by_sex(F=4, M=6))
        changed = save(session, trainer, 12, by_kind(customs=12), headcount=headcount)
        assert (changed.pk, changed.total) == (headcount.pk, 12)
        assert [breakdown.dimensions for breakdown in changed.breakdowns.all()] == [("institution_type",)]

    def test_leaves_breakdowns_alone_that_are_the_same(self, session, trainer):
        headcount = save(session, trainer, 10, by_sex(F=4, M=6))
        before = headcount.breakdowns.get().pk
        save(session, trainer, 11, by_sex(M=6, F=4), headcount=headcount)
        assert headcount.breakdowns.get().pk == before

    def test_takes_the_same_dimension_twice_as_two_alternatives(self, session, trainer):
        headcount = save(session, trainer, 10, by_sex(F=4, M=6), by_sex(F=5, M=5))
        assert headcount.breakdowns.count() == 2

    def test_is_allowed_on_a_series_which_it_restates(self, trainer):
        assert save(SessionFactory(kind=SessionKind.SERIES, created_by=trainer), trainer).pk


class TestRefused:
    @pytest.mark.parametrize(
        ("values", "message"),
        [
            ({"total": -1}, "Numbers are whole, from 0 to"),
            ({"total": 2.5}, "Numbers are whole, from 0 to"),
            ({"scope": "some"}, "A headcount stands for one of: whole, unnamed, published."),
            ({"scope": "unnamed", "reason": "  "}, "Say why these names may not be recorded."),
        ],
    )
    def test_are_figures_that_cannot_be_held(self, session, trainer, values, message):
        with pytest.raises(ValidationError, match=message):
            save(session, trainer, **values)
        assert not Headcount.objects.exists()

    @pytest.mark.parametrize(
        ("dimensions", "cells", "message"),
        [
            (("sex",), [CellDraft(number=-1, sex="F")], "Numbers are whole"),
            (("sex",), [CellDraft(number=1)], "Each cell of the breakdown by sex gives a value for exactly these."),
            (("jurisdiction",), [CellDraft(number=1, sex="F")], "by jurisdiction gives a value for exactly these"),
            (("sex",), [CellDraft(number=1, sex="F"), CellDraft(number=2, sex="F")], "gives the same cell twice"),
            (("sex",), [CellDraft(number=1, sex="X")], "A sex is one of: F, M, U."),
            (("sex", "sex"), [CellDraft(number=1, sex="F")], "each once"),
            (("age",), [CellDraft(number=1, sex="F")], "A breakdown is by one or more of: jurisdiction"),
            ((), [CellDraft(number=1)], "A breakdown is by one or more of"),
            (("sex",), [], "A breakdown has at least one cell."),
        ],
    )
    def test_are_cells_that_say_nothing_clear(self, session, trainer, dimensions, cells, message):
        with pytest.raises(ValidationError, match=message):
            save(session, trainer, 10, BreakdownDraft(dimensions, cells))
        assert not Headcount.objects.exists()

    def test_is_a_second_headcount_of_the_whole(self, session, trainer):
        save(session, trainer)
        unnamed = save(session, trainer, scope="unnamed", reason="Undercover")
        with pytest.raises(ValidationError, match="has a headcount of the whole already"):
            save(session, trainer)
        with pytest.raises(ValidationError, match="has a headcount of the whole already"):
            save(session, trainer, headcount=unnamed)

    @pytest.mark.parametrize("status", [SessionStatus.CANCELLED, SessionStatus.CLOSED])
    def test_is_any_change_to_a_session_that_takes_none(self, session, administrator, status):
        headcount = headcount_of(session, 10)
        roster_of(session, MK_F=1)
        session.status = status
        session.save()
        for change in (
            lambda: save(session, administrator, headcount=headcount),
            lambda: delete_headcount(headcount=headcount, by=administrator),
            lambda: confirm_roster_replaces(session=session, by=administrator),
        ):
            with pytest.raises(ValidationError):
                change()
        assert Headcount.objects.get().scope == Scope.WHOLE

    def test_is_a_headcount_of_another_session(self, session, trainer):
        with pytest.raises(ValidationError, match="belongs to another session"):
            save(session, trainer, headcount=headcount_of(SessionFactory(), 3))

    @pytest.mark.parametrize("stranger", ["other_trainer", "coordinator", "auditor", "editor", "officer"])
    def test_is_whoever_may_not_change_the_session(self, session, stranger, request):
        headcount = headcount_of(session, 10)
        roster_of(session, MK_F=1)
        by = request.getfixturevalue(stranger)
        for change in (
            lambda: save(session, by, scope="published"),
            lambda: delete_headcount(headcount=headcount, by=by),
            lambda: confirm_roster_replaces(session=session, by=by),
            lambda: let_headcount_count(headcount=headcount, by=by),
        ):
            with pytest.raises(PermissionDenied):
                change()
        assert Headcount.objects.get().scope == Scope.WHOLE


class TestARosterThatTurnsUp:
    def test_replaces_the_headcount_when_a_person_says_so_and_gives_way_again(self, session, trainer):
        headcount = headcount_of(session, 40)
        roster_of(session, MK_F=25)
        assert confirm_roster_replaces(session=session, by=trainer).scope == Scope.PUBLISHED
        assert let_headcount_count(headcount=Headcount.objects.get(), by=trainer).scope == Scope.WHOLE
        actions = TrailEntry.objects.values_list("action", flat=True)
        assert set(actions) == {"roster replaces headcount", "headcount counts instead of roster"}
        assert Headcount.objects.get() == headcount

    def test_replaces_nothing_while_nobody_is_on_it(self, session, trainer):
        headcount_of(session, 40)
        roster_of(session, MK_F=1)
        session.participations.update(role="trainer")
        with pytest.raises(ValidationError, match="The roster has no trainees yet"):
            confirm_roster_replaces(session=session, by=trainer)

    def test_has_nothing_to_replace_without_a_headcount_of_the_whole(self, session, trainer):
        roster_of(session, MK_F=1)
        with pytest.raises(ValidationError, match="no headcount of the whole"):
            confirm_roster_replaces(session=session, by=trainer)

    def test_gives_way_only_to_a_published_headcount_and_only_to_one(self, session, trainer):
        published = headcount_of(session, 40, scope="published")
        unnamed = headcount_of(session, 3, scope="unnamed")
        with pytest.raises(ValidationError, match="Only a published headcount"):
            let_headcount_count(headcount=unnamed, by=trainer)
        headcount_of(session, 41)
        with pytest.raises(ValidationError, match="has a headcount of the whole already"):
            let_headcount_count(headcount=published, by=trainer)


class TestThePage:
    def fields(self, session, **values):
        mk = session.jurisdictions.get(code="MK")
        return {
            "scope": "whole", "total": "10", "sex-F": "4", "sex-M": "6", f"jurisdiction-{mk.pk}": "10", **values,
        }  # fmt: skip

    def test_saves_what_was_typed(self, session, trainer, client_of):
        response = client_of(trainer).post(reverse("headcount_new", args=["s"]), self.fields(session))
        assert response.url == reverse("session", args=["s"])
        [sexes, places] = drafts_of(Headcount.objects.get())
        assert [(cell.sex, cell.number) for cell in sexes.cells] == [("F", 4), ("M", 6)]
        assert [(cell.jurisdiction.code, cell.number) for cell in places.cells] == [("MK", 10)]

    def test_people_beside_the_roster_sent_twice_count_once(self, session, trainer, client_of):
        client, fields = client_of(trainer), self.fields(session, scope="unnamed", reason="Asylum unit")
        client.post(reverse("headcount_new", args=["s"]), fields)
        html = client.post(reverse("headcount_new", args=["s"]), fields).content.decode()
        assert "You have just entered these people" in html
        assert Headcount.objects.count() == 1
        client.post(reverse("headcount_new", args=["s"]), {**fields, "reason": "Another unit"})
        assert Headcount.objects.count() == 2

    def test_does_not_overwrite_what_somebody_else_saved_and_keeps_what_was_typed(self, session, trainer, client_of):
        headcount = headcount_of(session, 40)
        url = reverse("headcount_edit", args=["s", headcount.pk])
        seen = client_of(trainer).get(url).context["form"]["version"].value()
        save(session, trainer, 41, headcount=headcount)
        response = client_of(trainer).post(url, {"scope": "whole", "total": "42", "version": seen})
        html = response.content.decode()
        assert "Somebody else changed this headcount" in html
        assert "They saved: 41" in html
        assert 'value="42"' in html
        assert Headcount.objects.get().total == 41
        newest = response.context["form"]["version"].value()
        client_of(trainer).post(url, {"scope": "whole", "total": "42", "version": newest})
        assert Headcount.objects.get().total == 42

    def test_keeps_an_empty_cell_apart_from_a_zero(self, session, trainer, client_of):
        fields = self.fields(session, **{"sex-F": "", "sex-M": "10", "sex-U": "0"})
        client_of(trainer).post(reverse("headcount_new", args=["s"]), fields)
        cells = drafts_of(Headcount.objects.get())[0].cells
        assert [(cell.sex, cell.number) for cell in cells] == [("M", 10), ("U", 0)]

    def test_takes_kinds_and_institutions_the_session_does_not_name(self, session, trainer, client_of):
        court = InstitutionTypeFactory(key="court")
        office = InstitutionFactory(jurisdiction=session.jurisdictions.get(code="XK"))
        fields = {
            "institution_type-more-0": court.pk, "institution_type-more-0-number": "7",
            "institution-more-1": office.pk, "institution-more-1-number": "3",
        }  # fmt: skip
        client_of(trainer).post(reverse("headcount_new", args=["s"]), {"scope": "whole", "total": "10", **fields})
        [kinds, offices] = drafts_of(Headcount.objects.get())
        assert (kinds.cells[0].institution_type, kinds.cells[0].number) == (court, 7)
        assert (offices.cells[0].institution, offices.cells[0].number) == (office, 3)

    def test_shows_the_sessions_jurisdictions_and_no_others(self, session, trainer, client_of):
        JurisdictionFactory(code="RS")
        html = client_of(trainer).get(reverse("headcount_new", args=["s"])).content.decode()
        assert "North Macedonia" in html
        assert "Serbia" not in html

    def test_says_what_is_missing_and_keeps_what_was_typed(self, session, trainer, client_of):
        fields = self.fields(session, scope="unnamed", total="11")
        response = client_of(trainer).post(reverse("headcount_new", args=["s"]), fields)
        html = response.content.decode()
        assert "Say why these names may not be recorded." in html
        assert 'value="11"' in html
        assert not Headcount.objects.exists()

    def test_shows_and_changes_what_was_saved_and_keeps_what_it_cannot_show(self, session, trainer, client_of):
        kind = InstitutionTypeFactory(key="customs")
        joint = BreakdownDraft(("institution_type", "sex"), [CellDraft(number=9, institution_type=kind, sex="M")])
        headcount = headcount_of(session, 10, by_jurisdiction_and_sex(MK_F=3, RS_M=6), joint)
        url = reverse("headcount_edit", args=["s", headcount.pk])
        html = client_of(trainer).get(url).content.decode()
        assert "Serbia" in html
        assert "One more breakdown, which this page cannot show, stays as it is." in html
        client_of(trainer).post(url, self.fields(session))
        dimensions = [draft.dimensions for draft in drafts_of(Headcount.objects.get())]
        assert dimensions == [("sex",), ("jurisdiction",), ("institution_type", "sex")]

    def test_shows_contradictions_while_typing_and_saves_nothing(self, session, trainer, client_of):
        fields = self.fields(session, total="119")
        html = client_of(trainer).post(reverse("headcount_check", args=["s"]), fields).content.decode()
        assert "By sex the figures add up to 10, the stated total is 119: 109 too few." in html
        assert not Headcount.objects.exists()

    def test_says_nothing_while_figures_agree_or_cannot_be_read(self, session, trainer, client_of):
        for total in ("10", "", "-3", "ten"):
            response = client_of(trainer).post(
                reverse("headcount_check", args=["s"]), {**self.fields(session), "total": total}
            )
            assert "notice" not in response.content.decode()

    def test_compares_a_published_figure_with_what_we_count_while_typing(self, session, trainer, client_of):
        roster_of(session, MK_F=2)
        fields = {"scope": "published", "total": "40"}
        html = client_of(trainer).post(reverse("headcount_check", args=["s"]), fields).content.decode()
        assert "Published were 40, we count 2." in html

    def test_does_not_hold_a_headcount_against_itself_while_it_is_changed(self, session, trainer, client_of):
        headcount = headcount_of(session, 40)
        fields = {"scope": "published", "total": "41", "headcount": headcount.pk}
        html = client_of(trainer).post(reverse("headcount_check", args=["s"]), fields).content.decode()
        assert "we count 40" not in html

    def test_saves_contradictions_with_a_notice(self, session, trainer, client_of):
        fields = self.fields(session, total="119")
        html = client_of(trainer).post(reverse("headcount_new", args=["s"]), fields, follow=True).content.decode()
        assert "Saved as given. By jurisdiction the figures add up to 10" in html
        assert Headcount.objects.get().total == 119

    def test_asks_before_it_deletes(self, session, trainer, client_of):
        headcount = headcount_of(session, 10)
        url = reverse("headcount_delete", args=["s", headcount.pk])
        assert "The headcount of 10" in client_of(trainer).get(url).content.decode()
        assert Headcount.objects.exists()
        client_of(trainer).post(url)
        assert not Headcount.objects.exists()

    @pytest.mark.parametrize(("who", "status"), [("other_trainer", 404), ("coordinator", 403), ("auditor", 403)])
    def test_is_closed_to_whoever_may_not_change_the_session(self, session, who, status, request, client_of):
        headcount = headcount_of(session, 10)
        client = client_of(request.getfixturevalue(who))
        for name, args in (
            ("headcount_new", ["s"]), ("headcount_check", ["s"]), ("headcount_edit", ["s", headcount.pk]),
            ("headcount_delete", ["s", headcount.pk]), ("headcount_counts", ["s", headcount.pk]),
            ("roster_replaces", ["s"]),
        ):  # fmt: skip
            assert client.post(reverse(name, args=args)).status_code == status, name
        assert Headcount.objects.get().scope == Scope.WHOLE

    def test_knows_no_headcount_of_another_session(self, session, trainer, client_of):
        other = headcount_of(SessionFactory(), 10)
        assert client_of(trainer).get(reverse("headcount_edit", args=["s", other.pk])).status_code == 404

    def test_takes_the_same_number_of_queries_for_one_cell_and_for_many(self, session, trainer, client_of):
        client = client_of(trainer)
        headcount = headcount_of(session, 10, by_jurisdiction_and_sex(MK_F=3))
        url = reverse("headcount_edit", args=["s", headcount.pk])
        with CaptureQueriesContext(connection) as with_one:
            client.get(url)
        headcount_of(session, 10, by_jurisdiction_and_sex(MK_F=3, MK_M=3, RS_F=1), scope="published")
        session.jurisdictions.add(JurisdictionFactory(code="RS"), JurisdictionFactory(code="AL"))
        published = session.headcounts.get(scope="published")
        with CaptureQueriesContext(connection) as with_three:
            client.get(reverse("headcount_edit", args=["s", published.pk]))
        assert len(with_three) == len(with_one)


class TestThePanelOfTheSession:
    def page(self, client, key="s"):
        return client.get(reverse("session", args=[key])).content.decode()

    def test_shows_figure_scope_breakdown_quote_and_contradiction(self, session, trainer, client_of):
        headcount_of(
            session, 119, by_jurisdiction_and_sex(MK_F=13, XK_M=49), quote="As printed", source=source_called("s")
        )
        html = self.page(client_of(trainer))
        for text in ("119", "The whole session, instead of a roster", "Kosovo*", "As printed", "Source: SEESAC"):
            assert text in html
        assert "By jurisdiction and sex the figures add up to 62" in html
        assert "Not broken down" in html

    def test_keeps_the_order_of_jurisdictions_and_sexes_whatever_order_was_given(self, session, trainer, client_of):
        headcount_of(session, 5, by_jurisdiction_and_sex(MK_M=1, MK_F=2, XK_M=1, XK_F=1))
        html = self.page(client_of(trainer)).split("By jurisdiction and sex")[-1]
        assert html.index("Women") < html.index("Men")
        assert html.index("Kosovo*") < html.index("North Macedonia")

    def test_offers_the_roster_in_its_place_and_the_way_back(self, session, trainer, client_of):
        client = client_of(trainer)
        headcount = headcount_of(session, 40)
        roster_of(session, MK_F=25)
        html = self.page(client)
        assert "The headcount of 40 counts. The roster has 25 people." in html
        assert "The roster replaces it" in html
        client.post(reverse("roster_replaces", args=["s"]))
        html = self.page(client)
        assert "The roster replaces it" not in html
        assert "Published were 40, we count 25." in html
        client.post(reverse("headcount_counts", args=["s", headcount.pk]))
        assert "The roster replaces it" in self.page(client)

    def test_offers_no_changes_to_those_who_only_look(self, session, auditor, client_of):
        headcount_of(session, 40)
        roster_of(session, MK_F=2)
        html = self.page(client_of(auditor))
        assert "The headcount of 40 counts. The roster has 2 people." in html
        assert "The roster replaces it" not in html
        assert "Enter a headcount" not in html

    def test_takes_the_same_number_of_queries_for_one_headcount_and_for_three(self, session, trainer, client_of):
        client = client_of(trainer)
        roster_of(session, MK_F=1)
        headcount_of(session, 10, by_jurisdiction_and_sex(MK_F=3), by_kind(customs=3), scope="published")
        with CaptureQueriesContext(connection) as with_one:
            self.page(client)
        for total in (11, 12):
            headcount_of(session, total, by_jurisdiction_and_sex(MK_F=3, XK_M=1), by_sex(F=1), scope="published")
        with CaptureQueriesContext(connection) as with_three:
            self.page(client)
        assert len(with_three) == len(with_one)
