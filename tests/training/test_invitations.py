"""Getting in: by invitation only, tied to the record there is, and never to more than the inviter has."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from tests.factories import AccountFactory, JurisdictionFactory, ParticipationFactory, PersonFactory, SessionFactory
from training.models import Account, Invitation, TrailEntry
from training.permissions import RoleName
from training.services import access
from training.services.roles import ensure_roles

pytestmark = pytest.mark.django_db
PASSWORD = "seven-silver-harbours-41"
EMAIL = "new.officer@mup.example"


@pytest.fixture
def letters(django_capture_on_commit_callbacks):
    """Run a piece of work as if committed, and give the letters it sent."""

    def run(work):
        before = len(mail.outbox)
        with django_capture_on_commit_callbacks(execute=True):
            work()
        return mail.outbox[before:]

    return run


@pytest.fixture
def macedonia(coordinator):
    place = JurisdictionFactory(code="MK")
    coordinator.jurisdictions.add(place)
    return place


def token_in(letter):
    return re.search(r"/invitation/([^/]+)/", letter.body)[1]


class TestInviting:
    def test_a_letter_with_a_link_that_works_once(self, letters, coordinator, macedonia):
        person = PersonFactory(jurisdiction=macedonia, email=EMAIL)
        (letter,) = letters(
            lambda: access.invite(by=coordinator, email=EMAIL.upper(), role=RoleName.OFFICER, person=person)
        )
        assert letter.to == [EMAIL]
        account = access.accept(token=token_in(letter), name="New Officer", password=PASSWORD)
        person.refresh_from_db()
        assert person.account == account
        assert account.role_names == {"officer"}
        assert account.check_password(PASSWORD)
        with pytest.raises(ValidationError, match="no longer works"):
            access.accept(token=token_in(letter), name="Again", password=PASSWORD)

    def test_the_secret_is_in_no_table(self, letters, administrator):
        (letter,) = letters(lambda: access.invite(by=administrator, email=EMAIL, role=RoleName.TRAINER))
        assert token_in(letter) not in str(list(Invitation.objects.values()))
        assert token_in(letter) not in str(list(TrailEntry.objects.values()))

    @pytest.mark.parametrize(
        ("inviter", "role"),
        [("trainer", "trainer"), ("manager", "coordinator"), ("coordinator", "administrator"), ("auditor", "officer")],
    )
    def test_nobody_hands_on_a_role_that_is_not_theirs_to_give(self, inviter, role):
        with pytest.raises(PermissionDenied):
            access.invite(by=AccountFactory(roles=[inviter]), email=EMAIL, role=RoleName(role))

    def test_nobody_invites_a_person_they_may_not_see(self, coordinator, macedonia):
        stranger = PersonFactory(jurisdiction=JurisdictionFactory(code="RS"))
        with pytest.raises(PermissionDenied):
            access.invite(by=coordinator, email=EMAIL, role=RoleName.OFFICER, person=stranger)

    def test_an_address_is_invited_once_to_a_role(self, administrator):
        access.invite(by=administrator, email=EMAIL, role=RoleName.TRAINER)
        with pytest.raises(ValidationError, match="open invitation"):
            access.invite(by=administrator, email=EMAIL, role=RoleName.TRAINER)

    def test_an_old_invitation_gives_way_to_a_new_one(self, administrator):
        old = access.invite(by=administrator, email=EMAIL, role=RoleName.TRAINER)
        Invitation.objects.update(expires_at=timezone.now() - timedelta(days=1))
        new = access.invite(by=administrator, email=EMAIL, role=RoleName.TRAINER)
        assert list(Invitation.objects.open()) == [new]
        assert old != new

    def test_whoever_has_the_role_is_not_invited_to_it(self, administrator, trainer):
        with pytest.raises(ValidationError, match="that role already"):
            access.invite(by=administrator, email=trainer.email, role=RoleName.TRAINER)

    def test_a_whole_roster_in_one_step(self, letters, trainer):
        session = SessionFactory(created_by=trainer)
        with_email = [ParticipationFactory(session=session, person__email=f"p{n}@mup.example") for n in range(2)]
        ParticipationFactory(session=session, person__email="")
        ParticipationFactory(
            session=session, person__account=AccountFactory(roles=["officer"]), person__email="x@y.example"
        )
        done = []
        sent = letters(lambda: done.append(access.invite_roster(session=session, by=trainer)))
        assert done == [access.RosterInvited(invited=2, have_account=1, without_email=1)]
        assert sorted(letter.to[0] for letter in sent) == [one.person.email for one in with_email]
        again = access.invite_roster(session=session, by=trainer)
        assert (again.invited, again.waiting) == (0, 2)

    def test_a_second_letter_kills_the_first_link(self, letters, administrator):
        (first,) = letters(lambda: access.invite(by=administrator, email=EMAIL, role=RoleName.TRAINER))
        (second,) = letters(lambda: access.send_again(invitation=Invitation.objects.get(), by=administrator))
        assert access.invitation_of(token_in(first)) is None
        assert access.invitation_of(token_in(second)) is not None

    def test_a_withdrawn_link_is_dead(self, letters, administrator, other_trainer):
        (letter,) = letters(lambda: access.invite(by=administrator, email=EMAIL, role=RoleName.TRAINER))
        with pytest.raises(PermissionDenied):
            access.withdraw_invitation(invitation=Invitation.objects.get(), by=other_trainer)
        access.withdraw_invitation(invitation=Invitation.objects.get(), by=administrator)
        assert access.invitation_of(token_in(letter)) is None


class TestAccepting:
    @pytest.fixture
    def link(self, letters, administrator):
        (letter,) = letters(lambda: access.invite(by=administrator, email=EMAIL, role=RoleName.OFFICER))
        return reverse("invitation", args=[token_in(letter)])

    def test_by_page(self, client, link):
        response = client.post(link, {"name": "New Officer", "password": PASSWORD, "again": PASSWORD}, follow=True)
        assert response.redirect_chain == [(reverse("account_login"), 302)]
        assert "Your access is ready" in response.content.decode()
        assert Account.objects.get(email=EMAIL).emailaddress_set.get().verified

    @pytest.mark.parametrize("password", ["password123", "new.officer", "12345678901", "short"])
    def test_a_weak_password_is_refused_and_nothing_is_made(self, client, link, password):
        page = client.post(link, {"name": "New Officer", "password": password, "again": password}).content.decode()
        assert 'class="errorlist"' in page
        assert not Account.objects.filter(email=EMAIL).exists()
        assert Invitation.objects.get().is_open

    def test_two_passwords_that_differ_are_refused(self, client, link):
        page = client.post(link, {"name": "N", "password": PASSWORD, "again": PASSWORD + "x"}).content.decode()
        assert "differ" in page

    def test_a_dead_link_tells_nothing_about_anybody(self, client):
        response = client.get(reverse("invitation", args=["made-up"]))
        assert response.status_code == 410
        assert "@" not in response.content.decode().split("<main")[1].split("</main>")[0]

    def test_an_address_with_an_account_takes_the_role_on_with_it(
        self, client, client_of, letters, administrator, trainer
    ):
        (letter,) = letters(lambda: access.invite(by=administrator, email=trainer.email, role=RoleName.AUDITOR))
        link = reverse("invitation", args=[token_in(letter)])
        assert f"{reverse('account_login')}?next={link}" in client.get(link).content.decode()
        assert client_of(trainer).post(link).status_code == 302
        assert Account.objects.get(pk=trainer.pk).role_names == {"trainer", "auditor"}

    def test_somebody_elses_account_cannot_take_it(self, client_of, link, trainer):
        client_of(trainer).post(link, {"name": "N", "password": PASSWORD, "again": PASSWORD})
        assert Account.objects.get(pk=trainer.pk).role_names == {"trainer"}

    def test_thirty_tries_in_a_minute_are_enough(self, client):
        from django.core.cache import cache

        cache.clear()
        codes = [client.get(reverse("invitation", args=[f"guess{n}"])).status_code for n in range(31)]
        assert codes == [410] * 30 + [429]
        cache.clear()


class TestAsking:
    def ask(self, client, **other):
        asked = {
            "name": "Ѓорѓи Тестовски", "email": EMAIL, "jurisdiction": JurisdictionFactory(code="MK").pk,
            "institution": "МВР", "reason": "Training of border police", **other,
        }  # fmt: skip
        return client.post(reverse("access_ask"), asked)

    def test_the_answer_is_the_same_for_a_known_address(self, client):
        first = self.ask(client).content
        AccountFactory(email=EMAIL)
        assert self.ask(client).content == first

    def test_the_coordinator_of_that_jurisdiction_finds_it_and_no_other(
        self, client, client_of, coordinator, macedonia
    ):
        self.ask(client)
        assert "Тестовски" in client_of(coordinator).get(reverse("access")).content.decode()
        elsewhere = AccountFactory(roles=["coordinator"])
        elsewhere.jurisdictions.add(JurisdictionFactory(code="RS"))
        assert "Тестовски" not in client_of(elsewhere).get(reverse("access")).content.decode()
        pk = coordinator.jurisdictions.get().access_requests.get().pk
        assert client_of(elsewhere).get(reverse("access_request", args=[pk])).status_code == 404

    def test_approving_ties_the_account_to_the_record_there_is(
        self, client, client_of, letters, coordinator, macedonia
    ):
        person = PersonFactory(given_name="Gjorgji", family_name="Testovski", jurisdiction=macedonia)
        self.ask(client)
        address = reverse("access_request", args=[macedonia.access_requests.get().pk])
        page = client_of(coordinator).get(address).content.decode()
        assert "Testovski, Gjorgji" in page
        (letter,) = letters(lambda: client_of(coordinator).post(address, {"person": person.pk, "do": "approve"}))
        access.accept(token=token_in(letter), name="Ѓорѓи", password=PASSWORD)
        person.refresh_from_db()
        assert person.account.email == EMAIL

    def test_or_makes_a_record_where_there_is_none(self, client, client_of, coordinator, macedonia):
        self.ask(client)
        address = reverse("access_request", args=[macedonia.access_requests.get().pk])
        new = {"person": "new", "given_name": "Ѓорѓи", "family_name": "Тестовски", "sex": "M"}
        assert client_of(coordinator).post(address, new).status_code == 302
        assert Invitation.objects.get().person.jurisdiction == macedonia

    def test_refusing_sends_no_letter(self, client, client_of, letters, coordinator, macedonia):
        self.ask(client)
        address = reverse("access_request", args=[macedonia.access_requests.get().pk])
        assert letters(lambda: client_of(coordinator).post(address, {"do": "refuse"})) == []
        assert macedonia.access_requests.get().state == "refused"
        assert client_of(coordinator).get(address).status_code == 404


class TestThePages:
    @pytest.mark.parametrize("role", ["editor", "auditor", "officer"])
    def test_are_closed_to_whoever_may_not_invite(self, role, client_of):
        client = client_of(AccountFactory(roles=[role]))
        assert client.get(reverse("access")).status_code == client.get(reverse("invite")).status_code == 403

    def test_a_trainer_is_offered_officers_only(self, client_of, trainer):
        page = client_of(trainer).get(reverse("invite"))
        assert [role for role, _label in page.context["form"].fields["role"].choices] == ["officer"]

    def test_a_coordinator_needs_a_jurisdiction(self, client_of, administrator):
        asked = {"email": EMAIL, "role": "coordinator"}
        page = client_of(administrator).post(reverse("invite"), asked).content.decode()
        assert "nothing they could see" in page
        assert not Invitation.objects.exists()

    def test_take_as_many_queries_for_three_invitations_as_for_one(
        self, client_of, administrator, django_assert_max_num_queries
    ):
        client = client_of(administrator)
        access.invite(by=administrator, email="a1@mup.example", role=RoleName.OFFICER)
        with django_assert_max_num_queries(8) as one:
            client.get(reverse("access"))
        for n in (2, 3):
            access.invite(by=administrator, email=f"a{n}@mup.example", role=RoleName.OFFICER)
        with django_assert_max_num_queries(8) as three:
            client.get(reverse("access"))
        assert len(three) == len(one)

    def test_the_roster_is_invited_from_the_session(self, client_of, trainer):
        session = SessionFactory(created_by=trainer)
        ParticipationFactory(session=session, person__email=EMAIL)
        client, address = client_of(trainer), reverse("roster_invite", args=[session.key])
        assert address in client.get(session.get_absolute_url()).content.decode()
        assert client.get(address).status_code == 200
        page = client.post(address, follow=True).content.decode()
        assert "1 person invited" in page


@pytest.fixture(autouse=True)
def roles(db):
    ensure_roles()
