"""Meta tags and links of a page -> facts of its article; a title without the site's name. Pure."""

import re

from selectolax.lexbor import LexborHTMLParser

from crawler.reading.facts import Facts
from crawler.reading.markup import line

_TITLES = (
    "og:title",
    "twitter:title",
    "dc.title",
    "dcterms.title",
    "citation_title",
    "sailthru.title",
    "headline",
)
_DATES = (
    "article:published_time", "article:published", "og:published_time", "og:article:published_time",
    "datepublished", "date.issued", "dc.date.issued", "dcterms.issued", "dcterms.created", "dc.date.created",
    "dcterms.date", "dc.date", "citation_publication_date", "citation_date", "parsely-pub-date",
    "sailthru.date", "publishdate", "publish-date", "publish_date", "published", "published_time",
    "publication_date", "publicationdate", "pub_date", "pubdate", "publish_time", "originalpublicationdate",
    "article.published", "article_date_original", "article:post_date", "cxenseparse:recs:publishtime",
    "cxenseparse:publishtime", "bt:pubdate", "rnews:datepublished", "datecreated", "article.created",
    "created", "og:pubdate", "article:create", "timestamp", "date",
)  # fmt: skip
_AUTHORS = (
    "author", "article:author", "og:article:author", "dc.creator", "dcterms.creator", "citation_author",
    "parsely-author", "sailthru.author", "byl", "article:author_name", "cxenseparse:author", "twitter:data1",
)  # fmt: skip
_SITES = (
    "og:site_name",
    "og:sitename",
    "application-name",
    "dc.publisher",
    "citation_journal_title",
    "apple-mobile-web-app-title",
)
_DESCRIPTIONS = ("og:description", "description", "twitter:description", "dc.description")
_SECTIONS = ("article:section", "og:article:section", "parsely-section", "articlesection", "sailthru.section")
_TAGS = ("article:tag", "og:article:tag", "parsely-tags", "sailthru.tags", "news_keywords", "keywords")
_IMAGES = ("og:image:secure_url", "og:image", "og:image:url", "twitter:image", "twitter:image:src")
_MOST_TAGS = 20
_LANGUAGES = ("content-language", "dc.language", "og:locale", "language")

# Between a headline and the name of its site in a title tag.
_SEPARATOR = re.compile(r"\s+[|—–\-:»«·•/\\►]{1,2}\s+|\s*[|»·•]\s*|\s::\s")
_HOST = re.compile(r"^(?:www\.)?[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}$", re.IGNORECASE)
_SITE_WORDS = 4


def from_meta_tags(tree: LexborHTMLParser) -> Facts:
    """Return what meta tags and links say."""
    metas = _metas(tree)

    def first(names: tuple[str, ...]) -> str | None:
        return next((values[0] for name in names if (values := metas.get(name))), None)

    authors = next((metas[name] for name in _AUTHORS[:-1] if metas.get(name)), [])
    if not authors and (metas.get("twitter:label1") or [""])[0].lower() in ("written by", "автор"):
        authors = metas.get("twitter:data1", [])
    canonical = tree.css_first("link[rel~='canonical' i][href]")
    html = tree.css_first("html")
    return Facts(
        title=first(_TITLES),
        dates=tuple(value for name in _DATES for value in metas.get(name, [])[:1]),
        authors=tuple(authors),
        site_name=first(_SITES),
        url=(canonical.attributes.get("href") if canonical else None) or first(("og:url",)),
        description=first(_DESCRIPTIONS),
        section=first(_SECTIONS),
        tags=_tags(next((metas[name] for name in _TAGS if metas.get(name)), [])),
        image=first(_IMAGES),
        image_caption=first(("og:image:alt",)),
        language=(html.attributes.get("lang") if html else None) or first(_LANGUAGES),
    )


def alternates(tree: LexborHTMLParser) -> dict[str, str]:
    """Return the addresses of the page's language versions by hreflang, as they are written."""
    return {
        (node.attributes.get("hreflang") or "").strip(): (node.attributes.get("href") or "").strip()
        for node in tree.css("link[rel~='alternate' i][hreflang][href]")
        if (node.attributes.get("hreflang") or "").strip().lower() not in ("", "x-default")
    }


def _tags(contents: list[str]) -> tuple[str, ...]:
    """Return tags: one in each tag, or all in one with commas."""
    parts = contents[0].split(",") if len(contents) == 1 else contents
    return tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))[:_MOST_TAGS]


def _metas(tree: LexborHTMLParser) -> dict[str, list[str]]:
    """Return the contents of meta tags by their property, name, itemprop or http-equiv."""
    found: dict[str, list[str]] = {}
    for node in tree.css("meta[content]"):
        attributes = node.attributes
        content = line(attributes.get("content") or "")
        if not content:
            continue
        for key in ("property", "name", "itemprop", "http-equiv"):
            for name in (attributes.get(key) or "").lower().split():
                written = name.replace(":", ".") if name.startswith("dc") else name
                found.setdefault(written, []).append(content)
    return found


def title_tag(tree: LexborHTMLParser) -> str | None:
    """Return the text of the title element."""
    node = tree.css_first("head title") or tree.css_first("title")
    return line(node.text()) or None if node is not None else None


def cut_site_name(title: str, names: tuple[str, ...], *, guess: bool = False) -> tuple[str, str | None]:
    """Part a title from the site's name at its end or beginning: (headline, the name cut off or None).

    `names` are known names of the site. With `guess`, a short last part is cut off even if it is none.
    """
    known = {_key(name) for name in names if name}
    parts = _parts(title)
    if len(parts) > 1:
        for index in (-1, 0):
            if _key(parts[index][0]) in known or _HOST.match(parts[index][0]):
                return _without(parts, index), parts[index][0]
        last = parts[-1][0]
        head = _without(parts, -1)
        if guess and len(last.split()) <= _SITE_WORDS < len(head.split()):
            return head, last
    return title, None


def goes_on(title: str, heading: str) -> bool:
    """Say whether a title is the heading, a separator, and more: a section's name, a date."""
    match = _SEPARATOR.match(title, len(heading))
    return match is not None and title.startswith(heading)


def _key(text: str) -> str:
    return re.sub(r"\W+", "", text.casefold())


def _parts(title: str) -> list[tuple[str, str]]:
    """Return the parts of a title, each with the separator after it."""
    parts: list[tuple[str, str]] = []
    start = 0
    for match in _SEPARATOR.finditer(title):
        if title[start : match.start()].strip():
            parts.append((title[start : match.start()].strip(), match[0]))
            start = match.end()
    if title[start:].strip():
        parts.append((title[start:].strip(), ""))
    return parts


def _without(parts: list[tuple[str, str]], index: int) -> str:
    kept = parts[:-1] if index == -1 else parts[1:]
    return "".join(
        part + (after if number < len(kept) - 1 else "") for number, (part, after) in enumerate(kept)
    )
