"""The page of targets, and the forms behind it."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import ProjectFactory, SessionFactory, TargetFactory
from tests.training.figures import headcount_of, roster_of
from training.choices import Measure, SessionStatus
from training.models import Participation, Target

pytestmark = pytest.mark.django_db
LIST = reverse("targets")


@pytest.fixture
def target(manager):
    target = TargetFactory(project=ProjectFactory(key="borders", title="Borders"), women_share="40")
    manager.projects.add(target.project)
    roster_of(SessionFactory(project=target.project, status=SessionStatus.DELIVERED), MK_F=3, MK_M=7, MK_U=2)
    return target


def texts(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", unescape(response.content.decode())))


def posted(**other):
    typed = {"measure": "people", "value": "80", "women_share": "", "start": "2026-01-01", "end": "2026-12-31"}
    return {**typed, **other}


def test_each_target_is_shown_with_what_is_reached_and_still_needed(target, auditor, client_of):
    text = texts(client_of(auditor).get(LIST))
    for said in (
        "Borders Participations 1 January – 31 December 2026",
        "12 of 100 · 12.0 %",
        "still needed 88 ",
        "women: 3 of 10 with sex known 30.0 %",
        "women promised 40 %",
        "37 of the next 88 places have to go to women.",
        "The sex of 2 is not known",
    ):
        assert said in text


def test_a_standing_is_a_word_and_a_shape(target, auditor, client_of):
    Target.objects.update(value=12)
    html = client_of(auditor).get(LIST).content.decode()
    assert re.search(r'<span aria-hidden="true">●</span> Reached', html)


def test_what_nobody_knows_is_said(target, auditor, client_of):
    Participation.objects.all().delete()
    headcount_of(SessionFactory(project=target.project), 60)
    Target.objects.update(measure=Measure.PEOPLE)
    text = texts(client_of(auditor).get(LIST))
    assert "Not known of 100 still needed – " in text
    assert "60 participations have no names behind them" in text


@pytest.mark.parametrize("measure", Measure.values)
def test_the_reached_figure_opens_the_question_it_answers(target, auditor, client_of, measure):
    roster_of(SessionFactory(project=target.project, start=target.start.replace(year=2025)), MK_F=5)
    roster_of(SessionFactory(), MK_F=5)
    Participation.objects.update(days_attended=3)
    Target.objects.update(measure=measure)
    client = client_of(auditor)
    html = client.get(LIST).content.decode()
    address, figure = re.search(r'<p class="reached">\s*<a href="([^"]+)">(\d+)</a>', html).groups()
    table = client.get(unescape(address)).context["table"]
    assert table.total.values[measure] == int(figure) == {"person_days": 36}.get(measure, 12)


def test_a_project_narrows_the_page_and_one_without_targets_says_so(target, manager, client_of):
    TargetFactory(project=ProjectFactory(key="parcels", title="Parcels"), value=7)
    mine = ProjectFactory(key="empty", title="Nothing promised")
    manager.projects.add(mine)
    client = client_of(manager)
    assert "12 of 100" in texts(client.get(LIST + "?project=borders"))
    assert "of 7 " not in texts(client.get(LIST + "?project=borders"))
    empty = client.get(LIST + "?project=empty")
    assert "This project has no targets yet." in texts(empty)
    assert f"{reverse('target_new')}?project=empty" in empty.content.decode()


def test_a_project_that_does_not_exist_is_said(target, auditor, client_of):
    response = client_of(auditor).get(LIST + "?project=atlantis")
    assert response.status_code == 400
    assert "12 of 100" not in texts(response)


def test_an_empty_page_says_what_a_target_is(auditor, client_of):
    page = client_of(auditor).get(LIST)
    assert "No targets yet" in texts(page)
    assert reverse("target_new") not in page.content.decode()


@pytest.mark.parametrize("role", ["trainer", "officer", "editor"])
def test_whoever_does_not_read_all_figures_sees_no_targets(target, role, request, client_of):
    client = client_of(request.getfixturevalue(role))
    assert client.get(LIST).status_code == 403
    assert LIST not in client.get(reverse("home")).content.decode()


def test_the_statistics_lead_to_the_targets_of_the_project_asked_for(target, auditor, trainer, client_of):
    question = reverse("statistics") + "?project=borders"
    assert f"{LIST}?project=borders" in client_of(auditor).get(question).content.decode()
    assert LIST not in client_of(trainer).get(question).content.decode()


def test_a_manager_adds_changes_and_removes_a_target(target, manager, client_of):
    client = client_of(manager)
    new = client.get(f"{reverse('target_new')}?project=borders").context["form"]
    assert new.initial["project"] == target.project
    added = client.post(reverse("target_new"), posted(project=target.project.pk, women_share="33.5"))
    assert added.url == f"{LIST}#project-borders"
    one = Target.objects.get(measure="people")
    assert (one.value, str(one.women_share)) == (80, "33.50")

    edit = reverse("target_edit", args=[one.pk])
    assert 'value="33.5"' in client.get(edit).content.decode()
    client.post(edit, posted(value="90"))
    one.refresh_from_db()
    assert (one.value, one.women_share) == (90, None)

    remove = reverse("target_remove", args=[one.pk])
    assert "90 unique people" in texts(client.get(remove))
    assert Target.objects.filter(pk=one.pk).exists(), "asking removes nothing"
    client.post(remove)
    assert not Target.objects.filter(pk=one.pk).exists()


def test_what_is_refused_is_said_beside_its_field_and_kept(target, manager, client_of):
    response = client_of(manager).post(reverse("target_edit", args=[target.pk]), posted(value="0"))
    assert "A target is a whole number from 1" in texts(response)
    assert 'value="2026-01-01"' in response.content.decode()
    twin = posted(project=target.project.pk, measure="participations")
    assert "already" in texts(client_of(manager).post(reverse("target_new"), twin))


def test_a_manager_finds_no_door_to_targets_of_other_projects(target, manager, client_of):
    other = TargetFactory()
    client = client_of(manager)
    html = client.get(LIST).content.decode()
    assert reverse("target_edit", args=[target.pk]) in html
    for name in ("target_edit", "target_remove"):
        address = reverse(name, args=[other.pk])
        assert address not in html
        assert client.get(address).status_code == client.post(address, posted()).status_code == 403
    refused = client.post(reverse("target_new"), posted(project=other.project.pk))
    assert "project" in refused.context["form"].errors
    assert Target.objects.count() == 2


@pytest.mark.parametrize("role", ["auditor", "coordinator", "trainer"])
def test_others_change_nothing(target, role, request, client_of):
    client = client_of(request.getfixturevalue(role))
    doors = [reverse("target_new"), *(reverse(name, args=[target.pk]) for name in ("target_edit", "target_remove"))]
    for door in doors:
        assert client.get(door).status_code == client.post(door, posted()).status_code == 403
    assert Target.objects.get().value == 100


def test_three_targets_take_as_many_queries_as_one(target, manager, client_of):
    client = client_of(manager)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get(LIST)
        return len(captured)

    one = queries()
    for _again in range(2):
        project = ProjectFactory()
        manager.projects.add(project)
        TargetFactory(project=project, women_share=20)
        roster_of(SessionFactory(project=project), MK_F=1)
    assert queries() == one
