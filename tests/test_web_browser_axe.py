"""Every page of the demo, by axe: light and dark, on a desk and on a phone; none is wider than a phone."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from fakes_browser import PHONE, DemoSite, Tab, open_tab
from fakes_demo_pages import DATA, ERRORS, facts, paths
from playwright.sync_api import Browser


def test_no_page_has_a_violation_for_anybody_on_a_desk(browser: Browser, demo_site: DemoSite) -> None:
    found: list[str] = []
    with open_tab(browser, demo_site.address) as tab:
        for path in paths(facts(demo_site.folder)):
            tab.open(path)
            found += _violations(tab, path)
        for path, status in ERRORS.items():
            tab.open(path, status=status)
            found += _violations(tab, path)
    assert not found, "\n".join(found)


def test_no_page_has_a_violation_for_operators_in_the_dark_on_a_phone(
    browser: Browser, demo_site: DemoSite, operator_state: Any
) -> None:
    found: list[str] = []
    look: dict[str, Any] = {"size": PHONE, "color_scheme": "dark", "storage_state": operator_state}
    with open_tab(browser, demo_site.address, **look) as tab:
        for path in paths(facts(demo_site.folder), private=True):
            tab.open(path)
            found += _violations(tab, path)
            found += [f"{path} is too wide: {one}" for one in tab.overflow()]
    assert not found, "\n".join(found)


def _violations(tab: Tab, path: str) -> list[str]:
    results = Axe().run(tab.page, options={"resultTypes": ["violations"]})
    assert results.response["passes"], "axe looked at nothing"
    return [
        f"{path}: {rule['id']}: {rule['help']}: {node['html'][:160]}: {node['failureSummary'][:200]}"
        for rule in results.response["violations"]
        for node in rule["nodes"][:3]
    ]


def test_what_is_no_page_gives_no_html(demo_site: DemoSite) -> None:
    for route, path in DATA.items():
        reply = demo_site.ask(path, accept="text/html")
        kind = reply.headers.get("content-type", "")
        assert "text/html" not in kind, f"{route} is a page: it must be walked"
