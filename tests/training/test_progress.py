"""The progress list: who got how far in the sessions of a series, a project or a training."""

import csv
import io
import json
from datetime import date

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import (
    InstitutionFactory,
    JurisdictionFactory,
    ParticipationFactory,
    PersonFactory,
    ProjectFactory,
    SessionFactory,
    TopicFactory,
)
from training.choices import Outcome, Role, SessionKind, SessionStatus
from training.models import TrailEntry, Training
from training.statistics.progress import find_subject, read_lines, tally
from training.views import progress


@pytest.fixture
def project(manager):
    project = ProjectFactory(key="borders")
    manager.projects.add(project)
    return project


@pytest.fixture
def series(project):
    return SessionFactory(key="series", title="The series", project=project, kind=SessionKind.SERIES, start=None)


@pytest.fixture
def items(series, project):
    """Two sessions of the series; the one made first is the later one."""
    later = SessionFactory(title="Second", parent=series, project=project, start=date(2026, 6, 1))
    return [SessionFactory(title="First", parent=series, project=project, start=date(2026, 5, 1)), later]


def on(session, person, outcome=Outcome.COMPLETED, **fields):
    return ParticipationFactory(session=session, person=person, outcome=outcome, **fields)


def lines(account, kind="series", key="series"):
    return read_lines(find_subject(kind, key, account), account)


def states(account, **where):
    return {line.family: line.states for line in lines(account, **where)}


class TestTheList:
    def test_every_person_has_a_state_in_every_session_of_the_series(self, items, manager):
        one, other = PersonFactory(family_name="Bekteshi"), PersonFactory(family_name="Адамовић")
        on(items[0], one)
        on(items[1], one, Outcome.ABSENT)
        on(items[1], other, Outcome.ATTENDED)
        assert states(manager) == {"Адамовић": ("", "attended"), "Bekteshi": ("completed", "absent")}
        assert [line.family for line in lines(manager)] == ["Адамовић", "Bekteshi"]
        assert [line.completed for line in lines(manager)] == [0, 1]

    def test_a_project_has_all_its_sessions_but_series_and_cancelled_ones(self, items, project, manager):
        SessionFactory(title="Alone", project=project, start=date(2026, 7, 1))
        SessionFactory(title="Never held", project=project, status=SessionStatus.CANCELLED)
        SessionFactory(title="Of another project")
        subject = find_subject("project", "borders", manager)
        assert [item.title for item in subject.items] == ["First", "Second", "Alone"]

    def test_a_training_has_its_sessions_in_every_project(self, items, manager, administrator):
        training = Training.objects.create(title="Categorization", topic=TopicFactory())
        items[0].training = training
        items[0].save()
        elsewhere = SessionFactory(title="Elsewhere", training=training, start=date(2026, 8, 1))
        subject = find_subject("training", str(training.pk), administrator)
        assert [item.title for item in subject.items] == ["First", "Elsewhere"]
        person = PersonFactory(family_name="Both")
        on(items[0], person)
        on(elsewhere, person)
        where = {"kind": "training", "key": str(training.pk)}
        assert states(administrator, **where) == {"Both": ("completed", "completed")}
        assert states(manager, **where) == {"Both": ("completed", "")}

    def test_trainers_and_organisers_make_no_progress(self, items, manager):
        on(items[0], PersonFactory(), role=Role.TRAINER)
        assert lines(manager) == []

    def test_who_withdrew_is_shown_as_withdrawn(self, items, manager):
        on(items[0], PersonFactory(family_name="Gone"), Outcome.WITHDRAWN, withdrawn_at="2026-05-01T10:00Z")
        assert states(manager) == {"Gone": ("withdrawn", "")}

    def test_place_and_institution_are_those_of_the_last_session(self, items, manager):
        person = PersonFactory()
        before, after = InstitutionFactory(name="Before"), InstitutionFactory(name="After")
        on(items[1], person, institution=after, jurisdiction=JurisdictionFactory(code="XK"))
        on(items[0], person, institution=before, jurisdiction=JurisdictionFactory(code="MK"))
        [line] = lines(manager)
        assert (line.jurisdiction, line.institution) == ("Kosovo*", "After")

    def test_each_session_is_tallied_over_the_people_shown(self, items, manager):
        for outcome in (Outcome.COMPLETED, Outcome.COMPLETED, Outcome.ABSENT):
            on(items[0], PersonFactory(), outcome)
        found = tally(find_subject("series", "series", manager), manager)
        assert [(one.people, one.completed) for one in found] == [(3, 2), (0, 0)]

    @pytest.mark.parametrize(
        ("kind", "key"),
        [("series", "no-such"), ("project", "no-such"), ("training", "0"), ("training", "9" * 30), ("goal", "1")],
    )
    def test_what_is_not_there_has_no_list(self, manager, kind, key):
        with pytest.raises(ObjectDoesNotExist):
            find_subject(kind, key, manager)


class TestWhoIsShown:
    def test_a_coordinator_sees_the_people_of_their_jurisdiction(self, items, coordinator):
        home, far = JurisdictionFactory(code="XK"), JurisdictionFactory(code="RS")
        coordinator.jurisdictions.add(home)
        on(items[0], PersonFactory(family_name="Near", jurisdiction=home))
        on(items[0], PersonFactory(family_name="Far", jurisdiction=far))
        assert states(coordinator) == {"Near": ("completed", "")}

    def test_a_manager_sees_nobody_of_other_projects(self, items, manager, project):
        manager.projects.clear()
        on(items[0], PersonFactory())
        manager = type(manager).objects.get(pk=manager.pk)
        assert lines(manager) == []

    def test_an_auditor_sees_nobody_and_how_many_there_are(self, items, auditor, client_of):
        on(items[0], PersonFactory(family_name="Secret"))
        html = client_of(auditor).get(reverse("progress", args=["series", "series"])).content.decode()
        assert "Secret" not in html
        assert "1 trainee is left out" in html

    def test_a_trainer_of_one_session_sees_that_one_alone(self, items, trainer):
        items[0].trainers.add(trainer)
        person = PersonFactory(family_name="Pupil")
        on(items[0], person)
        on(items[1], person)
        assert states(trainer, kind="project", key="borders") == {"Pupil": ("completed",)}


class TestThePage:
    def test_it_shows_people_sessions_and_states(self, items, manager, client_of):
        on(items[0], PersonFactory(family_name="Bekteshi", given_name="Arta"))
        html = client_of(manager).get(reverse("progress", args=["series", "series"])).content.decode()
        for shown in ("Bekteshi, Arta", "First", "Second", "1 of 1 completed", 'class="completed"'):
            assert shown in html
        entry = TrailEntry.objects.get(action="progress list opened")
        assert (entry.detail, list(entry.records)) == ({"shown": 1}, ["person", "session"])

    def test_a_series_and_a_session_lead_to_it(self, items, series, manager, client_of):
        assert reverse("progress", args=["series", "series"]) in _page(client_of(manager), series)
        items[0].training = Training.objects.create(title="Categorization", topic=items[0].topic)
        items[0].save()
        html = _page(client_of(manager), items[0])
        assert reverse("progress", args=["project", "borders"]) in html
        assert reverse("progress", args=["training", items[0].training_id]) in html

    def test_of_many_sessions_the_last_are_shown_and_the_file_has_all(self, items, manager, client_of, monkeypatch):
        monkeypatch.setattr(progress, "MOST_ITEMS", 1)
        on(items[0], PersonFactory(family_name="Early"))
        on(items[1], PersonFactory(family_name="Late"))
        client = client_of(manager)
        html = client.get(reverse("progress", args=["series", "series"])).content.decode()
        assert ("Late" in html, "Early" in html, "The file has all" in html) == (True, False, True)
        assert "Early" in client.get(reverse("progress_csv", args=["series", "series"])).content.decode()

    def test_a_list_of_nobody_says_so_and_offers_no_file(self, items, manager, client_of):
        html = client_of(manager).get(reverse("progress", args=["series", "series"])).content.decode()
        assert "Nobody is on a roster" in html
        assert reverse("progress_csv", args=["series", "series"]) not in html
        assert not TrailEntry.objects.filter(action="progress list opened").exists()

    @pytest.mark.parametrize("name", ["progress", "progress_csv", "progress_csv_metadata"])
    def test_who_has_no_business_with_its_sessions_does_not_find_it(self, items, client_of, name, other_trainer):
        assert client_of(other_trainer).get(reverse(name, args=["project", "borders"])).status_code == 404

    @pytest.mark.parametrize("name", ["progress", "progress_csv", "progress_csv_metadata"])
    def test_an_editor_opens_no_sessions_and_no_list_of_them(self, items, client_of, name, editor):
        assert client_of(editor).get(reverse(name, args=["project", "borders"])).status_code == 403


class TestTheFile:
    def read(self, answer):
        return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))

    def test_it_has_a_row_a_person_and_a_column_a_session(self, items, manager, client_of):
        person = PersonFactory(family_name="Đorđević", given_name="Ана", institution=InstitutionFactory(name="MUP"))
        on(items[0], person)
        on(items[1], PersonFactory(family_name="Zeka"), Outcome.ABSENT)
        rows = self.read(client_of(manager).get(reverse("progress_csv", args=["series", "series"])))
        assert rows[0][1:] == [
            "Last name", "First name", "Jurisdiction", "Institution", "First, 2026-05-01", "Second, 2026-06-01",
            "Sessions completed",
        ]  # fmt: skip
        assert rows[1] == [str(person.pk), "Đorđević", "Ана", "North Macedonia", "MUP", "Completed", "", "1"]
        assert rows[2][-3:] == ["", "Absent", "0"]

    def test_no_cell_begins_like_a_formula(self, items, manager, client_of):
        items[0].title = "=HYPERLINK(1)"
        items[0].save()
        evil = {"family_name": "=cmd|x", "given_name": "+1", "institution": InstitutionFactory(name="@sum")}
        on(items[0], PersonFactory(**evil))
        rows = self.read(client_of(manager).get(reverse("progress_csv", args=["series", "series"])))
        assert rows[0][5] == "'=HYPERLINK(1), 2026-05-01"
        assert rows[1][1:5] == ["'=cmd|x", "'+1", "North Macedonia", "'@sum"]

    def test_each_download_is_recorded_and_carries_the_number_of_its_entry(self, items, manager, client_of):
        person = PersonFactory()
        on(items[0], person)
        answer = client_of(manager).get(reverse("progress_csv", args=["series", "series"]))
        entry = TrailEntry.objects.get(action="progress list downloaded")
        assert f'filename="evidenca-progress-series-{entry.pk}.csv"' in answer["Content-Disposition"]
        assert (entry.by, entry.records["person"]) == (manager, [person.pk])
        again = client_of(manager).get(reverse("progress_csv", args=["series", "series"]))
        assert again["Content-Disposition"] != answer["Content-Disposition"]

    def test_its_companion_has_the_footnote_and_names_nobody(self, items, manager, client_of):
        person = PersonFactory(family_name="Secret", jurisdiction=JurisdictionFactory(code="XK"))
        on(items[0], person)
        answer = client_of(manager).get(reverse("progress_csv", args=["series", "series"]))
        address = reverse("progress_csv_metadata", args=["series", "series"])
        assert answer["Link"] == f'<{address}>; rel="describedby"'
        companion = client_of(manager).get(address)
        said = json.loads(companion.content)
        assert any("1244" in note for note in said["notes"])
        assert len(said["tableSchema"]["columns"]) == 8
        assert "Secret" not in companion.content.decode()


@pytest.mark.parametrize("name", ["progress", "progress_csv"])
def test_one_person_takes_as_many_queries_as_three(items, manager, client_of, name):
    client = client_of(manager)

    def queries(people):
        for _number in range(people):
            person = PersonFactory()
            for item in items:
                on(item, person)
        with CaptureQueriesContext(connection) as found:
            client.get(reverse(name, args=["series", "series"]))
        return len(found)

    assert queries(1) == queries(2)


def _page(client, session):
    return client.get(session.get_absolute_url()).content.decode()
