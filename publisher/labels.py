"""Analysts' labels as examples: for a watchlist's `match:` and `no_match:`, and for `evaluate relevance`.

In: a label with the text that was judged. Out: plain values, one record or example each. Pure.
"""

from collections.abc import Iterable
from typing import Any

from core.match import Match
from core.source import Source
from storage.records.articles import StoredArticle
from storage.records.feedback import Feedback, Judged


def judged(stored: StoredArticle, match: Match, *, rules: str, source: Source | None) -> Judged:
    """Return an article as it was judged, and what the watchlist with these rules said of it."""
    article = stored.article
    return Judged(
        article=stored.id,
        language=article.language,
        source=article.source,
        country=source.country if source is not None else None,
        published=article.published.at if article.published is not None else None,
        title=article.title,
        text=article.text,
        rules=rules,
        matched=match.matched,
        score=match.score,
        why=match.why,
    )


def record(label: Feedback) -> dict[str, Any]:
    """Return a label as a line of JSON: `evaluate relevance` takes those that have a text.

    `label` is relevant or other; what the matcher said stands beside it.
    """
    made: dict[str, Any] = {
        "id": f"feedback-{label.id}",
        "url": label.address,
        "watchlist": label.watchlist,
        "label": "relevant" if label.is_relevant else "other",
        "borderline": False,
        "kind": label.kind,
        "note": label.note,
        "by": label.by,
        "at": label.at.isoformat(),
    }
    one = label.judged
    if one is None:
        return {**made, "title": "", "text": "", "lang": "und", "date": None, "archived": False}
    return {
        **made,
        "archived": True,
        "article": one.article,
        "source": one.source,
        "source_country": one.country,
        "lang": one.language,
        "date": one.published.date().isoformat() if one.published is not None else None,
        "title": one.title,
        "text": one.text,
        "cut": one.is_cut,
        "matched": one.matched,
        "score": one.score,
        "why": one.why,
        "rules": one.rules,
    }


def examples(labels: Iterable[Feedback]) -> dict[str, list[dict[str, Any]]]:
    """Return the labels that have a text as a watchlist file has them: under `match` and `no_match`.

    Of several labels on one text the newest counts, which must come first. A text that was cut is left out:
    the rest of it may be what decides.
    """
    made: dict[str, list[dict[str, Any]]] = {"match": [], "no_match": []}
    seen: set[tuple[str, str]] = set()
    for label in labels:
        one = label.judged
        if one is None or one.is_cut or (one.title, one.text) in seen:
            continue
        seen.add((one.title, one.text))
        made["match" if label.is_relevant else "no_match"].append(_example(one))
    return made


def _example(one: Judged) -> dict[str, Any]:
    values = {
        "title": one.title,
        "text": one.text,
        "language": None if one.language == "und" else one.language,
        "source_country": one.country,
        "published": one.published.date() if one.published is not None else None,
    }
    return {name: value for name, value in values.items() if value not in (None, "")}
