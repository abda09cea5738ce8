"""Memory of one reading process over 10,000 pages, through the real pool: it must stay flat.

    python -m benchmarks.reading_memory [READS]

Takes the real pages of ../shared/data in turn; some minutes. Not part of `make bench`.
"""

import asyncio
import os
import sys
from itertools import cycle
from pathlib import Path

from benchmarks.processes import family, megabytes
from core.article import Link
from core.clock import utcnow
from core.config import default_config_dir, load_languages
from core.errors import PageError
from core.source import Source
from crawler.pool import ReadingPool
from crawler.reading.page import Page
from scheduler.evaluation.pages import Labelled, labelled_pages

DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
FOLDERS = ("article_extraction", "boilerplate", "publication_date")
READS, STEP = 10_000, 1_000
SOURCE = Source(
    id="benchmark",
    name="benchmark",
    country="INT",
    publisher="press",
    languages=("en",),
    home="https://example.org/",
    kind="feed",
    urls=("https://example.org/",),
)


async def _read(pool: ReadingPool, page: Labelled) -> None:
    link = Link(url=page.url)
    fetched = Page(
        source=SOURCE.id, url=page.url, body=page.body, content_type=None, fetched_at=utcnow(), link=link
    )
    try:
        await pool.read(fetched, SOURCE)
    except PageError as error:
        if "reading crashed" in str(error) or "took longer" in str(error):
            print(f"  {error}")


async def _run(reads: int) -> None:
    pages = [page for folder in FOLDERS for page in labelled_pages(DATA, folder)]
    pool = ReadingPool(readers=1, limit=120, languages=load_languages(default_config_dir())[0])
    print(f"memory of a reading process: {reads:,} reads of {len(pages)} pages")
    try:
        for number, page in enumerate(cycle(pages), 1):
            await _read(pool, page)
            if number % STEP == 0 or number == len(pages):
                # The last of the family: the fork server stands between us and the reader.
                reader = family(os.getpid())[-1]
                print(
                    f"  {number:>6,} reads: process {reader}, {megabytes(reader, 'Rss'):.0f} MB resident",
                    flush=True,
                )
            if number >= reads:
                return
    finally:
        await pool.close()


def main() -> None:
    """Print the memory after each thousand of reads."""
    asyncio.run(_run(int(sys.argv[1]) if len(sys.argv) > 1 else READS))


if __name__ == "__main__":
    main()
