"""People who came without being on the roster: matched with who is known, never by themselves, decided on once."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.factories import InstitutionFactory, JurisdictionFactory, ParticipationFactory, PersonFactory, SessionFactory
from tests.training.devices import Phone, this_morning
from training.imports.likely_people import likely_people
from training.models import Attendance, AttendanceEvent, Institution, Participation, Person, TrailEntry, WalkIn
from training.services import walk_ins
from training.services.closing import sign_off
from training.services.registering import withdraw

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(trainer):
    start = timezone.localdate() - timedelta(days=1)
    return SessionFactory(created_by=trainer, start=start, length=2, jurisdictions=[JurisdictionFactory()])


@pytest.fixture
def day(session):
    return session.days.first()


@pytest.fixture
def police():
    return InstitutionFactory(name="Ministry of Interior", short_name="MUP")


@pytest.fixture
def known(police):
    return PersonFactory(given_name="Билјана", family_name="Арсова-Тест", sex="F", institution=police)


@pytest.fixture
def typed(trainer, day):
    """Types somebody on a phone, marks them present, and sends it."""

    def by(given="Biljana", family="Arsova-Test", institution="mup", sex="F"):
        phone, morning = Phone(), this_morning(day)
        one = phone.typed(given, family, morning, institution=institution, sex=sex)
        phone.send(day, trainer, phone.tap(one.nonce, "present", morning), walk_ins=[one])
        return WalkIn.objects.get(nonce=one.nonce)

    return by


def likely(session, walk_in):
    return [(one.person, one.certain) for one in likely_people(session, [walk_in])[walk_in.pk]]


def test_somebody_known_is_found_across_scripts_and_by_the_short_name_of_their_institution(session, known, typed):
    assert likely(session, typed()) == [(known, True)]
    assert Participation.objects.count() == 0, "and nothing is decided by that"


def test_a_namesake_elsewhere_is_offered_and_is_not_certain(session, known, typed):
    assert likely(session, typed(institution="Customs")) == [(known, False)]


def test_who_sounds_the_same_at_the_institution_is_offered(session, known, typed):
    assert likely(session, typed(family="Arsova-Tesd")) == []
    PersonFactory(given_name="Gjorgji", family_name="Petrov-Test", institution=known.institution)
    assert [certain for _person, certain in likely(session, typed("Gorgi", "Petrov-Test"))] == [False]


def test_nobody_out_of_reach_is_offered_unless_they_are_on_the_roster(session, typed):
    abroad = PersonFactory(given_name="Vuk", family_name="Radović-Test", jurisdiction=JurisdictionFactory(code="ME"))
    walk_in = typed("Vuk", "Radovic-Test", "")
    assert likely(session, walk_in) == []
    ParticipationFactory(session=session, person=abroad)
    assert likely(session, walk_in) == [(abroad, False)]


def test_recognised_they_come_on_the_roster_with_their_marks_and_the_typed_name_goes(
    trainer, session, day, known, typed
):
    walk_in = typed()
    made = walk_ins.recognise(walk_in=walk_in, person=known, by=trainer)
    assert (made.person, made.days_attended, made.session) == (known, None, session)
    made.refresh_from_db()
    assert (made.days_attended, made.outcome) == (1, "attended")
    assert Attendance.objects.get().at == this_morning(day)
    assert AttendanceEvent.objects.get().participation == made
    walk_in.refresh_from_db()
    assert (walk_in.participation, walk_in.decided_by, str(walk_in)) == (made, trainer, ", ")
    assert TrailEntry.objects.filter(action="walk-in recognised", records={"participation": [made.pk]}).exists()


def test_recognised_as_somebody_on_the_roster_their_marks_stand_in_one_order(trainer, session, day, known, typed):
    participation = ParticipationFactory(session=session, person=known)
    phone, morning = Phone(), this_morning(day)
    phone.send(day, trainer, phone.tap(participation, "late", morning + timedelta(minutes=5)))
    walk_ins.recognise(walk_in=typed(), person=known, by=trainer)
    assert Attendance.objects.get().mark == "late"
    assert AttendanceEvent.objects.filter(participation=participation).count() == 2
    assert Participation.objects.count() == 1


def test_a_device_that_did_not_hear_of_it_marks_the_right_person(trainer, day, known, typed):
    walk_in = typed()
    made = walk_ins.recognise(walk_in=walk_in, person=known, by=trainer)
    phone = Phone()
    taken = phone.send(day, trainer, phone.tap(walk_in.nonce, "absent", timezone.now()))
    assert (taken.marks, taken.waiting) == ({made.pk: "absent"}, 0)


def test_somebody_new_becomes_a_person_and_an_institution_to_be_confirmed(trainer, session, typed):
    home = session.jurisdictions.get()
    made = walk_ins.add_as_new(walk_in=typed("Besa", "Nova-Testi", "New Office"), jurisdiction=home, by=trainer)
    assert (made.person.full_name, made.sex, made.person.sex) == ("Besa Nova-Testi", "F", "F")
    assert (made.institution.name, made.institution.confirmed) == ("New Office", False)
    made.refresh_from_db()
    assert made.days_attended == 1


def test_removed_they_count_nowhere_and_later_marks_are_refused(trainer, day, typed):
    walk_in = typed()
    walk_ins.remove(walk_in=walk_in, by=trainer)
    phone = Phone()
    tap = phone.tap(walk_in.nonce, "late", timezone.now())
    taken = phone.send(day, trainer, tap)
    assert (taken.waiting, taken.marks, list(taken.refused)) == (0, {}, [tap.nonce])
    assert not Participation.objects.exists()


def test_what_is_decided_is_decided_once(trainer, known, typed):
    walk_in = typed()
    walk_ins.recognise(walk_in=walk_in, person=known, by=trainer)
    for again in (
        lambda: walk_ins.recognise(walk_in=walk_in, person=known, by=trainer),
        lambda: walk_ins.remove(walk_in=walk_in, by=trainer),
    ):
        with pytest.raises(ValidationError, match="decided on this walk-in already"):
            again()


def test_nothing_is_decided_in_a_session_signed_off_nor_for_somebody_withdrawn(
    trainer, administrator, session, known, typed
):
    walk_in = typed()
    participation = ParticipationFactory(session=session, person=known)
    withdraw(participation=participation, by=trainer)
    with pytest.raises(ValidationError, match="withdrawn"):
        walk_ins.recognise(walk_in=walk_in, person=known, by=trainer)
    with pytest.raises(ValidationError, match="nobody has said who they are"):
        sign_off(session=session, by=trainer)
    sign_off(session=session, by=trainer, reason="They left before we asked.")
    with pytest.raises(ValidationError, match="signed off"):
        walk_ins.remove(walk_in=walk_in, by=administrator)
    assert WalkIn.objects.to_decide().count() == 1


@pytest.mark.parametrize("who", ["other_trainer", "coordinator", "auditor", "officer"])
def test_only_who_may_change_the_roster_decides(request, client_of, who, session, known, typed):
    walk_in, account = typed(), request.getfixturevalue(who)
    with pytest.raises(PermissionDenied):
        walk_ins.recognise(walk_in=walk_in, person=known, by=account)
    client = client_of(account)
    assert client.get(reverse("walk_ins", args=[session.key])).status_code in {403, 404}
    assert client.post(reverse("walk_in_decide", args=[session.key, walk_in.pk])).status_code in {403, 404}


# ---- the page


def test_the_page_offers_who_it_may_be_and_puts_them_on_the_roster(client_of, trainer, session, known, typed):
    walk_in, client = typed(), client_of(trainer)
    address = reverse("walk_ins", args=[session.key])
    text = client.get(address).content.decode()
    assert "Arsova-Test, Biljana" in text
    assert "The same name and institution" in text
    assert f'name="person" value="{known.pk}"' in text
    assert TrailEntry.objects.filter(action="people like a new one shown", records={"person": [known.pk]}).exists()
    decide = reverse("walk_in_decide", args=[session.key, walk_in.pk])
    text = client.post(decide, {"person": known.pk}, follow=True).content.decode()
    assert "is on the roster, with the marks of this walk-in" in text
    assert "Nobody waits to be decided on" in text
    assert Participation.objects.get().person == known


def test_the_page_adds_somebody_new_and_removes_a_mistake(client_of, trainer, session, typed):
    client, new, mistake = client_of(trainer), typed("Besa", "Nova-Testi"), typed("Xx", "Yy")
    decide = {one.pk: reverse("walk_in_decide", args=[session.key, one.pk]) for one in (new, mistake)}
    text = client.post(decide[new.pk], {"jurisdiction": session.jurisdictions.get().pk}, follow=True).content.decode()
    assert "Besa Nova-Testi is on the roster now." in text
    client.post(decide[mistake.pk], {"remove": "on"})
    assert (Person.objects.count(), WalkIn.objects.to_decide().count()) == (1, 0)
    text = client.post(decide[mistake.pk], {"remove": "on"}, follow=True).content.decode()
    assert "decided on this walk-in already" in text


@pytest.mark.parametrize("sent", [{"person": "x"}, {"person": "²"}, {"jurisdiction": ""}, {}])
def test_an_odd_decision_is_a_bad_request(client_of, trainer, session, typed, sent):
    assert client_of(trainer).post(reverse("walk_in_decide", args=[session.key, typed().pk]), sent).status_code == 400


def test_a_person_out_of_reach_cannot_be_chosen(client_of, trainer, session, typed):
    abroad = PersonFactory(jurisdiction=JurisdictionFactory(code="RS"))
    address = reverse("walk_in_decide", args=[session.key, typed().pk])
    assert client_of(trainer).post(address, {"person": abroad.pk}).status_code == 404
    assert not Participation.objects.exists()


def test_an_institution_that_fits_several_is_said_and_nothing_is_written(client_of, trainer, session, police, typed):
    InstitutionFactory(name="Municipal Office", short_name="MUP")
    walk_in = typed("Besa", "Nova-Testi")
    address = reverse("walk_in_decide", args=[session.key, walk_in.pk])
    text = (
        client_of(trainer).post(address, {"jurisdiction": session.jurisdictions.get().pk}, follow=True).content.decode()
    )
    assert "That fits several" in text
    assert (Participation.objects.count(), Institution.objects.count()) == (0, 2)
    assert WalkIn.objects.to_decide().get() == walk_in


def test_the_page_takes_as_many_queries_for_one_as_for_three(client_of, trainer, session, known, typed):
    client = client_of(trainer)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse("walk_ins", args=[session.key])).status_code == 200
        return len(captured)

    typed()
    one = queries()
    typed("Besa", "Nova-Testi")
    typed("Vuk", "Radović-Test", "")
    assert queries() == one
