"""The reading pool with real processes that hang, die and crash."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import pytest
from fakes_crawl import source
from fakes_reading import plain_read

from core.article import Link
from core.errors import PageError, Poisoned, SourceChanged
from crawler.pool import ReadingPool
from crawler.reading.page import Page

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
URL = "https://news.example/a"
SOURCE = source("pool", "feed", "https://news.example/feed")


def page(text: str) -> Page:
    return Page(
        source="pool", url=URL, body=text.encode(), content_type=None, fetched_at=NOW, link=Link(url=URL)
    )


def with_pool(main: Callable[[ReadingPool], Awaitable[None]], readers: int = 1, limit: float = 20) -> None:
    async def run() -> None:
        pool = ReadingPool(readers=readers, limit=limit, languages={}, read=plain_read)
        try:
            await main(pool)
        finally:
            await pool.close()

    asyncio.run(run())


def test_one_reader_outlives_what_pages_do_to_it() -> None:
    async def main(pool: ReadingPool) -> None:
        for _ in range(2):
            assert (await pool.read(page("fine"), SOURCE)).text == "fine"
            with pytest.raises(PageError, match=r"news\.example/a: the reading process died of it"):
                await pool.read(page("DIE"), SOURCE)
            with pytest.raises(PageError, match="reading crashed: KeyError"):
                await pool.read(page("BUG"), SOURCE)
            with pytest.raises(PageError, match="not a page"):
                await pool.read(page("UNREADABLE"), SOURCE)

    with_pool(main)


def test_a_stuck_reader_costs_its_own_page_only() -> None:
    async def main(pool: ReadingPool) -> None:
        await asyncio.gather(*(pool.read(page("warm"), SOURCE) for _ in range(2)))
        stuck = asyncio.create_task(pool.read(page("HANG"), SOURCE))
        others = [asyncio.create_task(pool.read(page(f"page {n}"), SOURCE)) for n in range(8)]
        assert [article.text for article in await asyncio.gather(*others)] == [f"page {n}" for n in range(8)]
        with pytest.raises(PageError, match=r"took longer than 3 seconds \(`crawl.read_time`\)"):
            await stuck
        assert (await pool.read(page("after"), SOURCE)).text == "after"

    with_pool(main, readers=2, limit=3)


def test_lists_are_parsed_there_too() -> None:
    async def main(pool: ReadingPool) -> None:
        body = b"<rss><channel><item><link>https://news.example/a</link></item></channel></rss>"
        listing = await pool.parse(body, URL, None, SOURCE, NOW)
        assert [link.url for link in listing.links] == [URL]
        with pytest.raises(SourceChanged, match="expected an RSS"):
            await pool.parse(b"<html>", URL, None, SOURCE, NOW)

    with_pool(main)


def test_a_reader_is_free_again_after_its_caller_gave_up() -> None:
    async def main(pool: ReadingPool) -> None:
        await pool.read(page("warm"), SOURCE)
        given_up = asyncio.create_task(pool.read(page("HANG"), SOURCE))
        await asyncio.sleep(0.05)
        given_up.cancel()
        assert (await pool.read(page("next"), SOURCE)).text == "next"

    with_pool(main, limit=3)


def test_closing_does_not_wait_for_a_stuck_reader() -> None:
    async def main(pool: ReadingPool) -> None:
        await pool.read(page("warm"), SOURCE)
        stuck = asyncio.create_task(pool.read(page("HANG"), SOURCE))
        await asyncio.sleep(0.05)
        async with asyncio.timeout(15):
            await pool.close()
        await asyncio.gather(stuck, return_exceptions=True)

    with_pool(main)


def test_resting_ends_idle_readers_and_the_next_page_starts_one() -> None:
    async def main(pool: ReadingPool) -> None:
        first = (await pool.read(page("PID"), SOURCE)).text
        assert (await pool.read(page("PID"), SOURCE)).text == first
        busy = asyncio.create_task(pool.read(page("SLOW PID"), SOURCE))
        await asyncio.sleep(0.2)
        await pool.rest()
        assert (await busy).text == first
        await pool.rest()
        assert (await pool.read(page("PID"), SOURCE)).text != first

    with_pool(main)


def test_a_reader_that_grew_is_replaced_and_one_that_grows_on_a_page_is_stopped() -> None:
    async def run() -> None:
        pool = ReadingPool(readers=1, limit=20, languages={}, memory=400_000_000, read=plain_read)
        try:
            first = (await pool.read(page("PID"), SOURCE)).text
            assert (await pool.read(page("PID"), SOURCE)).text == first
            await pool.read(page("HOARD"), SOURCE)
            assert (await pool.read(page("PID"), SOURCE)).text != first
            with pytest.raises(Poisoned, match="took more than 400 MB"):
                await pool.read(page("GROW"), SOURCE)
            assert (await pool.read(page("fine"), SOURCE)).text == "fine"
        finally:
            await pool.close()

    asyncio.run(run())
