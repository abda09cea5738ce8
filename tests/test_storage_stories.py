import dataclasses
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fakes_storage import LATER, NOW, article, batch, entries_of, match
from fakes_texts import OTHER, REPORT, paragraphs

from core.article import Article
from core.errors import StorageError
from storage.records.publication import Cursor, EntryDraft
from storage.sketches import catch_up
from storage.store import Store

LATEST = LATER + timedelta(hours=1)


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with Store.open(path) as opened:
        opened.sync_sources(["agency", "paper", "ministry"], now=NOW, official=["ministry"])
        yield opened


def rows(path: Path, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as db:
        return db.execute(sql).fetchall()


def original(source: str = "agency") -> Article:
    return article("talks", source=source, title="Ministers speak of rivers", text=REPORT)


def reprint(source: str = "paper", path: str = "reprint") -> Article:
    text = f"Once more there were talks on water.\n\n{paragraphs(REPORT, 1, 2, 3, 5)}\n\n(Agency)"
    return article(path, source=source, title="Water again", text=text)


def other(path: str = "bread") -> Article:
    return article(path, source="paper", title="Bread", text=OTHER)


def publish(store: Store, *articles: int) -> None:
    """Publish an entry for each of these articles, as their stories have none."""
    drafts = []
    for id_ in articles:
        stored = store.article(id_)
        assert stored is not None
        drafts.append(
            EntryDraft(
                id=f"urn:{id_}",
                kind="statement",
                watchlist="policy",
                story=stored.story,
                article=id_,
                revision=0,
                created=stored.first_seen,
            )
        )
    store.publish(
        "policy",
        Cursor(seq=store.last_seq(), digest="d"),
        matches=[(id_, match()) for id_ in articles],
        drafts=drafts,
    )


def members(store: Store, article_id: int) -> list[int]:
    story = store.story(article_id)
    assert story is not None
    return [one.id for one in story.members]


def test_an_edited_reprint_joins_with_its_similarity_and_reason(store: Store) -> None:
    store.keep(batch(original()), now=NOW)
    assert store.keep(batch(reprint()), now=LATER).duplicate == 1
    story = store.story(2)
    assert story is not None
    assert (story.primary, [one.id for one in story.members]) == (1, [1, 2])
    copy = story.members[1]
    assert (copy.decision, copy.of) == ("duplicate", 1)
    assert copy.similarity is not None
    assert 0.4 <= copy.similarity < 1
    assert "four-word sequences" in (copy.reason or "")


def test_an_official_original_that_comes_late_stands_first_without_a_new_entry(store: Store) -> None:
    store.keep(batch(original()), now=NOW)
    publish(store, 1)
    before = store.entry_version("policy")
    store.keep(batch(original("ministry")), now=LATER)
    assert store.has_entry("policy", store.article(2).story)  # type: ignore[union-attr]  # it is stored
    publish_match(store, 2)
    (entry,) = entries_of(store)
    assert (entry.id, entry.stored.article.source, entry.created) == ("urn:1", "ministry", NOW)
    assert [copy.source for copy in entry.copies] == ["agency"]
    assert store.entry_version("policy") != before


def publish_match(store: Store, article_id: int) -> None:
    store.publish(
        "policy", Cursor(seq=store.last_seq(), digest="d"), matches=[(article_id, match())], drafts=[]
    )


def test_language_versions_that_name_each_other_join(store: Store) -> None:
    russian = dataclasses.replace(other("ru/bread"), source="ministry", language="ru")
    english = dataclasses.replace(
        original("ministry"), alternates=(("ru", russian.url), ("en", "https://ministry.example/talks"))
    )
    store.keep(batch(dataclasses.replace(russian, alternates=(("en", english.url),))), now=NOW)
    store.keep(batch(english), now=LATER)
    story = store.story(2)
    assert story is not None
    assert [one.language for one in story.members] == ["ru", "en"]
    assert story.members[1].decision == "same_story"
    assert "hreflang" in (story.members[1].reason or "")


def test_an_officials_page_in_two_languages_is_one_story(store: Store) -> None:
    def page(language: str, number: int, text: str, source: str = "ministry") -> Article:
        url = f"https://{source}.example/{language}/news/{number}"
        return article(source=source, url=url, title=language, text=text, language=language)

    store.keep(
        batch(page("en", 4711, REPORT), page("ru", 4711, OTHER), page("kk", 4712, "Бір " * 20)), now=NOW
    )
    assert members(store, 1) == [1, 2]
    assert members(store, 3) == [3]
    store.keep(
        batch(page("en", 4711, "Fresh words " * 20, "paper"), page("ru", 4711, "Новые слова " * 20, "paper")),
        now=NOW,
    )
    assert (members(store, 4), members(store, 5)) == ([4], [5])


def test_what_an_operator_parts_stays_apart(store: Store, path: Path) -> None:
    store.keep(batch(original(), reprint()), now=NOW)
    publish(store, 1)
    last = store.last_seq()
    store.split_story([2], now=LATER)
    assert (members(store, 1), members(store, 2)) == ([1], [2])
    # The part without an entry is new to the publisher.
    assert {(change.kind, change.stored.id) for change in store.changes_after(last, limit=9)} == {
        ("new", 1),
        ("new", 2),
    }
    assert not store.has_entry("policy", store.article(2).story)  # type: ignore[union-attr]  # it is stored
    # Read again, edited, and linked by the pages themselves: the ruling holds.
    store.keep(batch(original(), reprint()), now=LATEST)
    edited = dataclasses.replace(
        reprint(),
        language="ru",
        text=reprint().text + "\n\nMore was said.",
        alternates=(("en", original().url),),
    )
    store.keep(batch(edited), now=LATEST)
    assert (members(store, 1), members(store, 2)[0]) == ([1], 2)
    # A later copy joins the nearer one, and does not bring the two together.
    store.keep(batch(reprint("third", "third")), now=LATEST)
    assert members(store, 1) == [1]
    assert rows(path, "SELECT article, other FROM kept_apart")


def test_a_missed_copy_is_joined_and_the_older_entry_stays(store: Store) -> None:
    store.keep(batch(original()), now=NOW)
    store.keep(batch(other()), now=LATER)
    publish(store, 1, 2)
    assert [entry.id for entry in entries_of(store)] == ["urn:2", "urn:1"]
    store.join_stories(1, 2, now=LATEST)
    (entry,) = entries_of(store)
    assert (entry.id, [copy.url for copy in entry.copies]) == ("urn:1", [other().url])
    story = store.story(2)
    assert story is not None
    assert story.members[1].reason == "joined by an operator"
    store.keep(batch(original(), other()), now=LATEST)
    assert members(store, 2) == [1, 2]
    store.split_story([2], now=LATEST)
    assert [entry.id for entry in entries_of(store)] == ["urn:2", "urn:1"]


def test_joined_stories_of_one_moment_keep_the_first_articles_entry(store: Store) -> None:
    store.keep(batch(original(), other("bread")), now=NOW)
    for article_id, id_ in ((1, "urn:z"), (2, "urn:a")):
        draft = EntryDraft(
            id=id_,
            kind="statement",
            watchlist="policy",
            story=article_id,
            article=article_id,
            revision=0,
            created=NOW,
        )
        store.publish("policy", Cursor(), matches=[(article_id, match())], drafts=[draft])
    store.join_stories(2, 1, now=LATER)
    assert [entry.id for entry in entries_of(store)] == ["urn:z"]
    assert store.faults() == []
    store.split_story([2], now=LATEST)
    assert {entry.id for entry in entries_of(store)} == {"urn:z", "urn:a"}
    assert store.faults() == []


def test_a_joining_takes_back_a_parting(store: Store, path: Path) -> None:
    store.keep(batch(original(), reprint()), now=NOW)
    store.split_story([1], now=LATER)
    store.join_stories(2, 1, now=LATEST)
    assert members(store, 1) == [1, 2]
    assert rows(path, "SELECT count(*) FROM kept_apart") == [(0,)]


def test_rulings_that_cannot_be_are_refused(store: Store) -> None:
    store.keep(batch(original(), reprint(), other()), now=NOW)
    with pytest.raises(StorageError, match="one story already"):
        store.join_stories(1, 2, now=LATER)
    with pytest.raises(StorageError, match="nothing of the story would stay"):
        store.split_story([1, 2], now=LATER)
    with pytest.raises(StorageError, match="2 stories"):
        store.split_story([1, 3], now=LATER)
    with pytest.raises(StorageError, match="no complete article 9"):
        store.join_stories(1, 9, now=LATER)


def test_the_article_that_opened_an_entry_takes_it_along(store: Store) -> None:
    store.keep(batch(original(), reprint()), now=NOW)
    publish(store, 1)
    store.split_story([1], now=LATER)
    (entry,) = entries_of(store)
    assert (entry.id, entry.copies) == ("urn:1", ())
    assert not store.has_entry("policy", store.article(2).story)  # type: ignore[union-attr]  # it is stored


def test_a_batch_kept_again_changes_nothing(store: Store, path: Path) -> None:
    one = batch(original(), reprint(), source="agency")
    store.keep(one, now=NOW)
    before = rows(path, "SELECT * FROM sketches"), store.last_seq(), members(store, 1)
    store.keep(one, now=LATER)
    assert (rows(path, "SELECT * FROM sketches"), store.last_seq(), members(store, 1)) == before


def test_a_batch_that_fails_leaves_no_sketch(store: Store, path: Path) -> None:
    bad = dataclasses.replace(other(), url=object())  # type: ignore[arg-type]  # no text at all
    with pytest.raises(sqlite3.Error):
        store.keep(batch(original(), bad, seen=[]), now=NOW)
    assert rows(path, "SELECT count(*) FROM sketches") == [(0,)]


def test_two_writers_find_each_others_copies(store: Store, path: Path) -> None:
    texts = [REPORT.replace("Tashkent", f"Tashkent {word}") for word in ("one", "two", "three", "four")]

    def write(source: str, number: int) -> None:
        with Store.open(path) as own:
            own.keep(batch(article(f"talks-{number}", source=source, text=texts[number])), now=NOW)

    threads = [threading.Thread(target=write, args=(f"source-{n}", n)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert members(store, 1) == [1, 2, 3, 4]


def test_a_story_holds_a_shingle_once(store: Store, path: Path) -> None:
    store.keep(batch(*(original(f"source-{number}") for number in range(30))), now=NOW)
    held = rows(path, "SELECT count(*), count(DISTINCT hash) FROM sketches")[0]
    assert held[0] == held[1]


def test_boilerplate_makes_no_copies_and_does_not_grow(store: Store, path: Path) -> None:
    footer = "Subscribe to our channel and read the news of the region first, all rights are reserved by us"
    words = [f"{word}{letter}" for word in OTHER.split()[:30] for letter in "ab"]
    made = [
        article(f"page-{number}", text=f"{' '.join(f'{word}{number}' for word in words)}. {footer}")
        for number in range(70)
    ]
    assert store.keep(batch(*made), now=NOW).duplicate == 0
    assert max(rows(path, "SELECT count(*) FROM sketches GROUP BY hash"))[0] <= 51


def test_articles_from_before_get_their_sketches_in_small_steps(store: Store, path: Path) -> None:
    store.keep(
        batch(original(), other(), article("third", text="A third text of its own. " + REPORT[::-1])), now=NOW
    )
    before = rows(path, "SELECT * FROM sketches")
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("DELETE FROM sketches")
        db.execute("INSERT INTO backlog VALUES (0, 3)")
    assert catch_up(store._db, limit=2) == 1
    assert rows(path, "SELECT count(DISTINCT article) FROM sketches") == [(2,)]
    assert catch_up(store._db, limit=2) == 0
    assert catch_up(store._db, limit=2) == 0
    assert rows(path, "SELECT * FROM sketches") == before
