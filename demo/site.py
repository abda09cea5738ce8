"""The newsroom's sites: a table of what each one offers, and a request -> a reply. Pure: opens no socket.

Each site has a folder of templates in its own manner; the articles come in as items, newest first.
"""

import gzip
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from http import HTTPStatus
from urllib.parse import parse_qs, urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

_HTML = "text/html"


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """An article as a site shows it. `published` and `modified` stand in the site's time zone."""

    id: str
    number: int
    path: str
    title: str
    language: str
    authors: tuple[str, ...]
    published: datetime
    modified: datetime
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """Anything but an article that a site serves. `header` is one that a client must send.

    `language` keeps only the articles in it; `per_page` shows so many of them, by `?page=N` from 1.
    """

    template: str
    media: str = _HTML
    gzip: bool = False
    method: str = "GET"
    header: tuple[str, str] | None = None
    language: str | None = None
    per_page: int = 1000


@dataclass(frozen=True, kw_only=True, slots=True)
class Site:
    """One site. `article_path` may use {slug}, {number}, {language} and {published:%Y...}.

    An article with more paragraphs than `per_part` is cut into pages: `?page=2` and on.
    """

    id: str
    name: str
    zone: str
    article_path: str
    documents: Mapping[str, Document]
    charset: str = "utf-8"
    disallow: tuple[str, ...] = ()
    per_part: int = 1000


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """What a client asked: `target` is the path with its query; header names are in small letters."""

    method: str
    target: str
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """What it gets. `modified` is None where the reply has no age."""

    status: HTTPStatus
    media: str
    body: bytes
    modified: datetime | None = None

    @property
    def etag(self) -> str:
        """A strong validator of the body."""
        return f'"{sha256(self.body).hexdigest()[:16]}"'


_EVERYWHERE = {
    "/": Document(template="home.html"),
    "/about": Document(template="about.html"),
    "/robots.txt": Document(template="robots.txt", media="text/plain"),
}

SITES = (
    Site(
        id="steppe-courier",
        name="The Steppe Courier",
        zone="Asia/Almaty",
        article_path="/{published:%Y/%m}/{slug}",
        documents={"/rss.xml": Document(template="steppe-courier/rss.xml", media="application/rss+xml")},
    ),
    Site(
        id="tyanshan-telegraph",
        name="Тянь-Шань Телеграф",
        zone="Asia/Bishkek",
        article_path="/news/{number}-{slug}.html",
        charset="windows-1251",
        disallow=("/search", "/print/"),
        documents={
            "/search": Document(template="home.html"),
            "/sitemap.xml.gz": Document(
                template="tyanshan-telegraph/sitemap.xml", media="application/gzip", gzip=True
            ),
            "/sitemap-news.xml.gz": Document(
                template="tyanshan-telegraph/sitemap-news.xml", media="application/gzip", gzip=True
            ),
            "/sitemap-sections.xml": Document(
                template="tyanshan-telegraph/sitemap-sections.xml", media="application/xml"
            ),
        },
    ),
    Site(
        id="syrtqy-ister",
        name="Сыртқы істер: баспасөз бөлмесі",
        zone="Asia/Almaty",
        article_path="/{language}/press/news/{number}",
        documents={
            "/kk/press/news": Document(template="syrtqy-ister/listing.html", language="kk", per_page=2),
            "/ru/press/news": Document(template="syrtqy-ister/listing.html", language="ru", per_page=2),
        },
    ),
    Site(
        id="tashqi-aloqalar",
        name="Tashqi aloqalar: matbuot xizmati",
        zone="Asia/Tashkent",
        article_path="/news/{slug}",
        documents={
            "/api/v1/news/list": Document(
                template="tashqi-aloqalar/list.json",
                media="application/json",
                method="POST",
                header=("x-channel", "press"),
            )
        },
    ),
    Site(
        id="jaxartes-review",
        name="The Jaxartes Review",
        zone="Europe/London",
        article_path="/analysis/{slug}",
        documents={
            "/feed.json": Document(template="jaxartes-review/feed.json", media="application/feed+json")
        },
        per_part=5,
    ),
    Site(
        id="tulpar-digest",
        name="Tulpar Digest",
        zone="Asia/Almaty",
        article_path="/{number}/{slug}/",
        documents={"/feed/": Document(template="tulpar-digest/rss.xml", media="text/xml")},
    ),
    Site(
        id="presidency-press",
        name="Presidency: press room",
        zone="Asia/Almaty",
        article_path="/en/{slug}-{number}",
        documents={
            "/en/atom.xml": Document(template="presidency-press/atom.xml", media="application/atom+xml")
        },
    ),
    Site(
        id="three-rivers",
        name="Three Rivers Bulletin",
        zone="Asia/Bishkek",
        article_path="/news.php?id={number}&lang={language}",
        documents={"/list.php": Document(template="three-rivers/listing.html", per_page=3)},
    ),
)


def environment() -> Environment:
    """Return the templates, escaping HTML and XML; a name that a template misspells is an error."""
    loader = PackageLoader("demo", "templates")
    return Environment(
        loader=loader,
        autoescape=select_autoescape(("html", "xml")),
        undefined=StrictUndefined,
        trim_blocks=True,
    )


def respond(
    site: Site, request: Request, items: Sequence[Item], *, base: str, templates: Environment
) -> Reply:
    """Answer a request to a site that shows these items, newest first, at the address `base`."""
    path = urlsplit(request.target).path
    common = {"site": site, "items": items, "base": base}
    for item in items:
        if item.path in (request.target, path) and request.method == "GET":
            part, parts, piece = _part(site, item, request)
            template = templates.get_template(f"{site.id}/article.html")
            text = template.render(common, item=piece, part=part, parts_in_all=parts)
            return _reply(site, _HTML, text, item.modified)
    document = site.documents.get(path) or _EVERYWHERE.get(path)
    refusal = HTTPStatus.NOT_FOUND if document is None else _refusal(document, request)
    if document is None or refusal is not None:
        return _refuse(refusal or HTTPStatus.NOT_FOUND)
    shown, page, last = _select(document, request, items)
    template = templates.get_template(document.template)
    text = template.render(
        {**common, "items": shown, "page": page, "last_page": last, "language": document.language}
    )
    modified = max((item.modified for item in items), default=None)
    reply = _reply(site, document.media, text, modified)
    if not document.gzip:
        return reply
    packed = gzip.compress(text.encode("utf-8"), mtime=0)
    return Reply(status=HTTPStatus.OK, media=document.media, body=packed, modified=modified)


def _reply(site: Site, media: str, text: str, modified: datetime | None) -> Reply:
    # Only pages are in the site's old charset: feeds and sitemaps say UTF-8 in their first line.
    charset = site.charset if media == _HTML else "utf-8"
    body = text.encode(charset, errors="xmlcharrefreplace")
    return Reply(status=HTTPStatus.OK, media=f"{media}; charset={charset}", body=body, modified=modified)


def _refusal(document: Document, request: Request) -> HTTPStatus | None:
    if request.method != document.method:
        return HTTPStatus.METHOD_NOT_ALLOWED
    if document.header is not None:
        name, value = document.header
        if request.headers.get(name) != value:
            return HTTPStatus.FORBIDDEN
    return None


def _refuse(status: HTTPStatus) -> Reply:
    body = json.dumps({"error": status.phrase}).encode()
    return Reply(status=status, media="application/json", body=body)


def _part(site: Site, item: Item, request: Request) -> tuple[int, int, Item]:
    """Return the number of the part of an article that is asked for, that of the last one, and the part."""
    last = max(1, -(-len(item.paragraphs) // site.per_part))
    part = min(_page_asked(request), last)
    shown = item.paragraphs[(part - 1) * site.per_part : part * site.per_part]
    return part, last, replace(item, paragraphs=shown)


def _page_asked(request: Request) -> int:
    asked = parse_qs(urlsplit(request.target).query).get("page", ["1"])[0]
    return max(1, int(asked)) if asked.isdecimal() else 1


def _select(document: Document, request: Request, items: Sequence[Item]) -> tuple[Sequence[Item], int, int]:
    """Return the items of the page asked for, its number and the last page's number."""
    kept = [item for item in items if document.language in (None, item.language)]
    page = _page_asked(request)
    last = max(1, -(-len(kept) // document.per_page))
    return kept[(page - 1) * document.per_page : page * document.per_page], page, last
