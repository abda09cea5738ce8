"""What `benchmarks.web` asks of the API's listings: first pages and deep ones."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from benchmarks.web_archive import Archive
from publisher.web.api.paging import cursor_of
from storage.records.selection import Selection
from storage.store import Store


def questions(
    store: Store, world: Archive, words: Mapping[str, Sequence[str]]
) -> dict[str, list[dict[str, object]]]:
    """Return queries by the name of what is asked, which begins with the listing's."""
    chance = random.Random(4)
    listed = store.article_listing(Selection(), limit=1).items[0].place
    deep = [
        cursor_of("articles", (replace(listed, at=listed.at - timedelta(days=back)).token(),))
        for back in (1, 30, 90, 150, 200)
    ]
    return {
        "articles: plain": [{}] * 8,
        "articles: deep": [{"cursor": one} for one in deep],
        "articles: state": [{"state": one} for one in ("KZ", "KG", "TJ", "TM", "UZ")],
        "articles: one source": [{"source": one} for one in chance.sample(list(world.sources), 8)],
        "articles: words": [{"q": one} for one in words["common"]],
        "articles: whole texts": [{"text": "full"}] * 4,
        "articles: 500": [{"number": 500}],
        "statements: plain": [{}],
        "statements: speaker": [{"speaker": one} for one in world.speakers[:5]],
        "entries: plain": [{}],
        "stories: plain": [{}],
        "matches: plain": [{}],
        "matches: watchlist": [{"watchlist": "water-and-borders"}],
    }
