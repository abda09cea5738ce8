"""Second looks: planned on ages, made cheap by validators, and what follows from a page that is not there."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fakes_storage import NOW, article, batch, fetched, text_of

from core.article import Article, Batch
from core.fetched import Looked, LookResult
from storage.looks import ABSENCES, AGAIN, next_look
from storage.records.articles import Kept
from storage.records.keeping import KeepRules
from storage.store import Store
from storage.warc import PageStore

HOUR = timedelta(hours=1)
RULES = KeepRules(looks=(HOUR, 24 * HOUR))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    pages = PageStore(tmp_path / "pages", max_bytes=1_000_000)
    with Store.open(tmp_path / "policywire.db", pages=pages) as opened:
        opened.keep(batch(page()), now=NOW, rules=RULES)
        yield opened


def page(text: str | None = None, **headers: str) -> Article:
    body = (text or "one").encode()
    return replace(article("a", text=text), fetched=fetched("https://kz-one.example/a", body, **headers))


def look(store: Store, result: LookResult, now: datetime, *articles: Article, reason: str = "404") -> Kept:
    looked = Looked(article=1, result=result, reason=reason, etag='"2"')
    return store.keep(Batch(source="kz-one", looked=(looked,), articles=articles), now=now, rules=RULES)


def due(store: Store, now: datetime) -> list[int]:
    return [one.article for one in store.looks("kz-one", now=now, limit=10)]


def test_the_plan_counts_from_the_text_and_ends() -> None:
    base = datetime(2026, 1, 1, tzinfo=UTC)
    assert next_look(base, base, RULES.looks) == base + HOUR
    assert next_look(base, base + HOUR, RULES.looks) == base + 24 * HOUR
    assert next_look(base, base + 25 * HOUR, RULES.looks) is None
    assert next_look(base, base, ()) is None


def test_a_page_is_due_at_its_ages_with_what_makes_the_request_cheap(store: Store) -> None:
    assert due(store, NOW + HOUR - timedelta(seconds=1)) == []
    (one,) = store.looks("kz-one", now=NOW + HOUR, limit=10)
    assert one.validators is not None
    assert (one.link.url, one.validators.etag) == ("https://kz-one.example/a", '"1"')
    assert one.link.title == "A meeting took place"
    assert one.body_hash == page().fetched.body_hash  # type: ignore[union-attr]  # set by `page`
    assert store.looks("kz-other", now=NOW + HOUR, limit=10) == ()
    look(store, LookResult.SAME, NOW + HOUR)
    assert due(store, NOW + 23 * HOUR) == []
    (one,) = store.looks("kz-one", now=NOW + 24 * HOUR, limit=10)
    assert one.validators is not None
    assert one.validators.etag == '"2"'
    look(store, LookResult.SAME, NOW + 24 * HOUR)
    assert due(store, NOW + timedelta(days=1000)) == []


def test_a_new_text_begins_the_plan_anew_and_the_same_one_goes_on(store: Store) -> None:
    later = NOW + 20 * HOUR
    assert look(store, LookResult.READ, later, page()).unchanged == 1
    assert due(store, later + HOUR) == []
    assert look(store, LookResult.READ, later, page(text_of("a") + " It was denied.")).revised == 1
    assert due(store, later + HOUR) == [1]


def test_what_a_list_carried_is_not_looked_at(store: Store) -> None:
    store.keep(batch(article("b")), now=NOW, rules=RULES)
    assert due(store, NOW + timedelta(days=1)) == [1]


def test_a_page_counts_as_gone_at_the_second_look(store: Store) -> None:
    assert ABSENCES == 2
    now = NOW + HOUR
    assert look(store, LookResult.MISSING, now).gone == 0
    assert due(store, now + AGAIN) == [1]
    assert look(store, LookResult.MISSING, now + AGAIN, reason="404 again").gone == 1
    stored = store.article(1)
    assert stored is not None
    assert stored.gone is not None
    assert stored.gone.reason == "404 again"
    assert look(store, LookResult.MISSING, now + 2 * AGAIN).gone == 0, "gone twice"
    assert due(store, NOW + 24 * HOUR) == [1], "a page that is gone may come back"


def test_a_page_that_is_there_again_is_not_gone(store: Store) -> None:
    look(store, LookResult.MISSING, NOW + HOUR)
    look(store, LookResult.SAME, NOW + HOUR + AGAIN)
    assert look(store, LookResult.MISSING, NOW + 24 * HOUR).gone == 0


def test_a_look_that_failed_says_nothing(store: Store) -> None:
    look(store, LookResult.MISSING, NOW + HOUR)
    for _ in range(3):
        assert look(store, LookResult.FAILED, NOW + HOUR + AGAIN).gone == 0


def test_the_site_s_own_word_is_enough(store: Store) -> None:
    assert look(store, LookResult.GONE, NOW + HOUR, reason="410").gone == 1


def test_a_page_that_moved_is_let_go(store: Store) -> None:
    assert look(store, LookResult.MOVED, NOW + HOUR).gone == 0
    assert due(store, NOW + timedelta(days=9)) == []


def test_other_text_by_another_reader_is_no_revision(store: Store) -> None:
    longer = text_of("a") + " It was denied."
    same_page = replace(
        article("a", text=longer), fetched=fetched("https://kz-one.example/a", b"one", reader="2")
    )
    kept = store.keep(batch(same_page), now=NOW, rules=RULES)
    assert (kept.cosmetic, kept.revised) == (1, 0)
    assert "read anew" in (store.revisions(1)[-1].reason or "")
    other = fetched("https://kz-one.example/a", b"two", reader="3")
    kept = store.keep(batch(replace(article("a"), fetched=other)), now=NOW, rules=RULES)
    assert (kept.cosmetic, kept.revised) == (1, 0)
    assert "by reader 3 instead of 2" in (store.revisions(1)[-1].reason or "")


def test_each_text_says_where_it_came_from(store: Store) -> None:
    second = page(text_of("a") + " It was denied.", etag='"9"')
    store.keep(batch(second), now=NOW, rules=RULES)
    store.keep(batch(second), now=NOW, rules=RULES)
    one, other = store.fetches(1)
    first_text, present = store.revisions(1)
    assert (one.text_hash, other.text_hash) == (first_text.text_hash, present.text_hash)
    assert one.chain == ("https://kz-one.example/old", "https://kz-one.example/a")
    assert dict(other.headers)["ETag"] == '"9"'
    assert (one.status, one.reader, one.size) == (200, "1", 3)
    assert one.page is not None
