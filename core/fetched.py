"""How a page came and how a second look at one ended: values between the crawl stage and the store."""

from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True, kw_only=True, slots=True)
class Fetched:
    """One reply that gave a page. `chain` are its addresses, from the one asked for to the one that answered.

    `headers` are those that tell of the page, as sent; `body_hash` is the SHA-256 of `body`, the
    bytes after decompression; `reader` is the version of the code and the rules that read them.
    """

    chain: tuple[str, ...]
    status: int
    headers: tuple[tuple[str, str], ...]
    body_hash: str
    reader: str
    body: bytes = field(repr=False)

    def header(self, name: str) -> str | None:
        """Return a header's value, whatever the case of its name."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


class LookResult(StrEnum):
    """What a second look found.

    `missing` is a page that seems to be gone: the store waits for a second such look. `gone` is one that the
    site says is gone. `moved`: another page answers.
    """

    SAME = "same"
    READ = "read"
    MISSING = "missing"
    GONE = "gone"
    MOVED = "moved"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Looked:
    """The end of a look at a known article (the store's id). A look that READ comes with the article.

    `etag`, `last_modified` and `body_hash` make the next look cheap; None leaves what was known before.
    """

    article: int
    result: LookResult
    reason: str = ""
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
