"""Stories and entries of the store as the API answers them. Pure."""

from collections.abc import Iterable
from typing import Any

from core.match import Match
from publisher.web.api.models.stories import CopyItem, EntryItem, MemberItem, StoryItem, StoryWhole
from publisher.web.api.shapes.articles import article_item, match_item, published_at
from storage.records.browsing import StorySummary
from storage.records.browsing import StoryWhole as StoryWholeRecord
from storage.records.publication import Entry

MOST_COPIES = 100


def entry_item(entry: Entry, matches: Iterable[Match], *, words: int, whole: bool = False) -> EntryItem:
    """Return an entry with its matches."""
    copies = [
        CopyItem(
            url=one.url,
            source=one.source,
            language=one.language,
            published=published_at(one.published),
            first_seen=one.first_seen,
        )
        for one in entry.copies[:MOST_COPIES]
    ]
    return EntryItem(
        id=entry.id,
        kind=entry.kind,
        created=entry.created,
        revision=entry.revision,
        article=article_item(entry.stored, words=words, whole=whole),
        matches=[match_item(entry.stored.id, one) for one in matches],
        copies=copies,
    )


def story_item(one: StorySummary) -> StoryItem:
    """Return a story as listings show it."""
    return StoryItem(**_story_values(one))


def story_whole(whole: StoryWholeRecord) -> StoryWhole:
    """Return a story with its articles and the ids of its entries."""
    members = [
        MemberItem(
            id=member.id,
            url=member.url,
            source=member.source,
            official=member.official,
            language=member.language,
            title=member.title,
            published=published_at(member.published),
            first_seen=member.first_seen,
            decision=member.decision,
            of=member.of,
            similarity=member.similarity,
            reason=member.reason,
        )
        for member in whole.members
    ]
    return StoryWhole(**_story_values(whole.summary), members=members, entries=list(whole.entries))


def _story_values(one: StorySummary) -> dict[str, Any]:
    return {
        "id": one.id,
        "created": one.created,
        "primary": one.primary,
        "title": one.title,
        "articles": one.articles,
        "sources": list(one.sources),
        "languages": list(one.languages),
        "first_seen": one.first_seen,
        "last_seen": one.last_seen,
    }
