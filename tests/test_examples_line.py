"""The example texts through the line: extract, match, and a pass from a site on loopback to the feed."""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import feedparser
import pytest
from click.testing import CliRunner
from fakes_daemon import write_config
from fakes_examples import OWN_ESSAY, OWN_NEWS, TEASER_WORDS, boxed, example, page_of
from fakes_web import Site, rss

from scheduler.cli import cli

TEASER = "Ministers of the G7 write a long statement"


@dataclass(frozen=True)
class Pair:
    """A news article with furniture behind it and a signed essay: their lines, and what must come out."""

    news: Sequence[str]
    essay: Sequence[str]
    speaker: str
    credit: str
    author: str
    not_his: str

    def pages(self) -> dict[str, str]:
        title, *rest = self.news
        end = rest.index("Related articles")
        headline = "A foreign policy of balance: why Kazakhstan is a middle power"
        return {
            "/news": page_of(title, rest[:end], boxed(rest[end:]), inside=True),
            "/essay": page_of(headline, list(self.essay), "", inside=True),
        }


@pytest.fixture(params=["own", "shared"])
def pair(request: pytest.FixtureRequest) -> Pair:
    if request.param == "own":
        return Pair(
            news=OWN_NEWS,
            essay=OWN_ESSAY,
            speaker="Aman Testov",
            credit="rivers.example with Steppe Courier and agencies",
            author="Dana Probova",
            not_his="a steady hand",
        )
    return Pair(
        news=example("000"),
        essay=example("002"),
        speaker="Kassym-Jomart Tokayev",
        credit="commonspace.eu with Astana Times and agencies",
        author="Zhanseit Tuimebayev",
        not_his="its balanced foreign policy, position",
    )


def policywire(*words: str, records: Sequence[dict[str, Any]] = ()) -> list[dict[str, Any]]:
    """Run a verb in this process and return the JSON lines that it prints."""
    stdin = "\n".join(json.dumps(record) for record in records)
    done = CliRunner().invoke(cli, words, input=stdin, catch_exceptions=False)
    assert done.exit_code == 0, done.output[-2000:]
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def crawl(*folders: str) -> None:
    """Crawl in a process of its own: a reactor runs once in each."""
    command = [sys.executable, "-m", "scheduler.cli", "crawl", "--all", *folders]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stderr[-2000:]


def said_by(statements: Sequence[dict[str, Any]], speaker: str | None) -> list[str]:
    direct = [one for one in statements if one["kind"] == "direct"]
    return [one["words"] for one in direct if one["speaker"] == speaker]


def test_extract_and_match(pair: Pair) -> None:
    pages = pair.pages().items()
    records = [{"id": path, "url": f"https://site.example{path}", "html": html} for path, html in pages]
    news, essay = policywire("extract", "--jsonl", "-", records=records)
    assert news["title"] == pair.news[0]
    assert (news["authors"], news["published"], news["error"]) == ([], None, None)
    assert [word for word in TEASER_WORDS if word in news["text"]] == []
    assert len(said_by(news["statements"], pair.speaker)) >= 2
    assert {one["office"] for one in news["statements"] if one["speaker"] == pair.speaker} == {
        "President of Kazakhstan"
    }
    assert (essay["authors"], essay["published"]) == ([pair.author], None)
    assert len(said_by(essay["statements"], pair.speaker)) >= 3
    assert not any(pair.not_his in words for words in said_by(essay["statements"], pair.speaker))
    assert {one["speaker"] for one in essay["statements"]} <= {pair.speaker, None}

    texts = [{"id": one["id"], "title": one["title"], "text": one["text"]} for one in (news, essay)]
    title, teaser = TEASER, "The ministers met in Niagara and agreed on nine pages about trade and energy."
    texts.append({"id": "teaser", "title": title, "text": teaser})
    found = policywire("match", "--watchlist", "central-asia", "--jsonl", "-", records=texts)
    matched = {one["id"]: one["matched"] for one in found}
    assert matched == {"/news": True, "/essay": True, "teaser": False}


def test_a_whole_pass_to_the_feed(pair: Pair, tmp_path: Path) -> None:
    with Site() as site:
        for path, html in pair.pages().items():
            site.put(path, html)
        # Without a date they would be old: a source's first poll publishes only what is surely new.
        today = format_datetime(datetime.now(UTC))
        listed = rss((site.url("/news"), pair.news[0]), (site.url("/essay"), "An essay"), date=today)
        site.put("/rss", listed, content_type="application/rss+xml")
        source = (
            "name: A Site\ncountry: INT\npublisher: press\nlanguages: [en]\n"
            f"home: {site.url('/')}\nkind: feed\nurls: ['{site.url('/rss')}']\n"
        )
        config = write_config(tmp_path / "config", {"a-site": source})
        folders = ("--config", str(config), "--data", str(tmp_path / "data"))
        crawl(*folders)
    policywire("publish", *folders)
    feed = feedparser.parse((tmp_path / "data" / "feeds" / "central-asia.atom").read_bytes())
    shown = {entry.title: entry for entry in feed.entries}
    assert len(shown) == 2
    news = shown[pair.news[0]]
    body = "".join(part.value for part in news.get("content", [])) + news.get("summary", "")
    assert [word for word in TEASER_WORDS if word in body] == []
    assert f"{pair.speaker}, President of Kazakhstan: “" in body
    asked = ("--speaker", pair.speaker, "--office", "president", "--json")
    found = policywire("search", *asked, *folders[2:])
    assert {one["statement"]["speaker"] for one in found} == {pair.speaker}
    assert {one["source"] for one in found} == {"a-site"}
    assert len([one for one in found if one["statement"]["kind"] == "direct"]) >= 4
