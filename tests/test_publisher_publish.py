"""The publish loop with the real store and matcher: entries, ids, crashes, feeds, what is pushed."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from fakes_desk import OTHER, STATEMENT, Desk, published, statement, write_watchlist

from core.article import Batch
from core.errors import StorageError
from core.push import PushSettings
from core.statement import Statement, StatementKind
from publisher.feeds.channels import FORMS
from publisher.publish import PublishReport
from storage import database
from storage.records.keeping import KeepRules
from storage.records.voices import VoiceAsk
from storage.revising import withdraw
from storage.store import Store


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Store.open(tmp_path / "policywire.db") as store:
        yield Desk(tmp_path, store)


def test_a_match_becomes_an_item_that_says_why(desk: Desk) -> None:
    desk.keep(statement(), statement(2, text=OTHER))
    report = desk.publish()
    assert (report.changes, report.matched, report.entries, report.behind) == (2, 1, 1, 0)
    assert set(report.rendered) == {
        f"{name}.{form}" for name in ("region", "region-kz", "region-uz") for form in FORMS
    }
    (item,) = desk.feed()
    assert item.title == "Statement 1"
    assert "Kazakhstan signed the treaty on Friday after a year of talks" in item.description
    assert "Why: " in item.description
    assert {"treaty", "Kazakhstan"} <= {tag.term for tag in item.tags}


def test_a_pass_decides_who_says_what(desk: Desk) -> None:
    said = Statement(
        speaker="Aman Testov",
        office=None,
        words=STATEMENT[:30],
        verb="said",
        rule="verb name",
        kind=StatementKind.DIRECT,
        language="en",
        confidence=0.9,
        start=0,
        end=30,
    )
    desk.keep(replace(statement(), statements=(said,)))
    assert desk.publish().heard == 1
    assert desk.publish().heard == 0
    (voice,) = desk.store.voices(VoiceAsk(), limit=10)
    assert voice.name == "Aman Testov"


def test_each_state_has_its_feed(desk: Desk) -> None:
    desk.keep(
        statement(), statement(2, text="Uzbekistan left the treaty, its government said on Monday. " + OTHER)
    )
    desk.publish()
    assert [item.title for item in desk.feed("region-kz.atom")] == ["Statement 1"]
    assert [item.title for item in desk.feed("region-uz.atom")] == ["Statement 2"]
    assert len(desk.ids()) == 2


def test_nothing_new_writes_nothing(desk: Desk) -> None:
    desk.keep(statement())
    desk.publish()
    before = {path.name: path.stat().st_mtime_ns for path in desk.feeds.iterdir()}
    assert desk.publish() == PublishReport()
    desk.restart()
    assert desk.publish() == PublishReport()
    assert {path.name: path.stat().st_mtime_ns for path in desk.feeds.iterdir()} == before


def test_only_feeds_that_changed_are_written(desk: Desk) -> None:
    desk.keep(statement())
    desk.publish()
    desk.keep(statement(2))
    assert set(desk.publish().rendered) == {
        f"{name}.{form}" for name in ("region", "region-kz") for form in FORMS
    }


def test_a_copy_is_named_in_the_item_and_is_none_itself(desk: Desk) -> None:
    desk.keep(statement())
    desk.publish()
    desk.keep(statement(source="kz-paper", url="https://paper.example/a"))
    report = desk.publish()
    assert report.entries == 0
    (item,) = desk.feed()
    assert "Also published by: " in item.content[0].value
    assert "https://paper.example/a" in item.content[0].value


def test_a_statement_and_its_copy_in_one_pass_are_one_item(desk: Desk) -> None:
    desk.keep(statement(), statement(source="kz-paper", url="https://paper.example/a"))
    assert desk.publish().entries == 1
    assert len(desk.feed()) == 1


def test_a_substantive_revision_is_a_second_item(desk: Desk) -> None:
    desk.keep(statement())
    desk.publish()
    (first,) = desk.ids()
    desk.now += timedelta(hours=1)
    later = (
        "Kazakhstan denounced the treaty within an hour of signing it, and recalled its envoy from the talks."
    )
    desk.keep(replace(statement(text=f"{later} {OTHER}"), fetched_at=desk.now))
    assert desk.publish().entries == 1
    revised, original = desk.feed()
    assert revised.title == "Revised: Statement 1"
    assert original.id == first
    assert revised.id != first


def test_a_revision_says_what_changed_and_can_be_switched_off(desk: Desk) -> None:
    desk.keep(statement())
    desk.publish()
    desk.keep(replace(statement(), text=statement().text.replace("talks", "long talks")))
    desk.publish()
    body = desk.feed()[0].summary
    assert "<ins>long </ins>" in body
    assert "What changed: words added: “long”" in body
    desk.restart(revisions=False)
    assert desk.publish().entries == 0
    assert [item.title for item in desk.feed()] == ["Statement 1"]
    write_watchlist(desk.config, more="revisions: true\n")
    desk.restart(revisions=False)
    assert desk.publish().changes == 0, "the archive is matched again although no rule changed"
    assert [item.title for item in desk.feed()] == ["Revised: Statement 1", "Statement 1"]


def test_a_page_that_is_gone_is_an_item_once(desk: Desk) -> None:
    desk.keep(statement())
    desk.publish()
    db = database.open_database(desk.folder / "policywire.db")
    with database.writing(db):
        assert withdraw(db, 1, "the page answered 410", desk.now)
    db.close()
    assert desk.publish().entries == 1
    assert [item.title for item in desk.feed()] == ["Withdrawn: Statement 1", "Statement 1"]
    assert "the page answered 410" in desk.feed()[0].summary
    assert desk.publish().entries == 0


def test_a_statement_that_comes_to_match_by_a_revision_is_an_ordinary_item(desk: Desk) -> None:
    desk.keep(statement(text=OTHER))
    assert desk.publish().entries == 0
    desk.keep(statement())
    assert desk.publish().entries == 1
    assert [item.title for item in desk.feed()] == ["Statement 1"]


def test_a_cosmetic_edit_is_no_news(desk: Desk) -> None:
    desk.keep(statement())
    desk.publish()
    ids = desk.ids()
    article = statement()
    desk.keep(replace(article, text=article.text.replace("talks between", "talks  between")))
    assert desk.publish().entries == 0
    assert desk.ids() == ids


def test_ids_are_the_same_in_a_database_made_anew(desk: Desk, tmp_path: Path) -> None:
    desk.keep(statement(7), statement(), statement(2))
    desk.publish()
    with Store.open(tmp_path / "other.db") as store:
        other = Desk(tmp_path / "other", store)
        other.keep(statement())
        other.publish()
        other.keep(statement(2), statement(7))
        other.publish()
        assert sorted(other.ids()) == sorted(desk.ids())


def test_an_old_statement_is_kept_and_matched_but_no_news(desk: Desk) -> None:
    desk.keep(
        statement(published=published(desk.now - timedelta(days=8))),
        statement(2, published=published(desk.now - timedelta(days=6))),
        statement(3, published=None),
    )
    report = desk.publish()
    assert (report.matched, report.entries) == (3, 2)
    assert {item.title for item in desk.feed()} == {"Statement 2", "Statement 3"}


def test_an_old_statement_that_is_edited_today_is_news(desk: Desk) -> None:
    old = published(desk.now - timedelta(days=800))
    desk.keep(statement(published=old))
    desk.publish()
    desk.keep(
        statement(published=old, text="Kazakhstan denounced the treaty long ago, the page now says. " + OTHER)
    )
    desk.publish()
    assert [item.title for item in desk.feed()] == ["Revised: Statement 1"]


def test_what_was_there_at_a_source_s_first_poll_is_no_news(desk: Desk) -> None:
    rules = KeepRules(news_age=timedelta(days=7))
    first = statement(published=None)
    desk.store.keep(Batch(source=first.source, articles=(first,)), now=desk.now, rules=rules)
    report = desk.publish()
    assert (report.matched, report.entries) == (1, 0)


def test_an_incomplete_article_is_held_back(desk: Desk) -> None:
    desk.keep(statement(title="", held="no title"))
    assert desk.publish().entries == 0
    desk.keep(statement())
    assert desk.publish().entries == 1
    assert [item.title for item in desk.feed()] == ["Statement 1"]


def test_a_crash_between_store_and_feeds_is_repaired_by_running_again(desk: Desk) -> None:
    desk.feeds.write_text("a file where the folder should be")
    desk.keep(statement())
    with pytest.raises(StorageError, match="cannot write"):
        desk.publish()
    desk.feeds.unlink()
    desk.restart()
    report = desk.publish()
    assert (report.changes, report.entries) == (0, 0)
    assert len(report.rendered) == 9
    assert len(desk.feed()) == 1


def test_a_crash_between_feeds_and_their_versions_is_repaired_too(desk: Desk) -> None:
    desk.keep(statement())
    desk.publish()
    ids = desk.ids()
    (desk.feeds / ".versions").unlink()
    (desk.feeds / "region-kz.rss").write_bytes(b"<rss")
    assert desk.publish().rendered == ("region-kz.rss",)
    (desk.feeds / "region.atom").unlink()
    assert desk.publish().rendered == ("region.atom",)
    assert desk.ids() == ids


def test_a_pass_that_is_done_twice_gives_one_entry(desk: Desk) -> None:
    desk.keep(statement(), statement(2))
    desk.publish()
    ids = desk.ids()
    cursor = desk.store.cursor("region")
    desk.store.publish("region", replace(cursor, seq=0), matches=(), drafts=())
    assert desk.publish().entries == 0
    assert desk.ids() == ids


def test_feeds_of_a_watchlist_that_is_gone_are_removed(desk: Desk) -> None:
    write_watchlist(desk.config, name="second")
    desk.restart()
    desk.keep(statement())
    desk.publish()
    assert (desk.feeds / "second-kz.rss").exists()
    (desk.config / "watchlists" / "second.yml").unlink()
    desk.restart()
    desk.publish()
    names = {path.name for path in desk.feeds.iterdir()}
    assert not any(name.startswith("second") for name in names)
    assert "region.rss" in names
    assert set(json.loads((desk.feeds / ".versions").read_bytes())) == {
        "region",
        "region-kz",
        "region-uz",
    }


def test_without_watchlists_there_are_no_feeds(desk: Desk) -> None:
    (desk.config / "watchlists" / "region.yml").unlink()
    desk.restart()
    desk.keep(statement())
    assert desk.publish() == PublishReport()


def test_another_look_renders_all_feeds_anew(desk: Desk) -> None:
    desk.keep(*(statement(number) for number in range(5)))
    desk.publish()
    desk.restart(base_url="https://wire.example/")
    assert len(desk.publish().rendered) == 9
    assert b'href="https://wire.example/feeds/region.rss"' in (desk.feeds / "region.rss").read_bytes()
    desk.restart(base_url="https://wire.example", entries=2)
    desk.publish()
    # All of the day that is not over, where that is not too much.
    assert len(desk.ids()) == 5
    desk.now += timedelta(days=2)
    desk.publish()
    assert len(desk.ids()) == 2


def test_the_channels_are_known_without_a_pass(desk: Desk) -> None:
    assert [(channel.name, channel.title) for channel in desk.publisher.channels] == [
        ("region", "Region policy"),
        ("region-kz", "Region policy — Kazakhstan"),
        ("region-uz", "Region policy — Uzbekistan"),
    ]


PUSH = PushSettings.model_validate(
    {
        "webhooks": [{"name": "desk", "url": "https://desk.example/", "secret": "s" * 16}],
        "hubs": ["https://hub.example/"],
    }
)


def waiting(desk: Desk, target: str = "webhook:desk") -> int:
    return len(desk.store.deliveries(state="waiting", target=target, limit=999))


def test_what_is_new_is_pushed_and_the_archive_is_not(desk: Desk) -> None:
    desk.keep(statement(1))
    desk.publish()
    # A new target begins with what comes from now on.
    desk.restart(push=PUSH)
    desk.publish()
    assert waiting(desk) == 0
    desk.now += timedelta(hours=1)
    desk.keep(statement(2), statement(3, text=f"A pact. {OTHER}", title="Kazakhstan signs a pact"))
    desk.publish()
    assert waiting(desk) == 1
    # A changed watchlist finds more in the archive: that is in the feed, and sent to nobody.
    desk.now += timedelta(hours=1)
    write_watchlist(desk.config, acts="treaty, pact")
    desk.restart(push=PUSH)
    desk.publish(passes=3)
    assert len(desk.ids()) == 3
    assert waiting(desk) == 1
    # A new watchlist has yesterday's news at most, of what it alone finds.
    desk.now += timedelta(days=2)
    write_watchlist(desk.config, name="second", acts="treaty, pact, year")
    desk.restart(push=PUSH)
    desk.publish(passes=3)
    assert len(desk.ids("second.rss")) == 3
    assert waiting(desk) == 1


def test_hubs_are_told_of_the_feeds_that_changed(desk: Desk) -> None:
    desk.restart(push=PUSH)
    desk.keep(statement(1))
    desk.publish()
    (hub,) = [target for target in desk.store.due_targets(now=desk.now) if target.startswith("hub:")]
    told = {one.subject for one in desk.store.deliveries(target=hub, limit=999)}
    assert told == {path.name for path in desk.feeds.iterdir() if path.name.startswith("region")}
    while (taken := desk.store.take_delivery(hub, now=desk.now)) is not None:
        desk.store.delivered(taken, now=desk.now)
    desk.restart(push=PUSH)
    desk.publish()
    assert waiting(desk, hub) == 0
    desk.keep(statement(2))
    desk.publish()
    assert {one.subject for one in desk.store.deliveries(target=hub, state="waiting", limit=99)} == {
        f"{name}.{form}" for name in ("region", "region-kz") for form in FORMS
    }
    assert b'rel="hub"' in (desk.feeds / "region.rss").read_bytes()
