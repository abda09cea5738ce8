"""An HTML page that lists articles -> guessed rules for it: the repeated element, its link, title and date.

For `policywire sources new`. Pure; knows no source and no network. What it finds is a guess for a maintainer.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from core.source import ListingRules

# A link with less text is a menu entry, a tag or "read more".
MIN_TITLE = 20
MIN_ITEMS = 2
_MENUS = frozenset({"nav", "header", "footer", "aside"})
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_SHORT = 40
# Classes with digits inside or a hash behind them change with the site's next build.
_LASTING_CLASS = re.compile(r"[A-Za-z][A-Za-z_-]*\d{0,2}")
# A selector may miss this share of the items: a lead story often looks different.
_TOLERANCE = 0.2


@dataclass(kw_only=True, slots=True)
class _Group:
    """Links that stand in the same place of their repeated element."""

    links: list[tuple[LexborNode, str]] = field(default_factory=list)
    weight: int = 0


def find_repetition(
    tree: LexborHTMLParser, page_url: str, is_date: Callable[[str], bool]
) -> ListingRules | None:
    """Return rules for the repeated element whose links have the most title text; None if nothing repeats.

    `is_date` says whether a short text is a date.
    """
    groups = [group for group in _groups(tree, page_url) if len(_addresses(group)) >= MIN_ITEMS]
    if not groups:
        return None
    group = max(groups, key=lambda one: one.weight)
    items = _items(group)
    item = _item_selector(tree, items)
    if item is None:
        return None
    link = _link_selector(items, group)
    return ListingRules(
        item=item, link=link, title=_title_selector(items, link), date=_date_selector(items, is_date)
    )


def _addresses(group: _Group) -> set[str]:
    return {address for _, address in group.links}


def _groups(tree: LexborHTMLParser, page_url: str) -> list[_Group]:
    """Group the links that look like headlines by their path of tags and classes."""
    here = urlsplit(page_url)
    groups: dict[tuple[str, ...], _Group] = defaultdict(_Group)
    for node in tree.css("a[href]"):
        address = urljoin(page_url, (node.attributes.get("href") or "").strip()).partition("#")[0]
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not _same_site(parts.netloc, here.netloc):
            continue
        if parts.path in ("", "/", here.path) and parts.query in ("", here.query):
            continue
        text = node.text(strip=True)
        ancestors = list(_ancestors(node))
        if len(text) < MIN_TITLE or any(ancestor.tag in _MENUS for ancestor in ancestors):
            continue
        group = groups[tuple(_signature(one) for one in (node, *ancestors))]
        if address not in _addresses(group):
            group.weight += min(len(text), 150)
        group.links.append((node, address))
    return list(groups.values())


def _same_site(host: str, other: str) -> bool:
    host, other = host.removeprefix("www."), other.removeprefix("www.")
    return host == other or host.endswith("." + other) or other.endswith("." + host)


def _ancestors(node: LexborNode) -> Iterator[LexborNode]:
    parent = node.parent
    while parent is not None and parent.tag not in ("html", None):
        yield parent
        parent = parent.parent


def _classes(node: LexborNode) -> list[str]:
    names = (node.attributes.get("class") or "").split()
    return [name for name in names if _LASTING_CLASS.fullmatch(name)]


def _signature(node: LexborNode) -> str:
    return ".".join([node.tag or "", *_classes(node)[:1]])


def _items(group: _Group) -> list[tuple[LexborNode, str]]:
    """Return for each link the largest element that holds no other link of the group, with the address."""
    held: dict[int, set[str]] = defaultdict(set)
    for node, address in group.links:
        for ancestor in _ancestors(node):
            held[ancestor.mem_id].add(address)
    items: dict[str, tuple[LexborNode, str]] = {}
    for node, address in group.links:
        item = node
        for ancestor in _ancestors(node):
            if len(held[ancestor.mem_id]) > 1:
                break
            item = ancestor
        items.setdefault(address, (item, address))
    return list(items.values())


def _item_selector(tree: LexborHTMLParser, items: Sequence[tuple[LexborNode, str]]) -> str | None:
    """Return the selector that matches the items with the fewest misses and extras."""
    wanted = {item.mem_id for item, _ in items}
    names: Counter[str] = Counter()
    for item, _ in items:
        tag = item.tag or "*"
        parent = item.parent
        above = [f".{name}" for name in _classes(parent)] if parent is not None else []
        names.update(f"{tag}.{name}" for name in _classes(item))
        names.update(f"{outer} > {tag}" for outer in above)
        names.update([tag])
    ranked: list[tuple[int, bool, int, str]] = []
    for name in names:
        found = {node.mem_id for node in tree.css(name)}
        missed, extra = len(wanted - found), len(found - wanted)
        if missed <= _TOLERANCE * len(wanted):
            # Of two that match alike, a class says more than a bare tag.
            ranked.append((missed + extra, "." not in name, len(name), name))
    return min(ranked)[-1] if ranked else None


def _mostly(items: Sequence[tuple[LexborNode, str]], holds: Callable[[LexborNode, str], bool]) -> bool:
    return sum(holds(*item) for item in items) >= (1 - _TOLERANCE) * len(items)


def _link_selector(items: Sequence[tuple[LexborNode, str]], group: _Group) -> str:
    """Return a selector whose first element inside each item is the group's link."""
    raw = {address: node.attributes.get("href") for node, address in group.links}

    def leads_there(selector: str) -> Callable[[LexborNode, str], bool]:
        def holds(item: LexborNode, address: str) -> bool:
            node = item.css_first(selector)
            return node is not None and node.attributes.get("href") == raw[address]

        return holds

    sample = group.links[0][0]
    headings = [f"{heading} a" for heading in _HEADINGS]
    classes = [f"a.{name}" for name in _classes(sample)]
    around = [f"{_signature(ancestor)} a" for ancestor in list(_ancestors(sample))[:2]]
    for selector in ("a[href]", *headings, *classes, *around):
        if _mostly(items, leads_there(selector)):
            return selector
    return "a[href]"


def _title_selector(items: Sequence[tuple[LexborNode, str]], link: str) -> str:
    def is_title(selector: str) -> Callable[[LexborNode, str], bool]:
        def holds(item: LexborNode, _: str) -> bool:
            node = item.css_first(selector)
            return node is not None and len(node.text(strip=True)) >= MIN_TITLE

        return holds

    for selector in (*_HEADINGS, '[class*="title"]', link):
        if _mostly(items, is_title(selector)):
            return selector
    return link


def _date_selector(items: Sequence[tuple[LexborNode, str]], is_date: Callable[[str], bool]) -> str | None:
    def is_dated(selector: str) -> Callable[[LexborNode, str], bool]:
        def holds(item: LexborNode, _: str) -> bool:
            node = item.css_first(selector)
            if node is None:
                return False
            return is_date(node.attributes.get("datetime") or node.text(strip=True))

        return holds

    small: Counter[str] = Counter()
    for item, _ in items:
        for node in item.css("*"):
            text = node.text(strip=True)
            if node.tag != "a" and 0 < len(text) <= _SHORT and is_date(text):
                small.update([_signature(node)])
    common = [name for name, _ in small.most_common(5)]
    named = [name for name in common if "." in name]
    candidates = ("time", *named, '[class*="date"]', *common)
    return next((selector for selector in candidates if _mostly(items, is_dated(selector))), None)
