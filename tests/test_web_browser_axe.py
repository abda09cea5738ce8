"""Every page of the demo, by axe: light and dark, on a desk and on a phone; none is wider than a phone."""

from pathlib import Path
from typing import Any

from fakes_browser import PHONE, DemoSite, open_tab, violations
from fakes_demo_pages import DATA, ERRORS, MADE, PAGES, asked_with_get, facts, paths
from fakes_site import running_site
from playwright.sync_api import Browser


def test_the_walk_knows_every_route(tmp_path: Path) -> None:
    with running_site(tmp_path) as site:
        routes = asked_with_get(site.routes)
    known = PAGES.keys() | DATA.keys() | MADE.keys()
    assert routes == known, "tests/fakes_demo_pages.py names the pages to walk"


def test_leaving_a_digest_has_no_violation(browser: Browser, tmp_path: Path) -> None:
    with running_site(tmp_path) as site:
        site.store.recipient("digest:daily", "analyst@example.org", token="t0ken")
        with open_tab(browser, f"http://127.0.0.1:{site.port}") as tab:
            tab.open("/unsubscribe/t0ken")
            assert not violations(tab, "/unsubscribe")
            tab.follow(tab.page.get_by_role("button", name="Unsubscribe").click)
            assert not violations(tab, "/unsubscribe, done")


def test_no_page_has_a_violation_for_anybody_on_a_desk(browser: Browser, demo_site: DemoSite) -> None:
    found: list[str] = []
    with open_tab(browser, demo_site.address) as tab:
        for path in paths(facts(demo_site.folder)):
            tab.open(path)
            found += violations(tab, path)
        for path, status in ERRORS.items():
            tab.open(path, status=status)
            found += violations(tab, path)
    assert not found, "\n".join(found)


def test_no_page_has_a_violation_for_operators_in_the_dark_on_a_phone(
    browser: Browser, demo_site: DemoSite, operator_state: Any
) -> None:
    found: list[str] = []
    look: dict[str, Any] = {"size": PHONE, "color_scheme": "dark", "storage_state": operator_state}
    with open_tab(browser, demo_site.address, **look) as tab:
        for path in paths(facts(demo_site.folder), private=True):
            tab.open(path)
            found += violations(tab, path)
            found += [f"{path} is too wide: {one}" for one in tab.overflow()]
    assert not found, "\n".join(found)


def test_what_is_no_page_gives_no_html(demo_site: DemoSite) -> None:
    for route, path in DATA.items():
        reply = demo_site.ask(path, accept="text/html")
        kind = reply.headers.get("content-type", "")
        # An address that lacks something is told so on a page.
        assert reply.status == 400 or "text/html" not in kind, f"{route} is a page: it must be walked"
