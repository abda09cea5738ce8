"""Pages of speakers and of pictures for `benchmarks/web.py`: what is asked of them over an archive."""

import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import click

from publisher.hearing import Hearing
from publisher.matching import Watchlist
from publisher.web.routes.overview import WINDOWS
from storage.records.voices import VoiceAsk
from storage.store import Store

# Kind, path, name, queries.
Asked = tuple[str, str, str, Sequence[Mapping[str, object]]]


def people(store: Store) -> list[Asked]:
    """Return the pages of speakers and of who speaks about whom: sums of all statements."""
    loudest = store.voices(VoiceAsk(), order="most", limit=1)[0]
    said = [name for name, _ in store.voice_counts(loudest.id, since=datetime.min.replace(tzinfo=UTC)).about]
    about = said[0] if said else "KZ"
    lists: dict[str, list[Mapping[str, object]]] = {
        "newest": [{}, {"page": 3}],
        "most": [{"order": "most"}],
        "days, most": [{"order": "most", "days": days} for days in (7, 30, 365)],
        "language": [{"language": "ru"}, {"language": "kk", "order": "most"}],
        "about": [{"about": about}, {"about": about, "order": "most", "days": 90}],
        "name": [{"speaker": loudest.name}],
    }
    one: dict[str, list[Mapping[str, object]]] = {
        "by key": [{"name": loudest.key}],
        "by name": [{"name": loudest.name.upper()}],
        "about": [{"name": loudest.key, "about": about}],
    }
    return [
        *(("speakers", "/speakers", name, queries) for name, queries in lists.items()),
        *(("speaker", "/speakers/page", name, queries) for name, queries in one.items()),
        *(("overview", "/overview", f"{days} days", [{"days": days}]) for days in WINDOWS),
    ]


def hear(store: Store, watchlists: Mapping[str, Watchlist]) -> None:
    """Have it decided who says the archive's statements, as the publisher does; once where it is kept."""
    hearing = Hearing(store, [one for w in watchlists.values() for one in w.lists.values()])
    began, heard = time.process_time(), 0
    while step := hearing.hear():
        heard += step
    if heard:
        each = (time.process_time() - began) / heard
        click.echo(f"web: {heard:,} statements heard, {each * 1e3:.2f} ms of CPU each")
