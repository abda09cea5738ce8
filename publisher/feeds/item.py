"""What a feed shows of one entry, in any form: an Entry in, an Item of clean text and HTML out. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape

from core.article import Article, Precision, Published
from core.match import Evidence, Match
from core.source import Source
from core.statement import StatementKind
from core.structure import paragraphs_of
from publisher.dates import shown_date
from publisher.feeds.edits import PREFIXES, edits
from publisher.feeds.text import shorten, summary, web_address
from publisher.html import article_html, excerpt
from publisher.matching import Offices
from storage.records.articles import Copy, came_out
from storage.records.publication import Entry

TITLE_CHARACTERS = 300
SENTENCE_CHARACTERS = 600
NAME_CHARACTERS = 120
MOST_AUTHORS = 20
MOST_TERMS = 20
MOST_COPIES = 20
MOST_STATEMENTS = 3
STATEMENT_CHARACTERS = 400


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """One item of a feed. All text is clean; `body` is HTML. `published` is None unless the day is known."""

    id: str
    title: str
    link: str | None
    language: str | None
    created: datetime
    published: datetime | None
    authors: tuple[str, ...]
    source: str
    source_link: str | None
    categories: tuple[str, ...]
    summary: str
    body: str


def make_item(
    entry: Entry,
    *,
    sources: Mapping[str, Source],
    states: Mapping[str, str],
    summary_words: int,
    offices: Offices | None = None,
) -> Item:
    """Return the item of an entry. `states` gives the names of the watchlist's ISO codes.

    `offices` names the holders of offices whom an article leaves out.
    """
    article = entry.stored.article
    source = sources.get(article.source)
    text = summary(article.text, summary_words)
    link = web_address(article.url)
    name = _source_name(article.source, sources)
    title = shorten(article.title, TITLE_CHARACTERS) or shorten(text, TITLE_CHARACTERS) or f"Untitled, {name}"
    authors = _distinct(shorten(author, NAME_CHARACTERS) for author in article.authors)
    return Item(
        id=entry.id,
        title=f"{PREFIXES[entry.kind]}{title}",
        link=link,
        language=None if article.language == "und" else article.language,
        created=entry.created.astimezone(UTC).replace(microsecond=0),
        published=_day_known(article.published),
        authors=authors[:MOST_AUTHORS],
        source=name,
        source_link=web_address(source.home) if source else None,
        categories=_categories(entry.match, states),
        summary=text,
        body="\n".join(_body(entry, summary_words, authors, sources, _said(article, states, offices))),
    )


def _categories(match: Match, states: Mapping[str, str]) -> tuple[str, ...]:
    terms = _distinct(shorten(evidence.term, NAME_CHARACTERS) for evidence in match.evidence)[:MOST_TERMS]
    return _distinct((*terms, *(shorten(states.get(code, code), NAME_CHARACTERS) for code in match.states)))


def _distinct(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the texts that are not empty, each once whatever its case, in their order."""
    found: dict[str, str] = {}
    for text in texts:
        if text:
            found.setdefault(text.casefold(), text)
    return tuple(found.values())


def _source_name(source: str, sources: Mapping[str, Source]) -> str:
    return shorten(sources[source].name if source in sources else source, NAME_CHARACTERS)


def _day_known(published: Published | None) -> datetime | None:
    """Only a day or finer is a date: readers would show a month as its first day, which nobody said."""
    if published is None or published.at is None:
        return None
    known = published.precision not in (Precision.MONTH, Precision.YEAR)
    return published.at.astimezone(UTC).replace(microsecond=0) if known else None


def _body(
    entry: Entry,
    summary_words: int,
    authors: tuple[str, ...],
    sources: Mapping[str, Source],
    statements: Iterable[str],
) -> Iterable[str]:
    article = entry.stored.article
    yield from edits(entry)
    if text := article_html(excerpt(paragraphs_of(article.text, article.structure), summary_words)):
        yield text
    for said in statements:
        yield f'<p dir="auto">{_escape(said)}</p>'
    yield f'<p dir="auto">{_escape(_why(entry.match))}</p>'
    if terms := _terms(entry.match.evidence):
        yield f'<p dir="auto">{_escape(f"Terms: {terms}")}</p>'
    home = sources[article.source].home if article.source in sources else ""
    facts = [f"Source: {_link(home, _source_name(article.source, sources))}"]
    if authors:
        facts.append(f"By: {_escape(_listed(authors, MOST_AUTHORS))}")
    facts.append(f"Language: {_escape('not recognised' if article.language == 'und' else article.language)}")
    facts.append(f"Published: {_escape(shown_date(article.published, sources.get(article.source)))}")
    facts.append(
        f"First seen: {_escape(entry.stored.first_seen.astimezone(UTC).strftime('%Y-%m-%d %H:%M UTC'))}"
    )
    yield f"<p>{'<br>'.join(facts)}</p>"
    if entry.copies:
        yield f"<p>{_copies(entry, sources)}</p>"


def _said(article: Article, states: Mapping[str, str], offices: Offices | None) -> Iterator[str]:
    """Yield the first verbatim statements whose speaker is known, one line each.

    What the article leaves out and the registry knows for its day stands in brackets.
    """
    published = _day_known(article.published)
    day = published.date() if published is not None else None
    lines = 0
    for one in article.statements:
        if one.kind is StatementKind.INDIRECT or lines == MOST_STATEMENTS:
            continue
        holder = offices.holder(one, day) if offices is not None else None
        if one.speaker is None and holder is None:
            continue
        who = ", ".join(shorten(part, NAME_CHARACTERS) for part in (one.speaker, one.office) if part)
        if holder is not None:
            state = states.get(holder.country or "", holder.country)
            office = f"{state}’s {holder.office}" if state else holder.office
            who += f" [{holder.name if one.speaker is None else office}]"
        yield f"{who}: “{shorten(one.words.rstrip(' ,'), STATEMENT_CHARACTERS)}”"
        lines += 1


def _why(match: Match) -> str:
    sentence = shorten(match.sentence, SENTENCE_CHARACTERS)
    reason = shorten(match.why, SENTENCE_CHARACTERS)
    quoted = f"“{sentence}”" if sentence and sentence not in reason else ""
    return " ".join(part for part in ("Why:", reason, quoted) if part)


def _terms(evidence: tuple[Evidence, ...]) -> str:
    """Return each term once, with the form in which the article has it where that is another word."""
    shown: dict[str, str] = {}
    for found in evidence:
        term, form = shorten(found.term, NAME_CHARACTERS), shorten(found.form, NAME_CHARACTERS)
        same = not form or form.casefold() == term.casefold()
        if term:
            shown.setdefault(term.casefold(), term if same else f"{term} ({form})")
    return _listed(tuple(shown.values()), MOST_TERMS)


def _listed(texts: tuple[str, ...], most: int) -> str:
    more = len(texts) - most
    return "; ".join(texts[:most]) + (f"; and {more} more" if more > 0 else "")


def _copies(entry: Entry, sources: Mapping[str, Source]) -> str:
    """Return who else has the story, in the order in which they came out, and who had it before this one."""
    shown = entry.copies[:MOST_COPIES]
    links = ", ".join(_copy(copy, entry.stored.article.language, sources) for copy in shown)
    more = len(entry.copies) - len(shown)
    others = f"Also published by: {links}" + (f" and {more} more" if more > 0 else "")
    first = entry.copies[0]
    if first.came_out >= came_out(entry.stored.article.published, entry.stored.first_seen):
        return others
    when = first.came_out.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
    return f"{others}; first by {_escape(_source_name(first.source, sources))}, {when}"


def _copy(copy: Copy, language: str, sources: Mapping[str, Source]) -> str:
    link = _link(copy.url, _source_name(copy.source, sources))
    return link if copy.language in (language, "und") else f"{link} ({_escape(copy.language)})"


def _link(url: str, text: str) -> str:
    address = web_address(url)
    return f'<a href="{escape(address)}">{_escape(text)}</a>' if address else _escape(text)


def _escape(text: str) -> str:
    return escape(text, quote=False)
