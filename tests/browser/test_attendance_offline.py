"""A half-day in a room without network, in a browser: nothing is lost, nothing is doubled, and names do not stay."""

import json
import re
import time
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.sessions.models import Session as LogIn
from django.utils import timezone

from tests.browser.conftest import PHONE
from tests.factories import PASSWORD, JurisdictionFactory, ParticipationFactory, PersonFactory, SessionFactory
from training.models import Attendance, AttendanceEvent, Participation, WalkIn
from training.services.closing import sign_off
from training.views import offline

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SAID_OF_THE_NETWORK = ("ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "ERR_CONNECTION")
# Everything a browser keeps for us, as one text: databases, and what the worker has put away.
KEPT = """async () => {
  const found = {};
  for (const { name } of await indexedDB.databases()) {
    const database = await new Promise((resolve) => (indexedDB.open(name).onsuccess = (e) => resolve(e.target.result)));
    for (const store of database.objectStoreNames) {
      const asked = database.transaction(store).objectStore(store).getAll();
      found[store] = await new Promise((resolve) => (asked.onsuccess = () => resolve(asked.result)));
    }
    database.close();
  }
  const pages = [];
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) pages.push(request.url, await (await cache.match(request)).text());
  }
  return { ...found, pages };
}"""
REFUSES_TO_KEEP = """async () => {
  const opening = indexedDB.open("evidenca");
  const database = await new Promise((resolve) => (opening.onsuccess = () => resolve(opening.result)));
  const transaction = database.transaction("notes", "readwrite");
  transaction.objectStore("notes").put({ name: "probe", value: "" });
  return new Promise((resolve) => {
    transaction.oncomplete = () => resolve(false);
    transaction.onabort = () => resolve(transaction.error.name === "QuotaExceededError");
  }).finally(() => database.close());
}"""
TAPS = """() => {
  window.taps = [];
  addEventListener("click", (event) => {
    const button = event.target.closest("#marks button");
    const { width, height } = (button ?? event.target).getBoundingClientRect();
    window.taps.push([button?.value, Date.now(), width, height]);
  }, true);
}"""


@pytest.fixture
def session(trainer):
    home = JurisdictionFactory()
    return SessionFactory(title="Weapons", created_by=trainer, start=timezone.localdate(), jurisdictions=[home])


def fill(session, number):
    return [
        ParticipationFactory(
            session=session,
            person=PersonFactory(
                given_name=f"Name{n:02}", family_name=f"Trainee{n:02}-Test", email=f"t{n}@example.org"
            ),
        )
        for n in range(number)
    ]


@pytest.fixture
def phone(visit, trainer, session):
    """A trainer's phone on today's register; the worker has taken what it needs."""
    visitor = visit(PHONE)
    visitor.log_in(trainer)

    def opened():
        visitor.go(f"/attendance/{session.key}/{session.start}/")
        until(visitor.page, "Boolean(navigator.serviceWorker.controller)")
        unsent(visitor.page, "All saved")
        return visitor

    return opened


def unsent(page, text):
    page.locator("#unsent", has_text=re.compile(f"^{text}$")).wait_for()


def until(page, expression):
    """Asks until it is true. Playwright's own waiting needs eval, which our pages do not allow."""
    for _try in range(600):
        if page.evaluate(expression):
            return
        time.sleep(0.1)
    raise AssertionError(f"never true: {expression}")


def kept(page):
    return page.evaluate(KEPT)


def mark_all_by_thumb(page, number):
    """Taps once for each person, in the order of the list."""
    for row in range(number):
        page.locator(".people > li").nth(row).get_by_role("button", name="Mark").tap()
    page.locator("#progress", has_text=f"{number} of {number}").wait_for()


def walk_in(page, given, family, sex):
    page.get_by_role("button", name="Somebody else came").click()
    page.get_by_label("First name").fill(given)
    page.get_by_label("Last name").fill(family)
    page.get_by_label(sex, exact=True).check()
    page.get_by_role("button", name="Add, present").click()
    page.locator("li.present", has_text=f"{family}, {given}").wait_for()


def forget_network_faults(visitor):
    visitor.faults = [fault for fault in visitor.faults if not any(said in fault for said in SAID_OF_THE_NETWORK)]


def test_a_half_day_without_network_ends_with_every_mark_once_and_at_its_time(phone, session, trainer, monkeypatch):
    people = fill(session, 60)
    known = PersonFactory(given_name="Arta", family_name="Krasniqi-Test", jurisdiction=session.jurisdictions.get())
    visitor = phone()
    page, context = visitor.page, visitor.page.context
    context.set_offline(True)
    page.evaluate(TAPS)
    began = timezone.now()
    mark_all_by_thumb(page, 60)
    taps = page.evaluate("window.taps")
    assert timezone.now() - began < timedelta(minutes=2)
    assert sorted(int(value) for value, *_rest in taps) == [one.pk for one in people], "one tap a person"
    assert min(min(width, height) for _value, _at, width, height in taps) >= 44
    unsent(page, "60 unsent")

    page.reload()
    walk_in(page, "Arta", "Krasniqi-Test", "Woman")
    walk_in(page, "Besa", "Nova-Test", "Woman")
    visitor.check()
    page.close()
    page = visitor.page = context.new_page()
    page.goto(f"{visitor.server.url}/attendance/")
    page.get_by_role("link", name="Mark attendance").click()
    unsent(page, "62 unsent")
    assert page.locator("li.present.unsent").count() == 62
    assert not AttendanceEvent.objects.exists()

    log_in_expires_and_the_app_is_updated(visitor, trainer, monkeypatch)
    unsent(page, "All saved")
    visitor.check()
    assert not kept(page)["taps"]
    every_mark_is_there_once_and_at_its_time(taps, trainer)
    decide_on_both(visitor, known)
    assert Participation.objects.filter(days_attended=1).count() == 62
    forget_network_faults(visitor)


def log_in_expires_and_the_app_is_updated(visitor, trainer, monkeypatch):
    """While there was no network. Then it is back."""
    page = visitor.page
    LogIn.objects.all().delete()
    whole, (version,) = offline._shell, page.evaluate("caches.keys()")
    monkeypatch.setattr(offline, "_shell", lambda name: whole(name) + "<!-- a new version -->")
    page.context.set_offline(False)
    page.get_by_text("You are logged out").wait_for()
    page.evaluate("navigator.serviceWorker.getRegistration().then((known) => known.update())")
    until(page, f"caches.keys().then((names) => names.length === 1 && !names.includes('{version}'))")
    unsent(page, "62 unsent")
    assert not AttendanceEvent.objects.exists()
    page.get_by_role("link", name="Log in").click()
    page.locator("input[name=login]").fill(trainer.email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Log in").click()
    page.wait_for_url("**/attendance/**")


def every_mark_is_there_once_and_at_its_time(taps, trainer):
    assert Attendance.objects.filter(mark="present", by=trainer).count() == 60
    assert (AttendanceEvent.objects.count(), WalkIn.objects.count()) == (62, 2)
    events = {str(event.participation_id): event for event in AttendanceEvent.objects.exclude(participation=None)}
    assert len(events) == 60
    for value, at, *_size in taps:
        assert abs(events[value].at - datetime.fromtimestamp(at / 1000, UTC)) < timedelta(seconds=2)
        assert events[value].received_at > events[value].at


def decide_on_both(visitor, known):
    """One is somebody known, one is new."""
    page = visitor.page
    page.get_by_text("Walk-ins to decide on: 2").click()
    visitor.check()
    page.locator("li.card", has_text="Krasniqi-Test, Arta").get_by_role("button", name="This is them").click()
    page.get_by_text("Arta Krasniqi-Test is on the roster").wait_for()
    page.get_by_role("button", name="Add as somebody new").click()
    page.get_by_text("Nobody waits to be decided on").wait_for()
    assert Participation.objects.filter(person=known).count() == 1
    assert Participation.objects.filter(person__family_name="Nova-Test").count() == 1


def test_a_device_without_room_says_so_and_shows_nothing_that_is_not_kept(phone, session):
    fill(session, 2)
    visitor = phone()
    page, origin = visitor.page, visitor.server.url
    page.context.set_offline(True)
    devtools = page.context.new_cdp_session(page)
    devtools.send("Storage.overrideQuotaForOrigin", {"origin": origin, "quotaSize": 1})
    until(page, f"({REFUSES_TO_KEEP})()")  # Chromium looks at the quota twice a minute
    page.locator(".people > li").first.get_by_role("button", name="Mark").tap()
    page.locator("#said", has_text="no room left").wait_for()
    assert not page.locator("li.present").count()
    page.get_by_role("button", name="Somebody else came").click()
    page.get_by_label("First name").fill("Arta")
    page.get_by_label("Last name").fill("Krasniqi-Test")
    page.get_by_label("Woman", exact=True).check()
    page.get_by_role("button", name="Add, present").click()
    page.locator("#no-room", has_text="no room left").wait_for()
    visitor.check()
    assert not kept(page)["taps"]
    assert not kept(page)["walkins"]

    devtools.send("Storage.overrideQuotaForOrigin", {"origin": origin})
    page.get_by_role("button", name="Add, present").click()
    page.locator("li.present", has_text="Krasniqi-Test, Arta").wait_for()
    page.locator(".people > li").first.get_by_role("button", name="Mark").tap()
    unsent(page, "2 unsent")
    page.context.set_offline(False)
    unsent(page, "All saved")
    assert AttendanceEvent.objects.count() == 2
    forget_network_faults(visitor)


def test_an_answer_that_is_lost_doubles_nothing_and_the_undo_goes_the_same_way(phone, session):
    fill(session, 3)
    visitor = phone()
    page = visitor.page
    lost = []

    def lose(route):
        """The server takes it, and nobody hears of it."""
        lost.append(route.fetch())
        route.abort()

    page.route("**/sync/", lose, times=1)
    page.get_by_role("button", name="All present").click()
    page.get_by_text("No answer from the server").wait_for()
    assert [answer.status for answer in lost] == [200]
    assert page.locator("#unsent").inner_text() == "3 unsent"
    unsent(page, "All saved")
    assert AttendanceEvent.objects.count() == 3
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("Marks taken back: 3.").wait_for()
    unsent(page, "All saved")
    assert not Attendance.objects.exists()
    assert AttendanceEvent.objects.filter(undoes__isnull=False).count() == 3
    page.reload()
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("nothing of yours to undo").wait_for()
    forget_network_faults(visitor)


def test_a_session_signed_off_here_takes_its_names_off_the_device(phone, session, trainer):
    fill(session, 2)
    visitor = phone()
    assert "Trainee" in json.dumps(kept(visitor.page))
    sign_off(session=session, by=trainer)
    visitor.go(session.get_absolute_url())
    until(visitor.page, f"({KEPT})().then((found) => !JSON.stringify(found).includes('Trainee'))")


def test_two_phones_that_disagree_say_so_until_somebody_has_looked(phone, visit, trainer, session):
    (one,) = fill(session, 1)
    mine = phone()
    yours = visit(PHONE)
    yours.log_in(trainer)
    yours.go(f"/attendance/{session.key}/{session.start}/")
    yours.page.context.set_offline(True)
    mine.page.get_by_role("button", name="Mark").click()
    unsent(mine.page, "All saved")
    yours.page.locator(".people summary").click()
    yours.page.get_by_role("button", name="Absent").click()
    unsent(yours.page, "1 unsent")
    yours.page.context.set_offline(False)
    yours.page.get_by_text("Marked differently on two devices: 1").click()
    yours.page.get_by_role("heading", name="Marked differently on two devices").wait_for()
    yours.check()
    assert Attendance.objects.get(participation=one).mark == "absent"
    yours.page.get_by_role("button", name="I have looked at it").click()
    yours.page.locator(".differ").wait_for(state="detached")
    mine.page.reload()
    mine.page.locator("li.absent").wait_for()
    assert not mine.page.locator(".differ").count()


def test_names_stay_until_the_log_out_the_sign_off_or_the_next_day_and_contacts_never(phone, session, trainer):
    fill(session, 2)
    visitor = phone()
    page, context = visitor.page, visitor.page.context
    address = page.url
    has_names = lambda: "Trainee" in json.dumps(kept(page))  # noqa: E731
    here = json.dumps(kept(page))
    assert ("Trainee00-Test, Name00" in here, "@example.org" in here) == (True, False)
    assert not [text for text in kept(page)["pages"] if "Trainee" in text or trainer.name in text]

    context.set_offline(True)
    page.locator(".people > li").first.get_by_role("button", name="Mark").click()
    walk_in(page, "Besa", "Nova-Test", "Woman")
    page.clock.set_system_time(datetime.now(UTC) + timedelta(hours=25))
    page.reload()
    page.get_by_text("not kept on this device").wait_for()
    assert (has_names(), "Nova-Test" in json.dumps(kept(page)), len(kept(page)["taps"])) == (False, False, 2)
    page.clock.set_system_time(datetime.now(UTC))

    context.set_offline(False)
    page.goto(address)
    page.get_by_text("whose names are gone from this device: 1").wait_for()
    page.get_by_role("button", name="All right").click()
    unsent(page, "All saved")
    assert (has_names(), Attendance.objects.count()) == (True, 1)

    ask_before_a_log_out(visitor)
    assert not has_names()
    visitor.log_in(trainer)
    page.goto(address)
    unsent(page, "All saved")
    assert has_names()

    sign_off(session=session, by=trainer)
    page.locator(".people > li").last.get_by_role("button", name="Mark").click()
    page.get_by_text("This session is signed off").wait_for()
    assert (has_names(), len(kept(page)["taps"])) == (False, 1)
    assert page.locator("#unsent").inner_text() == "1 unsent", "what was marked stays in sight"
    visitor.go("/sessions/")
    page.get_by_text("Marks that are not sent from this device: 1").wait_for()
    visitor.check()
    forget_network_faults(visitor)
    visitor.faults = [fault for fault in visitor.faults if "403 (Forbidden)" not in fault]


def ask_before_a_log_out(visitor):
    """A walk-in that cannot be sent is asked about; a mark is a number and stays."""
    page = visitor.page
    page.route("**/sync/", lambda route: route.abort())
    walk_in(page, "Drita", "Nova-Test", "Woman")
    page.get_by_role("button", name="Log out").click()
    page.get_by_text("Walk-ins that are not sent yet: 1").wait_for()
    visitor.check()
    page.get_by_role("button", name="Stay").click()
    assert len(kept(page)["walkins"]) == 1
    page.get_by_role("button", name="Log out").click()
    page.get_by_role("button", name="Log out and lose them").click()
    page.get_by_role("heading", name="A record of who was there").wait_for()
    page.unroute("**/sync/")


def test_the_attendance_pages_can_be_put_on_a_phone_as_an_app(phone):
    visitor = phone()
    inspector = visitor.page.context.new_cdp_session(visitor.page)
    errors = inspector.send("Page.getInstallabilityErrors")["installabilityErrors"]
    # A test's browser is a private window, from which nothing is installed.
    assert {error["errorId"] for error in errors} == {"in-incognito"}
