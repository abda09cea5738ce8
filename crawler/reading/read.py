"""Page -> Article: the whole of reading on one screen. Pure: no network, no clock, no file.

Each fact comes from the first layer that has it: the source's selectors, JSON-LD, meta tags, the visible
page, and what the list said.
"""

from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

from core.article import Article, Published
from core.errors import PageError
from core.language import Language
from core.source import ReadRules, Source
from core.text import fold_text
from core.urls import canonical_url, host_of
from crawler.reading.authors import clean_authors
from crawler.reading.dates import parse_date
from crawler.reading.encoding import clean, decode
from crawler.reading.facts import Facts
from crawler.reading.language import identify_language
from crawler.reading.markup import inner_text, line, parse_html, select
from crawler.reading.metadata import cut_site_name, from_meta_tags
from crawler.reading.page import Page
from crawler.reading.structured import from_json_ld
from crawler.reading.text import extracted_text, fragment_text, selected_text, tidy
from crawler.reading.visible import byline, dates_near_headline, headline, signature

_NOT_PAGES = {
    b"%PDF-": "a PDF",
    b"\x89PNG": "an image",
    b"\xff\xd8\xff": "an image",
    b"GIF8": "an image",
    b"PK\x03\x04": "a ZIP or office file",
}
_PAGE_TYPES = ("html", "xml", "text/plain", "octet-stream")
_DATE_LINE_WORDS = 15


def read(page: Page, source: Source, languages: Mapping[str, Language]) -> Article:
    """Read a page. An article without title or text is returned held, not raised.

    Raises PageError for what is no page at all: a PDF, an image, JSON, or markup beyond all bounds.
    """
    if page.link.text is not None:
        return _read_listed(page, source, languages)
    _require_page(page)
    html = decode(page.body, page.content_type)
    tree = parse_html(html, page.url)
    dates = _Dates(page, source, languages)

    chosen = from_selectors(tree, source.read)
    described = from_json_ld(tree, page.url)
    tagged = from_meta_tags(tree)
    layers = (chosen, described, tagged)
    known_names = (described.site_name, tagged.site_name, source.name, host_of(page.url))
    names = tuple(name for name in known_names if name)
    heading, cut_name = headline(tree, names)
    title = _title((chosen.title, described.title, tagged.title, heading, page.link.title), names)

    text = selected_text(tree, source.read)
    if text is None:
        text = extracted_text(html, title or "", described.text)
    text = tidy(text, [title or "", heading or ""], dates.is_line)

    published = dates.published(layers, tree)
    authors = _authors(layers, tree, text, names) or page.link.authors
    hints = (page.link.language, tagged.language, described.language, *source.languages)
    return Article(
        source=page.source,
        url=page.url,
        canonical_url=_canonical(page.url, (tagged.url, described.url)),
        language=_language(title, text, hints),
        title=title or "",
        text=text,
        published=published,
        authors=authors,
        site_name=described.site_name or tagged.site_name or cut_name,
        fetched_at=page.fetched_at,
        held=_held(title, text),
    )


def from_selectors(tree: LexborHTMLParser, rules: ReadRules) -> Facts:
    """Return what the source's own selectors find. An element's datetime or content comes before its text."""

    def values(selector: str | None) -> tuple[str, ...]:
        nodes = select(tree, selector) if selector is not None else []
        found = (
            line(node.attributes.get("datetime") or node.attributes.get("content") or "") or inner_text(node)
            for node in nodes
        )
        return tuple(value for value in found if value)

    titles = values(rules.title)
    return Facts(title=titles[0] if titles else None, dates=values(rules.date), authors=values(rules.authors))


def _read_listed(page: Page, source: Source, languages: Mapping[str, Language]) -> Article:
    """Make an article of what the list carried."""
    link = page.link
    title = line(clean(link.title or "")) or None
    dates = _Dates(page, source, languages)
    text = tidy(
        fragment_text(decode(page.body, "text/plain; charset=utf-8"), page.url), [title or ""], dates.is_line
    )
    return Article(
        source=page.source,
        url=page.url,
        canonical_url=canonical_url(page.url),
        language=_language(title, text, (link.language, *source.languages)),
        title=title or "",
        text=text,
        published=link.published,
        authors=link.authors,
        fetched_at=page.fetched_at,
        held=_held(title, text),
    )


def _require_page(page: Page) -> None:
    kind = (page.content_type or "text/html").partition(";")[0].strip().lower()
    found = next((name for mark, name in _NOT_PAGES.items() if page.body.startswith(mark)), None)
    if found is None and not any(part in kind for part in _PAGE_TYPES):
        found = kind
    if found is not None:
        raise PageError(
            f"{page.url}: the reply is {found}, not a web page; keep such links out with `article_url`"
        )


class _Dates:
    """Reads dates as this page's source writes them."""

    def __init__(self, page: Page, source: Source, languages: Mapping[str, Language]) -> None:
        self._page = page
        self._source = source
        self._languages = languages

    def parse(self, raw: str) -> Published:
        source = self._source
        return parse_date(
            raw,
            languages=self._languages,
            zone=source.zone,
            order=source.date_order,
            now=self._page.fetched_at,
        )

    def is_line(self, text: str) -> bool:
        """Say whether a paragraph is a line of data with a date in it."""
        few = len(text.split()) <= _DATE_LINE_WORDS
        return few and any(map(str.isdigit, text)) and self.parse(text).at is not None

    def published(self, layers: Iterable[Facts], tree: LexborHTMLParser) -> Published | None:
        """Return the first date that is understood; else the first that the page states, raw text only."""
        listed = self._page.link.published
        if self._source.read.date_from == "list":
            return listed
        tried = [self.parse(raw) for facts in layers for raw in facts.dates]
        found = next((date for date in tried if date.at is not None), None)
        if found is None and listed is not None and listed.at is not None:
            found = listed
        if found is None:
            near = map(self.parse, dates_near_headline(tree, self._page.url))
            found = next((date for date in near if date.at is not None), None)
        return found or next(iter(tried), listed)


def _title(found: Iterable[str | None], names: tuple[str, ...]) -> str | None:
    """Return the first title that is not just the site's name, without that name."""
    for text in found:
        if text and (title := cut_site_name(line(text), names)[0]) and title not in names:
            return title
    return None


def _authors(
    layers: Iterable[Facts], tree: LexborHTMLParser, text: str, sites: tuple[str, ...]
) -> tuple[str, ...]:
    """Return the names of the first layer that has any but the site's own, which is nobody; else that one."""
    known = {fold_text(name) for name in sites}
    found = [authors for facts in layers if (authors := clean_authors(facts.authors))]
    for authors in found:
        if any(fold_text(name) not in known for name in authors):
            return authors
    named = (clean_authors([line]) for line in (signature(text), byline(tree)) if line is not None)
    return next(filter(None, named), None) or next(iter(found), ())


def _canonical(url: str, named: Iterable[str | None]) -> str:
    """Return the identity key of the page: by the address it names for itself, if that can be its own."""
    own = canonical_url(url)
    for candidate in named:
        if candidate and _can_name(key := canonical_url(candidate, url), own):
            return key
    return own


def _can_name(key: str, own: str) -> bool:
    """Refuse another site's address, the home page's, a section's, and one that lost the article's number."""
    try:
        named, page = urlsplit(key), urlsplit(own)
    except ValueError:
        return False
    if not (named.netloc == page.netloc or page.netloc.endswith("." + named.netloc)):
        return False
    if named.path == page.path:
        return bool(named.query) or not page.query
    return not f"{page.path}/".startswith(f"{named.path.rstrip('/')}/")


def _language(title: str | None, text: str, hints: Iterable[str | None]) -> str:
    expected = [hint.replace("_", "-").strip() for hint in hints if hint]
    return identify_language(f"{title or ''}\n{text}", expected)


def _held(title: str | None, text: str) -> str | None:
    if not title:
        return "no title"
    return None if text else "no text"
