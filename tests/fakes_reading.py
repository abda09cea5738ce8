"""A reader for tests. Imported by reading processes, so it imports little."""

import os
import re
import signal
import time
from collections.abc import Mapping

from core.article import Article
from core.errors import PageError
from core.language import Language
from core.source import Source
from crawler.reading.page import Page

_HOARD: list[bytes] = []


def plain_read(page: Page, source: Source, languages: Mapping[str, Language]) -> Article:
    """Read a page's title and raw text; some words in the page make the reader behave badly."""
    text = page.body.decode("utf-8", "replace")
    if "HANG" in text:
        time.sleep(60)
    if "DIE" in text:
        os.kill(os.getpid(), signal.SIGKILL)
    if "HOARD" in text:
        _HOARD.append(b"x" * 250_000_000)
    if "GROW" in text:
        text = "x" * 1_000_000_000
    if "BUG" in text:
        raise KeyError("a bug in reading")
    if "SLOW" in text:
        time.sleep(1)
    if "PID" in text:
        text = str(os.getpid())
    if "UNREADABLE" in text:
        raise PageError(f"{page.url}: not a page")
    held = re.search(r"HELD: (.*?)\.", text)
    title = re.search(r"<title>(.*?)</title>", text)
    return Article(
        source=page.source,
        url=page.url,
        canonical_url=page.url,
        language=page.link.language or source.languages[0],
        title=page.link.title or (title[1] if title else ""),
        text=text,
        published=page.link.published,
        fetched_at=page.fetched_at,
        held=held[1] if held else None,
    )
