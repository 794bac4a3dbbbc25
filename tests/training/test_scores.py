"""Test scores: typed in a grid, all or nothing, over nobody's head; brought by a list; gained by those with both."""

import json
from decimal import Decimal

import pytest
from auditlog.models import LogEntry
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.factories import (
    JurisdictionFactory,
    ParticipationFactory,
    PersonFactory,
    SessionFactory,
    TopicFactory,
    signed_off,
)
from tests.training.rosters import HEADINGS, apply, check, people
from training.imports.headings import recognise
from training.imports.undo import undo_import
from training.imports.vocabulary import Field
from training.models import Participation, Session, TrailEntry, Training
from training.services.attendance import mark_all
from training.services.scores import RefusedScoresError, read_score, said, save_scores, summary_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(trainer):
    training = Training.objects.create(title="Weapons", topic=TopicFactory(), pass_mark=60)
    session = SessionFactory(created_by=trainer, training=training, jurisdictions=[JurisdictionFactory()])
    for name in ("Arta", "Besa", "Čedo"):
        ParticipationFactory(session=session, person=PersonFactory(given_name=name, family_name="Testi"))
    mark_all(session=session, day=session.days.get(), mark="present", by=trainer)
    return session


@pytest.fixture
def trio(session):
    return list(session.participations.order_by("pk").values_list("pk", flat=True))


def scores_of(session):
    return [
        tuple(map(said, pair)) for pair in session.participations.order_by("pk").values_list("pre_score", "post_score")
    ]


def typed_in(client, session, cells, shown=None, **more):
    """What a browser sends: cells as typed, and what the page had shown."""
    if shown is None:
        shown = client.get(reverse("scores", args=[session.key])).context["seen"]
    fields = {f"{which}-{pk}": text for (pk, which), text in cells.items()}
    return client.post(reverse("scores", args=[session.key]), {**fields, "seen": shown, **more})


class TestReading:
    @pytest.mark.parametrize(
        ("text", "score"),
        [
            ("72", "72"),
            (" 72,5 ", "72.5"),
            ("72.50", "72.5"),
            ("72 %", "72"),
            ("0", "0"),
            ("66,67", "66.67"),
        ],
    )
    def test_takes_numbers_as_people_type_them(self, text, score):
        assert read_score(text) == Decimal(score)
        assert said(read_score(text)) == score

    @pytest.mark.parametrize("text", ["", "  ", "%"])
    def test_takes_nothing_for_no_score(self, text):
        assert read_score(text) is None

    @pytest.mark.parametrize("text", ["-1", "100.01", "101", "seventy", "7 2", "1e2", "nan", "inf", "72.5.1", "."])
    def test_refuses_what_is_no_score(self, text):
        with pytest.raises(ValidationError, match="from 0 to 100"):
            read_score(text)

    def test_refuses_more_digits_than_are_kept(self):
        with pytest.raises(ValidationError, match="two digits"):
            read_score("72.555")

    @pytest.mark.parametrize("column", ["pre_score", "post_score"])
    def test_the_database_holds_no_other(self, session, column):
        for score in (Decimal("-0.01"), Decimal("100.01")):
            with pytest.raises(IntegrityError), transaction.atomic():
                session.participations.update(**{column: score})


class TestSaving:
    def test_writes_scores_lets_outcomes_follow_and_says_so(self, session, trainer, trio):
        one, two, three = trio
        changed = save_scores(
            session=session,
            typed={(one, "pre"): "40", (one, "post"): "72,5", (two, "post"): "59.99", (three, "pre"): ""},
            seen={},
            by=trainer,
        )
        assert [row.pk for row in changed] == [one, two]
        assert scores_of(session) == [("40", "72.5"), ("", "59.99"), ("", "")]
        outcomes = session.participations.order_by("pk").values_list("outcome", flat=True)
        assert list(outcomes) == ["completed", "attended", "attended"]
        entry = TrailEntry.objects.get(action="scores typed")
        assert (entry.records, entry.detail) == ({"participation": [one, two]}, {"scores": 3})

    def test_keeps_what_was_there_before(self, session, trainer, trio):
        save_scores(session=session, typed={(trio[0], "pre"): "40"}, seen={}, by=trainer)
        save_scores(session=session, typed={(trio[0], "pre"): ""}, seen={(trio[0], "pre"): "40"}, by=trainer)
        entries = LogEntry.objects.get_for_object(Participation.objects.get(pk=trio[0])).order_by("pk")
        assert [entry.changes for entry in entries][-2:] == [{"pre_score": ["", "40"]}, {"pre_score": ["40", ""]}]
        assert {entry.actor for entry in entries.reverse()[:2]} == {trainer}

    def test_nothing_is_written_where_one_cell_is_wrong(self, session, trainer, trio):
        typed = {(trio[0], "pre"): "40", (trio[1], "pre"): "140", (trio[2], "post"): "x"}
        with pytest.raises(RefusedScoresError) as refused:
            save_scores(session=session, typed=typed, seen={}, by=trainer)
        assert set(refused.value.cells) == {(trio[1], "pre"), (trio[2], "post")}
        assert scores_of(session) == [("", "")] * 3
        assert not TrailEntry.objects.filter(action="scores typed").exists()

    def test_two_at_once_do_not_lose_each_others_cells_nor_write_over_them(self, session, trainer, administrator, trio):
        cell, other = (trio[0], "pre"), (trio[1], "pre")
        save_scores(session=session, typed={cell: "40"}, seen={cell: ""}, by=administrator)
        # Whoever has the page open from before, and left that cell alone, changes others.
        save_scores(session=session, typed={cell: "", other: "50"}, seen={cell: "", other: ""}, by=trainer)
        assert scores_of(session) == [("40", ""), ("50", ""), ("", "")]
        with pytest.raises(RefusedScoresError, match="Somebody else has typed 40"):
            save_scores(session=session, typed={cell: "45"}, seen={cell: ""}, by=trainer)
        save_scores(session=session, typed={cell: "40.0"}, seen={cell: ""}, by=trainer)
        save_scores(session=session, typed={cell: "45"}, seen={cell: "40"}, by=trainer)
        assert scores_of(session)[0] == ("45", "")

    @pytest.mark.parametrize("change", [{"role": "observer"}, {"session": None}])
    def test_somebody_who_is_no_trainee_here_is_refused(self, session, trainer, trio, change):
        values = change if "role" in change else {"session": SessionFactory()}
        Participation.objects.filter(pk=trio[0]).update(**values)
        with pytest.raises(ValidationError, match="not among the trainees"):
            save_scores(session=session, typed={(trio[0], "pre"): "40"}, seen={}, by=trainer)

    def test_a_stranger_is_refused(self, session, other_trainer, trio):
        with pytest.raises(PermissionDenied):
            save_scores(session=session, typed={(trio[0], "pre"): "40"}, seen={}, by=other_trainer)

    @pytest.mark.parametrize(
        ("values", "why"), [({"status": "cancelled"}, "cancelled"), ({"modality": "self_paced"}, "test of its course")]
    )
    def test_a_session_that_takes_none_says_why(self, session, trainer, trio, values, why):
        Session.objects.update(**values)
        with pytest.raises(ValidationError, match=why):
            save_scores(session=session, typed={(trio[0], "pre"): "40"}, seen={}, by=trainer)

    def test_a_session_that_is_signed_off_is_refused_by_service_page_and_list(
        self, client_of, session, trainer, administrator, trio
    ):
        session = signed_off(session, at=timezone.now())
        for by in (trainer, administrator):
            with pytest.raises((PermissionDenied, ValidationError), match="signed off"):
                save_scores(session=session, typed={(trio[0], "pre"): "40"}, seen={}, by=by)
        answer = typed_in(client_of(administrator), session, {(trio[0], "pre"): "40"}, shown=json.dumps({}))
        assert "signed off" in answer.content.decode()
        assert "<input name=" not in client_of(trainer).get(reverse("scores", args=[session.key])).content.decode()
        assert scores_of(session) == [("", "")] * 3

    def test_costs_as_many_queries_for_three_as_for_one(self, session, trainer, trio):
        def queries(cells):
            with CaptureQueriesContext(connection) as captured:
                save_scores(session=session, typed=cells, seen={}, by=trainer)
            return len(captured)

        queries({(trio[0], "post"): "1"})
        one = queries({(trio[0], "pre"): "40"})
        assert queries({(pk, "pre"): "50" for pk in trio[1:]} | {(trio[1], "post"): "3"}) == one


class TestSummary:
    def test_the_gain_is_of_those_with_both_and_says_how_many(self, session, trio):
        for pk, before, after in zip(trio, (40, 50, None), (70, 60, 95), strict=True):
            Participation.objects.filter(pk=pk).update(pre_score=before, post_score=after)
        found = summary_of(session)
        assert (found.before.value, found.before.n) == (45, 2)
        assert (found.after.value, found.after.n) == (75, 3)
        assert (found.gain.value, found.gain.n) == (20, 2)

    def test_of_nobody_there_is_none(self, session):
        found = summary_of(session)
        assert {(mean.value, mean.n) for mean in (found.before, found.after, found.gain)} == {(None, 0)}


class TestPage:
    def test_shows_a_row_for_each_trainee_and_saves(self, client_of, session, trainer, trio):
        ParticipationFactory(session=session, person=PersonFactory(family_name="Vodič"), role="trainer")
        client = client_of(trainer)
        answer = typed_in(client, session, {(trio[0], "pre"): "40", (trio[0], "post"): "72,5"})
        assert answer.status_code == 302
        page = client.get(answer.url).content.decode()
        assert "Scores of 1 trainee saved." in page
        assert f'name="post-{trio[0]}" value="72.5"' in page
        assert "+32.5" in page
        assert "n = 1" in page
        assert "Vodič" not in page

    def test_a_wrong_cell_says_so_and_everything_typed_is_kept(self, client_of, session, trainer, trio):
        answer = typed_in(client_of(trainer), session, {(trio[0], "pre"): "140", (trio[1], "post"): "61"})
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "Nothing was saved: 1 cell is to be looked at." in page
        assert 'value="140"' in page
        assert 'value="61"' in page
        assert f'aria-describedby="why-{trio[0]}-pre"' in page
        assert f'id="why-{trio[0]}-pre">Before: Write a number from 0 to 100.' in page
        assert scores_of(session) == [("", "")] * 3

    def test_what_somebody_else_typed_is_shown_and_can_be_put_in_its_place(self, client_of, session, trainer, trio):
        client = client_of(trainer)
        shown = client.get(reverse("scores", args=[session.key])).context["seen"]
        session.participations.filter(pk=trio[0]).update(pre_score=33)
        answer = typed_in(client, session, {(trio[0], "pre"): "44"}, shown=shown)
        assert "Somebody else has typed 33 here meanwhile" in answer.content.decode()
        assert 'value="44"' in answer.content.decode()
        typed_in(client, session, {(trio[0], "pre"): "44"}, shown=answer.context["seen"])
        assert scores_of(session)[0] == ("44", "")

    @pytest.mark.parametrize("shown", ["", "[]", "{", '{"1": ["a"]}', '{"x": ["", ""]}', '{"1": 3}'])
    def test_what_no_page_sends_is_a_bad_request(self, client_of, session, trainer, trio, shown):
        assert typed_in(client_of(trainer), session, {(trio[0], "pre"): "1"}, shown=shown).status_code == 400

    def test_who_opens_it_stands_in_the_trail(self, client_of, session, trainer):
        client_of(trainer).get(reverse("scores", args=[session.key]))
        assert TrailEntry.objects.get(action="scores opened").detail == {"shown": 3}

    @pytest.mark.parametrize(
        ("who", "status"), [("other_trainer", 404), ("officer", 404), ("coordinator", 403), ("auditor", 403)]
    )
    def test_is_for_who_reads_the_register(self, request, client_of, session, who, status):
        client = client_of(request.getfixturevalue(who))
        assert client.get(reverse("scores", args=[session.key])).status_code == status
        assert typed_in(client, session, {}, shown="{}").status_code == status

    def test_costs_as_many_queries_for_three_people_as_for_one(self, client_of, trainer):
        session = SessionFactory(created_by=trainer)
        client, address = client_of(trainer), reverse("scores", args=[session.key])

        def queries():
            with CaptureQueriesContext(connection) as captured:
                assert client.get(address).status_code == 200
            return len(captured)

        ParticipationFactory(session=session)
        queries()
        one = queries()
        for _number in range(2):
            ParticipationFactory(session=session)
        assert queries() == one


SCORED = [*HEADINGS, "Pre-test", "Post-test"]


def listed(*scores, given="Ana", email="ana@mup.example"):
    return people([given, "Nova", "F", "MK", "MUP", "Inspektor", email, *scores], headings=SCORED)


class TestList:
    @pytest.mark.parametrize(
        ("heading", "field"),
        [
            ("Pre-test", Field.PRE_SCORE), ("Score before", Field.PRE_SCORE), ("Ulazni test", Field.PRE_SCORE),
            ("Влезен тест", Field.PRE_SCORE), ("Testi fillestar", Field.PRE_SCORE), ("Post test", Field.POST_SCORE),
            ("Završni test", Field.POST_SCORE), ("Завршен тест", Field.POST_SCORE), ("Post-test (%)", Field.POST_SCORE),
            ("Testi përfundimtar", Field.POST_SCORE),
        ],
    )  # fmt: skip
    def test_knows_its_columns_in_the_languages_of_the_region(self, heading, field):
        assert recognise(heading)[0] == field

    def test_brings_scores_of_new_people_and_takes_them_back(self, session, trainer):
        record = apply(session, listed(40, "72,5"), trainer).roster_import
        assert scores_of(session)[-1] == ("40", "72.5")
        undo_import(roster_import=record, by=trainer)
        assert session.participations.count() == 3

    def test_corrects_scores_of_those_on_the_roster_says_so_and_takes_that_back(self, session, trainer):
        apply(session, listed(40, 60, email="ana@mup.example"), trainer)
        plan = check(session, listed(45, None), trainer)
        assert [correction.field_label for correction in plan.corrections] == ["score before"]
        record = apply(session, listed(45, None), trainer).roster_import
        assert scores_of(session)[-1] == ("45", "60")
        undo_import(roster_import=record, by=trainer)
        assert scores_of(session)[-1] == ("40", "60")

    def test_zero_is_a_score(self, session, trainer):
        apply(session, listed(0, 66.66666), trainer)
        assert scores_of(session)[-1] == ("0", "66.67")

    @pytest.mark.parametrize("score", [0.85, -1, 101, "many", "0,5 %"])
    def test_names_the_cell_that_is_no_score_and_brings_nothing(self, session, trainer, score):
        result = apply(session, listed(40, score), trainer)
        assert result.roster_import is None
        (fault,) = result.plan.faults
        assert (fault.row, fault.column) == (2, "Post-test")
        assert session.participations.count() == 3

    def test_a_score_typed_since_stands_in_the_way_of_taking_it_back(self, session, trainer):
        record = apply(session, listed(40, 72), trainer).roster_import
        made = session.participations.get(person__given_name="Ana")
        save_scores(session=session, typed={(made.pk, "post"): "80"}, seen={(made.pk, "post"): "72"}, by=trainer)
        with pytest.raises(ValidationError, match="scores"):
            undo_import(roster_import=record, by=trainer)

    def test_a_course_of_ones_own_pace_takes_none(self, session, trainer):
        Session.objects.update(modality="self_paced")
        result = apply(Session.objects.get(pk=session.pk), listed(40, 72), trainer)
        assert [fault.column for fault in result.plan.faults] == ["Pre-test", "Post-test"]
