"""Every page of the demo as people meet it: large letters, narrow windows, forced colours, keys, weight."""

import io
from collections.abc import Iterator
from typing import Any

import pytest
from fakes_browser import PHONE, DemoSite, Tab, open_tab
from fakes_demo_pages import facts, paths
from playwright.sync_api import Browser
from pypdf import PdfReader

# With everything that a page asks for, before compression.
_HEAVIEST = 150_000
_SHOWN = {"Accept": "text/html"}
# A desktop's window at 400 %, as WCAG's criterion of reflow has it.
_NARROW = (320, 640)
_FOCUS = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const style = getComputedStyle(one), box = one.getBoundingClientRect();
  return {
    name: one.outerHTML.slice(0, 120),
    outlined: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    shown: box.width > 1 && box.height > 1 && box.right > 0 && box.left < innerWidth
      && box.bottom > 0 && box.top < innerHeight,
  };
}"""
# The colour at a picture's upper right corner.
_CORNER = """async bytes => {
  const picture = await createImageBitmap(new Blob([new Uint8Array(bytes)]));
  const canvas = new OffscreenCanvas(picture.width, picture.height).getContext("2d");
  canvas.drawImage(picture, 0, 0);
  return [...canvas.getImageData(picture.width - 2, 2, 1, 1).data];
}"""
_PAST_THE_MENU = """() => {
  const one = document.activeElement;
  const parts = [...document.querySelectorAll("main, footer")];
  return one === document.body || parts.some(part => part.contains(one));
}"""


@pytest.fixture(scope="module")
def walk(demo_site: DemoSite) -> list[str]:
    return paths(facts(demo_site.folder))


@pytest.fixture
def tab(browser: Browser, demo_site: DemoSite) -> Iterator[Tab]:
    with open_tab(browser, demo_site.address) as tab:
        yield tab


def test_no_page_is_heavier_than_promised(tab: Tab, walk: list[str]) -> None:
    # With a route in place the browser keeps no cache: each page is weighed as on a first visit.
    tab.page.route("**/*", lambda route: route.continue_())
    weights = {}
    for path in walk:
        tab.requests.clear()
        tab.open(path)
        # Browsers without a window may leave the icon out.
        asked = {request.url for request in tab.requests} | {_icon(tab)}
        weights[path] = sum(len(tab.page.request.get(url, headers=_SHOWN).body()) for url in asked)
    assert max(weights.values()) <= _HEAVIEST, weights


def test_a_table_shows_that_it_goes_on_sideways(browser: Browser, demo_site: DemoSite) -> None:
    with open_tab(browser, demo_site.address, size=PHONE) as tab:
        tab.open(facts(demo_site.folder).fill("/sources/{source}"))
        region = tab.page.get_by_role("region", name="Polls")
        assert region.evaluate("one => one.scrollWidth > one.clientWidth")
        shaded = tab.page.evaluate(_CORNER, list(region.screenshot()))
        region.evaluate("one => { one.scrollLeft = one.scrollWidth }")
        plain = tab.page.evaluate(_CORNER, list(region.screenshot()))
        assert shaded != plain


def _icon(tab: Tab) -> str:
    return tab.address + str(tab.page.locator("link[rel=icon]").get_attribute("href"))


def test_no_page_is_wider_than_a_window_at_400_percent(
    browser: Browser, demo_site: DemoSite, operator_state: Any
) -> None:
    with open_tab(browser, demo_site.address, size=_NARROW, storage_state=operator_state) as tab:
        for path in paths(facts(demo_site.folder), private=True):
            tab.open(path)
            assert tab.overflow() == [], path


def test_letters_twice_as_large_fit(browser: Browser, demo_site: DemoSite, operator_state: Any) -> None:
    with open_tab(browser, demo_site.address, size=(1280, 900), storage_state=operator_state) as tab:
        for path in paths(facts(demo_site.folder), private=True):
            tab.open(path)
            tab.page.evaluate("document.documentElement.style.fontSize = '200%'")
            assert tab.overflow() == [], path


def test_the_keyboard_reaches_everything_and_shows_where_it_is(tab: Tab, walk: list[str]) -> None:
    for path in walk:
        tab.open(path)
        tab.page.keyboard.press("Tab")
        first: Any = tab.page.evaluate(_FOCUS)
        assert 'href="#main"' in first["name"], f"{path}: the first stop leads past the menu"
        assert first["shown"], f"{path}: the skip link shows itself"
        for _ in range(12):
            tab.page.keyboard.press("Tab")
            if (focus := tab.page.evaluate(_FOCUS)) is None:
                break
            assert focus["outlined"], f"{path}: no ring around {focus['name']}"
            assert focus["shown"], f"{path}: out of sight: {focus['name']}"


def test_the_skip_link_leads_to_the_content(tab: Tab, walk: list[str]) -> None:
    for path in walk:
        tab.open(path)
        tab.page.keyboard.press("Tab")
        tab.page.keyboard.press("Enter")
        tab.page.keyboard.press("Tab")
        inside = tab.page.evaluate(_PAST_THE_MENU)
        assert inside, path


def test_every_page_has_one_heading_of_its_own_and_landmarks(tab: Tab, walk: list[str]) -> None:
    titles: dict[str, str] = {}
    for path in walk:
        tab.open(path)
        assert tab.page.locator("h1").count() == 1, path
        for landmark in ("main", "nav[aria-label]", "footer"):
            assert tab.page.locator(landmark).count() >= 1, f"{path}: no {landmark}"
        title, asked = tab.page.title(), path.partition("?")[0]
        assert titles.setdefault(title, asked) == asked, f"{path} and {titles[title]} are both “{title}”"


def test_forced_colours_leave_everything_to_be_seen(
    browser: Browser, demo_site: DemoSite, walk: list[str]
) -> None:
    with open_tab(browser, demo_site.address, forced_colors="active") as tab:
        for path in walk:
            tab.open(path)
            # What matched keeps its two colours: they are its meaning.
            hidden = tab.page.evaluate(
                """() => [...document.querySelectorAll("body *:not(mark, mark *)")]
                    .filter(one => getComputedStyle(one).forcedColorAdjust === "none")
                    .map(one => one.outerHTML.slice(0, 120))"""
            )
            assert hidden == [], path


def test_motion_is_for_those_who_want_it(browser: Browser, demo_site: DemoSite, walk: list[str]) -> None:
    with open_tab(browser, demo_site.address, reduced_motion="reduce") as tab:
        for path in walk:
            tab.open(path)
            assert tab.page.evaluate("document.getAnimations().length") == 0, path


def test_paper_carries_the_content_and_no_menu(
    browser: Browser, demo_site: DemoSite, walk: list[str]
) -> None:
    with open_tab(browser, demo_site.address, color_scheme="dark") as tab:
        for path in walk:
            tab.open(path)
            heading = tab.page.locator("h1").inner_text()
            paper = PdfReader(io.BytesIO(tab.page.pdf()))
            printed = " ".join(" ".join(sheet.extract_text().split()) for sheet in paper.pages)
            assert " ".join(heading.split())[:30] in printed, path
            assert "To the content" not in printed, path
            tab.page.emulate_media(media="print")
            for locator in ("nav", "form"):
                assert tab.page.locator(f"{locator}:visible").count() == 0, f"{path}: {locator} on paper"
            tab.page.emulate_media(media="screen")
