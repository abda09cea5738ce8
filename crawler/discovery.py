"""An address -> a proposed source file with a preview of what it would find: `policywire sources new`.

Looks for feeds, then dated sitemaps, then repeated structure on the page itself, and reads the first
articles. All requests go through the `fetch` that it is given; it knows neither Scrapy nor the store.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser

from core.errors import PageError, SourceChanged, SourceError, Unreachable
from core.language import Language
from core.source import ListingRules, Source
from crawler.finding.draft import Found, Proposal, draft, finished
from crawler.finding.masthead import read_masthead
from crawler.finding.repetition import find_repetition
from crawler.finding.sample import Fetch, Reply, read_first
from crawler.kinds.base import DateReader, Listing
from crawler.kinds.registry import parse_list
from crawler.reading.encoding import decode
from crawler.reading.markup import parse_html

FEED_PATHS = ("/feed/", "/rss", "/rss.xml", "/atom.xml", "/index.xml", "/feed.json")
_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json")
_EDITION = re.compile(r"/[a-z]{2}(?=/|$)")
_SITEMAP_LINE = re.compile(rb"^\s*sitemap\s*:\s*(\S+)", re.IGNORECASE | re.MULTILINE)


async def propose(
    url: str, fetch: Fetch, *, languages: Mapping[str, Language], now: datetime, id_: str | None = None
) -> Proposal:
    """Find how a site lists its articles; `url` is best the page that lists its news.

    The source's id is made of the site's name where none is given.
    Raises SourceError where the address does not answer or no list is found.
    """
    reply = await fetch(url)
    status, _, _, address = reply
    if status != 200:
        raise Unreachable(f"{url} answered {status}; give the address of a page that lists the site's news")
    search = _Search(fetch, languages, now)
    found = search.read("feed", reply) or await search.sitemap(reply)
    if found is not None:
        home = await search.ask(urljoin(address, "/"))
        tree = _tree(home) if home else LexborHTMLParser("")
    else:
        tree = _tree(reply)
        found = await search.feed(tree, address) or await search.sitemap_or_listing(tree, address)
    if found is None:
        raise SourceChanged(
            f"{address}: no feed, no sitemap and no repeated links were found. If JavaScript makes the list, "
            "look in the browser's network view for the JSON address behind it and use `kind: api`; see "
            "docs/add-a-source.md"
        )
    drafted = draft(read_masthead(tree, address), found, languages, now, id_=id_)
    return finished(drafted, await read_first(drafted.links, drafted.source, fetch, languages, now), now)


def _tree(reply: Reply) -> LexborHTMLParser:
    _, content_type, body, address = reply
    try:
        return parse_html(decode(body, content_type), address)
    except PageError as error:
        raise SourceChanged(str(error)) from error


class _Search:
    """The requests of one search. A guessed address that fails is no list, not an error."""

    def __init__(self, fetch: Fetch, languages: Mapping[str, Language], now: datetime) -> None:
        self._fetch = fetch
        self._languages = languages
        self._now = now

    async def ask(self, url: str) -> Reply | None:
        """Return a reply with status 200, else None."""
        try:
            reply = await self._fetch(url)
        except SourceError:
            return None
        return reply if reply[0] == 200 else None

    def _parse(self, kind: str, reply: Reply, rules: ListingRules | None = None) -> Listing | None:
        """Return what the crawl stage's own parser makes of a reply."""
        _, content_type, body, address = reply
        data: dict[str, Any] = {"kind": kind, "urls": [address], "listing": rules}
        source = Source.model_validate({**_NOBODY, **data})
        dates = DateReader.of(source, self._languages, self._now)
        try:
            return parse_list(body, address, content_type, source, dates)
        except SourceError:
            return None

    def read(self, kind: str, reply: Reply, rules: ListingRules | None = None) -> Found | None:
        """Return the links of a reply, if it is a list of this kind and has any."""
        listed = self._parse(kind, reply, rules)
        if listed is None or not listed.links:
            return None
        return Found(kind=kind, url=reply[3], links=listed.links, listing=rules)

    async def feed(self, tree: LexborHTMLParser, address: str) -> Found | None:
        """Look where the page says that its feeds are, then at the usual places."""
        declared = list(_declared_feeds(tree, address))
        for candidate in dict.fromkeys([*declared, *_usual_feeds(tree, address)]):
            reply = await self.ask(candidate)
            found = self.read("feed", reply) if reply else None
            if found is not None:
                others = tuple(f"feed {other}" for other in declared if other != candidate)
                return replace(found, also=others)
        return None

    async def sitemap(self, reply: Reply) -> Found | None:
        """Read a sitemap, or an index together with its newest child."""
        listed = self._parse("sitemap", reply)
        if listed is not None and not listed.links and listed.more:
            child = await self.ask(listed.more[0])
            listed = self._parse("sitemap", child) if child else None
        if listed is None or not listed.links:
            return None
        return Found(kind="sitemap", url=reply[3], links=listed.links)

    async def sitemap_or_listing(self, tree: LexborHTMLParser, address: str) -> Found | None:
        """Return a sitemap with dates, else the page's own list, else a sitemap without dates."""
        sitemap = await self._sitemap_of(address)
        if sitemap is not None and sitemap.dated:
            return sitemap
        guess = find_repetition(tree, address, lambda text: self._is_date(text))
        page: Reply = (200, "text/html; charset=utf-8", (tree.html or "").encode(), address)
        found = self.read("listing", page, guess) if guess else None
        if found is not None and sitemap is not None:
            return replace(found, also=(f"sitemap {sitemap.url}, without dates",))
        return found or sitemap

    async def _sitemap_of(self, address: str) -> Found | None:
        robots = await self.ask(urljoin(address, "/robots.txt"))
        lines = _SITEMAP_LINE.findall(robots[2]) if robots else []
        named = [urljoin(address, line.decode("utf-8", "replace")) for line in lines]
        named.sort(key=lambda one: "news" not in one)
        for candidate in dict.fromkeys([*named, urljoin(address, "/sitemap.xml")]):
            reply = await self.ask(candidate)
            found = await self.sitemap(reply) if reply else None
            if found is not None:
                others = tuple(f"sitemap {other}" for other in named if other != candidate)
                return replace(found, also=others)
        return None

    def _is_date(self, text: str) -> bool:
        reader = DateReader.of(Source.model_validate(_NOBODY), self._languages, self._now)
        published = reader(text)
        return published is not None and published.at is not None


# The least that a source file needs, for trying parsers before the rest is known.
_NOBODY: Mapping[str, Any] = {
    "id": "new",
    "name": "new",
    "country": "REG",
    "publisher": "press",
    "languages": ["en"],
    "home": "http://localhost",
    "kind": "feed",
    "urls": ["http://localhost"],
}


def _declared_feeds(tree: LexborHTMLParser, address: str) -> Iterable[str]:
    for node in tree.css("link[rel~='alternate'][href]"):
        href, title = node.attributes.get("href") or "", node.attributes.get("title") or ""
        # WordPress declares a feed of comments beside each feed of articles.
        if (node.attributes.get("type") or "").lower() in _FEED_TYPES and "comment" not in (
            href + title
        ).lower():
            yield urljoin(address, href)


def _usual_feeds(tree: LexborHTMLParser, address: str) -> Iterable[str]:
    """Yield the usual places, first below a language's path: /ru/news has its feed at /ru/rss more often.

    A page without a language in its own path is taken for the one that its links have most.
    """
    edition = _EDITION.match(urlsplit(address).path)
    top = edition[0] if edition else None
    if top is None:
        paths = (urlsplit(urljoin(address, node.attributes.get("href") or "")).path for node in tree.css("a"))
        linked = Counter(found[0] for path in paths if (found := _EDITION.match(path)))
        top = max(linked, key=linked.__getitem__, default=None)
    # The language that a page is only linked to comes behind the site's own feeds.
    tops = ["", top] if edition is None else [top, ""]
    for each in tops:
        for path in FEED_PATHS if each is not None else ():
            yield urljoin(address, f"{each}{path}")
