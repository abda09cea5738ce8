import dataclasses
import sqlite3
from datetime import timedelta
from pathlib import Path

from fakes_storage import LATER, NOW, article, batch, report, text_of

from core.article import Known, Outcome, Seen, Validators
from storage.records.articles import Kept
from storage.records.polling import Held
from storage.store import Store


def rows(path: Path, sql: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(path)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


def kinds(store: Store) -> list[str]:
    return [change.kind for change in store.changes_after(0, limit=100)]


def test_an_article_comes_back_as_it_was_read(store: Store) -> None:
    one = article()
    assert store.keep(batch(one), now=NOW) == Kept(new=1)
    stored = store.changes_after(0, limit=10)[0].stored
    assert stored.article == one
    assert (stored.first_seen, stored.revision) == (NOW, 0)
    assert store.article(stored.id) == stored
    assert store.article(99) is None


def test_articles_of_one_batch_have_moments_in_the_order_in_which_they_came_out(store: Store) -> None:
    day, earlier = NOW.replace(hour=0, minute=0), NOW - timedelta(hours=30)
    arrived = [
        *(article(f"{place}/{number}", published=day) for place in ("b", "a") for number in (16, 9, 20)),
        article("old/999", published=earlier),
        article("undated/3", published=None),
    ]
    store.keep(batch(*arrived), now=NOW)
    stored = [change.stored for change in store.changes_after(0, limit=100)]
    assert [one.article.url.split(".example/")[1] for one in stored] == [
        *("old/999", "b/9", "a/9", "b/16", "a/16", "b/20", "a/20", "undated/3")
    ]
    assert [one.first_seen - NOW for one in stored] == [timedelta(microseconds=n) for n in range(8)]
    assert [change.at for change in store.changes_after(0, limit=100)] == [one.first_seen for one in stored]


def test_keeping_a_batch_again_changes_nothing(store: Store, path: Path) -> None:
    one = batch(article("a"), article("b"), poll=report())
    assert store.keep(one, now=NOW) == Kept(new=2)
    before = store.changes_after(0, limit=10), store.source_states(), store.counts()
    assert store.keep(one, now=LATER) == Kept(unchanged=2)
    assert (store.changes_after(0, limit=10), store.source_states(), store.counts()) == before
    assert len(rows(path, "SELECT 1 FROM decisions")) == 2


def test_the_same_text_elsewhere_joins_the_story(store: Store, path: Path) -> None:
    store.keep(batch(article("a")), now=NOW)
    copy = article("copy", source="kz-two", title="Another headline", text=text_of("a").upper())
    assert store.keep(batch(copy), now=LATER) == Kept(duplicate=1)
    first, second = store.changes_after(0, limit=10)
    assert (first.kind, second.kind) == ("new", "copy")
    assert first.stored.story == second.stored.story
    decided = rows(path, "SELECT article, kind, of_article, similarity FROM decisions ORDER BY id")
    assert decided == [(1, "new", None, 0.0), (2, "duplicate", 1, 1.0)]


def test_copies_within_one_batch_are_found(store: Store) -> None:
    text = text_of("a")
    assert store.keep(batch(article("a", text=text), article("b", text=text)), now=NOW) == Kept(
        new=1, duplicate=1
    )


def test_short_texts_are_copies_only_with_their_title_and_at_one_time(store: Store) -> None:
    flash = article("a", text="Details will follow.")
    store.keep(batch(flash), now=NOW)
    assert store.keep(batch(article("b", text=flash.text, title="Another event")), now=NOW) == Kept(new=1)
    assert store.keep(batch(article("c", source="kz-two", text=flash.text)), now=NOW) == Kept(duplicate=1)
    week = NOW + timedelta(days=7)
    assert store.keep(batch(article("d", text=flash.text, published=week)), now=week) == Kept(new=1)
    assert store.keep(batch(article("e", text=flash.text, published=None)), now=week) == Kept(duplicate=1)


def test_one_address_listed_by_two_sources_is_one_article(store: Store) -> None:
    store.keep(batch(article("a")), now=NOW)
    again = article(url="http://www.kz-one.example/a/?utm_source=two", source="kz-two", text=text_of("a"))
    assert store.keep(batch(again), now=LATER) == Kept(unchanged=1)
    assert store.changes_after(0, limit=10)[0].stored.article.source == "kz-one"
    assert set(store.known("kz-two", [again.url])) == {again.url}


def test_one_address_in_two_languages_is_two_articles(store: Store) -> None:
    kept = store.keep(
        batch(article("a", language="ru"), article("a", language="kk", text=text_of("kk"))), now=NOW
    )
    assert kept == Kept(new=2)


def test_a_substantive_revision_keeps_the_earlier_text(store: Store) -> None:
    store.keep(batch(article("a")), now=NOW)
    edited = dataclasses.replace(article("a"), text=text_of("edited"), fetched_at=LATER)
    assert store.keep(batch(edited), now=LATER) == Kept(revised=1)
    change = store.changes_after(1, limit=10)[0]
    assert (change.kind, change.revision, change.stored.article.text) == ("revision", 1, edited.text)
    assert change.stored.first_seen == NOW
    texts = store.revisions(change.stored.id)
    assert [(one.revision, one.kind, one.text) for one in texts] == [
        (0, None, text_of("a")),
        (1, "substantive", edited.text),
    ]


def test_a_cosmetic_revision_has_no_number_of_its_own(store: Store) -> None:
    store.keep(batch(article("a")), now=NOW)
    assert store.keep(batch(article("a", text=text_of("a") + "\n")), now=LATER) == Kept(cosmetic=1)
    change = store.changes_after(1, limit=10)[0]
    assert (change.kind, change.revision, change.stored.revision) == ("cosmetic", 0, 0)
    assert change.stored.article.text.endswith("\n")


def test_a_revision_does_not_lose_the_date(store: Store) -> None:
    store.keep(batch(article("a")), now=NOW)
    store.keep(batch(article("a", text=text_of("edited"), published=None)), now=LATER)
    published = store.changes_after(1, limit=1)[0].stored.article.published
    assert published is not None
    assert published.at == NOW


def test_a_second_reading_fills_in_a_missing_date(store: Store) -> None:
    store.keep(batch(article("a", published=None)), now=NOW)
    assert store.keep(batch(article("a")), now=LATER) == Kept(unchanged=1)
    published = store.changes_after(0, limit=1)[0].stored.article.published
    assert published is not None
    assert published.at == NOW
    assert kinds(store) == ["new"]


def test_a_held_article_is_stored_but_publishes_nothing(store: Store) -> None:
    assert store.keep(batch(article("a", text="", held="no text")), now=NOW) == Kept(held=1)
    assert store.changes_after(0, limit=10) == []
    assert store.counts()["held"] == 1
    assert store.held() == [Held(source="kz-one", reason="no text", articles=1)]
    stored = store.article(1)
    assert stored is not None
    assert stored.article.held == "no text"


def test_a_held_article_becomes_new_when_it_is_complete(store: Store) -> None:
    store.keep(batch(article("a", text="", held="no text", language="und")), now=NOW)
    assert store.keep(batch(article("a", language="kk")), now=LATER) == Kept(new=1)
    stored = store.changes_after(0, limit=10)[0].stored
    assert (stored.id, stored.first_seen, stored.article.language) == (1, NOW, "kk")
    assert stored.article.held is None
    assert kinds(store) == ["new"]


def test_a_held_article_that_turns_out_a_copy_joins_that_story(store: Store, path: Path) -> None:
    store.keep(batch(article("a", text="", held="no text")), now=NOW)
    store.keep(batch(article("b", source="kz-two")), now=NOW)
    assert store.keep(batch(article("a", text=text_of("b"))), now=LATER) == Kept(duplicate=1)
    assert kinds(store) == ["new", "copy"]
    assert len(rows(path, "SELECT 1 FROM stories")) == 1


def test_a_text_that_was_lost_does_not_overwrite_a_good_one(store: Store) -> None:
    one = article("a")
    store.keep(batch(one), now=NOW)
    assert store.keep(batch(article("a", text="", held="no text", language="und")), now=LATER) == Kept(held=1)
    stored = store.article(1)
    assert stored is not None
    assert stored.article == one
    assert store.known("kz-one", [one.url]) == {one.url: Known(version="1", fetched_at=LATER, failures=1)}


def test_a_language_that_flips_on_a_few_words_is_no_second_article(store: Store) -> None:
    store.keep(batch(article("a", language="ru")), now=NOW)
    assert store.keep(batch(article("a", language="tg", text="Short now.")), now=LATER) == Kept(revised=1)
    stored = store.article(1)
    assert stored is not None
    assert stored.article.language == "ru"


def test_a_text_too_short_to_tell_gets_its_language_later(store: Store) -> None:
    store.keep(batch(article("a", language="und", text="Short.")), now=NOW)
    assert store.keep(batch(article("a", language="ky")), now=LATER) == Kept(revised=1)
    stored = store.article(1)
    assert stored is not None
    assert stored.article.language == "ky"


def test_links_are_remembered_with_their_failures(store: Store) -> None:
    url = "https://kz-one.example/broken"
    for number in (1, 2):
        store.keep(batch(seen=[Seen(url=url, version="1", error="404")]), now=NOW)
        assert store.known("kz-one", [url, "https://other.example/"])[url].failures == number
    store.keep(batch(seen=[Seen(url=url, version="2", error="404")]), now=NOW)
    assert store.known("kz-one", [url])[url] == Known(version="2", fetched_at=NOW, failures=1)
    store.keep(batch(seen=[Seen(url=url, version="2")]), now=LATER)
    assert store.known("kz-one", [url])[url] == Known(version="2", fetched_at=LATER)
    assert store.known("kz-two", [url]) == {}


def test_a_report_closes_the_poll(store: Store) -> None:
    store.sync_sources(["kz-one"], now=NOW)
    store.claim_due(now=NOW, limit=1, until=LATER)
    listing = Validators(url="https://kz-one.example/feed", etag='"1"')
    store.keep(batch(article("a"), article("b")), now=NOW)
    assert store.validators("kz-one") == ()
    last = batch(article("b", text=text_of("edited")), poll=report(), validators=(listing,))
    store.keep(last, now=NOW, due=LATER)
    state = store.source_states()[0]
    assert (state.due, state.claimed_until, state.polls, state.failures) == (LATER, None, 1, 0)
    assert (state.last_poll, state.last_success) == (report().finished, report().finished)
    assert (state.totals.fetched, state.totals.new, state.totals.revised) == (3, 2, 1)
    assert state.last_new == NOW
    assert store.validators("kz-one") == (listing,)
    poll = store.polls("kz-one", limit=5)[0]
    assert (poll.report, poll.new, poll.revised) == (report(), 2, 1)


def test_an_unchanged_listing_keeps_its_validators(store: Store) -> None:
    listing = Validators(url="https://kz-one.example/feed", etag='"1"')
    store.keep(batch(poll=report(), validators=(listing,)), now=NOW)
    store.keep(batch(poll=report(outcome=Outcome.UNCHANGED, started=LATER)), now=LATER)
    assert store.validators("kz-one") == (listing,)
    store.keep(
        batch(poll=report(started=NOW + timedelta(days=1)), validators=(Validators(url=listing.url),)),
        now=LATER,
    )
    assert store.validators("kz-one") == ()


def test_failures_count_in_a_row(store: Store) -> None:
    outcomes = (Outcome.UNREACHABLE, Outcome.CHANGED, Outcome.UNCHANGED, Outcome.REFUSED)
    counted = []
    for number, outcome in enumerate(outcomes):
        started = NOW + timedelta(minutes=number)
        store.keep(batch(poll=report(outcome=outcome, started=started)), now=started)
        counted += [state.failures for state in store.source_states()]
    assert counted == [1, 2, 0, 1]
    state = store.source_states()[0]
    assert (state.last_outcome, state.last_error) == (Outcome.REFUSED, "it went wrong")
    assert state.last_success == NOW + timedelta(minutes=2, seconds=10)


def test_old_polls_are_forgotten(store: Store) -> None:
    for number in range(203):
        started = NOW + timedelta(minutes=number)
        store.keep(batch(poll=report(started=started)), now=started)
    polls = store.polls("kz-one", limit=500)
    assert len(polls) == 200
    assert polls[-1].report.started == NOW + timedelta(minutes=3)
    assert store.source_states()[0].polls == 203


def test_what_a_page_says_of_its_article_is_kept(store: Store) -> None:
    said = dataclasses.replace(
        article(),
        credit="Example \ud800 and agencies",
        section="World",
        tags=("roads", "borders"),
        subtitle="Two border posts are to be opened",
        image="https://news.example.org/img/road.jpg",
        image_caption="A road \ud800",
    )
    store.keep(batch(said), now=NOW)
    kept = store.article(1)
    assert kept is not None
    assert kept.article.credit == "Example ? and agencies"
    assert (kept.article.section, kept.article.tags) == ("World", ("roads", "borders"))
    assert kept.article.subtitle == "Two border posts are to be opened"
    assert kept.article.image == "https://news.example.org/img/road.jpg"
    assert kept.article.image_caption == "A road ?"
