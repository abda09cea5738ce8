"""What the catalogue covers and misses: sources -> tables, for the command line, docs and web. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.source import Source, Strict

_STATES = ("KZ", "KG", "TJ", "TM", "UZ")
_KINDS = ("official", "agency", "press", "analysis", "organisation")
# Each of the five states should have some of these, in these languages.
_WANTED = ("official", "agency", "press", "analysis")
_OWN = {
    "KZ": ("kk", "ru", "en"),
    "KG": ("ky", "ru", "en"),
    "TJ": ("tg", "ru", "en"),
    "TM": ("tk", "ru", "en"),
    "UZ": ("uz-Latn", "uz-Cyrl", "ru", "en"),
}


class Missing(Strict):
    """A publisher that should be watched, and of which no feed, sitemap, listing or interface is known."""

    name: str
    site: str
    known: str


class MissingFile(Strict):
    """`config/missing.yml`."""

    missing: tuple[Missing, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """One table: what it says, headings, and rows of as many cells."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def tables(sources: Iterable[Source], missing: Iterable[Missing] = ()) -> tuple[Table, ...]:
    """Return every table, in order: what is missing first, each source and dead addresses last."""
    found = sorted(sources, key=lambda source: (_order(source.country), source.id))
    return (
        _table(
            "What is missing",
            ("publisher", "site", "what is known"),
            ((one.name, f"`{one.site}`", one.known) for one in missing),
        ),
        _gaps(found),
        _by_country(found),
        _by_language(found),
        _by_way(found),
        _each(found),
        _dead(found),
    )


def coverage(sources: Iterable[Source], missing: Iterable[Missing] = ()) -> str:
    """Return the tables as Markdown, a heading before each."""
    return "\n\n".join(_markdown(table) for table in tables(sources, missing)) + "\n"


def _order(country: str) -> tuple[bool, str]:
    """Central Asia first."""
    return country not in _STATES, country


def _gaps(sources: Sequence[Source]) -> Table:
    """Return which kinds and languages no enabled source of each of the five states has."""
    rows = []
    for state in _STATES:
        own = [source for source in sources if source.enabled and source.country == state]
        kinds = {source.publisher for source in own}
        languages = {language for source in own for language in source.languages}
        if own:
            no_kind = " ".join(kind for kind in _WANTED if kind not in kinds) or "–"
            no_language = " ".join(code for code in _OWN[state] if code not in languages) or "–"
        else:
            no_kind = no_language = "all"
        rows.append((state, no_kind, no_language))
    return _table("What each state lacks", ("state", "kinds without a source", "languages without one"), rows)


def _by_country(sources: Sequence[Source]) -> Table:
    counts: Counter[tuple[str, str]] = Counter(
        (source.country, source.publisher) for source in sources if source.enabled
    )
    disabled = Counter(source.country for source in sources if not source.enabled)
    countries = sorted({source.country for source in sources}, key=_order)
    rows = [
        [country, *(counts[country, kind] for kind in _KINDS), disabled[country]] for country in countries
    ]
    rows.append(["all", *(sum(counts[c, kind] for c in countries) for kind in _KINDS), disabled.total()])
    return _table("By country and kind", ("country", *_KINDS, "disabled"), rows)


def _by_language(sources: Sequence[Source]) -> Table:
    counts = Counter(language for source in sources if source.enabled for language in source.languages)
    return _table("By language", ("language", "enabled sources"), counts.most_common())


def _by_way(sources: Sequence[Source]) -> Table:
    counts = Counter(source.kind for source in sources if source.enabled)
    return _table("How they are found", ("found by", "enabled sources"), counts.most_common())


def _each(sources: Sequence[Source]) -> Table:
    headings = ("source", "name", "kind", "languages", "found by", "confidence", "last check", "state")
    return _table("Each source", headings, (_row(source) for source in sources))


def _row(source: Source) -> tuple[object, ...]:
    return (
        f"`{source.id}`",
        source.name if source.native_name is None else f"{source.name} ({source.native_name})",
        source.publisher,
        " ".join(source.languages),
        source.spider or source.kind,
        source.confidence or "",
        source.checked or "",
        "enabled" if source.enabled else f"disabled: {source.disabled_reason}",
    )


def _dead(sources: Sequence[Source]) -> Table:
    """Return the addresses that others still name and that do not work."""
    rows = [
        (f"`{source.id}`", one.url, one.reason, one.checked or "")
        for source in sources
        for one in source.dead
    ]
    headings = ("source", "address", "what it answers", "last check")
    return _table("Addresses that do not work", headings, rows)


def _table(title: str, headings: tuple[str, ...], rows: Iterable[Sequence[object]]) -> Table:
    return Table(title=title, headings=headings, rows=tuple(tuple(str(cell) for cell in row) for row in rows))


def _markdown(table: Table) -> str:
    if not table.rows:
        return f"## {table.title}\nNothing."
    lines = [table.headings, ("---",) * len(table.headings), *table.rows]
    return f"## {table.title}\n" + "\n".join(
        "| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines
    )
