"""What one layer of a page (selectors, JSON-LD, meta tags, the visible page) says of the article."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """Raw findings of one layer. `dates` are texts, the most trusted first; `url` may be relative."""

    title: str | None = None
    dates: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    site_name: str | None = None
    url: str | None = None
    language: str | None = None
    text: str | None = None
