"""The first links of a proposed source -> those articles as they would be read. Asks for a few pages only."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from core.article import Article, Link
from core.errors import PageError, SourceError
from core.language import Language
from core.source import Source
from crawler.reading.page import Page
from crawler.reading.read import read

# (status, content type, body, address after redirects). May raise SourceError.
Reply: TypeAlias = tuple[int, str | None, bytes, str]
Fetch: TypeAlias = Callable[[str], Awaitable[Reply]]

# Enough to see what is missing everywhere; a site that is asked for the first time is asked for little.
READ = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Sampled:
    """An article as read, or why there is none."""

    link: Link
    article: Article | None = None
    trouble: str = ""


async def read_first(
    links: Sequence[Link], source: Source, fetch: Fetch, languages: Mapping[str, Language], now: datetime
) -> tuple[Sampled, ...]:
    """Read the first READ links, one after the other; what a list carries whole is not asked for."""
    return tuple([await _sampled(link, source, fetch, languages, now) for link in links[:READ]])


async def _sampled(
    link: Link, source: Source, fetch: Fetch, languages: Mapping[str, Language], now: datetime
) -> Sampled:
    try:
        reply = await fetch(link.url) if link.text is None else _carried(link, link.text)
        status, content_type, body, url = reply
        if status != 200:
            return Sampled(link=link, trouble=f"answered {status}")
        page = Page(
            source=source.id, url=url, body=body, content_type=content_type, fetched_at=now, link=link
        )
        return Sampled(link=link, article=read(page, source, languages))
    except (SourceError, PageError) as error:
        return Sampled(link=link, trouble=str(error))


def _carried(link: Link, text: str) -> Reply:
    return 200, "text/html; charset=utf-8", text.encode(), link.url
