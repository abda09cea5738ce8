"""The lines of HTML in which an item says why it is there and where it comes from. All is escaped. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC
from html import escape

from core.article import Article
from core.match import Evidence, Match
from core.source import Source
from core.statement import Statement, StatementKind
from publisher.dates import day_known, shown_date
from publisher.feeds.text import shorten, web_address
from publisher.matching import Offices
from storage.records.articles import Copy, StoredArticle, came_out

SENTENCE_CHARACTERS = 600
NAME_CHARACTERS = 120
MOST_AUTHORS = 20
MOST_TERMS = 20
MOST_COPIES = 20
MOST_STATEMENTS = 3
STATEMENT_CHARACTERS = 400


def paragraph(text: str) -> str:
    """Return text as a paragraph that runs in the direction of its own script."""
    return f'<p dir="auto">{escaped(text)}</p>'


def escaped(text: str) -> str:
    """Return text for HTML, outside of attributes."""
    return escape(text, quote=False)


def source_name(source: str, sources: Mapping[str, Source]) -> str:
    """Return the name of a source; its id where the config has it no more."""
    return shorten(sources[source].name if source in sources else source, NAME_CHARACTERS)


def why(match: Match) -> str:
    """Return the reason of a match with the sentence that decided, as text."""
    sentence = shorten(match.sentence, SENTENCE_CHARACTERS)
    reason = shorten(match.why, SENTENCE_CHARACTERS)
    quoted = f"“{sentence}”" if sentence and sentence not in reason else ""
    return " ".join(part for part in ("Why:", reason, quoted) if part)


def terms(evidence: tuple[Evidence, ...]) -> str:
    """Return each term once, with the form in which the article has it where that is another word."""
    shown: dict[str, str] = {}
    for found in evidence:
        term, form = shorten(found.term, NAME_CHARACTERS), shorten(found.form, NAME_CHARACTERS)
        same = not form or form.casefold() == term.casefold()
        if term:
            shown.setdefault(term.casefold(), term if same else f"{term} ({form})")
    return _listed(tuple(shown.values()), MOST_TERMS)


def said(
    article: Article,
    states: Mapping[str, str],
    offices: Offices | None,
    *,
    among: Sequence[Statement] | None = None,
) -> Iterator[str]:
    """Yield the first verbatim statements whose speaker is known, one line each; `among`: only of these.

    What the article leaves out and the registry knows for its day stands in brackets.
    """
    published = day_known(article.published)
    day = published.date() if published is not None else None
    lines = 0
    for one in article.statements if among is None else among:
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


def facts(stored: StoredArticle, authors: tuple[str, ...], sources: Mapping[str, Source]) -> str:
    """Return the paragraph on an article's source, authors, language and times."""
    article = stored.article
    home = sources[article.source].home if article.source in sources else ""
    lines = [f"Source: {_link(home, source_name(article.source, sources))}"]
    if authors:
        lines.append(f"By: {escaped(_listed(authors, MOST_AUTHORS))}")
    lines.append(f"Language: {escaped('not recognised' if article.language == 'und' else article.language)}")
    lines.append(f"Published: {escaped(shown_date(article.published, sources.get(article.source)))}")
    lines.append(f"First seen: {escaped(stored.first_seen.astimezone(UTC).strftime('%Y-%m-%d %H:%M UTC'))}")
    return f"<p>{'<br>'.join(lines)}</p>"


def copies(stored: StoredArticle, others: Sequence[Copy], sources: Mapping[str, Source]) -> str:
    """Return who else has the story, in the order in which they came out, and who had it before this one."""
    shown = others[:MOST_COPIES]
    links = ", ".join(_copy(copy, stored.article.language, sources) for copy in shown)
    more = len(others) - len(shown)
    listed = f"Also published by: {links}" + (f" and {more} more" if more > 0 else "")
    first = others[0]
    if first.came_out >= came_out(stored.article.published, stored.first_seen):
        return f"<p>{listed}</p>"
    when = first.came_out.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
    return f"<p>{listed}; first by {escaped(source_name(first.source, sources))}, {when}</p>"


def distinct(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the texts that are not empty, each once whatever its case, in their order."""
    found: dict[str, str] = {}
    for text in texts:
        if text:
            found.setdefault(text.casefold(), text)
    return tuple(found.values())


def _listed(texts: tuple[str, ...], most: int) -> str:
    more = len(texts) - most
    return "; ".join(texts[:most]) + (f"; and {more} more" if more > 0 else "")


def _copy(copy: Copy, language: str, sources: Mapping[str, Source]) -> str:
    link = _link(copy.url, source_name(copy.source, sources))
    return link if copy.language in (language, "und") else f"{link} ({escaped(copy.language)})"


def _link(url: str, text: str) -> str:
    address = web_address(url)
    return f'<a href="{escape(address)}">{escaped(text)}</a>' if address else escaped(text)
