"""JSON Feed 1.1, held against its specification, and all forms as a second client reads them."""

import json
from dataclasses import replace
from datetime import datetime
from typing import Any

import fastfeedparser
import pytest
from fakes_publisher import HEAD, NOW, SENTENCE, make_article, make_entry, make_item, make_match, random_texts

from core.article import Article
from publisher.feeds.channels import FORMS, Form
from publisher.feeds.head import Head
from publisher.feeds.item import Item
from publisher.feeds.render import render
from storage.records.articles import Copy

TEXTS = {"id", "url", "title", "content_html", "summary", "language"}


def document(*items: Item, head: Head = HEAD) -> dict[str, Any]:
    found = json.loads(render(head, items, "json"))
    _is_json_feed(found)
    return dict(found)


def _is_json_feed(feed: dict[str, Any]) -> None:
    """Hold a document against https://jsonfeed.org/version/1.1: what must be there, of which types."""
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert isinstance(feed["title"], str)
    assert isinstance(feed["items"], list)
    for name in ("home_page_url", "feed_url", "icon", "favicon", "next_url"):
        assert feed.get(name, "https://").startswith(("https://", "http://"))
    assert all(hub["type"] and hub["url"] for hub in feed.get("hubs", []))
    for item in feed["items"]:
        assert {name for name in item if not name.startswith("_")} <= TEXTS | {
            *("date_published", "date_modified", "authors", "tags"),
        }
        assert isinstance(item["id"], str)
        assert item["id"]
        assert "content_html" in item or "content_text" in item
        assert all(isinstance(item[name], str) for name in TEXTS & set(item))
        for name in {"date_published", "date_modified"} & set(item):
            assert datetime.fromisoformat(item[name]).tzinfo is not None
        assert all(author.get("name") for author in item["authors"])
        assert all(isinstance(tag, str) for tag in item.get("tags", []))
        assert isinstance(item["_policywire"], dict)
    ids = [item["id"] for item in feed["items"]]
    assert len(set(ids)) == len(ids)


def test_a_feed_says_what_it_is() -> None:
    feed = document(make_item(make_entry()), head=replace(HEAD, hubs=("https://hub.example/",)))
    assert feed["title"] == HEAD.title
    assert feed["feed_url"] == "https://wire.example/feeds/central-asia.json"
    assert feed["home_page_url"] == "https://wire.example/"
    assert feed["language"] == "en"
    assert feed["hubs"] == [{"type": "WebSub", "url": "https://hub.example/"}]
    assert "next_url" not in feed


def test_an_item_has_what_the_other_forms_have_and_the_evidence_for_programs() -> None:
    copies = (Copy(source="kz-paper", url="https://paper.example/a", first_seen=NOW),)
    entry = make_entry(make_article(authors=("Aigerim Example",)), copies=copies)
    (item,) = document(make_item(entry))["items"]
    assert item["id"] == entry.id
    assert item["url"] == "https://ministry.example/news/1"
    assert item["authors"] == [{"name": "Aigerim Example"}]
    assert item["tags"] == ["treaty", "Astana", "Kazakhstan"]
    assert item["language"] == "en"
    assert item["date_published"] == "2026-11-20T05:30:00+00:00"
    assert item["date_modified"] == "2026-11-20T12:00:00+00:00"
    own = item["_policywire"]
    assert (own["kind"], own["watchlist"], own["score"], own["states"]) == (
        *("statement", "central-asia", 0.9),
        ["KZ"],
    )
    assert own["why"] == "a treaty that involves Kazakhstan"
    assert own["evidence"][0]["term"] == "treaty"
    assert own["evidence"][0]["sentence"] == SENTENCE
    assert [copy["source"] for copy in own["copies"]] == ["kz-paper"]
    assert (own["source"], own["publisher"], own["country"]) == ("kz-ministry", "official", "KZ")


def test_what_is_not_known_is_left_out() -> None:
    article = make_article(published=None, url="javascript:alert(1)", language="und")
    (item,) = document(make_item(make_entry(article)))["items"]
    assert not {"date_published", "url", "language"} & set(item)
    assert item["authors"] == [{"name": "Ministry of Examples"}]


def test_an_empty_feed_is_a_feed() -> None:
    assert document()["items"] == []


def test_any_text_can_stand_in_it() -> None:
    for number, text in enumerate(random_texts(40)):
        article = make_article(title=text, text=text, authors=(text,))
        document(make_item(make_entry(article, id=f"urn:{number}", match=make_match(sentence=text))))


def whole(text: str = "") -> Article:
    return make_article(text=text or "First part. " * 80 + "The end.")


@pytest.mark.parametrize("form", FORMS)
def test_full_text_is_all_of_it_and_a_summary_its_beginning(form: Form) -> None:
    short, full = (
        render(HEAD, [make_item(make_entry(whole()), full=full)], form).decode() for full in (False, True)
    )
    assert "The end." in full
    assert "The end." not in short


@pytest.mark.parametrize("form", FORMS)
def test_another_client_reads_it(form: Form) -> None:
    items = [make_item(make_entry(id=f"urn:uuid:{number}")) for number in range(3)]
    feed = fastfeedparser.parse(render(HEAD, items, form))
    assert feed.feed.title == HEAD.title
    assert [entry.id for entry in feed.entries] == [item.id for item in items]
    assert {entry.title for entry in feed.entries} == {"Treaty to be signed in Astana"}
    assert {entry.link for entry in feed.entries} == {"https://ministry.example/news/1"}
    assert all("Why: a treaty" in entry.content[0]["value"] for entry in feed.entries)
    assert all(entry.published.startswith("2026-11-20T05:30") for entry in feed.entries)
