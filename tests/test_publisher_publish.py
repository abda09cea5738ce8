"""The publish loop with the real store and matcher: entries, ids, crashes, changed watchlists, feeds."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import feedparser
import pytest
from fakes_publisher import NOW, SOURCES, make_article

from core.article import Article, Batch, Precision, Published
from core.errors import StorageError
from core.push import PushSettings
from core.settings import FeedSettings, Settings
from core.statement import Statement, StatementKind
from publisher.feeds.channels import FORMS
from publisher.follow import PASS
from publisher.matching import Watchlist, load_draft, load_watchlists
from publisher.publish import Publisher, PublishReport
from publisher.trial import try_watchlist
from storage import database
from storage.records.keeping import KeepRules
from storage.records.voices import VoiceAsk
from storage.revising import withdraw
from storage.store import Store

WATCHLIST = """
name: Region policy
states: {KZ: Kazakhstan, UZ: Uzbekistan}
lists:
  kazakhstan: {country: KZ, terms: {en: [Kazakhstan]}}
  uzbekistan: {country: UZ, terms: {en: [Uzbekistan]}}
  acts: {terms: {en: [ACTS]}}
groups: {states: [kazakhstan, uzbekistan]}
rules:
  - {name: act of a state, all: [states, acts], weight: 1}
"""

STATEMENT = (
    "Kazakhstan signed the treaty on Friday after a year of talks between both governments. "
    "The ministers shook hands in the hall of columns while the press looked on from the gallery. "
    "The document has twelve chapters on trade, water, transit and the rights of workers abroad."
)
OTHER = (
    "The mayor opened a new swimming pool in the north of the town, with six lanes and a sauna. "
    "Children of the nearby schools will swim there for nothing on two mornings of each week."
)


def write_watchlist(config: Path, *, name: str = "region", acts: str = "treaty", more: str = "") -> None:
    folder = config / "watchlists"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.yml").write_text(WATCHLIST.replace("ACTS", acts) + more)


def load(config: Path) -> dict[str, Watchlist]:
    watchlists, problems = load_watchlists(config, {})
    assert not problems
    return watchlists


class Desk:
    """A store, a config folder and a feeds folder, with the publisher made anew when a test asks for it."""

    def __init__(self, folder: Path, store: Store) -> None:
        self.folder = folder
        self.config = folder / "config"
        self.feeds = folder / "feeds"
        self.store = store
        self.now = NOW
        write_watchlist(self.config)
        self.restart()

    def restart(
        self,
        *,
        base_url: str = "http://127.0.0.1:8600",
        entries: int = 100,
        revisions: bool = True,
        push: PushSettings | None = None,
    ) -> None:
        self.publisher = Publisher(
            store=self.store,
            watchlists=load(self.config),
            sources=SOURCES,
            settings=Settings(
                feeds=FeedSettings(entries=entries, revisions=revisions), push=push or PushSettings()
            ),
            feeds_dir=self.feeds,
            base_url=base_url,
        )

    def keep(self, *articles: Article) -> None:
        self.store.keep(Batch(source=articles[0].source, articles=articles), now=self.now)

    def publish(self, *, passes: int = 1) -> PublishReport:
        for _ in range(passes):
            self.now += timedelta(seconds=1)
            report = self.publisher.publish(now=self.now)
        return report

    def feed(self, name: str = "region.rss") -> list[Any]:
        result = feedparser.parse((self.feeds / name).read_bytes())
        assert not result.bozo
        return list(result.entries)

    def ids(self, name: str = "region.rss") -> list[str]:
        return [item.id for item in self.feed(name)]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Store.open(tmp_path / "policywire.db") as store:
        yield Desk(tmp_path, store)


def statement(number: int = 1, **changes: Any) -> Article:
    values = {
        "url": f"https://ministry.example/news/{number}",
        "title": f"Statement {number}",
        # Each statement has words of its own, or it would be a copy of the others.
        "text": f"{STATEMENT} " + " ".join(f"word{number}x{place}" for place in range(60)),
    }
    return make_article(**(values | changes))


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


def published(at: datetime) -> Published:
    return Published(raw="x", at=at, precision=Precision.DAY)


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


def test_a_changed_watchlist_matches_the_archive_again(desk: Desk) -> None:
    desk.keep(
        statement(), statement(2, text="Kazakhstan held a summit with its neighbours on Friday. " + OTHER)
    )
    desk.publish()
    (first,) = desk.ids()
    write_watchlist(desk.config, acts="treaty, summit")
    desk.restart()
    report = desk.publish()
    assert (report.changes, report.matched, report.entries) == (2, 2, 1)
    assert first in desk.ids()
    assert {item.title for item in desk.feed()} == {"Statement 1", "Statement 2"}
    write_watchlist(desk.config, acts="summit")
    desk.restart()
    desk.publish()
    assert [item.title for item in desk.feed()] == ["Statement 2"]
    write_watchlist(desk.config, acts="treaty, summit")
    desk.restart()
    desk.publish()
    assert first in desk.ids()


def test_a_large_archive_is_matched_in_passes_and_shown_when_whole(desk: Desk) -> None:
    count = PASS + 20
    for start in range(0, count, 100):
        desk.now += timedelta(minutes=1)
        desk.keep(*(statement(number) for number in range(start, min(start + 100, count))))
    report = desk.publish()
    assert (report.changes, report.behind, report.rendered) == (PASS, 20, ())
    assert not (desk.feeds / "region.rss").exists()
    report = desk.publish()
    assert (report.changes, report.behind) == (20, 0)
    assert len(report.rendered) == 9
    titles = {item.title for item in desk.feed()}
    # The newest by first sight, not the last that were matched; of a day that is not over more than usual.
    assert len(titles) == 300
    assert {f"Statement {number}" for number in range(PASS, count)} <= titles


def test_a_taken_change_is_matched_over_a_restart_while_the_old_feed_stays(desk: Desk) -> None:
    count = PASS + 20
    for start in range(0, count, 100):
        desk.now += timedelta(minutes=1)
        desk.keep(*(statement(number) for number in range(start, min(start + 100, count))))
    desk.publish(passes=2)
    ids, served = set(desk.ids()), (desk.feeds / "region.rss").read_bytes()
    write_watchlist(desk.config, acts="treaty, summit")
    desk.restart()
    report = desk.publish()
    (progress,) = report.progress
    assert (progress.follower, progress.reached, progress.last) == ("region", PASS, count)
    assert desk.store.progress() == [progress]
    assert (desk.feeds / "region.rss").read_bytes() == served
    # The process ends here; the next one goes on where this one was.
    desk.restart()
    report = desk.publish()
    assert (report.changes, report.behind, report.progress) == (20, 0, ())
    assert set(desk.ids()) == ids
    write_watchlist(desk.config, name="other")
    (desk.config / "watchlists" / "region.yml").unlink()
    desk.restart()
    desk.publish()
    assert [one.follower for one in desk.store.progress()] == ["other"]


def archive(desk: Desk, count: int) -> None:
    for start in range(0, count, 100):
        desk.now += timedelta(minutes=1)
        desk.keep(*(statement(number) for number in range(start, min(start + 100, count))))
    desk.publish(passes=1 + count // PASS)


def test_new_statements_come_while_the_archive_is_matched_again(desk: Desk) -> None:
    archive(desk, PASS + 20)
    ids = set(desk.ids())
    write_watchlist(desk.config, acts="treaty, summit")
    desk.restart()
    desk.publish()
    summit = "Uzbekistan held a summit with its neighbours on Friday. " + OTHER
    desk.keep(statement(2_000, text=summit))
    # The process ends here; neither the new statement nor the place in the archive is lost.
    desk.restart()
    report = desk.publish()
    assert (report.changes, report.entries, report.behind) == (21, 1, 0)
    assert desk.feed()[0].title == "Statement 2000"
    assert len(ids - set(desk.ids())) == 1, "only the oldest of the hundred makes room"


def test_a_new_statement_is_in_the_feed_long_before_the_archive_is_through(desk: Desk) -> None:
    archive(desk, 2 * PASS + 20)
    write_watchlist(desk.config, acts="treaty, summit")
    desk.restart()
    desk.publish()
    served = (desk.feeds / "region.rss").read_bytes()
    desk.now += timedelta(minutes=1)
    desk.keep(statement(2_000, text="Uzbekistan held a summit with its neighbours on Friday. " + OTHER))
    report = desk.publish()
    (progress,) = report.progress
    assert (report.behind, progress.reached, progress.last) == (20, 2 * PASS + 1, 2 * PASS + 21)
    assert desk.feed()[0].title == "Statement 2000"
    assert (desk.feeds / "region.rss").read_bytes() != served
    assert desk.publish().behind == 0


def test_a_second_change_while_the_first_is_under_way_starts_the_archive_again(desk: Desk) -> None:
    archive(desk, PASS + 20)
    ids = desk.ids()
    write_watchlist(desk.config, acts="summit")
    desk.restart()
    assert desk.publish().behind == 20
    write_watchlist(desk.config, acts="treaty, summit")
    desk.restart()
    report = desk.publish()
    assert (report.changes, report.behind) == (PASS, 20)
    assert (desk.publish().changes, desk.publish().changes) == (20, 0)
    assert desk.ids() == ids


def test_a_change_taken_back_while_it_is_under_way_is_taken_back_for_all(desk: Desk) -> None:
    archive(desk, PASS + 20)
    ids = desk.ids()
    before = (desk.config / "watchlists" / "region.yml").read_text()
    write_watchlist(desk.config, acts="summit")
    desk.restart()
    desk.publish()
    (desk.config / "watchlists" / "region.yml").write_text(before)
    desk.restart()
    desk.publish(passes=2)
    assert desk.ids() == ids
    assert desk.publish() == PublishReport()


def test_one_changed_watchlist_does_not_hold_up_the_others(desk: Desk) -> None:
    write_watchlist(desk.config, name="second", acts="treaty, summit")
    desk.restart()
    archive(desk, PASS + 20)
    write_watchlist(desk.config, acts="treaty, summit")
    desk.restart()
    desk.publish()
    desk.keep(statement(2_000))
    desk.publish()
    for feed in ("region.rss", "second.rss"):
        assert "Statement 2000" in {item.title for item in desk.feed(feed)}
    assert desk.publish() == PublishReport()


def test_matching_again_with_the_same_outcome_changes_no_entry(desk: Desk) -> None:
    desk.keep(statement(text=OTHER), statement(2), statement(3))
    desk.publish()
    # One comes to match by an edit, one is edited, one is taken down.
    desk.keep(statement(), replace(statement(2), text=statement(2).text.replace("talks", "long talks")))
    desk.publish()
    db = database.open_database(desk.folder / "policywire.db")
    with database.writing(db):
        withdraw(db, 3, "the page answered 410", desk.now)
    db.close()
    desk.publish()
    before = [(item.id, item.title) for item in desk.feed()]
    assert len(before) == 5
    for acts in ("treaty, summit", "summit", "treaty"):
        write_watchlist(desk.config, acts=acts)
        desk.restart()
        desk.publish()
    assert [(item.id, item.title) for item in desk.feed()] == before


def test_a_watchlist_that_was_away_comes_back_with_its_ids(desk: Desk) -> None:
    write_watchlist(desk.config, name="second")
    desk.restart()
    desk.keep(statement(), statement(2))
    desk.publish()
    ids = desk.ids()
    file = desk.config / "watchlists" / "region.yml"
    text = file.read_text()
    file.unlink()
    desk.restart()
    desk.publish()
    desk.keep(statement(3))
    file.write_text(text)
    desk.restart()
    report = desk.publish()
    assert report.behind == 0
    assert set(ids) < set(desk.ids())
    assert len(desk.ids()) == 3


def test_a_draft_shows_what_it_would_add_and_remove_and_changes_nothing(desk: Desk) -> None:
    desk.keep(statement(), statement(2, text="Kazakhstan held a summit on Friday. " + OTHER))
    desk.publish()
    draft = desk.folder / "draft.yml"
    draft.write_text(WATCHLIST.replace("ACTS", "summit"))
    tried, problems = load_draft(desk.config, {}, draft, id_="region")
    assert tried is not None
    assert not problems
    trial = try_watchlist(desk.store, tried, SOURCES, since=NOW - timedelta(days=1))
    assert (trial.articles, trial.before, trial.after) == (2, 1, 1)
    assert [(one.title, one.score) for one in trial.added] == [("Statement 2", 0.8)]
    assert 'Kazakhstan ("Kazakhstan") with acts ("summit")' in trial.added[0].why
    assert [(one.title, one.why) for one in trial.removed] == [
        ("Statement 1", "No rule of this watchlist is met.")
    ]
    assert try_watchlist(desk.store, tried, SOURCES, since=NOW + timedelta(days=1)).articles == 0
    assert desk.publish().changes == 0


def test_a_new_watchlist_does_not_hold_up_an_old_one(desk: Desk) -> None:
    desk.keep(statement())
    desk.publish()
    write_watchlist(desk.config, name="second", acts="treaty, summit")
    desk.restart()
    desk.keep(statement(2))
    report = desk.publish()
    assert report.changes == 3
    assert len(desk.ids("region.rss")) == len(desk.ids("second.rss")) == 2
    assert not set(desk.ids("region.rss")) & set(desk.ids("second.rss"))


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
