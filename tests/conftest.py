"""What all tests share: nothing beyond loopback, one demo and one browser for the tests of pages.

A test that tries to reach the network fails at once. Tests of one file run in one process, those with a
browser all in the same, so that what they share is started once.
"""

import logging
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from xdist.scheduler import LoadScopeScheduling

if TYPE_CHECKING:
    from fakes_browser import DemoSite
    from playwright.sync_api import Browser

    from storage.store import Store

# Files that start daemons, demos and browsers: minutes each, whatever the number of their tests.
_LONG = (
    "test_web_browser_",
    "test_scheduler_daemon",
    "test_demo.py",
    "test_sources_catalogue",
    "test_durability",
    "test_examples_line",
    "test_docs_",
    "test_scheduler_cli",
    "test_watchlist_editing",
)
LOOPBACK = ("127.", "::1", "localhost", "0.0.0.0")


def pytest_configure() -> None:
    """Forget what an operator of this machine has set, before any test file is read."""
    for name in [name for name in os.environ if name.startswith("POLICYWIRE_")]:
        del os.environ[name]


@pytest.fixture(scope="session", autouse=True)
def loopback_only() -> Iterator[None]:
    """Refuse connections of this process to anything but loopback; unix sockets pass."""
    whole: Any = socket.socket
    connect = whole.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if isinstance(address, tuple) and not str(address[0]).startswith(LOOPBACK):
            raise AssertionError(f"a test tried to reach {address[0]}")
        connect(self, address)

    whole.connect = guarded  # the one seam under every client
    yield
    whole.connect = connect


@pytest.fixture(autouse=True)
def logging_left_as_found() -> Iterator[None]:
    """Undo what commands run in this process do to logging: `error` set by one silenced the next test."""
    root = logging.getLogger()
    found = [one for one in root.manager.loggerDict.values() if isinstance(one, logging.Logger)]
    levels = [(one, one.level) for one in (root, *found)]
    handlers, disabled = list(root.handlers), root.manager.disable
    yield
    root.handlers[:] = [handler for handler in root.handlers if handler in handlers]
    logging.disable(disabled)
    for one, level in levels:
        one.setLevel(level)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where the test's database is."""
    return tmp_path / "policywire.db"


@pytest.fixture
def store(path: Path) -> Iterator["Store"]:
    """Open the test's database."""
    from storage.store import Store

    with Store.open(path) as opened:
        yield opened


class _ByFile(LoadScopeScheduling):  # type: ignore[misc]  # xdist ships no types
    """Hands out whole files, the browser's tests as one."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return "browser" if Path(file).name.startswith("test_web_browser_") else file


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the files first that take long, or one process still works on them when the others are done."""
    items.sort(key=lambda item: not item.path.name.startswith(_LONG))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> _ByFile:
    """Give xdist the scheduler, whatever --dist says."""
    return _ByFile(config, log)


@pytest.fixture(scope="session")
def demo_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator["DemoSite"]:
    """Run the demo as a stranger does, once for all tests that look at it."""
    from fakes_browser import running_demo

    with running_demo(tmp_path_factory.mktemp("demo-site")) as site:
        yield site


# Playwright's loop sits in the thread while it runs: other tests of this process could not use asyncio.run.
@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator["Browser"]:
    """Start a browser; without one the test is skipped, and the run's summary says so."""
    from fakes_browser import NoBrowserError, running_browser

    try:
        running = running_browser(tmp_path_factory.getbasetemp().parent / "browser.lock")
        with running as browser:
            yield browser
    except NoBrowserError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def operator_state(browser: "Browser", demo_site: "DemoSite") -> Any:
    """Return the cookies of an operator of the demo, for a tab's `storage_state`."""
    from fakes_browser import signed_in

    return signed_in(browser, demo_site)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say at the end, and loudly, that no page was looked at."""
    from fakes_browser import NO_BROWSER

    skipped = terminalreporter.stats.get("skipped", ())
    reasons = {str(report.longrepr[2]) for report in skipped if isinstance(report.longrepr, tuple)}
    for reason in sorted(one for one in reasons if NO_BROWSER in one):
        terminalreporter.section("THE PAGES WERE NOT TESTED", sep="!", red=True, bold=True)
        terminalreporter.line(reason, red=True)
