"""Headless Chromium against a server of its own: `page_as("handler")` is that person's browser after the log-in form.

Whatever the browser complains about fails the test: errors in the console, requests that fail, breaches of the content
policy, answers that say a page is missing or broken. A test that provokes one names it with `page_as(…, expect={404})`.
"""

from __future__ import annotations

import os
import shutil
import threading
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.core.signals import request_finished, request_started
from offices import PASSWORD, Office, import_sample, make_office
from playwright.sync_api import expect, sync_playwright

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response
    from pytest_django.live_server_helper import LiveServer

    from zhenggai.web.ledger.models import Inspection

HERE = Path(__file__).parent
SCREENSHOTS = HERE.parents[2] / "build" / "screenshots"
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
BAD_INPUT = frozenset({409, 422})
"""Statuses with which a screen answers bad or late input; every test may meet them."""
PATIENCE = 30_000
"""How many milliseconds a page may take on a busy machine before a test gives up."""
_ASYNC = "DJANGO_ALLOW_ASYNC_UNSAFE"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Only these tests may open sockets, and only towards this machine."""
    for item in items:
        if HERE in item.path.parents:
            for marker in (pytest.mark.browser, pytest.mark.tool("chromium"), pytest.mark.allow_hosts(["127.0.0.1"])):
                item.add_marker(marker)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One Chromium for the tests of a file.

    Playwright leaves an event loop running beside the test, which Django takes for asynchronous code; that it is not.
    """
    expect.set_options(timeout=PATIENCE)
    before = os.environ.get(_ASYNC)
    os.environ[_ASYNC] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=SWITCHES)
        yield browser
        browser.close()
    if before is None:
        del os.environ[_ASYNC]


@pytest.fixture
def office(transactional_db: None) -> Office:
    """A unit with all its people; the server sees it too."""
    return make_office()


@pytest.fixture
def inspection(office: Office) -> Inspection:
    """The project's sample, imported into the unit."""
    return import_sample(office)


class Complaints:
    """What a browser has complained about, other than the statuses that the test expects."""

    def __init__(self, expect: frozenset[int], found: list[str]) -> None:
        self._expect = expect | BAD_INPUT
        self.found = found

    def watch(self, page: Page) -> None:
        """Listen to a page from its beginning."""
        page.on("console", self._console)
        page.on("pageerror", lambda fault: self.found.append(f"script: {fault}"))
        page.on("requestfailed", self._failed)
        page.on("response", self._answered)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            self.found.append(f"console: {message.text}")

    def _failed(self, request: Request) -> None:
        # A download and a page that is left before it is complete both end their request as “aborted”.
        if request.failure != "net::ERR_ABORTED":
            self.found.append(f"request: {request.url} {request.failure}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self._expect:
            self.found.append(f"answer: {response.status} {response.url}")


@contextmanager
def _window(browser: Browser, address: str, **more: object) -> Iterator[BrowserContext]:
    window = browser.new_context(
        base_url=address, viewport={"width": 1366, "height": 768}, locale="zh-CN", timezone_id="Asia/Shanghai", **more
    )
    window.set_default_timeout(PATIENCE)
    try:
        yield window
    finally:
        window.close()


@pytest.fixture
def complaints() -> list[str]:
    """What the browsers of a test complain about; what is left in it at the end fails the test."""
    return []


class Traffic:
    """The requests that the server of a test is still answering; a browser that goes away does not end them."""

    def __init__(self) -> None:
        self._open = 0
        self._changed = threading.Condition()

    def started(self, **_: object) -> None:
        """Count one that begins."""
        self._count(1)

    def finished(self, **_: object) -> None:
        """Count one that ends."""
        self._count(-1)

    def settle(self) -> None:
        """Wait until all are answered: who empties the tables under one of them waits for it, and it for them."""
        with self._changed:
            self._changed.wait_for(lambda: self._open <= 0, timeout=PATIENCE / 1000)

    def _count(self, step: int) -> None:
        with self._changed:
            self._open += step
            self._changed.notify_all()


@pytest.fixture
def traffic(transactional_db: None, live_server: LiveServer) -> Iterator[None]:
    """At the end of a test nothing is under way any more, before its tables are emptied."""
    found = Traffic()
    request_started.connect(found.started, weak=False)
    request_finished.connect(found.finished, weak=False)
    yield
    found.settle()
    request_started.disconnect(found.started)
    request_finished.disconnect(found.finished)


@pytest.fixture
def visit(
    traffic: None, live_server: LiveServer, chromium: Browser, complaints: list[str]
) -> Iterator[Callable[..., Page]]:
    """`visit(path, expect=…)` opens a page of a new browser in which nobody has logged in."""
    with ExitStack() as windows:

        def go(path: str = "/", *, expect: frozenset[int] | set[int] = frozenset(), **more: object) -> Page:
            window = windows.enter_context(_window(chromium, live_server.url, **more))
            window.on("page", Complaints(frozenset(expect), complaints).watch)
            page = window.new_page()
            page.goto(path)
            return page

        yield go
    if complaints:
        pytest.fail("the browser complains:\n" + "\n".join(complaints), pytrace=False)


@pytest.fixture
def page_as(office: Office, visit: Callable[..., Page]) -> Callable[..., Page]:
    """`page_as("office")` logs in through the form as the person with that role and returns the page after it.

    Further arguments go to the browser's window (`color_scheme="dark"`, `java_script_enabled=False`).
    """

    def enter(role: str, *, expect: frozenset[int] | set[int] = frozenset(), **more: object) -> Page:
        page = visit("/login/", expect=expect, **more)
        page.get_by_label("登录名").fill(office.people[role].login or "")
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        page.wait_for_url(lambda url: "/login/" not in url)
        return page

    return enter


@pytest.fixture(scope="session")
def screenshot() -> Callable[..., Path]:
    """`screenshot(page, "ledger")` writes build/screenshots/ledger.png: the whole page, or with full=False what shows."""

    def take(page: Page, name: str, *, full: bool = True) -> Path:
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        path = SCREENSHOTS / f"{name}.png"
        page.screenshot(path=path, full_page=full)
        return path

    return take
