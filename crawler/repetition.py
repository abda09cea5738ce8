"""What stands in several articles of one source is furniture: told from the marks of its last pages. Pure.

A reprint or another edition of an article is no other article, and a paragraph without a link must stand in
most of them: transcripts, decrees and communiques have sentences that come again and are meant.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Sequence

from core.article import PageMarks
from crawler.reading.repeated import is_linked, name_of, words_of

# So many of a source's last pages are remembered.
PAGES = 50
# With fewer than this nothing can be told of a source yet.
YOUNG = 5
_LINKED_PAGES = 3
_UNLINKED_PAGES = 5
_UNLINKED_SHARE = 0.6
# Pages that share more than this of the shorter one's words are one article.
_SAME_SHARE = 2 / 3


class Repetition:
    """The last pages of one source, oldest first, and the furniture that they show."""

    def __init__(self, pages: Iterable[PageMarks] = ()) -> None:
        self._pages = deque(pages, PAGES)
        self._furniture: frozenset[int] | None = None

    @property
    def is_young(self) -> bool:
        """Too few pages are known to tell furniture."""
        return len(self._pages) < YOUNG

    @property
    def furniture(self) -> frozenset[int]:
        """The names of the marks of furniture."""
        if self._furniture is None:
            self._furniture = furniture_of(self._pages)
        return self._furniture

    def note(self, page: PageMarks) -> None:
        """Remember a page; one that was read before counts once."""
        if page.marks:
            known = [other for other in self._pages if other.url != page.url]
            self._pages = deque([*known, page], PAGES)
            self._furniture = None


def furniture_of(pages: Sequence[PageMarks]) -> frozenset[int]:
    """Return the names of the marks that stand in several articles among the pages."""
    # Asked for before every page, and nearly all marks stand once: those are left out at once.
    standing = Counter(name_of(mark) for page in pages for mark in page.marks)
    several = {name for name, times in standing.items() if times >= _LINKED_PAGES}
    holders: dict[int, list[PageMarks]] = defaultdict(list)
    linked: dict[int, int] = defaultdict(int)
    for page in pages:
        for mark in page.marks:
            if (name := name_of(mark)) in several:
                holders[name].append(page)
                linked[name] += is_linked(mark)
    most = max(_UNLINKED_PAGES, _UNLINKED_SHARE * len(pages))
    found = set()
    for name, holding in holders.items():
        needed = _LINKED_PAGES if 2 * linked[name] > len(holding) else most
        if len(holding) >= needed and _articles_among(holding, needed) >= needed:
            found.add(name)
    return frozenset(found)


def _articles_among(pages: Sequence[PageMarks], needed: float) -> int:
    """Count different articles among pages, as far as needed."""
    different: list[dict[int, int]] = []
    for page in pages:
        marks = {name_of(mark): mark for mark in page.marks}
        if not any(_are_one(marks, other) for other in different):
            different.append(marks)
        if len(different) >= needed:
            break
    return len(different)


def _are_one(one: dict[int, int], other: dict[int, int]) -> bool:
    shared = words_of(one[name] for name in one.keys() & other.keys())
    return shared > _SAME_SHARE * min(words_of(one.values()), words_of(other.values()))
