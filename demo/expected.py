"""What the product should make of the newsroom, by article id: the demo's answer sheet.

Derived from the article files. Nothing here is ever sent to the product.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from demo.article import load_articles


@dataclass(frozen=True, kw_only=True, slots=True)
class Expected:
    """Article ids of the newsroom as it stands in one edition.

    `matched` and `unmatched` part all articles, reprints included. `duplicates` maps a reprint to its
    original, `retold` one that was edited or stands in another script. `substantive` and `cosmetic` are the
    articles whose text this edition changed, `withdrawn` those whose page it took down.
    """

    matched: frozenset[str]
    unmatched: frozenset[str]
    duplicates: Mapping[str, str]
    retold: Mapping[str, str]
    substantive: frozenset[str]
    cosmetic: frozenset[str]
    withdrawn: frozenset[str]


def expected(edition: int) -> Expected:
    """Return what holds after a pass over that edition, 1 or 2."""
    articles = [article for article in load_articles().values() if article.edition <= edition]
    edits = {a.id: a.edit.kind for a in articles if a.edit is not None and edition >= 2}
    return Expected(
        matched=frozenset(article.id for article in articles if article.relevant),
        unmatched=frozenset(article.id for article in articles if not article.relevant),
        duplicates={a.id: a.reprint_of for a in articles if a.reprint_of is not None},
        retold={a.id: a.same_story for a in articles if a.same_story is not None},
        substantive=frozenset(id_ for id_, kind in edits.items() if kind == "substantive"),
        cosmetic=frozenset(id_ for id_, kind in edits.items() if kind == "cosmetic"),
        withdrawn=frozenset(article.id for article in articles if article.withdrawn and edition >= 2),
    )
