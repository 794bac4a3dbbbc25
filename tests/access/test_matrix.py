"""Every address, asked by every role, inside and outside its scope, answers what `matrix.txt` says, and no word more.

A new address fails here until it has its rows: say in `asking.py` what its arguments are, run
`make matrix`, and read the difference.
"""

import re
from http.cookies import SimpleCookie

import pytest
from django.contrib.auth.models import Group
from django.db import transaction
from django.test import Client
from django.urls import reverse
from wagtail.models import Locale

from project.middleware import SecondFactorMiddleware
from tests.access import matrix
from tests.access.addresses import every_address, ours, wagtails
from tests.access.asking import arguments_of
from tests.access.commands import every_command, run_all
from tests.access.rights import every_right, rights_of
from tests.access.secrets import secrets_from, told
from tests.access.walking import COLUMNS, Visitor, walk
from training.models import Account
from training.permissions import SECOND_FACTOR_ROLES

pytestmark = pytest.mark.django_db
HEADERS = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
OTHER_METHODS = ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
heaviest_first = sorted(COLUMNS, key=lambda column: column.role not in {"administrator", "manager", "coordinator"})


def faults_of(response, path):
    """What is missing of the headers every answer carries."""
    for name, value in HEADERS.items():
        if response.headers.get(name) != value:
            yield f"{name}: {response.headers.get(name)}"
    if "camera=()" not in response.headers.get("Permissions-Policy", ""):
        yield "no Permissions-Policy"
    policy = response.headers.get("Content-Security-Policy", "")
    allowed = ("default-src 'self'", "default-src 'none'")
    if not policy.startswith(allowed) or ("unsafe" in policy and not path.startswith("/admin/")):
        yield f"Content-Security-Policy: {policy}"
    kept = response.headers.get("Cache-Control", "")
    if "_auth_user_id" in response.wsgi_request.session and "no-store" not in kept and not may_be_kept(path, kept):
        yield f"kept by browsers: {kept}"


def may_be_kept(path, kept):
    """The reader's own browser keeps pictures of courses, so that they load once; none that are restricted."""
    if path.endswith("/worker.js"):
        return kept == "no-cache"  # the same for everybody, and asked for anew each time
    return path.startswith("/courses/<slug:slug>/pictures/") and kept.startswith("private, ")


@pytest.mark.parametrize("column", heaviest_first, ids=lambda column: column.name)
def test_every_address_answers_what_the_matrix_says(world, column):
    expected = {row: cells[column.name] for row, cells in matrix.read().items()}
    secrets, found, faults = secrets_from(column, world), {}, []
    for answer in walk(world, column, ours()):
        found[answer.row] = answer.outcome
        said = [*told(answer, column, secrets), *faults_of(answer.response, f"/{answer.address.route}")]
        faults += [f"{answer.row}: {what}" for what in said]
    found |= dict(run_all(world, column)) | dict(rights_of(world, column))
    assert not faults
    assert "500" not in found.values()
    asked = {row: cell for row, cell in expected.items() if cell != matrix.NOT_ASKED}
    differing = {row: (asked.get(row), found.get(row)) for row in asked.keys() | found.keys()}
    assert not {row: pair for row, pair in differing.items() if pair[0] != pair[1]}, "address: (the matrix, the site)"


def test_every_address_of_ours_and_of_the_log_in_has_its_rows():
    """So that nothing is left out by the walk itself."""
    asked = {row.split()[0].partition("#")[0] for row in matrix.read()}
    commands = {f"manage.py:{name}" for name in every_command()}
    assert asked == {f"/{address.route}" for address in ours()} | commands | set(every_right())
    assert len(asked) > 200


def test_no_address_takes_another_method(world):
    visitor = Visitor(world.accounts["administrator"])
    for address in every_address():
        path = _some_path(address, world)
        for method in OTHER_METHODS:
            response = getattr(visitor.client, method.lower())(path)
            assert response.status_code == 405, (method, path)
            assert not list(faults_of_refusal(response))


def faults_of_refusal(response):
    return (name for name, value in HEADERS.items() if response.headers.get(name) != value)


def test_no_form_is_taken_without_its_token(world):
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.accounts["administrator"])
    for address in ours():
        response = client.post(_some_path(address, world))
        assert response.status_code in {403, 405}, address.route


@pytest.mark.parametrize("role", sorted(SECOND_FACTOR_ROLES))
def test_without_a_second_factor_these_roles_reach_nothing(world, settings, role):
    settings.SECOND_FACTOR_REQUIRED = True
    visitor = Visitor(world.accounts[role])
    for address in ours():
        response = visitor.client.get(_some_path(address, world))
        if not f"/{address.route}".startswith(SecondFactorMiddleware.OPEN):
            assert response.url == reverse("second_factor"), address.route


@pytest.mark.parametrize("role", ["trainer", "officer", "nobody"])
def test_the_others_work_without_one(world, settings, role):
    settings.SECOND_FACTOR_REQUIRED = True
    assert Visitor(world.accounts[role]).client.get("/").status_code == 200


# Wagtail's own: the sign that nobody is let in, what every browser may load, and ways out.
OPEN_IN_WAGTAIL = {
    "wagtailadmin_sprite",
    "wagtailadmin_login",
    "wagtailadmin_logout",
    "wagtailadmin_javascript_catalog",
}
# Where Wagtail has nothing for anybody: passwords are set at the log-in's own addresses.
SHUT_IN_WAGTAIL = {address.name for address in wagtails() if address.route.startswith("admin/password_reset/")}
# What whoever keeps courses has no work in: accounts and roles, whole kinds of records, where records may lie.
CLOSED_TO_KEEPERS = ("users", "groups", "locales", "snippets")
KNOWN = {"users": Account, "groups": Group, "locales": Locale}


@pytest.mark.parametrize("role", ["anonymous", "nobody", "officer", "trainer", "manager", "coordinator", "auditor"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_whoever_keeps_no_records_gets_into_nothing_of_wagtails(world, role, method):
    for address, response in _asked_of_wagtail(world, role, method):
        if address.name in SHUT_IN_WAGTAIL and role != "anonymous":
            assert response.status_code == 404, address.route
        elif address.name not in OPEN_IN_WAGTAIL:
            assert response.status_code in {302, 403}, address.route
            assert response.status_code != 302 or response.url.startswith(
                (reverse("admin_door"), reverse("account_login"))
            )


@pytest.mark.parametrize("role", ["editor", "administrator"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_whoever_keeps_courses_has_no_accounts_and_no_roles_in_wagtail(world, role, method):
    """Accounts come about by invitation, and roles with them: Wagtail's own pages for both open to nobody."""
    closed = 0
    for address, response in _asked_of_wagtail(world, role, method):
        if address.route.startswith(tuple(f"admin/{section}/" for section in CLOSED_TO_KEEPERS)):
            closed += 1
            assert (response.status_code, response.url) == (302, reverse("wagtailadmin_home")), address.route
    assert closed > 20


def _asked_of_wagtail(world, role, method):
    """Each address of Wagtail's own with its answer to this account; what a request did is taken back."""
    visitor = Visitor(world.accounts.get(role))
    for address in wagtails():
        visitor.client.cookies = SimpleCookie(visitor.cookies)
        with transaction.atomic():
            response = getattr(visitor.client, method)(_some_path(address, world))
            transaction.set_rollback(True)
        yield address, response


def _some_path(address, world):
    """An address with the near records where we know them, else with anything of the right form."""
    if not address.is_wagtails:
        return reverse(address.name, kwargs=arguments_of(address, world.places["Near"], None))
    known = (model for section, model in KNOWN.items() if address.route.startswith(f"admin/{section}/"))
    model = next(known, None)
    return "/" + sample_of(address.route, str(model.objects.first().pk) if model else "1")


def sample_of(route, number="1"):
    """The route with a value of the right form for each of its arguments."""
    route = re.sub(r"<int:[^>]+>", number, route)
    route = re.sub(r"<(?:str|slug|path):[^>]+>|<[^>:?]+>", "x", route)
    route = re.sub(r"\(\?P<[^>]+>[^)]*\)\??", "1", route)
    return re.sub(r"[\^$?]", "", route).replace("\\Z", "")


def test_no_file_is_served_but_by_the_door_that_asks(client_of, administrator):
    client = client_of(administrator)
    for path in ("/media/secret.pdf", "/documents/1/secret.pdf", "/images/1/secret.png", "/files/secret.pdf"):
        assert client.get(path).status_code == 404
