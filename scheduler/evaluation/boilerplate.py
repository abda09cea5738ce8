"""Page furniture in the main text: snippets that belong to each page's article, and snippets that do not.

A snippet of the article that is found counts as right, one that is not as missing; a snippet of the furniture
that is found counts as let in. F1 is taken over all snippets.
"""

from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

from core.clock import utcnow
from core.language import Language
from core.text import normalise_space
from crawler.reading.encoding import decode
from crawler.reading.markup import parse_html, plain_text, walk
from scheduler.evaluation.pages import (
    OURS,
    TRAFILATURA,
    Labelled,
    Row,
    Stopwatch,
    Table,
    f1,
    labelled_pages,
    read_ours,
    read_peer,
    share,
)

_FOLDER = "boilerplate"
READABILITY = "readability-lxml"


class Snippets:
    """Counts the snippets of one extractor over all pages."""

    def __init__(self) -> None:
        self.right = self.missing = self.let_in = 0

    def add(self, counts: tuple[int, int, int]) -> None:
        """Add one page's counts, as `judge` gives them."""
        right, missing, let_in = counts
        self.right += right
        self.missing += missing
        self.let_in += let_in

    def figures(self) -> tuple[float, float, float, int, int]:
        """Return F1, precision, recall, and what is missing and let in."""
        precision = share(self.right, self.right + self.let_in)
        recall = share(self.right, self.right + self.missing)
        return f1(self.right, self.let_in, self.missing), precision, recall, self.missing, self.let_in


def evaluate_boilerplate(data: Path, languages: Mapping[str, Language]) -> Table:
    """Measure on `data` or its folder `boilerplate`: truth.json {url: {file, with: [...], without: [...]}}.

    readability-lxml is measured where it is installed; it wants an older cssselect than we do, so it can be
    no dependency of ours. Raises PolicywireError where there is no such data.
    """
    now = utcnow()
    extractors: dict[str, Callable[[Labelled], str]] = {
        OURS: lambda page: article.text if (article := read_ours(page, languages, now)) else "",
        TRAFILATURA: lambda page: (found.text if (found := read_peer(page)) else "") or "",
    }
    if find_spec("readability") is not None:
        extractors[READABILITY] = _readability
    counts = {name: Snippets() for name in extractors}
    watch = Stopwatch()
    pages = 0
    for page in labelled_pages(data, _FOLDER):
        pages += 1
        for name, extract in extractors.items():
            with watch.of(name):
                text = extract(page)
            counts[name].add(judge(page.truth, text))
    rows = tuple(
        Row(name=name, values=(*found.figures(), watch.per_item(name, pages)))
        for name, found in counts.items()
    )
    columns = ("F1", "P", "R", "missing", "let in", "CPU ms")
    return Table(head=f"snippets of {pages} pages", columns=columns, rows=rows)


def judge(truth: Mapping[str, Sequence[str]], text: str) -> tuple[int, int, int]:
    """Return how many snippets of a page are right, missing and let in."""
    text = normalise_space(text)
    wanted, unwanted = (
        [normalise_space(snippet) in text for snippet in truth[part]] for part in ("with", "without")
    )
    return sum(wanted), len(wanted) - sum(wanted), sum(unwanted)


def _readability(page: Labelled) -> str:
    # Only here: the command line must start without it.
    from readability import Document

    summary = Document(decode(page.body)).summary(html_partial=True)
    body = parse_html(summary, page.url).body
    return plain_text(walk(body)) if body is not None else ""
