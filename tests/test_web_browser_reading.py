"""What analysts do in a browser: entries, search, an article, its changes, its story, their judgement."""

import json
import subprocess
import sys
from typing import Any

import pytest
from fakes_browser import PHONE, DemoSite, Tab, open_tab, violations
from fakes_demo_pages import facts
from playwright.sync_api import Browser, expect


def open_filters(tab: Tab) -> None:
    tab.page.locator("summary", has_text="Filters").click()


@pytest.mark.parametrize("scripts", [True, False])
def test_entries_are_filtered_and_filters_taken_away(
    browser: Browser, demo_site: DemoSite, scripts: bool
) -> None:
    with open_tab(browser, demo_site.address, java_script_enabled=scripts) as tab:
        tab.open("/")
        every = tab.page.locator("article.item").count()
        assert every > 10
        first = tab.page.locator("article.item").first
        assert first.locator("mark").count() > 0, "what matched is marked in its sentence"
        expect(first).to_contain_text("Why:")
        open_filters(tab)
        tab.page.get_by_role("combobox", name="State").select_option("KG")
        tab.page.get_by_role("combobox", name="Language").select_option("ru")
        tab.follow(tab.page.get_by_role("button", name="Show").click)
        assert "state=KG" in tab.path
        few = tab.page.locator("article.item").count()
        assert 0 < few < every
        for item in tab.page.locator("article.item").all():
            expect(item).to_contain_text("Kyrgyzstan")
        tab.follow(tab.page.get_by_role("link", name="Remove Language ru").click)
        assert tab.page.locator("article.item").count() > few
        tab.follow(tab.page.get_by_role("link", name="Remove all").click)
        assert tab.page.locator("article.item").count() == every


@pytest.mark.parametrize("scripts", [True, False])
def test_search_finds_tells_of_bad_syntax_and_becomes_a_feed(
    browser: Browser, demo_site: DemoSite, scripts: bool
) -> None:
    with open_tab(browser, demo_site.address, java_script_enabled=scripts) as tab:
        tab.open("/search")
        words = tab.page.get_by_role("searchbox", name="Words in the archive")
        words.fill("transit OR port*")
        tab.follow(lambda: words.press("Enter"))
        assert tab.page.locator("article.item mark").count() > 0
        feed = tab.page.get_by_role("link", name="RSS").last.get_attribute("href")
        assert feed
        assert demo_site.ask(feed, accept="application/rss+xml").status == 200
        words.fill('"never closed')
        tab.follow(lambda: words.press("Enter"))
        expect(tab.page.get_by_role("alert")).to_be_visible()
        expect(words).to_have_value('"never closed')
        tab.forgive(400)


def test_pages_turn_there_and_back(browser: Browser, demo_site: DemoSite) -> None:
    with open_tab(browser, demo_site.address) as tab:
        tab.open("/?number=5")
        titles = tab.page.locator("a.open").all_inner_texts()
        tab.follow(tab.page.get_by_role("link", name="Older").click)
        older = tab.page.locator("a.open").all_inner_texts()
        assert len(older) == 5
        # An edit of an article has an entry with the same title, perhaps on the other page.
        assert older != titles
        tab.follow(tab.page.get_by_role("link", name="Newer").click)
        assert tab.page.locator("a.open").all_inner_texts() == titles


def test_an_entry_leads_to_its_evidence_in_the_text(browser: Browser, demo_site: DemoSite) -> None:
    with open_tab(browser, demo_site.address) as tab:
        tab.open("/")
        link = tab.page.locator("article.item a.open").first
        title = link.inner_text()
        tab.follow(link.click)
        expect(tab.page.get_by_role("heading", level=1)).to_contain_text(title)
        evidence = tab.page.get_by_role("region", name="Evidence")
        evidence.get_by_role("link").first.click()
        target = tab.page.locator(":target")
        expect(target).to_be_in_viewport()
        assert target.evaluate("one => one.localName") == "mark"


def test_what_an_edit_changed_stands_side_by_side_and_on_a_phone_below(
    browser: Browser, demo_site: DemoSite
) -> None:
    article = facts(demo_site.folder).revised
    for size, side_by_side in (((1280, 900), True), (PHONE, False)):
        with open_tab(browser, demo_site.address, size=size) as tab:
            tab.open(f"/articles/{article}")
            tab.follow(tab.page.get_by_role("link", name="what changed in text 2").click)
            before, after = tab.page.locator("td:has(del)").first, tab.page.locator("td:has(ins)").first
            left, right = before.bounding_box(), after.bounding_box()
            assert left
            assert right
            assert (left["y"] == right["y"]) is side_by_side
            assert tab.overflow() == []


def test_a_story_shows_who_was_first_and_every_copy(browser: Browser, demo_site: DemoSite) -> None:
    known = facts(demo_site.folder)
    with open_tab(browser, demo_site.address) as tab:
        tab.open(f"/articles/{known.copied}")
        tab.follow(tab.page.get_by_role("link", name=f"story {known.story}").click)
        assert tab.path == f"/stories/{known.story}"
        table = tab.page.get_by_role("region", name="Table of articles")
        expect(table).to_contain_text("stands for the story")
        assert table.locator("tbody tr").count() >= 3


def test_feedback_is_given_and_exported(browser: Browser, demo_site: DemoSite, operator_state: Any) -> None:
    known = facts(demo_site.folder)
    with open_tab(browser, demo_site.address, storage_state=operator_state) as tab:
        tab.open(f"/articles/{known.copied}")
        tab.page.get_by_label("Note, if you like").fill("a test of the button")
        tab.follow(tab.page.get_by_role("button", name="Not relevant").click)
        expect(tab.page.get_by_role("main")).to_contain_text("a test of the button")
        assert "a test of the button" in exported(demo_site)
        tab.open("/feedback")
        label = tab.page.locator('td a[href*="/feedback/"]').first.get_attribute("href")
        tab.open(str(label))
        assert not violations(tab, str(label))
        tab.open("/feedback")
        row = tab.page.locator("tr", has_text="a test of the button")
        tab.follow(row.get_by_role("button", name="Withdraw").click)
        tab.open("/feedback")
        expect(tab.page.get_by_role("main")).not_to_contain_text("a test of the button")


def exported(demo: DemoSite) -> str:
    """Return the labels as the command line exports them; each line is JSON."""
    data = str(demo.folder / "data")
    command = [sys.executable, "-m", "scheduler.cli", "feedback", "export", "--data", data]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    for line in done.stdout.splitlines():
        json.loads(line)
    return done.stdout


def test_keys_lead_through_entries(browser: Browser, demo_site: DemoSite) -> None:
    focused = "document.activeElement.closest('article.item')?.querySelector('a.open').textContent"
    with open_tab(browser, demo_site.address) as tab:
        tab.open("/")
        titles = tab.page.locator("a.open").all_inner_texts()
        seen = []
        for key in "jjjk":
            tab.page.keyboard.press(key)
            seen.append(tab.page.evaluate(focused))
        assert seen == [titles[0], titles[1], titles[2], titles[1]]
        tab.page.keyboard.press("/")
        expect(tab.page.get_by_role("searchbox")).to_be_focused()
        tab.page.keyboard.type("jk")
        expect(tab.page.get_by_role("searchbox")).to_have_value("jk")
        tab.page.get_by_role("button", name="Turn keys off").click()
        tab.page.keyboard.press("j")
        assert tab.page.evaluate(focused) is None, "one-letter keys can be turned off"


def test_light_and_dark_follow_the_system_until_somebody_chooses(
    browser: Browser, demo_site: DemoSite
) -> None:
    back = "getComputedStyle(document.body).backgroundColor"
    with open_tab(browser, demo_site.address, color_scheme="dark") as tab:
        tab.open("/")
        dark = tab.page.evaluate(back)
        button = tab.page.get_by_role("button", name="Colours:")
        button.click()
        expect(button).to_have_text("Colours: light")
        light = tab.page.evaluate(back)
        assert light != dark
        tab.open("/search")
        assert tab.page.evaluate(back) == light, "the choice is remembered"


def test_a_feed_opened_in_a_browser_is_a_page_to_read(browser: Browser, demo_site: DemoSite) -> None:
    with open_tab(browser, demo_site.address) as tab:
        for form in ("rss", "atom", "json"):
            tab.open(f"/feeds/central-asia.{form}")
            expect(tab.page.get_by_role("heading", level=1)).to_contain_text("Central Asia")
            assert tab.page.get_by_role("link").count() > 10
