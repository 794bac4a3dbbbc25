"""Erasing a person: no figure changes, and the name is in no table, file or log afterwards."""

import itertools
import sqlite3
import zipfile

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client

from tests.factories import (
    PASSWORD,
    AccountFactory,
    InstitutionFactory,
    JurisdictionFactory,
    ParticipationFactory,
    PersonFactory,
    SessionFactory,
)
from tests.together import asked
from tests.training.rosters import apply, people
from training.choices import AnswerState, DataRequestKind, Mark, Outcome, RequestState
from training.imports import uploads
from training.models import (
    AccessRequest,
    Account,
    DataRequest,
    Invitation,
    Participation,
    Person,
    PersonMerge,
    RosterImport,
    TrailEntry,
)
from training.names import match_key, search_key, to_latin
from training.permissions import RoleName
from training.services.access import ask_for_access, invite
from training.services.attendance import mark_all
from training.services.duplicates import duplicates_of
from training.services.erasure import erase_person
from training.services.mentions import mentions_of
from training.services.people import find
from training.services.person_merging import merge_people, undo_person_merge
from training.statistics.engine import ask
from training.statistics.question import Question

pytestmark = pytest.mark.django_db
GIVEN, FAMILY, ADDRESS = "Ѓорѓина", "Брезоска", "gj.brezoska@mvr.example"
TRACES = [*{form for name in (GIVEN, FAMILY) for form in (name, to_latin(name), match_key(name), search_key(name))}]
TRACES += ["brezoska@", "Chief of the vault"]


def every_word_in_the_database():
    """All rows of all tables, Django's own and those of the libraries too, in every form a name could take."""
    text = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 our own tables
            text += [str(value) for row in cursor.fetchall() for value in row]
    whole = "\n".join(text)
    return whole + whole.encode().decode("unicode_escape", errors="ignore")


def every_word_in(folder):
    """All files below a folder as they are, and what is packed in those that are archives."""
    for path in (path for path in folder.rglob("*") if path.is_file()):
        yield path.name + path.read_bytes().decode(errors="ignore")
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as packed:
                yield from (packed.read(name).decode(errors="ignore") for name in packed.namelist())


def traces_in(*texts):
    return sorted({trace for trace in TRACES for text in texts if trace.casefold() in text.casefold()})


@pytest.fixture(autouse=True)
def own_data(settings, tmp_path):
    settings.DATA_DIR = tmp_path / "data"
    settings.DATA_DIR.mkdir()
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            "LOCATION": settings.DATA_DIR / "cache",
        }
    }


@pytest.fixture
def home(coordinator):
    home = JurisdictionFactory(code="MK")
    coordinator.jurisdictions.add(home)
    return home


@pytest.fixture
def session(home, trainer):
    return SessionFactory(created_by=trainer, jurisdictions=[home], length=2)


def row(given=GIVEN, family=FAMILY, institution="МВР", position="Chief of the vault", email=ADDRESS):
    return [given, family, "F", "MK", institution, position, email]


def lived(session, coordinator, trainer):
    """A person with everything a register can hold of one: lists, a second record, an account, requests, log-ins."""
    other = SessionFactory(created_by=trainer, jurisdictions=[*session.jurisdictions.all()])
    apply(other, people(row(institution="", position="", email="")), trainer)
    apply(session, people(row(), name="Брезоска, Ѓорѓина.xlsx"), trainer, near="match")
    apply(session, people(row(position="Inspector")), trainer)
    double = PersonFactory(
        given_name=to_latin(GIVEN), family_name=to_latin(FAMILY), jurisdiction=session.jurisdictions.get(), position=""
    )
    person = Person.objects.get(email=ADDRESS)
    ParticipationFactory(person=double, position="Chief of the vault", outcome=Outcome.ATTENDED)
    merge_people(keep=person, away=double, by=coordinator)
    mark_all(session=session, day=session.days.first(), mark=Mark.PRESENT, by=trainer)
    ask_for_access(
        name=f"{GIVEN} {FAMILY}",
        email=ADDRESS,
        jurisdiction=person.jurisdiction,
        institution="МВР",
        reason=f"{FAMILY} needs it",
    )
    invite(by=coordinator, email=ADDRESS, role=RoleName.OFFICER, name=person.full_name, person=person)
    account = AccountFactory(email=ADDRESS, name=person.full_name, roles=["officer"])
    Person.objects.filter(pk=person.pk).update(account=account)
    EmailAddress.objects.create(user=account, email=ADDRESS, primary=True, verified=True)
    Authenticator.objects.create(user=account, type="totp", data={"secret": FAMILY})
    SocialAccount.objects.create(user=account, provider="agency", uid="7", extra_data={"name": FAMILY})
    Client().post("/account/login/", {"login": ADDRESS, "password": PASSWORD})
    DataRequest.objects.create(person=person, kind=DataRequestKind.CORRECTION, text=f"I am {FAMILY}", asked_by=account)
    uploads.keep(by=trainer, session=session, upload=people(row(), name=f"{FAMILY}.xlsx"))
    return Person.objects.get(pk=person.pk)


DIMENSIONS = ["jurisdiction", "institution", "institution_type", "sex", "role", "outcome", "session", "year"]


def every_figure():
    found = []
    for by, snapshot in itertools.product(
        [(), *[(name,) for name in DIMENSIONS], ("institution", "sex")], ("training", "now")
    ):
        for first_time in (False, True):
            answer = ask(Question(by=by, snapshot=snapshot, first_time=first_time))
            found.append((by, snapshot, first_time, answer.cells.to_dict("records")))
    return found


class TestNothingOfTheName:
    def test_is_left_in_any_table_file_or_log(
        self, session, coordinator, trainer, settings, caplog, django_capture_on_commit_callbacks
    ):
        person = lived(session, coordinator, trainer)
        before = every_word_in_the_database()
        assert set(traces_in(before)) == set(TRACES), "what is looked for is there to be found"
        assert traces_in(*every_word_in(settings.DATA_DIR))
        caplog.clear()
        caplog.set_level("DEBUG")
        with django_capture_on_commit_callbacks(execute=True) as called:
            erase_person(person=person, by=coordinator)
        assert called
        assert traces_in(every_word_in_the_database()) == []
        assert traces_in(*every_word_in(settings.DATA_DIR)) == []
        own_lines = [record.getMessage() for record in caplog.records if record.name != "django.db.backends"]
        assert traces_in(*own_lines) == []

    @pytest.mark.django_db(transaction=True)
    def test_is_left_in_the_file_of_the_database(self, session, coordinator, trainer, together, tmp_path, request):
        """SQLite leaves what was overwritten in its log, and some builds in its pages, until they are written anew."""
        person = lived(session, coordinator, trainer)
        together.begin()
        if connection.vendor == "sqlite":
            path = tmp_path / "together.sqlite3"
            somebody_else = sqlite3.connect(path)  # as in use: the log stays as long as one has the file open
            request.addfinalizer(somebody_else.close)
            somebody_else.execute("SELECT 1 FROM training_person").fetchone()
            asked(lambda: Person.objects.filter(pk=person.pk).update(position="Chief of the vault, acting"))
            assert traces_in(path.with_suffix(".sqlite3-wal").read_bytes().decode(errors="ignore"))
        asked(lambda: erase_person(person=person, by=coordinator))
        assert traces_in(*every_word_in(tmp_path)) == []
        assert asked(lambda: traces_in(every_word_in_the_database())) == []

    def test_can_be_met_by_searching(self, session, coordinator, trainer):
        person = lived(session, coordinator, trainer)
        erase_person(person=person, by=coordinator)
        for typed in (GIVEN, "brezoska", "Erased", "Person"):
            assert not find(session=session, typed=typed, by=trainer).people
        same = PersonFactory(given_name=GIVEN, family_name=FAMILY, jurisdiction=person.jurisdiction)
        assert duplicates_of(same, Person.objects.all()) == []


class TestWhatStays:
    def test_every_figure_unique_people_included(self, session, coordinator, trainer):
        person = lived(session, coordinator, trainer)
        for _n in range(3):
            ParticipationFactory(session=session, outcome=Outcome.ATTENDED, days_attended=1)
        before = every_figure()
        assert before[0][-1][0]["people"] == 4
        erase_person(person=person, by=coordinator)
        assert every_figure() == before

    def test_the_record_by_its_number_with_all_its_marks(self, session, coordinator, trainer):
        person = lived(session, coordinator, trainer)
        marked = Participation.objects.get(session=session, person=person)
        erased = erase_person(person=person, by=coordinator)
        assert erased.full_name == f"Person {person.pk} Erased"
        assert (erased.sex, erased.institution, erased.erased_at is not None) == ("F", person.institution, True)
        marked.refresh_from_db()
        assert marked.attendance.get().mark == Mark.PRESENT
        assert marked.institution is not None

    def test_what_the_account_did_under_a_number_nobody_can_log_in_with(self, session, coordinator, trainer):
        person = lived(session, coordinator, trainer)
        account = person.account
        done = account.trail.count()
        assert done
        erase_person(person=person, by=coordinator)
        account.refresh_from_db()
        assert account.email == f"erased-{account.pk}@evidenca.invalid"
        assert (account.is_active, account.has_usable_password(), account.trail.count()) == (False, False, done)
        for model in (EmailAddress, Authenticator, SocialAccount, UserSession):
            assert not model.objects.filter(user=account).exists()
        assert not Client().login(email=ADDRESS, password=PASSWORD)

    def test_invitations_and_requests_without_whom_they_named(self, session, coordinator, trainer):
        person = lived(session, coordinator, trainer)
        erase_person(person=person, by=coordinator)
        assert Invitation.objects.get(person=person).withdrawn_at is not None
        assert AccessRequest.objects.get().state == RequestState.REFUSED
        assert DataRequest.objects.get().state == AnswerState.DONE

    def test_what_imports_and_merges_kept_of_others(self, session, coordinator, trainer):
        person = lived(session, coordinator, trainer)
        others = [
            PersonFactory(given_name=name, family_name="Testova", jurisdiction=person.jurisdiction, institution=None)
            for name in ("Mira", "Vera")
        ]
        apply(session, people(row("Mira", "Testova", "МВР", "Clerk", ""), name="mira.xlsx"), trainer, near="match")
        merge = merge_people(keep=others[1], away=PersonFactory(jurisdiction=person.jurisdiction), by=coordinator)
        erase_person(person=person, by=coordinator)
        kept = RosterImport.objects.get(file_name="mira.xlsx")
        assert [item["person"] for item in kept.filled] == [others[0].pk]
        merge.refresh_from_db()
        assert merge.put
        undo_person_merge(merge=merge, by=coordinator)

    def test_the_trail_entry_says_who_erased_which_record(self, session, coordinator, trainer):
        person = lived(session, coordinator, trainer)
        merged = PersonMerge.objects.get().away_id
        erase_person(person=person, by=coordinator)
        entry = TrailEntry.objects.get(action="person erased")
        assert entry.by == coordinator
        assert entry.records == {"person": [person.pk, merged], "account": [person.account_id]}


class TestAfterwards:
    def test_twice_is_once(self, session, coordinator, trainer):
        person = lived(session, coordinator, trainer)
        first = erase_person(person=person, by=coordinator)
        assert erase_person(person=person, by=coordinator).erased_at == first.erased_at
        assert TrailEntry.objects.filter(action="person erased").count() == 1

    def test_no_merge_brings_anything_back(self, session, coordinator, trainer, home):
        person = lived(session, coordinator, trainer)
        erase_person(person=person, by=coordinator)
        with pytest.raises(ValidationError, match="has been erased since"):
            undo_person_merge(merge=PersonMerge.objects.get(), by=coordinator)
        with pytest.raises(ValidationError, match="has been erased"):
            merge_people(keep=PersonFactory(jurisdiction=home), away=Person.objects.get(pk=person.pk), by=coordinator)

    def test_nobody_is_invited_to_an_erased_record(self, session, coordinator, trainer):
        erased = erase_person(person=lived(session, coordinator, trainer), by=coordinator)
        with pytest.raises(ValidationError, match="has been erased"):
            invite(by=coordinator, email="new@mvr.example", role=RoleName.OFFICER, person=erased)


class TestRefusals:
    @pytest.mark.parametrize("role", ["manager", "trainer", "editor", "auditor", "officer"])
    def test_nobody_else_erases(self, home, role, request):
        with pytest.raises(PermissionDenied):
            erase_person(person=PersonFactory(jurisdiction=home), by=request.getfixturevalue(role))

    def test_a_coordinator_erases_only_people_of_their_own_jurisdictions(self, home, coordinator):
        with pytest.raises(PermissionDenied):
            erase_person(person=PersonFactory(jurisdiction=JurisdictionFactory(code="RS")), by=coordinator)

    def test_whoever_works_here_is_erased_by_an_administrator(self, home, coordinator, administrator):
        person = PersonFactory(jurisdiction=home, account=AccountFactory(roles=["trainer"]))
        with pytest.raises(ValidationError, match="ask an administrator"):
            erase_person(person=person, by=coordinator)
        erase_person(person=person, by=administrator)
        assert Account.objects.filter(email__startswith="erased-").get().role_names == frozenset()

    def test_nobody_erases_themselves(self, home, administrator):
        person = PersonFactory(jurisdiction=home, account=administrator)
        with pytest.raises(ValidationError, match="your own record"):
            erase_person(person=person, by=administrator)


class TestMentions:
    def test_names_in_what_people_wrote_are_found_in_every_form(self, home):
        person = PersonFactory(given_name=GIVEN, family_name=FAMILY, jurisdiction=home, email=ADDRESS)
        SessionFactory(title="First", note=f"Thanks to {GIVEN} {FAMILY}.")
        SessionFactory(title="Second", requested_by="BREZOSKA, GJORGJINA")
        SessionFactory(title="Third", note=f"Write to {ADDRESS}")
        InstitutionFactory(name="Nobody's")
        trail_of_it = PersonMerge.objects.create(
            keep=PersonFactory(), away=PersonFactory(), by=AccountFactory(), before={"x": f"{GIVEN} {FAMILY}"}
        )
        found = {(mention.record, mention.field) for mention in mentions_of(person)}
        assert found == {
            ("First", "note"), ("Second", "requested or announced by"), ("Third", "note"), (str(trail_of_it), "before")
        }  # fmt: skip

    def test_namesakes_are_no_mention(self, home):
        person, _other = [PersonFactory(given_name=GIVEN, family_name=FAMILY, jurisdiction=home) for _n in range(2)]
        assert mentions_of(person) == []
