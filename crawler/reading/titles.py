"""The title of a page's article: what JSON-LD, the meta tags, the title element and an h1 say. Pure."""

from collections.abc import Sequence

from selectolax.lexbor import LexborHTMLParser

from core.text import fold_text
from crawler.reading.markup import inner_text, line
from crawler.reading.metadata import cut_site_name, goes_on, title_tag


def headline(tree: LexborHTMLParser, site_names: tuple[str, ...]) -> tuple[str | None, str | None]:
    """Return the headline by the h1 and the title element, and the site's name if the latter carried it.

    A lone h1 may be the section's name, so it is believed first where the title element repeats it.
    """
    tag = title_tag(tree)
    headings = [text for node in tree.css("h1") if (text := inner_text(node))]
    if tag is not None:
        inside = [text for text in headings if text in tag and text != tag]
        if inside:
            longest = max(inside, key=len)
            return longest, line(tag.replace(longest, "", 1)).strip(" |—–-:»·•/") or None
    known, cut = cut_site_name(tag, site_names, guess=True) if tag else (None, None)
    if len(headings) == 1 and (known is None or len(headings[0]) > len(known) / 2):
        return headings[0], cut
    return known or (headings[0] if headings else None), cut


def best_title(
    tree: LexborHTMLParser, said: Sequence[str | None], heading: str | None, names: tuple[str, ...]
) -> str | None:
    """Return the first title that is not just the site's name, without that name.

    `said` are those of the selectors, JSON-LD, the meta tags and the list. An h1 wins over JSON-LD where the
    meta tags agree with it and the title element does not, and over what goes on with a section or a date.
    """
    selected, structured, meta, shown, listed = (_own(text, names) for text in (*said[:3], heading, said[3]))
    above = shown if any(inner_text(node) == shown for node in tree.css("h1")) else None
    if selected is None and above is not None:
        folded, tag = fold_text(above), fold_text(title_tag(tree) or "")
        is_agreed = folded not in tag and fold_text(meta or "") == folded != fold_text(structured or "")
        if is_agreed or goes_on(structured or meta or "", above):
            return above
    return selected or structured or meta or shown or listed


def _own(text: str | None, names: tuple[str, ...]) -> str | None:
    """Return a title without the site's name; None where it is nothing else."""
    if not text:
        return None
    title = cut_site_name(line(text), names)[0]
    return title if title and title not in names else None
