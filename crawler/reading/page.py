"""A fetched page as the reading processes get it: bytes, and where they came from. Picklable."""

from dataclasses import dataclass
from datetime import datetime

from core.article import Article, Link


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """One fetched page. `url` is the address after redirects, `body` the bytes as they came, decompressed.

    With `link.text` the list carried the article itself: `body` is that text in UTF-8, HTML or plain, and
    `link` gives title and date. Of an article cut into pages, `number` is this one's, from 1, and `before` is
    what was read of the pages before it. `furniture` names paragraphs that the source's other pages have too.
    """

    source: str
    url: str
    body: bytes
    content_type: str | None
    fetched_at: datetime
    link: Link
    number: int = 1
    before: Article | None = None
    furniture: frozenset[int] = frozenset()
