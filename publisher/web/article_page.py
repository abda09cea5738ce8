"""What the article page shows: a dossier and the configuration in, the template's values out. Pure.

Everything is bounded: what is left out is counted.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from core.article import LONGEST_TITLE
from core.match import Evidence, Match
from core.source import Source
from core.statement import Statement
from core.structure import Paragraph
from core.text import cut
from publisher.citing import fetch_of, footnote
from publisher.dates import day_known
from publisher.feeds.text import shorten
from publisher.matching import Holder, Offices
from publisher.web.marking import (
    Part,
    Place,
    evidence_places,
    marked,
    marked_line,
    part_at,
    parts_of,
    statement_places,
)
from storage.records.articles import Fetch
from storage.records.dossier import Dossier, TextHead

MOST_STATEMENTS = 100
MOST_TEXTS = 30
_WORDS = 400
_TITLE = 300
# Parts linked before and behind the one that is shown.
_NEAR = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """A statement as listed: its number, the part of the text where it stands, what the registry adds."""

    number: int
    part: int
    statement: Statement
    words: str
    holder: Holder | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """One piece of evidence as listed. `part` is where its mark stands, None where it is not marked."""

    number: int
    part: int | None
    evidence: Evidence


@dataclass(frozen=True, kw_only=True, slots=True)
class Came:
    """A fetch with the number of the text that it gave, and where the page lies in the WARC files."""

    fetch: Fetch
    text: int | None
    file: str | None
    offset: int
    bytes: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ArticlePage:
    """The page's values beside the dossier itself. `statements` are those of the part that is shown."""

    title: str
    marked_title: Markup
    part: Part
    statements: tuple[Said, ...]
    more_statements: int
    evidence: tuple[Shown, ...]
    texts: tuple[TextHead, ...]
    more_texts: int
    came: tuple[Came, ...]
    citation: str

    @property
    def part_numbers(self) -> tuple[int, ...]:
        """The numbers of the parts that are linked: the first, the last, and those near the one shown."""
        near = range(self.part.number - _NEAR, self.part.number + _NEAR + 1)
        return tuple(sorted({1, self.part.of} | {number for number in near if 1 <= number <= self.part.of}))


def article_page(
    dossier: Dossier,
    *,
    source: Source | None,
    match: Match | None,
    part: int | None,
    offices: Offices | None,
) -> ArticlePage | None:
    """Return the page with the evidence of one match; None for a part that there is not."""
    article = dossier.stored.article
    parts = parts_of(article.text, article.structure)
    if part is not None and not 1 <= part <= len(parts):
        return None
    evidence = list(enumerate(match.evidence if match is not None else (), start=1))
    title = cut(article.title, LONGEST_TITLE)
    in_title = evidence_places(title, ((n, one) for n, one in evidence if one.field == "title"))
    in_text = evidence_places(article.text, ((n, one) for n, one in evidence if one.field == "text"))
    said = statement_places(article.text, article.statements)
    shown = marked(parts, part or 1, in_text, said)
    here = [one for one in said if shown.start <= one.start < max(shown.end, shown.start + 1)]
    latest = dossier.texts[-1]
    published = day_known(article.published)
    day = published.date() if published is not None else None
    return ArticlePage(
        title=shorten(title, _TITLE) or "(no title)",
        marked_title=marked_line(title, in_title),
        part=shown,
        statements=tuple(
            _said(article.statements[one.number - 1], one, part=shown.number, day=day, offices=offices)
            for one in here[:MOST_STATEMENTS]
        ),
        more_statements=max(0, len(here) - MOST_STATEMENTS),
        evidence=tuple(_shown(number, one, in_title, in_text, parts) for number, one in evidence),
        texts=dossier.texts[-MOST_TEXTS:],
        more_texts=max(0, len(dossier.texts) - MOST_TEXTS),
        came=tuple(_came(fetch, dossier.texts) for fetch in dossier.fetches),
        citation=footnote(
            dossier.stored,
            publisher=source.name if source is not None else None,
            texts=len(dossier.texts),
            fetch=fetch_of(latest.text_hash, dossier.fetches),
        ),
    )


def _said(
    statement: Statement, place: Place, *, part: int, day: date | None, offices: Offices | None
) -> Said:
    return Said(
        number=place.number,
        part=part,
        statement=statement,
        words=shorten(statement.words, _WORDS),
        holder=offices.holder(statement, day) if offices is not None else None,
    )


def _shown(
    number: int,
    evidence: Evidence,
    in_title: Iterable[Place],
    in_text: Iterable[Place],
    parts: Sequence[Sequence[tuple[int, Paragraph]]],
) -> Shown:
    part: int | None = None
    if any(one.number == number for one in in_title):
        part = 0
    elif any(one.number == number for one in in_text):
        part = part_at(parts, evidence.start)
    return Shown(number=number, part=part, evidence=evidence)


def _came(fetch: Fetch, texts: Iterable[TextHead]) -> Came:
    text = next((head.number for head in texts if head.text_hash == fetch.text_hash), None)
    name, _, place = (fetch.page or "").partition(":")
    offset, _, size = place.partition(":")
    return Came(
        fetch=fetch,
        text=text,
        file=name or None,
        offset=int(offset or 0),
        bytes=int(size or 0),
    )
