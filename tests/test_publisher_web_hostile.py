"""A hostile page goes through the real reader into a real store, and from there onto all that is served.

The routes are taken from the application, so that a new page is covered the day it is added; a parameter of
an address that this file does not know fails the test.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from fakes_publisher import NOW, make_source
from fakes_site import Browser, Reply, WebSite, running_site
from fakes_storage import entries_of
from lxml import etree, html
from test_publisher_access_gate import flat

from core.article import Batch, Link
from core.config import load_languages
from core.settings import Settings
from crawler.reading.page import Page
from crawler.reading.read import read
from publisher.publish import Publisher

SCRIPT = "alert(document.domain)"
# Each of these would do harm in one place or another: text, an attribute, an address, a script, XML, SQL,
# FTS, a spreadsheet, a template.
HARM = (
    f"<script>{SCRIPT}</script>",
    f"<img src=x onerror={SCRIPT}>",
    f'" onmouseover="{SCRIPT}" broken="',
    f"' autofocus onfocus='{SCRIPT}",
    f"</title><svg onload={SCRIPT}>",
    f"</textarea></style></script><script>{SCRIPT}</script>",
    f"]]><x:script xmlns:x='http://www.w3.org/1999/xhtml'>{SCRIPT}</x:script>",
    "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>&e;",
    "<?xml-stylesheet href='javascript:alert(1)'?>",
    "{{ 7919*104729 }}{% include '/etc/passwd' %}",
    "'; DROP TABLE articles; --",
    '" OR 1=1 NEAR(',
    "\u202egnp.exe\u2066",
    "&#x3c;script&#x3e;&lt;script&gt;",
    "=cmd|' /C calc'!A0",
)
ADDRESS = f"https://ministry.example/news/1?a=\"><script>{SCRIPT}</script>&b='onclick={SCRIPT}"


def hostile_page() -> bytes:
    """Return a page of a ministry that was taken over; all that is read of a page is in it."""
    words = " ".join(HARM)
    escaped = words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    data = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": f"Treaty to be signed in Kazakhstan {words}",
        "author": [{"@type": "Person", "name": words, "url": f"javascript:{SCRIPT}"}],
        "image": f"javascript:{SCRIPT}",
        "publisher": {"@type": "Organization", "name": words},
        "articleSection": [words],
        "keywords": [words],
    }
    paragraphs = "".join(
        f"<p>The treaty with Kazakhstan was discussed on Friday by both sides, and {one} was said.</p>"
        for one in (part.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") for part in HARM)
    )
    return f"""<!doctype html><html lang="en"><head>
<title>Treaty to be signed in Kazakhstan {escaped}</title>
<meta property="og:title" content="Treaty to be signed in Kazakhstan {escaped}">
<meta property="og:image" content="javascript:{SCRIPT}">
<meta property="og:site_name" content="{escaped}">
<meta name="author" content="{escaped}"><meta name="description" content="{escaped}">
<meta name="keywords" content="{escaped}">
<meta property="article:published_time" content="2026-11-20T10:00:00+05:00">
<link rel="canonical" href="javascript:{SCRIPT}">
<link rel="alternate" hreflang="ru" href="javascript:{SCRIPT}">
<script type="application/ld+json">{json.dumps(data).replace("</", "<" + chr(92) + "/")}</script>
</head><body><article><h1>Treaty to be signed in Kazakhstan {escaped}</h1>
<img src="javascript:{SCRIPT}" alt="{escaped}" onerror="{SCRIPT}">
<p>“{escaped} we will sign the treaty with Kazakhstan this year”, minister Aman Testov{escaped} said.</p>
{paragraphs}
<ul><li onclick="{SCRIPT}">{escaped}</li></ul><blockquote>{escaped}</blockquote>
<a href="javascript:{SCRIPT}">{escaped}</a><iframe srcdoc="<script>{SCRIPT}</script>"></iframe>
</article></body></html>""".encode()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebSite]:
    """Serve what became of two texts of the page, its feeds rendered, and all that users can write."""
    # Names of sources are written by operators; that they are escaped too costs nothing to see.
    sources = {
        one.id: one
        for one in (
            make_source(name=f"Ministry {HARM[0]} {HARM[2]}"),
            make_source(id="kz-paper", name="Paper", publisher="press", home="https://paper.example"),
        )
    }
    with running_site(tmp_path_factory.mktemp("data"), sources=sources) as site:
        site.settings = Settings.model_validate({"feeds": {"title": f"Wire {HARM[0]}"}})
        fill(site)
        yield site


def fill(site: WebSite) -> None:
    languages, problems = load_languages(Path(__file__).parent.parent / "config")
    assert not problems
    site.store.sync_sources(list(site.sources), now=NOW)
    for source, minutes, more in (
        ("kz-ministry", 0, b""),
        ("kz-paper", 5, b""),
        ("kz-ministry", 9, b"It was edited. "),
    ):
        address = ADDRESS.replace("ministry", "paper") if source == "kz-paper" else ADDRESS
        at = NOW + timedelta(minutes=minutes)
        body = hostile_page().replace(b"<ul>", b"<p>" + more * 30 + b"</p><ul>")
        page = Page(
            source=source,
            url=address,
            body=body,
            content_type="text/html; charset=utf-8",
            fetched_at=at,
            link=Link(url=address, title=HARM[0]),
        )
        article = read(page, site.sources[source], languages)
        assert article.title
        assert SCRIPT in article.text
        site.store.keep(Batch(source=source, articles=(article,)), now=at)
    # What no reader gives today, but another reader could: the store and the pages must stand it too.
    stored = site.store.article(1)
    assert stored is not None
    worst = replace(
        stored.article,
        url="javascript:alert(1)",
        canonical_url="https://ministry.example/worst",
        title=" ".join(HARM) + "\x00\ud800\x0b",
        text="The treaty with Kazakhstan. " + " ".join(HARM) + "\x00\ud800\ufffe",
        authors=tuple(HARM),
        statements=(),
    )
    site.store.keep(Batch(source="kz-ministry", articles=(worst,)), now=NOW)
    site.store.make_due(None, now=NOW)
    site.store.keep_health({"kz-ministry": ("changed", " ".join(HARM))}, now=NOW)
    publisher = Publisher(
        store=site.store,
        watchlists=site.watchlists,
        sources=site.sources,
        settings=site.settings,
        feeds_dir=site.feeds,
        base_url=site.in_force().base_url,
    )
    publisher.publish(now=NOW)
    assert entries_of(site.store, "central-asia")


@pytest.fixture(scope="module")
def operator(site: WebSite) -> Browser:
    browser = site.signed_in()
    for name in HARM:
        assert browser.post("/account/tokens", {"name": name[:80]}).status == 200
    return browser


# What stands for each parameter of an address: first what there is, then what there is not.
PARAMETERS = {
    "number": ("1", "2", "3", "9" * 30),
    "id_": ("kz-ministry", "kz-paper", "1", "9" * 30),
    "id": ("1", "2", "kz-ministry", "central-asia", "9" * 30),
    "name": ("style.css", "central-asia.rss"),
    "token": ("x",),
    "id:path": ("KZ/nobody", "KZ%2Fnobody", "^", "9" * 1001),
    "file:path": (
        *(
            "central-asia.rss",
            "central-asia.atom",
            "central-asia.json",
            "central-asia-kz.rss",
            "operators.rss",
        ),
        *(
            "search.rss?q=treaty",
            "search.atom?q=treaty&text=full",
            "search.json?q=treaty",
            "entries.rss?text=full",
        ),
        *(
            "sources/kz-ministry.rss?text=full",
            "sources/kz-ministry.atom",
            "sources/kz-ministry.json",
            "official.rss",
        ),
        "entries.atom?text=full",
    ),
}
ODD = (*HARM, "../../etc/passwd", "..%2f..%2fetc%2fpasswd", "%00", "\u2028", "-1", "1;2", "0x1", " ")
QUERIES = (
    "q",
    "speaker",
    "office",
    "source",
    "since",
    "watchlist",
    "state",
    "cursor",
    "from",
    "to",
    "name",
    "next",
    "page",
    "part",
)


def addresses(site: WebSite, method: str = "GET") -> Iterator[str]:
    """Yield each route's address, with each of its parameters as it should and as it should not be."""
    for path, route in flat(list(site.routes)):
        if method not in (route.methods or ()):
            continue
        names = re.findall(r"\{([^}]*)\}", path)
        if not names:
            yield path
            continue
        for name in names:
            assert name in PARAMETERS, f"{path}: say in PARAMETERS what stands for {name}"
        for value in (*PARAMETERS[names[0]], *(quote(one, safe="") for one in ODD[:: len(names)])):
            yield re.sub(r"\{[^}]*\}", value.replace("\\", r"\\"), path)


def look(reply: Reply, address: str) -> None:
    """Look at a reply as a browser, a feed reader and a proxy would."""
    assert reply.status < 500 or address in ("/metrics",), f"{reply.status} {address}: {reply.text[:300]}"
    assert "script-src 'self'" in reply.headers["content-security-policy"]
    assert "unsafe" not in reply.headers["content-security-policy"]
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert re.fullmatch(r"|/(?![/\\]).*", reply.headers.get("location", "")), address
    kind = reply.headers.get("content-type", "")
    if kind.startswith("text/html"):
        look_at_page(reply.text, address)
    elif "xml" in kind or "opml" in kind:
        look_at_feed(reply.body, address)
    elif "json" in kind and not kind.startswith("application/jsonl"):
        look_at_json(json.loads(reply.body), address)


def look_at_page(text: str, address: str) -> None:
    page = html.fromstring(text)
    for element in page.iter():
        if not isinstance(element.tag, str):
            continue
        where = f"{address}: {html.tostring(element)[:200]!r}"
        assert element.tag not in {
            "iframe",
            "object",
            "embed",
            "base",
            "style",
            "foreignobject",
            "x:script",
        }, where
        assert element.tag != "meta" or not element.get("http-equiv"), where
        for name, value in element.attrib.items():
            assert not name.startswith("on"), where
            assert name not in {"style", "srcdoc", "formaction", "autofocus", "broken"}, where
            if name in {"href", "src", "action", "poster", "data"}:
                assert re.match(r"https?://|/(?!/)|#|\?|$", str(value)), where
    for script in page.iter("script"):
        assert str(script.get("src", "")).startswith("/static/"), address
        assert not (script.text or "").strip(), address
    assert "829348951" not in text, f"{address}: a template ran"
    assert "root:x:0" not in text, address


def look_at_feed(body: bytes, address: str) -> None:
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    document = etree.fromstring(body, parser)
    assert document.getroottree().docinfo.internalDTD is None, address
    for element in document.iter():
        if not isinstance(element.tag, str):
            continue  # a comment, or what is said to a program
        assert etree.QName(element).localname not in {"script", "iframe"}, address
        for name, value in element.attrib.items():
            assert not name.startswith("on"), address
            if name in ("href", "src", "url", "xmlUrl", "htmlUrl"):
                assert re.match(r"https?://", str(value)), f"{address}: {name}={value}"
        carried = element.text or ""
        local = etree.QName(element).localname
        if local == "encoded" or element.get("type") == "html":
            look_at_page(f"<div>{carried}</div>", address)
        elif local in ("link", "guid", "comments") and carried.strip():
            assert re.match(r"https?://|urn:|tag:", carried), f"{address}: {carried[:100]}"


def look_at_json(value: object, address: str, key: str = "") -> None:
    if isinstance(value, dict):
        for name, one in value.items():
            look_at_json(one, address, name)
    elif isinstance(value, list):
        for one in value:
            look_at_json(one, address, key)
    elif isinstance(value, str) and key == "content_html":
        look_at_page(f"<div>{value}</div>", address)


def test_every_page_feed_and_answer_stands_a_hostile_page(site: WebSite, operator: Browser) -> None:
    seen = 0
    for address in addresses(site):
        for accept in ("text/html", "application/json"):
            look(operator.ask(address, headers={"Accept": accept}), address)
            seen += 1
    assert seen > 100


def test_the_hostile_words_are_there_as_words(site: WebSite, operator: Browser) -> None:
    shown = html.fromstring(operator.ask("/articles/1").text).text_content()
    assert f"<script>{SCRIPT}</script>" in shown
    assert "{{ 7919*104729 }}" in shown
    account = html.fromstring(operator.ask("/account").text).text_content()
    assert f"<script>{SCRIPT}</script>" in account
    feed = etree.fromstring(site.ask("/feeds/central-asia.rss").body)
    assert any(f"<script>{SCRIPT}</script>" in (title.text or "") for title in feed.iter("title"))


@pytest.mark.parametrize("name", QUERIES)
def test_whatever_is_asked_is_words(site: WebSite, operator: Browser, name: str) -> None:
    paths = [
        path for path, route in flat(list(site.routes)) if "GET" in (route.methods or ()) and "{" not in path
    ]
    paths += [
        "/articles/1",
        "/articles/1/revisions",
        "/stories/1",
        "/feeds/search.rss",
        "/feeds/entries.atom",
    ]
    for number, path in enumerate(paths):
        for value in ODD[(number + QUERIES.index(name)) % 8 :: 8]:
            address = f"{path}?{name}={quote(value, safe='%' if value.startswith('%') else '')}"
            look(operator.ask(address), address)
    # All that was kept is still there.
    assert site.store.article(1) is not None


def test_no_path_leads_out(site: WebSite) -> None:
    (site.path / "secret.rss").write_text("nobody may read this")
    for folder in ("/static/", "/feeds/", "/feeds/sources/", "/private/", "/api/", "/"):
        for way in ("../", "..%2f", "%2e%2e/", "..%5c", "....//", "%2fetc%2f", "..%c0%af", "file:///"):
            for target in ("secret.rss", "policywire.db", "etc/passwd", "app.py"):
                reply = site.ask(f"{folder}{way * 3}{target}")
                assert reply.status in (303, 308, 400, 404, 421, 422), f"{folder}{way}{target}"
                assert b"nobody may" not in reply.body


def test_nothing_asked_becomes_a_header(site: WebSite, operator: Browser) -> None:
    for text in ("%0d%0aSet-Cookie:%20x=1", "%0aX-Evil:1", "%E5%98%8A%E5%98%8DSet-Cookie:x=1"):
        for address in (
            f"/{text}/",
            f"/login?next=/{text}",
            f"/feeds/{text}.rss",
            f"/private/{text}/x",
            f"/search/?{text}",
        ):
            reply = operator.ask(address)
            assert "x-evil" not in reply.headers
            assert not any("x=1" in cookie for cookie in reply.cookies)


def test_a_page_closed_to_all_is_as_safe(site: WebSite) -> None:
    before = site.settings
    site.settings = Settings.model_validate({"access": {"read": "token"}})
    try:
        for value in ODD:
            address = f"/search?q={quote(value, safe='')}"
            look(site.ask(address, headers={"Accept": "text/html"}), address)
    finally:
        site.settings = before
