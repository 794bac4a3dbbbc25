"""What a browser that was never here loads: the page and all its assets, as the server of `make run` sends them."""

import gzip
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from io import StringIO
from pathlib import Path
from urllib.parse import urlencode, urljoin
from urllib.request import HTTPCookieProcessor, OpenerDirector, ProxyHandler, Request, build_opener

from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from elearning.models import Course
from elearning.services.enrolling import enrol
from elearning.texts import text_of
from tests.benchmarks.measuring import Figure
from training.demo.accounts import PASSWORD
from training.models import Account, Project
from training.permissions import RoleName

ROOT = Path(__file__).resolve().parent.parent.parent
COURSE = "online-investigation"
SESSION = "demo-regional-course"  # 60 people, half of them marked today
LOADED = {"stylesheet", "icon", "preload", "modulepreload", "manifest"}
IN_MODULES = re.compile(rb'^import [^"]* from "([^"]+)";', re.MULTILINE)
IN_STYLES = re.compile(rb"url\(\s*['\"]?([^'\")]+)")
KB = 1000


class Assets(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "link" and LOADED & set((given.get("rel") or "").split()):
            self.found.append(given.get("href") or "")
        if tag in {"script", "img", "source", "iframe"} and given.get("src"):
            self.found.append(given["src"] or "")


def figures() -> list[Figure]:
    today = timezone.localdate()
    module = _module_taken()
    with server() as (address, process):
        browser = _logged_in(address)
        pages = {
            "session": reverse("session", args=[SESSION]),
            "register": reverse("register", args=[SESSION, today]),
        }
        found = [figure for name, page in pages.items() for figure in _weigh(browser, address, name, page)]
        learner = _logged_in(address, RoleName.OFFICER)
        return [
            *found,
            *_weigh(learner, address, "course", module),
            Figure("memory_idle_mb", _memory(process.pid) / 1e6, "MB", "the server of `make run`, two workers"),
        ]


@contextmanager
def server() -> Iterator[tuple[str, subprocess.Popen]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    gunicorn = [sys.executable, "-m", "gunicorn", "--config", "scripts/gunicorn.py", "--bind", f"127.0.0.1:{port}"]
    process = subprocess.Popen([*gunicorn, "project.wsgi"], cwd=ROOT, env=dict(os.environ), stdout=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{address}/health/")
        yield address, process
    finally:
        process.terminate()
        process.wait()


def opener() -> OpenerDirector:
    """A browser without a cache, and without any proxy the environment names."""
    return build_opener(ProxyHandler({}), HTTPCookieProcessor(CookieJar()))


def _wait_for(address: str) -> None:
    for _attempt in range(120):
        try:
            opener().open(address, timeout=30).read()
        except OSError:
            time.sleep(0.5)
        else:
            return
    raise AssertionError("The server did not start within a minute.")


def _module_taken() -> str:
    """The first module of a course that comes with the product, taken by the demo officer."""
    project = Project.objects.filter(is_demo=True).order_by("key").first()
    call_command("load_courses", project=project.key, stdout=StringIO())
    course = Course.objects.get(slug=COURSE)
    course.audience.clear()
    enrol(course=course, by=Account.objects.get(email=f"{RoleName.OFFICER}@demo.example"), language="en")
    return reverse("module", args=[COURSE, text_of(course, "en").modules[0].page.slug])


def _logged_in(address: str, role: RoleName = RoleName.TRAINER) -> OpenerDirector:
    browser = opener()
    page = urljoin(address, reverse("account_login"))
    form = browser.open(page).read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)
    if token is None:
        raise AssertionError("The log-in page has no form.")
    fields = {"login": f"{role}@demo.example", "password": PASSWORD, "csrfmiddlewaretoken": token[1]}
    browser.open(Request(page, urlencode(fields).encode(), {"Referer": page}))  # noqa: S310 (our own server)
    return browser


def _weigh(browser: OpenerDirector, address: str, name: str, page: str) -> list[Figure]:
    sent, read = {}, {}
    waiting = [urljoin(address, page)]
    while waiting:
        url = waiting.pop()
        if url in sent or url.startswith("data:"):
            continue
        body, text, kind = _fetch(browser, url, address)
        sent[url], read[url] = len(body), len(text)
        waiting += [urljoin(url, found) for found in _needs(text, kind)]
    if len(sent) < 2:
        raise AssertionError(f"The page {page} came without its style sheet.")
    html = sent[urljoin(address, page)] / KB
    return [
        Figure(
            f"{name}_cold_kb", sum(sent.values()) / KB, "KB", f"{len(sent)} files, {html:.1f} KB of HTML, compressed"
        ),
        Figure(f"{name}_cold_raw_kb", sum(read.values()) / KB, "KB", "the same, unpacked"),
    ]


def _fetch(browser: OpenerDirector, url: str, address: str) -> tuple[bytes, bytes, str]:
    if not url.startswith(address):
        raise AssertionError(f"A page of ours asks another server: {url}")
    response = browser.open(Request(url, headers={"Accept-Encoding": "gzip"}))  # noqa: S310 (our own server)
    if response.url != url:
        raise AssertionError(f"{url} led to {response.url}.")
    body = response.read()
    text = gzip.decompress(body) if response.headers.get("Content-Encoding") == "gzip" else body
    return body, text, response.headers.get_content_type()


def _needs(text: bytes, kind: str) -> list[str]:
    if kind == "text/html":
        parser = Assets()
        parser.feed(text.decode())
        return [url for url in parser.found if url]
    found = {"text/css": IN_STYLES, "text/javascript": IN_MODULES}.get(kind)
    return [url.decode() for url in found.findall(text)] if found else []


def _memory(parent: int) -> int:
    """Bytes of a process and its children, what they share counted once; 0 where the system does not tell."""
    pids = [parent]
    children = Path(f"/proc/{parent}/task/{parent}/children")
    pids += [int(pid) for pid in children.read_text().split()] if children.exists() else []
    total = 0
    for pid in pids:
        rollup = Path(f"/proc/{pid}/smaps_rollup")
        found = re.search(r"^Pss:\s+(\d+) kB", rollup.read_text(), re.MULTILINE) if rollup.exists() else None
        total += int(found[1]) * 1024 if found else 0
    return total
