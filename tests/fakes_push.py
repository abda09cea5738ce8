"""A store with entries on their way to targets, for tests of pushing."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from fakes_storage import NOW, article, batch, match

from core.settings import Settings
from publisher.push.sender import Sender, Sent
from publisher.push.sending import Context
from publisher.push.targets import target_of, targets
from storage.records.delivery import Audience, Pushing, Target
from storage.records.publication import Cursor, EntryDraft
from storage.store import Store

DAY = timedelta(days=1)
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
HOOK = Target(id="webhook:desk", kind="webhook")
DIGEST = Target(id="digest:daily", kind="digest")


def open_store(path: Path, articles: Sequence[str] = ("a", "b", "c")) -> Store:
    """Return a store with complete articles 1, 2, 3 ... , each a story of its own."""
    store = Store.open(path / "policywire.db")
    store.keep(batch(*(article(name) for name in articles)), now=NOW)
    return store


def draft(
    article_id: int, *, watchlist: str = "policy", created: datetime = NOW, revision: int = 0
) -> EntryDraft:
    """Return the entry of an article in a watchlist."""
    return EntryDraft(
        id=f"urn:{watchlist}:{article_id}:{revision}",
        kind="revision" if revision else "statement",
        watchlist=watchlist,
        story=article_id,
        article=article_id,
        revision=revision,
        created=created,
    )


def push(
    store: Store,
    *drafts: EntryDraft,
    to: Sequence[Target] = (HOOK,),
    now: datetime = NOW,
    revisions: bool = False,
) -> None:
    """Publish entries with their matches, and put them into the outbox of these targets."""
    for one in drafts:
        store.publish(
            one.watchlist,
            Cursor(seq=9, digest="d"),
            matches=[(one.article, match(one.watchlist))],
            drafts=[one],
            pushing=Pushing(
                audience=tuple(Audience(target=target, revisions=revisions) for target in to),
                oldest=now - DAY,
                now=now,
            ),
        )


def follow(store: Store, settings: Settings, *, since: datetime = NOW) -> tuple[Target, ...]:
    """Make the store know the targets of settings; return those that follow watchlists."""
    store.keep_targets(targets(settings).values(), now=since)
    return tuple(target_of(one) for one in settings.push.followers)


def make_sender(
    store: Store, settings: Settings, path: Path, *, base_url: str = "http://feeds.example"
) -> Sender:
    """Return a sender whose feeds lie in a folder."""
    context = Context(
        settings=settings,
        sources={},
        watchlists={"policy": "Policy"},
        base_url=base_url,
        feeds_dir=path / "feeds",
    )
    return Sender(store, context)


def send(store: Store, settings: Settings, path: Path, *, base_url: str = "http://feeds.example") -> Sent:
    """Send what is due, as the sending process does."""
    return make_sender(store, settings, path, base_url=base_url).run()
