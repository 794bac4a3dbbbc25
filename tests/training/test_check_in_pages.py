"""Checking in on a phone, and the trainer's screen: what is shown, what is refused, what a browser carries."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.elearning.test_catalogues import ENGLISH, Texts
from tests.factories import ParticipationFactory, PersonFactory, SessionFactory
from training.models import Attendance, CheckIn, CheckInNumber, TrailEntry
from training.services import attendance
from training.services.check_in import shown_code
from training.services.check_in_numbers import give_numbers, number_of

pytestmark = pytest.mark.django_db
PAGE = reverse("check_in")


@pytest.fixture(autouse=True)
def no_limits_of_before():
    cache.clear()


@pytest.fixture
def clock(monkeypatch):
    now = {"at": timezone.localtime().replace(hour=12, minute=0, second=1, microsecond=0)}
    monkeypatch.setattr(timezone, "now", lambda: now["at"])

    def forward(**by):
        now["at"] += timedelta(**by)

    return forward


@pytest.fixture
def session(trainer):
    return SessionFactory(key="skopje", title="Weapons categorization", created_by=trainer, start=timezone.localdate())


@pytest.fixture
def day(session):
    return session.days.get()


@pytest.fixture
def arta(session, officer):
    return ParticipationFactory(session=session, person=PersonFactory(family_name="Arsova-Test", account=officer))


@pytest.fixture
def besim(session, trainer):
    one = ParticipationFactory(session=session, person=PersonFactory(family_name="Krasniqi-Test"))
    give_numbers(session=session, by=trainer)
    return one


@pytest.fixture
def phone(day, trainer):
    """A phone that has just scanned the code on the screen."""

    def scan(client=None):
        client = client or Client()
        code = shown_code(session=day.session, day=day, by=trainer).code
        assert client.get(reverse("check_in_scanned", args=[code])).url == PAGE
        return client

    return scan


def number(participation):
    return number_of(CheckInNumber.objects.get(participation=participation))


def said(response, status=200):
    assert response.status_code == status
    return response.content.decode()


def at(name, day):
    return reverse(name, args=[day.session.key, day.date])


# ---- on the phone


def test_with_a_number_from_scan_to_checked_in_and_once_more(phone, arta, besim):
    client = phone()
    asked = said(client.get(PAGE))
    assert "Weapons categorization" in asked
    assert f'href="{reverse("account_login")}?next={PAGE}"' in asked
    assert "You are checked in" in said(client.post(PAGE, {"number": number(besim)}))
    assert "already checked in" in said(client.get(PAGE))
    assert "already checked in" in said(phone(Client()).post(PAGE, {"number": number(besim)}))
    assert [one.participation for one in CheckIn.objects.all()] == [besim]


def test_with_a_log_in_one_button_is_enough(phone, client_of, officer, arta):
    client = phone(client_of(officer))
    assert "You are logged in as officer@example.org" in said(client.get(PAGE))
    assert not CheckIn.objects.exists(), "opening a page checks nobody in"
    assert "You are checked in" in said(client.post(PAGE, {"log_in": 1}))
    assert CheckIn.objects.get().participation == arta


def test_the_log_in_on_the_way_keeps_the_scan(phone, officer, arta):
    client = phone()
    client.force_login(officer)
    assert "You are checked in" in said(client.post(PAGE, {"log_in": 1}))


def test_the_code_can_be_typed(trainer, day, besim):
    client = Client()
    assert "Scan the code" in said(client.get(PAGE))
    code = shown_code(session=day.session, day=day, by=trainer).in_groups.lower()
    assert client.post(PAGE, {"code": code}).url == PAGE
    assert "Your number" in said(client.get(PAGE))


def test_no_page_names_anybody(phone, client_of, officer, arta, besim):
    mine, theirs = phone(client_of(officer)), phone()
    pages = [
        mine.get(PAGE),
        mine.post(PAGE, {"log_in": 1}),
        mine.get(PAGE),
        theirs.get(PAGE),
        theirs.post(PAGE, {"number": "ACDF 3479"}),
        theirs.post(PAGE, {"number": number(besim)}),
        mine.post(PAGE, {"number": number(besim)}),
    ]
    text = "".join(page.content.decode() for page in pages)
    assert ("Arsova" in text, "Krasniqi" in text) == (False, False)


def test_an_address_that_is_sent_on_is_refused_after_its_minute(clock, phone, trainer, day, besim):
    code = shown_code(session=day.session, day=day, by=trainer).code
    address = reverse("check_in_scanned", args=[code])
    phone()
    clock(seconds=58)
    assert Client().get(address).status_code == 302, "the half-minute of grace"
    clock(seconds=1)
    for friend in (Client(), phone()):
        assert "has run out" in said(friend.get(address), 403)
        assert "has run out" in said(friend.post(PAGE, {"code": code}), 403)
    assert "Scan the code" in said(Client().get(PAGE)), "the page without the scan gives nothing"
    assert "Scan the code" in said(Client().post(PAGE, {"number": number(besim)}))
    assert not CheckIn.objects.exists()


def test_what_one_browser_scanned_is_of_no_use_in_another(phone, besim):
    client, friend = phone(), phone()
    friend.cookies["check-in-scanned"] = client.cookies["check-in-scanned"].value
    assert "Scan the code" in said(friend.post(PAGE, {"number": number(besim)}))
    assert not CheckIn.objects.exists()


def test_a_scan_is_of_no_use_after_five_minutes(clock, phone, besim):
    client = phone()
    clock(minutes=5, seconds=1)
    assert "Scan the code" in said(client.post(PAGE, {"number": number(besim)}))
    assert not CheckIn.objects.exists()


def test_a_second_person_on_a_device_is_refused_whatever_they_enter(phone, client_of, officer, arta, besim):
    client = phone(client_of(officer))
    client.post(PAGE, {"log_in": 1})
    del client.cookies["sessionid"]  # logged out
    for guess in (number(besim), "ACDF 3479"):
        assert "with this device" in said(phone(client).post(PAGE, {"number": guess}), 403)
    assert CheckIn.objects.count() == 1


def test_whoever_has_another_role_is_asked_for_a_number(phone, client_of, trainer, arta):
    client = phone(client_of(trainer))
    assert "Your number" in said(client.get(PAGE))
    assert "cannot check in with its log-in" in said(client.post(PAGE, {"log_in": 1}), 403)


@pytest.mark.parametrize("status", ["closed", "cancelled"])
def test_a_session_that_is_over_says_so(phone, day, besim, status):
    client, kept = phone(), number(besim)
    type(day.session).objects.filter(pk=day.session_id).update(status=status)
    text = said(client.post(PAGE, {"number": kept}), 403)
    assert "Nobody can check in" in text
    assert not CheckIn.objects.exists()


def test_a_device_that_guesses_is_not_asked_any_more(phone, besim):
    client = phone()
    answers = [client.post(PAGE, {"number": f"ACDF 34{n:02}"}).status_code for n in range(11)]
    assert answers == [403] * 10 + [429]
    assert said(client.post(PAGE, {"number": number(besim)}), 429)
    assert "You are checked in" in said(phone().post(PAGE, {"number": number(besim)})), "the others go on"


def test_a_thousand_guesses_from_one_place_give_nothing_and_end_soon(besim):
    answers = [
        Client().post(PAGE, {"code": f"ACD{n % 10}{n // 10 % 10}{n // 100}"}, REMOTE_ADDR="10.0.0.7").status_code
        for n in range(1000)
    ]
    assert answers.count(403) == 60
    assert answers[60:] == [429] * 940
    assert not CheckIn.objects.exists()


def test_a_room_behind_one_address_checks_in_without_being_limited(phone, session, trainer):
    people = ParticipationFactory.create_batch(65, session=session)
    give_numbers(session=session, by=trainer)
    for one in people:
        assert "You are checked in" in said(phone().post(PAGE, {"number": number(one)}))


# ---- in one's own language


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ("mk-MK,mk;q=0.9,en;q=0.8", "mk"),
        ("sq", "sq"),
        ("sr-Latn-RS,sr;q=0.8", "sr-latn"),
        ("sr-RS", "sr"),
        ("hr-HR,hr;q=0.9", "bs"),
        ("de-DE,bs;q=0.5", "bs"),
        ("de-DE", "en"),
        ("", "en"),
        ("x" * 3000, "en"),
    ],
)
def test_the_page_speaks_the_language_of_the_phone(asked, language):
    assert f'<html lang="{language}">' in said(Client(headers={"Accept-Language": asked}).get(PAGE))


def test_another_language_can_be_chosen_and_that_of_an_account_counts_before(client_of, officer):
    client = Client(headers={"Accept-Language": "sq"})
    assert client.get(PAGE, {"language": "cnr"}).url == PAGE
    assert '<html lang="cnr">' in said(client.get(PAGE))
    type(officer).objects.filter(pk=officer.pk).update(language="mk")
    assert '<html lang="mk">' in said(client_of(officer).get(PAGE, headers={"Accept-Language": "sq"}))


# ---- the trainer's screen


def test_the_screen_shows_code_and_address_and_no_name(clock, client_of, trainer, day, arta, besim):
    client = client_of(trainer)
    text = said(client.get(at("check_in_screen", day)))
    code = shown_code(session=day.session, day=day, by=trainer)
    assert code.in_groups in text
    assert f"http://testserver{PAGE}" in text
    assert 'data-left="29000"' in text
    assert ("Arsova" in text, "Krasniqi" in text) == (False, False)
    clock(seconds=29)
    other = said(client.get(at("check_in_code", day)))
    assert code.in_groups not in other
    assert "<svg" in other


def test_the_screen_speaks_the_language_of_the_session(client_of, trainer, day):
    type(day.session).objects.update(language="sq")
    for name in ("check_in_screen", "check_in_code"):
        text = said(client_of(trainer).get(at(name, day)))
        assert '<div class="screen" lang="sq"' in text
        assert "Skanoni kodin" in text
    assert "Log out" in said(client_of(trainer).get(at("check_in_screen", day))), "and what is the trainer's is English"


def test_there_is_no_code_but_today(client_of, trainer, session):
    yesterday = SessionFactory(created_by=trainer, start=timezone.localdate() - timedelta(days=1)).days.get()
    text = said(client_of(trainer).get(at("check_in_screen", yesterday)))
    assert "another day" in text
    assert "<svg" not in text


def test_who_has_checked_in_waits_on_the_register_and_is_confirmed_at_once(
    client_of, trainer, phone, day, arta, besim, officer
):
    phone(client_of(officer)).post(PAGE, {"log_in": 1})
    phone().post(PAGE, {"number": number(besim)})
    client = client_of(trainer)
    text = said(client.get(at("register", day)))
    assert "Checked in by code, to confirm: 2" in text
    assert f'name="whose" value="{besim.pk}"' in text
    assert not Attendance.objects.exists()
    done = said(client.post(at("check_in_confirm", day), {"whose": [arta.pk, besim.pk]}, follow=True))
    assert "2 people confirmed as present." in done
    assert "to confirm: 0" in done
    assert list(Attendance.objects.values_list("mark", "way")) == [("present", "code")] * 2
    assert "Code" in said(client.get(at("register_history", day)))


def test_the_register_asks_anew_and_hears_nothing_where_nothing_is_new(client_of, trainer, phone, day, besim):
    client = client_of(trainer)
    word = client.get(at("register", day)).context["checked_in"].word
    assert client.get(at("checked_in", day), {"known": word}).status_code == 204
    phone().post(PAGE, {"number": number(besim)})
    assert "Krasniqi-Test" in said(client.get(at("checked_in", day), {"known": word}))
    assert TrailEntry.objects.filter(action="check-ins opened").count() == 1


def test_pages_take_as_many_queries_for_one_person_as_for_three(client_of, trainer, phone, session, day, besim):
    client = client_of(trainer)

    def queries():
        give_numbers(session=session, by=trainer)
        for one in session.participations.filter(check_ins=None):
            phone().post(PAGE, {"number": number(one)})
        counted = []
        for address in (at("register", day), at("checked_in", day), at("check_in_screen", day)):
            with CaptureQueriesContext(connection) as captured:
                said(client.get(address))
            counted.append(len(captured))
        with CaptureQueriesContext(connection) as captured:
            ids = [one.pk for one in session.participations.all()]
            client.post(at("check_in_confirm", day), {"whose": ids})
        assert Attendance.objects.count() == len(ids)
        attendance.mark(session=session, day=day, participation_ids=ids, mark="", by=trainer)
        return [*counted, len(captured)]

    one = queries()
    ParticipationFactory.create_batch(2, session=session)
    assert queries() == one


@pytest.mark.parametrize("who", ["other_trainer", "officer", "coordinator", "auditor"])
def test_screen_and_confirmation_are_for_those_who_mark(request, client_of, who, day, arta, besim):
    client = client_of(request.getfixturevalue(who))
    for name in ("check_in_screen", "check_in_code", "checked_in"):
        assert client.get(at(name, day)).status_code in {403, 404}
    assert client.post(at("check_in_confirm", day), {"whose": besim.pk}).status_code in {403, 404}


def test_a_page_that_asks_by_itself_keeps_no_idle_log_in_alive(client_of, manager, day):
    manager.projects.add(day.session.project)
    client = client_of(manager)
    client.get("/")
    kept = client.session
    kept["seen"] -= 100
    kept.save()
    before = client.session["seen"]
    client.get(at("check_in_code", day), headers={"X-By-Itself": "1"})
    assert client.session["seen"] == before
    client.get(at("check_in_code", day))
    assert client.session["seen"] > before


@pytest.mark.parametrize("language", ["sq", "mk", "bs", "sr", "sr-latn", "cnr"])
def test_nobody_who_checks_in_reads_english(phone, clock, day, besim, language):
    def open_on(client):
        client.get(PAGE, {"language": language})
        return client

    begun, scanned = open_on(Client()), open_on(phone())
    pages = [
        begun.get(PAGE),
        begun.post(PAGE, {"code": "ACDF34"}),
        scanned.get(PAGE),
        scanned.post(PAGE, {"number": "ACDF 3479"}),
        scanned.post(PAGE, {"number": number(besim)}),
        scanned.get(PAGE),
        *(begun.post(PAGE, {"code": "ACDF34"}) for _n in range(10)),
    ]
    assert {page.status_code for page in pages} == {200, 403, 429}
    for page in pages:
        assert Texts(page.content.decode()).found & ENGLISH == set()
