"""Logging in and out, and that nothing but the way in is open to visitors."""

import re

import pytest
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db
LOGIN = reverse("account_login")
OPEN_TO_ALL = {
    "openid_connect_login",  # leads to the agency's own log-in, where one is set
    "openid_connect_callback",
    "socialaccount_login_cancelled",
    "socialaccount_login_error",
    "home",
    "health",
    "account_login",
    "account_logout",  # does nothing for a visitor but lead home
    "account_inactive",
    "access_ask",
    "privacy",
    "verify",
    "verify_keys",
    "verify_revoked",
    "verify_serial",
    "verify_offline",
    "verify_worker",
    "check_in",  # whoever has a number needs no account
    "check_in_scanned",
    "invitation",
    "attendance_shell",
    "attendance_worker",
    "attendance_manifest",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "mfa_authenticate",  # the second step of a log-in
}
SAMPLES = [
    (r"<int:[^>]+>", "1"),
    (r"<day:[^>]+>", "2026-05-13"),
    (r"<uuid:[^>]+>", "12345678-1234-5678-1234-567812345678"),
    (r"<[^>]+>", "abc"),
    (r"[\^$]", ""),
]


def every_address(patterns=None, before="/"):
    for pattern in patterns or get_resolver().url_patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from every_address(pattern.url_patterns, route)
        else:
            for found, sample in SAMPLES:
                route = re.sub(found, sample, route)
            yield pattern.name, route, pattern.callback


def log_in(client, email="trainer@example.org", password=PASSWORD, **more):
    return client.post(LOGIN, {"login": email, "password": password, **more})


def test_every_page_but_the_way_in_needs_a_log_in(client):
    addresses = [found for found in every_address() if found[0] not in OPEN_TO_ALL]
    assert len(addresses) > 50
    for name, route, view in addresses:
        if "(?P" in route:  # no sample fits these: ask the view what the middleware asks it
            assert getattr(view, "login_required", True), (name, route)
            continue
        response = client.get(route)
        assert response.status_code == 302, (name, route)
        assert response.url.startswith((LOGIN, "/admin/login/")), (name, route, response.url)


@pytest.mark.parametrize("name", ["home", "health", "account_login", "account_reset_password"])
def test_the_way_in_is_open(client, name):
    assert client.get(reverse(name)).status_code == 200


def test_a_person_logs_in_with_their_address_whatever_its_case(client, trainer):
    assert log_in(client, email="Trainer@Example.org").url == reverse("home")
    assert client.get(reverse("sessions")).status_code == 200


def test_a_wrong_password_is_refused_in_words(client, trainer):
    page = log_in(client, password="not-this-one")
    assert page.status_code == 200
    assert "not correct" in page.content.decode()
    assert client.get(reverse("sessions")).status_code == 302


def test_after_the_log_in_one_is_where_one_wanted_to_go(client, trainer):
    wanted = reverse("session_new")
    asked = client.get(wanted)
    page = client.get(asked.url).content.decode()
    assert f'name="next" value="{wanted}"' in page
    assert log_in(client, next=wanted).url == wanted


def test_nobody_is_sent_to_another_site_after_the_log_in(client, trainer):
    assert log_in(client, next="https://example.com/").url == reverse("home")


def test_whoever_is_logged_in_is_not_asked_again(client_of, trainer):
    assert client_of(trainer).get(LOGIN).url == reverse("home")


def test_logging_out_takes_a_post_and_ends_the_session(client_of, trainer):
    client = client_of(trainer)
    assert "Do you want to log out?" in client.get(reverse("account_logout")).content.decode()
    assert client.get(reverse("sessions")).status_code == 200
    assert client.post(reverse("account_logout")).url == reverse("home")
    assert client.get(reverse("sessions")).status_code == 302


def test_there_is_no_sign_up(client):
    assert client.get(reverse("account_signup")).url.startswith(LOGIN)


def test_an_account_that_is_not_active_stays_outside(client, trainer):
    trainer.is_active = False
    trainer.save()
    log_in(client)
    assert client.get(reverse("sessions")).status_code == 302


def test_a_forgotten_password_is_set_anew_by_mail(client, trainer, mailoutbox):
    client.post(reverse("account_reset_password"), {"email": trainer.email})
    link = re.search(r"/account/password/reset/key/\S+", mailoutbox[0].body).group()
    form = client.get(link, follow=True)
    assert "Set a new password" in form.content.decode()
    new = "another-long-word-9"
    client.post(form.redirect_chain[-1][0], {"password1": new, "password2": new})
    assert log_in(Client(), password=new).url == reverse("home")


def test_the_way_into_the_admin_is_our_log_in(client):
    assert client.get("/admin/").url == f"{LOGIN}?next=/admin/"
    assert client.get("/admin/login/?next=/admin/").url == f"{LOGIN}?next=/admin/"


def test_an_unknown_page_is_said_in_our_words(client_of, trainer):
    response = client_of(trainer).get("/no-such-page/")
    assert response.status_code == 404
    assert "There is no such page" in response.content.decode()
