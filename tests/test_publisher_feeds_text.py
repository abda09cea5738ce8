"""Text for feeds: cleaning, summaries, links, ids, names of feeds."""

import uuid
from pathlib import Path

import pytest
from fakes_publisher import random_texts
from lxml import etree

from core.errors import ConfigError
from core.ids import article_id, entry_id, feed_id
from publisher.feeds.channels import FEED_FILE, channels
from publisher.feeds.text import clean, one_line, shorten, summary, web_address


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\x00b\x1fc\x7fd\x9fe", "abcde"),
        ("a\x0bb\x0cc\r\nd\re\x85f", "a\nb\nc\nd\ne\nf"),
        ("tab\tand\nline", "tab\tand\nline"),
        ("\ufffex\uffff", "x"),
        ("\ud83d\ude00", "😀"),
        ("a\ud800b", "a\ufffdb"),
        ("Қазақстан 😀 ]]> &", "Қазақстан 😀 ]]> &"),
    ],
)
def test_clean_keeps_what_xml_can_carry(text: str, expected: str) -> None:
    assert clean(text) == expected


def test_clean_text_is_always_legal_xml() -> None:
    for text in random_texts(300):
        element = etree.Element("x")
        element.text = clean(text)
        assert (etree.fromstring(etree.tostring(element, encoding="UTF-8")).text or "") == clean(text)
        assert clean(clean(text)) == clean(text)


def test_one_line_has_single_spaces() -> None:
    assert one_line("  a\n\n b\u00a0\u2003c\x00 ") == "a b c"


def test_shorten_cuts_between_words() -> None:
    assert shorten("one two three four", 100) == "one two three four"
    assert shorten("one two three, four", 15) == "one two three…"
    assert shorten("x" * 50, 10) == "x" * 9 + "…"


def test_a_short_article_is_its_own_summary() -> None:
    assert summary("One sentence.\n\nAnother one", 10) == "One sentence. Another one"
    assert summary("", 10) == ""


def test_a_summary_ends_with_a_sentence_where_it_can() -> None:
    text = (
        "The talks began on Monday. They ended on Friday with a joint statement of all the parties involved."
    )
    assert summary(text, 8) == "The talks began on Monday."
    assert summary(text, 9) == "The talks began on Monday."


def test_a_summary_does_not_end_at_an_abbreviation() -> None:
    text = "The long talks with Dr. Example began on Monday and they will go on for many days."
    assert summary(text, 6) == "The long talks with Dr. Example…"


def test_a_summary_ends_between_words_otherwise() -> None:
    text = "One. " + "then a very long sentence that does not come to an end, " * 5
    assert summary(text, 12) == "One. then a very long sentence that does not come to an…"


def test_a_summary_of_something_without_spaces_is_bounded() -> None:
    assert len(summary("x" * 100_000, 10)) <= 160
    assert summary("x" * 100_000 + " and more words here", 10).endswith("…")


def test_a_summary_begins_as_the_article_does() -> None:
    for number, text in enumerate(random_texts(300)):
        words = number % 30 + 1
        short = summary(text, words)
        assert one_line(text).startswith(short.removesuffix("…"))
        assert len(short.split()) <= words


@pytest.mark.parametrize(
    "url",
    [
        "javascript:x",
        "//host/x",
        "/path",
        "",
        "http://",
        "https:// x",
        "http://[::1",
        "http://a b.example/",
        "x",
    ],
)
def test_only_web_addresses_are_links(url: str) -> None:
    assert web_address(url) is None


def test_web_addresses_are_legal_in_xml_and_html() -> None:
    assert web_address('HTTPS://a.example/\x01<">\ud800') is not None
    assert web_address("https://a.example/?a=1&b=2") == "https://a.example/?a=1&b=2"


def test_entry_ids_are_what_they_were_when_the_first_reader_saw_them() -> None:
    # Written down once: a change of these values would show every entry to every reader again.
    assert entry_id("central-asia", "https://a.example/1", "en") == ENTRY
    assert entry_id("central-asia", "https://a.example/1", "en", revised="New text") == REVISED
    assert article_id("https://a.example/1", "en") == ARTICLE
    assert feed_id("central-asia-kz") == FEED


ENTRY = "urn:uuid:1d3f12e7-807b-53b5-8930-940148b105fe"
REVISED = "urn:uuid:ddc2d9d3-2198-55c5-9de9-02db3a7e567c"
ARTICLE = "urn:uuid:350b891c-e591-506a-b6ec-bb1b0a81c87a"
FEED = "urn:uuid:958947e8-776d-5171-83d8-54db8655c6bd"


def test_entry_ids_differ_where_entries_do() -> None:
    ids = {
        entry_id("w", "https://a.example/1", "en"),
        entry_id("v", "https://a.example/1", "en"),
        entry_id("w", "https://a.example/2", "en"),
        entry_id("w", "https://a.example/1", "ru"),
        entry_id("w", "https://a.example/1", "en", revised="a"),
        entry_id("w", "https://a.example/1", "en", revised="b"),
        entry_id("w", "https://a.example/1", "en", revised="\ud800"),
    }
    assert len(ids) == 7
    assert all(uuid.UUID(value.removeprefix("urn:uuid:")).version == 5 for value in ids)


class Rules:
    def __init__(self, id: str, name: str = "A list", states: dict[str, str] | None = None) -> None:  # noqa: A002
        self.id, self.name, self.states = id, name, states or {}
        self.about, self.path = None, Path("watchlists") / f"{id}.yml"


def test_each_watchlist_has_a_feed_and_one_for_each_of_several_states() -> None:
    states = {"KZ": "Kazakhstan", "UZ": "Uzbekistan"}
    found = channels(
        [
            Rules("central-asia", "Central Asia", states),
            Rules("caucasus", "Caucasus"),
            Rules("georgia", "Georgia", {"GE": "Georgia"}),
        ]
    )
    assert [(channel.name, channel.title, channel.state) for channel in found] == [
        ("central-asia", "Central Asia", None),
        ("central-asia-kz", "Central Asia — Kazakhstan", "KZ"),
        ("central-asia-uz", "Central Asia — Uzbekistan", "UZ"),
        ("caucasus", "Caucasus", None),
        ("georgia", "Georgia", None),
    ]
    assert all(FEED_FILE.fullmatch(channel.file("rss")) for channel in found)


def test_two_feeds_of_one_name_are_a_fault_of_the_config() -> None:
    with pytest.raises(ConfigError, match="its feed 'a-kz' is also one of 'a'"):
        channels([Rules("a", states={"KZ": "Kazakhstan", "UZ": "Uzbekistan"}), Rules("a-kz")])


@pytest.mark.parametrize(
    "rules",
    [Rules("Central Asia"), Rules("../x"), Rules("a", states={"K/Z": "Kazakhstan", "UZ": "Uzbekistan"})],
)
def test_a_feed_name_that_could_leave_its_folder_is_a_fault_of_the_config(rules: Rules) -> None:
    with pytest.raises(ConfigError, match="cannot be a feed's name"):
        channels([rules])
