"""Page -> Article: the whole of reading on one screen. Pure: no network, no clock, no file.

Each fact comes from the first layer that has it: the source's selectors, JSON-LD, meta tags, the visible
page, and what the list said.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

from core.article import LONGEST_ADDRESS, Article, Published
from core.errors import PageError
from core.language import Language
from core.source import ReadRules, Source
from core.structure import Paragraph, paragraphs_of, structure_of, text_of
from core.text import cut
from core.urls import canonical_url, host_of
from crawler.reading.bylines import find_authors
from crawler.reading.encoding import clean, decode
from crawler.reading.extras import credit_of, find_extras
from crawler.reading.facts import Facts
from crawler.reading.fields import bounded
from crawler.reading.language import identify_language
from crawler.reading.markup import inner_text, line, parse_html, select
from crawler.reading.metadata import from_meta_tags
from crawler.reading.microdata import from_microdata
from crawler.reading.page import Page
from crawler.reading.pagination import NO_TEXT, joined, next_page
from crawler.reading.pdf import read_pdf
from crawler.reading.published import PageDates
from crawler.reading.repeated import marks_of, without_repeated
from crawler.reading.state import text_in_scripts
from crawler.reading.statements import statements_of
from crawler.reading.structured import from_json_ld
from crawler.reading.text import extracted_text, fragment_text, selected_text, tidy
from crawler.reading.titles import best_title, headline
from crawler.reading.verdict import not_an_article

_PDF = b"%PDF-"
_NOT_PAGES = {
    b"\x89PNG": "an image",
    b"\xff\xd8\xff": "an image",
    b"GIF8": "an image",
    b"PK\x03\x04": "a ZIP or office file",
}
# Of a PDF's first line, where that is all that can be its title.
_LONGEST_LINE = 200
_PAGE_TYPES = ("html", "xml", "text/plain", "octet-stream")


def read(page: Page, source: Source, languages: Mapping[str, Language]) -> Article:
    """Read a page. An article without title or text is returned held, not raised; no short field is endless.

    A page with `before` is a further one of that article: both are returned as one.
    Raises PageError for what is no page at all: an image, JSON, a broken PDF, or markup beyond all bounds.
    """
    article = bounded(_read_page(page, source, languages))
    return article if page.before is None else bounded(joined(page.before, article, page.number, languages))


def _read_page(page: Page, source: Source, languages: Mapping[str, Language]) -> Article:
    if page.link.text is not None:
        return _read_listed(page, source, languages)
    if page.body.startswith(_PDF):
        return _read_pdf(page, source, languages)
    _require_page(page)
    html = decode(page.body, page.content_type)
    tree = parse_html(html, page.url)
    dates = PageDates(page, source, languages)

    chosen = from_selectors(tree, source.read)
    described = from_json_ld(tree, page.url)
    tagged = from_meta_tags(tree)
    marked = from_microdata(tree)
    layers = (chosen, described, tagged, marked)
    known_names = (described.site_name, tagged.site_name, marked.site_name, source.name, host_of(page.url))
    names = tuple(name for name in known_names if name)
    heading, cut_name = headline(tree, names)
    said = (chosen.title, described.title, tagged.title or marked.title, page.link.title)
    title = best_title(tree, said, heading, names)

    chosen_text = selected_text(tree, source.read)
    if chosen_text is None:
        description = described.description or tagged.description
        chosen_text = extracted_text(html, title or "", described.text, description)
        chosen_text = chosen_text or text_in_scripts(tree, page.url)
    tidied = tidy(chosen_text, [title or "", heading or ""], dates.is_line)
    paragraphs = without_repeated(tidied, page.furniture)
    text = text_of(paragraphs)
    verdict = not_an_article(
        html, title, text_of(chosen_text), is_free=described.is_free, words_said=described.words
    )

    published = dates.published(layers, tree, text)
    authors = find_authors(layers, tree, text, names) or page.link.authors
    hints = (page.link.language, tagged.language, described.language, *source.languages)
    language = _language(title, text, hints)
    held = verdict or _held(title, text)
    return Article(
        source=page.source,
        url=page.url,
        canonical_url=_canonical(page.url, (tagged.url, described.url)),
        language=language,
        title=title or "",
        text=text,
        structure=structure_of(paragraphs),
        published=published,
        authors=authors,
        site_name=described.site_name or tagged.site_name or marked.site_name or cut_name,
        fetched_at=page.fetched_at,
        held=held,
        statements=statements_of(text, language, languages),
        next_page=next_page(tree, page, held),
        marks=marks_of(tidied),
        **asdict(find_extras(tree, page.url, (described, tagged, marked), title, text)),
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
    text = fragment_text(decode(page.body, "text/plain; charset=utf-8"), page.url)
    title = line(clean(page.link.title or "")) or None
    return _plain_article(page, source, languages, title, text, page.link.published)


def _read_pdf(page: Page, source: Source, languages: Mapping[str, Language]) -> Article:
    """Make an article of a PDF: titled by the list, by its properties, or by its first line."""
    found = read_pdf(page.body, page.url)
    text = clean(found.text)
    listed = line(clean(page.link.title or ""))
    title = listed or found.title or cut(text.partition("\n")[0], _LONGEST_LINE) or None
    published = PageDates(page, source, languages).of_text(text)
    return _plain_article(page, source, languages, title, paragraphs_of(text), published)


def _plain_article(
    page: Page,
    source: Source,
    languages: Mapping[str, Language],
    title: str | None,
    found: Sequence[Paragraph],
    published: Published | None,
) -> Article:
    tidied = tidy(found, [title or ""], PageDates(page, source, languages).is_line)
    paragraphs = without_repeated(tidied, page.furniture)
    text = text_of(paragraphs)
    language = _language(title, text, (page.link.language, *source.languages))
    return Article(
        source=page.source,
        url=page.url,
        canonical_url=canonical_url(page.url),
        language=language,
        title=title or "",
        text=text,
        structure=structure_of(paragraphs),
        published=published,
        authors=page.link.authors,
        fetched_at=page.fetched_at,
        held=_held(title, text),
        statements=statements_of(text, language, languages),
        credit=credit_of(text),
        marks=marks_of(tidied),
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


def _canonical(url: str, named: Iterable[str | None]) -> str:
    """Return the identity key of the page: by the address it names for itself, if that can be its own."""
    own = canonical_url(url)
    for candidate in named:
        if not candidate or len(candidate) > LONGEST_ADDRESS:
            continue
        if _can_name(key := canonical_url(candidate, url), own):
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
    return None if text else NO_TEXT
