"""What the catalogue covers: sources -> tables in Markdown, for the command line and the docs. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence

from core.source import Source

_STATES = ("KZ", "KG", "TJ", "TM", "UZ")
_KINDS = ("official", "agency", "press", "analysis", "organisation")


def coverage(sources: Iterable[Source]) -> str:
    """Return the tables: enabled sources by country and kind, by language, then each source."""
    found = sorted(sources, key=lambda source: (_order(source.country), source.id))
    return "\n\n".join((_by_country(found), _by_language(found), _each(found))) + "\n"


def _order(country: str) -> tuple[bool, str]:
    """Central Asia first."""
    return country not in _STATES, country


def _by_country(sources: Sequence[Source]) -> str:
    counts: Counter[tuple[str, str]] = Counter(
        (source.country, source.publisher) for source in sources if source.enabled
    )
    disabled = Counter(source.country for source in sources if not source.enabled)
    countries = sorted({source.country for source in sources}, key=_order)
    rows = [
        [country, *(counts[country, kind] for kind in _KINDS), disabled[country]] for country in countries
    ]
    rows.append(["all", *(sum(counts[c, kind] for c in countries) for kind in _KINDS), disabled.total()])
    return _table(["country", *_KINDS, "disabled"], rows)


def _by_language(sources: Sequence[Source]) -> str:
    counts = Counter(language for source in sources if source.enabled for language in source.languages)
    return _table(["language", "enabled sources"], [list(pair) for pair in counts.most_common()])


def _each(sources: Sequence[Source]) -> str:
    headings = ["source", "name", "kind", "languages", "found by", "confidence", "last check", "state"]
    return _table(headings, [_row(source) for source in sources])


def _row(source: Source) -> list[object]:
    return [
        f"`{source.id}`",
        source.name if source.native_name is None else f"{source.name} ({source.native_name})",
        source.publisher,
        " ".join(source.languages),
        source.spider or source.kind,
        source.confidence or "",
        source.checked or "",
        "enabled" if source.enabled else f"disabled: {source.disabled_reason}",
    ]


def _table(headings: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join(
        "| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |" for line in lines
    )
