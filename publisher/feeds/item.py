"""What a feed shows of one entry or article, in any form: clean text and HTML out. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from core.article import Article
from core.clock import to_iso
from core.ids import article_id
from core.source import Source
from core.statement import Statement
from core.structure import paragraphs_of
from publisher.dates import day_known
from publisher.feeds import lines
from publisher.feeds.edits import PREFIXES, edits
from publisher.feeds.lines import MOST_TERMS, NAME_CHARACTERS, SENTENCE_CHARACTERS
from publisher.feeds.text import clean, shorten, summary, web_address
from publisher.html import article_html, excerpt
from publisher.matching import Offices
from storage.records.articles import StoredArticle
from storage.records.publication import Entry

TITLE_CHARACTERS = 300


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """One item of a feed. All text is clean; `body` is HTML. `published` is None unless the day is known.

    `created` is the moment that gives it its place. `edits` is HTML: what happened to a known page. `why` is
    the reason for a match, as text. `details` are what programs may want to know: plain values for JSON.
    """

    id: str
    title: str
    link: str | None
    language: str | None
    created: datetime
    published: datetime | None
    modified: datetime | None = None
    authors: tuple[str, ...]
    source: str
    source_link: str | None
    categories: tuple[str, ...]
    summary: str
    edits: str = ""
    why: str = ""
    body: str
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def updated(self) -> datetime:
        """When what is shown last changed."""
        return self.modified or self.created

    @property
    def description(self) -> str:
        """What happened, the summary and the reason, as HTML: for readers that know only a description."""
        shown = (lines.paragraph(text) for text in (self.summary, self.why) if text)
        return "\n".join(filter(None, (self.edits, *shown)))


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """How items look. `states` gives the names of ISO codes. `full`: the whole text, not its beginning.

    `offices` names the holders of offices whom an article leaves out.
    """

    sources: Mapping[str, Source]
    states: Mapping[str, str]
    summary_words: int
    offices: Offices | None = None
    full: bool = False


def entry_item(entry: Entry, look: Look) -> Item:
    """Return the item of an entry."""
    article, match = entry.stored.article, entry.match
    text = summary(article.text, look.summary_words)
    authors = _authors(article)
    terms = lines.distinct(shorten(one.term, NAME_CHARACTERS) for one in match.evidence)[:MOST_TERMS]
    states = (shorten(look.states.get(code, code), NAME_CHARACTERS) for code in match.states)
    why = lines.why(match)
    happened = "\n".join(edits(entry))
    body = [*filter(None, [happened]), *_text(article, look)]
    body += [lines.paragraph(said) for said in lines.said(article, look.states, look.offices)]
    body.append(lines.paragraph(why))
    if listed := lines.terms(match.evidence):
        body.append(lines.paragraph(f"Terms: {listed}"))
    body.append(lines.facts(entry.stored, authors, look.sources))
    if entry.copies:
        body.append(lines.copies(entry.stored, entry.copies, look.sources))
    return _item(
        entry.stored,
        look,
        id=entry.id,
        prefix=PREFIXES[entry.kind],
        created=entry.created.astimezone(UTC).replace(microsecond=0),
        categories=lines.distinct((*terms, *states)),
        summary=text,
        edits=happened,
        why=why,
        body="\n".join(body),
        details=_match_details(entry) | _details(entry.stored, look),
    )


def article_item(
    stored: StoredArticle, look: Look, *, said: Sequence[Statement] = (), revisions: bool = True
) -> Item:
    """Return the item of an article of the archive. `said` are the statements for which it was asked.

    With `revisions` a substantive revision gives it another id, so that readers show it once more.
    """
    article = stored.article
    revised = stored.revision > 0
    quoted = list(lines.said(article, look.states, look.offices, among=said or None))
    body = [lines.paragraph(line) for line in quoted] if said else []
    body += _text(article, look)
    body += [] if said else [lines.paragraph(line) for line in quoted]
    body.append(lines.facts(stored, _authors(article), look.sources))
    again = f"{article.title}\n{article.text}" if revised and revisions else None
    return _item(
        stored,
        look,
        id=article_id(article.canonical_url, article.language, revised=again),
        prefix=PREFIXES["revision"] if again is not None else "",
        created=stored.first_seen.astimezone(UTC).replace(microsecond=0),
        modified=article.fetched_at.astimezone(UTC).replace(microsecond=0) if revised else None,
        categories=lines.distinct(shorten(tag, NAME_CHARACTERS) for tag in article.tags)[:MOST_TERMS],
        summary=" ".join(quoted) if said else summary(article.text, look.summary_words),
        body="\n".join(body),
        details={"kind": "article"} | _details(stored, look),
    )


def _item(stored: StoredArticle, look: Look, *, prefix: str, summary: str, **values: Any) -> Item:
    """Return an item with what those of entries and articles have in common."""
    article = stored.article
    source = look.sources.get(article.source)
    name = lines.source_name(article.source, look.sources)
    title = shorten(article.title, TITLE_CHARACTERS) or shorten(summary, TITLE_CHARACTERS)
    return Item(
        title=f"{prefix}{title or f'Untitled, {name}'}",
        link=web_address(article.url),
        language=None if article.language == "und" else article.language,
        published=day_known(article.published),
        authors=_authors(article)[: lines.MOST_AUTHORS],
        source=name,
        source_link=web_address(source.home) if source else None,
        summary=summary,
        **values,
    )


def _authors(article: Article) -> tuple[str, ...]:
    return lines.distinct(shorten(author, NAME_CHARACTERS) for author in article.authors)


def _text(article: Article, look: Look) -> Iterable[str]:
    paragraphs = paragraphs_of(article.text, article.structure)
    text = article_html(paragraphs if look.full else excerpt(paragraphs, look.summary_words))
    return [text] if text else []


def _match_details(entry: Entry) -> dict[str, Any]:
    """Return what matching said, for programs."""
    match = entry.match
    evidence = [
        {
            name: shorten(value, SENTENCE_CHARACTERS) if isinstance(value, str) else value
            for name, value in one
        }
        for one in (asdict(found).items() for found in match.evidence[:MOST_TERMS])
    ]
    copies = entry.copies[: lines.MOST_COPIES]
    return {
        "kind": entry.kind,
        "watchlist": entry.watchlist,
        "score": round(match.score, 3),
        "why": clean(match.why),
        "sentence": shorten(match.sentence, SENTENCE_CHARACTERS),
        "states": list(match.states),
        "evidence": evidence,
        "copies": [
            {"source": one.source, "url": clean(one.url), "first_seen": to_iso(one.first_seen)}
            for one in copies
        ],
    }


def _details(stored: StoredArticle, look: Look) -> dict[str, Any]:
    """Return what is known of an article, for programs."""
    article, source = stored.article, look.sources.get(stored.article.source)
    published = article.published
    return {
        "article": stored.id,
        "story": stored.story,
        "source": article.source,
        "publisher": source.publisher if source is not None else None,
        "country": source.country if source is not None else None,
        "first_seen": to_iso(stored.first_seen),
        "published_precision": published.precision if published is not None else None,
    }
