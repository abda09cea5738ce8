"""Feeds as readers see them: rendered by the real code, parsed by feedparser and lxml."""

from datetime import UTC, datetime, timedelta
from typing import Any

import feedparser
import pytest
from fakes_publisher import (
    HEAD,
    NOW,
    SENTENCE,
    TEXT,
    make_article,
    make_entry,
    make_item,
    make_match,
    make_source,
    random_texts,
)
from lxml import etree

from core.article import Article, Precision, Published
from core.source import Source
from publisher.feeds.channels import Form
from publisher.feeds.render import render
from storage.records.articles import Copy
from storage.records.publication import Entry

BASE = HEAD.base_url
# Those that feedparser reads; JSON Feed has a module of its own.
FORMS: tuple[Form, ...] = ("rss", "atom")

HOSTILE = [
    "",
    " ",
    "plain",
    "a & b < c > d \"e\" 'f'",
    "<script>alert(1)</script>",
    "]]>",
    "<![CDATA[x]]>",
    "\x00\x01\x0b\x0c\x1f\x7f\x85\x9f",
    "\ufffe\uffff\ufdd0",
    "\ud800 lone \udfff",
    "\ud83d\ude00",
    "😀👩‍👩‍👧 🇰🇿",
    "تركمانستان توقع اتفاقية",
    "\u202eright to left override",
    "line\r\nbreak\rand\n\nmore\u2028x",
    "&amp; &#0; &bogus;",
    "word " * 5_000,
    "w" * 20_000,
]


def document(*entries: Entry, form: Form, sources: dict[str, Source] | None = None) -> bytes:
    items = [make_item(entry, sources=sources, summary_words=20) for entry in entries]
    return render(HEAD, items, form)


def parsed(*entries: Entry, form: Form, sources: dict[str, Source] | None = None) -> Any:
    content = document(*entries, form=form, sources=sources)
    etree.fromstring(content)
    result = feedparser.parse(content)
    assert not result.bozo, result.get("bozo_exception")
    assert result.version == {"rss": "rss20", "atom": "atom10"}[form]
    return result


def body(item: Any) -> str:
    return str(item.content[0].value if "content" in item else item.description)


@pytest.mark.parametrize("form", FORMS)
def test_an_item_has_all_that_an_analyst_needs(form: Form) -> None:
    article = make_article(authors=("Aigerim Example", "Daniyar Example"))
    item = parsed(make_entry(article), form=form).entries[0]
    assert item.title == "Treaty to be signed in Astana"
    assert item.link == "https://ministry.example/news/1"
    assert item.id == "urn:uuid:6ba7b810-9dad-11d1-80b4-00c04fd430c8"
    assert item.published_parsed[:5] == (2026, 11, 20, 5, 30)
    assert [tag.term for tag in item.tags] == ["treaty", "Astana", "Kazakhstan"]
    assert item.source.title == "Ministry of Examples"
    text = body(item)
    assert "Why: a treaty that involves Kazakhstan “" + SENTENCE + "”" in text
    assert "Talks were held on Friday." in text
    assert "Terms: treaty; Astana" in text
    assert "Ministry of Examples" in text
    assert "By: Aigerim Example; Daniyar Example" in text
    assert "Language: en" in text
    assert "Published: 2026-11-20 05:30 UTC" in text


def test_rss_names_authors_languages_and_a_guid_that_is_no_link() -> None:
    article = make_article(
        authors=("Aigerim Example", "Daniyar <d@example.org>, correspondent"), language="kk"
    )
    tree = etree.fromstring(document(make_entry(article), form="rss"))
    (item,) = tree.findall("channel/item")
    names = {"dc": "http://purl.org/dc/elements/1.1/"}
    creators = [creator.text for creator in item.findall("dc:creator", names)]
    assert creators == ["Aigerim Example", "Daniyar <d@example.org>, correspondent"]
    assert item.findtext("dc:language", namespaces=names) == "kk"
    assert [guid.get("isPermaLink") for guid in item.findall("guid")] == ["false"]
    assert [source.get("url") for source in item.findall("source")] == ["https://ministry.example"]
    assert item.find("author") is None


def test_atom_has_authors_a_summary_and_the_creation_as_update() -> None:
    article = make_article(authors=("Aigerim Example",))
    item = parsed(make_entry(article), form="atom").entries[0]
    assert [author.name for author in item.authors] == ["Aigerim Example"]
    assert item.summary.startswith("Talks were held on Friday.")
    assert item.updated.startswith("2026-11-20T12:00:00.")
    assert item.content[0].type == "text/html"


def test_an_atom_entry_without_authors_is_its_sources() -> None:
    item = parsed(make_entry(), form="atom").entries[0]
    assert [author.name for author in item.authors] == ["Ministry of Examples"]


@pytest.mark.parametrize("form", FORMS)
def test_the_channel_says_what_it_is(form: Form) -> None:
    channel = parsed(make_entry(), form=form).feed
    assert channel.title == "Central Asia foreign policy"
    assert channel.generator == "policywire"
    assert channel.language == "en"
    links = {link.rel: link.href for link in channel.links}
    assert links == {"self": f"{BASE}/feeds/central-asia.{form}", "alternate": f"{BASE}/"}
    assert channel.updated_parsed[:6] == (2026, 11, 20, 12, 0, 0)


def test_rss_says_how_long_it_may_be_kept() -> None:
    assert parsed(make_entry(), form="rss").feed.ttl == "15"


@pytest.mark.parametrize("form", FORMS)
def test_the_same_entries_give_the_same_bytes(form: Form) -> None:
    entries = [make_entry(id=f"urn:uuid:{number}") for number in range(3)]
    assert document(*entries, form=form) == document(*entries, form=form)
    assert document(form=form) == document(form=form)


@pytest.mark.parametrize("form", FORMS)
def test_entries_keep_their_order(form: Form) -> None:
    entries = [
        make_entry(id=f"urn:uuid:{number}", created=NOW - timedelta(hours=number)) for number in range(3)
    ]
    assert [item.id for item in parsed(*entries, form=form).entries] == [entry.id for entry in entries]


@pytest.mark.parametrize("form", FORMS)
def test_an_empty_feed_is_a_valid_feed(form: Form) -> None:
    result = parsed(form=form)
    assert result.entries == []
    assert result.feed.title == "Central Asia foreign policy"


@pytest.mark.parametrize("form", FORMS)
def test_a_revision_says_so(form: Form) -> None:
    item = parsed(make_entry(revision=2), form=form).entries[0]
    assert item.title == "Revised: Treaty to be signed in Astana"


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("published", "shown"),
    [
        (None, "Published: the page gives no date"),
        (Published(raw="мудрый день"), "Published: not understood: “мудрый день”"),
        (
            Published(raw="11.2026", at=datetime(2026, 11, 1, tzinfo=UTC), precision=Precision.MONTH),
            "Published: 2026-11",
        ),
        (
            Published(raw="2026", at=datetime(2025, 12, 31, 19, tzinfo=UTC), precision=Precision.YEAR),
            "Published: 2026",
        ),
    ],
)
def test_a_date_that_is_not_known_to_the_day_is_not_made_up(
    form: Form, published: Published | None, shown: str
) -> None:
    item = parsed(make_entry(make_article(published=published)), form=form).entries[0]
    assert "published" not in item
    assert shown + "<br />" in body(item).replace("<br>", "<br />")


@pytest.mark.parametrize("at", [datetime(2026, 11, 19, 19, tzinfo=UTC), datetime(2026, 11, 20, tzinfo=UTC)])
def test_a_day_is_the_day_that_the_page_gave(at: datetime) -> None:
    article = make_article(published=Published(raw="20.11.2026", at=at, precision=Precision.DAY))
    item = parsed(make_entry(article), form="rss").entries[0]
    assert "Published: 2026-11-20<" in body(item)
    assert item.published_parsed[:4] == at.timetuple()[:4]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_no_text_from_outside_breaks_a_feed(form: Form, text: str) -> None:
    article = make_article(title=text, text=text, authors=(text, "Someone", text), source=text or "x")
    match = make_match(
        sentence=text, why=text, terms=((text, text), ("treaty", text)), states=("KZ", text or "X")
    )
    copies = (Copy(source=text or "x", url=text, first_seen=NOW),)
    before, after = make_entry(id="urn:uuid:a"), make_entry(id="urn:uuid:b")
    result = parsed(before, make_entry(article, match=match, copies=copies), after, form=form)
    assert [item.title for item in (result.entries[0], result.entries[2])] == [
        "Treaty to be signed in Astana",
        "Treaty to be signed in Astana",
    ]
    assert len(result.entries) == 3
    assert len(document(make_entry(article, match=match), form=form)) < 30_000


@pytest.mark.parametrize("form", FORMS)
def test_any_text_can_stand_in_a_feed(form: Form) -> None:
    for text in random_texts(40):
        article = make_article(title=text, text=text, authors=(text,))
        match = make_match(sentence=text, terms=((text, text),))
        root = etree.fromstring(document(make_entry(article, match=match), form=form))
        assert len(root.findall(".//item") or root.findall("{http://www.w3.org/2005/Atom}entry")) == 1


@pytest.mark.parametrize("form", FORMS)
def test_markup_from_outside_stays_text(form: Form) -> None:
    evil = '<script>alert(1)</script><img src=x onerror="alert(2)">'
    article = make_article(title="T", text=evil, authors=(evil,))
    entry = make_entry(article, match=make_match(sentence=evil, why="", terms=((evil, evil),)))
    tree = etree.fromstring(document(entry, form=form))
    tag = "description" if form == "rss" else "{http://www.w3.org/2005/Atom}content"
    (item,) = tree.findall("channel/item" if form == "rss" else "{http://www.w3.org/2005/Atom}entry")
    html = item.findtext(tag, "")
    assert "<script" not in html
    assert "<img" not in html
    assert "&lt;script&gt;alert(1)" in html


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "", "http://[::1", "ftp://x.example/a", "data:text/html,x"]
)
def test_what_is_no_web_address_becomes_no_link(form: Form, url: str) -> None:
    copies = (Copy(source="kz-paper", url=url, first_seen=NOW),)
    item = parsed(make_entry(make_article(url=url), copies=copies), form=form).entries[0]
    # feedparser takes the id for the link where there is none.
    assert item.get("link", item.id) == item.id
    assert "javascript" not in document(make_entry(make_article(url=url), copies=copies), form=form).decode()
    assert "Also published by: The Example Paper" in body(item)


def test_a_link_is_percent_encoded() -> None:
    url = "https://ministry.example/жаңалық/1?q=a b"
    item = parsed(make_entry(make_article(url=url)), form="rss").entries[0]
    assert item.link == "https://ministry.example/%D0%B6%D0%B0%D2%A3%D0%B0%D0%BB%D1%8B%D2%9B/1?q=a%20b"


@pytest.mark.parametrize("form", FORMS)
def test_copies_are_named_with_their_links(form: Form) -> None:
    copies = (
        Copy(source="kz-paper", url="https://paper.example/a?x=1&y=2", first_seen=NOW),
        Copy(source="gone-source", url="https://gone.example/b", first_seen=NOW),
    )
    text = body(parsed(make_entry(copies=copies), form=form).entries[0])
    assert 'Also published by: <a href="https://paper.example/a?x=1&amp;y=2">The Example Paper</a>, ' in text
    assert "gone-source</a>" in text


@pytest.mark.parametrize("form", FORMS)
def test_a_source_that_left_the_config_goes_by_its_id(form: Form) -> None:
    item = parsed(make_entry(), form=form, sources={}).entries[0]
    assert "Source: kz-ministry<br" in body(item)
    assert "source" not in item


def test_a_form_is_shown_beside_its_term_where_it_differs() -> None:
    match = make_match(terms=(("Tokayev", "Тоқаевтың"), ("Astana", "ASTANA"), ("Astana", "Astana")))
    text = body(parsed(make_entry(match=match), form="rss").entries[0])
    assert "Terms: Tokayev (Тоқаевтың); Astana<" in text


def test_long_lists_say_how_many_more_there_are() -> None:
    article = make_article(authors=tuple(f"Author {number}" for number in range(50)))
    match = make_match(terms=tuple((f"term {number}", "x") for number in range(50)))
    copies = tuple(Copy(source="kz-paper", url=f"https://p.example/{n}", first_seen=NOW) for n in range(50))
    item = parsed(make_entry(article, match=match, copies=copies), form="rss").entries[0]
    assert len(item.tags) == 21
    assert body(item).count("and 30 more") == 3


def test_a_feed_of_several_languages_does_not_claim_one() -> None:
    entries = (make_entry(), make_entry(make_article(language="ru"), id="urn:uuid:ru"))
    assert parsed(*entries, form="rss").feed.language == "mul"


def test_an_unknown_language_is_said_to_be_unknown() -> None:
    content = document(make_entry(make_article(language="und")), form="rss").decode()
    assert "Language: not recognised" in content
    assert "dc:language" not in content


def titled(article: Article) -> str:
    return make_item(make_entry(article), summary_words=20).title


def test_a_title_is_never_empty() -> None:
    assert titled(make_article(title="", text=TEXT)).startswith("Talks were held on Friday.")
    assert titled(make_article(title="\x01 ", text="")) == "Untitled, Ministry of Examples"


def test_sources_of_the_fakes_are_valid() -> None:
    assert make_source(time_zone="UTC").zone.key == "UTC"
