"""What one layer of a page (selectors, JSON-LD, meta tags, the visible page) says of the article."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """Raw findings of one layer. `dates` are texts, the most trusted first; `url` may be relative.

    `is_article`: the layer speaks of the article itself, and not of a page or a video on it. `exact_names`:
    each of `authors` is a name and nothing else. `is_free` and `words` are what JSON-LD says of the whole
    article, whatever of it the page shows.
    """

    title: str | None = None
    dates: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    site_name: str | None = None
    url: str | None = None
    language: str | None = None
    text: str | None = None
    description: str | None = None
    exact_names: bool = False
    subtitle: str | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()
    image: str | None = None
    image_caption: str | None = None
    image_credit: str | None = None
    is_article: bool = True
    is_free: bool | None = None
    words: int | None = None
