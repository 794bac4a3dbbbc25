"""Whatever is sent, by whomever, to whichever address: no error of ours, and nobody's name from another scope."""

from http.cookies import SimpleCookie

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.access.addresses import ours
from tests.access.asking import arguments_of, asks_of
from tests.access.fuzzing import FOREIGN, arguments, fields_read_by, sent
from tests.access.world import build_world

pytestmark = pytest.mark.django_db
EVERY = settings(
    max_examples=5, deadline=None, suppress_health_check=list(HealthCheck), database=None, derandomize=True
)
ROLES = ["anonymous", "nobody", "officer", "trainer", "manager", "coordinator", "editor", "auditor", "administrator"]


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        yield build_world()
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def clients(world):
    """A browser for each role; a request that fails raises what it failed with."""
    found = {}
    for role in ROLES:
        found[role] = Client()
        if role in world.accounts:
            found[role].force_login(world.accounts[role])
    return {role: (client, client.cookies.output(header="", sep="; ")) for role, client in found.items()}


def ask(clients, role, method, path, data):
    """The answer; what the request did is taken back, and so is a log-in or log-out."""
    client, cookies = clients[role]
    client.cookies = SimpleCookie(cookies)
    cache.clear()
    with transaction.atomic():
        answer = getattr(client, method.lower())(path, data)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        transaction.set_rollback(True)
    return answer, body


def test_a_name_of_another_scope_would_be_seen(world, clients):
    for role, seen in (("administrator", True), ("coordinator", False)):
        _answer, body = ask(clients, role, "GET", reverse("people"), {})
        assert bool(FOREIGN.search(body.decode())) is seen


@pytest.mark.parametrize("address", ours(), ids=lambda address: f"{address.name} {address.route}")
def test_nothing_breaks_and_no_name_of_another_scope_comes_out(world, clients, address):
    known = {}

    @EVERY
    @given(st.data())
    def anything_sent(data):
        role = data.draw(st.sampled_from(ROLES), "role")
        place = world.places[data.draw(st.sampled_from(["Near", "Far"]), "place")]
        usual = arguments_of(address, place, world.accounts.get(role))
        path = reverse(address.name, kwargs=data.draw(arguments(usual), "arguments"))
        if "form" not in known:
            page, body = ask(clients, "administrator", "GET", reverse(address.name, kwargs=usual), {})
            is_page = page.get("Content-Type", "").startswith("text/html") and body.strip()
            known["form"] = fields_read_by(body) if is_page else {}
        asked = data.draw(st.sampled_from(asks_of(address)), "asked")
        form = data.draw(sent(known["form"], asked.sent(place, world.accounts.get(role))), "form")
        answer, body = ask(clients, role, asked.method, path, form)
        assert answer.status_code < 500
        if role != "administrator":
            assert not FOREIGN.search(body.decode(errors="replace"))

    anything_sent()
