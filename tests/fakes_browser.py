"""A real browser on the real demo, for tests: found or fetched, watched while it shows pages.

In: the machine. Out: a browser, a running demo, and tabs that keep every request and every complaint.
"""

import contextlib
import fcntl
import http.client
import os
import queue
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserType, Error, Page, Request, Response, sync_playwright

from scheduler.demo import LOGIN

VARIABLE = "TEST_POLICYWIRE_BROWSER"
NO_BROWSER = "no browser"
_INSTALLED = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_FETCH_SECONDS = 600
# Nothing but loopback, whatever a page asks for; nothing that the browser does by itself.
_FLAGS = (
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
    "--disable-dev-shm-usage",
    "--force-color-profile=srgb",
)
_DEMO_SECONDS = 240
_LOGIN = re.compile(rf"(?P<address>http://\S+)/login, name {LOGIN}, password (?P<password>\S+)")
PHONE = (360, 740)
DESKTOP = (1280, 900)


class NoBrowserError(Exception):
    """There is none and none could be fetched; the message says what was tried and what to do."""


@contextmanager
def running_browser(lock: Path) -> Iterator[Browser]:
    """Start a browser: the one named by the variable, Playwright's own, the machine's, or one fetched now.

    `lock` keeps two runs from fetching at once. Raises NoBrowserError.
    """
    with sync_playwright() as playwright:
        browser = _launched(playwright.chromium, lock)
        try:
            yield browser
        finally:
            browser.close()


def _launched(chromium: BrowserType, lock: Path) -> Browser:
    if named := os.environ.get(VARIABLE):
        return _launch(chromium, named)
    if browser := _found(chromium):
        return browser
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        tried = ["Playwright's own and " + ", ".join(_INSTALLED) + ": not on this machine"]
        for name, commands in _fetches():
            if browser := _found(chromium):
                return browser
            tried.append(f"{name}: {_run_all(commands) or 'done, and still none starts'}")
        if browser := _found(chromium):
            return browser
    raise NoBrowserError(
        f"{NO_BROWSER}: the pages were NOT tested. Install one (on Debian: apt-get install chromium; "
        f"elsewhere: playwright install --with-deps chromium), or name one in {VARIABLE}. "
        f"Tried: {'; '.join(tried)}"
    )


def _found(chromium: BrowserType) -> Browser | None:
    for path in (None, *filter(None, map(shutil.which, _INSTALLED))):
        with contextlib.suppress(Error):
            return _launch(chromium, path)
    return None


def _launch(chromium: BrowserType, path: str | None) -> Browser:
    # Root, as in a container, has no sandbox to put a page into.
    return chromium.launch(executable_path=path, args=list(_FLAGS), chromium_sandbox=os.geteuid() != 0)


def _fetches() -> list[tuple[str, list[list[str]]]]:
    root = os.geteuid() == 0
    own = [sys.executable, "-m", "playwright"]
    needs = [[*own, "install-deps", "chromium"]] if root else []
    fetches = [("playwright install chromium", [[*own, "install", "chromium"], *needs])]
    if root and shutil.which("apt-get"):
        install = ["apt-get", "install", "--yes", "--no-install-recommends", "chromium", "fonts-dejavu-core"]
        fetches.append(("apt-get install chromium", [["apt-get", "update"], install]))
    return fetches


def _run_all(commands: list[list[str]]) -> str:
    """Return the last words of the command that failed, or nothing."""
    for command in commands:
        try:
            done = subprocess.run(
                command,
                capture_output=True,
                text=True,
                timeout=_FETCH_SECONDS,
                check=False,
                env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            return str(error)
        if done.returncode != 0:
            last = " ".join((done.stderr or done.stdout).split())[-100:]
            return f"exit code {done.returncode}, {last}"
    return ""


@dataclass(frozen=True, kw_only=True)
class DemoSite:
    """A demo after both its passes. `folder` is its --dir; `address` has no closing slash.

    `password` is that of the operator whom the demo makes and prints.
    """

    address: str
    folder: Path
    password: str

    def ask(self, path: str, *, accept: str = "*/*") -> http.client.HTTPResponse:
        """Send one GET without a browser, follow nothing; the body is read."""
        connection = http.client.HTTPConnection(urlsplit(self.address).netloc, timeout=60)
        with contextlib.closing(connection):
            connection.request("GET", path, headers={"Accept": accept})
            reply = connection.getresponse()
            reply.read()
            return reply


@contextmanager
def running_demo(folder: Path) -> Iterator[DemoSite]:
    """Run `policywire demo` in a folder of its own until the caller is done."""
    command = [sys.executable, "-u", "-m", "scheduler.cli", "demo", "--port", "0", "--dir", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        lines = _lines(process)
        try:
            printed = _printed(lines)
            found = _LOGIN.search(printed)
            assert found, f"the demo gave no login:\n{printed}"
            yield DemoSite(address=found["address"], folder=folder, password=found["password"])
        finally:
            process.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(20)
            process.kill()


def _lines(process: "subprocess.Popen[str]") -> "queue.Queue[str | None]":
    lines: queue.Queue[str | None] = queue.Queue()

    def read() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            lines.put(line)
        lines.put(None)

    threading.Thread(target=read, daemon=True).start()
    return lines


def _printed(lines: "queue.Queue[str | None]") -> str:
    deadline, printed = time.monotonic() + _DEMO_SECONDS, ""
    while "Ctrl-C ends it" not in printed:
        line = lines.get(timeout=max(0.1, deadline - time.monotonic()))
        assert line is not None, f"the demo ended:\n{printed}"
        printed += line
    return printed


@dataclass
class Tab:
    """A page of the browser on a site. Complaints: what the console was told, errors of scripts, failures.

    A test that provokes some forgives them; the others fail it (`open_tab`).
    """

    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)

    def open(self, path: str, *, status: int = 200) -> Response:
        """Go to a path of the site; the answer must have the status."""
        response = self.page.goto(self.address + path)
        assert response is not None
        assert response.status == status, f"{path}: {response.status} {response.text()[:500]}"
        if status >= 400:
            self.forgive(status)
        return response

    def follow(self, action: Callable[..., object]) -> None:
        """Do what leads to another page, and wait until that is there."""
        with self.page.expect_navigation():
            action()

    def forgive(self, *statuses: int) -> None:
        """Take out what the browser told of errors that were asked for."""
        words = tuple(f"status of {status} " for status in statuses)
        self.complaints = [one for one in self.complaints if not any(word in one for word in words)]

    @property
    def path(self) -> str:
        """Where the page is now: path and query."""
        parts = urlsplit(self.page.url)
        return parts.path + (f"?{parts.query}" if parts.query else "")

    def overflow(self) -> list[str]:
        """Return what makes the page wider than the window, if it is: the widest elements first."""
        wide: list[str] = self.page.evaluate(_OVERFLOW)
        return wide


_OVERFLOW = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= window.innerWidth) return [];
  const scrolled = one => {
    for (let up = one.parentElement; up && up !== document.body; up = up.parentElement)
      if (getComputedStyle(up).overflowX !== "visible") return true;
    return false;
  };
  return [...document.querySelectorAll("body *")]
    .filter(one => !scrolled(one))
    .map(one => [one.getBoundingClientRect().right, one])
    .filter(([right, one]) => right > width + 1)
    .sort((a, b) => b[0] - a[0])
    .slice(0, 8)
    .map(([right, one]) => `${Math.round(right)} px: ${one.outerHTML.slice(0, 120)}`)
    .concat([`the page: ${document.documentElement.scrollWidth} px`]);
}"""


@contextmanager
def open_tab(
    browser: Browser, address: str, *, size: tuple[int, int] = DESKTOP, **options: Any
) -> Iterator[Tab]:
    """Open a tab with cookies of its own; `options` are Playwright's of a context. Complaints fail it."""
    width, height = size
    context = browser.new_context(viewport={"width": width, "height": height}, **options)
    context.set_default_timeout(15_000)
    try:
        tab = Tab(page=context.new_page(), address=address)
        _watch(tab)
        yield tab
        assert not tab.outside, f"a page asked another host: {tab.outside}"
        assert not tab.complaints, "the browser complained: " + "; ".join(tab.complaints)
    finally:
        context.close()


def _watch(tab: Tab) -> None:
    def asked(request: Request) -> None:
        tab.requests.append(request)
        if not request.url.startswith((tab.address + "/", "data:", "about:", "blob:")):
            tab.outside.append(request.url)

    tab.page.on("request", asked)
    tab.page.on(
        "console",
        lambda told: (
            tab.complaints.append(f"{told.type}: {told.text} ({tab.page.url})")
            if told.type in ("error", "warning")
            else None
        ),
    )
    tab.page.on("pageerror", lambda error: tab.complaints.append(f"script: {error} ({tab.page.url})"))
    tab.page.on(
        "requestfailed",
        lambda request: (
            tab.complaints.append(f"{request.url}: {request.failure}")
            if request.failure != "net::ERR_ABORTED"
            else None
        ),
    )


def signed_in(browser: Browser, demo: DemoSite) -> Any:
    """Return the cookies of the demo's operator, logged in, as a context of Playwright takes them."""
    with open_tab(browser, demo.address) as tab:
        tab.open("/login")
        log_in(tab, LOGIN, demo.password)
        assert tab.path == "/", "logged in"
        return tab.page.context.storage_state()


def log_in(tab: Tab, name: str, password: str) -> None:
    """Fill in the form that is open, and send it."""
    tab.page.get_by_label("Name").fill(name)
    tab.page.get_by_label("Password").fill(password)
    tab.follow(tab.page.get_by_role("button", name="Log in").click)


def violations(tab: Tab, path: str) -> list[str]:
    """Return what axe finds on the page that is open."""
    results = Axe().run(tab.page, options={"resultTypes": ["violations"]})
    assert results.response["passes"], "axe looked at nothing"
    return [
        f"{path}: {rule['id']}: {rule['help']}: {node['html'][:160]}: {node['failureSummary'][:200]}"
        for rule in results.response["violations"]
        for node in rule["nodes"][:3]
    ]
