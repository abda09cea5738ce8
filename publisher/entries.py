"""Decides which change of a matched article becomes an entry, and under which id. Values only. Pure."""

from datetime import datetime, timedelta

from core.ids import entry_id
from storage.records.articles import Change
from storage.records.publication import EntryDraft, EntryKind


def draft_entry(
    change: Change, *, watchlist: str, story_has_entry: bool, max_age: timedelta, now: datetime
) -> EntryDraft | None:
    """Return the entry that this change of a matched article gives, if any.

    A story has one entry in a watchlist, whatever the number of its copies; each substantive revision of
    one of its articles has another, and so has the disappearance of its page. A statement that was older than
    `max_age` when it was first seen has none, but its revisions have: an old page edited today is news.
    """
    article = change.stored.article
    if article.held is not None:
        return None
    # Where the story has no entry, an edit of any kind is how the statement came to match: it opens one.
    derived = change.kind == "gone" or story_has_entry or _was_old(change, max_age)
    if derived and change.kind not in ("revision", "gone"):
        return None
    # The statement's own moment, not that of this pass: a re-matched archive then falls into its old order
    # in the feed instead of standing above today's statements.
    seen = change.stored.first_seen if change.kind in ("new", "copy") else change.at
    return EntryDraft(
        id=entry_id(watchlist, article.canonical_url, article.language, revised=_event(change, derived)),
        kind=_kind(change, derived),
        watchlist=watchlist,
        story=change.stored.story,
        article=change.stored.id,
        revision=change.revision if derived else 0,
        created=min(seen, now),
    )


def _kind(change: Change, derived: bool) -> EntryKind:
    if change.kind == "gone":
        return "gone"
    return "revision" if derived else "statement"


def _event(change: Change, derived: bool) -> str | None:
    """Return what the id of a derived entry is made of: the text that came, or that went."""
    if not derived:
        return None
    text = f"{change.title}\n{change.text}"
    return f"gone\n{text}" if change.kind == "gone" else text


def _was_old(change: Change, max_age: timedelta) -> bool:
    if change.stored.withheld is not None:
        return True
    published = change.stored.article.published
    if published is None or published.at is None:
        return False
    return published.at < change.stored.first_seen - max_age
