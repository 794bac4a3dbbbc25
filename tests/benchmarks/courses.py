"""A module of a course as its learner gets it, beside the least a view with the same log-in can send."""

import uuid
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import Locale

from elearning.models import Course, CourseIndexPage, CoursePage, ModulePage
from elearning.services.courses import open_edition
from elearning.services.enrolling import enrol
from tests.benchmarks.measuring import Figure, Run, medians, process_time
from tests.benchmarks.pages import ok
from training.models import Account, Project, Topic
from training.permissions import RoleName

OFFICER = f"{RoleName.OFFICER}@demo.example"
SENTENCE = "What was seen is written down as it was seen, with time and place, so that somebody else can follow. "
BARE = "same_size.html"


@override_settings(ROOT_URLCONF="tests.benchmarks.bare")
def figures(run: Run, folder: Path) -> list[Figure]:
    client = Client(SERVER_NAME="localhost", raise_request_exception=True)
    officer = Account.objects.get(email=OFFICER)
    client.force_login(officer)
    small, large = _course(officer, modules=3, blocks=20), _course(officer, modules=9, blocks=120)
    counts = {_queries(client, address) for address in (small, large)}
    if len(counts) != 1:
        raise AssertionError(f"The number of queries depends on the size of the course: {counts}")
    (folder / BARE).write_bytes(ok_content(client, small))
    templates = [{**settings.TEMPLATES[0], "DIRS": [folder]}]
    with override_settings(TEMPLATES=templates):
        bare, ours = medians(
            lambda: ok(client.get(reverse("bare_page"))),
            lambda: ok(client.get(small)),
            rounds=run.rounds(60),
            clock=process_time,
        )
    note = f"a module {ours * 1000:.1f} ms, a template of that size {bare * 1000:.1f} ms of processor time"
    return [
        Figure("course_ratio", bare / ours, "times", f"requests per second against a bare view: {note}"),
        Figure("course_cpu_ms", ours * 1000, "ms", "processor time of a module, 20 blocks"),
        Figure("course_queries", counts.pop(), "queries", "of a module, whatever the size of the course"),
    ]


def _course(officer: Account, *, modules: int, blocks: int) -> str:
    """The address of the second module of a course the officer takes."""
    system, locale = Account.objects.system(), Locale.objects.get(language_code="en")
    project = Project.objects.filter(is_demo=True).first()
    slug = f"bench-{modules}-modules"
    course = Course.objects.create(slug=slug, title=slug, topic=Topic.objects.first(), project=project)
    page = CoursePage(title=slug, slug=slug, course=course, locale=locale, summary=SENTENCE)
    CourseIndexPage.objects.get(locale=locale).add_child(instance=page)
    text = f"<p>{SENTENCE * 3}</p>"
    for number in range(modules):
        body = [{"type": "text", "value": text, "id": str(uuid.uuid4())} for _block in range(blocks)]
        module = ModulePage(title=f"Module {number}", slug=f"module-{number}", locale=locale, body=body)
        page.add_child(instance=module)
        module.save_revision().publish()
    page.save_revision().publish()
    open_edition(course=course, by=system)
    enrol(course=course, by=officer, language="en")
    return reverse("module", args=[slug, "module-1"])


def ok_content(client: Client, address: str) -> bytes:
    """A template with nothing to do but to be as long: what looks like a tag would be one."""
    response = client.get(address)
    ok(response)
    return response.content.replace(b"{{", b"{ ").replace(b"{%", b"{ ")


def _queries(client: Client, address: str) -> int:
    ok(client.get(address))
    with CaptureQueriesContext(connection) as queries:
        ok(client.get(address))
    return len(queries)
