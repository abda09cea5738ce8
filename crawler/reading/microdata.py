"""Microdata and RDFa (itemprop="headline", property="schema:headline") -> facts of the article. Pure.

Only properties inside the first element that is said to be an article count, and none of its comments.
"""

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.reading.facts import Facts
from crawler.reading.markup import inner_text, line

_ARTICLE = (
    "[itemtype*='schema.org/' i][itemtype*='Article' i], [itemtype*='schema.org/BlogPosting' i], "
    "[itemtype*='schema.org/Report' i], [typeof*='Article'], [typeof*='BlogPosting']"
)
_HIDDEN = ("content", "datetime", "src", "href")


def from_microdata(tree: LexborHTMLParser) -> Facts:
    """Return what an article says of itself in its elements' attributes; empty facts where none does."""
    article = tree.css_first(_ARTICLE)
    if article is None:
        return Facts()
    dates = [*_values(article, "datePublished"), *_values(article, "dateCreated")]
    return Facts(
        title=_first(article, "headline"),
        subtitle=_first(article, "alternativeHeadline"),
        dates=tuple(dates[:2]),
        authors=_authors(article),
        site_name=_named(article, "publisher"),
        section=_first(article, "articleSection"),
        image=_first(article, "image"),
    )


def _nodes(article: LexborNode, name: str) -> list[LexborNode]:
    found = article.css(f"[itemprop~='{name}'], [property~='schema:{name}'], [property='{name}']")
    return [node for node in found if not _is_of_another(node, article)]


def _is_of_another(node: LexborNode, article: LexborNode) -> bool:
    """Say whether a comment or another article inside this one holds an element."""
    current = node.parent
    while current is not None and current.mem_id != article.mem_id:
        kind = current.attributes.get("itemtype") or current.attributes.get("typeof") or ""
        if "Comment" in kind or "Article" in kind:
            return True
        current = current.parent
    return False


def _values(article: LexborNode, name: str) -> list[str]:
    return [text for node in _nodes(article, name) if (text := _value(node))]


def _first(article: LexborNode, name: str) -> str | None:
    return next(iter(_values(article, name)), None)


def _value(node: LexborNode) -> str:
    attributes = node.attributes
    hidden = next((value for name in _HIDDEN if (value := attributes.get(name))), None)
    return line(hidden) if hidden else inner_text(node)


def _authors(article: LexborNode) -> tuple[str, ...]:
    names = []
    for node in _nodes(article, "author"):
        inner = node.css_first("[itemprop~='name'], [property~='schema:name'], [property='name']")
        names.append((inner.attributes.get("content") or inner_text(inner)) if inner else _shown(node))
    return tuple(dict.fromkeys(name for name in names if name))


def _shown(node: LexborNode) -> str:
    return line(node.attributes.get("content") or "") or inner_text(node)


def _named(article: LexborNode, name: str) -> str | None:
    for node in _nodes(article, name):
        inner = node.css_first("[itemprop~='name'], [property~='schema:name'], [property='name']")
        if inner is not None:
            return line(inner.attributes.get("content") or "") or inner_text(inner) or None
    return None
