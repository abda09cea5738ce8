"""An HTML page that lists articles -> guessed rules for it: the repeated element, its link, title and date.

For `policywire sources new`. Pure; knows no source and no network. What it finds is a guess for a maintainer.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeAlias
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from core.source import ListingRules
from crawler.finding.headlines import MIN_TITLE, Headline, ancestors, headlines

MIN_ITEMS = 2
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_SHORT = 40
# Classes with digits inside or a hash behind them change with the site's next build.
_LASTING_CLASS = re.compile(r"[A-Za-z][A-Za-z_-]*\d{0,2}")
# A selector may miss this share of the items: a lead story often looks different.
_TOLERANCE = 0.2
# What the text of links counts whose addresses look like those of sections.
_SECTIONS = 0.3
# A form that fewer of a group's addresses have says nothing of the others.
_FORM_SHARE = 0.1

# What an address looks like: its host, the ending and the make of its last part, whether it has a query.
_Form: TypeAlias = tuple[str, str, bool, bool, bool]


class _Page:
    """The headlines of a page, alone and grouped by their path of tags and classes."""

    def __init__(self, tree: LexborHTMLParser, page_url: str) -> None:
        self.tree = tree
        self.headlines = list(headlines(tree, page_url))
        self.groups: dict[tuple[str, ...], list[Headline]] = defaultdict(list)
        for one in self.headlines:
            self.groups[tuple(_signature(each) for each in (one.node, *ancestors(one.node)))].append(one)

    def best(self) -> list[Headline] | None:
        """Return the group with the most title text; sections' names tell less than articles' addresses."""
        groups = [group for group in self.groups.values() if len(_addresses(group)) >= MIN_ITEMS]
        return max(groups, key=lambda group: _weight(group) * _telling(group), default=None)

    def alike(self, group: Sequence[Headline]) -> list[Headline]:
        """Return all headlines whose addresses have a form that is usual in the group."""
        forms = Counter(_form(address) for address in _addresses(group))
        usual = {form for form, count in forms.items() if count > 1 or count > _FORM_SHARE * forms.total()}
        own = _addresses(group)
        return [one for one in self.headlines if one.address in own or _form(one.address) in usual]


def find_repetition(
    tree: LexborHTMLParser, page_url: str, is_date: Callable[[str], bool]
) -> ListingRules | None:
    """Return rules for the repeated element whose links have the most title text; None if nothing repeats.

    `is_date` says whether a short text is a date.
    """
    page = _Page(tree, page_url)
    group = page.best()
    if group is None:
        return None
    alike = page.alike(group)
    found = _item_selector(tree, group, alike)
    if found is None:
        return None
    item, items = found
    link = _link_selector(items, alike)
    return ListingRules(
        item=item, link=link, title=_title_selector(items, link), date=_date_selector(items, is_date)
    )


def _addresses(group: Iterable[Headline]) -> set[str]:
    return {one.address for one in group}


def _weight(group: Iterable[Headline]) -> float:
    first: dict[str, float] = {}
    for one in group:
        first.setdefault(one.address, one.weight)
    return sum(first.values())


def _telling(group: Iterable[Headline]) -> float:
    """Return 1 where most addresses carry a number or a slug as articles do, else less."""
    forms = [_form(address) for address in _addresses(group)]
    like_articles = sum(
        has_number or has_slug or has_query for _, _, has_number, has_slug, has_query in forms
    )
    return 1 if like_articles * 2 > len(forms) else _SECTIONS


def _form(address: str) -> _Form:
    parts = urlsplit(address)
    last = parts.path.rstrip("/").rpartition("/")[2]
    stem, dot, ending = last.rpartition(".")
    if not dot or len(ending) > len("shtml"):
        stem, ending = last, ""
    return (
        parts.netloc.removeprefix("www."),
        ending,
        re.search(r"\d{4,}", stem) is not None,
        stem.count("-") + stem.count("_") > 1,
        bool(parts.query),
    )


def _classes(node: LexborNode) -> list[str]:
    names = (node.attributes.get("class") or "").split()
    return [name for name in names if _LASTING_CLASS.fullmatch(name)]


def _signature(node: LexborNode) -> str:
    return ".".join([node.tag or "", *_classes(node)[:1]])


def _levels(group: Sequence[Headline]) -> dict[str, int]:
    """Return the selectors that may name an item, each with how far inside the item it is.

    The item of a link is the largest element that holds no other link of the group.
    """
    held: dict[int, set[str]] = defaultdict(set)
    for one in group:
        for ancestor in ancestors(one.node):
            held[ancestor.mem_id].add(one.address)
    levels: dict[str, int] = {}
    for one in group:
        chain = [one.node]
        for ancestor in ancestors(one.node):
            if len(held[ancestor.mem_id]) > 1:
                break
            chain.append(ancestor)
        for level, element in enumerate(reversed(chain)):
            for name in _names(element):
                levels[name] = min(level, levels.get(name, level))
    return levels


def _names(element: LexborNode) -> Iterator[str]:
    tag, parent = element.tag or "*", element.parent
    yield tag
    yield from (f"{tag}.{name}" for name in _classes(element))
    if parent is not None:
        yield from (f".{name} > {tag}" for name in _classes(parent))
        # A bare list in a box with a name.
        if parent.parent is not None and not _classes(parent):
            yield from (f".{name} > {parent.tag} > {tag}" for name in _classes(parent.parent))


def _item_selector(
    tree: LexborHTMLParser, group: Sequence[Headline], alike: Sequence[Headline]
) -> tuple[str, list[tuple[LexborNode, str]]] | None:
    """Return the selector with the most articles and the least else, and its items with their addresses."""
    wanted = _addresses(group)
    held: dict[int, set[str]] = defaultdict(set)
    for one in alike:
        for element in (one.node, *ancestors(one.node)):
            held[element.mem_id].add(one.address)
    ranked: list[tuple[int, int, bool, int, str]] = []
    items: dict[str, list[tuple[LexborNode, str]]] = {}
    for name, level in _levels(group).items():
        found = tree.css(name)
        items[name] = [
            (node, next(iter(held[node.mem_id]))) for node in found if len(held.get(node.mem_id, ())) == 1
        ]
        covered = {address for _, address in items[name]}
        if len(wanted - covered) <= _TOLERANCE * len(wanted):
            gain = len(covered) - (len(found) - len(items[name]))
            # Of two that match alike the outer one holds the date too, and a class says more than a bare tag.
            ranked.append((-gain, level, "." not in name, len(name), name))
    if not ranked:
        return None
    best = min(ranked)[-1]
    return best, items[best]


def _mostly(items: Sequence[tuple[LexborNode, str]], holds: Callable[[LexborNode, str], bool]) -> bool:
    return sum(holds(*item) for item in items) >= (1 - _TOLERANCE) * len(items)


def _link_selector(items: Sequence[tuple[LexborNode, str]], alike: Sequence[Headline]) -> str:
    """Return the selector whose first element inside an item is most often the item's headline link."""
    raw: dict[str, set[str | None]] = defaultdict(set)
    for one in alike:
        raw[one.address].add(one.node.attributes.get("href"))

    def hits(selector: str) -> int:
        nodes = ((item.css_first(selector), address) for item, address in items)
        return sum(
            node is not None and node.attributes.get("href") in raw[address] for node, address in nodes
        )

    sample = next(one.node for one in alike if one.address == items[0][1])
    headings = [f"{heading} a" for heading in _HEADINGS]
    classes = [f"a.{name}" for name in _classes(sample)]
    around = [f"{_signature(ancestor)} a" for ancestor in list(ancestors(sample))[:2]]
    return max(("a[href]", *headings, *classes, *around), key=hits)


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
