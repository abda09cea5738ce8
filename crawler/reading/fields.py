"""An article or a link -> the same with no short field beyond its bound. Pure.

Whatever a page, a list or a PDF puts where a headline or a name belongs is stored, searched and shown many
times over: half a megabyte in a title is a page's mistake or its malice.
"""

from collections.abc import Iterable
from dataclasses import replace

from core.article import LONGEST_NAME, LONGEST_SUBTITLE, LONGEST_TITLE, Article, Link
from core.statement import Statement
from core.text import cut

MOST_NAMES = 50


def bounded(article: Article) -> Article:
    """Return an article whose title, names and labels are of a bounded length and number."""
    return replace(
        article,
        title=cut(article.title, LONGEST_TITLE),
        subtitle=_cut(article.subtitle, LONGEST_SUBTITLE),
        authors=_names(article.authors),
        site_name=_cut(article.site_name),
        section=_cut(article.section),
        tags=_names(article.tags),
        credit=_cut(article.credit),
        image_credit=_cut(article.image_credit),
        statements=tuple(map(_bounded_statement, article.statements)),
    )


def bounded_link(link: Link) -> Link:
    """Return a link of which a list says no more than an article may have."""
    return replace(link, title=_cut(link.title, LONGEST_TITLE), authors=_names(link.authors))


def _bounded_statement(one: Statement) -> Statement:
    if max(len(part or "") for part in (one.speaker, one.office, one.verb)) <= LONGEST_NAME:
        return one
    return replace(one, speaker=_cut(one.speaker), office=_cut(one.office), verb=_cut(one.verb))


def _names(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(cut(name, LONGEST_NAME) for name in names)[:MOST_NAMES]


def _cut(text: str | None, characters: int = LONGEST_NAME) -> str | None:
    return None if text is None else cut(text, characters)
