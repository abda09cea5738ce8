"""The whole line, as a stranger meets it: `policywire demo --once` in a process of its own."""

import re
import signal
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import feedparser
import pytest
from fakes_storage import entries_of

from core.config import DataDir
from demo.article import load_articles
from demo.expected import expected
from storage.records.articles import StoredArticle
from storage.records.publication import Entry
from storage.store import Store


@dataclass(frozen=True)
class Demo:
    """What a finished demo left: what it printed, articles by the newsroom's ids, entries and feeds."""

    printed: str
    articles: dict[str, StoredArticle]
    entries: list[Entry]
    feeds: Path


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    folder = tmp_path_factory.mktemp("demo")
    command = [sys.executable, "-m", "scheduler.cli", "demo", "--once", "--port", "0", "--dir", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stderr == "", "the demo has nothing to complain about"
    data = DataDir(path=folder / "data")
    by_title = {(article.site, article.title): id_ for id_, article in load_articles().items()}
    with Store.open(data.database) as store:
        stored = {change.stored.id: change.stored for change in store.changes_after(0, limit=1000)}
        entries = entries_of(store, "central-asia")
    ids = {by_title[each.article.source, each.article.title]: each for each in stored.values()}
    return Demo(printed=done.stdout, articles=ids, entries=entries, feeds=data.feeds)


def test_every_article_is_stored_once(demo: Demo) -> None:
    after = expected(2)
    assert set(demo.articles) == after.matched | after.unmatched


def test_an_article_cut_into_pages_is_kept_whole(demo: Demo) -> None:
    article = demo.articles["jaxartes-review/middle-powers-and-c5"].article
    told = load_articles()["jaxartes-review/middle-powers-and-c5"]
    for paragraph in told.text_in(2).split("\n\n"):
        for line in paragraph.split("\n"):
            assert re.sub("^(?:## |> |- )", "", line.strip()) in article.text
    assert article.held is None


def test_feed_has_what_matters_and_nothing_else(demo: Demo) -> None:
    ids = {stored.id: id_ for id_, stored in demo.articles.items()}
    after = expected(2)
    published = {ids[entry.stored.id] for entry in demo.entries}
    originals = after.matched - set(after.duplicates) - set(after.retold)
    assert published - after.matched == set(), "entries that should not be there"
    assert originals - published - set(after.duplicates.values()) == set(), "entries that are missing"


def test_a_reprint_joins_its_original(demo: Demo) -> None:
    after = expected(2)
    for copy, original in {**after.duplicates, **after.retold}.items():
        assert demo.articles[copy].story == demo.articles[original].story, copy
    stories = [entry.stored.story for entry in demo.entries if entry.kind == "statement"]
    assert len(stories) == len(set(stories)), "one entry a story"


def test_a_late_official_original_stands_first_and_names_who_else_published(demo: Demo) -> None:
    ids = {stored.id: id_ for id_, stored in demo.articles.items()}
    shown = {ids[entry.stored.id]: entry for entry in demo.entries if entry.revision == 0}
    official = shown["presidency-press/corridor-agreement"]
    assert [copy.source for copy in official.copies] == ["steppe-courier", "tulpar-digest"]
    feed = feedparser.parse((demo.feeds / "central-asia.rss").read_bytes())
    (item,) = [one for one in feed.entries if one.id == official.id]
    assert "Also published by: " in item.content[0].value
    # Two scripts of one text in one poll: whichever was read first stands first.
    pair = ("tashqi-aloqalar/koreya-memorandum", "tashqi-aloqalar/koreya-memorandum-lotin")
    (scripts,) = [entry for id_, entry in shown.items() if id_ in pair]
    languages = [scripts.stored.article.language, *(copy.language for copy in scripts.copies)]
    assert sorted(languages) == ["uz-Cyrl", "uz-Latn"]


def test_edits_make_revisions_and_only_real_ones_make_entries(demo: Demo) -> None:
    after = expected(2)
    for id_ in after.substantive:
        assert demo.articles[id_].revision >= 1, id_
    revised = {entry.stored.id for entry in demo.entries if entry.revision > 0}
    assert revised == {demo.articles[id_].id for id_ in after.substantive & after.matched}


def test_a_page_that_was_taken_down_is_an_entry(demo: Demo) -> None:
    withdrawn = {demo.articles[id_].id for id_ in expected(2).withdrawn}
    assert len(withdrawn) == 1
    assert {entry.stored.id for entry in demo.entries if entry.kind == "gone"} == withdrawn
    titles = [item.title for item in feedparser.parse((demo.feeds / "central-asia.rss").read_bytes()).entries]
    assert len([title for title in titles if title.startswith("Withdrawn: ")]) == 1


def test_a_revision_shows_what_changed(demo: Demo) -> None:
    items = feedparser.parse((demo.feeds / "central-asia.rss").read_bytes()).entries
    revised = [item for item in items if item.title.startswith("Revised: ")]
    assert any("<del>four</del><ins>six</ins>" in item.summary for item in revised)


def test_every_entry_says_why(demo: Demo) -> None:
    assert demo.entries
    for entry in demo.entries:
        assert entry.match.matched
        assert entry.match.why
        assert entry.match.sentence
        assert entry.match.sentence in entry.stored.article.text + "\n" + entry.stored.article.title


def test_pages_without_a_date_have_the_card_s_and_furniture_stays_out(demo: Demo) -> None:
    assert demo.articles
    for id_, stored in demo.articles.items():
        assert stored.article.published is not None, id_
        assert stored.article.published.at is not None, id_
        for furniture in ("Editor's choice", "Popular", "Related articles", "cookie"):
            assert furniture not in stored.article.text, id_


def test_what_a_site_puts_into_every_text_stays_out(demo: Demo) -> None:
    texts = [
        stored.article.text for id_, stored in demo.articles.items() if id_.startswith("steppe-courier/")
    ]
    assert len(texts) >= 8
    for text in texts:
        assert "five lines from three capitals" not in text


def test_feeds_parse_and_carry_reasons(demo: Demo) -> None:
    files = sorted(path.name for path in demo.feeds.glob("central-asia*.rss"))
    assert {f"central-asia-{state}.rss" for state in ("kz", "kg", "tj", "tm", "uz")} <= set(files)
    for name in ("central-asia.rss", "central-asia.atom"):
        feed = feedparser.parse((demo.feeds / name).read_bytes())
        assert not feed.bozo
        assert len(feed.entries) == len(demo.entries)
        assert len({entry.id for entry in feed.entries}) == len(feed.entries)
        for entry in feed.entries:
            body = entry.content[0].value if "content" in entry else entry.summary
            assert "Why:" in body, entry.title


def test_the_feed_shows_headings_lists_and_quotations(demo: Demo) -> None:
    feed = feedparser.parse((demo.feeds / "central-asia.rss").read_bytes())
    bodies = {entry.title: entry.content[0].value for entry in feed.entries}
    by_selectors = next(body for title, body in bodies.items() if title.startswith("Five voices"))
    assert by_selectors.count("<h2") == 2
    assert by_selectors.count("<li>") == 3
    by_extraction = next(body for title, body in bodies.items() if "receives credentials" in title)
    assert "<h2" in by_extraction
    assert "<blockquote>" in by_extraction
    assert by_extraction.count("<li>") == 3
    listed = next(body for title, body in bodies.items() if "меморандум имзолади" in title)
    assert "<h2" in listed
    assert listed.count("<li>") == 2


def test_table_is_printed_for_both_passes(demo: Demo) -> None:
    assert demo.printed.count("source") == 2
    assert "/feeds/central-asia.rss" in demo.printed


def test_without_once_it_serves_until_it_is_interrupted() -> None:
    command = [sys.executable, "-u", "-m", "scheduler.cli", "demo", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as running:
        assert running.stdout is not None
        address = ""
        for line in running.stdout:
            if line.startswith("  pages "):
                address = line.split()[-1]
            if "Ctrl-C ends it" in line:
                break
        time.sleep(3)
        with urllib.request.urlopen(f"{address}feeds/central-asia.rss", timeout=60) as reply:
            assert reply.status == 200
        running.send_signal(signal.SIGINT)
        rest = running.stdout.read()
        assert running.wait(60) == 0
        assert rest == ""
