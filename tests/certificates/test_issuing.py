"""Issuing: what a session is due, each once, frozen, and nothing to whom the register does not bear out."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from certificates.choices import Kind
from certificates.content import fingerprint
from certificates.models import Certificate, CertificateRule
from certificates.models.certificates import private_storage
from certificates.services.checking import check_serial
from certificates.services.eligibility import standings
from certificates.services.issuing import ChangedMeanwhileError, issue_one, issue_session
from certificates.services.reading import read_pdf
from tests.factories import AccountFactory, ParticipationFactory, PersonFactory, put_right
from training.choices import Role
from training.models import Participation, Session, TrailEntry
from training.services.closing import reopen
from training.services.person_merging import merge_people
from training.services.roles import ensure_roles

pytestmark = pytest.mark.django_db


def due(session):
    return {one.participation.person.given_name: one for one in standings(session)}


def test_the_register_decides_who_is_due_what_and_says_why(closed):
    found = due(closed)
    assert {name: one.kind for name, one in found.items()} == {
        "Ardita": Kind.COMPLETION,
        "Бојан": Kind.ATTENDANCE,
        "Cvetana": None,
    }
    assert found["Бојан"].reasons == ("There on 1 of 3 days; 3 complete it.",)


def test_the_test_of_a_training_stands_among_the_reasons(closed, training):
    training.pass_mark = 60
    training.save()
    with put_right(closed):
        Participation.objects.filter(session=closed).update(post_score=55)
    assert due(Session.objects.get(pk=closed.pk))["Ardita"].reasons[1] == "Test: 55; 60 are needed."


def test_trainers_of_a_session_and_who_withdrew_are_due_nothing(closed):
    withdrawn = {"outcome": "withdrawn", "withdrawn_at": closed.closed_at}
    ParticipationFactory(session=closed, role=Role.TRAINER, days_attended=3, outcome="completed")
    with put_right(closed):
        Participation.objects.filter(person__given_name="Ardita").update(**withdrawn)
    assert {one.kind for one in standings(closed)} == {None, Kind.ATTENDANCE}


def test_the_version_of_a_training_says_which_kinds_it_gives_and_for_how_long(closed, training, trainer):
    CertificateRule.objects.create(training=training, gives_attendance=False, months_valid=21)
    made = issue_session(session=closed, by=trainer).made
    assert [(one.kind, str(one.expires_on)) for one in made] == [("completion", "2028-02-15")]


def test_issuing_again_adds_none(closed, trainer):
    first = issue_session(session=closed, by=trainer)
    again = issue_session(session=closed, by=trainer)
    assert (len(first.made), first.had_one, first.not_due) == (2, 0, 1)
    assert (again.made, again.had_one, again.not_due) == ([], 2, 1)
    assert Certificate.objects.count() == 2


def test_nothing_is_issued_before_the_sign_off_or_by_somebody_from_elsewhere(closed, trainer, manager, other_trainer):
    with pytest.raises(PermissionDenied):
        issue_session(session=closed, by=other_trainer)
    session = reopen(session=closed, by=manager, reason="A name is missing.")
    with pytest.raises(ValidationError, match="signed off"):
        issue_session(session=session, by=trainer)
    assert not Certificate.objects.exists()


def test_who_is_due_nothing_gets_one_only_with_a_reason_from_somebody_who_may_decide(person_of, trainer, manager):
    absent = person_of("Cvetana")
    with pytest.raises(ValidationError, match="There on 0 of 3 days"):
        issue_one(participation=absent, by=trainer)
    with pytest.raises(PermissionDenied):
        issue_one(participation=absent, by=trainer, kind="attendance", override_reason="She was there.")
    with pytest.raises(ValidationError, match="Say in a sentence why"):
        issue_one(participation=absent, by=manager, kind="attendance", override_reason="  ")
    given = issue_one(participation=absent, by=manager, kind="attendance", override_reason="The list was lost.")
    assert (given.override_reason, given.content["result"]) == ("The list was lost.", "override")
    entry = TrailEntry.objects.get(action="certificate overridden")
    assert entry.detail == {"kind": "attendance", "override": "The list was lost."}
    assert entry.records["certificate"] == [given.pk]


def test_a_certificate_says_everything_and_keeps_its_hash(issued):
    said = issued["Ardita"].content
    assert (said["name"], said["title"], said["place"]) == ("Ardita Shtegu-Testi", "Weapons categorization", "Skopje")
    assert (said["hours"], said["days_attended"], said["days"], said["result"]) == ("18", 3, 3, "days")
    assert (said["start"], said["end"], said["project"]) == ("2026-05-13", "2026-05-15", "Borders and customs")
    assert issued["Ardita"].content_sha256 == fingerprint(Certificate.objects.get(pk=issued["Ardita"].pk).content)
    assert issued["Бојан"].content["hours"] == ""


def test_the_name_of_kosovo_carries_its_asterisk_and_footnote(closed, trainer):
    with put_right(closed):
        Session.objects.update(place="Pristina, Kosovo")
    said = issue_session(session=closed, by=trainer).made[0].content
    assert said["place"] == "Pristina, Kosovo*"
    assert "resolution 1244" in said["footnotes"][0]


def test_what_happens_to_the_person_later_changes_no_certificate(issued, closed, trainer):
    before = {one.pk: (one.content, read_pdf(certificate=one, by=trainer)) for one in issued.values()}
    for participation in Participation.objects.filter(session=closed):
        participation.person.family_name = "Renamed-Test"
        participation.person.save()
    closed.training.title = "Another title"
    closed.training.save()
    after = {one.pk: (one.content, read_pdf(certificate=one, by=trainer)) for one in Certificate.objects.all()}
    assert after == before


def test_merging_two_records_of_a_person_leaves_the_certificate_as_it_is(issued, person_of, administrator):
    certificate = Certificate.objects.get(pk=issued["Ardita"].pk)
    keep = PersonFactory(jurisdiction=person_of("Ardita").person.jurisdiction)
    before = (certificate.content, read_pdf(certificate=certificate, by=administrator))
    merge_people(keep=keep, away=person_of("Ardita").person, by=administrator)
    certificate = Certificate.objects.get(pk=certificate.pk)
    assert certificate.participation.person == keep
    assert (certificate.content, read_pdf(certificate=certificate, by=administrator)) == before
    assert check_serial(certificate.serial, name="Ardita Shtegu-Testi").is_good


@pytest.mark.parametrize(
    "change",
    [{"content": {"name": "Another"}}, {"pdf_sha256": "0" * 64}, {"serial": "EV-1"}, {"participation_id": 1}],
)
def test_the_database_refuses_to_change_what_a_certificate_says(issued, change):
    with pytest.raises(DatabaseError), transaction.atomic():
        Certificate.objects.update(**change)


def test_the_database_refuses_to_delete_a_certificate_or_take_a_revocation_back(issued, manager):
    ours = Certificate.objects.filter(pk=issued["Ardita"].pk)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM certificates_certificate")
    ours.update(revoked_at=issued["Ardita"].issued_at, revoked_by=manager, revoked_reason="Wrong person.")
    with pytest.raises(DatabaseError), transaction.atomic():
        ours.update(revoked_at=None, revoked_by=None, revoked_reason="")
    with pytest.raises(PermissionError):
        ours.get().delete()


def test_a_letter_without_a_glyph_is_refused_and_the_others_are_served(closed, trainer, person_of):
    person = person_of("Ardita").person
    person.given_name = "Ardita漢"
    person.save()
    done = issue_session(session=closed, by=trainer)
    assert [one.content["name"].split()[0] for one in done.made] == ["Бојан"]
    assert "no font here has 漢" in done.failed[0][1]


def test_a_register_that_changes_while_a_certificate_is_made_stops_it(closed, trainer, person_of, monkeypatch):
    from certificates.services import issuing

    made = issuing.certificate_pdf

    def meanwhile(content):
        Participation.objects.filter(pk=person_of("Ardita").pk).update(updated_at=closed.closed_at)
        return made(content)

    monkeypatch.setattr(issuing, "certificate_pdf", meanwhile)
    with pytest.raises(ChangedMeanwhileError):
        issue_one(participation=person_of("Ardita"), by=trainer)
    assert not Certificate.objects.exists()


def test_nobody_reads_the_certificates_of_people_they_may_not_see(issued, closed, other_trainer, person_of):
    ensure_roles()
    officer = AccountFactory(roles=["officer"])
    person_of("Ardita").person.__class__.objects.filter(given_name="Ardita").update(account=officer)
    assert list(Certificate.objects.visible_to(officer)) == [issued["Ardita"]]
    assert read_pdf(certificate=issued["Ardita"], by=officer).startswith(b"%PDF")
    for account, whose in ((officer, "Бојан"), (other_trainer, "Ardita")):
        with pytest.raises(PermissionDenied):
            read_pdf(certificate=issued[whose], by=account)


def test_a_certificate_costs_six_queries_and_no_more_with_three(closed, trainer, person_of):
    def cost(people):
        with put_right(closed):
            for _number in range(people):
                ParticipationFactory(session=closed, person=PersonFactory(), days_attended=3, outcome="completed")
        with CaptureQueriesContext(connection) as captured:
            assert len(issue_session(session=closed, by=trainer).made) == people
        return len(captured)

    issue_session(session=closed, by=trainer)
    fixed = cost(0)
    assert cost(1) - fixed <= 6
    assert cost(3) - fixed <= 18


def test_a_file_stays_in_the_store_only_with_its_certificate(closed, trainer, monkeypatch):
    from certificates.services import issuing

    def fails(**_told):
        raise RuntimeError

    kept, store = [], private_storage()
    with monkeypatch.context() as broken:
        broken.setattr(store, "save", lambda name, content, put=store.save: kept.append(put(name, content)) or kept[-1])
        broken.setattr(issuing.trail, "record", fails)
        with pytest.raises(RuntimeError):
            issue_session(session=closed, by=trainer)
    assert not Certificate.objects.exists()
    assert [store.exists(name) for name in kept] == [False]
