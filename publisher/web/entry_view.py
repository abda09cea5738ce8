"""What the entries page shows of one entry: a ListedEntry in, short values and marked words out. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from core.article import Article
from core.match import Evidence, Match
from core.source import Source
from core.statement import Statement, StatementKind
from publisher.dates import shown_date
from publisher.feeds.text import one_line, shorten
from publisher.matching import Watchlist
from storage.records.listing import ListedEntry, Piece

MOST_STATEMENTS = 2
_TITLE = 300
_NAME = 120
_WHY = 300
_SENTENCE = 360
_STATEMENT = 180
_MARKS = {"revision": "Revised", "gone": "Withdrawn"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """The first words of a statement, and who said them."""

    speaker: str | None
    office: str | None
    words: str
    language: str


@dataclass(frozen=True, kw_only=True, slots=True)
class EntryView:
    """One entry as it is shown. `states` are (code, name), `watchlists` (id, name, score).

    `mark` is "" for a statement. `published` is the article's own date in words, "" where it has none.
    """

    article: int
    story: int
    created: datetime
    mark: str
    title: str
    language: str
    source: str
    source_name: str
    publisher: str
    published: str
    states: tuple[tuple[str, str], ...]
    watchlists: tuple[tuple[str, str, float], ...]
    why: str
    sentence: tuple[Piece, ...]
    statements: tuple[Said, ...]
    copies: int


def by_day(views: Iterable[EntryView]) -> list[tuple[date, list[EntryView]]]:
    """Return the entries in their order, those of one day (in UTC) together."""
    return [(day, list(views)) for day, views in groupby(views, key=lambda one: one.created.date())]


def entry_view(
    listed: ListedEntry, *, sources: Mapping[str, Source], watchlists: Mapping[str, Watchlist]
) -> EntryView:
    """Return what is shown of an entry."""
    entry = listed.entry
    article = entry.stored.article
    source = sources.get(article.source)
    names = {code: name for one in watchlists.values() for code, name in one.states.items()}
    codes = dict.fromkeys(code for match in (entry.match, *listed.matches) for code in match.states)
    name = shorten(source.name if source else article.source, _NAME)
    return EntryView(
        article=entry.stored.id,
        story=entry.stored.story,
        created=entry.created,
        mark=_MARKS.get(entry.kind, ""),
        title=shown_title(article),
        language=article.language,
        source=article.source,
        source_name=name,
        publisher=source.publisher if source else "",
        published=shown_date(article.published, source) if article.published else "",
        states=tuple((code, names.get(code, code)) for code in codes),
        watchlists=tuple(
            (match.watchlist, _name(match, watchlists), match.score) for match in listed.matches
        ),
        why=shorten(entry.match.why, _WHY),
        sentence=marked_sentence(entry.match, article),
        statements=tuple(_said(article.statements)),
        copies=len(entry.copies),
    )


def shown_title(article: Article) -> str:
    """Return the title on one line; the first words of the text where the page had none."""
    return shorten(article.title, _TITLE) or shorten(article.text, _NAME) or "(no title)"


def marked_sentence(match: Match, article: Article) -> tuple[Piece, ...]:
    """Return the sentence that decided, its terms marked; about a long one what stands around the first."""
    sentence = match.sentence
    if not sentence:
        return ()
    spans = list(_apart(_spans(match, article)))
    start, end = _window(sentence, spans)
    pieces = [Piece(text="…", hit=False)] if start else []
    at = start
    for first, last in spans:
        if first < at or last > end:
            continue
        pieces += [Piece(text=sentence[at:first], hit=False), Piece(text=sentence[first:last], hit=True)]
        at = last
    pieces.append(Piece(text=sentence[at:end] + ("…" if end < len(sentence) else ""), hit=False))
    return tuple(piece for piece in pieces if piece.text)


def _name(match: Match, watchlists: Mapping[str, Watchlist]) -> str:
    watchlist = watchlists.get(match.watchlist)
    return shorten(watchlist.name if watchlist else match.watchlist, _NAME)


def _spans(match: Match, article: Article) -> Iterator[tuple[int, int]]:
    """Yield where the evidence stands in the sentence."""
    for one in match.evidence:
        if one.sentence != match.sentence or not one.form:
            continue
        start = _offset(one, article)
        if start is None or match.sentence[start : start + len(one.form)] != one.form:
            # The match is of another article of the story, or its text has changed since.
            start = match.sentence.find(one.form)
        if start >= 0:
            yield start, start + len(one.form)


def _offset(one: Evidence, article: Article) -> int | None:
    """Return where the evidence begins in its sentence, by where both stand in the article."""
    whole = article.title if one.field == "title" else article.text
    begin = whole.rfind(one.sentence, 0, one.start + len(one.sentence))
    return one.start - begin if 0 <= begin <= one.start else None


def _apart(spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    end = 0
    for first, last in sorted(spans):
        if first >= end:
            yield first, last
            end = last


def _window(sentence: str, spans: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """Return the part of a long sentence that is shown, between words."""
    if len(sentence) <= _SENTENCE:
        return 0, len(sentence)
    first = spans[0][0] if spans else 0
    start = 0 if first < _SENTENCE // 2 else sentence.rfind(" ", 0, first - _SENTENCE // 4) + 1
    if first - start > _SENTENCE // 2:
        start = first
    end = min(len(sentence), start + _SENTENCE)
    cut = sentence.rfind(" ", start + _SENTENCE // 2, end) if end < len(sentence) else -1
    return start, cut if cut > 0 else end


def _said(statements: Iterable[Statement]) -> Iterator[Said]:
    """Yield the first verbatim statements whose speaker is known."""
    shown = 0
    for one in statements:
        if one.kind is StatementKind.INDIRECT or not (one.speaker or one.office):
            continue
        yield Said(
            speaker=shorten(one.speaker, _NAME) if one.speaker else None,
            office=shorten(one.office, _NAME) if one.office else None,
            words=shorten(one_line(one.words).rstrip(" ,"), _STATEMENT),
            language=one.language,
        )
        shown += 1
        if shown == MOST_STATEMENTS:
            return
