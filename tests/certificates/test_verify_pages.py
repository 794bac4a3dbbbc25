"""Checking without a log-in: by the code's text, by the page that is kept, and how often anybody may ask."""

import json
import re
from datetime import date

import pytest
from django.core.cache import cache
from django.urls import reverse

from certificates.choices import State
from certificates.keys import rotate
from certificates.models import CertificateRule
from certificates.serials import new_serial
from certificates.services.checking import check_statement, statement_in
from certificates.services.deciding import revoke
from certificates.services.issuing import issue_session
from tests.factories import ParticipationFactory, PersonFactory, SessionFactory
from training.choices import Outcome, SessionStatus
from training.models import Account, Training

pytestmark = pytest.mark.django_db
ASK = "/verify/"


@pytest.fixture(autouse=True)
def nobody_has_asked_yet():
    cache.clear()


@pytest.fixture
def code(issued):
    with issued["Ardita"].pdf.open("rb") as file:
        return statement_in(file.read())


def said(response):
    return response.content.decode()


def test_the_text_of_a_code_is_compared_with_the_register(client, issued, code, manager):
    for text in (code, f"https://example.org/verify/EV-1#{code}", f" {code[:50].lower()}\n {code[50:]}"):
        page = said(client.post(ASK, {"statement": text}))
        assert "What the code says is what the register says." in page
        assert issued["Ardita"].content["name"] in page
    other = code[:100] + ("A" if code[100] != "A" else "B") + code[101:]
    page = said(client.post(ASK, {"statement": other}))
    assert "was changed" in page
    assert issued["Ardita"].content["name"] not in page
    revoke(certificate=issued["Ardita"], by=manager, reason="Wrong person.")
    assert "was revoked on" in said(client.post(ASK, {"statement": code}))
    assert "This field is required" in said(client.post(ASK, {"statement": " "}))


def test_an_expired_one_leads_to_what_renewed_it(client, training):
    short = Training.objects.create(title="Refresher", topic=training.topic)
    CertificateRule.objects.create(training=training, months_valid=12).renewed_by.add(short)
    training.refresh_from_db()
    person, made = PersonFactory(), []
    for one, day in ((training, date(2022, 3, 1)), (short, date(2026, 3, 1))):
        session = SessionFactory(training=one, start=day, status=SessionStatus.CLOSED)
        ParticipationFactory(session=session, person=person, days_attended=1, outcome=Outcome.COMPLETED)
        made += issue_session(session=session, by=Account.objects.system()).made
    old, new = made
    page = said(client.get(reverse("verify_serial", args=[old.serial])))
    assert "was valid until" in page
    assert reverse("verify_serial", args=[new.serial]) in page
    assert old.serial in said(client.get(reverse("verify_serial", args=[new.serial])))


def test_what_is_kept_for_later_is_the_same_for_everybody_and_names_nobody(client, client_of, officer, issued, code):
    page = said(client.get("/verify/offline/"))
    for name in (issued["Ardita"].content["name"], issued["Ardita"].serial, "csrfmiddlewaretoken"):
        assert name not in page
    proof = json.loads(re.search(r'<script id="proof" type="application/json">(.*?)</script>', page)[1])
    assert set(proof) == {"keys", "revocations", "labels", "words", "worker"}
    assert proof["worker"] == {"address": "/verify/worker.js", "scope": "/verify/"}
    worker = client_of(officer).get("/verify/worker.js")
    assert worker.headers["Content-Type"] == "text/javascript"
    assert worker.content == client.get("/verify/worker.js").content
    keeps = json.loads(said(worker).partition("const KEEPS = ")[2].partition(";\n")[0])
    assert keeps["page"] == "/verify/offline/"
    assert all(address.startswith("/static/") for address in keeps["files"])
    assert [name for name in keeps["files"] if name not in page] == []


def test_a_new_key_leaves_what_the_old_one_signed_as_good_as_it_was(client, settings, tmp_path, closed, trainer):
    settings.CERTIFICATE_KEYS = tmp_path / "own-keys"
    made = issue_session(session=closed, by=trainer).made[0]
    with made.pdf.open("rb") as file:
        before = statement_in(file.read())
    old = {key["id"] for key in client.get("/verify/keys.json").json()["keys"]}
    rotate()
    published = client.get("/verify/keys.json").json()["keys"]
    assert old < {key["id"] for key in published}
    assert [key["signs"] for key in published] == [False, True]
    assert check_statement(before, offline=True).state == State.VALID
    assert "what the register says" in said(client.post(ASK, {"statement": before}))


@pytest.mark.parametrize("path", [ASK, "/verify/offline/", "/verify/revoked.json"])
def test_nobody_asks_without_end(client, path):
    codes = [client.get(path).status_code for _time in range(62)]
    assert (set(codes[:60]), set(codes[60:])) == ({200}, {429})


def test_guesses_at_the_page_from_many_addresses_find_nothing(client, issued):
    """So that no limit helps; ten thousand at once are asked in test_checking.py."""
    found = [
        client.get(reverse("verify_serial", args=[new_serial()]), REMOTE_ADDR=f"10.0.{number // 50}.1").status_code
        for number in range(300)
    ]
    assert set(found) == {404}
