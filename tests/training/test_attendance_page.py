"""The register of one day as a trainer has it on a phone."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.factories import InstitutionFactory, JurisdictionFactory, ParticipationFactory, PersonFactory, SessionFactory
from tests.training.devices import Phone, this_morning
from training.choices import Mark, Role, SessionStatus, Sex
from training.models import Attendance, TrailEntry
from training.services import attendance
from training.services.registering import withdraw

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(trainer):
    return SessionFactory(
        key="skopje", title="Weapons categorization", place="Skopje", created_by=trainer, length=3,
        start=timezone.localdate() - timedelta(days=1),
    )  # fmt: skip


@pytest.fixture
def day(session):
    return session.days.all()[1]


@pytest.fixture
def biljana(session):
    person = PersonFactory(
        given_name="Билјана", family_name="Арсова-Тест", sex=Sex.WOMEN, position="Inspector",
        institution=InstitutionFactory(name="Министерство за внатрешни работи", short_name="МВР"),
    )  # fmt: skip
    return ParticipationFactory(session=session, person=person)


@pytest.fixture
def gjorgji(session):
    person = PersonFactory(given_name="Ѓорѓи", family_name="Петров-Тест", sex=Sex.MEN)
    return ParticipationFactory(session=session, person=person)


def at(name, day):
    return reverse(name, args=[day.session.key, day.date])


def page(client, day, **query):
    response = client.get(at("register", day), query)
    assert response.status_code == 200
    return response.content.decode()


def mark_of(participation):
    return Attendance.objects.get(participation=participation).mark


def test_the_page_says_which_day_it_is_and_who_is_on_the_list(client_of, trainer, day, biljana):
    text = page(client_of(trainer), day)
    assert "Day 2 of 3" in text
    assert "Skopje" in text
    assert "Арсова-Тест, Билјана" in text
    assert "МВР · Inspector" in text
    assert f'name="present" value="{biljana.pk}"' in text


def test_who_is_no_trainee_is_said_so_and_who_withdrew_is_not_listed(client_of, trainer, session, day, biljana):
    ParticipationFactory(session=session, role=Role.OBSERVER)
    withdraw(participation=biljana, by=trainer)
    text = page(client_of(trainer), day)
    assert "Observer" in text
    assert "Арсова-Тест" not in text
    assert "1 person who withdrew is not listed" in text


def test_a_tap_marks_and_comes_back_with_the_new_count(client_of, trainer, day, biljana, gjorgji):
    text = client_of(trainer).post(at("mark", day), {"present": biljana.pk}, follow=True).content.decode()
    assert mark_of(biljana) == Mark.PRESENT
    assert f'<li id="p{biljana.pk}" class="present">' in text
    assert f'<li id="p{gjorgji.pk}" class="">' in text
    assert "<b>1</b> women" in text
    assert "<b>1</b> of <span>2</span>" in text


def test_several_marks_travel_in_one_request(client_of, trainer, day, biljana, gjorgji):
    client_of(trainer).post(at("mark", day), {"late": biljana.pk, "absent": gjorgji.pk})
    assert (mark_of(biljana), mark_of(gjorgji)) == (Mark.LATE, Mark.ABSENT)
    client_of(trainer).post(at("mark", day), {"clear": [biljana.pk, gjorgji.pk]})
    assert not Attendance.objects.exists()


def test_all_present_marks_the_rest_says_how_many_and_undo_takes_it_back(client_of, trainer, day, biljana, gjorgji):
    client = client_of(trainer)
    client.post(at("mark", day), {"absent": biljana.pk})
    text = client.post(at("mark_all", day), follow=True).content.decode()
    assert "1 person marked present." in text
    assert (mark_of(biljana), mark_of(gjorgji)) == (Mark.ABSENT, Mark.PRESENT)
    assert "1 mark taken back." in client.post(at("mark_undo", day), follow=True).content.decode()
    assert mark_of(biljana) == Mark.ABSENT


def test_undo_says_what_stayed_because_somebody_else_changed_it(
    client_of, trainer, administrator, session, day, biljana, gjorgji
):
    client = client_of(trainer)
    client.post(at("mark_all", day))
    attendance.mark(session=session, day=day, participation_ids=[biljana.pk], mark=Mark.LATE, by=administrator)
    text = client.post(at("mark_undo", day), follow=True).content.decode()
    assert "1 mark taken back. 1 stayed: it was changed since." in text


def test_without_javascript_the_same_buttons_post_and_come_back(client_of, trainer, day, biljana):
    client = client_of(trainer)
    response = client.post(at("mark", day), {"present": biljana.pk})
    assert response.url == at("register", day)
    assert 'class="present"' in page(client, day)
    response = client.post(at("mark_undo", day), follow=True)
    assert "1 mark taken back." in response.content.decode()


@pytest.mark.parametrize("typed", ["gjorgji", "Ѓор", "petrov gj"])
def test_without_javascript_the_search_finds_across_scripts(client_of, trainer, day, biljana, gjorgji, typed):
    text = page(client_of(trainer), day, q=typed)
    assert f'<li id="p{gjorgji.pk}"' in text
    assert f'<li id="p{biljana.pk}"' not in text


def test_the_counts_are_of_who_is_there(client_of, trainer, session, day, biljana, gjorgji):
    unknown = ParticipationFactory(session=session, person=PersonFactory(sex=Sex.NOT_RECORDED))
    unmarked = ParticipationFactory(session=session)
    marks = {biljana.pk: Mark.PRESENT, gjorgji.pk: Mark.EXCUSED, unknown.pk: Mark.LATE}
    attendance.mark_each(session=session, day=day, marks=marks, by=trainer)
    now = attendance.tally(day)
    assert (now.women, now.men, now.unrecorded, now.away, now.unmarked) == (1, 0, 1, 1, 1)
    assert (now.there, now.everyone) == (2, 4)
    text = page(client_of(trainer), day)
    for said in ("<b>1</b> women", "<b>0</b> men", "<b>1</b> not recorded", "<b>1</b> away", "<b>1</b> not marked"):
        assert said in text
    assert unmarked.pk


def test_a_day_ahead_is_shown_without_buttons_and_says_why(client_of, trainer, session, biljana):
    ahead = session.days.last()
    text = page(client_of(trainer), ahead)
    assert "is still ahead" in text
    assert 'name="present"' not in text
    response = client_of(trainer).post(at("mark", ahead), {"present": biljana.pk}, follow=True)
    assert "is still ahead" in response.content.decode().partition("</h1>")[0], "said above the page, too"
    assert not Attendance.objects.exists()


def test_a_session_signed_off_meanwhile_refuses_with_a_sentence(client_of, trainer, session, day, biljana):
    closed = {"status": SessionStatus.CLOSED, "closed_at": timezone.now()}
    type(session).objects.filter(pk=session.pk).update(**closed)
    client = client_of(trainer)
    text = client.post(at("mark", day), {"present": biljana.pk}, follow=True).content.decode()
    assert "signed off" in text
    assert not Attendance.objects.exists()


@pytest.mark.parametrize("sent", [{"present": "all"}, {"late": ""}])
def test_what_is_no_participation_is_a_bad_request(client_of, trainer, day, sent):
    assert client_of(trainer).post(at("mark", day), sent).status_code == 400


@pytest.mark.parametrize(
    ("who", "status"), [("other_trainer", 404), ("officer", 404), ("coordinator", 403), ("auditor", 403)]
)
def test_the_register_is_for_those_who_mark_in_this_session(request, client_of, who, status, day, biljana):
    client = client_of(request.getfixturevalue(who))
    assert client.get(at("register", day)).status_code == status
    for name in ("mark", "mark_all", "mark_undo"):
        assert client.post(at(name, day), {"present": biljana.pk}).status_code == status
    assert not Attendance.objects.exists()


def test_a_visitor_is_sent_to_log_in(client, day):
    response = client.get(at("register", day))
    assert response.status_code == 302
    assert "/login/" in response.url


@pytest.mark.parametrize("date", ["2026-02-30", "1999-01-01"])
def test_a_day_the_session_does_not_have_is_not_found(client_of, trainer, session, date):
    assert client_of(trainer).get(f"/attendance/{session.key}/{date}/").status_code == 404


def test_the_address_it_had_before_leads_to_the_register(client_of, trainer, day):
    response = client_of(trainer).get(f"/sessions/{day.session.key}/days/{day.date}/")
    assert response.url == at("register", day)


def test_the_list_is_in_the_order_of_the_alphabet_whatever_the_script(client_of, trainer, session, day):
    for family in ("Zeka", "Çela", "Ђорђевић", "Đokić", "Arsova", "Петров", "Cena"):
        ParticipationFactory(session=session, person=PersonFactory(family_name=family))
    text = page(client_of(trainer), day)
    listed = [
        text.index(f">{family}, ") for family in ("Arsova", "Çela", "Cena", "Đokić", "Ђорђевић", "Петров", "Zeka")
    ]
    assert listed == sorted(listed)


def test_opening_the_register_is_a_disclosure_and_a_tap_is_not(client_of, trainer, day, biljana):
    client = client_of(trainer)
    page(client, day)
    client.post(at("mark", day), {"present": biljana.pk})
    entry = TrailEntry.objects.get()
    assert (entry.action, entry.by, entry.detail) == ("register opened", trainer, {"shown": 1})


def test_the_history_says_who_changed_what(client_of, trainer, day, biljana):
    client = client_of(trainer)
    client.post(at("mark", day), {"present": biljana.pk})
    client.post(at("mark_undo", day))
    text = client.get(at("register_history", day)).content.decode()
    assert text.count("Арсова-Тест, Билјана") == 2
    assert "not marked → <b>Present</b>" in text
    assert ">undo<" in text
    assert trainer.name in text
    assert TrailEntry.objects.filter(action="register history opened", detail={"shown": 2}).count() == 1


def test_the_history_names_only_whom_the_account_may_see(client_of, trainer, coordinator, session, day, biljana):
    abroad = PersonFactory(family_name="Elsewhere", jurisdiction=JurisdictionFactory(code="RS"))
    other = ParticipationFactory(session=session, person=abroad)
    coordinator.jurisdictions.add(biljana.jurisdiction)
    marks = dict.fromkeys([biljana.pk, other.pk], Mark.PRESENT)
    attendance.mark_each(session=session, day=day, marks=marks, by=trainer)
    text = client_of(coordinator).get(at("register_history", day)).content.decode()
    assert "Арсова-Тест" in text
    assert "Elsewhere" not in text
    assert "1 change concerns a person whose name is not shown to you" in text


def test_the_history_says_what_was_sent_later_and_whose_clock_was_wrong(client_of, trainer, session, biljana):
    yesterday = session.days.first()
    wrong, morning = Phone(off=timedelta(days=2)), this_morning(yesterday)
    wrong.send(yesterday, trainer, wrong.tap(biljana, "present", morning))
    text = client_of(trainer).get(at("register_history", yesterday)).content.decode()
    assert f"{morning:%H:%M:%S}" in text
    assert "Offline, sent" in text
    assert f"its clock said {morning + timedelta(days=2):%-d %b, %H:%M}" in text


@pytest.mark.parametrize("name", ["register", "register_history"])
def test_pages_take_as_many_queries_for_one_person_as_for_three(client_of, trainer, session, day, biljana, name):
    client = client_of(trainer)

    def queries():
        attendance.mark_all(session=session, day=day, mark=Mark.PRESENT, by=trainer)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(at(name, day)).status_code == 200
        return len(captured)

    one = queries()
    ParticipationFactory(session=session)
    ParticipationFactory(session=session)
    assert queries() == one


def test_sixty_rows_stay_light(client_of, trainer, session, day):
    for _n in range(60):
        ParticipationFactory(session=session)
    client = client_of(trainer)
    client.post(at("mark_all", day))
    assert len(client.get(at("register", day)).content) < 43_000, "with what a device keeps of it"


@pytest.mark.parametrize("odd", ["²", "٣", "9" * 30, "-1", "x"])
def test_an_odd_id_is_a_bad_request(client_of, trainer, day, odd):
    address = reverse("mark", args=[day.session.key, day.date])
    assert client_of(trainer).post(address, {"present": odd}).status_code == 400
