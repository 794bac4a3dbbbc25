"""The world the matrix is asked in: the same records four times over, and an account for each role.

*Near* is what the accounts are there for; *Far* belongs to another jurisdiction, project and trainer; *Signed* and
*Past* are near sessions signed off just now and long ago. Every person's name begins with the word of their place.
"""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.core.files.base import ContentFile
from django.utils import timezone
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file

from certificates.models import CertificateRule, CertificateTemplate
from certificates.services.issuing import issue_session
from elearning.bank.moodle.writing import BankQuestion, write_bank
from elearning.models import Attempt, Enrolment
from elearning.services.assessment import rules_of
from tests import factories as make
from tests.elearning import assessments, questions
from tests.elearning import making as courses
from tests.elearning.manuals import SAMPLE
from tests.training import past_lists, rosters
from tests.training.papers import kept_sheet
from training import models
from training.imports import uploads
from training.imports.workbook import Upload
from training.models.invitations import token_hash
from training.permissions import READABLE_FOR, RoleName
from training.services import headcounts, reports
from training.services.attendance import mark, mark_all
from training.services.closing import sign_off
from training.services.day_registers import freeze_registers
from training.services.institution_merging import merge_institutions
from training.services.person_merging import merge_people
from training.services.since_sign_off import how_it_stands

# Numbers that nothing else on a page is; a sum of them still begins like one of them, or like none.
FIGURES = {"Near": 4_000_000, "Far": 7_000_000}
MODELS_WITH_KEY = (models.Agency, models.Funder)


class Place(SimpleNamespace):
    """Records that belong together, by name, and whose work they are."""

    def kept(self, account: Any, kind: str) -> Any:
        """A file waiting to be imported: the account's own where it has one here."""
        files = getattr(self, kind)
        return files.get(account and account.pk) or next(iter(files.values()))

    def invitation_of(self, account: Any) -> Any:
        """An invitation the account made here, else one that somebody else made."""
        return next((one for one in self.invitations if one.invited_by == account), self.invitations[0])

    def log_in_of(self, account: Any) -> Any:
        return self.log_ins.get(account and account.pk) or next(iter(self.log_ins.values()))


@dataclass
class World:
    """`files` are the uploads as they were: no transaction brings back a file that was used."""

    places: dict[str, Place]
    accounts: dict[str, Any]
    files: dict[Path, bytes]

    def restore_files(self) -> None:
        for path, data in self.files.items():
            if not path.exists():
                path.write_bytes(data)


def build_world() -> World:
    """About two hundred records; a second."""
    system = models.Account.objects.system()
    for code in make.NAMES:
        make.JurisdictionFactory(code=code)
    accounts = {role.value: make.AccountFactory(email=f"{role}@example.org", roles=[role]) for role in RoleName}
    accounts["nobody"] = make.AccountFactory(email="nobody@example.org", roles=[])
    far = {
        role: make.AccountFactory(email=f"far-{role}@example.org", roles=[role])
        for role in (RoleName.MANAGER, RoleName.TRAINER)
    }
    near_place = _place("Near", "MK", accounts[RoleName.MANAGER], accounts[RoleName.TRAINER])
    far_place = _place("Far", "RS", far[RoleName.MANAGER], far[RoleName.TRAINER])
    accounts[RoleName.COORDINATOR].jurisdictions.add(near_place.jurisdiction)
    # Left over from roles they had before: it gives them nothing.
    for role in (RoleName.AUDITOR, RoleName.EDITOR):
        accounts[role].jurisdictions.add(near_place.jurisdiction)
        accounts[role].projects.add(near_place.project)
    same = {name: getattr(near_place, name) for name in ("jurisdiction", "project", "manager", "trainer")}
    signed, past = Place(word="Signed", **same), Place(word="Past", **same)
    for place in (near_place, far_place, signed, past):
        _fill(place, system)
    _guest(near_place, far_place.jurisdiction)
    _sign_off(signed, timezone.now())
    _sign_off(past, timezone.now() - READABLE_FOR - timedelta(days=1))
    models.Person.objects.filter(pk=near_place.person.pk).update(account=accounts[RoleName.OFFICER])
    for place, by in ((near_place, accounts), (far_place, far)):
        _reopened(place, system)
        _imports(place, list(by.values()), system)
        _institutions(place, system)
        _people(place, system)
        _access(place, list(by.values()), system)
        _log_ins(place, list(by.values()))
        _certificate(place, system)
        _course(place)
        _test(place)
        _bank_files(place, list(by.values()))
        place.target = make.TargetFactory(project=place.project)
    _reports(near_place, far_place, accounts[RoleName.ADMINISTRATOR])
    _files(near_place, far_place)
    _reference_records()
    places = {place.word: place for place in (near_place, far_place, signed, past)}
    files = {path: path.read_bytes() for path in Path(settings.DATA_DIR).glob("uploads/*")}
    return World(places, accounts, files)


def _place(word: str, code: str, manager: Any, trainer: Any) -> Place:
    project = make.ProjectFactory(key=f"{word.lower()}-project", title=f"{word} project")
    manager.projects.add(project)
    jurisdiction = make.JurisdictionFactory(code=code)
    return Place(word=word, jurisdiction=jurisdiction, project=project, manager=manager, trainer=trainer)


def _fill(place: Place, system: Any) -> None:
    """A session that runs, with three people around it, a register and a headcount."""
    home = {"jurisdiction": place.jurisdiction}
    home["institution"] = make.InstitutionFactory(name=f"{place.word} police", **home)
    people = {
        name: make.PersonFactory(given_name=f"{place.word}{name}", family_name=f"{place.word}{name}-Test", **home)
        for name in ("person", "other", "waiting")
    }
    session = make.SessionFactory(
        key=f"{place.word.lower()}-session",
        title=f"{place.word} session",
        project=place.project,
        created_by=place.trainer,
        start=timezone.localdate() - timedelta(days=1),
        jurisdictions=[place.jurisdiction],
    )
    vars(place).update(people, institution=home["institution"], session=session, day=session.days.get())
    place.participation = make.ParticipationFactory(session=session, person=people["person"])
    other = make.ParticipationFactory(session=session, person=people["other"])
    mark_all(session=session, day=place.day, mark="present", by=system)
    mark(session=session, day=place.day, participation_ids=[other.pk], mark="", by=system)
    place.check_in = models.CheckIn.objects.create(participation=other, day=place.day, way="number")
    place.signed_sheet = kept_sheet(place.day)
    place.walk_in = models.WalkIn.objects.create(
        nonce=uuid4(),
        session=session,
        given_name=f"{place.word}walkin",
        family_name=f"{place.word}walkin-Test",
        by=place.trainer,
        at=timezone.now(),
        device=uuid4(),
    )
    place.headcount = headcounts.save_headcount(
        session=session, by=system, scope="unnamed", total=FIGURES.get(place.word, 1), reason="Names are not recorded"
    )
    session.participations.update(outcome="attended")


def _guest(place: Place, elsewhere: Any) -> None:
    """Somebody from elsewhere in the session of this place."""
    guest = make.PersonFactory(given_name="Guest", family_name=f"{place.word}guest-Test", jurisdiction=elsewhere)
    make.ParticipationFactory(session=place.session, person=guest, outcome="attended")


def _sign_off(place: Place, when: Any) -> None:
    models.Session.objects.filter(pk=place.session.pk).update(status="closed", closed_at=when)
    _record_of_sign_off(place, at=when)


def _reopened(place: Place, system: Any) -> None:
    """A session that runs and was signed off before, by mistake."""
    reopening = {"reopened_at": timezone.now(), "reopened_by": system, "reopen_reason": "By mistake"}
    _record_of_sign_off(place, at=timezone.now(), **reopening)


def _record_of_sign_off(place: Place, **said: Any) -> None:
    stood = how_it_stands(place.session)
    place.sign_off = models.SignOff.objects.create(
        session=place.session, by=place.trainer, rule={}, stood=stood, **said
    )
    freeze_registers(place.sign_off)


def _imports(place: Place, accounts: list[Any], system: Any) -> None:
    roster, next_roster = (
        rosters.people([place.word, f"{place.word}{word}-Test", "F", place.jurisdiction.code])
        for word in ("imported", "coming")
    )
    past, coming = (
        past_lists.sessions(
            past_lists.row(
                title=f"{place.word} {word}", project=place.project.key, jurisdictions=place.jurisdiction.code
            )
        )
        for word in ("past", "coming")
    )
    place.past_import = past_lists.apply(past, place.manager).record
    place.roster_import = rosters.apply(place.session, roster, system).roster_import
    place.roster_files = {
        account.pk: uploads.keep(by=account, upload=next_roster, session=place.session) for account in accounts
    }
    place.past_files = {account.pk: uploads.keep(by=account, upload=coming) for account in accounts}
    manual = Upload(SAMPLE.name, SAMPLE.read_bytes())
    place.manual_files = {account.pk: uploads.keep(by=account, upload=manual) for account in accounts}


def _institutions(place: Place, system: Any) -> None:
    names = {"new": False, "known": True, "gone": True}
    made = {
        name: make.InstitutionFactory(
            name=f"{place.word} {name} office", jurisdiction=place.jurisdiction, confirmed=confirmed
        )
        for name, confirmed in names.items()
    }
    place.new_institution, place.known_institution = made["new"], made["known"]
    place.institution_merge = merge_institutions(keep=made["known"], away=made["gone"], by=system)


def _people(place: Place, system: Any) -> None:
    """Somebody recorded twice, and somebody whose two records are one by now."""
    place.twin, gone = (
        make.PersonFactory(
            given_name=f"{place.word}{name}", family_name=f"{place.word}{name}-Test", jurisdiction=place.jurisdiction
        )
        for name in ("twin", "gone")
    )
    place.data_request = models.DataRequest.objects.create(person=place.waiting, kind="correction", asked_by=system)
    place.person_merge = merge_people(keep=place.waiting, away=gone, by=system)


def _access(place: Place, accounts: list[Any], system: Any) -> None:
    """An invitation by each account that works here, and one for somebody by nobody here; a request."""
    by = [system, *[account for account in accounts if account.role_names - {RoleName.OFFICER}]]
    place.invitations = [
        models.Invitation.objects.create(
            email=f"{place.word.lower()}-{number}@example.org",
            role=RoleName.OFFICER,
            person=place.waiting,
            token=token_hash(f"{place.word}-{number}"),
            invited_by=account,
        )
        for number, account in enumerate(by)
    ]
    # Of somebody kept here, and of nobody's record.
    place.account, place.lone_account = (
        make.AccountFactory(email=f"{place.word.lower()}-{word}@example.org", roles=[RoleName.OFFICER])
        for word in ("holder", "alone")
    )
    models.Person.objects.filter(pk=place.twin.pk).update(account=place.account)
    place.access_request = models.AccessRequest.objects.create(
        name=f"{place.word} Asking-Test",
        email=f"{place.word.lower()}-asks@example.org",
        jurisdiction=place.jurisdiction,
        institution="Police",
        reason="Work",
    )


def _log_ins(place: Place, accounts: list[Any]) -> None:
    """A second log-in of each account that works here."""
    place.log_ins = {}
    for account in accounts:
        store = SessionStore()
        store.create()
        place.log_ins[account.pk] = UserSession.objects.create(
            user=account, ip="127.0.0.1", session_key=store.session_key, user_agent="", last_seen_at=timezone.now()
        )


def _certificate(place: Place, system: Any) -> None:
    """Of the place's first person, from a session of its own that is signed off."""
    training = models.Training.objects.create(title=f"{place.word} training", topic=place.session.topic, hours=6)
    place.certified = make.SessionFactory(
        key=f"{place.word.lower()}-certified",
        title=f"{place.word} course with certificates",
        training=training,
        project=place.project,
        created_by=place.trainer,
        start=timezone.localdate() - timedelta(days=400),
    )
    make.ParticipationFactory(session=place.certified, person=place.person)
    mark_all(session=place.certified, day=place.certified.days.get(), mark="present", by=system)
    place.certified = sign_off(session=place.certified, by=system)
    (place.certificate,) = issue_session(session=place.certified, by=system).made


def _course(place: Place) -> None:
    """A course for the place's own kind of institution, which nobody takes yet, with a picture and a file."""
    kind = make.InstitutionTypeFactory(key=f"{place.word.lower()}-kind")
    models.Institution.objects.filter(pk=place.institution.pk).update(type=kind)
    place.picture, place.file = courses.picture(), courses.document()
    body = [courses.picture_block(place.picture), courses.file_block(place.file)]
    place.course = courses.make_course(
        slug=f"{place.word.lower()}-course", project=place.project, audience=[kind], modules=1, body=body
    )


def _test(place: Place) -> None:
    """A course of the same kind that the place's first person takes, with a question in an attempt that is open."""
    place.tested = courses.make_course(
        slug=f"{place.word.lower()}-tested", project=place.project, audience=place.course.audience.all(), modules=1
    )
    place.question = assessments.add_question(place.tested, questions.SINGLE, name=f"{place.word} question")
    edition = place.tested.editions.get()
    participation = make.ParticipationFactory(session=edition.session, person=place.person)
    enrolment = Enrolment.objects.create(participation=participation, edition=edition, language="en")
    place.attempt = Attempt.objects.create(
        enrolment=enrolment, number=1, language="en", rules=rules_of(place.tested).as_json()
    )
    place.attempt.questions.create(position=1, version=place.question.current, option_order=["k3", "p7", "w2"])


def _bank_files(place: Place, accounts: list[Any]) -> None:
    """A bank that waits to be looked over, of each account."""
    written = write_bank([BankQuestion(name="Comes", key="", content=place.question.content, tags={})])
    place.bank_files = {}
    for account in accounts:
        kept = uploads.keep(by=account, upload=Upload("bank.xml", written))
        kept.decisions = {"course": place.tested.slug, "language": "en"}
        kept.save()
        place.bank_files[account.pk] = kept


def _reports(near: Place, far: Place, by: Any) -> None:
    """Reports belong to nobody's scope: whoever reads them reads figures of all."""
    asked = [{"title": "By sex", "address": "rows=sex"}]
    saved = reports.save_report(by=by, title="Report", audience="internal", threshold=5, questions=asked)
    frozen = reports.freeze_report(by=by, report=saved)
    for place in (near, far):
        place.report, place.frozen = saved, frozen


def _files(*places: Place) -> None:
    """What Wagtail keeps belongs to nobody's scope: whoever keeps courses keeps all of it."""
    image = get_image_model().objects.create(title="Picture", file=get_test_image_file("picture.png"))
    document = get_document_model().objects.create(title="File", file=ContentFile(b"%PDF-1.7", "file.pdf"))
    for place in places:
        place.image, place.document = image, document


def _reference_records() -> None:
    """One of each kind that Wagtail's admin keeps and nothing above has made."""
    framework = models.Framework.objects.create(version="1", name="Framework")
    models.Goal.objects.create(framework=framework, number=1, title="Goal")
    models.Kpi.objects.create(framework=framework, number=1, title="KPI")
    for model in MODELS_WITH_KEY:
        model.objects.create(key=model.__name__.lower(), name=model.__name__)
    models.Source.objects.create(key="source", publisher="Publisher")
    models.FootnoteSet.objects.create(key="footnotes", text="Text")
    models.Training.objects.create(title="Training", topic=models.Topic.objects.first())
    models.InstitutionAlias.objects.create(institution=models.Institution.objects.first(), name="Another name")
    template = CertificateTemplate.objects.create(name="Template")
    CertificateRule.objects.create(training=models.Training.objects.get(title="Training"), template=template)
