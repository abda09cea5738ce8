"""Articles of the store as the API answers them. Pure."""

from dataclasses import asdict

from core.article import Published
from core.ids import article_id, statement_id
from core.match import Match
from publisher.feeds.text import summary
from publisher.web.api.models.articles import (
    ArticleItem,
    ArticleWhole,
    DecisionItem,
    EvidenceItem,
    FetchItem,
    GoneSince,
    ListedMatch,
    MatchItem,
    PublishedAt,
    RevisionItem,
    RevisionText,
    StatementItem,
    StatementWhole,
    VersionItem,
)
from storage.records.articles import Revision, StoredArticle
from storage.records.browsing import MatchOf
from storage.records.browsing import StatementWhole as Said
from storage.records.dossier import Dossier, TextHead, VersionHead


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


def statement_whole(said: Said) -> StatementWhole:
    """Return a statement with its speaker."""
    short = statement_item(said.stored, said.position)
    return StatementWhole(**dict(short), speaker_id=said.speaker, about=list(said.about))


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
