"""Debian's Chromium against a live server. Every page a test opens is watched: errors, requests, accessibility."""

import os
import shutil
import threading
from urllib.parse import urlparse

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from tests.factories import PASSWORD

PHONE, DESKTOP = {"width": 360, "height": 640}, {"width": 1280, "height": 800}
FLAGS = ["--no-sandbox", "--disable-background-networking", "--disable-quic"]
# Playwright's loop runs in the test's own thread, which Django takes for asynchronous code.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@pytest.fixture(scope="session")
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        yield browser
        browser.close()


class Visitor:
    """One person at one browser. `faults` gathers what should not be, page by page."""

    def __init__(self, browser, server, viewport):
        self.server = server
        self.page = browser.new_context(viewport=viewport, has_touch=viewport == PHONE, locale="en-GB").new_page()
        self.page.set_default_timeout(30_000)  # a busy machine is slow, not wrong
        self.faults = []
        self.bytes = 0
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        self.page.on("request", self._request)
        self.page.on("requestfinished", self._finished)

    def _console(self, message):
        if message.type in {"error", "warning"}:
            self.faults.append(f"console on {self.page.url}: {message.text}")

    def _request(self, request):
        where = urlparse(request.url)
        if where.scheme in {"http", "https"} and where.netloc != urlparse(self.server.url).netloc:
            self.faults.append(f"request to {where.netloc}")

    def _finished(self, request):
        self.bytes += request.sizes()["responseBodySize"]

    def log_in(self, account, password=PASSWORD):
        self.go("/account/login/")
        self.page.locator("input[name=login]").fill(account.email)
        self.page.locator("input[name=password]").fill(password)
        self.page.locator("main").get_by_role("button", name="Log in").click()
        self.page.wait_for_url(lambda url: "/login/" not in url)

    def go(self, path):
        """Open a page of ours and look it over."""
        self.page.goto(self.server.url + path)
        self.check()

    def leave_by(self, element):
        """Click what leads to another page, wait until that page is there, and look it over."""
        with self.page.expect_navigation():
            element.click()
        self.check()

    def press(self, name):
        """Leave by a button."""
        self.leave_by(self.page.get_by_role("button", name=name).first)

    def follow(self, name):
        """Leave by a link."""
        self.leave_by(self.page.get_by_role("link", name=name).first)

    def check(self):
        """axe finds nothing in the page once it is whole, and nothing hangs out sideways."""
        self.page.wait_for_load_state()
        found = Axe().run(self.page).response["violations"]
        where = self.page.url.removeprefix(self.server.url)
        self.faults += [f"axe on {where}: {rule['id']}: {rule['nodes'][0]['html'][:160]}" for rule in found]
        self.check_width()

    def weigh(self, path):
        """Open a page with an empty cache and look it over: the bytes it took, with all it loads."""
        self.page.context.new_cdp_session(self.page).send("Network.clearBrowserCache")
        self.bytes = 0
        self.go(path)
        return self.bytes

    def check_width(self, viewport=None):
        """Nothing hangs out sideways; in another window where one is given, which is then put back."""
        usual = self.page.viewport_size
        self.page.set_viewport_size(viewport or usual)
        where = self.page.url.removeprefix(self.server.url)
        overhang = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if overhang > 0:
            self.faults.append(f"{where} is {overhang} px wider than its window")
        self.page.set_viewport_size(usual)


def server_at_rest():
    """Wait until the tests' server has answered what the closed windows had asked: a request that still writes shares
    its connection with whoever empties the tables next."""
    for thread in threading.enumerate():
        if "process_request_thread" in thread.name:
            thread.join(timeout=30)
            assert not thread.is_alive(), "The tests' server still answers a window that was closed 30 seconds ago."


@pytest.fixture
def visit(chromium, live_server):
    """Make visitors: `visit(PHONE)`. At the end none of them may have met a fault."""
    visitors = []

    def arrive(viewport=DESKTOP):
        visitors.append(Visitor(chromium, live_server, viewport))
        return visitors[-1]

    yield arrive
    faults = [fault for visitor in visitors for fault in visitor.faults]
    for visitor in visitors:
        visitor.page.context.close()
    server_at_rest()
    assert not faults, "\n".join(dict.fromkeys(faults))
