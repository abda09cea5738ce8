"""Records of the store and of the config as the API answers them. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from core.article import Published
from core.match import Match
from publisher.feeds.channels import FORMS
from publisher.feeds.ids import article_id, statement_id
from publisher.feeds.text import summary
from publisher.matching import Watchlist
from publisher.web.api.models import (
    ArticleItem,
    ArticleWhole,
    CopyItem,
    DecisionItem,
    EntryItem,
    EvidenceItem,
    FetchItem,
    GoneSince,
    HealthAnswer,
    ListedMatch,
    MatchItem,
    MemberItem,
    PublishedAt,
    RevisionItem,
    RevisionText,
    SourceHealth,
    SourceItem,
    SourcePolls,
    StatementItem,
    StoryItem,
    StoryWhole,
    VersionItem,
    WatchlistItem,
)
from publisher.web.site import InForce
from publisher.web.snapshot import Snapshot, SourceRow
from storage.records.articles import Revision, StoredArticle
from storage.records.browsing import MatchOf, StorySummary
from storage.records.browsing import StoryWhole as StoryWholeRecord
from storage.records.dossier import Dossier, TextHead, VersionHead
from storage.records.health import HealthState
from storage.records.polling import SourceState
from storage.records.publication import Entry, Progress

MOST_COPIES = 100


def published_at(published: Published | None) -> PublishedAt | None:
    """Return a date of publication."""
    if published is None:
        return None
    return PublishedAt(at=published.at, precision=published.precision, raw=published.raw)


def gone_since(stored: StoredArticle) -> GoneSince | None:
    """Return since when an article's page is gone."""
    return None if stored.gone is None else GoneSince(at=stored.gone.at, reason=stored.gone.reason)


def article_item(
    stored: StoredArticle, *, words: int, whole: bool = False, snippet: str | None = None
) -> ArticleItem:
    """Return an article as listings show it; `words` bound its summary, `whole` adds the text."""
    article = stored.article
    return ArticleItem(
        id=stored.id,
        urn=article_id(article.canonical_url, article.language),
        url=article.url,
        source=article.source,
        language=article.language,
        title=article.title,
        summary=summary(article.text, words),
        published=published_at(article.published),
        first_seen=stored.first_seen,
        story=stored.story,
        revision=stored.revision,
        authors=list(article.authors),
        gone=gone_since(stored),
        snippet=snippet,
        text=article.text if whole else None,
    )


def article_whole(dossier: Dossier, *, words: int) -> ArticleWhole:
    """Return all that is known of an article."""
    stored, article = dossier.stored, dossier.stored.article
    short = article_item(stored, words=words, whole=True)
    return ArticleWhole(
        **dict(short),
        canonical_url=article.canonical_url,
        held=article.held,
        withheld=stored.withheld,
        subtitle=article.subtitle,
        site_name=article.site_name,
        section=article.section,
        tags=list(article.tags),
        credit=article.credit,
        image=article.image,
        image_caption=article.image_caption,
        image_credit=article.image_credit,
        alternates=list(article.alternates),
        fetched_at=article.fetched_at,
        statements=[statement_item(stored, position) for position in range(len(article.statements))],
        matches=[match_item(stored.id, one) for one in dossier.matches],
        entries=[one.id for one in dossier.entries],
        versions=[_version(one) for one in dossier.versions],
        revisions=[_text_head(one) for one in dossier.texts],
        decisions=[DecisionItem.model_validate(asdict(one)) for one in dossier.decisions],
        fetches=[FetchItem.model_validate(asdict(one)) for one in dossier.fetches],
    )


def _version(one: VersionHead) -> VersionItem:
    return VersionItem(id=one.id, source=one.source, language=one.language, title=one.title)


def _text_head(one: TextHead) -> RevisionItem:
    return RevisionItem(
        number=one.number,
        revision=one.revision,
        kind=one.kind,
        reason=one.reason,
        text_hash=one.text_hash,
        title=one.title,
        fetched_at=one.read,
    )


def revision_text(number: int, one: Revision) -> RevisionText:
    """Return one text of an article."""
    return RevisionText(
        number=number,
        revision=one.revision,
        kind=one.kind,
        reason=one.reason,
        text_hash=one.text_hash,
        title=one.title,
        fetched_at=one.fetched_at,
        text=one.text,
    )


def statement_item(stored: StoredArticle, position: int) -> StatementItem:
    """Return one statement of an article."""
    article, one = stored.article, stored.article.statements[position]
    occurrence = sum(other.words == one.words for other in article.statements[:position])
    return StatementItem(
        id=statement_id(article.canonical_url, article.language, one.words, occurrence),
        article=stored.id,
        article_urn=article_id(article.canonical_url, article.language),
        url=article.url,
        source=article.source,
        title=article.title,
        first_seen=stored.first_seen,
        speaker=one.speaker,
        office=one.office,
        words=one.words,
        language=one.language,
        kind=one.kind,
        verb=one.verb,
        rule=one.rule,
        confidence=one.confidence,
        start=one.start,
        end=one.end,
    )


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


def match_item(article: int, match: Match) -> MatchItem:
    """Return why an article matches a watchlist."""
    return MatchItem(
        watchlist=match.watchlist,
        article=article,
        score=match.score,
        states=list(match.states),
        why=match.why,
        sentence=match.sentence,
        evidence=[
            EvidenceItem(
                group=one.group,
                term=one.term,
                form=one.form,
                field=one.field,
                start=one.start,
                end=one.end,
                sentence=one.sentence,
            )
            for one in match.evidence
        ],
    )


def watchlist_item(
    watchlist: Watchlist, in_force: InForce, progress: Mapping[str, Progress], address: str
) -> WatchlistItem:
    """Return a watchlist with its feeds, whose addresses begin with `address`, and how far it is matched."""
    met = progress.get(watchlist.id)
    general = in_force.settings.feeds.revisions
    return WatchlistItem(
        id=watchlist.id,
        name=watchlist.name,
        about=watchlist.about,
        states=dict(watchlist.states),
        digest=watchlist.digest,
        revisions=general if watchlist.revisions is None else watchlist.revisions,
        feeds=[
            f"{address}/feeds/{channel.file(form)}"
            for channel in in_force.channels
            if channel.watchlist == watchlist.id
            for form in FORMS
        ],
        matched_to=None if met is None else met.reached,
        changes=None if met is None else met.last,
    )


def source_item(row: SourceRow) -> SourceItem:
    """Return a source with its state and health."""
    source = row.source
    return SourceItem(
        id=source.id,
        name=source.name,
        native_name=source.native_name,
        country=source.country,
        publisher=source.publisher,
        languages=list(source.languages),
        home=source.home,
        kind=source.kind,
        urls=list(source.urls),
        enabled=source.enabled,
        disabled_reason=source.disabled_reason,
        state=None if row.state is None else _polls(row.state),
        health=None if row.health is None else _health(row.health),
    )


def listed_match(one: MatchOf) -> ListedMatch:
    """Return a match with what its article is."""
    article = one.article
    return ListedMatch(
        **dict(match_item(article.id, one.match)),
        article_urn=article_id(article.canonical_url, article.language),
        url=article.url,
        source=article.source,
        language=article.language,
        title=article.title,
        first_seen=article.first_seen,
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


def _polls(state: SourceState) -> SourcePolls:
    return SourcePolls(
        last_poll=state.last_poll,
        last_success=state.last_success,
        last_new=state.last_new,
        due=state.due,
        outcome=state.last_outcome,
        error=state.last_error,
        failures=state.failures,
        polls=state.polls,
        fetched=state.totals.fetched,
        new=state.totals.new,
        duplicate=state.totals.duplicate,
        revised=state.totals.revised,
    )


def _health(health: HealthState) -> SourceHealth:
    return SourceHealth(
        klass=health.klass, since=health.since, reason=health.reason, snoozed_until=health.snoozed_until
    )


def health_answer(snapshot: Snapshot) -> HealthAnswer:
    """Return how the service does."""
    return HealthAnswer(
        alive=snapshot.alive,
        healthy=snapshot.healthy,
        reasons=list(snapshot.reasons),
        notices=list(snapshot.notices),
        version=snapshot.version,
        started=snapshot.started,
        taken=snapshot.taken,
        counts=dict(snapshot.counts),
        behind=snapshot.behind,
    )
