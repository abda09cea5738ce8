"""What the pages of an article and a story ask: all that is known, bounded."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fakes_storage import LATER, NOW, article, batch, fetched, match, text_of

from core.article import Article, Precision, Published
from storage.records.articles import StoryPart
from storage.records.publication import Cursor
from storage.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "policywire.db") as store:
        yield store


def copy_of_a(number: int, **changes: Any) -> Article:
    return replace(article(f"copy-{number}", source=f"paper-{number}", text=text_of("a")), **changes)


def test_everything_known_of_an_article_comes_at_once(store: Store) -> None:
    first = replace(article("a"), fetched=fetched("https://kz-one.example/a", b"one"))
    store.keep(batch(first), now=NOW)
    store.keep(batch(article("a", text=text_of("a").replace("trade", "transit"))), now=LATER)
    store.keep(batch(copy_of_a(1)), now=LATER)
    store.publish("policy", Cursor(seq=9), matches=[(1, match()), (1, match("water"))], drafts=[])
    found = store.dossier(1, copies=10)
    assert found is not None
    assert [(head.number, head.kind) for head in found.texts] == [(1, None), (2, "substantive")]
    assert [one.watchlist for one in found.matches] == ["policy", "water"]
    assert [one.kind for one in found.decisions] == ["new", "revision"]
    assert found.fetches[0].text_hash == found.texts[0].text_hash
    assert found.story is not None
    assert [one.id for one in found.story.members] == [1, 2]
    assert store.dossier(99, copies=10) is None
    one, two = store.text(1, 1), store.text(1, 2)
    assert one is not None
    assert two is not None
    assert "trade" in one.text
    assert "transit" in two.text
    assert [store.text(1, number) for number in (0, 3, -1)] == [None, None, None]
    assert store.text(99, 1) is None


def test_a_held_article_has_no_story(store: Store) -> None:
    store.keep(batch(article("a", held="no text")), now=NOW)
    found = store.dossier(1, copies=10)
    assert found is not None
    assert found.story is None


def test_a_part_of_a_story_has_its_primary_and_counts_the_rest(store: Store) -> None:
    store.sync_sources(["ministry"], now=NOW, official=["ministry"])
    by_day = Published(raw="1 March", at=NOW - timedelta(days=1), precision=Precision.DAY)
    store.keep(batch(copy_of_a(0, published=by_day)), now=NOW)
    for number in range(1, 6):
        moment = Published(raw="x", at=NOW - timedelta(minutes=number), precision=Precision.MINUTE)
        store.keep(batch(copy_of_a(number, published=moment)), now=LATER)
    store.keep(batch(replace(copy_of_a(9), source="ministry", published=None)), now=LATER)
    found = store.story_part(1, limit=3)
    assert isinstance(found, tuple)
    part, _ = found
    whole = store.story(1)
    assert whole is not None
    assert part.articles == len(whole.members) == 7
    assert part.primary.id == whole.primary == 7
    assert [one.id for one in part.members] == [*(one.id for one in whole.members[:3]), 7]


def test_a_joined_story_still_leads_to_its_articles(store: Store) -> None:
    store.keep(batch(article("a"), article("b"), article("c")), now=NOW)
    store.join_stories(2, 1, now=LATER)
    store.join_stories(3, 2, now=LATER)
    assert store.story_part(1, limit=9) == store.story_part(2, limit=9) == 3
    found = store.story_part(3, limit=9)
    assert isinstance(found, tuple)
    part, ruled = found
    assert isinstance(part, StoryPart)
    assert [one.id for one in part.members] == [1, 2, 3]
    assert {(one.article, one.of) for one in ruled} == {(1, 2), (2, 3)}
    own = store.split_story([1], now=LATER)
    found = store.story_part(own, limit=9)
    assert isinstance(found, tuple)
    assert "parted from article" in found[1][0].reason
    assert store.story_part(99, limit=9) is None
