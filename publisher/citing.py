"""What a footnote needs of an article: title, dates, address, proof of the bytes. Pure: values in, text out.

The command line and the article page say the same.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from core.article import LONGEST_NAME, LONGEST_TITLE, Published
from core.text import cut
from storage.records.articles import Fetch, StoredArticle


def fetch_of(text_hash: str, fetches: Iterable[Fetch]) -> Fetch | None:
    """Return the last fetch, of those in order of time, that gave a text; None where its list carried it."""
    found = None
    for fetch in fetches:
        if fetch.text_hash == text_hash:
            found = fetch
    return found


# Named in a footnote; with more of them, the first alone and that there are others.
_MOST_AUTHORS = 3


def footnote(stored: StoredArticle, *, publisher: str | None, texts: int, fetch: Fetch | None) -> str:
    """Return the citation of an article's present text, the last of `texts`, which came by `fetch`.

    `publisher` is its source's name; None where the configuration has that source no more.
    """
    article = stored.article
    day = _day(article.published)
    name = cut(publisher or article.site_name or article.source, LONGEST_NAME)
    authors = _authors([one for one in article.authors if one not in (name, article.site_name)])
    came = (
        f"{fetch.chain[-1]}, fetched {to_the_second(fetch.at)}, SHA-256 {fetch.body_hash}"
        if fetch
        else article.url
    )
    which = f", text {texts} of {texts}" if texts > 1 else ""
    return f"{authors}“{cut(article.title, LONGEST_TITLE)}”, {name}{day}{which}, {came}."


def to_the_second(moment: datetime) -> str:
    """Return a moment in UTC, with its seconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def _authors(names: Sequence[str]) -> str:
    if len(names) > _MOST_AUTHORS:
        return f"{cut(names[0], LONGEST_NAME)} and others, "
    return "".join(f"{cut(name, LONGEST_NAME)}, " for name in names)


def _day(published: Published | None) -> str:
    return (
        f", published {published.at:%Y-%m-%d}" if published is not None and published.at is not None else ""
    )
