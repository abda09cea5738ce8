"""`policywire sources new` on loopback sites of adding_sites.py: 18 of real pages, 6 of the demo, 9 held out.

Needs ../shared/data. A publisher's site is one of its article pages, whose teasers are the list; its feeds or
sitemaps are made of the links on it. Nothing of the pages is kept. `python -m benchmarks.adding [SITE ...]`
"""

import gzip
import http.server
import json
import re
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit
from xml.sax.saxutils import escape

import yaml
from selectolax.lexbor import LexborHTMLParser

from benchmarks.adding_sites import DEMO, HELD_OUT, PUBLISHERS, Named
from benchmarks.texts import DATA
from core.clock import utcnow
from core.config import default_config_dir
from crawler.crawl import run_on_reactor
from crawler.discovery import propose
from crawler.finding.draft import Proposal
from crawler.finding.sample import Reply
from demo.newsroom import Newsroom
from scheduler.config import load_config
from scheduler.jobs import fetching

ENOUGH = 20

# What is proposed for a site, with the page that was asked; or why nothing is.
_Answer = tuple[Proposal, str] | Exception


class Publisher:
    """One real page as a site of its own on `base`; `replies` by path with query: type and body."""

    def __init__(self, named: Named, base: str) -> None:
        html = gzip.decompress((DATA / "publishers" / "html" / f"{named.name}.html.gz").read_bytes()).decode(
            "utf-8", "replace"
        )
        own = _own_address(html)
        host = re.escape(urlsplit(own).netloc.removeprefix("www."))
        html = re.sub(rf"https?://(?:www\.)?{host}(?![\w.-])", base, html)
        self.start = base + urlsplit(own).path
        self.page = html
        self.tree = LexborHTMLParser(html)
        self.base = _base(self.tree, self.start)
        self.articles = self._articles(named)
        self.replies: dict[str, tuple[str, str]] = {
            "/robots.txt": ("text/plain", "User-agent: *\nDisallow:\n"),
            urlsplit(own).path: ("text/html; charset=utf-8", html),
        }
        for path in self.articles:
            self.replies[path] = ("text/html; charset=utf-8", html)
        if named.kind == "sitemap":
            self._add_sitemap(base, named.at)
        for node in self.tree.css("link[rel~='alternate'][href]"):
            if re.search("rss|atom", node.attributes.get("type") or ""):
                path = _path(urljoin(self.start, node.attributes["href"]))
                comments = path != named.at and re.search("comment|/20|-.*/feed", path)
                self.replies[path] = ("application/rss+xml", self._feed(base, "#comment" if comments else ""))

    def _articles(self, named: Named) -> dict[str, str]:
        found: dict[str, str] = {}
        for node in self.tree.css("a[href]"):
            path, text = _path(urljoin(self.base, node.attributes["href"])), " ".join(node.text().split())
            if re.fullmatch(named.article, path) and len(text) > len(found.get(path, "")):
                found[path] = text
        return found

    def _feed(self, base: str, behind: str) -> str:
        items = "".join(
            f"<item><title>{escape(title)}</title><link>{escape(base + path + behind)}</link></item>"
            for path, title in self.articles.items()
        )
        return f'<rss version="2.0"><channel><title>x</title>{items}</channel></rss>'

    def _add_sitemap(self, base: str, at: str) -> None:
        """Name an index in robots.txt; its newest child has the articles, the other one sections."""
        lists = {"news": list(self.articles), "sections": [f"/section/{number}" for number in range(40)]}
        for name, paths in lists.items():
            dated = "<lastmod>2026-11-0{}T10:00:00Z</lastmod>" if name == "news" else ""
            urls = "".join(
                f"<url><loc>{escape(base + path)}</loc>{dated.format(1 + number % 9)}</url>"
                for number, path in enumerate(paths)
            )
            self.replies[f"/maps/{name}.xml"] = ("application/xml", f"<urlset>{urls}</urlset>")
        parts = "".join(
            f"<sitemap><loc>{base}/maps/{name}.xml</loc><lastmod>{day}</lastmod></sitemap>"
            for name, day in (("sections", "2020-01-01"), ("news", "2026-11-09"))
        )
        self.replies[at] = ("application/xml", f"<sitemapindex>{parts}</sitemapindex>")
        self.replies["/robots.txt"] = ("text/plain", f"User-agent: *\nDisallow:\nSitemap: {base}{at}\n")


def _own_address(html: str) -> str:
    node = LexborHTMLParser(html).css_first("link[rel=canonical], meta[property='og:url']")
    return str(node.attributes.get("href") or node.attributes.get("content")) if node else ""


def _base(tree: LexborHTMLParser, url: str) -> str:
    node = tree.css_first("base[href]")
    return urljoin(url, node.attributes.get("href") or "") if node else url


def _path(url: str) -> str:
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


class Street(http.server.ThreadingHTTPServer):
    """Every publisher behind one port, each at a loopback address of its own (127.2.0.N)."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("0.0.0.0", 0), _Handler)
        self.sites: dict[str, Publisher] = {}
        for number, named in enumerate((*PUBLISHERS, *HELD_OUT), 1):
            host = f"127.2.0.{number}"
            self.sites[host] = Publisher(named, f"http://{host}:{self.server_address[1]}")
        threading.Thread(target=self.serve_forever, args=(0.1,), daemon=True).start()


class _Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        assert isinstance(self.server, Street)
        site = self.server.sites[self.headers.get("Host", "").partition(":")[0]]
        kind, body = site.replies.get(self.path, ("text/html", "<html>not here</html>"))
        self.send_response(200 if self.path in site.replies else 404)
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class names it so
        pass


def faults(named: Named, proposal: Proposal, page: str, start: str) -> list[str]:
    """Say what is wrong with a proposal; nothing if it is right."""
    source = yaml.safe_load(proposal.yaml)
    if source["kind"] != named.kind:
        return [f"kind {source['kind']} at {_path(source['urls'][0])}"]
    if named.kind != "listing":
        at = _path(source["urls"][0])
        return [] if at == named.at else [f"at {at}"]
    tree = LexborHTMLParser(page)
    wanted = {
        path
        for node in tree.css(named.main)
        if re.fullmatch(
            named.article, path := _path(urljoin(_base(tree, start), node.attributes.get("href") or ""))
        )
    }
    wanted.discard(_path(start))
    listed = {_path(link.url) for link in proposal.links}
    wrong = [path for path in listed if not re.fullmatch(named.article, path)]
    found = [f"{len(wanted - listed)} of {len(wanted)} missing"] if wanted - listed or not wanted else []
    return found + ([f"{len(wrong)} of {len(listed)} no articles, as {wrong[0][:40]}"] if wrong else [])


async def _ask_all(config_dir: Path, sites: Mapping[str, tuple[Named, str]]) -> dict[str, _Answer]:
    config = load_config(config_dir, sources=False, watchlists=False)
    answers: dict[str, _Answer] = {}
    async with fetching(config) as fetch:

        async def get(address: str) -> Reply:
            reply = await fetch(address)
            return reply.status, reply.content_type, reply.body, reply.url

        for name, (_, start) in sites.items():
            try:
                page = (await get(start))[2].decode("utf-8", "replace")
                proposal = await propose(start, get, languages=config.languages, now=utcnow())
                answers[name] = proposal, page
            except Exception as error:  # noqa: BLE001 - whatever it is, that site is not right
                answers[name] = error
    return answers


def main() -> None:
    """Print one line for each site, and how many are right."""
    chosen = sys.argv[1:]
    street = Street()
    sites: dict[str, tuple[Named, str]] = {}
    for named, site in zip((*PUBLISHERS, *HELD_OUT), street.sites.values(), strict=True):
        sites[named.name] = named, site.start
    with tempfile.TemporaryDirectory() as folder, Newsroom(utcnow()) as newsroom:
        for named in DEMO:
            sites[named.name] = named, newsroom.sites[named.name] + named.start
        if chosen:
            sites = {name: one for name, one in sites.items() if name in chosen}
        config = Path(folder) / "config"
        config.mkdir()
        (config / "languages").symlink_to(default_config_dir() / "languages")
        hosts = json.dumps(sorted({urlsplit(start).hostname for _, start in sites.values()}))
        (config / "settings.yml").write_text(
            "contact: bench@example.org\nlog: {level: error}\n"
            f"crawl: {{delay: 0s, internal_hosts: {hosts}}}\n",
            encoding="utf-8",
        )
        answers = run_on_reactor(lambda: _ask_all(config, sites))
    held_out = {named.name for named in HELD_OUT}
    right: Counter[bool] = Counter()
    for name, (named, start) in sites.items():
        answer = answers[name]
        wrong = [str(answer)[:90]] if isinstance(answer, Exception) else faults(named, *answer, start)
        right[name in held_out] += not wrong
        print(f"{name:32} {named.kind:8} {'right' if not wrong else 'WRONG: ' + '; '.join(wrong)}")
    among = Counter(name in held_out for name in sites)
    print(f"{right[False]} of {among[False]} right of those tuned on (the issue asks for {ENOUGH} of 24)")
    print(f"{right[True]} of {among[True]} right of those held out")


if __name__ == "__main__":
    main()
