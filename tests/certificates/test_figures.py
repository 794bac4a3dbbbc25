"""Certificates in the statistics: what is eligible, pending and issued, by anything, and the records behind it."""

import io
import json
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from certificates.models import Certificate, CertificateRule
from certificates.services.deciding import revoke, supersede
from certificates.services.eligibility import standings
from certificates.services.issuing import issue_one, issue_session
from certificates.statistics.asking import ask_about
from certificates.statistics.counting import Reading, behind, reconciled
from certificates.statistics.listing import Wanted, certificates_for
from tests.factories import JurisdictionFactory, ParticipationFactory, PersonFactory, SessionFactory, put_right
from training.choices import Modality, Outcome, Role, SessionStatus, Sex
from training.models import Participation, Session, TrailEntry

pytestmark = pytest.mark.django_db
TABLES = [
    "rows=jurisdiction&columns=sex", "rows=certificate&columns=state", "rows=training&columns=year",
    "rows=issued&columns=", "rows=written_in&columns=state", "rows=session&columns=sex",
    "rows=institution_type&columns=institution",
]  # fmt: skip


@pytest.fixture
def everything(closed, person_of, manager, training):
    """One of each: valid, expired, revoked, superseded, overridden, no longer borne out, pending, and none of it."""
    for given in ("Women", "Men", "Unknown"):
        sex = {"Women": Sex.WOMEN, "Men": Sex.MEN, "Unknown": Sex.NOT_RECORDED}[given]
        person = PersonFactory(given_name=given, sex=sex, jurisdiction=JurisdictionFactory(code="XK"))
        ParticipationFactory(session=closed, person=person, days_attended=3, outcome=Outcome.COMPLETED)
    ParticipationFactory(session=closed, role=Role.OBSERVER, days_attended=3, outcome=Outcome.ATTENDED)
    made = {one.content["name"].split()[0]: one for one in issue_session(session=closed, by=manager).made}
    revoke(certificate=made["Women"], by=manager, reason="Wrong person.")
    supersede(certificate=made["Men"], by=manager, reason="Misspelt.")
    issue_one(participation=person_of("Cvetana"), by=manager, kind="attendance", override_reason="The list was lost.")
    with put_right(closed):
        Participation.objects.filter(pk=made["Бојан"].participation_id).update(days_attended=0, outcome=Outcome.ABSENT)
    CertificateRule.objects.create(training=training, months_valid=12)
    long_ago = {"start": timezone.localdate() - timedelta(days=900), "language": "mk", "project": closed.project}
    for status, number in ((SessionStatus.CLOSED, 2), (SessionStatus.DELIVERED, 3)):
        session = SessionFactory(training=training, status=status, **long_ago)
        for _one in range(number):
            ParticipationFactory(session=session, days_attended=1, outcome=Outcome.COMPLETED)
    first = Participation.objects.filter(session__status=SessionStatus.CLOSED, session__language="mk").first()
    issue_one(participation=first, by=manager)
    course = SessionFactory(modality=Modality.SELF_PACED, status=SessionStatus.OPEN)
    ParticipationFactory(session=course, outcome=Outcome.COMPLETED, completed_on=timezone.localdate())
    return made


def asked(address, reader):
    return ask_about(QueryDict(address), reader=reader)


def recount():
    """The same from what each session's page says of each person."""
    found = {"eligible": 0, "pending": 0, "issued": 0}
    for session in Session.objects.filter(participations__isnull=False).distinct():
        if session.status == SessionStatus.CLOSED or session.modality == Modality.SELF_PACED:
            own = standings(session)
            found["pending"] += sum(one.is_pending for one in own)
            found["issued"] += sum(one.certificate is not None for one in own)
            found["eligible"] += sum(one.kind is not None or one.certificate is not None for one in own)
    return found


def test_issued_is_eligible_less_pending_as_the_pages_of_the_sessions_say(everything, auditor):
    told = reconciled(asked("", auditor))
    assert {name: getattr(told, name) for name in ("eligible", "pending", "issued")} == recount()
    assert told.issued == told.eligible - told.pending == 7
    assert (told.valid, told.expired, told.revoked, told.pending) == (5, 1, 1, 2)
    assert (told.overridden, told.not_borne, told.awaiting) == (1, 1, 3)


@pytest.mark.parametrize("address", TABLES)
def test_the_cells_of_a_table_add_up_and_each_opens_onto_as_many(everything, auditor, administrator, address):
    question = asked(address, auditor)
    table = Reading(question, question.by).table(question)
    assert table.total.participations == (9 if "state" in question.by else 7)
    assert sum(cell.participations for cell in table.cells) == table.total.participations
    for subset, cell in table.places():
        codes = dict(zip(subset, cell.codes, strict=True))
        assert sum(number for _key, number in behind(question, codes)) == cell.participations
        narrowed = urlencode(question.narrowed_to(codes))
        if narrowed and codes.get("state", "pending" if "state" in question.by else "") != "pending":
            listed = certificates_for(administrator, Wanted(asked=asked(narrowed, administrator)))
            assert listed.count() == cell.participations


def test_filters_narrow_every_figure_alike(everything, auditor, training, closed):
    for address, number in {
        f"training={training.pk}": 7,
        "certificate=completion": 5,
        "certificate=attendance&state=valid": 2,
        "state=revoked": 1,
        "state=pending": 2,
        "written_in=mk": 1,
        f"issued={timezone.localdate().year}": 7,
        "issued=1999": 0,
        f"session={closed.key}": 6,
        "jurisdiction=XK": 3,
        "jurisdiction=XK&sex=M": 1,
        "start=2026-01-01": 6,
    }.items():
        question = asked(f"rows=sex&columns=&{address}", auditor)
        assert Reading(question, question.by).table(question).total.participations == number, address


def test_a_word_that_means_nothing_is_refused_with_what_would_be_accepted(auditor, client_of):
    answer = client_of(auditor).get(reverse("certificate_table"), {"rows": "colour", "state": "lost", "issued": "soon"})
    page = answer.content.decode()
    assert answer.status_code == 400
    for said in ("Unknown: colour", "Unknown: lost. Possible: valid, expired, revoked, pending.", "a year, as 2026"):
        assert said in page
    assert client_of(auditor).get(reverse("certificate_figures"), {"sex": "X"}).status_code == 400


def test_the_page_shows_what_adds_up_and_where_it_leads(everything, client_of, auditor):
    client = client_of(auditor)
    page = client.get(reverse("certificate_figures")).content.decode()
    for said in ("Certificates of women and men, by jurisdiction", "given by decision", "no longer what the register"):
        assert said in page
    assert reverse("certificate_register") not in page
    behind = client.get(reverse("certificate_records"), {"state": "pending", "rows": "sex", "columns": ""})
    assert [number for _session, number, _may in behind.context["rows"]] == [1, 1]
    assert behind.context["total"] == 2
    assert client.get(reverse("certificate_records"), {"cell": "colour:red"}).status_code == 404


def test_who_reads_no_figures_gets_none_and_a_trainer_those_of_their_own_sessions(
    everything, client_of, trainer, other_trainer, officer, editor
):
    for account in (officer, editor):
        for name in ("certificate_figures", "certificate_table", "certificate_records"):
            assert client_of(account).get(reverse(name)).status_code == 403
        assert client_of(account).get(reverse("certificate_download", args=["csv"])).status_code == 403
    assert reconciled(asked("", trainer)).issued == 6
    assert reconciled(asked("", other_trainer)).issued == 0
    assert "Nothing to count" in client_of(other_trainer).get(reverse("certificate_figures")).content.decode()


def test_donors_get_no_small_group_and_no_door_into_the_register(everything, client_of, auditor):
    address = reverse("certificate_table")
    given = {"rows": "jurisdiction", "columns": "sex", "audience": "donor"}
    inside = client_of(auditor).get(address, {"rows": "jurisdiction", "columns": "sex"}).content.decode()
    outside = client_of(auditor).get(address, given).content.decode()
    assert reverse("certificate_records") in inside
    assert '<abbr title="withheld">c</abbr>' in outside
    assert reverse("certificate_records") not in outside
    answer = client_of(auditor).get(reverse("certificate_download", args=["json"]), given)
    told = json.loads(answer.content)
    assert {row["participations"] for row in told["rows"]} <= {"c", 0, 7}
    redirected = client_of(auditor).get(reverse("certificate_figures"), {"audience": "donor"})
    assert redirected.url.startswith(address)


def test_a_table_is_taken_away_under_a_number_that_stands_in_the_trail(everything, client_of, manager):
    import openpyxl

    given = {"rows": "jurisdiction", "columns": "sex", "jurisdiction": "XK"}
    found = {}
    for kind in ("xlsx", "pdf", "png", "svg", "csv", "csv-with-notes", "json"):
        answer = client_of(manager).get(reverse("certificate_download", args=[kind]), given)
        assert answer.status_code == 200, answer.content.decode()
        found[kind] = answer
    entries = TrailEntry.objects.filter(action="certificate figures downloaded")
    assert entries.count() == len(found)
    assert entries.last().detail == {"by": ["jurisdiction", "sex"], "format": "xlsx", "for": "internal"}
    sheet = openpyxl.load_workbook(io.BytesIO(found["xlsx"].content)).worksheets[0]
    values = [cell.value for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert "Certificates. Jurisdiction: Kosovo*." in values
    assert f"-{entries.last().pk}." in found["xlsx"].headers["Content-Disposition"]
    assert [value for value in values if isinstance(value, int)] == [1, 1, 1, 3, 50, 2] * 2
    assert client_of(manager).get(reverse("certificate_download", args=["iati"]), given).status_code == 404


def test_the_pages_cost_as_many_queries_with_three_sessions_as_with_one(everything, client_of, auditor, training):
    client = client_of(auditor)

    def queries():
        spent = []
        for name in ("certificate_figures", "certificate_table", "certificate_records"):
            with CaptureQueriesContext(connection) as captured:
                assert client.get(reverse(name), {"sex": "F"}).status_code == 200
            spent.append(len(captured))
        return spent

    one = queries()
    for _number in range(3):
        session = SessionFactory(training=training, status=SessionStatus.CLOSED)
        for _person in range(3):
            ParticipationFactory(session=session, days_attended=1, outcome=Outcome.COMPLETED)
    assert queries() == one


def test_a_certificate_is_counted_wherever_its_person_and_session_went(everything, auditor, closed):
    """Its holder is an observer now, and the session open again."""
    held = Certificate.objects.current().filter(participation__session=closed)
    Session.objects.filter(pk=closed.pk).update(status=SessionStatus.DELIVERED, closed_at=None, closed_by=None)
    Participation.objects.filter(pk__in=held.values("participation")).update(role=Role.OBSERVER)
    told = reconciled(asked(f"session={closed.key}", auditor))
    assert (told.issued, told.pending, told.eligible) == (held.count(), 0, held.count())
