"""Who may do what, in a browser: logging in, being locked out, an operator's actions and the way back."""

from pathlib import Path
from typing import Any

from fakes_browser import DemoSite, log_in, open_tab
from fakes_demo_pages import facts
from fakes_site import CHEAP, running_site
from playwright.sync_api import Browser, expect

from publisher.web.access import passwords
from scheduler.demo import LOGIN

PASSWORD = "a long way to Khorgos"


def test_a_wrong_password_is_told_and_the_right_one_leads_back(browser: Browser, demo_site: DemoSite) -> None:
    with open_tab(browser, demo_site.address) as tab:
        tab.open("/sources")
        tab.follow(tab.page.get_by_role("link", name="Log in").click)
        log_in(tab, LOGIN, "not the password")
        expect(tab.page.get_by_role("alert")).to_contain_text("wrong")
        expect(tab.page.get_by_label("Name")).to_have_value(LOGIN)
        expect(tab.page.get_by_label("Password")).to_have_value("")
        tab.forgive(401)
        log_in(tab, LOGIN, demo_site.password)
        assert tab.path == "/sources", "back to where the visitor was"
        expect(tab.page.get_by_role("link", name=LOGIN, exact=True)).to_be_visible()
        tab.follow(tab.page.get_by_role("button", name="Log out").click)
        expect(tab.page.get_by_role("link", name="Log in")).to_be_visible()
        tab.open("/account", status=401)


def test_logging_in_works_with_keys_only_and_without_scripts(browser: Browser, demo_site: DemoSite) -> None:
    with open_tab(browser, demo_site.address, java_script_enabled=False) as tab:
        tab.open("/login?next=/account")
        tab.page.get_by_label("Name").focus()
        for keys in (LOGIN, "Tab", demo_site.password, "Enter"):
            press = tab.page.keyboard.press if keys in ("Tab", "Enter") else tab.page.keyboard.type
            press(keys)
        tab.page.wait_for_url("**/account")
        expect(tab.page.get_by_role("main")).to_contain_text(LOGIN)


def test_who_tries_too_often_has_to_wait(browser: Browser, tmp_path: Path) -> None:
    with running_site(tmp_path) as site:
        site.store.add_user("ada", "operator", passwords.hashed(PASSWORD, CHEAP), now=site.now)
        with open_tab(browser, f"http://127.0.0.1:{site.port}") as tab:
            tab.open("/login")
            for _ in range(20):
                log_in(tab, "ada", "a guess of many")
                told = tab.page.get_by_role("alert").inner_text()
                if "Too many" in told:
                    break
            assert "Try again in" in told
            log_in(tab, "ada", PASSWORD)
            expect(tab.page.get_by_role("alert")).to_contain_text("Too many")
            tab.forgive(401, 429)


def test_an_operator_snoozes_a_source_and_takes_it_back(
    browser: Browser, demo_site: DemoSite, operator_state: Any
) -> None:
    source = facts(demo_site.folder).source
    with open_tab(browser, demo_site.address) as tab:
        tab.open(f"/sources/{source}")
        expect(tab.page.get_by_role("button", name="Snooze")).to_have_count(0)
    with open_tab(browser, demo_site.address, storage_state=operator_state) as tab:
        tab.open(f"/sources/{source}")
        tab.page.get_by_label("Snooze for days").fill("5")
        tab.follow(tab.page.get_by_role("button", name="Snooze").click)
        expect(tab.page.get_by_role("main")).to_contain_text("Snoozed until")
        tab.follow(tab.page.get_by_role("button", name="Tell of it again").click)
        expect(tab.page.get_by_role("main")).not_to_contain_text("Snoozed until")


def test_an_operator_polls_a_source_now(browser: Browser, demo_site: DemoSite, operator_state: Any) -> None:
    source = facts(demo_site.folder).source
    with open_tab(browser, demo_site.address, storage_state=operator_state) as tab:
        tab.open(f"/sources/{source}")
        tab.follow(tab.page.get_by_role("button", name="Poll now").click)
        expect(tab.page.get_by_role("status")).to_contain_text("due now")


def test_a_private_address_reads_a_feed_until_it_is_revoked(
    browser: Browser, demo_site: DemoSite, operator_state: Any
) -> None:
    with open_tab(browser, demo_site.address, storage_state=operator_state) as tab:
        tab.open("/account")
        tab.page.get_by_label("What it is for").fill("a reader on the train")
        tab.follow(tab.page.get_by_role("button", name="Make a token").click)
        token = tab.page.get_by_label("Token", exact=True).input_value()
        private = f"/private/{token}/feeds/central-asia.rss"
        assert demo_site.ask(private).status == 200
        tab.follow(tab.page.get_by_role("button", name="Revoke the token a reader on the train").click)
        expect(tab.page.get_by_role("main")).not_to_contain_text("a reader on the train")
        assert demo_site.ask(private).status in (401, 404)
