"""What a device in the room gets: a roster without contacts, empty pages, a worker that knows its files."""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.factories import InstitutionFactory, ParticipationFactory, PersonFactory, SessionFactory
from tests.training.devices import Phone, this_morning
from training.models import AttendanceEvent, TrailEntry
from training.services import attendance
from training.services.closing import sign_off
from training.services.registering import withdraw

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(trainer, other_trainer):
    session = SessionFactory(
        key="skopje", title="Weapons", place="Skopje", created_by=trainer, length=3,
        start=timezone.localdate() - timedelta(days=1),
    )  # fmt: skip
    session.trainers.add(other_trainer)
    return session


@pytest.fixture
def day(session):
    return session.days.all()[1]


@pytest.fixture
def arta(session):
    institution = InstitutionFactory(name="Policia e Kosovës", short_name="PK")
    person = PersonFactory(
        given_name="Arta", family_name="Krasniqi-Testi", sex="F", position="Inspector", institution=institution,
        email="arta@example.org",
    )  # fmt: skip
    return ParticipationFactory(session=session, person=person, pre_score=50)


def at(name, day):
    return reverse(name, args=[day.session.key, day.date])


def page(client, day):
    return client.get(at("register", day)).content.decode()


def state_in(text):
    return json.loads(re.search(r'<script id="state" type="application/json">(.*?)</script>', text, re.DOTALL)[1])


def test_a_device_keeps_names_sex_and_institution_and_nothing_else_of_people(client_of, trainer, day, arta):
    client = client_of(trainer)
    attendance.mark(session=day.session, day=day, participation_ids=[arta.pk], mark="late", by=trainer)
    for told in (client.get(at("register_people", day)).json(), state_in(page(client, day))):
        assert told["people"] == [[arta.pk, "Krasniqi-Testi, Arta", "PK", "F"]]
        assert told["marks"] == {str(arta.pk): "late"}
        assert (told["session"], told["date"], told["account"]) == ("skopje", str(day.date), trainer.pk)
        assert (told["keep"], told["closed"], told["signed_off"]) == (True, "", False)
        assert [changes for _batch, changes in told["done"]] == [[[arta.pk, "", "late"]]]
        assert not [word for word in ("arta@example.org", "Inspector", "score") if word in json.dumps(told)]
    assert TrailEntry.objects.filter(action="register opened", detail={"shown": 1}).count() == 2


def test_the_register_of_another_day_is_not_kept_nor_is_one_that_is_signed_off(client_of, trainer, session, day, arta):
    client = client_of(trainer)
    assert [client.get(at("register_people", other)).json()["keep"] for other in session.days.all()] == [
        False,
        True,
        False,
    ]
    sign_off(session=session, by=trainer)
    told = client.get(at("register_people", day)).json()
    assert (told["keep"], told["signed_off"], "signed off" in told["closed"]) == (False, True, True)


def test_the_word_for_the_roster_changes_when_somebody_comes_or_goes(client_of, trainer, session, day, arta):
    def word():
        phone = Phone()
        told = client_of(trainer).get(at("register_people", day)).json()["roster"]
        assert phone.send(day, trainer).roster == told
        return told

    words = {word()}
    other = ParticipationFactory(session=session)
    words.add(word())
    withdraw(participation=arta, by=trainer)
    words.add(word())
    phone = Phone()
    phone.send(day, trainer, walk_ins=[phone.typed("Besa", "Testi", timezone.now())])
    words.add(word())
    assert len(words) == 4
    assert other.pk


def test_walk_ins_stand_on_the_register_until_it_is_decided_who_they_are(client_of, trainer, day, arta):
    phone, now = Phone(), timezone.now()
    besa = phone.typed("Besa", "Testi", now, institution="Customs")
    phone.send(day, trainer, phone.tap(besa.nonce, "present", now), walk_ins=[besa])
    text = page(client_of(trainer), day)
    assert f'<li id="p{besa.nonce}" class="present">' in text
    assert "Customs · to decide" in text
    assert "Walk-ins to decide on: <b>1</b>" in text
    assert "<b>0</b> of <span>1</span>" in text, "they count nowhere yet"
    assert state_in(text)["walk_ins"] == [[str(besa.nonce), "Testi, Besa", "Customs", "F"]]


def test_a_disagreement_of_two_devices_is_on_the_page_until_somebody_has_looked(
    client_of, trainer, other_trainer, session, arta
):
    day = session.days.first()
    mine, yours, morning = Phone(), Phone(), this_morning(day)
    mine.send(day, trainer, mine.tap(arta, "present", morning))
    yours.send(day, other_trainer, yours.tap(arta, "absent", morning + timedelta(minutes=4)))
    client = client_of(trainer)
    text = " ".join(page(client, day).split())
    assert "Marked differently on two devices" in text
    assert re.search(r"08:00:00</time> Present, Trainer.*08:04:00</time> Absent, Other Trainer", text)
    number = AttendanceEvent.objects.get(after="absent").pk
    assert f'name="event" value="{number}"' in text
    response = client.post(at("mark_looked", day), {"event": number}, follow=True)
    assert 'class="differ"' not in response.content.decode()
    assert AttendanceEvent.objects.filter(looked_by=trainer).count() == 2


@pytest.mark.parametrize("odd", ["²", "-1", "x", "9" * 30])
def test_an_odd_event_is_a_bad_request(client_of, trainer, day, odd):
    assert client_of(trainer).post(at("mark_looked", day), {"event": odd}).status_code == 400


@pytest.mark.parametrize("who", ["officer", "coordinator", "auditor"])
def test_who_may_not_read_the_register_gets_no_roster(request, client_of, who, day, arta):
    assert client_of(request.getfixturevalue(who)).get(at("register_people", day)).status_code in {403, 404}


def test_the_roster_takes_as_many_queries_for_one_person_as_for_three(client_of, trainer, session, day, arta):
    client, phone, now = client_of(trainer), Phone(), timezone.now()

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(at("register_people", day)).status_code == 200
        return len(captured)

    walk_ins = [phone.typed(name, "Testi", now) for name in ("Besa", "Drita", "Era")]
    phone.send(day, trainer, phone.tap(arta, "late", now), walk_ins=walk_ins[:1])
    one = queries()
    more = [ParticipationFactory(session=session) for _ in range(2)]
    phone.send(day, trainer, *(phone.tap(person, "late", now) for person in more), walk_ins=walk_ins[1:])
    assert queries() == one


def test_today_lists_the_accounts_own_sessions_with_the_way_to_each_register(client_of, trainer, session, day):
    SessionFactory(title="Tomorrow", created_by=trainer, start=timezone.localdate() + timedelta(days=1))
    SessionFactory(title="Somebody else's", start=timezone.localdate())
    text = client_of(trainer).get(reverse("attendance")).content.decode()
    assert f'data-register href="{at("register", day)}"' in text
    assert ("Tomorrow" in text, "Somebody else" in text) == (False, False)
    assert at("register", day) in client_of(trainer).get("/").content.decode(), "one tap from home"


def test_without_a_session_today_the_page_says_so(client_of, trainer):
    assert "No session of yours takes place today" in client_of(trainer).get(reverse("attendance")).content.decode()


@pytest.mark.parametrize("who", ["officer", "coordinator", "auditor", "editor"])
def test_today_is_for_those_who_mark(request, client_of, who):
    assert client_of(request.getfixturevalue(who)).get(reverse("attendance")).status_code == 403


@pytest.mark.parametrize("shell", ["today", "register"])
def test_the_pages_the_worker_keeps_are_the_same_for_all_and_name_nobody(client, client_of, trainer, arta, shell):
    address = reverse("attendance_shell", args=[shell])
    for_nobody, for_trainer = client.get(address), client_of(trainer).get(address)
    assert for_nobody.content == for_trainer.content
    text = for_trainer.content.decode()
    assert not [word for word in (trainer.name, trainer.email, "Krasniqi", "csrfmiddlewaretoken") if word in text]
    assert client.get(reverse("attendance_shell", args=["other"])).status_code == 404


def test_the_worker_knows_every_module_and_is_another_when_one_changes(client, monkeypatch, tmp_path):
    address = reverse("attendance_worker")
    first = client.get(address)
    text = first.content.decode()
    assert first.headers["Content-Type"].startswith("text/javascript")
    files = json.loads(re.search(r"^const FILES = (.*);$", text, re.MULTILINE)[1])
    loaded = {name for path in files if path.endswith(".js") for name in imported(path)}
    assert loaded <= set(files)
    assert client.get(address).content == first.content

    changed = tmp_path / "store.js"
    changed.write_text("// changed")
    find = finders.find
    monkeypatch.setattr(
        finders, "find", lambda name, **kw: str(changed) if name.endswith("store.js") else find(name, **kw)
    )
    assert client.get(address).content.splitlines()[0] != text.splitlines()[0]


def imported(path):
    module = Path(finders.find(path.removeprefix("/static/"))).read_text()
    return [
        f"/static/training/attendance/{name}"
        for name in re.findall(r'^import .* from "\./(.*)";$', module, re.MULTILINE)
    ]


def test_the_app_begins_and_ends_with_the_attendance_pages(client):
    told = client.get(reverse("attendance_manifest")).json()
    assert told["start_url"] == told["scope"] == "/attendance/"
    for icon in told["icons"]:
        assert finders.find(icon["src"].removeprefix("/static/"))
