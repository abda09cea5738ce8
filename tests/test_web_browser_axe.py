"""Every page of the demo, by axe: light and dark, on a desk and on a phone; none is wider than a phone."""

from axe_playwright_python.sync_playwright import Axe
from fakes_browser import DESKTOP, PHONE, DemoSite, Tab, open_tab
from fakes_demo_pages import DATA, ERRORS, facts, paths
from playwright.sync_api import Browser


def test_no_page_has_a_violation(browser: Browser, demo_site: DemoSite) -> None:
    found: list[str] = []
    with open_tab(browser, demo_site.address, size=DESKTOP) as tab:
        for path in paths(facts(demo_site.folder)):
            tab.open(path)
            found += _violations(tab, path)
        for path, status in ERRORS.items():
            tab.open(path, status=status)
            found += _violations(tab, path)
    assert not found, "\n".join(found)


def _violations(tab: Tab, path: str) -> list[str]:
    """Return what is wrong with the open page, in the two looks that differ in everything."""
    wrong = _axe(tab, path, "light, desk")
    tab.page.emulate_media(color_scheme="dark")
    tab.page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    wrong += _axe(tab, path, "dark, phone")
    wrong += [f"{path} is too wide for a phone: {one}" for one in tab.overflow()]
    tab.page.emulate_media(color_scheme="light")
    tab.page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})
    return wrong


def _axe(tab: Tab, path: str, look: str) -> list[str]:
    results = Axe().run(tab.page, options={"resultTypes": ["violations"]})
    assert results.response["passes"], "axe looked at nothing"
    return [
        f"{path} ({look}): {rule['id']}: {rule['help']}: {node['html'][:160]}: {node['failureSummary'][:200]}"
        for rule in results.response["violations"]
        for node in rule["nodes"][:3]
    ]


def test_what_is_no_page_gives_no_html(demo_site: DemoSite) -> None:
    for route, path in DATA.items():
        reply = demo_site.ask(path, accept="text/html")
        kind = reply.headers.get("content-type", "")
        assert "text/html" not in kind, f"{route} is a page: it must be walked"
