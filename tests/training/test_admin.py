"""The reference records in Wagtail's admin: who may keep them, and that nothing others rest on disappears."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import (
    InstitutionFactory,
    JurisdictionFactory,
    ParticipationFactory,
    PersonFactory,
    SessionFactory,
    TopicFactory,
)
from training.models import Attendance, Institution, Session, Topic, TrailEntry, Training
from training.services.outcomes import recompute
from training.services.roles import ensure_roles
from training.viewsets import ProjectsGroup, RegisterGroup

pytestmark = pytest.mark.django_db
VIEWSETS = [*RegisterGroup.items, *ProjectsGroup.items]


@pytest.mark.parametrize("viewset", VIEWSETS, ids=lambda viewset: viewset.model.__name__)
def test_an_administrator_opens_every_list_and_every_form(client_of, administrator, viewset):
    client, name = client_of(administrator), viewset.model._meta.model_name
    assert client.get(reverse(f"{name}:index")).status_code == 200
    assert client.get(reverse(f"{name}:add")).status_code == 200


def test_an_editor_keeps_courses_and_nothing_else(client_of, editor):
    kept = {
        viewset.model.__name__
        for viewset in VIEWSETS
        if client_of(editor).get(reverse(f"{viewset.model._meta.model_name}:index")).status_code == 200
    }
    assert kept == {"Topic", "Training"}


def test_what_a_role_may_no_longer_keep_is_taken_from_its_group():
    editors = Group.objects.get(name="editor")
    editors.permissions.add(Permission.objects.get(codename="change_institution"))
    ensure_roles()
    assert not editors.permissions.filter(codename="change_institution").exists()


@pytest.mark.parametrize("who", ["trainer", "manager", "coordinator", "auditor", "officer"])
def test_nobody_else_gets_in_and_each_is_told(client_of, request, who):
    page = client_of(request.getfixturevalue(who)).get("/admin/", follow=True)
    assert page.status_code == 403
    assert "may not keep courses" in page.content.decode()


def test_what_an_editor_saves_goes_into_the_trail_without_values(client_of, editor):
    client_of(editor).post(reverse("topic:add"), {"key": "evidence", "name": "Evidence handling"})
    topic = Topic.objects.get(key="evidence")
    entry = TrailEntry.objects.get()
    assert (entry.by, entry.action, entry.records) == (editor, "record created", {"topic": [topic.pk]})
    assert entry.detail == {"fields": ["key", "name"]}


def test_a_record_nobody_uses_can_be_deleted(client_of, editor):
    topic = TopicFactory()
    client_of(editor).post(reverse("topic:delete", args=[topic.pk]))
    assert not Topic.objects.exists()
    assert TrailEntry.objects.get().action == "record deleted"


def test_a_record_others_rest_on_stays_and_the_page_says_which(client_of, administrator):
    institution = InstitutionFactory(name="Border Police")
    PersonFactory(institution=institution)
    page = client_of(administrator).post(reverse("institution:delete", args=[institution.pk]), follow=True)
    assert Institution.objects.filter(pk=institution.pk).exists()
    text = page.content.decode()
    assert "Border Police” cannot be deleted" in text
    assert "People (1)" in text


def test_one_jurisdiction_does_not_take_the_same_institution_twice(client_of, administrator):
    JurisdictionFactory()
    institution = InstitutionFactory(name="Царинска управа")
    sent = {"name": "Carinska uprava", "jurisdiction": institution.jurisdiction_id, "sector": "public"}
    page = client_of(administrator).post(reverse("institution:add"), sent)
    assert "already" in page.content.decode()
    assert Institution.objects.count() == 1


def test_the_admin_carries_the_footnote_and_the_way_back(client_of, editor):
    text = client_of(editor).get(reverse("wagtailadmin_home")).content.decode()
    assert "Security Council resolution 1244 (1999)" in text
    assert f'href="{reverse("home")}"' in text


def test_three_institutions_take_as_many_queries_as_one(client_of, administrator):
    def queries():
        client = client_of(administrator)
        client.get(reverse("institution:index"))
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("institution:index"))
        return len(captured)

    InstitutionFactory()
    one = queries()
    InstitutionFactory.create_batch(2)
    assert queries() == one


def saved(client, training, **changed):
    fields = ("title", "topic_id", "level", "version", "hours", "attendance_share", "pass_mark")
    sent = {name.removesuffix("_id"): getattr(training, name) for name in fields} | changed
    return client.post(
        reverse("training:edit", args=[training.pk]),
        {name: "" if value is None else value for name, value in sent.items()},
    )


@pytest.fixture
def two_days_of_three():
    training = Training.objects.create(title="Evidence handling", topic=TopicFactory())
    session = SessionFactory(training=training, length=3, status="delivered")
    participation = ParticipationFactory(session=session)
    for day in list(session.days.all())[:2]:
        Attendance.objects.create(participation=participation, day=day, mark="present")
    recompute(session)
    return participation


def test_a_new_completion_rule_changes_the_outcomes_that_follow_from_it(client_of, editor, two_days_of_three):
    two_days_of_three.refresh_from_db()
    assert two_days_of_three.outcome == "attended"
    saved(client_of(editor), two_days_of_three.session.training, attendance_share=60)
    two_days_of_three.refresh_from_db()
    assert two_days_of_three.outcome == "completed"


def test_a_rule_that_signed_off_sessions_were_held_under_stays(client_of, editor, two_days_of_three):
    Session.objects.update(status="closed")
    page = saved(client_of(editor), two_days_of_three.session.training, attendance_share=60)
    assert "Make a new version" in page.content.decode()
    assert Training.objects.get().attendance_share == 80
