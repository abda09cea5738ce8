"""`kind: listing`: an HTML page with one element for each article -> links, by CSS selectors. Pure."""

from collections.abc import Sequence

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from core.article import Link
from core.errors import SourceChanged
from core.listshape import ListShape
from core.source import ListingRules, Source
from crawler.kinds.base import DateReader, Listing, absolute, described, one_line, versioned, with_address
from crawler.kinds.skeleton import marks_of
from crawler.reading.encoding import decode


def parse(body: bytes, url: str, content_type: str | None, source: Source, dates: DateReader) -> Listing:
    """Read a page of a listing. Raises SourceChanged where the selectors find nothing."""
    rules = source.listing
    if rules is None:
        raise ValueError(f"source {source.id} has no `listing:` block")
    tree = LexborHTMLParser(decode(body, content_type))
    base = base_of(tree, url)
    cards = _select(tree, rules.item, "item")
    if not cards:
        if source.may_be_empty:
            return Listing(shape=_shape(tree, ()))
        raise SourceChanged(
            f"{url}: no element matches `item: {rules.item}` in {described(body, content_type)}. Compare the "
            "selector with the page; set `may_be_empty: true` if the list may be empty"
        )
    links = [_link(card, rules, base, dates) for card in cards]
    found, warnings = with_address(url, links, "narrow `item` so that it matches articles only")
    if not found:
        raise SourceChanged(
            f"{url}: {len(cards)} elements match `item: {rules.item}`, but none holds an address at "
            f"`link: {rules.link}`. Compare the selector with the page"
        )
    return Listing(
        links=versioned(found),
        more=_more(tree, rules, base),
        warnings=warnings,
        shape=_shape(tree, found),
    )


def _shape(tree: LexborHTMLParser, links: Sequence[Link]) -> ListShape:
    return ListShape(
        marks=marks_of(tree),
        links=len(links),
        titled=sum(link.title is not None for link in links),
        dated=sum(link.published is not None for link in links),
    )


def base_of(tree: LexborHTMLParser, url: str) -> str:
    """Return the address that a page's links are relative to."""
    element = tree.css_first("base[href]")
    return (absolute(url, element.attributes.get("href")) if element else None) or url


def _select(tree: LexborHTMLParser | LexborNode, selector: str, key: str) -> list[LexborNode]:
    """The fast parser knows a little less of CSS than the check at start."""
    try:
        return tree.css(selector)
    except SelectolaxError as error:
        raise SourceChanged(
            f"the selector `{key}: {selector}` cannot be used: {error}; write it in simpler CSS"
        ) from None


def _first(card: LexborNode, selector: str | None, key: str) -> LexborNode | None:
    """A selector may match the item itself."""
    return next(iter(_select(card, selector, key)), None) if selector else None


def _link(card: LexborNode, rules: ListingRules, base: str, dates: DateReader) -> Link | None:
    for anchor in _select(card, rules.link, "link"):
        url = absolute(base, anchor.attributes.get("href"))
        if url is not None:
            break
    else:
        return None
    named = _first(card, rules.title, "title")
    title = (
        _text(named) if named is not None else _text(anchor) or one_line(anchor.attributes.get("title") or "")
    )
    dated = _first(card, rules.date, "date")
    return Link(url=url, title=title, published=dates(_date_text(dated)) if dated is not None else None)


def _text(node: LexborNode) -> str | None:
    return one_line(node.text(separator=" "))


def _date_text(node: LexborNode) -> str | None:
    for name in ("datetime", "content"):
        value = node.attributes.get(name)
        if value and value.strip():
            return value
    return _text(node)


def _more(tree: LexborHTMLParser, rules: ListingRules, base: str) -> tuple[str, ...]:
    if rules.page_url:
        return tuple(
            rules.page_url.replace("{page}", str(number)) for number in range(2, rules.max_pages + 1)
        )
    if rules.next and rules.max_pages > 1:
        for element in _select(tree, rules.next, "next"):
            url = absolute(base, element.attributes.get("href"))
            if url is not None:
                return (url,)
    return ()
