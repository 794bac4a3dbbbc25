"""Every page, for each role that has it, on a phone and on a desk: axe finds nothing, nothing leaves the machine."""

import io

import pytest
from django.core.management import call_command
from django.utils import timezone

from certificates.services.issuing import issue_session
from elearning.models import Course
from elearning.services.enrolling import enrol
from elearning.texts import text_of
from tests.browser.conftest import DESKTOP, PHONE
from tests.factories import InstitutionFactory, JurisdictionFactory, ParticipationFactory, PersonFactory, SessionFactory
from tests.training.devices import Phone, this_morning
from tests.training.past_lists import ROW, apply, sessions
from training.imports import uploads
from training.models import Account, Headcount, Institution, Participation, Person, Session, SessionDay, Target
from training.services.data_requests import ask_about_data
from training.services.institution_merging import merge_institutions
from training.services.person_merging import merge_people
from training.services.reports import freeze_report, save_report

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FIGURES = [
    "/statistics/?jurisdiction=XK&jurisdiction=MK&start=2026-01-01",
    "/statistics/?project=international-cooperation",
    "/statistics/table/?rows=project&rows2=topic&share=row&parts=on&order=largest",
    "/statistics/table/?rows=topic&columns=named&measure=participations&measure=people",
    "/statistics/table/?rows=institution_type&columns=sex&share=row&marked=on",
    "/statistics/table/?rows=institution_type&columns=sex&share=row&audience=donor&threshold=7",
    "/statistics/records/learning/?cell=sex:F",
    "/statistics/records/sessions/?planned=1",
]
MOST_BYTES = 125 * 1024


@pytest.fixture
def filled(transactional_db, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    for command in ("load_roadmap", "load_demo"):
        call_command(command, stdout=io.StringIO())
    call_command("load_courses", project="demo-investigation", stdout=io.StringIO())


def sessions_pages(session):
    """Every address under one session that has people, days and an unnamed headcount."""
    base = f"/sessions/{session.key}/"
    day = SessionDay.objects.filter(session=session).first()
    someone = Participation.objects.filter(session=session).first()
    own = ["", "edit/", "copy/", "import/", "headcounts/new/", "roster/new/", "roster/search/?q=test"]
    own += [f"days/{day}/{page}/" for page in ("history", "paper", "code")]
    own += ["numbers/", "scores/"]
    own += ["walk-ins/", f"roster/{someone.pk}/", f"roster/{someone.pk}/withdraw/"]
    in_the_room(session, day, someone)
    return ["/attendance/", f"/attendance/{session.key}/{day}/", *(base + rest for rest in own)]


def in_the_room(session, day, someone):
    """Two devices that disagree about somebody, and a walk-in who may be somebody known."""
    trainer, (mine, yours), morning = (
        Account.objects.get(email="trainer@demo.example"),
        (Phone(), Phone()),
        this_morning(day),
    )
    mine.send(day, trainer, mine.tap(someone, "late", morning))
    known = Person.objects.filter(institution__isnull=False).first()
    walk_in = yours.typed(known.given_name, known.family_name, morning, institution=known.institution.name)
    yours.send(day, trainer, yours.tap(someone, "absent", timezone.now()), walk_ins=[walk_in])


def headcount_pages():
    headcount = Headcount.objects.filter(scope="unnamed").first()
    return [f"/sessions/{headcount.session.key}/headcounts/{headcount.pk}/{word}/" for word in ("edit", "delete")]


def target_pages():
    target = Target.objects.first()
    return ["/targets/new/", f"/targets/{target.pk}/edit/", f"/targets/{target.pk}/remove/"]


def report_pages():
    """A report that runs again, frozen once, with all that can be done with it."""
    manager = Account.objects.get(email="manager@demo.example")
    questions = [{"title": f"By {name}", "address": f"rows={name}&columns=sex"} for name in ("jurisdiction", "topic")]
    report = save_report(by=manager, title="Report", audience="internal", threshold=5, questions=questions)
    frozen = freeze_report(by=manager, report=report, note="To whom it goes.")
    for_donors = save_report(by=manager, title="For donors", audience="donor", threshold=5, questions=questions)
    kept = frozen.get_absolute_url()
    Participation.objects.filter(outcome="attended").first().delete()
    steps = [f"/reports/{report.pk}/{step}" for step in ("", "edit/", "freeze/", "remove/")]
    own = [for_donors.get_absolute_url(), freeze_report(by=manager, report=for_donors).get_absolute_url()]
    return ["/reports/", "/reports/new/?question=rows%3Dyear", *steps, *own, kept, f"{kept}changes/"]


def past_pages():
    """The pages of an import of past sessions: upload, one to look over, and one to take back."""
    manager = Account.objects.get(email="manager@demo.example")
    project = manager.projects.first().key
    lists = [[*ROW[:2], project, *ROW[3:]], ["Second", "?", "?", "soon", *ROW[4:]]]
    taken = apply(sessions(lists[0]), manager).record
    kept = [uploads.keep(by=manager, upload=sessions(*rows)) for rows in (lists, [[*lists[0][:-1], 18]])]
    return [
        "/past-sessions/",
        *[f"/past-sessions/{one.token}/" for one in kept],
        f"/past-sessions/imports/{taken.pk}/undo/",
    ]


def institution_pages():
    """The queue with something in it, an institution that may be another, and a merge."""
    known = Institution.objects.filter(jurisdiction__code="MK", is_demo=True).first()
    found, gone = [
        InstitutionFactory(name=f"{known.name} {number}", jurisdiction=known.jurisdiction, confirmed=False)
        for number in (1, 2)
    ]
    merge = merge_institutions(keep=known, away=gone, by=Account.objects.system(), change_kind=True)
    pages = ["", "?q=nothing-is-called-this", f"{known.pk}/", f"{found.pk}/", f"{found.pk}/merge/?into={known.pk}"]
    return [f"/institutions/{rest}" for rest in (*pages, "merges/", f"merges/{merge.pk}/undo/")]


def people_pages():
    """Two who look like one and two who were one, with their sessions, and a search that finds nobody."""
    one, other = Person.objects.filter(jurisdiction__code="MK", participations__isnull=False).distinct()[:2]
    double = PersonFactory(
        given_name=one.latin_family_name, family_name=one.latin_given_name, jurisdiction=one.jurisdiction
    )
    gone = PersonFactory(given_name=other.given_name, family_name=other.family_name, jurisdiction=other.jurisdiction)
    Person.objects.filter(pk__in=[double.pk, gone.pk]).update(is_demo=True)
    for person in (double, gone):
        person.refresh_from_db()
    merge = merge_people(keep=other, away=gone, by=Account.objects.system())
    officer = Account.objects.get(email="officer@demo.example")
    asked = ask_about_data(by=officer, kind="correction", text="My name is spelt with two r.")
    pages = ["", "?q=nobody-is-called-this", f"{other.pk}/", "duplicates/", f"{double.pk}/merge/?into={one.pk}"]
    pages += [f"{other.pk}/{page}/" for page in ("edit", "data", "erase")]
    pages += ["requests/", f"requests/{asked.pk}/"]
    return [f"/people/{rest}" for rest in (*pages, "merges/", f"merges/{merge.pk}/undo/")]


def progress_pages():
    series = Session.objects.filter(kind="series", project__is_demo=True).first()
    return [f"/progress/series/{series.key}/", f"/progress/project/{series.project.key}/"]


def checked_pages():
    """The page of a certificate that stands, and its code's statement with it."""
    session = Session.objects.get(key="demo-electronic-evidence")
    certificate = issue_session(session=session, by=Account.objects.system()).made[0]
    return [f"/verify/{certificate.serial}", "/verify/#NOT-ONE-OF-OURS"]


def certificate_pages():
    """Due, issued, and one of each."""
    with_some = Session.objects.get(key="demo-electronic-evidence")
    pages = [f"/sessions/{key}/certificates/" for key in (with_some.key, "demo-weapons-categorization-skopje")]
    people = with_some.participations.order_by("certificates__pk")
    return [
        *pages,
        *[
            f"{pages[0]}{people.filter(certificates=None).last().pk}/",
            f"{pages[0]}{people.filter(certificates__isnull=False).first().pk}/",
        ],
    ]


def course_pages():
    """A course the officer takes, in two languages of it, with its pictures and what is found in it."""
    officer = Account.objects.get(email="officer@demo.example")
    course = Course.objects.visible_to(officer).filter(editions__isnull=False).order_by("pk").first()
    enrol(course=course, by=officer, language="en")
    base = course.get_absolute_url()
    modules = [module.page.slug for module in text_of(course, "en").modules]
    return [
        "/courses/",
        base,
        f"{base}{modules[0]}/",
        f"{base}{modules[1]}/",
        f"{base}search/?q=evidence",
        f"{base}test/",
    ]


def pages_of(role):
    open_session = Session.objects.filter(status="open", project__is_demo=True).order_by("pk").first()
    series = Session.objects.get(key="cross-border-specialised")
    published = Session.objects.get(key="cross-border-converted-firearms")
    figures = ["/statistics/", "/statistics/table/", "/statistics/records/?cell=jurisdiction:XK"]
    reading = [
        "/sessions/",
        "/sessions/?q=nothing-is-called-this",
        *figures,
        "/contradictions/",
        "/contradictions/?undecided=on",
        "/statistics/courses/",
    ]
    reading += [series.get_absolute_url(), published.get_absolute_url(), "/targets/"]
    own = [*institution_pages(), *people_pages()] if role == "coordinator" else ()
    reading += [series.get_absolute_url(), published.get_absolute_url(), "/targets/", "/reports/"]
    return {
        "trainer": ["/", *sessions_pages(open_session), "/sessions/", "/sessions/new/", *figures],
        "manager": [
            "/",
            *reading,
            *FIGURES,
            *headcount_pages(),
            *target_pages(),
            *progress_pages(),
            *(past_pages() if role == "manager" else ()),
            *(certificate_pages() if role == "manager" else ()),
            *(report_pages() if role == "manager" else ()),
        ],
        "auditor": ["/", *reading, "/trail/", "/trail/?record=person+1"],
        "coordinator": [
            "/",
            *reading,
            "/access/",
            "/access/invite/",
            "/account/",
            "/account/2fa/",
            open_session.get_absolute_url(),
            *own,
        ],
        "officer": ["/", "/my-data/", "/sessions/", "/certificates/", *(course_pages() if role == "officer" else ())],
        "editor": [
            "/",
            "/courses/",
            "/courses/online-investigation/",
            "/courses/online-investigation/translations/",
            "/courses/manage/manuals/",
        ],
    }[role]


def test_every_page_is_accessible_light_and_stays_at_home(visit, filled):
    visitor = visit(PHONE)
    for path in (
        "/",
        "/account/login/",
        "/account/password/reset/",
        "/access/ask/",
        "/privacy/",
        "/check-in/",
        "/verify/",
        *checked_pages(),
    ):
        visitor.go(path)
    too_heavy = []
    for role in ("trainer", "manager", "auditor", "coordinator", "officer", "editor"):
        visitor = visit(PHONE)
        visitor.log_in(Account.objects.get(email=f"{role}@demo.example"), password="evidenca-demo")
        for path in pages_of(role):
            if visitor.weigh(path) > MOST_BYTES:
                too_heavy.append((path, visitor.bytes))
            visitor.check_width(DESKTOP)
    assert not too_heavy


def test_the_main_pages_are_accessible_on_a_desk_too(visit, filled):
    visitor = visit(DESKTOP)
    visitor.log_in(Account.objects.get(email="manager@demo.example"), password="evidenca-demo")
    for path in ("/", "/sessions/", "/statistics/", "/statistics/table/", "/targets/", "/contradictions/"):
        visitor.go(path)


def test_wagtails_admin_opens_without_a_console_error_or_a_foreign_request(visit, filled):
    visitor = visit(DESKTOP)
    visitor.log_in(Account.objects.get(email="administrator@demo.example"), password="evidenca-demo")
    for path in ("/admin/", "/admin/institution/", "/admin/project/"):
        visitor.page.goto(visitor.server.url + path)
        assert visitor.page.get_by_role("heading", level=1).first.is_visible()


def test_words_without_an_end_hang_out_nowhere(visit, trainer):
    word = "Ljiljanaradovanovićkosevska" * 3
    session = SessionFactory(title=word, place=word[:60], created_by=trainer, jurisdictions=[JurisdictionFactory()])
    person = PersonFactory(given_name=word[:60], family_name=word[:60], position=word)
    ParticipationFactory(session=session, person=person)
    visitor = visit(PHONE)
    visitor.log_in(trainer)
    for path in ("", f"days/{session.start}/", "import/", f"roster/{person.participations.get().pk}/"):
        visitor.go(session.get_absolute_url() + path)
    visitor.go("/sessions/")
