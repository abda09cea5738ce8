"""The publisher follows the archive: changed, new and absent watchlists, while new statements come."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from fakes_desk import OTHER, WATCHLIST, Desk, statement, write_watchlist
from fakes_publisher import NOW, SOURCES

from publisher.follow import PASS
from publisher.matching import load_draft
from publisher.publish import PublishReport
from publisher.trial import try_watchlist
from storage import database
from storage.revising import withdraw
from storage.store import Store


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Store.open(tmp_path / "policywire.db") as store:
        yield Desk(tmp_path, store)


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
