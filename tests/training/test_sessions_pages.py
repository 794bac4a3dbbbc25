"""The pages of sessions: list with its filters, the page of one, form, copy and steps; who sees which buttons."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.factories import (
    JurisdictionFactory,
    ParticipationFactory,
    ProjectFactory,
    SessionFactory,
    TopicFactory,
)
from training.choices import Outcome, Scope, SessionKind, SessionStatus, Sex
from training.models import Breakdown, Cell, Headcount, Session, Training
from training.statistics.of_sessions import figures_of

pytestmark = pytest.mark.django_db
LIST = reverse("sessions")


def titles(response):
    return [session.title for session in response.context["sessions"]]


def queries(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def typed(**changes):
    return {
        "title": "Postal detection",
        "topic": TopicFactory().pk,
        "kind": "training",
        "start": "2026-05-13",
        "end": "2026-05-15",
        "number_of_sessions": "1",
        **changes,
    }


class TestList:
    def test_planned_sessions_stand_on_top_and_the_others_follow_newest_first(self, client_of, auditor):
        for title, start, status in [
            ("old", date(2026, 1, 1), SessionStatus.DELIVERED),
            ("new", date(2026, 3, 1), SessionStatus.OPEN),
            ("later", date(2027, 3, 1), SessionStatus.PLANNED),
            ("sooner", date(2027, 2, 1), SessionStatus.PLANNED),
            ("undated", None, SessionStatus.DELIVERED),
        ]:
            SessionFactory(title=title, start=start, status=status)
        assert titles(client_of(auditor).get(LIST)) == ["sooner", "later", "new", "old", "undated"]

    @pytest.mark.parametrize(
        "query", ["q=postal+tirana", "topic={topic}", "project={project}", "jurisdiction=AL", "status=delivered"]
    )
    def test_each_filter_finds_the_one_that_fits(self, client_of, auditor, query):
        wanted = SessionFactory(
            title="Postal detection",
            place="Tirana",
            topic=TopicFactory(key="postal"),
            status=SessionStatus.DELIVERED,
            jurisdictions=[JurisdictionFactory(code="AL")],
        )
        SessionFactory(jurisdictions=[JurisdictionFactory(code="MK")])
        query = query.format(topic=wanted.topic_id, project=wanted.project_id)
        assert titles(client_of(auditor).get(f"{LIST}?{query}")) == ["Postal detection"]

    def test_a_period_takes_the_sessions_whose_last_day_lies_in_it(self, client_of, auditor):
        SessionFactory(title="inside", start=date(2026, 4, 30), length=2)
        SessionFactory(title="after", start=date(2026, 5, 31), length=2)
        found = client_of(auditor).get(f"{LIST}?since=2026-05-01&until=2026-05-31")
        assert titles(found) == ["inside"]

    def test_pages_keep_the_filters_in_the_address(self, client_of, auditor):
        project = ProjectFactory()
        SessionFactory.create_batch(26, project=project)
        page = client_of(auditor).get(f"{LIST}?project={project.pk}")
        assert len(titles(page)) == 25
        assert f"project={project.pk}&amp;page=2" in page.content.decode()

    def test_nothing_found_offers_to_clear_the_filters(self, client_of, auditor):
        SessionFactory()
        page = client_of(auditor).get(f"{LIST}?q=zzz").content.decode()
        assert "No session fits" in page
        assert "Clear filters" in page

    def test_an_empty_list_offers_the_first_session_to_who_may_make_one(self, client_of, trainer, auditor):
        assert "Plan the first one" in client_of(trainer).get(LIST).content.decode()
        assert "Plan the first one" not in client_of(auditor).get(LIST).content.decode()

    def test_a_trainer_sees_their_own_sessions_only(self, client_of, trainer, other_trainer):
        SessionFactory(title="own", created_by=trainer)
        SessionFactory(title="another's", created_by=other_trainer)
        assert titles(client_of(trainer).get(LIST)) == ["own"]

    def test_an_officer_sees_no_figures(self, client_of, officer):
        participation = ParticipationFactory(person__account=officer)
        page = client_of(officer).get(LIST)
        assert titles(page) == [participation.session.title]
        assert "on the roster" not in page.content.decode()

    def test_demo_sessions_say_so(self, client_of, auditor):
        SessionFactory(project=ProjectFactory(is_demo=True))
        assert ">demo<" in client_of(auditor).get(LIST).content.decode()

    def test_three_sessions_take_as_many_queries_as_one(self, client_of, auditor):
        def session():
            made = SessionFactory(jurisdictions=[JurisdictionFactory()], parent=SessionFactory(kind="series"))
            ParticipationFactory(session=made)
            Headcount.objects.create(session=made, total=3)

        session()
        one = queries(client_of(auditor), LIST)
        session()
        session()
        assert queries(client_of(auditor), LIST) == one


class TestPage:
    def test_it_says_what_where_and_when_with_figures(self, client_of, trainer):
        session = SessionFactory(
            created_by=trainer, place="Ohrid", length=3, status=SessionStatus.DELIVERED, start=date(2026, 5, 13)
        )
        for sex in [Sex.WOMEN, Sex.WOMEN, Sex.MEN, Sex.NOT_RECORDED]:
            ParticipationFactory(session=session, person__sex=sex, outcome=Outcome.ATTENDED)
        ParticipationFactory(session=session, person__sex=Sex.MEN, outcome=Outcome.ABSENT)
        page = client_of(trainer).get(session.get_absolute_url())
        figures = page.context["figures"]
        assert (figures.women, figures.men, figures.not_recorded, figures.total) == (2, 1, 1, 4)
        text = page.content.decode()
        assert "13–15 May 2026" in text
        assert "66.7 % of 3 with sex known" in text
        assert "0 of 5 marked" in text

    def test_days_count_the_marks_of_those_who_have_not_withdrawn(self, client_of, trainer):
        session = SessionFactory(created_by=trainer)
        here, gone = ParticipationFactory(session=session), ParticipationFactory(session=session)
        for participation in (here, gone):
            participation.attendance.create(day=session.days.get(), mark="present")
        type(gone).objects.filter(pk=gone.pk).update(withdrawn_at=timezone.now(), outcome=Outcome.WITHDRAWN)
        assert "1 of 1 marked" in client_of(trainer).get(session.get_absolute_url()).content.decode()

    def test_ten_people_take_as_many_queries_as_one(self, client_of, trainer):
        session = SessionFactory(created_by=trainer)
        ParticipationFactory(session=session)
        one = queries(client_of(trainer), session.get_absolute_url())
        ParticipationFactory.create_batch(9, session=session)
        assert queries(client_of(trainer), session.get_absolute_url()) == one

    def test_a_stranger_does_not_find_it(self, client_of, other_trainer):
        assert client_of(other_trainer).get(SessionFactory().get_absolute_url()).status_code == 404

    def test_an_auditor_sees_figures_and_no_button(self, client_of, auditor):
        session = SessionFactory()
        text = client_of(auditor).get(session.get_absolute_url()).content.decode()
        assert "participations" in text
        assert reverse("session_edit", args=[session.key]) not in text
        assert "Mark attendance" not in text

    def test_a_series_shows_its_sessions_added_up_and_says_it_is_never_counted(self, client_of, auditor):
        series = SessionFactory(kind=SessionKind.SERIES)
        for _ in range(2):
            child = SessionFactory(parent=series, project=series.project)
            ParticipationFactory(session=child, outcome=Outcome.COMPLETED)
        SessionFactory(parent=series, project=series.project, status=SessionStatus.PLANNED)
        page = client_of(auditor).get(series.get_absolute_url())
        assert page.context["sum"].total == 2
        assert "never counted itself" in page.content.decode()

    def test_three_children_take_as_many_queries_as_one(self, client_of, auditor):
        series = SessionFactory(kind=SessionKind.SERIES)
        SessionFactory(parent=series, project=series.project)
        one = queries(client_of(auditor), series.get_absolute_url())
        SessionFactory.create_batch(2, parent=series, project=series.project)
        assert queries(client_of(auditor), series.get_absolute_url()) == one


class TestFigures:
    """Design §3.4: a whole headcount stands instead of the roster, an unnamed one beside it, a published one apart."""

    def count(self, scope, total, women, men, **more):
        session = SessionFactory()
        ParticipationFactory(session=session, outcome=Outcome.ATTENDED)
        headcount = Headcount.objects.create(session=session, scope=scope, total=total, **more)
        breakdown = Breakdown.objects.create(headcount=headcount, by_sex=True)
        Cell.objects.create(breakdown=breakdown, sex=Sex.WOMEN, number=women)
        Cell.objects.create(breakdown=breakdown, sex=Sex.MEN, number=men)
        figures = figures_of([session])[session.pk]
        return figures.total, figures.women, figures.men, figures.not_broken_down

    def test_a_whole_headcount_stands_instead_of_the_roster(self):
        assert self.count(Scope.WHOLE, 10, 3, 5) == (10, 3, 5, 2)

    def test_an_unnamed_one_is_added_to_the_roster(self):
        assert self.count(Scope.UNNAMED, 10, 3, 7, reason="Undercover") == (11, 4, 7, 0)

    def test_a_published_one_changes_nothing(self):
        assert self.count(Scope.PUBLISHED, 10, 3, 7) == (1, 1, 0, 0)

    def test_cells_that_exceed_the_total_are_not_used(self):
        assert self.count(Scope.WHOLE, 10, 9, 9) == (10, 0, 0, 10)


class TestForms:
    def test_a_trainer_plans_a_session(self, client_of, trainer):
        response = client_of(trainer).post(reverse("session_new"), typed())
        session = Session.objects.get()
        assert response.url == session.get_absolute_url()
        assert (session.created_by, session.days.count()) == (trainer, 3)

    def test_title_and_topic_come_from_the_training_where_they_are_left_empty(self, client_of, trainer):
        training = Training.objects.create(title="Evidence handling", topic=TopicFactory(key="evidence"))
        client_of(trainer).post(reverse("session_new"), typed(training=training.pk, title="", topic=""))
        session = Session.objects.get()
        assert (session.title, session.topic) == ("Evidence handling", training.topic)

    def test_what_is_missing_is_said_beside_its_field(self, client_of, trainer):
        page = client_of(trainer).post(reverse("session_new"), typed(title=""))
        assert page.context["form"].errors.keys() == {"title"}
        assert 'aria-describedby="id_title_helptext id_title_error"' in page.content.decode()

    def test_an_auditor_is_told_what_they_may_not_do(self, client_of, auditor):
        page = client_of(auditor).get(reverse("session_new"))
        assert page.status_code == 403
        assert "may not create a session" in page.content.decode()

    def test_editing_saves_and_shows_the_session(self, client_of, trainer):
        session = SessionFactory(created_by=trainer)
        client = client_of(trainer)
        address = reverse("session_edit", args=[session.key])
        version = client.get(address).context["form"].initial["version"]
        sent = typed(place="Bitola", version=version, project=session.project_id)
        assert client.post(address, sent).status_code == 302
        assert Session.objects.get().place == "Bitola"

    def test_two_who_edit_at_once_lose_nothing_and_the_second_sees_what_the_first_saved(self, client_of, trainer):
        session = SessionFactory(created_by=trainer, place="Ohrid")
        client, address = client_of(trainer), reverse("session_edit", args=[session.key])
        seen = client.get(address).context["form"].initial["version"]
        sent = typed(project=session.project_id, version=seen)
        client.post(address, {**sent, "place": "Bitola"})
        page = client.post(address, {**sent, "place": "Struga"})
        assert Session.objects.get().place == "Bitola"
        assert {"label": "Place", "saved": "Bitola"} in page.context["differing"]
        assert 'value="Struga"' in page.content.decode()
        again = page.context["form"]["version"].value()
        assert client.post(address, {**sent, "place": "Struga", "version": again}).status_code == 302
        assert Session.objects.get().place == "Struga"

    def test_the_same_form_sent_twice_makes_one_session_and_leads_to_it(self, client_of, trainer):
        client, sent = client_of(trainer), typed()
        client.post(reverse("session_new"), sent)
        page = client.post(reverse("session_new"), sent).content.decode()
        assert "You have just made this session" in page
        assert Session.objects.get().get_absolute_url() in page
        client.post(reverse("session_new"), {**sent, "start": "2026-05-14"})
        assert Session.objects.count() == 2

    @pytest.mark.parametrize("number", ["²", "9" * 40])
    def test_an_address_with_a_training_that_is_no_number_opens_an_empty_form(self, client_of, trainer, number):
        assert client_of(trainer).get(reverse("session_new"), {"training": number}).status_code == 200

    def test_copy_is_neither_offered_nor_done_where_the_copy_would_not_be_the_managers_own(self, client_of, manager):
        client, session = client_of(manager), SessionFactory()
        address = reverse("session_copy", args=[session.key])
        assert address not in client.get(session.get_absolute_url()).content.decode()
        assert client.get(address).status_code == 403
        assert client.post(address, {"start": "2026-06-01"}).status_code == 403
        assert Session.objects.count() == 1
        manager.projects.add(session.project)
        assert address in client_of(manager).get(session.get_absolute_url()).content.decode()

    def test_a_copy_that_would_end_after_the_last_day_there_is_gets_a_sentence(self, client_of, trainer):
        session = SessionFactory(created_by=trainer, length=3)
        address = reverse("session_copy", args=[session.key])
        page = client_of(trainer).post(address, {"start": "9999-12-31"})
        assert "too far ahead" in page.content.decode()
        assert Session.objects.count() == 1

    def test_a_session_too_long_to_copy_is_refused_on_the_whole_form(self, client_of, trainer):
        session = SessionFactory(created_by=trainer, length=70)
        address = reverse("session_copy", args=[session.key])
        page = client_of(trainer).post(address, {"start": "2026-06-01"})
        assert "at most 60" in page.content.decode()
        assert Session.objects.count() == 1

    def test_copying_leads_to_the_copy(self, client_of, trainer):
        session = SessionFactory(created_by=trainer)
        response = client_of(trainer).post(reverse("session_copy", args=[session.key]), {"start": "2026-06-01"})
        assert response.url == Session.objects.latest("pk").get_absolute_url()
        assert Session.objects.count() == 2


class TestSteps:
    def step(self, client, session, **sent):
        return client.post(reverse("session_status", args=[session.key]), sent)

    def test_a_trainer_opens_their_session(self, client_of, trainer):
        session = SessionFactory(created_by=trainer, status=SessionStatus.PLANNED)
        self.step(client_of(trainer), session, to="open")
        assert Session.objects.get().status == SessionStatus.OPEN

    def test_signing_off_asks_first_and_says_who_is_not_marked(self, client_of, trainer):
        session = SessionFactory(created_by=trainer, start=timezone.localdate() - timedelta(days=1))
        ParticipationFactory(session=session)
        client = client_of(trainer)
        answer = client.get(reverse("session_status", args=[session.key]), {"to": "closed"}, follow=True)
        assert "has no register" in answer.content.decode()
        assert self.step(client, session, to="closed").status_code == 302
        assert Session.objects.get().status == SessionStatus.OPEN, "there is one door, and it shows the list first"
        client.post(reverse("session_sign_off", args=[session.key]), {"seen": answer.context["seen"]})
        assert Session.objects.get().status == SessionStatus.CLOSED

    def test_reopening_without_a_reason_asks_again(self, client_of, administrator):
        session = SessionFactory(status=SessionStatus.CLOSED)
        client = client_of(administrator)
        assert self.step(client, session, to="reopen", reason="").status_code == 200
        assert Session.objects.get().status == SessionStatus.CLOSED
        self.step(client, session, to="reopen", reason="A list turned up")
        assert Session.objects.get().status == SessionStatus.DELIVERED

    def test_a_step_that_does_not_fit_is_refused_in_words(self, client_of, trainer):
        session = SessionFactory(created_by=trainer, status=SessionStatus.PLANNED)
        address = reverse("session_status", args=[session.key])
        page = client_of(trainer).post(address, {"to": "delivered"}, follow=True)
        assert "A session that is planned can become" in page.content.decode()

    def test_an_auditor_takes_no_step(self, client_of, auditor):
        assert self.step(client_of(auditor), SessionFactory(), to="delivered").status_code == 403
