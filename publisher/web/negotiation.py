"""What a request's Accept and Accept-Encoding headers ask for (RFC 9110, section 12.5). Pure."""

from functools import lru_cache

from publisher.feeds.shelf import Encoding

_FEEDS = frozenset(
    {
        *("application/rss+xml", "application/atom+xml", "application/feed+json", "application/json"),
        *("application/rdf+xml", "application/xml", "text/xml"),
    }
)
# The smallest first: where several are as welcome, it is chosen.
_ENCODINGS: tuple[Encoding, ...] = ("br", "gzip")


@lru_cache(maxsize=1024)
def prefers_page(accept: str) -> bool:
    """Say whether the asker would rather have a page than a feed, as browsers say and feed readers do not.

    `text/html` must be named, and be more welcome than any form of feed that is named beside it.
    """
    asked = _qualities(accept)
    page = asked.get("text/html", 0.0)
    return page > max((asked[kind] for kind in _FEEDS & asked.keys()), default=0.0)


@lru_cache(maxsize=1024)
def best_encoding(accept_encoding: str) -> Encoding:
    """Return the encoding to answer in."""
    asked = _qualities(accept_encoding)
    other = asked.get("*", 0.0)
    best = max(_ENCODINGS, key=lambda one: asked.get(one, other))
    quality = asked.get(best, other)
    return best if quality > 0 and quality >= asked.get("identity", 0.0) else "identity"


def _qualities(header: str) -> dict[str, float]:
    """Return what a header names, in small letters, with its quality; what cannot be read counts as 0."""
    found: dict[str, float] = {}
    for part in header.lower().split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        quality = 1.0
        for parameter in parameters:
            key, _, value = parameter.partition("=")
            if key.strip() == "q":
                quality = _number(value)
        if name:
            found[name] = max(quality, found.get(name, 0.0))
    return found


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        return 0.0
    return value if 0.0 <= value <= 1.0 else 0.0
