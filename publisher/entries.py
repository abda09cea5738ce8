"""Decides which change of a matched article becomes an entry, and under which id. Values only. Pure."""

from datetime import datetime, timedelta

from publisher.feeds.ids import entry_id
from storage.records import Change, EntryDraft


def draft_entry(
    change: Change, *, watchlist: str, story_has_entry: bool, max_age: timedelta, now: datetime
) -> EntryDraft | None:
    """Return the entry that this change of a matched article gives, if any.

    A story has one entry in a watchlist, whatever the number of its copies; each substantive revision of
    one of its articles has another. A statement that was older than `max_age` when it was first seen has
    none, but its revisions have: an old page edited today is news.
    """
    article = change.stored.article
    if article.held is not None:
        return None
    # Where the story has no entry, an edit of any kind is how the statement came to match: it opens one.
    derived = story_has_entry or _was_old(change, max_age)
    if derived and change.kind != "revision":
        return None
    text = f"{article.title}\n{article.text}" if derived else None
    # The statement's own moment, not that of this pass: a re-matched archive then falls into its old order
    # in the feed instead of standing above today's statements.
    edited = change.kind in ("revision", "cosmetic")
    seen = article.fetched_at if edited else change.stored.first_seen
    return EntryDraft(
        id=entry_id(watchlist, article.canonical_url, article.language, revised=text),
        watchlist=watchlist,
        story=change.stored.story,
        article=change.stored.id,
        revision=change.revision if derived else 0,
        created=min(seen, now),
    )


def _was_old(change: Change, max_age: timedelta) -> bool:
    published = change.stored.article.published
    if published is None or published.at is None:
        return False
    return published.at < change.stored.first_seen - max_age
